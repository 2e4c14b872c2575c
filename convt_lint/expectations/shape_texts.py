"""Shapes as types write them: jaxtyping's `"b c 2*t"`, and the tuples and lists of others, as sizes in names.

A size is an int, an expression in names (`Variable("t")`), or None where the type leaves it open. One `...` or `*batch` stands for any number
of dimensions. What cannot be read is no shape: None.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from convt_lint.symbolic import Expression, Operation, Variable
from convt_lint.syntax.expression_texts import parse_expression

Dim: TypeAlias = "Expression | None"
MAX_TEXT = 400
_BRACED = re.compile(r"\{[^{}]*\}")
_BRACE = "\x00"
_SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%"}


@dataclass(frozen=True, slots=True)
class Stated:
    """A shape that a type states: all its sizes (`tail`), or those before (`head`) and after a part of any number of dimensions (`open`)."""

    head: tuple[Dim, ...]
    tail: tuple[Dim, ...]
    open: bool
    text: str
    loose: bool = False
    """No tool checks it: a letter that comes again may stand for another size."""

    @property
    def least(self) -> int:
        """The least number of dimensions; where it is not `open`, the only one."""
        return len(self.head) + len(self.tail)

    def fits_rank(self, rank: int) -> bool:
        return rank >= self.least if self.open else rank == self.least

    @property
    def sizes(self) -> tuple[Dim, ...]:
        return (*self.head, *self.tail)


ANY_NUMBER = object()
"""Stands among sizes for any number of them."""


def of_items(items: Iterable[object], text: str) -> Stated | None:
    """The shape that a sequence of sizes states; None where two parts of it are open."""
    found = list(items)
    marks = [index for index, item in enumerate(found) if item is ANY_NUMBER]
    if len(marks) > 1 or len(found) > 32:
        return None
    sizes = [item if isinstance(item, (int, Variable, Operation)) else None for item in found]
    if not marks:
        return Stated((), tuple(sizes), False, text)
    return Stated(tuple(sizes[: marks[0]]), tuple(sizes[marks[0] + 1 :]), True, text)


def parse(text: str) -> Stated | None:
    """jaxtyping's words: "b c 2*t", "... 3", "*batch #c name=4"."""
    if len(text) > MAX_TEXT or "," in re.sub(r"\([^()]*\)", "", text):
        return None
    items: list[object] = []
    for word in _BRACED.sub(_BRACE, text).split():
        item = _word(word)
        if item is NotImplemented:
            return None
        items.append(item)
    return of_items(items, " ".join(text.split()))


def _word(word: str) -> object:
    """A word's size; NotImplemented for what jaxtyping does not take."""
    if word == "...":
        return ANY_NUMBER
    modifiers = re.match(r"[#*?_]*", word)
    marks = modifiers[0] if modifiers is not None else ""
    rest = word[len(marks) :]
    if "*" in marks:
        return ANY_NUMBER
    if marks:
        return None
    name, equals, size = rest.partition("=")
    if equals and name.isidentifier() and not size.startswith("="):
        rest = size
    return size_of(rest)


def size_of(text: str) -> object:
    """A size as an expression: "80", "t", "2*t - 1"; None where it holds more than that; NotImplemented where it is none."""
    if _BRACE in text:
        return None
    node = parse_expression(text)
    return NotImplemented if node is None else _expression(node)


def _expression(node: ast.expr) -> Dim:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, int) and not isinstance(node.value, bool) and 0 <= node.value < 1 << 40 else None
    if isinstance(node, ast.Name):
        return Variable(node.id)
    symbol = _SYMBOLS.get(type(node.op)) if isinstance(node, ast.BinOp) else None
    if symbol is None or not isinstance(node, ast.BinOp):
        return None
    left, right = _expression(node.left), _expression(node.right)
    if left is None or right is None or (symbol in ("//", "%") and not (isinstance(right, int) and right >= 1)):
        return None
    return Operation(symbol, left, right)


_WORDS = frozenset(
    {
        *(
            "batch",
            "batch_size",
            "channel",
            "channels",
            "in_channels",
            "out_channels",
            "time",
            "times",
            "length",
            "len",
            "frame",
            "frames",
            "sample",
            "samples",
        ),
        *("height", "width", "depth", "freq", "freqs", "seq", "dim", "dims", "feature", "features", "mels", "n_mels", "n_samples", "n_frames"),
    }
)


def is_no_prose(text: str) -> bool:
    """Whether a text that nothing marks as a shape is surely one: "b c 2*t", "batch 80 time", but not "the noisy input"."""
    words = re.findall(r"[A-Za-z_]\w*", text)
    return bool(words) and all(word.lower() in _WORDS or re.fullmatch(r"[A-Za-z]\d*", word) for word in words) and len(text.split()) > 1
