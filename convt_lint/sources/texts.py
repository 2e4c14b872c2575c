"""Python text taken out of what holds it, and the way back."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of code stands for the user: its row, how many columns further right, in which cell (0: not in a notebook), and, where something is added to
    the code, the columns between which the user's own stands."""

    row: int
    shift: int = 0
    cell: int = 0
    own: tuple[int, int] = (1, sys.maxsize)

    def column(self, column: int) -> int:
        """The user's column for one of the code."""
        return min(max(column + self.shift, self.own[0]), self.own[1])


@dataclass(frozen=True, slots=True)
class Piece:
    """Code that stands together: a cell, a block, an example. Its rows without their line ends, the place of each, and what the document shows it to print."""

    rows: tuple[str, ...]
    places: tuple[Place, ...]
    printed: str = ""

    @property
    def code(self) -> str:
        return "".join(f"{row}\n" for row in self.rows)


@dataclass(frozen=True, slots=True)
class Text:
    """The pieces of Python in a file, in order: one module together. `cells` holds a notebook's cells as they are written, by number.

    strict: a piece that cannot be parsed is a fault and not prose.
    """

    pieces: tuple[Piece, ...]
    cells: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    strict: bool = True

    @property
    def places(self) -> tuple[Place, ...]:
        """The place of each row of the module, those of `HEAD` and `SEPARATOR` after each piece included."""
        head = [self.pieces[0].places[0]] * len(HEAD) if self.pieces else []
        return (*head, *chain.from_iterable((*piece.places, piece.places[-1]) for piece in self.pieces))

    @property
    def rows(self) -> Iterator[str]:
        """The rows of the module."""
        yield from HEAD
        for piece in self.pieces:
            yield from piece.rows
            yield SEPARATOR


SEPARATOR = "pass"
"""Between two pieces: what is said at the end of one is not of what begins the next."""

HEAD = (SEPARATOR, SEPARATOR)
"""Before the first: an encoding that is declared on a cell's first two lines does not hold for text."""


def is_python(code: str) -> bool:
    """Whether Python's own parser takes a piece of code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True
