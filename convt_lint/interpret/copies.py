"""Copies: of lists, dicts and instances, shallow and deep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.values import (
    Container,
    DictObject,
    External,
    Function,
    Instance,
    Layer,
    ListObject,
    Module,
    Ref,
    Row,
    SetObject,
    Tensor,
    Unknown,
    Value,
    is_exact,
)

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

MAX_COPIED = 2_000


def rebuilt(evaluator: Evaluator, value: Value, inner: Callable[[Value], Value]) -> Value:
    """A list, dict or tuple made anew of what `inner` makes of its items; another value as it is."""
    world = evaluator.machine.world
    if isinstance(value, tuple):
        items = tuple(inner(item) for item in value)
        return Row(items, value.kind) if isinstance(value, Row) else items
    content = world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, ListObject) and not content.once:
        return world.allocate(ListObject(None if content.items is None else tuple(inner(item) for item in content.items)))
    if isinstance(content, DictObject):
        items_of = content.items
        return world.allocate(replace(content, items=None if items_of is None else {key: inner(item) for key, item in items_of.items()}))
    if isinstance(content, Container):
        return world.allocate(Container(content.kind, None if content.items is None else {name: inner(item) for name, item in content.items.items()}))
    if isinstance(content, SetObject):
        return world.allocate(content)
    return value if content is None else evaluator.machine.unknown("a copy", None)


def shallow(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`copy.copy`."""
    value = arguments.positional[0] if arguments.positional else None
    world = evaluator.machine.world
    content = world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, (ListObject, DictObject, SetObject)) and not getattr(content, "once", False):
        return world.allocate(content)
    if isinstance(content, Instance):
        return world.allocate(content) if _copies_plainly(evaluator, content) else evaluator.machine.unknown("a copy", node)
    return value if _is_immutable(value) else evaluator.machine.unknown("a copy", node)


def deep(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`copy.deepcopy`: what is held twice is copied once; what cannot be copied here makes the copy unknown."""
    done: dict[int, Ref] = {}
    return _deep(evaluator, arguments.positional[0] if arguments.positional else None, node, done)


def _deep(evaluator: Evaluator, value: Value, node: cst.CSTNode, done: dict[int, Ref]) -> Value:
    world = evaluator.machine.world
    if isinstance(value, tuple):
        return rebuilt(evaluator, value, lambda item: _deep(evaluator, item, node, done))
    if not isinstance(value, Ref):
        return value if _is_immutable(value) or isinstance(value, Unknown) else evaluator.machine.unknown("a copy", node)
    if value.key in done:
        return done[value.key]
    content = world.get(value)
    if len(done) >= MAX_COPIED:
        return evaluator.machine.unknown("a copy of much", node)
    if isinstance(content, Instance) and _copies_plainly(evaluator, content):
        made = done[value.key] = world.allocate(content)
        held = {name: _deep(evaluator, item, node, done) for name, item in content.attributes.items()}
        world.set(made, Instance(content.cls, held, content.complete))
        return made
    if isinstance(content, (ListObject, DictObject, SetObject, Container)) and not getattr(content, "once", False):
        made = done[value.key] = world.allocate(content)
        copied = rebuilt(evaluator, value, lambda item: _deep(evaluator, item, node, done))
        world.set(made, world.get(copied))
        return made
    return evaluator.machine.unknown("a copy", node)


def _copies_plainly(evaluator: Evaluator, content: Instance) -> bool:
    names = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")
    return not any(attributes.find_in_class(evaluator, content.cls, name)[0] is not None for name in names)


def _is_immutable(value: Value) -> bool:
    return is_exact(value) or isinstance(value, (tuple, External, Function, Tensor, Layer, Module))


FUNCTIONS = {"copy.copy": shallow, "copy.deepcopy": deep}
