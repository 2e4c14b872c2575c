"""The state of one analysis: the current world, the facts found so far, the call stack, and the bounds on the work."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import libcst as cst

from convt_lint.expectations.annotated import TypingNames
from convt_lint.expectations.inputs import Inputs
from convt_lint.facts import Assumption, Fact, LayerApplied, LayerBuilt, Path, Site, Step
from convt_lint.interpret.conditions import Condition
from convt_lint.interpret.values import MAX_TERM, Ref, Unknown, Value, bases_of, size_of, term_of
from convt_lint.interpret.world import World
from convt_lint.torch_api.own import Own

MAX_STEPS = 60_000
MAX_DEFAULT_STEPS = 12_000
"""What runs with default arguments may take beyond that: those with any arguments come first, and may have taken all."""
MAX_ENTRY_STEPS = 12_000
MAX_ASIDE_STEPS = 2_000
"""For one call of a function that has nothing to do with a transposed convolution."""
MAX_IDLE_STEPS = 4_000
"""For what a run of code that names no transposed convolution does without building or running one: those that come later have runs of their own."""
MIN_STEPS = 200
"""The least that must be left to go on after a call that was given up."""
MAX_FORKS = 8
MAX_CALL_DEPTH = 20
FREE_OPERATIONS = frozenset({"isinstance", "hasattr", "getattr", "item", "==", "<", "<=", "is"})

R = TypeVar("R")


class Fork(Exception):
    """The value of a condition is not known: the statement must be run once for each. `inner`: it was met inside a call that the statement makes."""

    def __init__(self, condition: Condition, *, inner: bool = False) -> None:
        self.condition = condition
        self.inner = inner


class Raised(Exception):
    """The code raises on this path."""


class Exhausted(Exception):
    """The bound on the work is reached."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call of a function of the file that is being run: the function's node, the step to show, and what was assumed before it."""

    node: cst.CSTNode
    step: Step | None
    assumed: frozenset[Assumption]
    receiver: Ref | None = None


