"""Statements: a block runs from one world and ends in several, each the way the code can have gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import libcst as cst

from convt_lint.expectations import docstrings, stated, types
from convt_lint.interpret import attributes, branches, containers, definitions, effects, functions, loops, matching, operators, protected, tensors, touches
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.expressions import Evaluator
from convt_lint.interpret.flow import MAX_WORLDS, Flow
from convt_lint.interpret.machine import MAX_ENTRY_STEPS, MAX_STEPS, Exhausted, Machine, Raised
from convt_lint.interpret.targets import assign, item_target
from convt_lint.interpret.values import External, Function, Layer, ListObject, Ref, Tensor, Value, is_exact
from convt_lint.interpret.world import World, gather, join, joinable
from convt_lint.syntax.names import dotted
from convt_lint.syntax.walk import walk
from convt_lint.torch_api import LAYERS


class Executor:
    """Runs statements for one file."""

    def __init__(self, machine: Machine, evaluator: Evaluator) -> None:
        self.machine = machine
        self.evaluator = evaluator
        self.functions: list[tuple[Function, bool]] = []
        self.classes: list[Ref] = []
        self._held: set[Function | Ref] = set()
        self.exhausted = False
        evaluator.run_block = self.run_from

    def hold_function(self, function: Function, *, plain: bool) -> None:
        """Notes a function to be run on its own, once."""
        if function not in self._held:
            self._held.add(function)
            self.functions.append((function, plain))

    def hold_class(self, cls: Ref) -> None:
        """Notes a class to be run on its own, once."""
        if cls not in self._held:
            self._held.add(cls)
            self.classes.append(cls)

    def let_go(self, functions: int, classes: int) -> tuple[list[tuple[Function, bool]], list[Ref]]:
        """Takes out the functions and classes that were noted after the first so many."""
        late_functions, late_classes = self.functions[functions:], self.classes[classes:]
        del self.functions[functions:], self.classes[classes:]
        self._held.difference_update(late_classes)
        self._held.difference_update(function for function, _ in late_functions)
        return late_functions, late_classes

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
            current = gather(after, MAX_WORLDS, self.machine.number(statement)) if len(after) > 1 else after
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
        for index, statement in enumerate(statements):
            if self.machine.steps >= MAX_STEPS:
                # Nothing more is run: what is left is forgotten at once, not statement by statement.
                self.exhausted = True
                effects.forget_touched(self.evaluator, current[0], statements[index:], "the bound on the analysis was reached")
                current = current[:1]
                break
            start = [before.copy() for before in current]
            self.machine.grant(MAX_ENTRY_STEPS)
            self.machine.clashed = False
            try:
                after = self.block([statement], start).next
            except (Exhausted, RecursionError):
                self.exhausted = True
                after = current[:1]
                effects.forget_touched(self.evaluator, after[0], [statement], "the bound on the analysis was reached")
            if not after and self.machine.clashed:
                # The statements that follow are read as if this one were mended, whatever it binds.
                after = current
                for before in after:
                    effects.forget_touched(self.evaluator, before, [statement], "left by a statement that fails")
            if not after:
                break
            current = after
        self.machine.grant(MAX_STEPS)
        return current

    def statement(self, node: cst.CSTNode, world: World) -> Flow:
        self.machine.step()
        kind = type(node)
        compound = _COMPOUND.get(kind)
        if compound is not None:
            return compound(self, node, world)
        simple = getattr(self, f"_{kind.__name__}", None)
        return Flow([world]) if simple is None else simple(node, world)

    def each(self, world: World, action: Any) -> list[World]:
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

        def action() -> None:
            self.machine.standing_alone = node.value
            self.evaluator.evaluate(node.value)

        return Flow(self.each(world, action))

    def _Assign(self, node: cst.Assign, world: World) -> Flow:
        def action() -> None:
            value = self._assigned(node.value)
            for target in node.targets:
                assign(self.evaluator, target.target, value)
            self._note_named(node, value)

        return Flow(self.each(world, action))

    def _note_named(self, node: cst.Assign, value: Value) -> None:
        """Notes a layer that a function builds and keeps under a local name alone: unless the name is used, it is never run."""
        frame = self.evaluator.scopes[0]
        local = len(self.machine.calls) > 0 and frame.key not in self.machine.captured
        fresh = isinstance(value, Layer) and isinstance(node.value, cst.Call) and len(node.targets) == 1 and isinstance(node.targets[0].target, cst.Name)
        if local and fresh and not value.fact.literal:
            self.machine.named[id(value.fact)] = value.fact

    def _assigned(self, node: cst.BaseExpression) -> Value:
        """The value of an assignment. A generator that is kept under a name runs later, from whatever then holds: it is not followed."""
        if isinstance(node, cst.GeneratorExp):
            self.machine.world.lose(tuple(self.evaluator.lookup(item.value) for item in walk(node) if isinstance(item, cst.Name)))
            return self.machine.unknown("a generator", node)
        return self.evaluator.evaluate(node)

    def _AnnAssign(self, node: cst.AnnAssign, world: World) -> Flow:
        value_node = node.value
        if value_node is None:
            return Flow([world])

        def action() -> None:
            assign(self.evaluator, node.target, types.assigned(self.evaluator, node, self.evaluator.evaluate(value_node)))

        return Flow(self.each(world, action))

    def _AugAssign(self, node: cst.AugAssign, world: World) -> Flow:
        def action() -> None:
            left, right = self.evaluator.evaluate(node.target), self.evaluator.evaluate(node.value)
            kind = operators.AUGMENTED.get(type(node.operator))
            if isinstance(node.target, cst.Subscript):
                touches.by_call(self.machine, External("[…] ="), Arguments((right,)), node)
            content = self.machine.world.get(left) if isinstance(left, Ref) else None
            if isinstance(content, ListObject) and kind is cst.Add:
                more = self.evaluator.items(right)
                known = content.items is not None and more is not None and len(content.items) + len(more) <= operators.MAX_SEQUENCE
                self.machine.world.set(left, ListObject((*(content.items or ()), *(more or ())) if known else None))
            elif isinstance(left, Tensor):
                symbol = "@" if kind is None else operators.BINARY[kind][0]
                assign(self.evaluator, node.target, tensors.operate(self.evaluator, symbol, left, right, node, in_place=kind is not None))
            elif kind is None:
                assign(self.evaluator, node.target, self.machine.unknown("an operator", node, left, right))
            else:
                assign(self.evaluator, node.target, self.evaluator.binary(kind, left, right, node))

        return Flow(self.each(world, action))

    def _Return(self, node: cst.Return, world: World) -> Flow:
        value = node.value
        if value is None:
            return Flow(returns=[(world, None)])

        def action() -> Value:
            result = self.evaluator.evaluate(value)
            types.returned(self.evaluator, value, result)
            docstrings.returned(self.evaluator, result)
            return result

        return Flow(returns=self.machine.attempt(world, action))

    def _Raise(self, node: cst.Raise, world: World) -> Flow:
        return Flow()

    def _Break(self, node: cst.Break, world: World) -> Flow:
        return Flow(breaks=[world])

    def _Continue(self, node: cst.Continue, world: World) -> Flow:
        return Flow(continues=[world])

    def _Assert(self, node: cst.Assert, world: World) -> Flow:
        def action() -> None:
            if stated.holds(self.evaluator, node.test) is False:
                raise Raised

        return Flow(self.each(world, action))

    def _Del(self, node: cst.Del, world: World) -> Flow:
        def action() -> None:
            targets = [e.value for e in node.target.elements] if isinstance(node.target, (cst.Tuple, cst.List)) else [node.target]
            for target in targets:
                if isinstance(target, cst.Name):
                    self.machine.world.unbind(self.evaluator.scopes[0], target.value)
                elif isinstance(target, cst.Attribute):
                    attributes.delete(self.evaluator, self.evaluator.evaluate(target.value), target.attr.value)
                elif isinstance(target, cst.Subscript):
                    containers.delete_item(self.evaluator, *item_target(self.evaluator, target))

        return Flow(self.each(world, action))

    def _Global(self, node: cst.Global, world: World) -> Flow:
        return self._moved(node, world, self.evaluator.scopes[-1])

    def _Nonlocal(self, node: cst.Nonlocal, world: World) -> Flow:
        return self._moved(node, world, None)

    def _moved(self, node: cst.Global | cst.Nonlocal, world: World, home: Ref | None) -> Flow:
        bound: dict[str, Value] = {}
        for item in node.names:
            name = item.name.value
            scope = home or next((s for s in self.evaluator.scopes[1:] if name in (world.names(s) or ())), self.evaluator.scopes[0])
            bound[functions.SCOPE_OF + name] = scope
        world.bind_all(self.evaluator.scopes[0], bound)
        return Flow([world])

    # -- imports -------------------------------------------------------------------------------------------------------

    def _Import(self, node: cst.Import, world: World) -> Flow:
        bound: dict[str, Value] = {}
        for alias in node.names:
            name = dotted(alias.name)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                bound[alias.asname.name.value] = External(name)
            else:
                top = name.split(".")[0]
                bound[top] = External(top)
        world.bind_all(self.evaluator.scopes[0], bound)
        return Flow([world])

    def _ImportFrom(self, node: cst.ImportFrom, world: World) -> Flow:
        module = "." * len(node.relative) + (dotted(node.module))
        if isinstance(node.names, cst.ImportStar):
            self.evaluator.star_imports.append(module)
            if module.split(".")[0] != "torch" and "nn" in module.split("."):
                for name in {name.rpartition(".")[2] for name in LAYERS} & (world.names(self.evaluator.scopes[0]) or {}).keys():
                    world.bind(self.evaluator.scopes[0], name, External(f"{module}.{name}"))
            return Flow([world])
        if module == "__future__":
            return Flow([world])
        bound: dict[str, Value] = {}
        for alias in node.names:
            name = dotted(alias.name)
            under = alias.asname.name.value if alias.asname is not None and isinstance(alias.asname.name, cst.Name) else name
            full = f"{module}.{name}"
            bound[under] = attributes.CONSTANTS.get(full, External(full))
        world.bind_all(self.evaluator.scopes[0], bound)
        return Flow([world])


_COMPOUND: dict[type[cst.CSTNode], Callable[[Executor, Any, World], Flow]] = {
    cst.If: branches.run_if,
    cst.Match: matching.run_match,
    cst.For: loops.run_for,
    cst.While: loops.run_while,
    cst.Try: protected.run_try,
    cst.TryStar: protected.run_try,
    cst.With: protected.run_with,
    cst.FunctionDef: definitions.define_function,
    cst.ClassDef: definitions.define_class,
}
