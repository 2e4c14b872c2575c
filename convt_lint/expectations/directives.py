"""The directive: a comment by which a user states a layer's sizes.

    up = nn.ConvTranspose1d(512, 256, 16, stride=8, padding=4)   # convt: 10 -> 80
    # convt: (B, 512, L) -> (B, 256, 80)
    y = up(x)                                                    # convt: -> 80

It stands on a line of the construction or the call, or alone on the line above. Names (B, L, 8*L) stand for sizes left open.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from convt_lint.facts import AnnotationMisread, Fact, LayerApplied, LayerBuilt, Site, SizeExpected

EXPECTED_FORM = "10 -> 80, -> 80, or (B, C, 10) -> (B, C, 80)"
_MARK = re.compile(r"#\s*convt:\s*([^#]*)")
_ARROW = re.compile(r"\s*(?:-+>|=>|→)\s*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A directive's text and place; `alone` says that nothing else stands on its line."""

    text: str
    row: int
    column: int
    end_column: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Directive:
    """The sizes stated for input and output, as written: ints where they are numbers, None where a name leaves them open."""

    inputs: tuple[int | None, ...] | None
    outputs: tuple[int | None, ...] | None


class Misread(ValueError):
    """The text is no directive; the message says why."""


def comments(text: str) -> Iterator[Comment]:
    """The directives among a source's comments (not those inside strings)."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                match = _MARK.match(token.string)
                if match is not None:
                    row, column = token.start
                    yield Comment(match[1].strip(), row, column + 1, column + len(match[0].rstrip()) + 1, not token.line[:column].strip())
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return


def parse(text: str) -> Directive:
    """Reads a directive's text; raises Misread."""
    if text == "exact":
        return Directive(None, None)
    sides = _ARROW.split(text)
    if len(sides) == 1:
        raise Misread("there is no arrow between input and output")
    if len(sides) > 2:
        raise Misread("there is more than one arrow")
    inputs = _shape(sides[0]) if sides[0] else None
    if not sides[1]:
        raise Misread("there is no output after the arrow")
    return Directive(inputs, _shape(sides[1]))


def _shape(text: str) -> tuple[int | None, ...]:
    if len(text) > 200:
        raise Misread("the shape is too long")
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise Misread(f"{text.strip()!r} is not a shape") from None
    items = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
    if not items:
        raise Misread("the shape is empty")
    return tuple(_size(item) for item in items)


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
        if left is None or right is None or isinstance(node.op, ast.Div):
            return None
        if isinstance(node.op, (ast.FloorDiv, ast.Mod)) and right == 0:
            raise Misread("a division by zero")
        results = {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}
        return results[type(node.op)] if type(node.op) in results else left // right if isinstance(node.op, ast.FloorDiv) else left % right
    raise Misread(f"{ast.unparse(node)!r} is no size")


def expectations(text: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a source's directives state, on the layers and runs that `facts` hold (their sites must have rows)."""
    found: list[Fact] = []
    located = [fact for fact in facts if isinstance(fact, (LayerBuilt, LayerApplied))]
    for comment in comments(text):
        try:
            directive = parse(comment.text)
        except Misread as error:
            found.append(_misread(comment, str(error)))
            continue
        targets = _targets(comment, located, text)
        try:
            found += [_expectation(comment, directive, fact) for fact in targets if directive.outputs is not None]
        except Misread as error:
            found.append(_misread(comment, str(error)))
    return found


def _misread(comment: Comment, reason: str) -> AnnotationMisread:
    return AnnotationMisread(Site(comment.row, comment.column, comment.row, comment.end_column), comment.text, reason)


def _targets(comment: Comment, located: list[LayerBuilt | LayerApplied], text: str) -> list[LayerBuilt | LayerApplied]:
    """What a directive speaks of: the runs on its line (or the next, if it stands alone), else the constructions; none if several do."""
    row = _next_code_row(text, comment.row) if comment.alone else comment.row
    here = [fact for fact in located if fact.site.row == row or (not comment.alone and fact.site.row <= row <= fact.site.end_row)]
    if any(fact.site.row == row or fact.site.end_row == row for fact in here):
        here = [fact for fact in here if fact.site.row == row or fact.site.end_row == row]
    runs: list[LayerBuilt | LayerApplied] = [fact for fact in here if isinstance(fact, LayerApplied)]
    chosen = runs or here
    sites = {id(fact.site) for fact in chosen}
    return chosen if len(sites) == 1 and _agree(chosen) else []


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
    expected = _spatial(directive.outputs, layer.layer.dims)
    stated = _spatial(directive.inputs, layer.layer.dims)
    known = applied.lengths if applied is not None else (None,) * layer.layer.dims
    lengths = tuple(s if s is not None else k for s, k in zip(stated, known, strict=True))
    return SizeExpected(fact.site, layer, expected, lengths, "directive", comment.text, applied, path=fact.path)


def _spatial(shape: tuple[int | None, ...] | None, dims: int) -> tuple[int | None, ...]:
    """The spatial sizes of a shape: all of it, or what follows (C, ...) or (B, C, ...)."""
    if shape is None:
        return (None,) * dims
    if len(shape) - dims not in (0, 1, 2):
        raise Misread(f"a shape of {len(shape)} sizes on a layer with {dims} spatial axes")
    return shape[-dims:]
