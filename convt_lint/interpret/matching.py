"""`match`: which case is taken, and the names its pattern binds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret.branches import guess
from convt_lint.interpret.comparisons import compare
from convt_lint.interpret.flow import Flow
from convt_lint.interpret.values import Value
from convt_lint.interpret.world import World, join
from convt_lint.syntax.walk import children

if TYPE_CHECKING:
    from convt_lint.interpret.statements import Executor


def run_match(executor: Executor, node: cst.Match, world: World) -> Flow:
    out = Flow()
    for start, subject in executor.machine.attempt(world, lambda: executor.evaluator.evaluate(node.subject)):
        remaining: World | None = start
        for index, case in enumerate(node.cases):
            if remaining is None:
                break
            matches, rest = _case(executor, remaining, subject, case, (id(node), index))
            for world_in in matches:
                part = executor.block(case.body.body, [world_in])
                out.take_exits(part)
                out.next += part.next
            remaining = rest
        if remaining is not None:
            out.next.append(remaining)
    return out


def _case(executor: Executor, world: World, subject: Value, case: cst.MatchCase, place: Any) -> tuple[list[World], World | None]:
    """The worlds in which a case is taken, and the one in which it is not (None if it always is)."""

    def matches() -> bool | None:
        truth = _matches(executor, subject, case.pattern, case)
        if truth is False:
            return False
        for name in bound_names(case.pattern):
            value = subject if isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None else None
            unknown = executor.machine.unknown(f"{name} (a matched name)", case)
            executor.machine.world.bind(executor.evaluator.scopes[0], name, unknown if value is None else value)
        guard = True if case.guard is None else executor.evaluator.truth(executor.evaluator.evaluate(case.guard))
        return False if guard is False else None if truth is None or guard is None else True

    taken: list[World] = []
    rest: World | None = None
    for after, truth in executor.machine.attempt(world, matches):
        if truth is not False:
            taken.append(after if truth else guess(executor, after, case, True))
        if truth is not True:
            missed = after if truth is False else guess(executor, after, case, False)
            rest = missed if rest is None else join(rest, missed, place)
    return taken, rest


def _matches(executor: Executor, subject: Value, pattern: cst.MatchPattern, node: cst.CSTNode) -> bool | None:
    """Whether a pattern matches; None where that is not followed."""
    if isinstance(pattern, cst.MatchAs):
        return True if pattern.pattern is None else _matches(executor, subject, pattern.pattern, node)
    if isinstance(pattern, cst.MatchValue):
        return executor.evaluator.truth(compare(executor.evaluator, "==", subject, executor.evaluator.evaluate(pattern.value), node))
    if isinstance(pattern, cst.MatchSingleton):
        return executor.evaluator.truth(compare(executor.evaluator, "is", subject, executor.evaluator.evaluate(pattern.value), node))
    if isinstance(pattern, cst.MatchOr):
        truths = [_matches(executor, subject, element.pattern, node) for element in pattern.patterns]
        return True if True in truths else None if None in truths else False
    return None


def bound_names(pattern: cst.CSTNode) -> list[str]:
    """The names that a match pattern binds."""
    found: list[str] = []
    pending: list[cst.CSTNode] = [pattern]
    while pending:
        node = pending.pop()
        name = getattr(node, "name", None)
        if isinstance(node, (cst.MatchAs, cst.MatchStar)) and isinstance(name, cst.Name):
            found.append(name.value)
        rest = getattr(node, "rest", None)
        if isinstance(node, cst.MatchMapping) and isinstance(rest, cst.Name):
            found.append(rest.value)
        pending += children(node)
    return found
