"""The directive: a comment by which a user states a layer's sizes.

    up = nn.ConvTranspose1d(512, 256, 16, stride=8, padding=4)   # convt: 10 -> 80
    # convt: (B, 512, L) -> (B, 256, 80)
    y = up(x)                                                    # convt: -> 80
    audio = self.decoder(z)                                      # convt: L -> 256*L

It stands on a line of the construction or the call, or alone on the line above. Names (B, C) stand for sizes left open, save where
the input's length is a name and the output's a formula in it: `L -> 8*L`, or `exact` for L -> stride*L, is meant for every L, or for those in a
range (`L in 1..8192`), and one length for which it fails is enough to say so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from convt_lint.conventions import lengths_for
from convt_lint.expectations import ignore_texts
from convt_lint.expectations.directive_texts import Directive, Misread, NotChecked, Shape, Size, Span, directives, on_each_axis, parse, spatial, value
from convt_lint.facts import INPUT, AnnotationMisread, CallExpected, CallSized, Fact, LayerApplied, LayerBuilt, RangeStated, Site, SizeExpected
from convt_lint.forms import label
from convt_lint.geometry import Axis, output_length, problems
from convt_lint.symbolic import Expression, Operation, Variable, evaluate, names
from convt_lint.syntax.comments import Comment

MAX_WITNESS = 64


def expectations(text: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a source's directives state, on the layers and runs that `facts` hold (their sites must have rows)."""
    page = _Page(text, list(facts))
    read: list[tuple[Comment, Directive]] = []
    found: list[Fact] = []
    for comment in directives(text):
        if ignore_texts.is_meant(comment.text):
            found += _misread_suppression(comment)
            continue
        try:
            read.append((comment, parse(comment.text)))
        except Misread as error:
            if page.looks_meant(comment):
                found.append(_misread(comment, error))
    by_row: dict[int, list[tuple[Comment, Directive]]] = {}
    for comment, directive in read:
        by_row.setdefault(page.row(comment), []).append((comment, directive))
    for here in by_row.values():
        spans = {name: span for _, directive in here for name, span in directive.spans.items()}
        inputs = [directive.inputs for _, directive in here]
        for comment, directive in here:
            try:
                found += page.bind(comment, replace(directive, spans=spans), inputs)
            except Misread as error:
                found.append(_misread(comment, error))
    return found


def _misread(comment: Comment, error: Misread) -> AnnotationMisread:
    site = Site(comment.row, comment.column, comment.row, comment.column + len("# convt: ") + len(comment.text))
    return AnnotationMisread(site, comment.text, str(error), isinstance(error, NotChecked), error.expected)


def _misread_suppression(comment: Comment) -> list[AnnotationMisread]:
    try:
        ignore_texts.parse(comment.text)
    except ignore_texts.Misread as error:
        return [_misread(comment, Misread(str(error), ignore_texts.EXPECTED))]
    return []


_SIGNS = re.compile(r"\d|->|=>|→|^\W|^$")


_F = TypeVar("_F", bound=Fact)


def _by_row(facts: Iterable[_F]) -> dict[int, list[_F]]:
    """The facts by each row that they stand on."""
    found: dict[int, list[_F]] = {}
    for fact in facts:
        for row in range(fact.site.row, max(fact.site.row, fact.site.end_row) + 1):
            found.setdefault(row, []).append(fact)
    return found


