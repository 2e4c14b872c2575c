"""Tensors in the interpreter: torch's layers, functions and methods called by the rows of the shape table."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.facts import Clash, ShapesMeet, Site, Trial, Waypoint
from convt_lint.interpret import touches, trials
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.conditions import Condition
from convt_lint.interpret.machine import Fork, Raised
from convt_lint.interpret.trials import clash_of, measured
from convt_lint.interpret.values import Array, External, Length, Method, PartialShape, Ref, Tensor, Unknown, Value
from convt_lint.lengths import Formula, Symbol
from convt_lint.torch_api import table
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, NotFollowed, Refused, Row
from convt_lint.torch_api.shapes import tensor as as_tensor
from convt_lint.torch_api.signatures import Misfit, bind

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

MAX_ITEMS = 256


# -- calls of rows -----------------------------------------------------------------------------------------------------------


def call(evaluator: Evaluator, label: str, row: Row, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A function or method of the table is called."""
    values = None if arguments.star or arguments.double_star else seen_arguments(evaluator, row.signature, arguments)
    if values is None:
        return missed(evaluator, label, arguments, node)
    return run(evaluator, label, row, values, node)


def missed(evaluator: Evaluator, label: str, arguments: Arguments, node: cst.CSTNode) -> Unknown:
    """The unknown result of a call of the table whose arguments are not known well enough."""
    touches.by_call(evaluator.machine, External(label), arguments, node)
    return evaluator.machine.unknown(f"{label}(…)", node, opaque=True)


def seen_arguments(evaluator: Evaluator, signature: str, arguments: Arguments) -> dict[str, Any] | None:
    """A call's values by parameter, as rules see them; None where the call does not fit the signature."""
    keywords = {name: seen(evaluator, value) for name, value in arguments.keywords}
    try:
        return bind(signature, [seen(evaluator, value) for value in arguments.positional], keywords)
    except Misfit:
        return None


def seen(evaluator: Evaluator, value: Value, depth: int = 0) -> Any:
    """A value as rules see it: lists as tuples, everything not followed as a symbol."""
    value = evaluator.machine.world.resolve(value)
    if value is None or value is ... or isinstance(value, (int, float, str, Tensor, Symbol, slice)):
        return value
    if isinstance(value, Array):
        return value.tensor
    if isinstance(value, (Ref, range, tuple)) and depth < 4:
        items = evaluator.items(value)
        if items is not None and len(items) <= MAX_ITEMS:
            return tuple(seen(evaluator, item, depth + 1) for item in items)
    return UNKNOWN


def run(evaluator: Evaluator, label: str, row: Row, values: Mapping[str, Any], node: cst.CSTNode, *, built: Site | None = None, changed: bool = False) -> Value:
    """Applies a row's rule: states whether the shapes fit, and gives the result. Raises Raised where they do not, as torch does.

    `changed`: the layer is no longer what it was built as.
    """
    if changed:
        return evaluator.machine.unknown(f"{label}(…)", node, opaque=True)
    result = outcome(row, values)
    sources = list(_tensors(values.values()))
    asked = next((source for source in sources if source.batch is not None), None)
    if asked is not None and not _tells_the_same(row, values, asked, result) and is_batched(evaluator, asked) is not None:
        values = {name: _resolved(evaluator, value) for name, value in values.items()}
        result = outcome(row, values)
    clash = clash_of(result) if isinstance(result, Refused) else None
    meet(evaluator, label, clash, node, built=built, trial=trials.of_row(row, values))
    if clash is not None:
        raise refused(evaluator)
    found = placed(evaluator, result, label, [*sources, *named(values.get("input"))], node, built=built)
    touches.by_row(evaluator.machine, label, sources, found, node, values.get("dim"))
    return found


def named(value: Any) -> list[Tensor]:
    """The tensor that a value is of which only the name is known; none for any other value."""
    return [as_tensor(value)] if isinstance(value, Symbol) and value.name is not None else []


