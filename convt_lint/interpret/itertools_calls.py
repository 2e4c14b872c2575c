"""itertools, functools and operator, as far as sizes and layers are put together with them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import attributes
from convt_lint.interpret.arguments import MISSING, Arguments
from convt_lint.interpret.iteration import MAX_CALLS, chosen
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import CursorObject, EndlessObject, GeneratorObject, ListObject, Ref, Value

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

Handler = Callable[["Evaluator", Arguments, cst.CSTNode], Value]
MAX_MADE = 1_000


def columns(evaluator: Evaluator, values: Sequence[Value]) -> list[tuple[Value, ...]] | None:
    """The items of several iterables that are read side by side; endless ones as long as the shortest other. None where one is not known."""
    world = evaluator.machine.world
    if len({value for value in values if isinstance(value, Ref)}) < sum(isinstance(value, Ref) for value in values):
        return _of_one(evaluator, values)
    endless = [isinstance(world.get(value), EndlessObject) if isinstance(value, Ref) else False for value in values]
    found = [None if is_endless else evaluator.items(value, whole=False) for value, is_endless in zip(values, endless, strict=True)]
    lengths = [len(items) for items in found if items is not None]
    if not lengths or any(items is None and not is_endless for items, is_endless in zip(found, endless, strict=True)):
        return None
    return [_taken(evaluator, value, min(lengths)) if items is None else items for value, items in zip(values, found, strict=True)]


def _of_one(evaluator: Evaluator, values: Sequence[Value]) -> list[tuple[Value, ...]] | None:
    """Columns some of which are one object: `zip(x, x)` of a list, `zip(it, it)` of an iterator, which takes turns."""
    contents = [evaluator.machine.world.get(value) if isinstance(value, Ref) else None for value in values]
    if not any(isinstance(content, (GeneratorObject, CursorObject, EndlessObject)) or getattr(content, "once", False) for content in contents):
        found = [evaluator.items(value) for value in values]
        return None if any(items is None for items in found) else [items for items in found if items is not None]
    items = evaluator.items(values[0], whole=False) if all(value == values[0] for value in values) else None
    if items is None:
        for value in values:
            evaluator.machine.world.havoc(value, "read in turns")
        return None
    count = len(items) // len(values)
    return [items[index :: len(values)][:count] for index in range(len(values))]


def _taken(evaluator: Evaluator, ref: Ref, count: int) -> tuple[Value, ...]:
    """The first items of an endless iterator, of which nothing is known afterwards."""
    content = evaluator.machine.world.get(ref)
    evaluator.machine.world.set(ref, ListObject(None, once=True))
    if content.items is not None:
        return tuple(itertools.islice(itertools.cycle(content.items), count))
    return tuple(content.start + index * content.step for index in range(count))


def _known(evaluator: Evaluator, values: Sequence[Value]) -> list[tuple[Value, ...]] | None:
    found = [evaluator.items(value, whole=False) for value in values]
    return None if any(items is None for items in found) else [items for items in found if items is not None]


def _made(evaluator: Evaluator, items: Any) -> Value:
    """An iterator over what Python's own itertools make of known items, if they are few."""
    made = tuple(itertools.islice(items, MAX_MADE + 1))
    return evaluator.new_iterator(made if len(made) <= MAX_MADE else None)


def _of_columns(function: Callable[..., Any]) -> Handler:
    """A function of several iterables that only rearranges their items."""

    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        found = None if arguments.star or arguments.double_star else _known(evaluator, arguments.positional)
        if found is None or not all(isinstance(value, int) or value is None for _, value in arguments.keywords):
            return evaluator.new_iterator(None)
        return _made(evaluator, function(*found, **dict(arguments.keywords)))

    return handler


def _with_numbers(function: Callable[..., Any]) -> Handler:
    """A function of one iterable and numbers: islice, permutations, combinations."""

    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        numbers = (*arguments.positional[1:], *(value for _, value in arguments.keywords))
        if not arguments.positional or arguments.star or not all(value is None or isinstance(value, int) for value in numbers):
            return evaluator.new_iterator(None)
        source = arguments.positional[0]
        content = evaluator.machine.world.get(source) if isinstance(source, Ref) else None
        if isinstance(content, EndlessObject) and len(numbers) == 1 and isinstance(numbers[0], int):
            return evaluator.new_iterator(_taken(evaluator, source, min(max(numbers[0], 0), MAX_MADE)))
        items = evaluator.items(source, whole=False)
        if items is None:
            return evaluator.new_iterator(None)
        try:
            return _made(evaluator, function(items, *arguments.positional[1:], **dict(arguments.keywords)))
        except (ValueError, TypeError):
            raise Raised from None

    return handler


