"""A rule's documentation, which is its class's docstring, as text. Imports no rule: what is at hand is given."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING

from convt_lint.output.base import BOLD, CYAN, Style

if TYPE_CHECKING:
    from convt_lint.rules import Rule


def markdown(rule: Rule) -> str:
    """The documentation as it is written."""
    return inspect.getdoc(rule) or ""


def section(rule: Rule, heading: str) -> str:
    """What the documentation says under a heading, in one paragraph."""
    _, _, rest = markdown(rule).partition(f"## {heading}\n")
    return " ".join(rest.partition("\n## ")[0].split())


def documentation(rule: Rule, style: Style) -> Iterator[str]:
    """A rule's markdown as lines for a terminal: headings stand out, code is indented."""
    yield style.paint(f"{rule.code} {rule.name}", BOLD)
    yield ""
    in_code = False
    for line in markdown(rule).splitlines():
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif in_code:
            yield f"    {line}".rstrip()
        elif line.startswith("#"):
            yield style.paint(line.lstrip("# "), BOLD, CYAN)
        else:
            yield line