def outcome(row: Row, values: Mapping[str, Any]) -> Any:
    """What a rule says: a result, or the refusal."""
    try:
        return row.rule(values)
    except NotFollowed:
        return UNKNOWN
    except Refused as refusal:
        return refusal


# -- with or without a batch axis ------------------------------------------------------------------------------------------------


def is_batched(evaluator: Evaluator, tensor: Tensor) -> bool | None:
    """Whether a tensor that may have one more dimension has it. Forks the path where that is open; None where forking has been given up."""
    machine = evaluator.machine
    condition = Condition(tensor.batch, "is", True, frozenset(), False, "whether the input has a batch axis", guess=True)
    decided = machine.world.decide(condition)
    if decided is None:
        decided = machine.world.batch_told(tensor.batch)
        if decided is not None:
            machine.world.known[tensor.batch] = decided
    if decided is None and not machine.blurred:
        raise Fork(condition)
    return decided


def settled(evaluator: Evaluator, tensor: Tensor) -> Tensor:
    """The tensor with its rank decided, as far as that can be."""
    if tensor.batch is None or is_batched(evaluator, tensor) is None:
        return tensor
    found = evaluator.machine.world.resolve(tensor)
    return found if isinstance(found, Tensor) else tensor


def _tells_the_same(row: Row, values: Mapping[str, Any], asked: Tensor, result: Any) -> bool:
    """Whether a rule says no more once it is told whether there is a batch axis."""
    for rank in (max(asked.ranks), min(asked.ranks)):
        told = outcome(row, {name: _of_rank(value, asked.batch, rank == max(asked.ranks)) for name, value in values.items()})
        if not (isinstance(told, Refused) and isinstance(result, Refused)) and not _agree(told, result):
            return False
    return True


def _of_rank(value: Any, batch: Any, batched: bool) -> Any:
    if isinstance(value, tuple):
        return tuple(_of_rank(item, batch, batched) for item in value)
    if isinstance(value, Tensor) and value.batch == batch and value.shape is None:
        return value.of_ranks(max(value.ranks) if batched else min(value.ranks))
    return value


def _resolved(evaluator: Evaluator, value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_resolved(evaluator, item) for item in value)
    return evaluator.machine.world.resolve(value)


def _agree(told: Any, result: Any) -> bool:
    """Whether a result that was got by knowing more says nothing beyond the other."""
    if isinstance(told, tuple) and isinstance(result, tuple):
        return len(told) == len(result) and all(map(_agree, told, result))
    if not isinstance(told, Tensor) or not isinstance(result, Tensor):
        return not isinstance(told, (Tensor, Refused)) and not isinstance(result, (Tensor, Refused))
    if told.shape is None or result.shape is not None:
        return told == result
    lead = told.shape[: len(told.shape) - len(result.tail)]
    return told.shape[len(lead) :] == result.tail and len(told.shape) in result.ranks and all(size is None for size in lead)


def meet(evaluator: Evaluator, label: str, clash: Clash | None, node: cst.CSTNode, *, built: Site | None = None, trial: Trial | None = None) -> None:
    """States that shapes meet at a place, and whether they fit; after a stated size that does not hold, a clash is no news."""
    machine = evaluator.machine
    site = machine.site(node)
    if clash is not None:
        machine.excuse(site, run=True)
        if machine.world.refuted:
            return
    machine.emit(ShapesMeet(site, label, clash, built, trial, path=machine.path()))


def refused(evaluator: Evaluator) -> Raised:
    """What torch raises where shapes do not fit; the path ends there."""
    evaluator.machine.clashed = True
    return Raised()


def _tensors(values: Iterable[Any]) -> Iterable[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, tuple):
            yield from _tensors(value)


# -- results -----------------------------------------------------------------------------------------------------------------


