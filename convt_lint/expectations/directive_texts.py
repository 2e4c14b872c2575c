"""What stands behind `# convt:`: sizes of an input and an output, `exact`, and the lengths that an input may have.

10 -> 80        -> 80        (B, 512, L) -> (B, 256, 8*L)        exact        L in 1..8192        L -> 8*L, L in 1..8192
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from convt_lint.syntax.comments import Comment, comments
from convt_lint.syntax.expression_texts import parse_expression

_MARK = re.compile(r"#\s*convt\s?:\s*([^#]*)")
_ARROW = re.compile(r"\s*(?:-+>|=>|→)\s*")
_RANGE = re.compile(r"([A-Za-z_]\w*)\s+in\s+(?:(-?\d+)\s*\.\.\.?\s*(-?\d*)|\[\s*(-?\d+)\s*,\s*(-?\d+)\s*\])")
_JOIN = r"\s*(?:[,;]|\bfor\b|\bwhere\b|\band\b)?\s*"
MAX_LENGTH = 2**40

Size: TypeAlias = "int | ast.expr"
Shape: TypeAlias = tuple[Size, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the largest length (None: any) that an input may have, in samples."""

    least: int = 1
    most: int | None = None

    def __contains__(self, length: int) -> bool:
        return self.least <= length and (self.most is None or length <= self.most)

    def __str__(self) -> str:
        return f"{self.least}..{'' if self.most is None else self.most}"


@dataclass(frozen=True, slots=True)
class Directive:
    """The sizes stated for input and output: ints, or the expressions written there. `exact` states stride*L for every input length L; `spans`
    are the lengths that a name may stand for."""

    inputs: Shape | None = None
    outputs: Shape | None = None
    exact: bool = False
    spans: dict[str, Span] = field(default_factory=dict)

    @property
    def states_sizes(self) -> bool:
        return self.exact or self.outputs is not None


class Misread(ValueError):
    """The text is no directive; the message says why, and `expected` shows the form that fits, where one does more than others."""

    def __init__(self, reason: str, expected: str = "") -> None:
        super().__init__(reason)
        self.expected = expected


class NotChecked(Misread):
    """A directive that is understood, but speaks of nothing that can be checked; the message says why."""


def directives(text: str) -> Iterator[Comment]:
    """The directives among a source's comments: a comment with several `convt:` holds several."""
    for comment in comments(text):
        for match in _MARK.finditer(comment.text):
            yield replace(comment, text=match[1].strip(), column=comment.column + match.start())


def parse(text: str) -> Directive:
    """Reads a directive's text; raises Misread."""
    spans: dict[str, Span] = {}
    for match in _RANGE.finditer(text):
        if match[1] in spans:
            raise Misread(f"two ranges for {match[1]}")
        spans[match[1]] = _span(match[1], match[2] or match[4], match[3] or match[5] or "")
    rest = re.sub(_JOIN + _RANGE.pattern, "", text).strip() if spans else text
    if spans and not rest:
        return Directive(spans=spans)
    if rest == "exact":
        return Directive(exact=True, spans=spans)
    sides = _ARROW.split(rest)
    if len(sides) == 1:
        raise Misread(
            "this is no range: least and largest length stand as 1..8192" if re.search(r"\bin\b", rest) else "there is no arrow between input and output"
        )
    if len(sides) > 2:
        raise Misread("there is more than one arrow")
    inputs = _shape(sides[0]) if sides[0] else None
    if not sides[1]:
        raise Misread("there is no output after the arrow")
    outputs = _shape(sides[1])
    _check_names(inputs, outputs, spans)
    return Directive(inputs, outputs, spans=spans)


def _check_names(inputs: Shape | None, outputs: Shape, spans: dict[str, Span]) -> None:
    """Raises Misread where a formula stands in for a size that is to be stated for every input, and cannot be: `2*L -> 4*L`, `-> 2*L`."""
    taken = inputs or ()
    for size in taken:
        if isinstance(size, ast.BinOp):
            raise Misread(f"the input's size {ast.unparse(size)} is no number and no name: write L -> 2*L")
    known = {size.id for size in taken if isinstance(size, ast.Name)}
    for size in outputs:
        if isinstance(size, ast.BinOp) and inputs is None:
            raise Misread(f"the input's name is missing: write L -> {ast.unparse(size)}")
    alike = {name.lower(): name for name in known}
    for name in sorted({node.id for size in outputs if isinstance(size, ast.BinOp) for node in ast.walk(size) if isinstance(node, ast.Name)} - known):
        if name.lower() in alike:
            raise Misread(f"{name} is no size of the input; {alike[name.lower()]} is")


