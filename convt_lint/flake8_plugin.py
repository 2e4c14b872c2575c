"""The flake8 plugin. flake8 imports this module for every run, so it imports nothing of weight until a file is checked."""

from __future__ import annotations

import re

from convt_lint import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence
    from typing import Any

    from convt_lint.findings import Finding

_COOKIE_LINE = re.compile(r"[ \t\f]*#.*?coding[:=]")
_COOKIE = re.compile(r"(coding)[:=]")


class Plugin:
    """Reports the command's findings through flake8, at the same rows and columns. Selection and noqa are flake8's."""

    name = "convt-lint"
    version = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, option_manager: Any) -> None:
        """Leaves out the rules that are off by default, until they are selected."""
        option_manager.extend_default_ignore(["CVT003", "CVT3"])

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """The findings as (row from 1, column from 0, "CODE message", type)."""
        try:
            # An exception that leaves a plugin ends flake8's whole run.
            from pathlib import PurePath

            from convt_lint.linting import check_bytes
            from convt_lint.selection import ALL

            findings = check_bytes(_source(self._lines), PurePath(self._filename), ALL).findings
            results = [_placed(finding) for finding in findings]
        except Exception as error:
            results = [(1, 0, f"CVT001 the analysis of this file failed ({type(error).__name__}: {error})")]
        for row, column, text in results:
            yield row, column, text, type(self)


def _placed(finding: Finding) -> tuple[int, int, str]:
    """A finding as flake8 takes it; one in a notebook's cell, for which flake8 has no place, at the file's beginning, with its place in words."""
    if finding.cell:
        return 1, 0, f"{finding.code} cell {finding.cell}:{finding.row}:{finding.column}: {finding.message}"
    return finding.row, finding.column - 1, f"{finding.code} {finding.message}"


def _source(lines: Sequence[str]) -> bytes:
    """The text as UTF-8. A coding cookie speaks of the file's bytes, not of these, so it is made void without moving a character."""
    head = [_COOKIE.sub(r"\1 ", line) if _COOKIE_LINE.match(line) else line for line in lines[:2]]
    return "".join([*head, *lines[2:]]).encode("utf-8", "surrogatepass")
