"""Lists, dicts and sets: their methods, and what assigning or deleting an item does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import operators
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.operators import Undefined
from convt_lint.interpret.ordering import ordered
from convt_lint.interpret.values import Container, DictObject, Function, Instance, ListObject, Ref, SetObject, Tensor, Value, View, is_exact, same

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


def method(evaluator: Evaluator, receiver: Ref, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A method of a list, dict or set; NotImplemented for what is not known of it."""
    content = evaluator.machine.world.get(receiver)
    if isinstance(content, ListObject):
        return NotImplemented if content.once else _list_method(evaluator, receiver, content, name, arguments, node)
    if isinstance(content, DictObject):
        return _dict_method(evaluator, receiver, content, name, arguments, node)
    if isinstance(content, SetObject):
        return _set_method(evaluator, receiver, content, name, arguments)
    return NotImplemented


# -- items -------------------------------------------------------------------------------------------------------------------


def put_item(evaluator: Evaluator, owner: Value, index: Value, value: Value, node: cst.CSTNode) -> None:
    """`owner[index] = value`."""
    from convt_lint.interpret import attributes, modules, protocols, tensors

    world = evaluator.machine.world
    owner = world.resolve(owner)
    if isinstance(owner, Tensor):
        tensors.put_item(evaluator, owner, index, value, node)
    if not isinstance(owner, Ref):
        world.lose(value)
        return
    content = world.get(owner)
    if not isinstance(content, (ListObject, DictObject)) or content.items is None:
        world.lose(value)
    if isinstance(content, ListObject):
        changed = _with_item(evaluator, content.items, index, value)
        evaluator.machine.world.set(owner, ListObject(changed))
    elif isinstance(content, DictObject):
        known = content.items is not None and index is not None and is_exact(index)
        world.set(owner, replace(content, items={**content.items, index: value} if known and content.items is not None else None))
    elif isinstance(content, Container):
        modules.put_item(evaluator, owner, content, index, value)
    elif isinstance(content, Instance) and isinstance(content.attributes.get(attributes.LAYER_SLOT), Ref):
        put_item(evaluator, content.attributes[attributes.LAYER_SLOT], index, value, node)
    elif isinstance(content, Instance) and protocols.invoke(evaluator, owner, "__setitem__", None, index, value) is NotImplemented:
        world.havoc(owner, "an item is set", deep=False)


def _with_item(evaluator: Evaluator, items: tuple[Value, ...] | None, index: Value, value: Value) -> tuple[Value, ...] | None:
    """A list's items after one, or a slice of them, is set; None where they are no longer known."""
    if items is None:
        return None
    out = list(items)
    if isinstance(index, slice):
        more = evaluator.items(value)
        bounds = (index.start, index.stop, index.step)
        if more is None or len(out) + len(more) > operators.MAX_SEQUENCE or not all(bound is None or isinstance(bound, int) for bound in bounds):
            return None
        try:
            out[index] = more
        except ValueError:
            raise Raised from None
        return tuple(out)
    if not isinstance(index, int):
        return None
    if not -len(out) <= index < len(out):
        raise Raised
    out[index] = value
    return tuple(out)


def delete_item(evaluator: Evaluator, owner: Value, index: Value) -> None:
    """`del owner[index]`."""
    world = evaluator.machine.world
    owner = world.resolve(owner)
    content = world.get(owner) if isinstance(owner, Ref) else None
    if isinstance(content, ListObject) and content.items is not None and isinstance(index, (int, slice)):
        out = list(content.items)
        if isinstance(index, int) and not -len(out) <= index < len(out):
            raise Raised
        del out[index]
        world.set(owner, ListObject(tuple(out)))
    elif isinstance(content, DictObject) and content.items is not None and is_exact(index):
        if index not in content.items:
            raise Raised
        world.set(owner, replace(content, items={key: item for key, item in content.items.items() if key != index}))
    else:
        world.havoc(owner, "del", deep=False)


# -- lists -------------------------------------------------------------------------------------------------------------------

_CHANGING = frozenset({"append", "extend", "insert", "reverse", "clear", "sort", "remove", "appendleft", "extendleft"})


