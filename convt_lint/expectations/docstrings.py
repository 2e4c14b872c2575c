"""Shapes in docstrings, held against what the function returns for an input of any length.

A docstring is read more loosely than a type: its letters are often used again for another length, and it may be meant for most lengths only.
So nothing is taken from it but a relation: where the input is `(B, C, T)` and the output `(B, C, 2*T)`, the two lengths are held against each
other, and they disagree only where no length at all fits.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from convt_lint.conventions import lengths_for
from convt_lint.expectations.docstring_texts import INPUT, Documented, Output, parse
from convt_lint.expectations.shapes_in_text import Dim, Shape
from convt_lint.facts import LayerApplied, Multiple, SizeDocumented
from convt_lint.interpret.values import ClassObject, Function, Ref, Tensor, Unknown, Value
from convt_lint.lengths import form, part
from convt_lint.proofs import period_of
from convt_lint.symbolic import Dimension, Expression, Variable, evaluate, names

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator
    from convt_lint.interpret.machine import Machine

_ENTERED = "(sizes of the arguments)"
MAX_PERIOD = 512
NEAR = range(1, 65)
FAR = 1000

Given: TypeAlias = "tuple[tuple[str, tuple[Value, ...]], ...]"
"""The last sizes of parameters when a function is entered."""
Taken: TypeAlias = "tuple[Shape, tuple[Value, ...]]"
"""A parameter's shape as it is stated, and its sizes."""


def enter(machine: Machine, function: Function, frame: Ref) -> None:
    """Notes the sizes of those parameters of which the docstring states the shape."""
    documented = _documented(machine, function)
    if documented is None:
        return
    bound = machine.world.names(frame) or {}
    found = [(name, _sizes(machine, bound[name], shape)) for name, shape in _named(function, documented) if name in bound]
    machine.world.bind(frame, _ENTERED, tuple((name, sizes) for name, sizes in found if sizes))


def returned(evaluator: Evaluator, value: Value) -> None:
    """Holds what a function returns against its docstring."""
    machine = evaluator.machine
    node = machine.calls[-1].node if machine.calls else None
    documented, docstring = machine.docstrings.get(id(node), (None, None))
    if documented is None or documented.output is None or docstring is None or machine.reshaped:
        return
    held = (machine.world.names(evaluator.scopes[0]) or {}).get(_ENTERED, ())
    given: Given = held if isinstance(held, tuple) else ()
    if any(_rank(machine, sizes) not in (None, len(sizes)) for _, sizes in given):
        return  # the path of an input of another number of dimensions than is stated
    inputs = {name: shape for name, shape in documented.inputs.items() if name != INPUT}
    if INPUT in documented.inputs and given:
        inputs.setdefault(given[0][0], documented.inputs[INPUT])
    for fact in _judged(machine, documented.output, [(inputs[name], sizes) for name, sizes in given if name in inputs], value, docstring):
        machine.emit(fact)


# -- a function's docstring ----------------------------------------------------------------------------------------------------------


def _documented(machine: Machine, function: Function) -> Documented | None:
    """What a function's docstring states, or, for a module's `forward`, that of its class."""
    node = function.node
    if not isinstance(node, cst.FunctionDef):
        return None
    if id(node) not in machine.docstrings:
        found: list[tuple[Documented | None, cst.SimpleString | None]] = [_read(node)]
        cls = machine.world.heap.get(function.owner.key) if function.owner is not None and function.name == "forward" else None
        if isinstance(cls, ClassObject) and isinstance(cls.node, cst.ClassDef):
            found.append(_read(cls.node))
        machine.docstrings[id(node)] = next((pair for pair in found if pair[0] is not None and pair[0].output is not None), (None, None))
    documented: Documented | None = machine.docstrings[id(node)][0]
    return documented


def _read(node: cst.FunctionDef | cst.ClassDef) -> tuple[Documented | None, cst.SimpleString | None]:
    body = node.body.body
    first = body[0].body[0] if body and isinstance(body[0], cst.SimpleStatementLine) and body[0].body else None
    string = first.value if isinstance(first, cst.Expr) else None
    text = string.evaluated_value if isinstance(string, cst.SimpleString) else None
    if not isinstance(text, str) or not isinstance(string, cst.SimpleString):
        return None, None
    return parse(text), string


def _named(function: Function, documented: Documented) -> Iterator[tuple[str, Shape]]:
    """The parameters whose shapes are stated, by name; an input without a name is the first."""
    params = function.node.params
    names = [parameter.name.value for parameter in (*params.posonly_params, *params.params)]
    own = names[1:] if function.owner is not None and function.flavour == "function" else names
    for name, shape in documented.inputs.items():
        if name in own:
            yield name, shape
        elif name == INPUT and own:
            yield own[0], shape


def _sizes(machine: Machine, value: Value, shape: Shape) -> tuple[Value, ...]:
    """The sizes of a tensor, or of a value that may be one; empty where it has another number of dimensions than is stated."""
    if isinstance(value, Tensor):
        return value.last if value.rank == len(shape) else ()
    if isinstance(value, Unknown) and machine.world.rank_of(value.term) in (None, len(shape)):
        return tuple(part(value.term, index - len(shape)) for index in range(len(shape)))
    return ()


def _rank(machine: Machine, sizes: tuple[Value, ...]) -> int | None:
    """The number of dimensions of the value that sizes are of, where it has turned out since."""
    found = form(sizes[-1])
    owners = [name.owner for name in (names(found) if found is not None else ()) if isinstance(name, Dimension)]
    return machine.world.rank_of(owners[0]) if len(owners) == 1 and isinstance(found, Variable) else None