def _chain_of(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    rows = evaluator.items(arguments.positional[0], whole=False) if len(arguments.positional) == 1 else None
    found = None if rows is None else _known(evaluator, rows)
    return evaluator.new_iterator(None if found is None else tuple(item for row in found for item in row))


def _zip_longest(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    found = None if arguments.star else _known(evaluator, arguments.positional)
    fill = dict(arguments.keywords).get("fillvalue")
    return evaluator.new_iterator(None if found is None else tuple(itertools.zip_longest(*found, fillvalue=fill)))


def _repeat(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value, times = arguments.get(0, "object"), arguments.get(1, "times")
    if value is MISSING:
        return NotImplemented
    if times is MISSING:
        return evaluator.machine.world.allocate(EndlessObject((value,)))
    known = isinstance(times, int) and times <= MAX_MADE
    return evaluator.new_iterator((value,) * max(times, 0) if known else None)


def _cycle(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    items = evaluator.items(arguments.positional[0]) if len(arguments.positional) == 1 else None
    return NotImplemented if not items else evaluator.machine.world.allocate(EndlessObject(items))


def _count(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    start, step = arguments.get(0, "start"), arguments.get(1, "step")
    start, step = 0 if start is MISSING else start, 1 if step is MISSING else step
    if not isinstance(start, int) or not isinstance(step, int):
        return NotImplemented
    return evaluator.machine.world.allocate(EndlessObject(None, start, step))


def _folded(evaluator: Evaluator, function: Value, items: Sequence[Value], node: cst.CSTNode) -> list[Value] | None:
    """What folding gives after each item."""
    from convt_lint.interpret.calls import call

    if len(items) > MAX_CALLS or not isinstance(node, cst.Call):
        return None
    out = list(items[:1])
    for item in items[1:]:
        out.append(evaluator.binary(cst.Add, out[-1], item, node) if function is None else call(evaluator, function, Arguments((out[-1], item)), node))
    return out


def _accumulate(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    items = evaluator.items(arguments.positional[0], whole=False) if arguments.positional else None
    function, initial = arguments.get(1, "func"), arguments.get(2, "initial")
    if items is None:
        return evaluator.new_iterator(None)
    if initial is not MISSING and initial is not None:
        items = (initial, *items)
    found = _folded(evaluator, None if function is MISSING else function, items, node)
    return evaluator.new_iterator(None if found is None else tuple(found))


def _reduce(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    items = evaluator.items(arguments.positional[1]) if len(arguments.positional) in (2, 3) and not arguments.keywords else None
    if items is None:
        return NotImplemented
    found = _folded(evaluator, arguments.positional[0], (*arguments.positional[2:], *items), node)
    if found is None:
        return NotImplemented
    if not found:
        raise Raised
    return found[-1]


def _starmap(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    from convt_lint.interpret.calls import call

    rows = evaluator.items(arguments.positional[1], whole=False) if len(arguments.positional) == 2 else None
    found = None if rows is None or len(rows) > MAX_CALLS else _known(evaluator, rows)
    if found is None or not isinstance(node, cst.Call):
        return NotImplemented
    return evaluator.new_iterator(tuple(call(evaluator, arguments.positional[0], Arguments(row), node) for row in found))


def _while_it_holds(taking: bool) -> Handler:
    """takewhile and dropwhile."""

    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        items = evaluator.items(arguments.positional[1], whole=False) if len(arguments.positional) == 2 else None
        kept = None if items is None else chosen(evaluator, arguments.positional[0], items, node)
        if items is None or kept is None:
            return NotImplemented
        end = kept.index(False) if False in kept else len(items)
        return evaluator.new_iterator(items[:end] if taking else items[end:])

    return handler


def _applied(kind: type[cst.BaseBinaryOp]) -> Handler:
    """`operator.add` and kin."""

    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        return evaluator.binary(kind, *arguments.positional, node) if len(arguments.positional) == 2 else NotImplemented

    return handler


def _item(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return attributes.subscript(evaluator, *arguments.positional, node) if len(arguments.positional) == 2 else NotImplemented


_OPERATORS: dict[str, type[cst.BaseBinaryOp]] = {
    "add": cst.Add,
    "concat": cst.Add,
    "sub": cst.Subtract,
    "mul": cst.Multiply,
    "truediv": cst.Divide,
    "floordiv": cst.FloorDivide,
    "mod": cst.Modulo,
    "pow": cst.Power,
}
FUNCTIONS: dict[str, Handler] = {
    "itertools.chain": _of_columns(itertools.chain),
    "itertools.chain.from_iterable": _chain_of,
    "itertools.product": _of_columns(itertools.product),
    "itertools.pairwise": _of_columns(itertools.pairwise),
    "itertools.islice": _with_numbers(itertools.islice),
    "itertools.permutations": _with_numbers(itertools.permutations),
    "itertools.combinations": _with_numbers(itertools.combinations),
    "itertools.zip_longest": _zip_longest,
    "itertools.repeat": _repeat,
    "itertools.cycle": _cycle,
    "itertools.count": _count,
    "itertools.accumulate": _accumulate,
    "itertools.starmap": _starmap,
    "itertools.takewhile": _while_it_holds(True),
    "itertools.dropwhile": _while_it_holds(False),
    "functools.reduce": _reduce,
    "operator.getitem": _item,
    **{f"operator.{name}": _applied(kind) for name, kind in _OPERATORS.items()},
}