def _list_method(evaluator: Evaluator, receiver: Ref, content: ListObject, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    items, given = content.items, arguments.positional
    if name in _CHANGING:
        changed = _changed(evaluator, items, name, arguments, node)
        if changed is not None and len(changed) > operators.MAX_SEQUENCE:
            changed = None
        evaluator.machine.world.set(receiver, ListObject(changed))
        if changed is None:
            evaluator.machine.world.lose(given)
        return None
    world = evaluator.machine.world
    if name in ("pop", "popleft"):
        index = 0 if name == "popleft" else given[0] if given else -1
        if items is None or not isinstance(index, int):
            world.set(receiver, ListObject(None))
            return evaluator.machine.unknown("an item of a list", node)
        if not -len(items) <= index < len(items):
            raise Raised
        position = index % len(items)
        world.set(receiver, ListObject(items[:position] + items[position + 1 :]))
        return items[index]
    if name == "copy":
        return evaluator.new_list(items)
    if name == "__len__" and items is not None:
        return len(items)
    if name in ("index", "count") and items is not None and is_exact(items) and is_exact(given):
        try:
            return operators.compute(getattr(items, name), *given)
        except Undefined:
            raise Raised from None
    if name in ("index", "count", "__len__"):
        return evaluator.machine.unknown(f"{name}()", node)
    return NotImplemented


def _changed(evaluator: Evaluator, items: tuple[Value, ...] | None, name: str, arguments: Arguments, node: cst.CSTNode) -> tuple[Value, ...] | None:
    """A list's items after a method that changes it; None where they are no longer known."""
    given = arguments.positional
    if name == "clear":
        return ()
    if items is None or arguments.star:
        return None
    if name == "sort" and not given and not arguments.double_star:
        return ordered(evaluator, items, dict(arguments.keywords), node)
    if arguments.keywords:
        return None
    if name == "append" and len(given) == 1:
        return (*items, given[0])
    if name == "appendleft" and len(given) == 1:
        return (given[0], *items)
    if name in ("extend", "extendleft") and len(given) == 1:
        more = evaluator.items(given[0])
        return None if more is None else items + more if name == "extend" else more[::-1] + items
    if name == "insert" and len(given) == 2 and isinstance(given[0], int):
        out = list(items)
        out.insert(given[0], given[1])
        return tuple(out)
    if name == "reverse":
        return items[::-1]
    if name == "remove" and len(given) == 1 and is_exact(items) and is_exact(given[0]):
        for index, item in enumerate(items):
            if same(item, given[0]):
                return items[:index] + items[index + 1 :]
    return None


# -- dicts -------------------------------------------------------------------------------------------------------------------


def view_items(content: Value, kind: str) -> tuple[Value, ...] | None:
    """What a dict's view holds, None where it is not known."""
    items = content.items if isinstance(content, DictObject) else None
    if items is None:
        return None
    return tuple(items.items() if kind == "items" else items if kind == "keys" else items.values())


def _dict_method(evaluator: Evaluator, receiver: Ref, content: DictObject, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    world, items, given = evaluator.machine.world, content.items, arguments.positional
    if name == "copy":
        return world.allocate(replace(content, cls=None))
    if name in ("items", "keys", "values"):
        return View(receiver, name)
    if name == "clear":
        world.set(receiver, replace(content, items={}))
        return None
    if name == "update":
        added = made_dict(evaluator, arguments)
        more = evaluator.machine.world.get(added).items
        evaluator.machine.world.set(receiver, replace(content, items=None if items is None or more is None else {**items, **more}))
        return None
    if items is None:
        return evaluator.machine.unknown("an item of a dict", node) if name == "get" else NotImplemented
    if name in ("get", "pop", "setdefault", "__getitem__", "__contains__") and given and is_exact(given[0]) and not arguments.keywords:
        return _looked_up(evaluator, receiver, content, name, given)
    if name == "get":
        for item in items.values():
            world.havoc(item, "reached under another name")
        return evaluator.machine.unknown("an item of a dict", node)
    if name == "popitem" and not arguments.values():
        if not items:
            raise Raised
        *rest, last = items.items()
        world.set(receiver, replace(content, items=dict(rest)))
        return last
    if name == "move_to_end" and len(given) == 1 and is_exact(given[0]) and given[0] in items and not arguments.keywords:
        world.set(receiver, replace(content, items={**{k: v for k, v in items.items() if k != given[0]}, given[0]: items[given[0]]}))
        return None
    return NotImplemented


def _looked_up(evaluator: Evaluator, receiver: Ref, content: DictObject, name: str, given: tuple[Value, ...]) -> Value:
    """`get`, `pop` and `setdefault` with a known key."""
    items = content.items or {}
    key = given[0]
    if name == "__contains__":
        return key in items
    if name == "__getitem__":
        return item_of(evaluator, receiver, content, key)
    default = given[1] if len(given) > 1 else None
    if name == "pop":
        if key not in items and len(given) == 1:
            raise Raised
        evaluator.machine.world.set(receiver, replace(content, items={k: v for k, v in items.items() if k != key}))
    elif name == "setdefault" and key not in items:
        evaluator.machine.world.set(receiver, replace(content, items={**items, key: default}))
    return items.get(key, default)


def item_of(evaluator: Evaluator, receiver: Ref, content: DictObject, key: Value) -> Value:
    """The item of a known key; a defaultdict makes one where there is none. Raises Raised where Python raises."""
    items = content.items or {}
    if key in items:
        return items[key]
    if content.factory is None:
        raise Raised
    made = _made_by(evaluator, content.factory)
    held = evaluator.machine.world.get(receiver)
    evaluator.machine.world.set(receiver, replace(held, items={**(held.items or {}), key: made}))
    return made


def _made_by(evaluator: Evaluator, factory: Value) -> Value:
    from convt_lint.interpret.functions import call_function

    if isinstance(factory, Function):
        return call_function(evaluator, factory, Arguments(), factory.node)
    kind = factory.name.removeprefix("builtins.")
    if kind in ("list", "dict", "set"):
        return evaluator.machine.world.allocate({"list": ListObject(()), "dict": DictObject({}), "set": SetObject(frozenset())}[kind])
    return {"int": 0, "float": 0.0, "str": "", "bool": False, "tuple": ()}[kind]


def made_dict(evaluator: Evaluator, arguments: Arguments) -> Ref:
    """What `dict(…)` makes."""
    found: dict[Any, Value] = {}
    known = not (arguments.star or arguments.double_star) and len(arguments.positional) <= 1
    for value in arguments.positional:
        content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
        if isinstance(content, DictObject) and content.items is not None:
            found.update(content.items)
            continue
        pairs = evaluator.items(value)
        pairs = None if pairs is None else tuple(pair if isinstance(pair, tuple) else evaluator.items(pair) or () for pair in pairs)
        if pairs is not None and all(len(pair) == 2 and is_exact(pair[0]) for pair in pairs):
            found.update(pairs)
        else:
            known = False
    found.update(arguments.keywords)
    return evaluator.new_dict(found if known else None)


# -- sets --------------------------------------------------------------------------------------------------------------------

_SET_QUESTIONS = frozenset({"issubset", "issuperset", "isdisjoint"})
_SET_RESULTS = frozenset({"union", "intersection", "difference", "symmetric_difference"})
_SET_CHANGES: dict[str, Callable[[frozenset[Any], frozenset[Any]], frozenset[Any]]] = {
    "add": lambda a, b: a | b,
    "discard": lambda a, b: a - b,
    "remove": lambda a, b: a - b,
    "update": lambda a, b: a | b,
    "difference_update": lambda a, b: a - b,
    "intersection_update": lambda a, b: a & b,
    "clear": lambda a, b: frozenset(),
}


def _set_method(evaluator: Evaluator, receiver: Ref, content: SetObject, name: str, arguments: Arguments) -> Value:
    """A set's method. A set of items that are not known is no set here: one that loses them is dropped for an unknown list."""
    given = arguments.positional
    if name == "copy":
        return evaluator.machine.world.allocate(content)
    if len(given) > 1 or arguments.keywords or arguments.star:
        return NotImplemented
    if name in ("add", "discard", "remove"):
        other: frozenset[Any] | None = frozenset(given) if given and is_exact(given[0]) else None
    else:
        other = frozenset() if not given else set_items(evaluator, given[0])
    world = evaluator.machine.world
    if name in _SET_CHANGES:
        world.set(receiver, ListObject(None) if other is None else SetObject(_SET_CHANGES[name](content.items, other)))
        return None
    if other is None:
        return NotImplemented
    if name in _SET_QUESTIONS:
        return bool(getattr(content.items, name)(other))
    return world.allocate(SetObject(getattr(content.items, name)(other))) if name in _SET_RESULTS else NotImplemented


def set_items(evaluator: Evaluator, value: Value) -> frozenset[Any] | None:
    """The items of a set or another iterable of exact items, in no order."""
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, SetObject):
        return content.items
    items = evaluator.items(value)
    return frozenset(items) if items is not None and all(is_exact(item) for item in items) else None
