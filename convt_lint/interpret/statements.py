"""Statements: a block runs from one world and ends in several, each the way the code can have gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import combinations, pairwise
from typing import Any, TypeGuard

import libcst as cst

from convt_lint.expectations import asserts
from convt_lint.interpret import attributes, calls, effects, operators, tensors
from convt_lint.interpret.comparisons import compare
from convt_lint.interpret.conditions import Condition
from convt_lint.interpret.expressions import MAX_TURNS, Evaluator, source_name
from convt_lint.interpret.machine import MAX_ENTRY_STEPS, MAX_STEPS, Exhausted, Machine, Raised
from convt_lint.interpret.values import Bound, ClassObject, External, Frame, Function, Instance, ListObject, Ref, Tensor, Unknown, Value, is_exact
from convt_lint.interpret.world import World, differences, gather, join, joinable
from convt_lint.syntax.walk import children, walk
from convt_lint.torch_api import LAYERS

DECORATED = "(decorated) "
MAX_WORLDS = 6
MAX_WIDENINGS = 6


@dataclass
class Flow:
    """How a block ends: worlds that go on after it, and those that left it early."""

    next: list[World] = field(default_factory=list)
    returns: list[tuple[World, Value]] = field(default_factory=list)
    breaks: list[World] = field(default_factory=list)
    continues: list[World] = field(default_factory=list)

    def take_exits(self, other: Flow) -> None:
        self.returns += other.returns
        self.breaks += other.breaks
        self.continues += other.continues


class Executor:
    """Runs statements for one file."""

    def __init__(self, machine: Machine, evaluator: Evaluator) -> None:
        self.machine = machine
        self.evaluator = evaluator
        self.functions: list[tuple[Function, bool]] = []
        self.classes: list[Ref] = []
        self.exhausted = False
        evaluator.run_block = self.run_from

    def run_from(self, statements: Sequence[cst.CSTNode], world: World) -> Flow:
        return self.block(statements, [world])

    def block(self, statements: Sequence[cst.CSTNode], worlds: Iterable[World]) -> Flow:
        """Runs statements one after another in each world."""
        flow = Flow()
        current = list(worlds)
        for statement in statements:
            after: list[World] = []
            for world in current:
                part = self.statement(statement, world)
                flow.take_exits(part)
                after += part.next
            current = gather(after, MAX_WORLDS, id(statement)) if len(after) > 1 else after
            if not current:
                break
        if len(flow.returns) > MAX_WORLDS:
            flow.returns = self._gather_returns(flow.returns)
        flow.next = current
        return flow

    def _gather_returns(self, returns: list[tuple[World, Value]]) -> list[tuple[World, Value]]:
        """Joins returns of the same value whose worlds agree on what matters."""
        out: list[tuple[World, Value]] = []
        for world, value in returns:
            for index, (other, result) in enumerate(out):
                if is_exact(value) and is_exact(result) and value == result and joinable(other, world):
                    out[index] = (join(other, world, "return"), value)
                    break
            else:
                out.append((world, value))
        return out

    def module(self, statements: Sequence[cst.CSTNode], world: World) -> list[World]:
        """Runs a module; where it surely ends early (`raise SystemExit(main())`), gives the worlds before that."""
        current = [world]
        for statement in statements:
            start = [before.copy() for before in current]
            self.machine.limit = min(MAX_STEPS, self.machine.steps + MAX_ENTRY_STEPS)
            try:
                after = self.block([statement], start).next
            except (Exhausted, RecursionError):
                self.exhausted = True
                after = current[:1]
                effects.forget_touched(self.evaluator, after[0], [statement], "the bound on the analysis was reached")
            if not after:
                break
            current = after
        self.machine.limit = MAX_STEPS
        return current

    def statement(self, node: cst.CSTNode, world: World) -> Flow:
        self.machine.step()
        handler = getattr(self, f"_{type(node).__name__}", None)
        if handler is None:
            return Flow([world])
        flow: Flow = handler(node, world)
        return flow

    def _each(self, world: World, action: Any) -> list[World]:
        return [after for after, _ in self.machine.attempt(world, action)]

    # -- simple statements ---------------------------------------------------------------------------------------------

    def _SimpleStatementLine(self, node: cst.SimpleStatementLine, world: World) -> Flow:
        return self.block(node.body, [world])

    _SimpleStatementSuite = _SimpleStatementLine

    def _IndentedBlock(self, node: cst.IndentedBlock, world: World) -> Flow:
        return self.block(node.body, [world])

    def _Expr(self, node: cst.Expr, world: World) -> Flow:
        if isinstance(node.value, cst.SimpleString):
            return Flow([world])
        return Flow(self._each(world, lambda: self.evaluator.evaluate(node.value)))

    def _Assign(self, node: cst.Assign, world: World) -> Flow:
        def action() -> None:
            value = self._assigned(node.value)
            for target in node.targets:
                self.evaluator.assign(target.target, value)

        return Flow(self._each(world, action))

    def _assigned(self, node: cst.BaseExpression) -> Value:
        """The value of an assignment. A generator that is kept under a name runs later, from whatever then holds: it is not followed."""
        if isinstance(node, cst.GeneratorExp):
            return self.machine.unknown("a generator", node)
        return self.evaluator.evaluate(node)

    def _AnnAssign(self, node: cst.AnnAssign, world: World) -> Flow:
        value_node = node.value
        if value_node is None:
            return Flow([world])
        return Flow(self._each(world, lambda: self.evaluator.assign(node.target, self.evaluator.evaluate(value_node))))

    def _AugAssign(self, node: cst.AugAssign, world: World) -> Flow:
        def action() -> None:
            left, right = self.evaluator.evaluate(node.target), self.evaluator.evaluate(node.value)
            kind = operators.AUGMENTED.get(type(node.operator))
            content = self.machine.world.get(left) if isinstance(left, Ref) else None
            if isinstance(content, ListObject) and kind is cst.Add:
                more = self.evaluator.items(right)
                known = content.items is not None and more is not None and len(content.items) + len(more) <= operators.MAX_SEQUENCE
                self.machine.world.set(left, ListObject((*(content.items or ()), *(more or ())) if known else None))
            elif isinstance(left, Tensor):
                symbol = "@" if kind is None else operators.BINARY[kind][0]
                self.evaluator.assign(node.target, tensors.operate(self.evaluator, symbol, left, right, node, in_place=kind is not None))
            elif kind is None:
                self.evaluator.assign(node.target, self.machine.unknown("an operator", node, left, right))
            else:
                self.evaluator.assign(node.target, self.evaluator.binary(kind, left, right, node))

        return Flow(self._each(world, action))

    def _Return(self, node: cst.Return, world: World) -> Flow:
        value = node.value
        if value is None:
            return Flow(returns=[(world, None)])
        return Flow(returns=self.machine.attempt(world, lambda: self.evaluator.evaluate(value)))

    def _Raise(self, node: cst.Raise, world: World) -> Flow:
        return Flow()

    def _Break(self, node: cst.Break, world: World) -> Flow:
        return Flow(breaks=[world])

    def _Continue(self, node: cst.Continue, world: World) -> Flow:
        return Flow(continues=[world])

    def _Assert(self, node: cst.Assert, world: World) -> Flow:
        def action() -> None:
            if self._holds(node.test) is False:
                raise Raised

        return Flow(self._each(world, action))

    def _holds(self, test: cst.BaseExpression) -> bool | None:
        """Evaluates an assert's condition and notes the sizes it states."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not) and is_unequal(test.expression):
            return self._holds_equal(test.expression)
        if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
            left = self._holds(test.left)
            return False if left is False else self._holds(test.right)
        if isinstance(test, cst.Comparison) and all(isinstance(part.operator, cst.Equal) for part in test.comparisons):
            return self._holds_equal(test)
        return self.evaluator.truth(self.evaluator.evaluate(test))

    def _holds_equal(self, test: cst.Comparison) -> bool | None:
        """Whether all operands of a comparison are equal; a size that is stated there is noted."""
        values = [self.evaluator.evaluate(node) for node in (test.left, *(part.comparator for part in test.comparisons))]
        stated = [asserts.from_comparison(self.evaluator, test, *pair) for pair in combinations(values, 2)]
        if any(stated):
            return True  # a size that is stated wrongly is a finding; what follows is read as if it were mended
        truths = [self.evaluator.truth(compare(self.evaluator, "==", *pair, test)) for pair in pairwise(values)]
        return False if False in truths else None if None in truths else True

    def _Del(self, node: cst.Del, world: World) -> Flow:
        def action() -> None:
            targets = [e.value for e in node.target.elements] if isinstance(node.target, (cst.Tuple, cst.List)) else [node.target]
            for target in targets:
                if isinstance(target, cst.Name):
                    self.machine.world.unbind(self.evaluator.scopes[0], target.value)
                elif isinstance(target, cst.Subscript):
                    self.machine.world.havoc(self.evaluator.evaluate(target.value), "del", deep=False)

        return Flow(self._each(world, action))

    def _Global(self, node: cst.Global, world: World) -> Flow:
        return self._moved(node, world, self.evaluator.scopes[-1])

    def _Nonlocal(self, node: cst.Nonlocal, world: World) -> Flow:
        return self._moved(node, world, None)

    def _moved(self, node: cst.Global | cst.Nonlocal, world: World, home: Ref | None) -> Flow:
        for item in node.names:
            name = item.name.value
            scope = home or next((s for s in self.evaluator.scopes[1:] if name in (world.names(s) or ())), self.evaluator.scopes[0])
            world.bind(self.evaluator.scopes[0], calls.SCOPE_OF + name, scope)
        return Flow([world])

    # -- imports -------------------------------------------------------------------------------------------------------

    def _Import(self, node: cst.Import, world: World) -> Flow:
        for alias in node.names:
            name = dotted(alias.name)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                world.bind(self.evaluator.scopes[0], alias.asname.name.value, External(name))
            else:
                top = name.split(".")[0]
                world.bind(self.evaluator.scopes[0], top, External(top))
        return Flow([world])

    def _ImportFrom(self, node: cst.ImportFrom, world: World) -> Flow:
        module = "." * len(node.relative) + (dotted(node.module) if node.module is not None else "")
        if isinstance(node.names, cst.ImportStar):
            self.evaluator.star_imports.append(module)
            if module.split(".")[0] != "torch" and "nn" in module.split("."):
                for name in {name.rpartition(".")[2] for name in LAYERS} & (world.names(self.evaluator.scopes[0]) or {}).keys():
                    world.bind(self.evaluator.scopes[0], name, External(f"{module}.{name}"))
            return Flow([world])
        if module == "__future__":
            return Flow([world])
        for alias in node.names:
            name = dotted(alias.name)
            bound = alias.asname.name.value if alias.asname is not None and isinstance(alias.asname.name, cst.Name) else name
            world.bind(self.evaluator.scopes[0], bound, External(f"{module}.{name}"))
        return Flow([world])

    # -- branches ------------------------------------------------------------------------------------------------------

    def _If(self, node: cst.If, world: World) -> Flow:
        out = Flow()
        otherwise: Sequence[cst.CSTNode] = ()
        if isinstance(node.orelse, cst.Else):
            otherwise = node.orelse.body.body
        elif isinstance(node.orelse, cst.If):
            otherwise = (node.orelse,)
        for after, truth in self.machine.attempt(world, partial(self._test, node)):
            for taken in (True, False) if truth is None else (truth,):
                part = self.block(node.body.body if taken else otherwise, [after if truth is not None else self._guess(after, node, taken)])
                out.take_exits(part)
                out.next += part.next
        return out

    def _test(self, node: cst.If) -> bool | None:
        """The truth of an `if`. One that only raises where a size is not the stated one is an assert."""
        if node.orelse is None and is_unequal(node.test) and _only_raises(node.body):
            equal = self._holds_equal(node.test)
            return None if equal is None else not equal
        return self.evaluator.truth(self.evaluator.evaluate(node.test))

    def _guess(self, world: World, node: cst.CSTNode, taken: bool) -> World:
        """The world in which a condition that has been given up goes one way: nothing that rests on it alone is certain."""
        guessed = world.copy()
        guessed.assume(Condition(("given up", id(node), world.tick()), "truthy", None, frozenset(), True, "a condition"), taken)
        return guessed

    def _Match(self, node: cst.Match, world: World) -> Flow:
        out = Flow()
        for start, subject in self.machine.attempt(world, lambda: self.evaluator.evaluate(node.subject)):
            remaining: World | None = start
            for index, case in enumerate(node.cases):
                if remaining is None:
                    break
                matches, rest = self._case(remaining, subject, case, (id(node), index))
                for world_in in matches:
                    part = self.block(case.body.body, [world_in])
                    out.take_exits(part)
                    out.next += part.next
                remaining = rest
            if remaining is not None:
                out.next.append(remaining)
        return out

    def _case(self, world: World, subject: Value, case: cst.MatchCase, place: Any) -> tuple[list[World], World | None]:
        """The worlds in which a case is taken, and the one in which it is not (None if it always is)."""

        def matches() -> bool | None:
            truth = self._matches(subject, case.pattern, case)
            if truth is False:
                return False
            for name in bound_names(case.pattern):
                value = subject if isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None else None
                unknown = self.machine.unknown(f"{name} (a matched name)", case)
                self.machine.world.bind(self.evaluator.scopes[0], name, unknown if value is None else value)
            guard = True if case.guard is None else self.evaluator.truth(self.evaluator.evaluate(case.guard))
            return False if guard is False else None if truth is None or guard is None else True

        taken: list[World] = []
        rest: World | None = None
        for after, truth in self.machine.attempt(world, matches):
            if truth is not False:
                taken.append(after if truth else self._guess(after, case, True))
            if truth is not True:
                missed = after if truth is False else self._guess(after, case, False)
                rest = missed if rest is None else join(rest, missed, place)
        return taken, rest

    def _matches(self, subject: Value, pattern: cst.MatchPattern, node: cst.CSTNode) -> bool | None:
        """Whether a pattern matches; None where that is not followed."""
        if isinstance(pattern, cst.MatchAs):
            return True if pattern.pattern is None else self._matches(subject, pattern.pattern, node)
        if isinstance(pattern, cst.MatchValue):
            return self.evaluator.truth(compare(self.evaluator, "==", subject, self.evaluator.evaluate(pattern.value), node))
        if isinstance(pattern, cst.MatchSingleton):
            return self.evaluator.truth(compare(self.evaluator, "is", subject, self.evaluator.evaluate(pattern.value), node))
        if isinstance(pattern, cst.MatchOr):
            truths = [self._matches(subject, element.pattern, node) for element in pattern.patterns]
            return True if True in truths else None if None in truths else False
        return None

    # -- loops ---------------------------------------------------------------------------------------------------------

    def _For(self, node: cst.For, world: World) -> Flow:
        out = Flow()

        def enter() -> tuple[Value, tuple[Value, ...] | None]:
            value = self.evaluator.evaluate(node.iter)
            return value, self.evaluator.items(value)

        for start, (value, items) in self.machine.attempt(world, enter):
            known = items is not None and len(items) <= MAX_TURNS
            part = self._turns(node, start, items or (), value) if known else self._unknown_turns(node, start)
            out.take_exits(part)
            out.next += part.next
        return out

    def _turns(self, node: cst.For, start: World, items: tuple[Value, ...], source: Value) -> Flow:
        """A loop over known items, one turn after the other; `source` is the list they come from, which may grow meanwhile."""
        held = start.get(source) if isinstance(source, Ref) else None
        out = Flow()
        current = [start]
        broken: list[World] = []
        for item in items:
            after: list[World] = []
            for world in current:
                for entered in self._each(world, partial(self.evaluator.assign, node.target, item)):
                    part = self.block(node.body.body, [entered])
                    out.returns += part.returns
                    broken += part.breaks
                    after += part.next + part.continues
            current = gather(after, MAX_WORLDS, id(node))
            if held is not None and any(world.heap.get(source.key) is not held for world in current):
                part = self._unknown_turns(node, reduce(lambda a, b: join(a, b, id(node)), current))
                out.take_exits(part)
                current = part.next
                break
            if not current:
                break
        return self._after_loop(node, out, current, broken)

    def _after_loop(self, node: cst.For | cst.While, out: Flow, finished: list[World], broken: list[World]) -> Flow:
        if node.orelse is not None and finished:
            part = self.block(node.orelse.body.body, finished)
            out.take_exits(part)
            finished = part.next
        out.next = gather(finished + broken, MAX_WORLDS, id(node))
        return out

    def _unknown_turns(self, node: cst.For | cst.While, start: World) -> Flow:
        """A loop that turns an unknown number of times: the body is run until a further turn changes nothing that is still known."""
        state = start
        for _ in range(MAX_WIDENINGS):
            mark = len(self.machine.facts)
            part = self._one_turn(node, state)
            ends = part.next + part.continues
            widened = state.copy()
            for world in ends:
                widened = join(widened, world, id(node))
            if _stable(state, widened):
                break
            del self.machine.facts[mark:]
            state = widened
        else:
            part = self._one_turn(node, state)
        out = Flow(returns=part.returns)
        return self._after_loop(node, out, [state], part.breaks)

    def _one_turn(self, node: cst.For | cst.While, state: World) -> Flow:
        def enter() -> bool | None:
            if isinstance(node, cst.For):
                cause = f"an item of {source_name(node.iter)}"
                self.evaluator.assign(node.target, Unknown(cause, ("loop item", id(node)), frozenset({("loop item", id(node))})))
                return True
            return self.evaluator.truth(self.evaluator.evaluate(node.test))

        out = Flow()
        for after, truth in self.machine.attempt(state, enter):
            if truth is not False:
                if isinstance(node, cst.For):
                    after.assumptions.update(self.evaluator.turns(node, node.iter))
                part = self.block(node.body.body, [after])
                out.take_exits(part)
                out.next += part.next
        return out

    def _While(self, node: cst.While, world: World) -> Flow:
        out = Flow()
        current, broken = [world], []
        finished: list[World] = []
        for _ in range(MAX_TURNS):
            after: list[World] = []
            for start in current:
                attempts = self._test_once(node, start)
                if attempts is None:
                    part = self._unknown_turns(node, start)
                    out.returns += part.returns
                    finished += part.next
                    continue
                for entered, truth in attempts:
                    if not truth:
                        finished.append(entered)
                        continue
                    part = self.block(node.body.body, [entered])
                    out.returns += part.returns
                    broken += part.breaks
                    after += part.next + part.continues
            current = gather(after, MAX_WORLDS, id(node))
            if not current:
                return self._after_loop(node, out, gather(finished, MAX_WORLDS, id(node)), broken)
        for start in current:
            part = self._unknown_turns(node, start)
            out.returns += part.returns
            finished += part.next
        return self._after_loop(node, out, gather(finished, MAX_WORLDS, id(node)), broken)

    def _test_once(self, node: cst.While, start: World) -> list[tuple[World, bool]] | None:
        """The condition's truth, or None where it is not known and the loop must be taken as turning any number of times."""
        mark = len(self.machine.facts)
        results = self.machine.attempt(start.copy(), lambda: self.evaluator.truth(self.evaluator.evaluate(node.test)))
        if len(results) == 1 and results[0][1] is not None:
            return [(results[0][0], bool(results[0][1]))]
        if not results:
            return []
        del self.machine.facts[mark:]
        return None

    # -- try and with --------------------------------------------------------------------------------------------------

    def _Try(self, node: cst.Try, world: World) -> Flow:
        start = world.copy()
        muted = any(_expects_failure(handler) for handler in node.handlers) or (node.finalbody is not None and _leaves_early(node.finalbody))
        self.machine.muted += muted
        if muted:
            self.machine.swallowing.append(len(self.machine.calls))
        try:
            body = self.block(node.body.body, [world])
        finally:
            self.machine.muted -= muted
            if muted:
                self.machine.swallowing.pop()
        out = Flow()
        out.take_exits(body)
        after = body.next
        if node.orelse is not None and after:
            part = self.block(node.orelse.body.body, after)
            out.take_exits(part)
            after = part.next
        ends = [*body.next, *(w for w, _ in body.returns), *body.breaks, *body.continues]
        for index, handler in enumerate(node.handlers):
            caught = start.copy()
            for end in ends:
                caught = join(caught, end, (id(node), "except"))
            effects.forget_touched(self.evaluator, caught, node.body.body, "left in a try block")
            self._assume_caught(caught, node, index)
            if handler.name is not None and isinstance(handler.name.name, cst.Name):
                caught.bind(self.evaluator.scopes[0], handler.name.name.value, caught.fresh("an exception", id(handler)))
            part = self.block(handler.body.body, [caught])
            out.take_exits(part)
            after = after + part.next
        if node.finalbody is not None:
            return self._finally(node.finalbody, out, after)
        out.next = after
        return out

    _TryStar = _Try

    def _assume_caught(self, world: World, node: cst.CSTNode, index: int) -> None:
        term = ("except", id(node), index)
        world.assume(Condition(term, "truthy", None, frozenset({term}), True, "an exception"), True)

    def _finally(self, node: cst.Finally, out: Flow, after: list[World]) -> Flow:
        """The final block runs on every way out."""
        result = Flow()
        part = self.block(node.body.body, after)
        result.take_exits(part)
        result.next = part.next
        for world, value in out.returns:
            part = self.block(node.body.body, [world])
            result.take_exits(part)
            result.returns += [(w, value) for w in part.next]
        result.breaks += out.breaks
        result.continues += out.continues
        return result

    def _With(self, node: cst.With, world: World) -> Flow:
        def enter() -> bool:
            silent = False
            for item in node.items:
                expression = item.item
                value = self.evaluator.evaluate(expression)
                if isinstance(expression, cst.Call):
                    silent = silent or asserts.expects_failure(expression.func, self.evaluator.machine.world.resolve(self.evaluator.evaluate(expression.func)))
                silent = silent or self._enters_own(value)
                if item.asname is not None:
                    bound = value if isinstance(value, Ref) else self.machine.unknown("a context manager", node)
                    self.evaluator.assign(item.asname.name, bound)
            return silent

        out = Flow()
        for entered, silent in self.machine.attempt(world, enter):
            before = entered.copy()
            self.machine.muted += silent
            self.machine.expecting += silent
            try:
                part = self.block(node.body.body, [entered])
            finally:
                self.machine.muted -= silent
                self.machine.expecting -= silent
            out.take_exits(part)
            if silent:
                left = before
                for after in (*part.next, *(w for w, _ in part.returns)):
                    left = join(left, after, id(node))
                effects.forget_touched(self.evaluator, left, node.body.body, "left in a with block")
                out.next.append(left)
            else:
                out.next += part.next
        return out

    def _enters_own(self, value: Value) -> bool:
        """Enters a context manager of the file; says whether it may swallow what its body raises."""
        content = self.machine.world.get(value) if isinstance(value, Ref) else None
        if isinstance(content, Instance):
            effects.forget(self.evaluator, self.machine.world, "a context manager of the file")
            _, leaves = attributes.find_in_class(self.evaluator, content.cls, "__exit__")
            return isinstance(leaves, Function) and returns_something(leaves.node)
        return False

    # -- definitions ---------------------------------------------------------------------------------------------------

    def _FunctionDef(self, node: cst.FunctionDef, world: World) -> Flow:
        def action() -> None:
            function = calls.make_function(self.evaluator, node, node.name.value, owner=self._class_being_made(), flavour=self._flavour(node))
            plain = self._is_plain(node)
            if not any(known.node is node and known.scopes == function.scopes for known, _ in self.functions):
                self.functions.append((function, plain))
            value: Value = function
            if not plain and function.flavour == "function":
                value = Unknown(f"{node.name.value} (decorated)", (effects.DECORATED_TERM, id(node)), opaque=True)
                self.machine.world.bind(self.evaluator.scopes[0], f"{DECORATED}{node.name.value}", function)
                effects.forget(self.evaluator, self.machine.world, f"{node.name.value} is decorated")
            self.machine.world.bind(self.evaluator.scope_of(node.name.value), node.name.value, value)

        return Flow(self._each(world, action))

    def _class_being_made(self) -> Ref | None:
        frame = self.machine.world.heap.get(self.evaluator.scopes[0].key)
        found = frame.names.get(calls.CLASS_SCOPE) if isinstance(frame, Frame) else None
        return found if isinstance(found, Ref) else None

    def _flavour(self, node: cst.FunctionDef) -> str:
        names = {dotted_or_empty(d.decorator) for d in node.decorators}
        for flavour, spellings in _FLAVOURS.items():
            if names & spellings:
                return flavour
        return "function"

    def _is_plain(self, node: cst.FunctionDef) -> bool:
        """Whether no decorator can change what a call of the function does."""
        for decorator in node.decorators:
            value = self.evaluator.evaluate(decorator.decorator)
            expression = decorator.decorator
            if isinstance(expression, cst.Call):
                value = self.evaluator.evaluate(expression.func)
            if not (isinstance(value, External) and (value.name in _PLAIN_DECORATORS or value.name.startswith(("torch.", "functools.", "typing.")))):
                return False
        return True

    def _ClassDef(self, node: cst.ClassDef, world: World) -> Flow:
        out = Flow()
        made: Ref | None = None
        for start, (bases, decorators) in self.machine.attempt(world, partial(self._heads, node)):
            plain = not node.decorators and not node.keywords and all(self._is_plain_base(start, base) for base in bases)
            plain = plain and not any(isinstance(item, cst.FunctionDef) and item.name.value in _MAGIC for item in node.body.body)
            made = ref = start.allocate(ClassObject(node.name.value, node, bases, {}, plain))
            frame = start.allocate(Frame({calls.CLASS_SCOPE: ref}))
            outer = self.evaluator.scopes
            self.evaluator.scopes = (frame, *outer)
            try:
                part = self.block(node.body.body, [start])
            finally:
                self.evaluator.scopes = outer
            for after in part.next:
                names = {k: v for k, v in (after.names(frame) or {}).items() if isinstance(k, str) and k != calls.CLASS_SCOPE}
                after.set(ref, ClassObject(node.name.value, node, bases, names, plain))
                after.heap.pop(frame.key, None)
                value: Value = ref
                if any(isinstance(decorated, (Function, Bound)) for decorated in decorators):
                    value = Unknown(f"{node.name.value} (decorated)", (effects.DECORATED_TERM, id(node)), opaque=True)
                after.bind(self.evaluator.scopes[0], node.name.value, value)
                out.next.append(after)
        if made is not None and made not in self.classes:
            self.classes.append(made)
        return out

    def _heads(self, node: cst.ClassDef) -> tuple[tuple[Value, ...], list[Value]]:
        """A class's bases, and what decorates it or makes it (`metaclass=`)."""
        bases = tuple(self.evaluator.evaluate(base.value) for base in node.bases if base.star == "")
        made_by = [self.evaluator.evaluate(decorator.decorator) for decorator in node.decorators]
        for keyword in node.keywords:
            value = self.evaluator.evaluate(keyword.value)
            if keyword.keyword is not None and keyword.keyword.value == "metaclass":
                made_by.append(value)
        return bases, [Bound(None, v) if isinstance(v, Ref) else v for v in made_by]

    def _is_plain_base(self, world: World, base: Value) -> bool:
        """Whether a base leaves data attributes of a class what they are: an Enum or a model of pydantic's does not."""
        content = world.get(base) if isinstance(base, Ref) else None
        return content.plain if isinstance(content, ClassObject) else attributes.is_transparent(base)


