"""Python's functions that make or read iterables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import protocols, sizes
from convt_lint.interpret.arguments import MISSING, Arguments
from convt_lint.interpret.containers import made_dict
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.operators import Undefined, compute
from convt_lint.interpret.ordering import any_order, extreme, ordered
from convt_lint.interpret.values import (
    CursorObject,
    DictObject,
    EndlessObject,
    External,
    Function,
    GeneratorObject,
    ListObject,
    PartialShape,
    Ref,
    SetObject,
    Tensor,
    Unknown,
    Value,
    fits,
    is_exact,
)

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

Handler = Callable[["Evaluator", Arguments, cst.CSTNode], Value]
MAX_CALLS = 256


def _len(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if len(arguments.positional) != 1:
        return NotImplemented
    value = arguments.positional[0]
    if isinstance(value, Tensor) and value.shape and isinstance(value.shape[0], int):
        return value.shape[0]
    said = protocols.invoke(evaluator, value, "__len__", node)
    if said is not NotImplemented:
        return said
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, SetObject):
        return len(content.items)
    if isinstance(content, GeneratorObject):
        raise Raised
    items = evaluator.items(value)
    if items is not None:
        return len(items)
    owner = sizes.named(value)
    if owner is not None:
        return sizes.rank(evaluator, owner)
    if isinstance(value, Tensor) and value.shape:
        return value.shape[0]
    if isinstance(value, Unknown):
        return evaluator.machine.derived(f"len({value.cause})", "len", value)
    return evaluator.about("len(…)", value, node) if isinstance(value, Ref) else NotImplemented


def _only(arguments: Arguments) -> Value:
    """The one argument of a call, MISSING where it has others too or none."""
    alone = len(arguments.positional) == 1 and not arguments.keywords and not arguments.star and not arguments.double_star
    return arguments.positional[0] if alone else MISSING


def _list(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if arguments.positional else ()
    if isinstance(value, PartialShape):
        return value
    return evaluator.new_list(evaluator.items(value))


def _deque(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return evaluator.new_list(None) if arguments.keywords or len(arguments.positional) > 1 else _list(evaluator, arguments, node)


def _tuple(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = arguments.positional[0] if arguments.positional else ()
    if isinstance(value, PartialShape):
        return value
    items = evaluator.items(value)
    return tuple(items) if items is not None and fits(items) else NotImplemented


def _reversed(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    value = _only(arguments)
    items = evaluator.items(value) if value is not MISSING and not isinstance(value, Unknown) else None
    return evaluator.new_iterator(None if items is None else items[::-1])


def _sorted(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    options = dict(arguments.keywords)
    if len(arguments.positional) != 1 or arguments.star or arguments.double_star:
        return NotImplemented
    source = arguments.positional[0]
    items = evaluator.items(source) if "key" in options else any_order(evaluator, source)
    return evaluator.new_list(None if items is None else ordered(evaluator, items, options, node))


MAX_BOUND = 2**62


def _range(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    values = [int(v) if isinstance(v, int) else None for v in arguments.positional]
    known = [value for value in values if value is not None]
    # Python itself cannot tell the length of a longer one.
    if values and None not in values and not (len(values) == 3 and values[2] == 0) and all(abs(value) < MAX_BOUND for value in known):
        return range(*known)
    return evaluator.new_list(None)


def _zip(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    from convt_lint.interpret.itertools_calls import columns

    found = None if arguments.star or arguments.double_star else columns(evaluator, arguments.positional)
    if found is None:
        return evaluator.new_iterator(None)
    strict = dict(arguments.keywords).get("strict", False)
    if strict is True and len({len(column) for column in found}) > 1:
        raise Raised
    return evaluator.new_iterator(tuple(zip(*found, strict=False)))


def _enumerate(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    items = evaluator.items(arguments.positional[0], whole=False) if arguments.positional else None
    start = arguments.get(1, "start")
    start = 0 if start is MISSING else start
    if items is None or not isinstance(start, int):
        return evaluator.new_iterator(None)
    return evaluator.new_iterator(tuple(enumerate(items, start)))


def _dict(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return made_dict(evaluator, arguments)


def _default_dict(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    factory = arguments.positional[0] if arguments.positional else None
    made = made_dict(evaluator, arguments.without_first())
    items = evaluator.machine.world.get(made).items
    known = isinstance(factory, Function) or (isinstance(factory, External) and factory.name in _FACTORIES)
    evaluator.machine.world.set(made, DictObject(items if known else None, factory if known else None))
    return made


_FACTORIES = frozenset(f"builtins.{name}" for name in ("list", "dict", "set", "int", "float", "str", "bool", "tuple"))


def _from_keys(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    keys = evaluator.items(arguments.positional[0]) if arguments.positional else None
    value = arguments.positional[1] if len(arguments.positional) > 1 else None
    known = keys is not None and all(is_exact(key) for key in keys)
    return evaluator.new_dict(dict.fromkeys(keys, value) if known and keys is not None else None)


def _set(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return evaluator.new_set(any_order(evaluator, arguments.positional[0]) if arguments.positional else ())


def _any_all(empty: bool) -> Handler:
    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        items = any_order(evaluator, arguments.positional[0]) if len(arguments.positional) == 1 else None
        if items is None:
            return NotImplemented
        for item in items:
            truth = evaluator.truth(item)
            if truth is None:
                return NotImplemented
            if truth is not empty:
                return truth
        return empty

    return handler


def _sum(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`sum`: numbers at once, other values added up one by one."""
    items = any_order(evaluator, arguments.positional[0]) if arguments.positional else None
    total = arguments.get(1, "start")
    if items is None or arguments.star or arguments.double_star:
        return NotImplemented
    result: Value = 0 if total is MISSING else total
    if is_exact(items) and is_exact(result):
        try:
            return compute(sum, items, result)
        except Undefined:
            return evaluator.machine.unknown("a sum", node)
    if len(items) > MAX_CALLS:
        return evaluator.machine.unknown("a long sum", node, *items)
    if isinstance(result, Ref) and isinstance(evaluator.machine.world.get(result), ListObject):
        result = evaluator.new_list(evaluator.items(result))
    for item in items:
        result = evaluator.binary(cst.Add, result, item, node)
    return result


