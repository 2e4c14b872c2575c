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
    from convt_lint.flake8_options import Configured

_COOKIE_LINE = re.compile(r"[ \t\f]*#.*?coding[:=]")
_COOKIE = re.compile(r"(coding)[:=]")


class Plugin:
    """Reports the command's findings through flake8, at the same rows and columns. Selection and noqa are flake8's; where its options say nothing of these
    rules, the table `[tool.convt_lint]` of the pyproject.toml holds."""

    name = "convt-lint"
    version = __version__
    _configured: Configured | None = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, option_manager: Any) -> None:
        """Leaves out the rules that are off by default, until they are selected."""
        option_manager.extend_default_ignore(list(_OFF))

    @classmethod
    def parse_options(cls, options: Any) -> None:
        """Reads the table. Raises flake8's ExecutionError where it cannot be used."""
        from convt_lint.flake8_options import BadConfig, Configured

        try:
            cls._configured = Configured.of(options)
        except BadConfig as error:
            from flake8.exceptions import ExecutionError

            raise ExecutionError(f"convt-lint: {error}") from None
        kept = [code for code in options.extended_default_ignore if code not in _OFF]
        options.extended_default_ignore = [*kept, *cls._configured.off]

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """The findings as (row from 1, column from 0, "CODE message", type)."""
        try:
            # An exception that leaves a plugin ends flake8's whole run.
            results = [_placed(finding) for finding in self._findings()]
        except Exception as error:
            results = [(1, 0, f"CVT001 the analysis of this file failed ({type(error).__name__}: {error})")]
        for row, column, text in results:
            yield row, column, text, type(self)

    def _findings(self) -> Sequence[Finding]:
        from pathlib import PurePath

        source, path = _source(self._lines), PurePath(self._filename)
        if self._configured is not None:
            return self._configured.findings(source, path)
        from convt_lint.linting import check_bytes
        from convt_lint.selection import ALL

        return check_bytes(source, path, ALL).findings


_OFF = ("CVT003", "CVT3")
"""What flake8 leaves out unless it is selected."""


def _placed(finding: Finding) -> tuple[int, int, str]:
    """A finding as flake8 takes it; one in a notebook's cell, for which flake8 has no place, at the file's beginning, with its place in words."""
    if finding.cell:
        return 1, 0, f"{finding.code} cell {finding.cell}:{finding.row}:{finding.column}: {finding.message}"
    return finding.row, finding.column - 1, f"{finding.code} {finding.message}"


def _source(lines: Sequence[str]) -> bytes:
    """The text as UTF-8. A coding cookie speaks of the file's bytes, not of these, so it is made void without moving a character."""
    head = [_COOKIE.sub(r"\1 ", line) if _COOKIE_LINE.match(line) else line for line in lines[:2]]
    return "".join([*head, *lines[2:]]).encode("utf-8", "surrogatepass")
