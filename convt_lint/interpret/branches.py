"""Conditions: `if` takes every branch that can be taken, each in a world that remembers what was assumed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.expectations import stated
from convt_lint.interpret.conditions import Condition
from convt_lint.interpret.flow import Flow
from convt_lint.interpret.world import World
from convt_lint.syntax.names import dotted

if TYPE_CHECKING:
    from convt_lint.interpret.statements import Executor


def run_if(executor: Executor, node: cst.If, world: World) -> Flow:
    return _run(executor, node, world, alone=True)


def _run(executor: Executor, node: cst.If, world: World, *, alone: bool) -> Flow:
    """`alone`: no condition before this one, of which it is the `elif`, may have been about sizes."""
    out = Flow()
    for after, truth in executor.machine.attempt(world, partial(_test, executor, node, alone)):
        for taken in (True, False) if truth is None else (truth,):
            start = after if truth is not None else guess(executor, after, node, taken)
            part = executor.block(node.body.body, [start]) if taken else _otherwise(executor, node, start, alone)
            out.take_exits(part)
            out.next += part.next
    return out


def _otherwise(executor: Executor, node: cst.If, world: World, alone: bool) -> Flow:
    if isinstance(node.orelse, cst.If):
        executor.machine.step()
        return _run(executor, node.orelse, world, alone=alone and stated.is_aside(node.test))
    return executor.block(node.orelse.body.body if node.orelse is not None else (), [world])


def _test(executor: Executor, node: cst.If, alone: bool) -> bool | None:
    """The truth of an `if`. One whose one way only raises is an assert of the other."""
    if alone and _only_raises(node.body):
        return stated.holds(executor.evaluator, node.test, wanted=False)
    if alone and isinstance(node.orelse, cst.Else) and _only_raises(node.orelse.body):
        return stated.holds(executor.evaluator, node.test, wanted=True)
    return executor.evaluator.truth(executor.evaluator.evaluate(node.test))


def guess(executor: Executor, world: World, node: cst.CSTNode, taken: bool) -> World:
    """The world in which a condition that has been given up goes one way: nothing that rests on it alone is certain."""
    guessed = world.copy()
    guessed.assume(Condition(("given up", executor.machine.number(node), world.tick()), "truthy", None, frozenset(), True, "a condition"), taken)
    return guessed


_ELSEWHERE = frozenset({"StopIteration", "StopAsyncIteration", "SkipTest", "KeyboardInterrupt", "SystemExit"})
"""What is raised to go on elsewhere, and says of nothing that it is wrong."""


def _only_raises(body: cst.BaseSuite) -> bool:
    """Whether a block does nothing but raise, after simple statements that may word the message."""
    small = [part for line in body.body for part in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])]
    if not small or not all(isinstance(part, (cst.Expr, cst.Assign, cst.AnnAssign)) for part in small[:-1]):
        return False
    if isinstance(small[-1], cst.Expr) and isinstance(small[-1].value, cst.Call):
        return dotted(small[-1].value.func) in ("pytest.fail", "self.fail")
    if not isinstance(small[-1], cst.Raise):
        return False
    raised = small[-1].exc.func if isinstance(small[-1].exc, cst.Call) else small[-1].exc
    return raised is not None and dotted(raised).rpartition(".")[2] not in _ELSEWHERE
