"""A whole file: the module from top to bottom, then every function and class as its users may call them.

Each function runs once with unknown arguments, so that what holds for every call is found; and once more with its defaults
taken as given, if nothing in the file calls it. A class's other methods run on the instances that its `__init__` makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import libcst as cst

from convt_lint.expectations import annotated, docstrings, products, types
from convt_lint.expectations.inputs import NO_INPUTS, Inputs
from convt_lint.facts import Assumption, Fact, LayerApplied, ProductStated, Site, SizeDocumented, SizeExpected
from convt_lint.interpret import attributes, effects, touches
from convt_lint.interpret.bindings import (
    assigned_attributes,
    changed_globals,
    global_names,
    makers,
    mends_layers,
    mixed_classes,
    mutated_attributes,
    overridden_names,
    reshapes_in_place,
    resizes,
    sharing_classes,
)
from convt_lint.interpret.definitions import DECORATED
from convt_lint.interpret.expressions import Evaluator
from convt_lint.interpret.functions import OWNER
from convt_lint.interpret.machine import MAX_DEFAULT_STEPS, MAX_ENTRY_STEPS, MAX_IDLE_STEPS, MAX_STEPS, CallRecord, Exhausted, Machine
from convt_lint.interpret.reach import Reach
from convt_lint.interpret.relevance import Relevance
from convt_lint.interpret.statements import Executor
from convt_lint.interpret.values import ClassObject, DictObject, Frame, Function, Instance, Ref, Unknown, Value
from convt_lint.interpret.world import World, gather
from convt_lint.syntax.names import dotted
from convt_lint.syntax.walk import Nodes, walk
from convt_lint.torch_api.own import Own

MODULE_WORLDS = 3
METHOD_WORLDS = 4
MAX_NESTED_RUNS = 3


@dataclass
class Interpretation:
    """What interpreting a file gave: its facts, the nodes of their sites, and the constructions that were reached."""

    facts: list[Fact]
    sites: dict[int, tuple[cst.CSTNode, Site]]
    constructions: dict[int, cst.Call]
    exhausted: bool
    supposed: list[tuple[Site, list[Fact]]]


def interpret(module: cst.Module, own: Mapping[str, Own], inputs: Inputs = NO_INPUTS, *, supposes: bool = False, directed: bool = False) -> Interpretation:
    """Runs a module abstractly. Total: what it cannot follow stays unknown, and the bounds on the work end it.

    own, inputs: what the project says of layers and parameters, by name; supposes: whether each Sequential is also run on an input of any size
    (`supposed`, by its place);
    directed: whether the sizes of calls of networks are wanted.
    """
    program = Program()
    program.machine.own, program.machine.inputs = own, inputs
    program.machine.supposes, program.machine.directed = supposes, directed
    program.run(module)
    machine = program.machine
    facts = [fact for fact in machine.facts if _blamed(fact).site not in machine.excused and id(fact) not in machine.named]
    return Interpretation(facts, machine.sites, machine.constructions, program.exhausted or machine.cut, machine.supposed)


def _blamed(fact: Fact) -> Fact:
    """The construction that a fact is about."""
    return fact.layer if isinstance(fact, (LayerApplied, SizeExpected, SizeDocumented, ProductStated)) else fact


class Program:
    def __init__(self) -> None:
        self.machine = Machine()
        self.evaluator = Evaluator(self.machine)
        self.executor = Executor(self.machine, self.evaluator)
        self.owners: dict[str, set[int | None]] = {}
        """For each attribute name, the classes in whose `__init__` it is assigned on self, by their identity; None stands for any other place."""
        self.sharing: dict[int, set[int]] = {}
        self.exhausted = False
        self.nested_runs: Counter[int] = Counter()
        self.given_up: Counter[int] = Counter()
        """How often the run of a function came to no end: each time it gets half of the work that it got before."""

    def run(self, module: cst.Module) -> None:
        world, nodes = World(), Nodes(module)
        world.lost = [] if self.machine.supposes else None
        self.relevance = self.machine.relevant = Relevance(module, nodes, {name.rpartition(".")[2] for name in self.machine.own})
        rebound = assigned_attributes(nodes)
        self.owners = {name: {None if owner is None else id(owner) for owner in owners} for name, owners in rebound.items()}
        self.sharing = sharing_classes(nodes)
        self.machine.changed_names = changed_globals(nodes)
        self.machine.changed_attributes = {name for name, owners in self.owners.items() if None in owners} | mutated_attributes(nodes)
        self.machine.makers = makers(nodes)
        self.machine.reshaped = reshapes_in_place(nodes)
        self.machine.resizes = resizes(nodes)
        self.machine.mended = mends_layers(nodes)
        self.machine.mixed = mixed_classes(nodes)
        self.machine.overridden = overridden_names(nodes)
        self.machine.typing_names = annotated.typing_names(module)
        frame = world.allocate(Frame({name: Unknown(f"{name} (rebound by a function)", ("global", name)) for name in global_names(nodes)}))
        self.evaluator.scopes = (frame,)
        ends = self.executor.module(module.body, world)
        self.exhausted = self.executor.exhausted
        for end in gather(ends, MODULE_WORLDS, "module"):
            self.entries(end)
        touches.lost(self.machine, world.lost or ())

    # -- entry points --------------------------------------------------------------------------------------------------

    def entries(self, world: World) -> None:
        """Runs everything that the module defines as its users may call it, first with unknown arguments, then with defaults."""
        self.machine.total = MAX_STEPS
        effects.forget(self.evaluator, world, "changed by a function")
        functions = [(function, plain) for function, plain in self.executor.functions if self.stands(function, world)]
        functions += [(function, False) for function in self.evaluator.lambdas if self.stands(function, world)]
        functions.sort(key=lambda item: not self.relevance.is_direct(item[0].node))
        classes = [cls for cls in self.executor.classes if cls.key in world.heap and isinstance(world.get(cls), ClassObject)]
        classes.sort(key=lambda cls: not self.relevance.is_direct(world.get(cls).node))
        for function, plain in functions:
            if isinstance(function.node, cst.FunctionDef) or id(function.node) not in self.machine.entered:
                self.entry(function, world, with_defaults=False, veiled=not plain)
        for cls in classes:
            self.entries_of_class(cls, world, with_defaults=False)
        self.machine.total = MAX_STEPS + MAX_DEFAULT_STEPS
        for function, plain in functions:
            if plain and id(function.node) not in self.machine.entered and self.takes_defaults(function):
                self.entry(function, world, with_defaults=True)
        for cls in classes:
            self.entries_of_class(cls, world, with_defaults=True)

    def stands(self, function: Function, world: World) -> bool:
        """Whether a function can be run on its own here: no method, and what it closes over still exists."""
        return function.owner is None and all(world.names(scope) is not None for scope in function.scopes)

    def is_direct(self, function: Function, world: World) -> bool:
        """Whether a function, or the class that it is a method of, names a torch layer itself."""
        owner = None if function.owner is None else world.heap.get(function.owner.key)
        return any(self.relevance.is_direct(node) for node in (function.node, getattr(owner, "node", None)) if node is not None)

    def takes_defaults(self, function: Function) -> bool:
        return bool(function.defaults) and isinstance(function.node, cst.FunctionDef) and not function.node.name.value.startswith("test")

    def entry(
        self,
        function: Function,
        world: World,
        *,
        with_defaults: bool,
        receiver: Ref | None = None,
        assumed: frozenset[Assumption] | None = None,
        veiled: bool = False,
        handed: bool = False,
    ) -> list[World]:
        """Runs a function on its own, within bounds; gives the worlds it ends in. `assumed` is what was assumed before any default was taken;
        `veiled`: other code stands between the caller and the function, and may hand it other arguments; `handed`: it is given to code that is not followed."""
        machine = self.machine
        if function.node not in machine.relevant and not (isinstance(function.node, cst.FunctionDef) and function.node.name.value in ("__init__", "setUp")):
            return []
        silent = muted_by_decorator(function.node)
        machine.muted += silent
        machine.grant(MAX_ENTRY_STEPS >> self.given_up[id(function.node)], MAX_STEPS if self.is_direct(function, world) else MAX_IDLE_STEPS)
        try:
            ends = self._run(function, world, with_defaults, receiver, frozenset(world.assumptions) if assumed is None else assumed, veiled)
            if veiled or handed:
                for end, value in ends:
                    end.lose(value)
            if receiver is not None:
                for end, _ in ends:
                    end.lose_held(receiver)
            return [end for end, _ in ends]
        except (Exhausted, RecursionError):
            self.exhausted = True
            self.given_up[id(function.node)] += 1
            return []
        finally:
            machine.grant(MAX_STEPS)
            machine.muted -= silent

    def _run(
        self, function: Function, world: World, with_defaults: bool, receiver: Ref | None, assumed: frozenset[Assumption], veiled: bool
    ) -> list[tuple[World, Value]]:
        machine = self.machine
        start = world.copy()
        start.refuted = False  # what was refuted before says nothing of a call of its own
        frame = start.allocate(Frame(self.parameters(function, start, with_defaults, receiver, "argument" if veiled else "parameter")))
        if function.owner is not None:
            start.bind(frame, OWNER, function.owner)
        scopes, records = self.evaluator.scopes, machine.calls
        known_functions, known_classes, known_lambdas = len(self.executor.functions), len(self.executor.classes), len(self.evaluator.lambdas)
        self.evaluator.scopes = (frame, *function.scopes)
        machine.with_defaults, machine.assumed_before = with_defaults, assumed
        machine.calls = [CallRecord(function.node, None, frozenset())]
        machine.world = start
        types.enter(self.evaluator, function, frame, None)
        docstrings.enter(machine, function, frame)
        try:
            if isinstance(function.node, cst.Lambda):
                body = function.node.body
                ends = machine.attempt(start, lambda: self.evaluator.evaluate(body))
            else:
                flow = self.executor.block(function.node.body.body, [start])
                ends = [*((end, None) for end in flow.next), *flow.returns]
                if receiver is not None and function.name == "forward":
                    self.judge(flow.returns)
        finally:
            machine.calls = records
            self.evaluator.scopes = scopes
            machine.with_defaults = False
            functions, classes = self.executor.let_go(known_functions, known_classes)
            functions += [(function, False) for function in self.evaluator.lambdas[known_lambdas:]]
            del self.evaluator.lambdas[known_lambdas:]
        self._nested(functions, classes, [end for end, _ in ends])
        return ends

    def judge(self, returns: list[tuple[World, Value]]) -> None:
        """Holds what `forward` returns against what the code states of the network."""
        for world, value in returns:
            self.machine.world = world
            products.judge(self.machine, value)

    def _nested(self, functions: list[tuple[Function, bool]], classes: list[Ref], ends: list[World]) -> None:
        """Functions and classes defined inside, and not called there, run from where their surroundings ended."""
        for world in gather(list(ends), 2, "nested") if functions or classes else []:
            for function, _ in functions:
                if id(function.node) not in self.machine.entered and self.stands(function, world) and self.is_new(function.node):
                    self.entry(function, world, with_defaults=False, handed=True)
            for cls in classes:
                if cls.key in world.heap and isinstance(world.get(cls), ClassObject) and self.is_new(world.get(cls).node):
                    self.entries_of_class(cls, world, with_defaults=False)

    def is_new(self, node: cst.CSTNode) -> bool:
        """Whether a nested definition may be run once more: functions that define and call each other would never end."""
        self.nested_runs[id(node)] += 1
        return self.nested_runs[id(node)] <= MAX_NESTED_RUNS

    def parameters(self, function: Function, world: World, with_defaults: bool, receiver: Ref | None, kind: str) -> dict[str, Value]:
        """The arguments of an entry: unknown, or the defaults where there are some. kind: "parameter" where they are the caller's to choose."""
        params = function.node.params
        names = [p.name.value for p in (*params.posonly_params, *params.params, *params.kwonly_params)]
        chosen = {p.name.value for p in (*params.posonly_params, *params.params, *params.kwonly_params) if self.is_choice(p, world)}
        bound: dict[str, Value] = {}
        for index, name in enumerate(names):
            if index == 0 and receiver is not None:
                bound[name] = receiver
            elif with_defaults and name in function.defaults:
                bound[name] = function.defaults[name]
            else:
                term = ("argument" if name in chosen else kind, self.machine.number(function.node), name)
                bound[name] = Unknown(f"parameter {name}", term, frozenset({term}))
        if isinstance(params.star_arg, cst.Param):
            term = ("parameter", self.machine.number(function.node), "*")
            bound[params.star_arg.name.value] = Unknown("*args", term, frozenset({term}))
        if params.star_kwarg is not None:
            bound[params.star_kwarg.name.value] = world.allocate(DictObject(None))
        return bound

    def is_choice(self, parameter: cst.Param, world: World) -> bool:
        """Whether a parameter's annotation leaves its caller a choice among a few values: `Literal[2, 4]`, an enum or another class of the file."""
        annotation = None if parameter.annotation is None else parameter.annotation.annotation
        if isinstance(annotation, cst.Subscript):
            return dotted(annotation.value).rpartition(".")[2] == "Literal"
        found = [
            names[annotation.value]
            for scope in self.evaluator.scopes
            if isinstance(annotation, cst.Name) and annotation.value in (names := world.names(scope) or {})
        ]
        return any(isinstance(value, Ref) and isinstance(world.heap.get(value.key), ClassObject) for value in found)

    # -- classes -------------------------------------------------------------------------------------------------------

    def entries_of_class(self, cls: Ref, world: World, *, with_defaults: bool) -> None:
        """Makes instances of a class and runs its methods on them."""
        content = world.get(cls)
        if not isinstance(content, ClassObject) or content.node not in self.machine.relevant:
            return
        methods = {name.removeprefix(DECORATED): value for name, value in content.namespace.items() if isinstance(value, Function)}
        initialiser = methods.pop("__init__", None)
        if with_defaults and f"{DECORATED}__init__" in content.namespace:
            return
        assumed = frozenset(world.assumptions)
        ready = self.instances(cls, content, initialiser, world, with_defaults)
        set_up = methods.pop("setUp", None)
        if set_up is not None:
            ready = [(i, after) for i, end in ready for after in self.entry(set_up, end, with_defaults=with_defaults, receiver=i, assumed=assumed) or [end]]
        called = "__call__" in content.namespace or hooks(content.node)
        # What happens on every way is certain, and one way alone may not be: all are run, or none.
        leads_on = self.relevance.is_direct(content.node) or any(Reach(self.evaluator, self.relevance, end).leads_on(one) for one, end in ready)
        for instance, end in ready:
            for name, method in methods.items():
                receiver = None if method.flavour == "staticmethod" else cls if method.flavour == "classmethod" else instance
                veiled = (called and name == "forward") or f"{DECORATED}{name}" in content.namespace
                if leads_on or receiver is not instance:
                    self.entry(method, end, with_defaults=with_defaults, receiver=receiver, assumed=assumed, veiled=veiled)

    def instances(self, cls: Ref, content: ClassObject, initialiser: Function | None, world: World, with_defaults: bool) -> list[tuple[Ref, World]]:
        """The instances that `__init__` makes, each in the world in which it ended; none where defaults say nothing new."""
        start = world.copy()
        self.machine.world = start
        foreign = [base for base in attributes.lineage(self.evaluator, cls) if not isinstance(base, Ref)]
        complete = content.plain and all(attributes.is_transparent(base) for base in foreign)
        instance = start.allocate(Instance(cls, {}, complete))
        self.machine.entry_instances.add(instance.key)
        if initialiser is None:
            initialiser = self.inherited(cls)
        if initialiser is None:
            ends = [] if with_defaults else [start]
            self.inherit(instance, start)
        elif with_defaults and (id(initialiser.node) in self.machine.entered or not self.takes_defaults(initialiser)):
            ends = []
        else:
            ends = self.entry(initialiser, start, with_defaults=with_defaults, receiver=instance)
        ends = gather(list(ends), METHOD_WORLDS, self.machine.number(content.node)) if ends else []
        for end in ends:
            self.settle(end, instance, content)
        return [(instance, end) for end in ends]

    def inherited(self, cls: Ref) -> Function | None:
        """The `__init__` that a class has from a class of the file; None where there is none that is followed."""
        home, found = attributes.find_in_class(self.evaluator, cls, "__init__")
        if home is None or not isinstance(found, Function) or f"{DECORATED}__init__" in self.machine.world.get(home).namespace:
            return None
        return found

    def inherit(self, instance: Ref, world: World) -> None:
        """An inherited `__init__` of a class of the file may set anything; attributes stay unknown."""
        content = world.get(instance)
        if attributes.find_in_class(self.evaluator, content.cls, "__init__")[0] is not None:
            world.set(instance, Instance(content.cls, content.attributes, complete=False))

    def settle(self, world: World, instance: Ref, cls: ClassObject) -> None:
        """Between `__init__` and another method the code may rebind attributes: what it does rebind anywhere is not known."""
        content = world.get(instance)
        if not isinstance(content, Instance):
            return
        kept: dict[str, Value] = {}
        for name, value in content.attributes.items():
            owners = self.owners.get(name, set())
            if None not in owners and owners.isdisjoint(self.sharing.get(id(cls.node), ())):
                kept[name] = value
            else:
                term = ("attr", ("object", instance.key), name)
                kept[name] = Unknown(f"self.{name} (rebound elsewhere)", term, frozenset({term}))
        world.set(instance, Instance(content.cls, kept, content.complete))


def hooks(node: cst.CSTNode) -> bool:
    """Whether a class puts hooks on modules, its own among them."""
    return any(isinstance(item, cst.Attribute) and "register" in item.attr.value and item.attr.value.endswith("_hook") for item in walk(node))


_EXPECTED_FAILURES = frozenset({"expectedFailure", "xfail", "patch", "skip", "skipif", "skipIf", "skipUnless"})


def muted_by_decorator(node: cst.CSTNode) -> bool:
    """Whether a test is marked as one that fails or is not run, or runs with something patched."""
    if not isinstance(node, cst.FunctionDef):
        return False
    for decorator in node.decorators:
        expression = decorator.decorator
        if isinstance(expression, cst.Call):
            expression = expression.func
        while isinstance(expression, cst.Attribute):
            if expression.attr.value in _EXPECTED_FAILURES:
                return True
            expression = expression.value
        if isinstance(expression, cst.Name) and expression.value in _EXPECTED_FAILURES:
            return True
    return False
