"""`match`: which case is taken, and the names its pattern binds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import attributes, records
from convt_lint.interpret.branches import guess
from convt_lint.interpret.builtin_calls import is_instance
from convt_lint.interpret.comparisons import compare
from convt_lint.interpret.flow import Flow
from convt_lint.interpret.targets import scope_of
from convt_lint.interpret.values import DictObject, External, ListObject, Ref, Row, SetObject, Value, is_exact
from convt_lint.interpret.world import World, join
from convt_lint.syntax.walk import children

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator
    from convt_lint.interpret.statements import Executor


def run_match(executor: Executor, node: cst.Match, world: World) -> Flow:
    out = Flow()
    for start, subject in executor.machine.attempt(world, lambda: executor.evaluator.evaluate(node.subject)):
        remaining: World | None = start
        for index, case in enumerate(node.cases):
            if remaining is None:
                break
            matches, rest = _case(executor, remaining, subject, case, (executor.machine.number(node), index))
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
        bound: dict[str, Value] = {}
        truth = _matches(executor, subject, case.pattern, bound)
        if truth is False:
            return False
        for name in bound_names(case.pattern):
            known = truth is True and name in bound
            value = bound[name] if known else executor.machine.unknown(f"{name} (a matched name)", case)
            executor.machine.world.bind(scope_of(executor.evaluator, name), name, value)
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


def _matches(executor: Executor, subject: Value, pattern: cst.MatchPattern, bound: dict[str, Value]) -> bool | None:
    """Whether a pattern matches, its names bound to what they match; None where that is not followed."""
    evaluator = executor.evaluator
    if isinstance(pattern, cst.MatchAs):
        truth = True if pattern.pattern is None else _matches(executor, subject, pattern.pattern, bound)
        if pattern.name is not None:
            bound[pattern.name.value] = subject
        return truth
    if isinstance(pattern, cst.MatchValue):
        return evaluator.truth(compare(evaluator, "==", subject, evaluator.evaluate(pattern.value), pattern))
    if isinstance(pattern, cst.MatchSingleton):
        return evaluator.truth(compare(evaluator, "is", subject, evaluator.evaluate(pattern.value), pattern))
    if isinstance(pattern, cst.MatchOr):
        return _matches_one(executor, subject, pattern, bound)
    if isinstance(pattern, cst.MatchSequence):
        return _matches_sequence(executor, subject, pattern, bound)
    if isinstance(pattern, cst.MatchMapping):
        return _matches_mapping(executor, subject, pattern, bound)
    if isinstance(pattern, cst.MatchClass):
        return _matches_class(executor, subject, pattern, bound)
    return None


def _matches_one(executor: Executor, subject: Value, pattern: cst.MatchOr, bound: dict[str, Value]) -> bool | None:
    for element in pattern.patterns:
        truth = _matches(executor, subject, element.pattern, bound)
        if truth is not False:
            return truth
    return False


def _all(executor: Executor, pairs: Iterable[tuple[Value, cst.MatchPattern]], bound: dict[str, Value]) -> bool | None:
    """Whether every value matches its pattern."""
    truths = [_matches(executor, value, pattern, bound) for value, pattern in pairs]
    return False if False in truths else None if None in truths else True


def _is_other(executor: Executor, subject: Value) -> bool | None:
    """False for what is surely neither a sequence nor a mapping that is not followed; None where that is not known."""
    content = executor.machine.world.get(subject) if isinstance(subject, Ref) else None
    if is_exact(subject) or isinstance(content, (ListObject, DictObject, SetObject)):
        return False
    return False if is_instance(executor.evaluator, subject, External("collections.abc.Mapping")) is False else None


def _matches_sequence(executor: Executor, subject: Value, pattern: cst.MatchSequence, bound: dict[str, Value]) -> bool | None:
    content = executor.machine.world.get(subject) if isinstance(subject, Ref) else None
    if isinstance(subject, tuple) or (isinstance(content, ListObject) and not content.once):
        items = executor.evaluator.items(subject)
    else:
        return _is_other(executor, subject)
    if items is None:
        return None
    elements = pattern.patterns
    stars = [index for index, element in enumerate(elements) if isinstance(element, cst.MatchStar)]
    if len(items) < len(elements) - len(stars) or (not stars and len(items) != len(elements)):
        return False
    if stars:
        tail = len(elements) - stars[0] - 1
        middle = items[stars[0] : len(items) - tail]
        star = elements[stars[0]]
        if isinstance(star, cst.MatchStar) and star.name is not None:
            bound[star.name.value] = executor.evaluator.new_list(middle)
        items = (*items[: stars[0]], *items[len(items) - tail :])
    patterns = [element.value for element in elements if isinstance(element, cst.MatchSequenceElement)]
    return _all(executor, zip(items, patterns, strict=True), bound)


def _matches_mapping(executor: Executor, subject: Value, pattern: cst.MatchMapping, bound: dict[str, Value]) -> bool | None:
    content = executor.machine.world.get(subject) if isinstance(subject, Ref) else None
    if not isinstance(content, DictObject):
        return _is_other(executor, subject)
    keys = [executor.evaluator.evaluate(element.key) for element in pattern.elements]
    if content.items is None or not all(is_exact(key) for key in keys):
        return None
    if not all(key in content.items for key in keys):
        return False
    if pattern.rest is not None:
        bound[pattern.rest.value] = executor.evaluator.new_dict({key: value for key, value in content.items.items() if key not in keys})
    return _all(executor, [(content.items[key], element.pattern) for key, element in zip(keys, pattern.elements, strict=True)], bound)


def _matches_class(executor: Executor, subject: Value, pattern: cst.MatchClass, bound: dict[str, Value]) -> bool | None:
    evaluator = executor.evaluator
    cls = evaluator.evaluate(pattern.cls)
    truth = is_instance(evaluator, subject, cls)
    if truth is not True:
        return truth
    names = _match_args(evaluator, cls)
    if isinstance(cls, External) and cls.name in _WHOLE and len(pattern.patterns) == 1 and not pattern.kwds:
        return _matches(executor, subject, pattern.patterns[0].value, bound)
    if len(pattern.patterns) > len(names):
        return None
    wanted = [(name, element.value) for name, element in zip(names, pattern.patterns, strict=False)]
    wanted += [(element.key.value, element.pattern) for element in pattern.kwds]
    pairs: list[tuple[Value, cst.MatchPattern]] = []
    for name, inner in wanted:
        has = True if isinstance(subject, Row) else attributes.has(evaluator, subject, name)
        if has is not True:
            return has
        pairs.append((attributes.get(evaluator, subject, name, pattern), inner))
    return _all(executor, pairs, bound)


_WHOLE = frozenset(f"builtins.{name}" for name in ("bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"))


def _match_args(evaluator: Evaluator, cls: Value) -> tuple[str, ...]:
    """The attributes that positional patterns of a class stand for."""
    if not isinstance(cls, Ref):
        return ()
    home, given = attributes.find_in_class(evaluator, cls, "__match_args__")
    if home is not None:
        return given if isinstance(given, tuple) and all(isinstance(name, str) for name in given) else ()
    for kind in ("dataclass", "named tuple"):
        record = records.record_of(evaluator, cls, kind)
        if record is not None:
            return tuple(field.name for field in record.fields if field.init and not field.keyword_only)
    return ()


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