@dataclass
class Machine:
    """What all parts of the interpreter share. `world` is the path being run; `muted` counts the reasons to report nothing; `total`: the steps that all runs
    together may take."""

    world: World = field(default_factory=World)
    facts: list[Fact] = field(default_factory=list)
    supposed: list[tuple[Site, list[Fact]]] = field(default_factory=list)
    supposes: bool = False
    directed: bool = False
    """Whether the source holds directives, so that the sizes of calls are wanted."""
    named: dict[int, Fact] = field(default_factory=dict)
    """Layers bound to a local name as soon as they are built, by the identity of their fact; those that are used afterwards are taken out."""
    counting: list[int] = field(default_factory=list)
    """How deep in calls the loops over known numbers stand that are running."""
    sites: dict[int, tuple[cst.CSTNode, Site]] = field(default_factory=dict)
    constructions: dict[int, cst.Call] = field(default_factory=dict)
    numbers: dict[int, tuple[object, int]] = field(default_factory=dict)
    conditions: dict[Hashable, tuple[Condition, bool]] = field(default_factory=dict)
    calls: list[CallRecord] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)
    endless: set[int] = field(default_factory=set)
    """Functions that have nothing to do with a transposed convolution and took more than their share of the work: they are not run again."""
    captured: set[int] = field(default_factory=set)
    steps: int = 0
    total: int = MAX_STEPS
    limit: int = MAX_STEPS
    idle: int = MAX_STEPS
    patience: int = MAX_STEPS
    """How many steps a run may take without building or running a transposed convolution, and the step at which that is over."""
    relevant: Container[cst.CSTNode] = ()
    muted: int = 0
    blurred: bool = False
    with_defaults: bool = False
    assumed_before: frozenset[Assumption] = frozenset()
    patched: set[str] = field(default_factory=set)
    changed_names: set[str] = field(default_factory=set)
    changed_attributes: set[str] = field(default_factory=set)
    excused: set[Site] = field(default_factory=set)
    expecting: int = 0
    swallowing: list[int] = field(default_factory=list)
    handled: int = 0
    """How many `try` blocks are being run that go on after something is raised: a check that raises there chooses a way, and states nothing."""
    standing_alone: cst.CSTNode | None = None
    """The call that is a statement of its own: nothing but what it does, or raises, can be meant by it."""
    generators: dict[int, bool] = field(default_factory=dict)
    lineages: dict[int, tuple[list[tuple[int, tuple[Value, ...]]], list[Value]]] = field(default_factory=dict)
    """The order of a class's bases, with the bases of each class that it was found from."""
    refusing: dict[int, bool] = field(default_factory=dict)
    makers: set[int] = field(default_factory=set)
    """Functions of the file that may make a module or a tensor of whatever they are given."""
    reshaped: bool = False
    resizes: bool = False
    clashed: bool = False
    cut: bool = False
    mended: bool = False
    entry_instances: set[int] = field(default_factory=set)
    own: Mapping[str, Own] = field(default_factory=dict)
    inputs: Inputs = field(default_factory=Inputs)
    mixed: set[int] = field(default_factory=set)
    overridden: dict[int, set[str]] = field(default_factory=dict)
    typing_names: TypingNames = field(default_factory=TypingNames)
    stated_types: dict[int, Any] = field(default_factory=dict)
    docstrings: dict[int, tuple[Any, cst.SimpleString | None]] = field(default_factory=dict)
    """What is read of the docstring of a function, and where it stands, by the function's node."""

    def own_row(self, name: str) -> Own | None:
        """The row that the project gives for something imported: by its dotted name, or the last parts of it."""
        parts = name.lstrip(".").split(".")
        return next((self.own[key] for i in range(len(parts)) if (key := ".".join(parts[i:])) in self.own), None)

    def step(self) -> None:
        self.steps += 1
        if self.steps > self.limit or self.steps > self.patience:
            raise Exhausted

    def grant(self, steps: int, idle: int = MAX_STEPS) -> None:
        """Gives a run of its own so many steps, of those that are left, and so many of them in a row that have nothing to do with a layer."""
        self.limit = min(self.total, self.steps + steps)
        self.idle = idle
        self.patience = self.steps + idle

    # -- places and facts ----------------------------------------------------------------------------------------------

    def site(self, node: cst.CSTNode) -> Site:
        """The one Site of a node."""
        entry = self.sites.get(id(node))
        if entry is None:
            entry = self.sites[id(node)] = (node, Site())
        return entry[1]

    def number(self, thing: object) -> int:
        """A number to name a value or a place by that comes from a node or a fact: as they are first asked for, so that it is the same in every run. An
        address is not, and what names are put in order by, and what people read, must not hang on one."""
        return self.numbers.setdefault(id(thing), (thing, len(self.numbers)))[1]

    def path(self) -> Path:
        """How the code came to the current point."""
        assumed = frozenset(self.world.assumptions)
        before = assumed
        for record in self.calls:
            if record.step is not None:
                before = record.assumed
                break
        if self.with_defaults:
            before = self.assumed_before
        trace = tuple(record.step for record in self.calls if record.step is not None)
        inner = assumed - before
        if trace or self.with_defaults:
            inner |= assumed & self.world.inner
        return Path(assumed, inner, self.with_defaults, trace, self.world.same_sizes(), self.world.checked)

    def emit(self, fact: Fact) -> None:
        if isinstance(fact, (LayerBuilt, LayerApplied)):
            self.patience = self.steps + self.idle
        if not self.muted:
            self.facts.append(fact)

    def excuse(self, site: Site, *, run: bool) -> None:
        """Notes a construction that is made, or `run`, to fail: it is reported nowhere.

        Under `pytest.raises` and kin that holds for all that happens; a `try` that swallows errors speaks of the runs it holds itself.
        """
        if self.expecting or (run and len(self.calls) in self.swallowing):
            self.excused.add(site)

    # -- conditions ----------------------------------------------------------------------------------------------------

    def condition(self, subject: Unknown, op: str, operand: Value, *, positive: bool = True) -> Value:
        """A truth value not known: `subject op operand`, or its negation."""
        # A loop's counter passes bounds that the code's author never meant (`for i in range(4): if i < n: …`): no path is chosen freely on one.
        opaque = subject.opaque or (op in ("<", "<=") and len(self.calls) in self.counting)
        guess = isinstance(subject.term, tuple) and subject.term[0] == "rank"
        condition = Condition(subject.term, op, operand, subject.bases, opaque, subject.cause, guess)
        decided = self.world.decide(condition)
        if decided is not None:
            return decided is positive
        value = Unknown(subject.cause, ("condition", condition.key, positive), subject.bases, subject.opaque)
        self.conditions[value.term] = (condition, positive)
        return value

    def negation(self, value: Unknown) -> Value:
        condition, positive = self.conditions.get(value.term, (None, True))
        if condition is None:
            return self.condition(value, "truthy", None, positive=False)
        flipped = Unknown(value.cause, ("condition", condition.key, not positive), value.bases, value.opaque)
        self.conditions[flipped.term] = (condition, not positive)
        return flipped

    def decide(self, value: Unknown) -> bool | None:
        """The truth of an unknown value on this path. Forks where both are possible; None where forking has been given up."""
        condition, positive = self.conditions.get(value.term, (None, True))
        if condition is None:
            condition = Condition(value.term, "truthy", None, value.bases, value.opaque, value.cause)
        decided = self.world.decide(condition)
        if decided is not None:
            return decided is positive
        if self.blurred:
            return None
        raise Fork(condition)

    # -- running -------------------------------------------------------------------------------------------------------

    def attempt(self, world: World, action: Callable[[], R]) -> list[tuple[World, R]]:
        """Runs an action from a world, once for each truth of the conditions it meets; paths that raise are dropped."""
        results: list[tuple[World, R]] = []
        pending = [world]
        forks = 0
        blurred, muted, depth = self.blurred, self.muted, len(self.calls)
        while pending:
            start = pending.pop()
            mark = len(self.facts)
            self.world = start.copy()
            self.blurred = blurred or forks >= MAX_FORKS
            try:
                outcome = action()
                results.append((self.world, outcome))
            except Fork as fork:
                del self.facts[mark:]
                forks += 1
                other = start.copy()
                start.assume(fork.condition, True, inner=fork.inner)
                other.assume(fork.condition, False, inner=fork.inner)
                pending += [other, start]
            except Raised:
                pass
            finally:
                self.blurred, self.muted = blurred, muted
                del self.calls[depth:]
        return results

    def unknown(self, cause: str, node: cst.CSTNode | None, *operands: Value, opaque: bool = False) -> Unknown:
        """A new unknown value, made of `operands` at `node`; opaque unless it follows from free symbols alone."""
        bases = bases_of(*operands)
        return self.world.fresh(cause, self.number(node), bases=bases, opaque=opaque or not bases or any(isinstance(v, Unknown) and v.opaque for v in operands))

    def derived(self, cause: str, operation: Hashable, *operands: Value) -> Unknown:
        """The unknown result of a pure operation: the same for the same operands."""
        # A computed value need not be able to take every value: no path is chosen freely on one.
        opaque = operation not in FREE_OPERATIONS or any(isinstance(v, Unknown) and v.opaque for v in operands)
        size = size_of(*operands)
        if size > MAX_TERM:
            return self.world.fresh(cause, bases=bases_of(*operands), opaque=opaque)
        return Unknown(cause, (operation, *map(term_of, operands)), bases_of(*operands), opaque, size=size)

    def forget_frame(self, frame: Ref) -> None:
        """Drops a finished call's names, unless a closure still sees them."""
        if frame.key not in self.captured:
            self.world.heap.pop(frame.key, None)
