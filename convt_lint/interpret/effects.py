"""What code that is not followed may have changed. Forgetting too much costs findings; forgetting too little costs trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret.bindings import touched
from convt_lint.interpret.values import (
    Bound,
    ClassObject,
    DictObject,
    External,
    Function,
    GeneratorObject,
    Instance,
    ListObject,
    Ref,
    SetObject,
    Unknown,
    Value,
)
from convt_lint.interpret.world import World

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

DECORATED_TERM = "decorated"


def forget(evaluator: Evaluator, world: World, why: str) -> None:
    """Some function of the file has run unseen: forgets every global that a function changes and every attribute set outside `__init__`."""
    machine = evaluator.machine
    _forget_names(world, [evaluator.scopes[-1]], machine.changed_names, why)
    _forget_attributes(world, machine.changed_attributes, why)


def forget_touched(evaluator: Evaluator, world: World, body: Sequence[cst.CSTNode], why: str) -> None:
    """Statements may have run in part: forgets what they bind or change, and what functions they call may change."""
    names, attributes = touched(body)
    _forget_names(world, evaluator.scopes, names, why)
    _forget_attributes(world, attributes, why)
    forget(evaluator, world, why)


def holds_code(evaluator: Evaluator, value: Value) -> bool:
    """Whether a value lets other code run functions of the file: a function, a bound method, an object with methods, a decorated function."""
    if isinstance(value, Unknown):
        return isinstance(value.term, tuple) and value.term[:1] == (DECORATED_TERM,)
    if isinstance(value, Ref):
        return isinstance(evaluator.machine.world.get(value), (Instance, ClassObject, GeneratorObject))
    return isinstance(value, (Function, Bound))


def _forget_names(world: World, scopes: Sequence[Ref], names: set[str], why: str) -> None:
    for scope in scopes:
        held = world.names(scope) or {}
        forgotten: dict[str, Value] = {}
        for name in sorted(names & held.keys()):
            value = held[name]
            if isinstance(value, Ref) and isinstance(world.get(value), (ListObject, DictObject, SetObject)):
                world.havoc(value, why, deep=False)
            elif not isinstance(value, (Function, Ref, External)):
                forgotten[name] = world.fresh(f"{name} ({why})", scope.key, name, opaque=True)
        if forgotten:
            world.bind_all(scope, forgotten)


def _forget_attributes(world: World, names: set[str], why: str) -> None:
    for key, content in list(world.heap.items()):
        if isinstance(content, Instance) and not names.isdisjoint(content.attributes):
            world.heap[key] = Instance(content.cls, _forgotten(world, content.attributes, names, key, why), content.complete)
        elif isinstance(content, ClassObject) and not names.isdisjoint(content.namespace):
            namespace = _forgotten(world, content.namespace, names, key, why)
            world.heap[key] = replace(content, namespace=namespace)


def _forgotten(world: World, held: dict[str, Value], names: set[str], key: int, why: str) -> dict[str, Value]:
    kept = dict(held)
    for name in sorted(names & kept.keys()):
        value = kept[name]
        if isinstance(value, Ref) and isinstance(world.get(value), (ListObject, DictObject, SetObject)):
            world.havoc(value, why, deep=False)
        elif not isinstance(value, (Function, Ref, External)):
            kept[name] = world.fresh(f"{name} ({why})", key, name, opaque=True)
    return kept
