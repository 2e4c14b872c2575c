"""The comments of a source, by place."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment's text (from the `#` on) and place; `alone` says that nothing else stands on its line."""

    text: str
    row: int
    column: int
    alone: bool


def comments(text: str) -> Iterator[Comment]:
    """The comments of a source (not what looks like one inside a string), as far as it can be read."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                yield Comment(token.string, row, column + 1, not token.line[:column].strip())
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return
