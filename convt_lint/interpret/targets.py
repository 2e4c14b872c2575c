"""What is assigned to: names, attributes, items, and several of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes, containers, functions, sizes
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import Frame, Length, PartialShape, Ref, Value

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


def assign(evaluator: Evaluator, target: cst.BaseExpression, value: Value) -> None:
    """Binds a target: a name, an attribute, a subscript, or several of them."""
    if isinstance(target, cst.Name):
        evaluator.machine.world.bind(scope_of(evaluator, target.value), target.value, value)
    elif isinstance(target, cst.Attribute):
        attributes.put(evaluator, evaluator.evaluate(target.value), target.attr.value, value)
    elif isinstance(target, cst.Subscript):
        containers.put_item(evaluator, *item_target(evaluator, target), value, target)
    elif isinstance(target, (cst.Tuple, cst.List)):
        _unpack(evaluator, target, value)
    elif isinstance(target, cst.StarredElement):
        assign(evaluator, target.value, value)


def item_target(evaluator: Evaluator, target: cst.Subscript) -> tuple[Value, Value]:
    """The object and the index of `owner[index]` where it is assigned or deleted."""
    owner = evaluator.evaluate(target.value)
    return owner, evaluator.indices(target)


def scope_of(evaluator: Evaluator, name: str) -> Ref:
    """The frame that an assignment to a name binds it in (`global` and `nonlocal` move it outwards)."""
    frame = evaluator.machine.world.heap.get(evaluator.scopes[0].key)
    moved = frame.names.get(functions.SCOPE_OF + name) if isinstance(frame, Frame) else None
    return moved if isinstance(moved, Ref) else evaluator.scopes[0]


def _unpack(evaluator: Evaluator, target: cst.Tuple | cst.List, value: Value) -> None:
    elements = target.elements
    stars = [i for i, element in enumerate(elements) if isinstance(element, cst.StarredElement)]
    if isinstance(value, PartialShape):
        items: tuple[Value, ...] | None = sizes.unpacked(evaluator, value, len(elements), target) if not stars else None
    elif not stars and (owner := sizes.named(value)) is not None:
        items = sizes.named_sizes(evaluator, owner, len(elements))
    else:
        items = evaluator.items(value)
    if items and not stars and all(isinstance(item, Length) for item in items):
        sizes.check_unpacked(evaluator, items, len(elements), target)
    if items is not None and not stars and len(items) != len(elements):
        raise Raised
    if items is None or (stars and len(items) < len(elements) - 1):
        source = evaluator.opaque_value(value) if not isinstance(value, (Ref, tuple)) else value
        for index, element in enumerate(elements):
            item = evaluator.machine.derived(getattr(source, "cause", "an unpacked value"), "item", source, index)
            assign(evaluator, element.value, evaluator.new_list(None) if isinstance(element, cst.StarredElement) else item)
        return
    if stars:
        head = stars[0]
        tail = len(elements) - head - 1
        middle = evaluator.new_list(items[head : len(items) - tail])
        items = (*items[:head], middle, *items[len(items) - tail :])
    for element, item in zip(elements, items, strict=True):
        assign(evaluator, element.value, item)