def placed(evaluator: Evaluator, result: Any, label: str, sources: list[Tensor], node: cst.CSTNode, *, built: Site | None = None) -> Value:
    """A rule's result as a value: sizes remember where they were made (`built`, for a layer), and what is not known becomes an unknown value."""
    if isinstance(result, Tensor):
        return _tensor(evaluator, result, _Maker(label, built or evaluator.machine.site(node), node), sources)
    if isinstance(result, tuple):
        return tuple(placed(evaluator, item, label, sources, node, built=built) for item in result)
    if isinstance(result, Symbol) and not isinstance(result, Unknown):
        return evaluator.machine.unknown(f"{label}(…)", node, opaque=True)
    return result


@dataclass(frozen=True, slots=True)
class _Maker:
    """What makes a tensor: the operation, where to say that it stands, and the node that is run."""

    label: str
    site: Site
    node: cst.CSTNode


def _tensor(evaluator: Evaluator, tensor: Tensor, maker: _Maker, sources: list[Tensor]) -> Tensor:
    if evaluator.machine.reshaped:
        return SOME_TENSOR
    if tensor.name is not None:
        return tensor
    source = _forebear(tensor, sources)
    count = len(tensor.last)
    sizes = tuple(_size(evaluator, size, maker, source, index - count) for index, size in enumerate(tensor.last))
    if tensor.shape is not None:
        return Tensor(sizes)
    return Tensor(None, sizes, tensor.ranks, batch_of(tensor.ranks, sources, evaluator.machine.number(maker.node)))


def batch_of(ranks: tuple[int, ...], sources: Iterable[Tensor], place: int) -> Hashable:
    """The name of the question which of two ranks a result has: that of what it was made from, else a new one, after the place where it was made."""
    if len(ranks) != 2 or ranks[1] - ranks[0] != 1:
        return None
    named = [source.batch or ("batched", source.name, max(ranks)) for source in sources if source.batch is not None or source.name is not None]
    return named[0] if named else ("batched", place)


def _forebear(tensor: Tensor, sources: list[Tensor]) -> Tensor | None:
    """The tensor whose dimensions became this one's: the first of the same rank."""
    return next((source for source in sources if source.rank == tensor.rank and (source.rank is not None or source.ranks == tensor.ranks)), None)


def _size(evaluator: Evaluator, size: Any, maker: _Maker, source: Tensor | None, index: int) -> Value:
    """A result's size as a value; `index` counts from the end."""
    if isinstance(size, (Length, Unknown)):
        return size
    before = source.last[index] if source is not None and -len(source.last) <= index else None
    if isinstance(size, Formula):
        return measured(size.expression, Waypoint(size.expression, maker.label, maker.site, getattr(before, "trail", None)))
    if not isinstance(size, int):
        return evaluator.machine.unknown(f"a size of {maker.label}(…)", maker.node, opaque=True)
    return Length(size, None, Waypoint(size, maker.label, maker.site, getattr(before, "trail", None)))


# -- operators, attributes and methods ---------------------------------------------------------------------------------------

_OPERATORS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floor_divide", "%": "remainder", "**": "pow", "&": "bitwise_and", "|": "bitwise_or",
    "^": "bitwise_xor", "@": "matmul", "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_SAYS_NOTHING = frozenset({"dtype", "device", "layout", "requires_grad", "is_cuda", "is_leaf", "grad", "grad_fn", "names", "itemsize", "nbytes", "is_sparse"})
_SAME = frozenset({"data"})


def operate(evaluator: Evaluator, symbol: str, left: Value, right: Value, node: cst.CSTNode, *, in_place: bool = False) -> Value:
    """`left symbol right`, one of them a tensor; `in_place` for `left symbol= right`."""
    name = _OPERATORS.get(symbol)
    row = None if name is None else table.method_row(f"{name}_") if in_place and isinstance(left, Tensor) else table.function_row(f"torch.{name}")
    if row is None:
        return evaluator.machine.unknown("an operation on tensors", node, opaque=True)
    return call(evaluator, f"{symbol}=" if in_place else symbol, row, Arguments((left, right)), node)


