"""`# convt: ignore`: suppressions of this linter alone, which state their codes and may state a reason.

    up = nn.ConvTranspose1d(64, 32, 4, stride=2)   # convt: ignore[CVT201] the last sample is cropped by the caller
    # convt: ignore[CVT1, CVT206]
    y = up(x)
    # convt: ignore-file[CVT208] the comments are of another model

It stands on the first or the last line of what is reported, or alone on the line above; `ignore-file` anywhere. Without brackets it is meant for all rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from convt_lint.expectations.ignore_texts import Form, Misread, parse
from convt_lint.findings import Finding
from convt_lint.suppression import Suppressions
from convt_lint.syntax.comments import comments

_MARK = re.compile(r"#\s*convt\s?:\s*(?P<text>ignore\b[^#]*)")


@dataclass(frozen=True, slots=True)
class Ignore:
    """A suppression in a source, with its place and the row of code that it speaks of."""

    form: Form
    text: str
    row: int
    column: int
    target: int


class Ignores:
    """The `# convt: ignore` in a source's lines, each of which ends in a newline."""

    def __init__(self, lines: Sequence[str], suppressions: Suppressions) -> None:
        self._lines = lines
        self._rows_with = suppressions.rows_with

    @cached_property
    def found(self) -> list[Ignore]:
        """All that can be read, in their order; of the others CVT002 tells."""
        found = []
        for comment in comments("".join(self._lines)):
            for match in _MARK.finditer(comment.text):
                try:
                    form = parse(match["text"])
                except Misread:
                    continue
                target = self._next_code(comment.row) if comment.alone else comment.row
                found.append(Ignore(form, match[0].rstrip(), comment.row, comment.column + match.start(), target))
        return found

    def _next_code(self, row: int) -> int:
        return next((after for after in range(row + 1, len(self._lines) + 1) if self._lines[after - 1].lstrip()[:1] not in ("", "#")), row)

    def hides(self, finding: Finding) -> bool:
        """Whether a finding is suppressed. One that tells of a suppression is not hidden by this suppression."""
        return any(
            ignore.form.covers(finding.code)
            and self.speaks_of(ignore, finding.row, finding.end_row)
            and (ignore.row, ignore.column) != (finding.row, finding.column)
            for ignore in self.found
        )

    def speaks_of(self, ignore: Ignore, row: int, end_row: int) -> bool:
        """Whether a suppression speaks of what stands in some rows."""
        if ignore.form.whole_file or ignore.target in self._rows_with(row):
            return True
        return ignore.target == ignore.row and ignore.target in self._rows_with(end_row)


def may_ignore(source: bytes) -> bool:
    """Whether a source can hold a `# convt: ignore`."""
    return b"convt" in source and b"ignore" in source
