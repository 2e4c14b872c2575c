"""`# noqa` and `# flake8: noqa`, read as flake8 7 reads them, so that a file says the same to both. For `# convt: ignore` see `ignores`."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from convt_lint.findings import Finding

# flake8's own grammar, letter for letter; the tests compare the behaviour with the installed flake8.
_INLINE = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_WHOLE_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,\s]")


@dataclass(frozen=True, slots=True)
class Noqa:
    """A noqa as it is written, its place, and its codes; None where it is meant for all."""

    row: int
    column: int
    text: str
    codes: tuple[str, ...] | None


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

    def rows_with(self, row: int) -> range:
        """The rows that belong together with one."""
        first, last = self._ranges.get(row, (row, row))
        return range(first, last + 1)

    def noqa(self, row: int) -> Noqa | None:
        """The noqa that holds for a row: the first in the rows that belong together; others there say nothing."""
        rows = self.rows_with(row)
        match = _INLINE.search("".join(self._lines[rows[0] - 1 : rows[-1]]))
        if match is None:
            return None
        before = match.string[: match.start()]
        place = rows[0] + before.count("\n"), match.start() - before.rfind("\n")
        codes = match["codes"]
        return Noqa(*place, match[0].rstrip(), None if codes is None else tuple(part for part in _SEPARATOR.split(codes) if part))

    def hides(self, code: str, row: int) -> bool:
        """Whether a finding with this code on this row is suppressed."""
        if self._whole_file:
            return True
        noqa = self.noqa(row)
        return noqa is not None and (noqa.codes is None or code.startswith(noqa.codes))


def may_suppress(source: bytes) -> bool:
    """Whether the source can hold a suppression at all: cheaper by far than reading its tokens."""
    return b"noqa" in source.lower()


def unsuppressed(findings: Iterable[Finding], lines: Sequence[str]) -> list[Finding]:
    """The findings that no suppression in the lines hides, in their order."""
    suppressions = Suppressions(lines)
    return [finding for finding in findings if not suppressions.hides(finding.code, finding.row)]
