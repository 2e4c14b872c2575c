"""Comprehensions: run in a scope of their own, their loops unrolled."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.facts import Assumption
from convt_lint.interpret.conditions import Condition
from convt_lint.interpret.targets import assign
from convt_lint.interpret.values import Frame, Value, bases_of, root
from convt_lint.syntax.walk import walk

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

SCOPE = "(comprehension)"
MAX_TURNS = 64


def comprehend(evaluator: Evaluator, clause: cst.CompFor, element: Callable[[], Value]) -> tuple[Value, ...] | None:
    """Runs a comprehension in a scope of its own. Over unknown items the element is evaluated once, and the result is not known."""
    world = evaluator.machine.world
    frame = world.allocate(Frame({SCOPE: True}))
    outer = evaluator.scopes
    evaluator.scopes = (frame, *outer)
    before = dict(world.assumptions)
    try:
        out: list[Value] = []
        if _loop(evaluator, clause, element, out):
            return tuple(out)
        world.lose(tuple(out))
        return None
    finally:
        if evaluator.machine.world is world:
            kept = world.assumptions.items()
            world.assumptions = {a: c for a, c in kept if a in before or c.op != "turns"}
        evaluator.scopes = outer
        evaluator.machine.forget_frame(frame)


def _loop(evaluator: Evaluator, clause: cst.CompFor, element: Callable[[], Value], out: list[Value]) -> bool:
    items = evaluator.items(evaluator.evaluate(clause.iter))
    known = items is not None and len(items) <= MAX_TURNS
    if items is not None and not known and _is_cheap(clause, items):
        known = True
    if not known:
        evaluator.machine.world.assumptions.update(turns(evaluator, clause, clause.iter))
    rounds: Iterable[Value] = items if known and items is not None else (evaluator.machine.unknown(f"an item of {source_name(clause.iter)}", clause),)
    for item in rounds:
        assign(evaluator, clause.target, item)
        kept = _filter(evaluator, clause)
        if kept is None:
            known = False
        elif not kept:
            continue
        if clause.inner_for_in is not None:
            known = _loop(evaluator, clause.inner_for_in, element, out) and known
        else:
            out.append(element())
    return known


def turns(evaluator: Evaluator, node: cst.CSTNode, iterable: cst.BaseExpression) -> dict[Assumption, Condition]:
    """What a turn of a loop over unknown items says: that there are some. Related to every condition on what the items come from."""
    bases: set[Hashable] = set()
    for item in walk(iterable):
        if isinstance(item, cst.Name):
            for base in bases_of(evaluator.machine.world.resolve(evaluator.lookup(item.value))):
                bases.add(base if isinstance(base, tuple) and base[:1] == ("any",) else ("any", root(base)))
    condition = Condition(("turns", evaluator.machine.number(node)), "turns", None, frozenset(bases), False, "a loop")
    return {condition.assumption(True): condition}


def _is_cheap(clause: cst.CompFor, items: tuple[Value, ...]) -> bool:
    return len(items) <= 1000 and clause.inner_for_in is None


def _filter(evaluator: Evaluator, clause: cst.CompFor) -> bool | None:
    for condition in clause.ifs:
        truth = evaluator.truth(evaluator.evaluate(condition.test))
        if truth is not True:
            return truth
    return True


def source_name(node: cst.BaseExpression) -> str:
    """How to call what a loop runs over: the last name in it that is no function's."""
    if isinstance(node, cst.Call):
        return source_name(node.args[0].value) if node.args else "a loop"
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    return ".".join(reversed([*parts, node.value])) if isinstance(node, cst.Name) else "a loop"
