"""Types as stated sizes: what an annotation says of a parameter, of what is returned, and of a variable.

    def up(x: Float[Tensor, "b c t"]) -> Float[Tensor, "b c 2*t"]: ...

A name stands for one size within a call of the function. Where nothing is known of a parameter it is what its type says; where something is
known, and at every `return` and annotated assignment, the type is held against it. A type is meant for all inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.expectations import annotated, asserts
from convt_lint.expectations.shape_texts import Dim, Stated
from convt_lint.facts import Clash, ShapesMeet, Waypoint
from convt_lint.interpret import tensors, trials
from convt_lint.interpret.values import Array, ClassObject, Function, Length, Ref, Tensor, Unknown, Value
from convt_lint.lengths import form, part, sized
from convt_lint.symbolic import Variable, names, substitute

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

_SIZES = "(sizes of types)"
_SIGNATURE = 0
Bound = dict[str, tuple[Value, int]]
"""The size that each name of a type stands for, and the annotation that gave it (0: the function's parameters)."""


# -- a function is entered ---------------------------------------------------------------------------------------------------


def enter(evaluator: Evaluator, function: Function, frame: Ref, node: cst.CSTNode | None) -> None:
    """Takes parameters of which nothing is known for what their types say, and holds the others against them. `node`: the call, if there is one; without one
    they are first taken for what the project's configuration says."""
    if not isinstance(function.node, cst.FunctionDef):
        return
    if node is None:
        _configured(evaluator, function, frame)
    typed = [(parameter, parameter.annotation) for parameter in _parameters(function.node.params) if parameter.annotation is not None]
    if not typed:
        return
    scopes = evaluator.scopes
    evaluator.scopes = function.scopes
    try:
        read = [(parameter, annotated.read(evaluator, annotation)) for parameter, annotation in typed]
    finally:
        evaluator.scopes = scopes
    world = evaluator.machine.world
    stated = [(parameter, shape) for parameter, shape in read if isinstance(shape, Stated)]
    given = {parameter.name.value: (world.names(frame) or {}).get(parameter.name.value) for parameter, _ in stated}
    open_to = {name for name, value in given.items() if isinstance(value, Unknown) and function.defaults.get(name, NotImplemented) is not None}
    bound: Bound = {}
    for parameter, shape in stated:
        name = parameter.name.value
        if name in open_to or isinstance(given[name], (Tensor, Array)):
            _name_sizes(given[name], shape, bound, _SIGNATURE)
    for parameter, shape in stated:
        name = parameter.name.value
        value = given[name]
        if name in open_to and isinstance(value, Unknown):
            world.bind(frame, name, _taken(evaluator, value, shape, bound, parameter))
        elif node is not None:
            hold(evaluator, node, value, shape, bound)
    if bound:
        world.bind(frame, _SIZES, tuple((name, *entry) for name, entry in bound.items()))


def _configured(evaluator: Evaluator, function: Function, frame: Ref) -> None:
    """Takes parameters of which nothing is known for what the project's configuration says."""
    world = evaluator.machine.world
    owner = None if function.owner is None else world.heap.get(function.owner.key)
    stated = evaluator.machine.inputs.of(f"{owner.name}.{function.name}" if isinstance(owner, ClassObject) else function.name)
    bound: Bound = {}
    for parameter in _parameters(function.node.params) if stated else ():
        name = parameter.name.value
        value = (world.names(frame) or {}).get(name)
        if name in stated and isinstance(value, Unknown):
            _name_sizes(value, stated[name], bound, _SIGNATURE)
            world.bind(frame, name, _taken(evaluator, value, stated[name], bound, parameter, "the configuration"))


def _parameters(params: cst.Parameters) -> Iterator[cst.Param]:
    yield from (*params.posonly_params, *params.params, *params.kwonly_params)


def _name_sizes(value: Value, stated: Stated, bound: Bound, giver: int) -> None:
    """Gives the names of a type the sizes that stand there: a tensor's, or those of a value of which only the name is known."""
    for index, dim in _placed(value, stated):
        if isinstance(dim, Variable) and (str(dim.name) not in bound or giver not in (_SIGNATURE, bound[str(dim.name)][1])):
            size = trials.measured(part(value.term, index).expression, None) if isinstance(value, Unknown) else _size(value, index)
            if size is not None:
                bound.setdefault(str(dim.name), (size, giver))


def _placed(value: Value, stated: Stated) -> Iterator[tuple[int, Dim]]:
    """The sizes of a type, each with its dimension counted from the end; those before an open part only where the rank is known."""
    tensor = value.tensor if isinstance(value, Array) else value
    rank = tensor.rank if isinstance(tensor, Tensor) else None
    if rank is not None and stated.fits_rank(rank):
        yield from ((index - rank, dim) for index, dim in enumerate(stated.head))
    yield from ((index - len(stated.tail), dim) for index, dim in enumerate(stated.tail))


def _size(value: Value, index: int) -> Value:
    tensor = value.tensor if isinstance(value, Array) else value
    size = tensor.last[index] if isinstance(tensor, Tensor) and -len(tensor.last) <= index else None
    return None if form(size) is None else size


def _taken(evaluator: Evaluator, value: Unknown, stated: Stated, bound: Bound, node: cst.CSTNode, said: str = "its type") -> Value:
    """A value of which nothing is known, as the tensor that its type, or what else is `said` of it, says it is."""
    world = evaluator.machine.world
    if world.rank_of(value.term) not in (None, stated.least):
        return value
    sizes: list[Value] = []
    for index, dim in _placed(value, stated):
        size = evaluated(dim, bound)
        if size is None:
            size = part(value.term, index)
        elif isinstance(size, int):
            size = Length(size, None, Waypoint(int(size), said, evaluator.machine.site(node)))
        sizes.append(trials.measured(size.form, None) if not isinstance(size, (int, Unknown)) else size)
    if stated.open:
        return Tensor(None, tuple(sizes))
    world.state_rank(value.term, stated.least)
    return Tensor(tuple(sizes))


def evaluated(dim: Dim, bound: Bound) -> Value:
    """A size of a type where its names stand for sizes; None where one of them stands for none."""
    if dim is None or isinstance(dim, int):
        return dim
    if isinstance(dim, Variable) and str(dim.name) in bound:
        return bound[str(dim.name)][0]
    values = {name: form(bound[str(name)][0]) for name in names(dim) if str(name) in bound}
    if len(values) < len(names(dim)) or None in values.values():
        return None
    return sized(substitute(dim, {name: value for name, value in values.items() if value is not None}))


# -- values that a type speaks of --------------------------------------------------------------------------------------------


def returned(evaluator: Evaluator, node: cst.CSTNode, value: Value) -> None:
    """Holds what a function returns against its return type."""
    record = evaluator.machine.calls[-1] if evaluator.machine.calls else None
    function = record.node if record is not None else None
    if not isinstance(function, cst.FunctionDef) or function.returns is None:
        return
    stated = annotated.read(evaluator, function.returns)
    shapes, values = (stated, value) if isinstance(stated, tuple) and isinstance(value, tuple) else ((stated,), (value,))
    bound = _bound(evaluator)
    if len(shapes) == len(values):
        for shape, item in zip(shapes, values, strict=True):
            if isinstance(shape, Stated):
                _name_sizes(item, shape, bound, id(node))
                hold(evaluator, node, item, shape, bound, entered=True)


def assigned(evaluator: Evaluator, node: cst.AnnAssign, value: Value) -> Value:
    """Holds a value against the type of the variable that it is bound to; gives it, or the tensor of that type where nothing is known of it."""
    stated = annotated.read(evaluator, node.annotation)
    if not isinstance(stated, Stated) or node.value is None:
        return value
    inside = bool(evaluator.machine.calls)
    bound = _bound(evaluator) if inside else {}
    for name in [name for name, (_, giver) in bound.items() if giver == id(node)]:
        del bound[name]  # the statement is run again: its own names are given anew
    if isinstance(value, Unknown):
        return _taken(evaluator, value, stated, bound, node.annotation) if value.origin is None else value
    if inside and isinstance(value, (Tensor, Array)):
        _name_sizes(value, stated, bound, id(node))
        evaluator.machine.world.bind(evaluator.scopes[0], _SIZES, tuple((name, *entry) for name, entry in bound.items()))
    hold(evaluator, node.value, value, stated, bound, entered=inside)
    return value


def _bound(evaluator: Evaluator) -> Bound:
    held = (evaluator.machine.world.names(evaluator.scopes[0]) or {}).get(_SIZES, ())
    return {name: (size, giver) for name, size, giver in held} if isinstance(held, tuple) else {}  # else a loop has made them unknown


def _is_meant(dim: Dim, stated: Stated) -> bool:
    """Whether a size says something: a letter alone, used again in a text that nothing checks, is documentation."""
    return not (stated.loose and isinstance(dim, Variable))


# -- a type held against a value -----------------------------------------------------------------------------------------------


def hold(evaluator: Evaluator, node: cst.CSTNode, value: Value, stated: Stated, bound: Bound, *, entered: bool = False) -> None:
    """States that a tensor's sizes are those of its type. `entered`: within the function whose names these are, so that they mean every input."""
    shape = asserts.shape_of(value)
    tensor = value.tensor if isinstance(value, Array) else value
    if not isinstance(tensor, Tensor) or shape is value or evaluator.machine.reshaped:
        return
    ranks = tensor.ranks if tensor.shape is None else (len(tensor.shape),)
    operation = f'type "{stated.text}"'
    if ranks and not any(map(stated.fits_rank, ranks)):
        least = "at least " if stated.open else ""
        clash = Clash("rank", f"the tensor has {' or '.join(map(str, ranks))} dimensions, not {least}{stated.least}")
        tensors.meet(evaluator, operation, clash, node)
        evaluator.machine.world.refuted = True
        return
    pairs = [(tensor.last[index], evaluated(dim, bound)) for index, dim in _placed(value, stated) if -len(tensor.last) <= index and _is_meant(dim, stated)]
    kept = [(mine, theirs) for mine, theirs in pairs if form(theirs) is not None and mine is not None]
    if kept:
        mine, theirs = (tuple(side) for side in zip(*kept, strict=True))
        mark = len(evaluator.machine.facts)
        asserts.from_comparison(evaluator, node, mine, theirs, asserts.Source("type", stated.text, operation, for_all=entered))
        if any(isinstance(fact, ShapesMeet) for fact in evaluator.machine.facts[mark:]):
            return
    tensors.meet(evaluator, operation, None, node)  # that the rank is right here tells that it is not wrong on every way
