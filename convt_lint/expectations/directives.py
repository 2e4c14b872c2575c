"""The directive: a comment by which a user states a layer's sizes.

    up = nn.ConvTranspose1d(512, 256, 16, stride=8, padding=4)   # convt: 10 -> 80
    # convt: (B, 512, L) -> (B, 256, 80)
    y = up(x)                                                    # convt: -> 80

It stands on a line of the construction or the call, or alone on the line above. Names (B, C) stand for sizes left open, save where
the input's length is a name and the output's a formula in it: `L -> 8*L`, or `exact` for L -> stride*L, is meant for every L, and one
length for which it fails is enough to say so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from convt_lint.facts import INPUT, AnnotationMisread, Fact, LayerApplied, LayerBuilt, Site, SizeExpected
from convt_lint.forms import label
from convt_lint.geometry import Axis, output_length, problems
from convt_lint.symbolic import Expression, Operation, Variable, names
from convt_lint.syntax.comments import Comment, comments

_MARK = re.compile(r"#\s*convt:\s*([^#]*)")
_ARROW = re.compile(r"\s*(?:-+>|=>|→)\s*")


Size: TypeAlias = "int | ast.expr"
Shape: TypeAlias = tuple[Size, ...]


@dataclass(frozen=True, slots=True)
class Directive:
    """The sizes stated for input and output: ints, or the expressions written there. `exact` states stride*L for every input length L."""

    inputs: Shape | None = None
    outputs: Shape | None = None
    exact: bool = False


class Misread(ValueError):
    """The text is no directive; the message says why."""


def directives(text: str) -> Iterator[Comment]:
    """The directives among a source's comments: a comment with several `convt:` holds several."""
    for comment in comments(text):
        for match in _MARK.finditer(comment.text):
            yield replace(comment, text=match[1].strip(), column=comment.column + match.start())


def parse(text: str) -> Directive:
    """Reads a directive's text; raises Misread."""
    if text == "exact":
        return Directive(exact=True)
    sides = _ARROW.split(text)
    if len(sides) == 1:
        raise Misread("there is no arrow between input and output")
    if len(sides) > 2:
        raise Misread("there is more than one arrow")
    inputs = _shape(sides[0]) if sides[0] else None
    if not sides[1]:
        raise Misread("there is no output after the arrow")
    return Directive(inputs, _shape(sides[1]))


def _shape(text: str) -> Shape:
    if len(text) > 200:
        raise Misread("the shape is too long")
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise Misread(f"{text.strip()!r} is not a shape") from None
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
        return None if left is None or right is None else _combined(node.op, left, right)
    raise Misread(f"{ast.unparse(node)!r} is no size")