def _map(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    from convt_lint.interpret.calls import call
    from convt_lint.interpret.itertools_calls import columns

    found = columns(evaluator, arguments.positional[1:]) if len(arguments.positional) > 1 and not arguments.star else None
    rows = None if found is None else tuple(zip(*found, strict=False))
    if rows is None or len(rows) > MAX_CALLS or not isinstance(node, cst.Call):
        return NotImplemented
    return evaluator.new_iterator(tuple(call(evaluator, arguments.positional[0], Arguments(row), node) for row in rows))


def chosen(evaluator: Evaluator, test: Value, items: tuple[Value, ...], node: cst.CSTNode) -> list[bool] | None:
    """For each item whether a test holds (None tests the item itself); None where one is not known."""
    from convt_lint.interpret.calls import call

    if len(items) > MAX_CALLS or not isinstance(node, cst.Call):
        return None
    out: list[bool] = []
    for item in items:
        truth = evaluator.truth(item if test is None else call(evaluator, test, Arguments((item,)), node))
        if truth is None:
            return None
        out.append(truth)
    return out


def _filter(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    items = evaluator.items(arguments.positional[1], whole=False) if len(arguments.positional) == 2 else None
    kept = None if items is None else chosen(evaluator, arguments.positional[0], items, node)
    if items is None or kept is None:
        return NotImplemented
    return evaluator.new_iterator(tuple(item for item, keep in zip(items, kept, strict=True) if keep))


def _iter(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """An iterator."""
    value = _only(arguments)
    if value is MISSING:
        return NotImplemented
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, (GeneratorObject, EndlessObject, CursorObject, ListObject)) and getattr(content, "once", True):
        return value
    if isinstance(value, Ref) and isinstance(content, (ListObject, DictObject)):
        return evaluator.machine.world.allocate(CursorObject(value))
    said = protocols.invoke(evaluator, value, "__iter__", node)
    if said is not NotImplemented:
        return said
    items = evaluator.items(value)
    return NotImplemented if items is None else evaluator.new_iterator(items)


def _next(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    source = arguments.positional[0] if arguments.positional else None
    content = evaluator.machine.world.get(source) if isinstance(source, Ref) else None
    if isinstance(content, GeneratorObject):
        items = evaluator.items(source, whole=False)
    elif isinstance(content, CursorObject):
        return _next_of_cursor(evaluator, arguments, content)
    else:
        items = content.items if isinstance(content, ListObject) and content.once else None
    if items is None or not isinstance(source, Ref):
        return NotImplemented
    world = evaluator.machine.world
    if not items:
        world.set(source, ListObject((), once=True))
        if len(arguments.positional) > 1:
            return arguments.positional[1]
        raise Raised
    world.set(source, ListObject(items[1:], once=True))
    return items[0]


def _next_of_cursor(evaluator: Evaluator, arguments: Arguments, cursor: CursorObject) -> Value:
    items = evaluator.items(cursor.source)
    if items is None:
        return NotImplemented
    if cursor.position >= len(items):
        if len(arguments.positional) > 1:
            return arguments.positional[1]
        raise Raised
    evaluator.machine.world.set(arguments.positional[0], CursorObject(cursor.source, cursor.position + 1))
    return items[cursor.position]


FUNCTIONS: dict[str, Handler] = {
    "builtins.len": _len,
    "builtins.list": _list,
    "collections.deque": _deque,
    "builtins.tuple": _tuple,
    "builtins.dict": _dict,
    "builtins.dict.fromkeys": _from_keys,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _default_dict,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.sorted": _sorted,
    "builtins.min": extreme("min", min),
    "builtins.max": extreme("max", max),
    "builtins.sum": _sum,
    "builtins.reversed": _reversed,
    "builtins.range": _range,
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.any": _any_all(False),
    "builtins.all": _any_all(True),
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.iter": _iter,
    "builtins.next": _next,
}