class _Page:
    """A source's lines, with the layers and calls on them."""

    def __init__(self, text: str, facts: list[Fact]) -> None:
        self.lines = text.split("\n")
        self.code_from = list(range(len(self.lines) + 1))
        """For each line, counted from 0, the first one from there on that holds more than a comment; one past the last where there is none."""
        for index in range(len(self.lines) - 1, -1, -1):
            if self.lines[index].lstrip()[:1] in ("", "#"):
                self.code_from[index] = self.code_from[index + 1]
        self.layers = _by_row(fact for fact in facts if isinstance(fact, (LayerBuilt, LayerApplied)))
        self.calls = _by_row(fact for fact in facts if isinstance(fact, CallSized))

    def row(self, comment: Comment) -> int:
        """The row of code that a comment speaks of: its own, or, where it stands alone, the next."""
        row = comment.row
        return self.code_from[row] + 1 if comment.alone else row

    def looks_meant(self, comment: Comment) -> bool:
        """Whether a comment that is not understood is meant as a directive: prose away from any layer may speak of a name `convt`."""
        row = self.row(comment)
        return _SIGNS.search(comment.text) is not None or row in self.layers

    def bind(self, comment: Comment, directive: Directive, stated: list[Shape | None]) -> Iterator[Fact]:
        """What a directive states of the layer, or the call of a network, that it stands beside. `stated`: the inputs of all directives there."""
        calls, layers = self.here(comment, self.calls), self.here(comment, self.layers)
        runs = [fact for fact in layers if isinstance(fact, LayerApplied)]
        if calls and not directive.exact:
            if len({id(fact.site) for fact in (*calls, *runs)}) > 1:
                raise NotChecked("several calls stand on this line, and it is not clear which is meant: give each a line of its own")
            for call in calls if directive.states_sizes else ():
                self.check_whole(call.site)
                yield from _of_call(comment, directive, call)
            return
        chosen: list[LayerBuilt] | list[LayerApplied] | list[LayerBuilt | LayerApplied] = runs or layers
        if not chosen:
            around = " ".join(line.partition("#")[0] for line in self.lines[max(self.row(comment) - 2, 0) : self.row(comment)])
            elsewhere = "; a whole network's stands at its call" if "Sequential(" in around or around.strip().endswith(")") else ""
            raise NotChecked(f"no transposed convolution that can be followed is built or run on this line{elsewhere}")
        if len({id(fact.site) for fact in chosen}) > 1:
            raise NotChecked("several layers stand on this line, and it is not clear which is meant: give each a line of its own")
        if directive.exact or _agree(chosen):
            for run in runs if directive.states_sizes and not directive.exact else ():
                self.check_whole(run.site)
            for fact in chosen:
                if directive.spans:
                    yield from _ranges(directive, fact, stated)
                if directive.states_sizes:
                    yield _expectation(comment, directive, fact)

    def check_whole(self, site: Site) -> None:
        """Raises NotChecked where what a call gives is cropped at once: which of the two sizes is meant?"""
        rest = self.lines[site.end_row - 1][site.end_column - 1 :].lstrip()
        if rest.startswith(("[", ".")) and not re.match(r"\.(?:contiguous|detach|to|cuda|cpu|float)\(", rest):
            raise NotChecked("the call on this line is not all of its value: give the call a line of its own")

    def here(self, comment: Comment, facts: dict[int, list[_F]]) -> list[_F]:
        """The facts on a comment's row; of those that go over several rows those that begin or end there come first."""
        row = self.row(comment)
        here = [fact for fact in facts.get(row, ()) if fact.site.row == row or not comment.alone]
        at_an_end = [fact for fact in here if row in (fact.site.row, fact.site.end_row)]
        return at_an_end or here


def _agree(facts: Iterable[LayerBuilt | LayerApplied]) -> bool:
    """A directive on a line that is run with several geometries can be meant for any of them: it is judged only where they agree."""
    return len({_layer(fact).axes() for fact in facts if None not in _layer(fact).axes()}) <= 1


def _layer(fact: LayerBuilt | LayerApplied) -> LayerBuilt:
    return fact.layer if isinstance(fact, LayerApplied) else fact


# -- a layer ---------------------------------------------------------------------------------------------------------------------------


def _expectation(comment: Comment, directive: Directive, fact: LayerBuilt | LayerApplied) -> SizeExpected:
    layer = _layer(fact)
    applied = fact if isinstance(fact, LayerApplied) else None
    dims = layer.layer.dims
    inputs, outputs = (spatial(shape, dims, on_each_axis(directive, dims)) for shape in (directive.inputs, directive.outputs))
    _check_channels(directive, layer)
    known = applied.lengths if applied is not None else (None,) * dims
    lengths: list[int | None] = []
    expected: list[int | None] = []
    stated: list[Expression | None] = []
    spans: list[tuple[int, int | None]] = []
    for axis in range(dims):
        length, size = inputs[axis], outputs[axis]
        span = _span_of(directive, length)
        stated.append(_stated(layer, axis, length, size))
        spans.append((span.least, span.most))
        if directive.exact or (isinstance(length, ast.Name) and isinstance(size, ast.expr)):
            witness = _witness(layer.axes()[axis], None if directive.exact else _Formula(getattr(length, "id", ""), size), known[axis], span)
            lengths.append(witness[0])
            expected.append(witness[1])
        else:
            lengths.append(length if isinstance(length, int) else known[axis])
            expected.append(size if isinstance(size, int) else None)
    formulas = tuple(stated)
    meant = None if None in layer.axes() and any(size is not None for size in formulas) else applied
    numbers = (tuple(expected), tuple(lengths))
    return SizeExpected(fact.site, layer, *numbers, "directive", comment.text, meant, directive.exact, formulas, tuple(spans), path=fact.path)


def _check_channels(directive: Directive, layer: LayerBuilt) -> None:
    """Raises NotChecked where a shape's channels are not the layer's."""
    for shape, name, side in ((directive.inputs, "in_channels", "input"), (directive.outputs, "out_channels", "output")):
        stated = shape[-layer.layer.dims - 1] if shape is not None and len(shape) > layer.layer.dims else None
        channels = layer.arguments.get(name)
        if isinstance(stated, int) and isinstance(channels, int) and stated != channels:
            raise NotChecked(f"it says that the {side} has {stated} channels, and the layer's has {channels}")


