"""The comments and the strings of a source, by place: told by one regular expression, since `tokenize` takes longer than all the rest that is asked of
most files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SCAN = re.compile(
    r"""
      (?P<comment>\#[^\n]*)
    | \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
    | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
    | "[^"\\\n]*(?:\\.[^"\\\n]*)*"
    | '[^'\\\n]*(?:\\.[^'\\\n]*)*'
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment's text (from the `#` on) and place; `alone` says that nothing else stands on its line."""

    text: str
    row: int
    column: int
    alone: bool


def comments(text: str) -> Iterator[Comment]:
    """The comments of a source that Python can parse (not what looks like one inside a string). `text` has its lines end in a newline alone."""
    row, counted = 1, 0
    for match in _SCAN.finditer(text):
        if match.lastgroup is not None:
            start = match.start()
            row += text.count("\n", counted, start)
            counted = start
            line = text.rfind("\n", 0, start) + 1
            yield Comment(match[0], row, start - line + 1, not text[line:start].strip())


def strings_with(text: str, part: str) -> Iterator[tuple[int, int]]:
    """The first and the last row of each string that holds a part."""
    row, counted = 1, 0
    for match in _SCAN.finditer(text):
        if match.lastgroup is None and part in match[0]:
            row += text.count("\n", counted, match.start())
            counted = match.start()
            yield row, row + match[0].count("\n")
