"""The examples in the rules' documentation, run through the linter: the bad one draws its own code alone, the good one nothing."""

from __future__ import annotations

import inspect
import re
from pathlib import PurePath

import pytest

from convt_lint.linting import check_bytes
from convt_lint.rules import RULES
from convt_lint.selection import DEFAULT_SELECT, Selection


def block(code: str, heading: str) -> bytes:
    """The python block under `heading` of a rule's documentation, as a file."""
    text = inspect.getdoc(type(RULES[code])) or ""
    found = re.search(rf"^## {heading}\n```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1].encode()


def codes(source: bytes, code: str) -> list[str]:
    """What the default rules and the rule itself find."""
    selection = Selection((*DEFAULT_SELECT, code), () if code == "CVT003" else ("CVT003",))
    return [finding.code for finding in check_bytes(source, PurePath("example.py"), selection).findings]


@pytest.mark.parametrize("code", RULES)
def test_the_bad_example_draws_its_code_and_no_other(code: str) -> None:
    assert set(codes(block(code, "Example"), code)) == {code}


@pytest.mark.parametrize("code", RULES)
def test_the_good_example_draws_nothing(code: str) -> None:
    assert codes(block(code, "Use instead"), code) == []