def expectations(text: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a source's directives state, on the layers and runs that `facts` hold (their sites must have rows)."""
    found: list[Fact] = []
    located = [fact for fact in facts if isinstance(fact, (LayerBuilt, LayerApplied))]
    for comment in directives(text):
        try:
            directive = parse(comment.text)
        except Misread as error:
            if _looks_meant(comment, located, text):
                found.append(_misread(comment, str(error)))
            continue
        targets = _targets(comment, located, text, every=directive.exact)
        try:
            found += [_expectation(comment, directive, fact) for fact in targets]
        except Misread as error:
            found.append(_misread(comment, str(error)))
    return found


def _looks_meant(comment: Comment, located: list[LayerBuilt | LayerApplied], text: str) -> bool:
    """Whether a comment that is not understood is meant as a directive: prose away from any layer may speak of a name `convt`."""
    row = _next_code_row(text, comment.row) if comment.alone else comment.row
    return _SIGNS.search(comment.text) is not None or any(fact.site.row <= row <= fact.site.end_row for fact in located)


_SIGNS = re.compile(r"\d|->|=>|→|^\W|^$")


def _misread(comment: Comment, reason: str) -> AnnotationMisread:
    return AnnotationMisread(Site(comment.row, comment.column, comment.row, comment.column + len("# convt: ") + len(comment.text)), comment.text, reason)


def _targets(comment: Comment, located: list[LayerBuilt | LayerApplied], text: str, *, every: bool) -> list[LayerBuilt | LayerApplied]:
    """What a directive speaks of: the runs on its line (or the next, if it stands alone), else the constructions; none if several do.

    `every`: it holds for each of the layers that the line makes, whatever their geometries.
    """
    row = _next_code_row(text, comment.row) if comment.alone else comment.row
    here = [fact for fact in located if fact.site.row == row or (not comment.alone and fact.site.row <= row <= fact.site.end_row)]
    if any(fact.site.row == row or fact.site.end_row == row for fact in here):
        here = [fact for fact in here if fact.site.row == row or fact.site.end_row == row]
    runs: list[LayerBuilt | LayerApplied] = [fact for fact in here if isinstance(fact, LayerApplied)]
    chosen = runs or here
    sites = {id(fact.site) for fact in chosen}
    return chosen if len(sites) == 1 and (every or _agree(chosen)) else []


def _agree(facts: list[LayerBuilt | LayerApplied]) -> bool:
    """A directive on a line that is run with several geometries can be meant for any of them: it is judged only where they agree."""
    geometries = {_layer(fact).axes() for fact in facts if None not in _layer(fact).axes()}
    return len(geometries) <= 1


def _layer(fact: LayerBuilt | LayerApplied) -> LayerBuilt:
    return fact.layer if isinstance(fact, LayerApplied) else fact


def _next_code_row(text: str, row: int) -> int:
    lines = text.splitlines()
    following = row
    while following < len(lines) and (not lines[following].strip() or lines[following].lstrip().startswith("#")):
        following += 1
    return following + 1


def _expectation(comment: Comment, directive: Directive, fact: LayerBuilt | LayerApplied) -> SizeExpected:
    layer = _layer(fact)
    applied = fact if isinstance(fact, LayerApplied) else None
    dims = layer.layer.dims
    inputs, outputs = _spatial(directive.inputs, dims), _spatial(directive.outputs, dims)
    known = applied.lengths if applied is not None else (None,) * dims
    lengths: list[int | None] = []
    expected: list[int | None] = []
    stated: list[Expression | None] = []
    for axis in range(dims):
        length, size = inputs[axis], outputs[axis]
        stated.append(_stated(layer, axis, length, size))
        if directive.exact or (isinstance(length, ast.Name) and isinstance(size, ast.expr)):
            formula = None if directive.exact else _Formula(getattr(length, "id", ""), size)
            witness = _witness(layer.axes()[axis], formula, known[axis])
            lengths.append(witness[0])
            expected.append(witness[1])
        else:
            lengths.append(length if isinstance(length, int) else known[axis])
            expected.append(size if isinstance(size, int) else None)
    formulas = tuple(stated)
    meant = None if None in layer.axes() and any(size is not None for size in formulas) else applied
    return SizeExpected(fact.site, layer, tuple(expected), tuple(lengths), "directive", comment.text, meant, directive.exact, formulas, path=fact.path)


def _stated(layer: LayerBuilt, axis: int, length: Size | None, size: Size | None) -> Expression | None:
    """The output's length as a formula in the input's (INPUT) and in the names that the layer's arguments hold; None where none is stated."""
    forms = layer.forms(axis)
    if forms is None or not isinstance(length, ast.Name) or not isinstance(size, ast.expr):
        return None
    known: dict[str, Expression] = {label(name): Variable(name) for form in forms for name in names(form)}
    return _formula(size, {**known, length.id: INPUT})


def _formula(node: ast.expr, known: dict[str, Expression]) -> Expression | None:
    """A size as an expression; None where it holds other names, or divides by one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    symbol = _SYMBOLS.get(type(node.op)) if isinstance(node, ast.BinOp) else None
    if symbol is None or not isinstance(node, ast.BinOp):
        return None
    left, right = _formula(node.left, known), _formula(node.right, known)
    if left is None or right is None or (symbol in ("//", "%") and not (isinstance(right, int) and right >= 1)):
        return None
    return Operation(symbol, left, right)


_SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%"}
MAX_WITNESS = 64


@dataclass(frozen=True, slots=True)
class _Formula:
    """An output's size as it is written, in the name that stands for the input's length."""

    name: str
    size: Size | None


def _witness(axis: Axis | None, stated: _Formula | None, known: int | None) -> tuple[int | None, int | None]:
    """An input length (the known one, 10, or the smallest) for which a layer does not give the length stated for every input, and that length.

    `stated` is the formula for the output, None for stride*L. Where there is no such length, the second item is None.
    """
    if axis is None or problems(axis):
        return known, None
    for length in (known,) if known is not None else (10, *range(1, MAX_WITNESS + 1)):
        wanted = axis.stride * length if stated is None else _value(stated.size, stated.name, length)
        given = output_length(length, axis)
        if wanted is not None and wanted >= 1 and given >= 1 and given != wanted:
            return length, wanted
    return known, None


def _value(node: Size | None, name: str, length: int) -> int | None:
    """A formula's value for one length; None where it holds other names, or gives no whole number."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return length if node.id == name else None
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, name, length), _value(node.right, name, length)
        if left is None or right is None:
            return None
        return _combined(node.op, left, right)
    return None


def _combined(op: ast.operator, left: int, right: int) -> int | None:
    if isinstance(op, (ast.FloorDiv, ast.Mod, ast.Div)):
        if right == 0 or (isinstance(op, ast.Div) and left % right):
            return None
        return left % right if isinstance(op, ast.Mod) else left // right
    results = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}
    return results.get(type(op))


def _spatial(shape: Shape | None, dims: int) -> tuple[Size | None, ...]:
    """The spatial sizes of a shape: all of it, or what follows (C, ...) or (B, C, ...)."""
    if shape is None:
        return (None,) * dims
    if len(shape) - dims not in (0, 1, 2):
        raise Misread(f"a shape of {len(shape)} sizes on a layer with {dims} spatial axes")
    return shape[-dims:]
