"""Conditions: `if` takes every branch that can be taken, each in a world that remembers what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeGuard

import libcst as cst

from convt_lint.interpret.conditions import Condition
from convt_lint.interpret.flow import Flow
from convt_lint.interpret.world import World

if TYPE_CHECKING:
    from convt_lint.interpret.statements import Executor


def run_if(executor: Executor, node: cst.If, world: World) -> Flow:
    out = Flow()
    otherwise: Sequence[cst.CSTNode] = ()
    if isinstance(node.orelse, cst.Else):
        otherwise = node.orelse.body.body
    elif isinstance(node.orelse, cst.If):
        otherwise = (node.orelse,)
    for after, truth in executor.machine.attempt(world, partial(_test, executor, node)):
        for taken in (True, False) if truth is None else (truth,):
            part = executor.block(node.body.body if taken else otherwise, [after if truth is not None else guess(executor, after, node, taken)])
            out.take_exits(part)
            out.next += part.next
    return out


def _test(executor: Executor, node: cst.If) -> bool | None:
    """The truth of an `if`. One that only raises where a size is not the stated one is an assert."""
    if node.orelse is None and is_unequal(node.test) and _only_raises(node.body):
        equal = executor.holds_equal(node.test)
        return None if equal is None else not equal
    return executor.evaluator.truth(executor.evaluator.evaluate(node.test))


def guess(executor: Executor, world: World, node: cst.CSTNode, taken: bool) -> World:
    """The world in which a condition that has been given up goes one way: nothing that rests on it alone is certain."""
    guessed = world.copy()
    guessed.assume(Condition(("given up", id(node), world.tick()), "truthy", None, frozenset(), True, "a condition"), taken)
    return guessed


def is_unequal(node: cst.BaseExpression) -> TypeGuard[cst.Comparison]:
    """Whether an expression is `a != b`."""
    return isinstance(node, cst.Comparison) and len(node.comparisons) == 1 and isinstance(node.comparisons[0].operator, cst.NotEqual)


def _only_raises(body: cst.BaseSuite) -> bool:
    last = body.body[0] if len(body.body) == 1 else None
    return isinstance(last, cst.SimpleStatementLine) and len(last.body) == 1 and isinstance(last.body[0], cst.Raise)