# -- stated and given ------------------------------------------------------------------------------------------------------------------


def _judged(machine: Machine, output: Output, inputs: list[Taken], value: Value, docstring: cst.SimpleString) -> Iterator[SizeDocumented]:
    """One fact for each size of the output that a transposed convolution made."""
    last = value.last if isinstance(value, Tensor) and value.rank in (None, len(output.shape)) else ()
    guessed = any(item.guess for item in machine.world.assumptions)
    if any(len(shape) != len(output.shape) for shape, _ in inputs) and (guessed or not isinstance(value, Tensor) or value.rank is None):
        return  # dimensions may have been joined
    for index in range(-min(len(last), len(output.shape)), 0):
        size = last[index]
        trail = getattr(size, "trail", None)
        runs = [] if trail is None else [place.applied for place in trail.way() if place.applied is not None]
        given, blamed = form(size), None if trail is None else trail.blamed()
        if blamed is None or given is None or trail is None:
            continue
        dims = runs[-1].layer.layer.dims
        stated = output.shape[index]
        if not _may_be_of(output.shape, runs[-1], bool(inputs)):
            return
        agrees = None
        if -index <= dims:
            meant = [index - 1] if -index < len(output.shape) and _may_be_channels(output.shape[-1], runs[-1]) else []
            if len(set(runs[-1].layer.axes())) > 1:  # height and width, or the other way round
                if isinstance(stated.size, Multiple):
                    continue
                meant += [other for other in range(-min(dims, len(output.shape)), 0) if other != index]
            agrees = _agrees(given, [(output.shape[i], i) for i in (index, *meant)], inputs)
        said = (machine.site(docstring), output.line, output.text, stated.text)
        yield SizeDocumented(blamed.layer.site, blamed.layer, *said, given, agrees, trail, len(runs) == 1, path=machine.path())


def _may_be_of(shape: Shape, run: LayerApplied, related: bool) -> bool:
    """Whether a shape may be that of a layer's output: with its channels, first or last; where no input is stated beside it, as a whole shape."""
    dims, channels = run.layer.layer.dims, run.layer.arguments.get("out_channels")
    if not related and len(shape) - dims not in (1, 2):
        return False
    return len(shape) == dims or _has_channels(shape, dims, channels)


def _has_channels(shape: Shape, dims: int, channels: object) -> bool:
    """Whether a shape may have a layer's channels, first or last: these numbers, or a name."""
    if len(shape) <= dims:
        return False
    first, last = shape[-dims - 1].size, shape[-1].size
    named = last is None or (isinstance(last, Multiple) and last.plain)
    return not isinstance(channels, int) or not isinstance(first, int) or first == channels or last == channels or named


def _may_be_channels(dim: Dim, run: LayerApplied) -> bool:
    """Whether what stands last in a shape may be a number of channels."""
    channels = run.layer.arguments.get("out_channels")
    return dim.size == channels or not isinstance(channels, int) if isinstance(dim.size, int) else dim.size is None or dim.size.plain or dim.size.over > 1


def _agrees(given: Expression, stated: list[tuple[Dim, int]], inputs: list[Taken]) -> bool | None:
    """Whether a length is one that the docstring may mean, channels first or last; None where that cannot be told."""
    verdicts = [
        _fits(given, dim, [(shape, sizes, shift) for shape, sizes in inputs], index) for dim, index in stated for shift in ((0, -1) if inputs else (0,))
    ]
    return True if True in verdicts else verdicts[0]


def _fits(given: Expression, dim: Dim, inputs: list[tuple[Shape, tuple[Value, ...], int]], index: int) -> bool | None:
    """Whether any length of the input makes a size the stated one."""
    variables = names(given)
    if len(variables) > 1 or dim.size is None or (isinstance(dim.size, Multiple) and dim.size.plain):
        return None
    length = next(((shape[i], i - shift) for shape, sizes, shift in inputs for i in range(-len(shape), 0) if _is_of(sizes, i - shift, variables)), None)
    if isinstance(dim.size, int):
        if length is not None and isinstance(length[0].size, int):
            return evaluate(given, dict.fromkeys(variables, length[0].size)) == dim.size
        if not variables:
            return given == dim.size
        span = lengths_for(given, dim.size)
        return None if span is None else span[0] <= span[1]
    if length is None or not isinstance(length[0].size, Multiple) or length[0].size.name != dim.size.name:
        return None
    return _any_fits(given, variables, length[0].size, dim.size)


def _is_of(sizes: tuple[Value, ...], index: int, variables: frozenset[Hashable]) -> bool:
    """Whether a size of an input is the variable that a formula hangs on."""
    size = form(sizes[index]) if -len(sizes) <= index < 0 else None
    return size is not None and not isinstance(size, int) and names(size) == variables and len(variables) == 1


def _any_fits(given: Expression, variables: frozenset[Hashable], taken: Multiple, stated: Multiple) -> bool | None:
    """Whether for some value of the name the input and the output are what is stated of them."""
    period = period_of(given) * taken.over * stated.over
    if period > MAX_PERIOD:
        return None
    tried = 0
    for value in (*NEAR, *range(FAR, FAR + 2 * period)):
        length, wanted = taken.at(value), stated.at(value)
        if length >= 1 and wanted >= 1:
            tried += 1
            if evaluate(given, dict.fromkeys(variables, length)) == wanted:
                return True
    return False if tried else None
