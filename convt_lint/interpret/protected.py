"""`try` and `with`: code that may be left in the middle, and code that is expected to fail."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.expectations import asserts
from convt_lint.interpret import attributes, effects
from convt_lint.interpret.conditions import Condition
from convt_lint.interpret.flow import Flow
from convt_lint.interpret.protocols import invoke
from convt_lint.interpret.targets import assign
from convt_lint.interpret.values import Function, Instance, Ref, Value
from convt_lint.interpret.world import World, join
from convt_lint.syntax.names import dotted
from convt_lint.syntax.walk import walk

if TYPE_CHECKING:
    from convt_lint.interpret.statements import Executor

_CAUGHT = frozenset({"Exception", "BaseException", "RuntimeError", "ValueError", "TypeError", "AssertionError"})


def run_try(executor: Executor, node: cst.Try, world: World) -> Flow:
    start = world.copy()
    early = node.finalbody is not None and _leaves_early(node.finalbody)
    muted = early or any(_names_failure(handler) and _swallows(handler) for handler in node.handlers)
    handled = early or any(_swallows(handler) for handler in node.handlers)
    executor.machine.muted += muted
    executor.machine.handled += handled
    if muted:
        executor.machine.swallowing.append(len(executor.machine.calls))
    try:
        body = executor.block(node.body.body, [world])
    finally:
        executor.machine.muted -= muted
        executor.machine.handled -= handled
        if muted:
            executor.machine.swallowing.pop()
    out = Flow()
    out.take_exits(body)
    after = body.next
    if node.orelse is not None and after:
        part = executor.block(node.orelse.body.body, after)
        out.take_exits(part)
        after = part.next
    ends = [*body.next, *(w for w, _ in body.returns), *body.breaks, *body.continues]
    for index, handler in enumerate(node.handlers):
        caught = start.copy()
        for end in ends:
            caught = join(caught, end, (executor.machine.number(node), "except"))
        effects.forget_touched(executor.evaluator, caught, node.body.body, "left in a try block")
        _assume_caught(executor, caught, node, index)
        if handler.name is not None and isinstance(handler.name.name, cst.Name):
            caught.bind(executor.evaluator.scopes[0], handler.name.name.value, caught.fresh("an exception", executor.machine.number(handler)))
        part = executor.block(handler.body.body, [caught])
        out.take_exits(part)
        after = after + part.next
    if node.finalbody is not None:
        return _finally(executor, node.finalbody, out, after)
    out.next = after
    return out


def _assume_caught(executor: Executor, world: World, node: cst.CSTNode, index: int) -> None:
    term = ("except", executor.machine.number(node), index)
    world.assume(Condition(term, "truthy", None, frozenset({term}), True, "an exception"), True)


def _finally(executor: Executor, node: cst.Finally, out: Flow, after: list[World]) -> Flow:
    """The final block runs on every way out."""
    result = Flow()
    part = executor.block(node.body.body, after)
    result.take_exits(part)
    result.next = part.next
    for world, value in out.returns:
        part = executor.block(node.body.body, [world])
        result.take_exits(part)
        result.returns += [(w, value) for w in part.next]
    result.breaks += out.breaks
    result.continues += out.continues
    return result


def run_with(executor: Executor, node: cst.With, world: World) -> Flow:
    def enter() -> tuple[bool, list[Value]]:
        silent = False
        managers: list[Value] = []
        for item in node.items:
            expression = item.item
            value = executor.evaluator.evaluate(expression)
            if isinstance(expression, cst.Call):
                callee = executor.machine.world.resolve(executor.evaluator.evaluate(expression.func))
                silent = silent or asserts.expects_failure(expression.func, callee)
            silent = silent or _may_swallow(executor, value)
            entered = invoke(executor.evaluator, value, "__enter__", expression)
            if entered is NotImplemented:
                entered = executor.machine.unknown("a context manager", node)
            else:
                managers.append(value)
            if item.asname is not None:
                assign(executor.evaluator, item.asname.name, entered)
        return silent, managers

    out = Flow()
    for entered, (silent, managers) in executor.machine.attempt(world, enter):
        before = entered.copy()
        executor.machine.muted += silent
        executor.machine.expecting += silent
        try:
            part = executor.block(node.body.body, [entered])
        finally:
            executor.machine.muted -= silent
            executor.machine.expecting -= silent
        out.take_exits(part)
        for left in (*(w for w, _ in part.returns), *part.breaks, *part.continues):
            if managers:
                effects.forget(executor.evaluator, left, "a context manager of the file")
        if silent:
            left = before
            for after in (*part.next, *(w for w, _ in part.returns)):
                left = join(left, after, executor.machine.number(node))
            effects.forget_touched(executor.evaluator, left, node.body.body, "left in a with block")
            if managers:
                effects.forget(executor.evaluator, left, "a context manager of the file")
            out.next.append(left)
        else:
            out.next += [end for after in part.next for end in executor.each(after, partial(_leave, executor, managers))]
    return out


def _may_swallow(executor: Executor, value: Value) -> bool:
    """Whether a context manager of the file may swallow what its body raises."""
    content = executor.machine.world.get(value) if isinstance(value, Ref) else None
    if not isinstance(content, Instance):
        return False
    _, leaves = attributes.find_in_class(executor.evaluator, content.cls, "__exit__")
    return isinstance(leaves, Function) and returns_something(leaves.node)


def _leave(executor: Executor, managers: list[Value]) -> None:
    """The end of a `with` block that nothing was raised in."""
    for manager in reversed(managers):
        if invoke(executor.evaluator, manager, "__exit__", None, None, None, None) is NotImplemented:
            effects.forget(executor.evaluator, executor.machine.world, "a context manager of the file")


def _names_failure(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    """Whether a handler catches what a layer or an assert raises: then the failure may be what the code is after."""
    kinds = handler.type
    if kinds is None:
        return True
    items = [element.value for element in kinds.elements] if isinstance(kinds, cst.Tuple) else [kinds]
    return not _CAUGHT.isdisjoint(dotted(item).rpartition(".")[2] for item in items)


def _swallows(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    """Whether the code goes on after a handler."""
    last = handler.body.body[-1] if handler.body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return not isinstance(last, cst.Raise)


def _leaves_early(node: cst.CSTNode) -> bool:
    """Whether a final block returns or breaks, which swallows what was raised."""
    return any(isinstance(item, (cst.Return, cst.Break, cst.Continue)) for item in walk(node))


def returns_something(node: cst.CSTNode) -> bool:
    """Whether a function returns anything but None or False."""
    values = (item.value for item in walk(node) if isinstance(item, cst.Return))
    return any(value is not None and not (isinstance(value, cst.Name) and value.value in ("None", "False")) for value in values)