def _span(name: str, least: str, most: str) -> Span:
    low, high = int(least[:20]), int(most[:20]) if most else None
    if low < 1:
        raise Misread(f"a length of {low} samples: {name} begins at 1 or later")
    if high is not None and high < low:
        raise Misread(f"the range {low}..{high} holds no length")
    if max(low, high or 0) > MAX_LENGTH:
        raise Misread("the range is too large")
    return Span(low, high)


def _shape(text: str) -> Shape:
    if len(text) > 200:
        raise Misread("the shape is too long")
    node = parse_expression(re.sub(r"(?<![\w.)])(\d+)\s?(?=[A-Za-z_(])", r"\1*", re.sub(r"(?<=\w)'+(?!\w)", "_prime", text)))
    if node is None:
        raise Misread(f"{text.strip()!r} is not a shape")
    items = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
    if not items:
        raise Misread("the shape is empty")
    return tuple(item if (size := _size(item)) is None else size for item in items)


def _size(node: ast.expr) -> int | None:
    """A size's number, None for an expression with names; raises Misread for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        if node.value < 0 or node.value.bit_length() > 64:
            raise Misread(f"{ast.unparse(node)} is no size")
        return node.value
    if isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and node.value is ...):
        return None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        _size(node.operand)
        return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div)):
        left, right = _size(node.left), _size(node.right)
        if isinstance(node.op, (ast.FloorDiv, ast.Mod, ast.Div)) and right == 0:
            raise Misread("a division by zero")
        return None if left is None or right is None else combined(node.op, left, right)
    raise Misread(f"{ast.unparse(node)!r} is no size")


def on_each_axis(directive: Directive, dims: int) -> str:
    """A directive of one size for a layer of several axes, as it has to be written: `(7, 7) -> (15, 15)`; "" for any other."""
    sides = [directive.inputs or (), directive.outputs or ()]
    if dims < 2 or not all(len(side) == 1 and isinstance(side[0], int) for side in sides if side):
        return ""
    written = [f"({', '.join([str(side[0])] * dims)})" if side else "" for side in sides]
    return " -> ".join(written).strip()


def spatial(shape: Shape | None, dims: int, written: str = "") -> tuple[Size | None, ...]:
    """The spatial sizes of a shape: all of it, or what follows (C, ...) or (B, C, ...). Raises Misread."""
    if shape is None:
        return (None,) * dims
    if len(shape) - dims not in (0, 1, 2):
        axes = ("L",) if dims == 1 else ("D", "H", "W")[-dims:]
        few = f"({', '.join(axes)}) -> ({', '.join(f'2*{axis}' for axis in axes)})" if dims > 1 else "L -> 2*L"
        if dims > 1 and len(shape) == 1 and written:
            few = written
        count = f"{len(shape)} size{'s' if len(shape) > 1 else ''}"
        raise Misread(f"a shape of {count} on a layer with {dims} spatial {'axes' if dims > 1 else 'axis'}", few)
    return shape[-dims:]


def value(node: Size | None, name: str, length: int) -> int | None:
    """A formula's value for one length of what `name` stands for; None where it holds other names, or gives no whole number."""
    if isinstance(node, int):
        return node
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return length if node.id == name else None
    if isinstance(node, ast.UnaryOp):
        inner = value(node.operand, name, length)
        return None if inner is None else -inner
    if isinstance(node, ast.BinOp):
        left, right = value(node.left, name, length), value(node.right, name, length)
        if left is None or right is None:
            return None
        return combined(node.op, left, right)
    return None


def combined(op: ast.operator, left: int, right: int) -> int | None:
    """A whole number computed from two; None where there is none."""
    if isinstance(op, (ast.FloorDiv, ast.Mod, ast.Div)):
        if right == 0 or (isinstance(op, ast.Div) and left % right):
            return None
        return left % right if isinstance(op, ast.Mod) else left // right
    results = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}
    return results.get(type(op))
