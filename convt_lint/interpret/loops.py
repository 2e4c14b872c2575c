"""Loops: over known items turn by turn, over unknown ones until a further turn changes nothing that is still known."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret.comprehensions import MAX_TURNS, source_name, turns
from convt_lint.interpret.flow import MAX_WORLDS, Flow
from convt_lint.interpret.generators import leaves_early
from convt_lint.interpret.targets import assign
from convt_lint.interpret.values import Ref, Unknown, Value
from convt_lint.interpret.world import World, differences, gather, join

if TYPE_CHECKING:
    from convt_lint.interpret.statements import Executor

MAX_WIDENINGS = 6


def run_for(executor: Executor, node: cst.For, world: World) -> Flow:
    out = Flow()

    def enter() -> tuple[Value, tuple[Value, ...] | None]:
        value = executor.evaluator.evaluate(node.iter)
        return value, executor.evaluator.items(value, whole=not leaves_early(node.body.body), body=node.body.body)

    for start, (value, items) in executor.machine.attempt(world, enter):
        known = items is not None and len(items) <= MAX_TURNS
        part = _counted(executor, node, start, items or (), value) if known else _unknown_turns(executor, node, start)
        out.take_exits(part)
        out.next += part.next
    return out


def _counted(executor: Executor, node: cst.For, start: World, items: tuple[Value, ...], source: Value) -> Flow:
    """A loop over known items, of which the machine knows if they are numbers."""
    machine = executor.machine
    counts = len(items) > 1 and all(isinstance(item, int) for item in items)
    machine.counting += [len(machine.calls)] * counts
    try:
        return _turns(executor, node, start, items, source)
    finally:
        if counts:
            machine.counting.pop()


def _turns(executor: Executor, node: cst.For, start: World, items: tuple[Value, ...], source: Value) -> Flow:
    """A loop over known items, one turn after the other; `source` is the list they come from, which may grow meanwhile."""
    held = start.get(source) if isinstance(source, Ref) else None
    out = Flow()
    current = [start]
    broken: list[World] = []
    place = executor.machine.number(node)
    for item in items:
        after: list[World] = []
        for world in current:
            for entered in executor.each(world, partial(assign, executor.evaluator, node.target, item)):
                part = executor.block(node.body.body, [entered])
                out.returns += part.returns
                broken += part.breaks
                after += part.next + part.continues
        current = gather(after, MAX_WORLDS, place)
        if held is not None and any(world.heap.get(source.key) is not held for world in current):
            part = _unknown_turns(executor, node, reduce(lambda a, b: join(a, b, place), current))
            out.take_exits(part)
            current = part.next
            break
        if not current:
            break
    return _after_loop(executor, node, out, current, broken)


def _after_loop(executor: Executor, node: cst.For | cst.While, out: Flow, finished: list[World], broken: list[World]) -> Flow:
    if node.orelse is not None and finished:
        part = executor.block(node.orelse.body.body, finished)
        out.take_exits(part)
        finished = part.next
    out.next = gather(finished + broken, MAX_WORLDS, executor.machine.number(node))
    return out


def _unknown_turns(executor: Executor, node: cst.For | cst.While, start: World) -> Flow:
    """A loop that turns an unknown number of times: the body is run until a further turn changes nothing that is still known."""
    state = start
    for _ in range(MAX_WIDENINGS):
        mark = len(executor.machine.facts)
        part = _one_turn(executor, node, state)
        ends = part.next + part.continues
        widened = state.copy()
        for world in ends:
            widened = join(widened, world, executor.machine.number(node))
        if _stable(state, widened):
            break
        del executor.machine.facts[mark:]
        state = widened
    else:
        part = _one_turn(executor, node, state)
    out = Flow(returns=part.returns)
    return _after_loop(executor, node, out, [state], part.breaks)


def _one_turn(executor: Executor, node: cst.For | cst.While, state: World) -> Flow:
    def enter() -> bool | None:
        if isinstance(node, cst.For):
            cause = f"an item of {source_name(node.iter)}"
            term = ("loop item", executor.machine.number(node))
            assign(executor.evaluator, node.target, Unknown(cause, term, frozenset({term})))
            return True
        return executor.evaluator.truth(executor.evaluator.evaluate(node.test))

    out = Flow()
    for after, truth in executor.machine.attempt(state, enter):
        if truth is not False:
            if isinstance(node, cst.For):
                after.assumptions.update(turns(executor.evaluator, node, node.iter))
            part = executor.block(node.body.body, [after])
            out.take_exits(part)
            out.next += part.next
    return out


def run_while(executor: Executor, node: cst.While, world: World) -> Flow:
    out = Flow()
    current, broken = [world], []
    finished: list[World] = []
    place = executor.machine.number(node)
    for _ in range(MAX_TURNS):
        after: list[World] = []
        for start in current:
            attempts = _test_once(executor, node, start)
            if attempts is None:
                part = _unknown_turns(executor, node, start)
                out.returns += part.returns
                finished += part.next
                continue
            for entered, truth in attempts:
                if not truth:
                    finished.append(entered)
                    continue
                part = executor.block(node.body.body, [entered])
                out.returns += part.returns
                broken += part.breaks
                after += part.next + part.continues
        current = gather(after, MAX_WORLDS, place)
        if not current:
            return _after_loop(executor, node, out, gather(finished, MAX_WORLDS, place), broken)
    for start in current:
        part = _unknown_turns(executor, node, start)
        out.returns += part.returns
        finished += part.next
    return _after_loop(executor, node, out, gather(finished, MAX_WORLDS, place), broken)


def _test_once(executor: Executor, node: cst.While, start: World) -> list[tuple[World, bool]] | None:
    """The condition's truth, or None where it is not known and the loop must be taken as turning any number of times."""
    mark = len(executor.machine.facts)
    results = executor.machine.attempt(start.copy(), lambda: executor.evaluator.truth(executor.evaluator.evaluate(node.test)))
    if len(results) == 1 and results[0][1] is not None:
        return [(results[0][0], bool(results[0][1]))]
    if not results:
        return []
    del executor.machine.facts[mark:]
    return None


def _stable(before: World, after: World) -> bool:
    return next(iter(differences(before, after)), None) is None and before.tampered == after.tampered
