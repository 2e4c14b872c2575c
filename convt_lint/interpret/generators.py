"""Generators that the file defines: run when they are consumed, and only where nothing can come between two of their turns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import effects
from convt_lint.interpret.bindings import touched
from convt_lint.interpret.values import Frame, GeneratorObject, ListObject, Ref, Value
from convt_lint.syntax.names import dotted
from convt_lint.syntax.walk import SCOPES, holds, walk

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

YIELDS = "(yields)"
MAX_YIELDS = 1_000
_QUIET_CALLS = frozenset({"range", "len", "zip", "enumerate", "reversed", "int", "min", "max", "round", "abs", "sum"})


def note(evaluator: Evaluator, values: tuple[Value, ...] | None) -> None:
    """`yield` gives these values, None where they are not known."""
    world = evaluator.machine.world
    scope = evaluator.scopes[0]
    before = (world.names(scope) or {}).get(YIELDS)
    if before is None:
        return
    known = isinstance(before, tuple) and values is not None and len(before) + len(values) <= MAX_YIELDS
    world.bind(scope, YIELDS, (*before, *(values or ())) if known else evaluator.machine.unknown("what a generator yields", None))


def consume(evaluator: Evaluator, ref: Ref, generator: GeneratorObject, *, whole: bool, body: Iterable[cst.CSTNode] = ()) -> tuple[Value, ...] | None:
    """All that a generator yields; None where that is not certain.

    whole: it is read to its end at once; body: what runs between two of its turns.
    """
    from convt_lint.interpret.functions import run_generator

    world = evaluator.machine.world
    world.set(ref, ListObject((), once=True))
    node = generator.function.node
    if not isinstance(world.heap.get(generator.frame.key), Frame) or not (whole or is_quiet(node)) or _interferes(evaluator, node, body):
        effects.forget(evaluator, world, f"{generator.function.name} is not followed")
        return None
    found = run_generator(evaluator, generator)
    return found if isinstance(found, tuple) else None


def is_quiet(node: cst.CSTNode) -> bool:
    """Whether a generator only computes: then it does not matter how far it is read."""
    for item in walk(node):
        if isinstance(item, cst.Call) and dotted(item.func) not in _QUIET_CALLS and not dotted(item.func).startswith("math."):
            return False
        if isinstance(item, (cst.Global, cst.Nonlocal, cst.With, cst.Try, cst.Raise, cst.Await)):
            return False
    return not touched([node])[1]


def _interferes(evaluator: Evaluator, node: cst.CSTNode, body: Iterable[cst.CSTNode]) -> bool:
    """Whether what runs between two turns may change what the generator reads."""
    body = list(body)
    if not body:
        return False
    machine = evaluator.machine
    changed = set().union(*touched(body))
    local = touched([node])[0]
    calls = holds(body, frozenset({cst.Call}))
    for item in walk(node):
        if isinstance(item, cst.Attribute) and (item.attr.value in changed or (calls and item.attr.value in machine.changed_attributes)):
            return True
        if isinstance(item, cst.Name) and item.value not in local and (item.value in changed or (calls and item.value in machine.changed_names)):
            return True
    return False


_WAYS_OUT: frozenset[type[cst.CSTNode]] = frozenset({cst.Break, cst.Return, cst.Raise})


def leaves_early(body: Iterable[cst.CSTNode]) -> bool:
    """Whether a loop's body may leave the loop before its end."""
    return holds(body, _WAYS_OUT, past=SCOPES)