_FLAVOURS = {
    "staticmethod": {"staticmethod"},
    "classmethod": {"classmethod"},
    "property": {"property", "cached_property", "functools.cached_property"},
}
_PLAIN_DECORATORS = frozenset(
    {"builtins.staticmethod", "builtins.classmethod", "builtins.property", "abc.abstractmethod", "typing_extensions.override", "typing.override"}
)
_MAGIC = frozenset({"__getattribute__", "__getattr__", "__setattr__", "__new__", "__init_subclass__", "__class_getitem__"})
_CAUGHT = frozenset({"Exception", "BaseException", "RuntimeError", "ValueError", "TypeError", "AssertionError"})


def _expects_failure(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    """Whether a handler swallows what a layer or an assert raises: then the failure may be what the code is after."""
    kinds = handler.type
    if kinds is None:
        names = {"Exception"}
    else:
        items = [element.value for element in kinds.elements] if isinstance(kinds, cst.Tuple) else [kinds]
        names = {dotted_or_empty(item).rpartition(".")[2] for item in items}
    if not names & _CAUGHT:
        return False
    last = handler.body.body[-1] if handler.body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return not isinstance(last, cst.Raise)


def is_unequal(node: cst.BaseExpression) -> TypeGuard[cst.Comparison]:
    """Whether an expression is `a != b`."""
    return isinstance(node, cst.Comparison) and len(node.comparisons) == 1 and isinstance(node.comparisons[0].operator, cst.NotEqual)


def _only_raises(body: cst.BaseSuite) -> bool:
    last = body.body[0] if len(body.body) == 1 else None
    return isinstance(last, cst.SimpleStatementLine) and len(last.body) == 1 and isinstance(last.body[0], cst.Raise)


def _leaves_early(node: cst.CSTNode) -> bool:
    """Whether a final block returns or breaks, which swallows what was raised."""
    return any(isinstance(item, (cst.Return, cst.Break, cst.Continue)) for item in walk(node))


def returns_something(node: cst.CSTNode) -> bool:
    """Whether a function returns anything but None or False."""
    values = (item.value for item in walk(node) if isinstance(item, cst.Return))
    return any(value is not None and not (isinstance(value, cst.Name) and value.value in ("None", "False")) for value in values)


def _stable(before: World, after: World) -> bool:
    return next(iter(differences(before, after)), None) is None and before.tampered == after.tampered


def dotted(node: cst.BaseExpression) -> str:
    """The dotted name that an import writes."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def dotted_or_empty(node: cst.BaseExpression) -> str:
    return dotted(node) if isinstance(node, (cst.Name, cst.Attribute)) else ""


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
