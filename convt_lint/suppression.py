"""`# noqa` and `# flake8: noqa`, read as flake8 7 reads them, so that a file says the same to both."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Sequence
from functools import cached_property

from convt_lint.findings import Finding

# flake8's own grammar, letter for letter; the tests compare the behaviour with the installed flake8.
_INLINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_WHOLE_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]")


class Suppressions:
    """The suppressions in the lines of one file; tokenised on first need only."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @cached_property
    def _whole_file(self) -> bool:
        return any(_WHOLE_FILE.match(line) for line in self._lines)

    @cached_property
    def _ranges(self) -> dict[int, tuple[int, int]]:
        """Each row's range as (first row, last row): a noqa anywhere in it counts for all of it. Empty where the file has no tokens.

        As in flake8, rows belong together where a string or a backslash joins them; rows that brackets alone join do not.
        """
        ranges: dict[int, tuple[int, int]] = {}
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO("".join(self._lines)).readline))
        except (tokenize.TokenError, SyntaxError, RecursionError, MemoryError):
            return ranges
        nothing = (len(self._lines) + 2, -1)
        first, last = nothing
        for token in tokens:
            if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first, last = min(first, token.start[0]), max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                ranges.update(dict.fromkeys(range(first, last + 1), (first, last)))
                first, last = nothing
        return ranges

    def noqa_row(self, row: int) -> int | None:
        """The row at whose end a noqa for a finding on `row` stands best: the last that a string or backslash joins to it. None outside the file."""
        if not 1 <= row <= len(self._lines):
            return None
        return min(self._ranges.get(row, (row, row))[1], len(self._lines))

    def hides(self, code: str, row: int) -> bool:
        """Whether a finding with this code on this row is suppressed."""
        if self._whole_file:
            return True
        first, last = self._ranges.get(row, (row, row))
        match = _INLINE.search("".join(self._lines[first - 1 : last]))
        if match is None:
            return False
        if match["codes"] is None:
            return True
        return code.startswith(tuple(part for part in _SEPARATOR.split(match["codes"]) if part))


def may_suppress(source: bytes) -> bool:
    """Whether the source can hold a suppression at all: cheaper by far than reading its tokens."""
    return b"noqa" in source.lower()


def unsuppressed(findings: Iterable[Finding], lines: Sequence[str]) -> list[Finding]:
    """The findings that no suppression in the lines hides, in their order."""
    suppressions = Suppressions(lines)
    return [finding for finding in findings if not suppressions.hides(finding.code, finding.row)]