def _span_of(directive: Directive, length: Size | None) -> Span:
    """The lengths that an input may have: those of its name; where it has none, those of the only range there is."""
    if isinstance(length, ast.Name):
        return directive.spans.get(length.id, Span())
    return next(iter(directive.spans.values())) if length is None and len(directive.spans) == 1 else Span()


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
    if isinstance(node, ast.UnaryOp):
        inner = _formula(node.operand, known)
        return None if inner is None else Operation("-", 0, inner)
    symbol = _SYMBOLS.get(type(node.op)) if isinstance(node, ast.BinOp) else None
    if symbol is None or not isinstance(node, ast.BinOp):
        return None
    left, right = _formula(node.left, known), _formula(node.right, known)
    if left is None or right is None or (symbol in ("//", "%") and not (isinstance(right, int) and right >= 1)):
        return None
    return Operation(symbol, left, right)


_SYMBOLS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Mod: "%"}


@dataclass(frozen=True, slots=True)
class _Formula:
    """An output's size as it is written, in the name that stands for the input's length."""

    name: str
    size: Size | None


def _witness(axis: Axis | None, stated: _Formula | None, known: int | None, span: Span) -> tuple[int | None, int | None]:
    """An input length (the known one, 10, or the smallest) for which a layer does not give the length stated for every input, and that length.

    `stated` is the formula for the output, None for stride*L. Where there is no such length, the second item is None.
    """
    if axis is None or problems(axis):
        return known, None
    for length in (known,) if known is not None else _tried(span):
        wanted = axis.stride * length if stated is None else value(stated.size, stated.name, length)
        given = output_length(length, axis)
        if wanted is not None and wanted >= 1 and given >= 1 and given != wanted:
            return length, wanted
    return known, None


def _tried(span: Span) -> Iterator[int]:
    """Lengths of a range to be tried: 10, the first ones, the last."""
    first = range(span.least, span.least + MAX_WITNESS)
    yield from (length for length in chain((10,), first, (span.most,)) if length is not None and length in span)


def _ranges(directive: Directive, fact: LayerBuilt | LayerApplied, stated: list[Shape | None]) -> Iterator[RangeStated]:
    """The lengths that the input may have on each axis, by the name that stands for it."""
    dims = _layer(fact).layer.dims
    shapes = [spatial(shape, dims) for shape in stated if shape is not None]
    names_of = [{size.id for shape in shapes if isinstance(size := shape[axis], ast.Name)} for axis in range(dims)]
    for name, span in directive.spans.items():
        axes = [axis for axis in range(dims) if name in names_of[axis]] or [axis for axis in range(dims) if name == "DHW"[axis - dims]]
        if not axes and (dims > 1 and len(directive.spans) > 1):
            raise Misread(f"which axis is {name}? Name the axes in a shape: (B, C, {', '.join('DHW'[-dims:])}) -> ...")
        for axis in axes or range(dims):
            yield RangeStated(fact.site, _layer(fact), axis, name, span.least, span.most, path=fact.path)


# -- a call of a network ------------------------------------------------------------------------------------------------------------------


def _of_call(comment: Comment, directive: Directive, call: CallSized) -> Iterator[CallExpected]:
    """What a directive states of what a network, or a function, makes of its input."""
    dims = call.layer.layer.dims
    inputs, outputs = (spatial(shape, dims, on_each_axis(directive, dims)) for shape in (directive.inputs, directive.outputs))
    for axis in range(dims):
        given, taken = call.outputs[axis], call.inputs[axis] if call.inputs else None
        if given is not None:
            witness = _call_witness(given, taken, inputs[axis], outputs[axis], _span_of(directive, inputs[axis]))
            if witness is not None:
                yield CallExpected(call.site, call.layer, axis, *witness, comment.text, path=call.path)


def _call_witness(given: Expression, taken: Expression | None, length: Size | None, size: Size | None, span: Span) -> tuple[int | None, int | None, int] | None:
    """An input's length, what comes of it and what is stated, where these two differ; the first two are None where no input gives what is stated."""
    variables = names(given)
    if size is None or len(variables) > 1:
        return None
    if taken is None or (variables and taken != Variable(next(iter(variables)))):
        return None if length is not None or not isinstance(size, int) else _unreachable(given, size)
    if isinstance(taken, int):
        wanted = value(size, length.id, taken) if isinstance(length, ast.Name) else value(size, "", taken)
        stated_of = length if isinstance(length, int) else taken
        return (taken, evaluate(given, {}), wanted) if wanted is not None and stated_of == taken and evaluate(given, {}) != wanted else None
    if isinstance(length, ast.Name) and isinstance(size, ast.expr):
        for tried in _tried(span):
            wanted, made = value(size, length.id, tried), _made(given, variables, tried)
            if wanted is not None and wanted >= 1 and made >= 1 and made != wanted:
                return tried, made, wanted
        return None
    if isinstance(length, int) and isinstance(size, int):
        made = _made(given, variables, length)
        return (length, made, size) if made != size else None
    return _unreachable(given, size) if isinstance(size, int) else None


def _made(given: Expression, variables: frozenset[Hashable], length: int) -> int:
    return evaluate(given, dict.fromkeys(variables, length))


def _unreachable(given: Expression, size: int) -> tuple[None, int | None, int] | None:
    """Where a size is another, or one that no length gives."""
    if isinstance(given, int):
        return (None, given, size) if given != size else None
    found = lengths_for(given, size)
    return (None, None, size) if found is not None and found[0] > found[1] else None