def attribute(evaluator: Evaluator, owner: Tensor, name: str, node: cst.CSTNode) -> Value | None:
    """An attribute of a tensor that is no method; None where it is one."""
    machine = evaluator.machine
    if name == "shape":
        return owner.shape if owner.shape is not None else PartialShape(owner)
    if name == "ndim":
        owner = settled(evaluator, owner)
        return owner.rank if owner.rank is not None else machine.unknown("the rank of a tensor", node, opaque=True)
    if name in _SAME:
        return owner
    if name in ("T", "mT", "H", "mH", "real", "imag"):
        row = table.method_row(name)
        return machine.unknown(name, node, opaque=True) if row is None else run(evaluator, name, row, {"input": owner}, node)
    return machine.unknown(f"{name} of a tensor", node, opaque=True) if name in _SAYS_NOTHING else None


def method(evaluator: Evaluator, tensor: Tensor, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A method of a tensor."""
    from convt_lint.interpret import attributes

    if name in ("dim", "ndimension"):
        return attribute(evaluator, tensor, "ndim", node)
    if name == "size":
        values = arguments.values()
        shape = attribute(evaluator, tensor, "shape", node)
        return attributes.subscript(evaluator, shape, values[0], node) if values else shape
    if name == "numpy" and not evaluator.machine.reshaped:
        return Array(tensor)
    row = table.method_row(name)
    if row is None:
        touches.by_call(evaluator.machine, Method(tensor, name), arguments, node)
        return evaluator.machine.unknown(f"{name}()", node, opaque=True)
    result = call(evaluator, name, row, arguments.with_first(tensor), node)
    return _counted(evaluator, tensor, result, node) if name in ("numel", "nelement") and type(result) is int else result


def _counted(evaluator: Evaluator, tensor: Tensor, count: int, node: cst.CSTNode) -> Length:
    """A tensor's number of elements, with the way of the size that alone makes it, where there is one."""
    sizes = [size for size in tensor.last if size != 1]
    before = getattr(sizes[0], "trail", None) if len(sizes) == 1 else None
    return Length(count, None, Waypoint(count, "numel", evaluator.machine.site(node), before))


def subscript(evaluator: Evaluator, tensor: Tensor, index: Value, node: cst.CSTNode) -> Value:
    """`tensor[index]`."""
    row = table.method_row("__getitem__")
    if row is None:
        return evaluator.machine.unknown("an indexed tensor", node, opaque=True)
    return run(evaluator, "[…]", row, {"input": tensor, "index": _index(evaluator, index)}, node)


def put_item(evaluator: Evaluator, tensor: Tensor, index: Value, value: Value, node: cst.CSTNode) -> None:
    """`tensor[index] = value`."""
    row = table.method_row("__setitem__")
    touches.by_call(evaluator.machine, External("[…] ="), Arguments((value,)), node)
    if row is not None:
        run(evaluator, "[…] =", row, {"input": tensor, "index": _index(evaluator, index), "value": seen(evaluator, value)}, node)


def _index(evaluator: Evaluator, index: Value) -> Any:
    """An index as rules see it: a list among the indices counts as a tensor."""
    index = evaluator.machine.world.resolve(index)
    if isinstance(index, tuple):
        return tuple(_index(evaluator, item) for item in index)
    if isinstance(index, Ref):
        items = evaluator.items(index)
        whole = items is not None and all(isinstance(item, int) and not isinstance(item, bool) for item in items)
        return Tensor((len(items),)) if whole and items is not None else UNKNOWN
    return seen(evaluator, index)


def slices(tensor: Tensor) -> tuple[Value, ...] | None:
    """The tensors that a loop over a tensor runs through; None where their number is not known."""
    if tensor.shape and isinstance(tensor.shape[0], int) and tensor.shape[0] <= MAX_ITEMS:
        return (Tensor(tensor.shape[1:]),) * tensor.shape[0]
    return None
