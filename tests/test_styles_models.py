"""Small programs around transposed convolutions: nothing on those that run, a finding at the very line where torch fails in the others."""

from __future__ import annotations

import traceback
import warnings
from pathlib import PurePath

import pytest
from styles_models import RIGHT, WRONG
from styles_networks import HEAD

from convt_lint.linting import check_bytes


def rows(program: str) -> list[int]:
    return [finding.row for finding in check_bytes((HEAD + program).encode(), PurePath("model.py")).findings]


def run(program: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(HEAD + program, "model.py", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("program", RIGHT)
def test_nothing_on_what_runs(program: str) -> None:
    run(program)
    assert rows(program) == []


@pytest.mark.parametrize("program", WRONG)
def test_found_where_torch_fails(program: str) -> None:
    with pytest.raises(Exception) as failure:  # noqa: PT011
        run(program)
    failed = [entry.lineno for entry in traceback.extract_tb(failure.value.__traceback__) if entry.filename == "model.py"]
    assert failed[-1] in rows(program)
