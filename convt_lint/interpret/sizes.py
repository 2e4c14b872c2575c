"""Sizes read from a tensor's shape: by index, by slice, and unpacked into names."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint import forms
from convt_lint.facts import Clash
from convt_lint.interpret import tensors, trials
from convt_lint.interpret.arguments import MISSING, Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import PartialShape, Tensor, Unknown, Value
from convt_lint.lengths import Formula, part
from convt_lint.torch_api.shapes import Refused

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


def item(evaluator: Evaluator, owner: PartialShape, index: Value, node: cst.CSTNode) -> Value:
    from convt_lint.interpret import attributes

    tail = owner.tail
    from_front = index >= 0 if isinstance(index, int) else isinstance(index, slice) and not _is_negative(index.start)
    if from_front and owner.tensor.batch is not None:
        tensor = tensors.settled(evaluator, owner.tensor)
        if tensor.shape is not None:
            return attributes.subscript(evaluator, tensor.shape, index, node)
    if isinstance(index, int):
        try:
            size = owner.tensor.size(index)
        except Refused:
            raise Raised from None
        if isinstance(size, Formula):
            return trials.measured(size.expression, None)
        return size if size is not None else evaluator.machine.unknown("a dimension of a tensor", node, opaque=True)
    if isinstance(index, slice) and index.step is None and index.stop is None and isinstance(index.start, int) and -len(tail) <= index.start < 0:
        return tail[index.start :]
    if isinstance(index, slice) and owner.tensor.name is not None:
        shape = Unknown("a shape", ("attr", owner.tensor.name, "shape"))
        return evaluator.machine.derived("a part of a shape", "item", shape, attributes.slice_operand(evaluator, index))
    if isinstance(index, slice) and index.step is None and index.stop is None and index.start in (1, 2) and owner.tensor.ranks:
        spatial = max(owner.tensor.ranks) - index.start
        return PartialShape(Tensor(None, tail[-spatial:])) if 0 < spatial <= len(tail) else evaluator.machine.unknown("a part of a shape", node, opaque=True)
    return evaluator.machine.unknown("a dimension of a tensor", node, opaque=True)


def last_sizes(value: Value, count: int) -> tuple[Value, ...] | None:
    """The last sizes that a shape holds, or that a part of one up to its end does, of a tensor of which no more is known; None for any other value."""
    if isinstance(value, PartialShape):
        if len(value.tail) >= count:
            return value.tail[-count:]
        owner = value.tensor.name
    else:
        owner = forms.whose_shape(value.term) if isinstance(value, Unknown) else None
    return None if owner is None else tuple(trials.measured(part(owner, index).expression, None) for index in range(-count, 0))


def _is_negative(bound: Value) -> bool:
    return isinstance(bound, int) and bound < 0


# -- shapes of values of which only the name is known ------------------------------------------------------------------------


def named(value: Value) -> Hashable:
    """The name of the value whose whole shape this is, where only its name is known: `x` for `x.shape`. None for any other value."""
    term = value.term if isinstance(value, Unknown) else None
    return term[1] if isinstance(term, tuple) and len(term) == 3 and term[0] == "attr" and term[2] == "shape" else None


def asked(evaluator: Evaluator, callee: Unknown, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`x.size()`, `x.size(2)` and `x.dim()` of a value of which only the name is known; NotImplemented for any other call."""
    from convt_lint.interpret import attributes

    index = arguments.get(0, "dim")
    term = callee.term
    if isinstance(term, tuple) and len(term) == 3 and term[0] == "attr" and term[2] in ("dim", "ndimension") and not arguments.values():
        return rank(evaluator, term[1])
    if not (isinstance(term, tuple) and len(term) == 3 and term[0] == "attr" and term[2] == "size") or len(arguments.values()) > (index is not MISSING):
        return NotImplemented
    shape = replace(callee, term=("attr", term[1], "shape"))
    if callee.bases == {term}:
        shape = replace(shape, bases=frozenset({shape.term}))
    if index is MISSING:
        return NotImplemented if arguments.star or arguments.double_star else shape
    return attributes.subscript(evaluator, shape, index, node) if isinstance(index, int) else NotImplemented


def rank(evaluator: Evaluator, owner: Hashable) -> Value:
    """How many dimensions a value has of which only the name is known."""
    return evaluator.machine.world.resolve(Unknown("the number of dimensions", ("rank", owner), frozenset({("rank", owner)})))


def named_item(evaluator: Evaluator, owner: Hashable, index: int) -> Value:
    """`x.shape[index]` counted from the front: the size counted from the end that it is, or one of its own where the rank is not known (yet)."""
    rank = evaluator.machine.world.read_dimension(owner, index)
    return trials.measured(part(owner, index if rank is None or index >= rank else index - rank).expression, None)


def named_sizes(evaluator: Evaluator, owner: Hashable, count: int) -> tuple[Value, ...]:
    """The sizes of a shape that is unpacked into so many names. Raises Raised where the path has taken the value for one of another rank."""
    if not evaluator.machine.world.state_rank(owner, count):
        raise Raised
    return tuple(trials.measured(part(owner, index).expression, None) for index in range(-count, 0))


def unpacked(evaluator: Evaluator, shape: PartialShape, count: int, node: cst.CSTNode) -> tuple[Value, ...]:
    """The dimensions of a shape whose rank the unpacking states. Raises Raised where that rank does not fit."""
    tensor = tensors.settled(evaluator, shape.tensor)
    if tensor.shape is not None:
        return tensor.shape
    if not tensor.may_have_rank(count):
        ranks = " or ".join(map(str, tensor.ranks)) or f"at least {len(tensor.tail)}"
        tensors.meet(evaluator, "unpacking", Clash("rank", f"{count} names for the shape of a tensor that has {ranks} dimensions"), node)
        raise tensors.refused(evaluator)
    lead = count - len(shape.tail)
    return (*(Unknown("a dimension", ("dimension", i, *map(id, shape.tail)), opaque=True) for i in range(lead)), *shape.tail)


def check_unpacked(evaluator: Evaluator, sizes: tuple[Value, ...], count: int, node: cst.CSTNode) -> None:
    """States whether as many names stand to the left as there are sizes. Raises Raised where not."""
    clash = None if len(sizes) == count else Clash("rank", f"{count} names for {len(sizes)} sizes, {tuple(map(int, sizes))}")
    tensors.meet(evaluator, "unpacking", clash, node)
    if clash is not None:
        raise tensors.refused(evaluator)
