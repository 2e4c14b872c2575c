"""Sorting and choosing: `sorted`, `min` and `max`, with `key`, `reverse` and `default`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import Ref, SetObject, Value, is_exact

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

MAX_KEYS = 256


def any_order(evaluator: Evaluator, value: Value) -> tuple[Value, ...] | None:
    """The items of an iterable where their order does not matter, a set's too."""
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, SetObject):
        return tuple(content.items)
    return evaluator.items(value)


def keys_of(evaluator: Evaluator, items: tuple[Value, ...], key: Value, node: cst.CSTNode) -> list[Any] | None:
    """What each item is compared by; None where that is not known."""
    from convt_lint.interpret.calls import call

    if key is None:
        keys: list[Any] = list(items)
    elif len(items) > MAX_KEYS or not isinstance(node, cst.Call):
        return None
    else:
        keys = [call(evaluator, key, Arguments((item,)), node) for item in items]
    return keys if all(is_exact(item) for item in keys) else None


def ordered(evaluator: Evaluator, items: tuple[Value, ...], options: dict[str, Value], node: cst.CSTNode) -> tuple[Value, ...] | None:
    """The items sorted; None where their order is not known."""
    reverse = options.get("reverse", False)
    if options.keys() - {"key", "reverse"} or not isinstance(reverse, (bool, int)):
        return None
    keys = keys_of(evaluator, items, options.get("key"), node)
    if keys is None:
        return None
    try:
        order = sorted(range(len(items)), key=lambda index: keys[index], reverse=bool(reverse))
    except TypeError:
        return None
    return tuple(items[index] for index in order)


def extreme(name: str, choose: Any) -> Any:
    """`min` or `max` of an iterable, with `key` and `default`, or of several arguments with `key`."""

    def handler(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
        options = dict(arguments.keywords)
        if arguments.star or arguments.double_star or options.keys() - {"key", "default"} or not arguments.positional:
            return NotImplemented
        several = len(arguments.positional) > 1
        if several and not options:
            return NotImplemented
        source = arguments.positional[0]
        items = arguments.positional if several else evaluator.items(source) if "key" in options else any_order(evaluator, source)
        if items is None:
            return NotImplemented
        if not items:
            if "default" in options:
                return options["default"]
            raise Raised
        keys = keys_of(evaluator, items, options.get("key"), node)
        try:
            if keys is not None:
                return items[choose(range(len(items)), key=lambda index: keys[index])]
        except TypeError:
            pass
        return evaluator.machine.derived(f"{name}(…)", name, *map(evaluator.opaque_value, items), tuple(options))

    return handler
