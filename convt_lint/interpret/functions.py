"""Functions of the file: made by a `def` or `lambda`, run with the arguments of a call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.expectations import docstrings, types
from convt_lint.facts import Step
from convt_lint.interpret import effects, generators, touches
from convt_lint.interpret.arguments import Arguments, bind_parameters
from convt_lint.interpret.conditions import is_either
from convt_lint.interpret.machine import MAX_ASIDE_STEPS, MAX_CALL_DEPTH, MIN_STEPS, CallRecord, Exhausted, Fork, Machine, Raised
from convt_lint.interpret.unfollowed import note_checked
from convt_lint.interpret.values import (
    External,
    Frame,
    Function,
    GeneratorObject,
    Instance,
    Layer,
    ListObject,
    Module,
    Ref,
    Tensor,
    Unknown,
    Value,
    is_exact,
    same,
)
from convt_lint.interpret.world import World, join, join_values, joinable
from convt_lint.syntax.names import dotted
from convt_lint.syntax.walk import SCOPES, holds

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


MAX_RECURSION = 12
MAX_FREE_RECURSION = 2
OWNER = "(class of the method)"


CLASS_SCOPE = "(class scope)"


SCOPE_OF = "(scope of) "


def make_function(evaluator: Evaluator, node: cst.FunctionDef | cst.Lambda, name: str, *, owner: Ref | None = None, flavour: str = "function") -> Function:
    """The function that a `def` or `lambda` makes here: its defaults are evaluated now, its free names when it runs."""
    machine = evaluator.machine
    defaults: dict[str, Value] = {}
    for parameter in (*node.params.posonly_params, *node.params.params, *node.params.kwonly_params):
        if parameter.default is not None:
            defaults[parameter.name.value] = evaluator.evaluate(parameter.default)
    scopes = tuple(scope for scope in evaluator.scopes if not _is_class_scope(machine.world, scope))
    machine.captured.update(scope.key for scope in scopes)
    return Function(name, node, scopes, defaults, owner, flavour)


def _is_class_scope(world: World, scope: Ref) -> bool:
    frame = world.heap.get(scope.key)
    return isinstance(frame, Frame) and CLASS_SCOPE in frame.names


def call_function(evaluator: Evaluator, function: Function, arguments: Arguments, node: cst.CSTNode) -> Value:
    """Runs a function of the file with its arguments."""
    machine = evaluator.machine
    receiver = _receiver(function, arguments)
    repeated = sum(record.node is function.node and (receiver is None or record.receiver == receiver) for record in machine.calls)
    too_deep = repeated >= (MAX_RECURSION if _is_driven(arguments) else MAX_FREE_RECURSION)
    if len(machine.calls) >= MAX_CALL_DEPTH or too_deep or id(function.node) in machine.endless or not _worth_following(evaluator, function, arguments):
        return _given_up(evaluator, function, arguments, node)
    bound = bind_parameters(evaluator, function, arguments, node)
    if not machine.muted:
        machine.entered.add(id(function.node))
    frame = machine.world.allocate(Frame(bound))
    types.enter(evaluator, function, frame, node)
    docstrings.enter(machine, function, frame)
    if is_generator(machine, function.node):
        return machine.world.allocate(GeneratorObject(function, frame, node))
    found = _run_within(evaluator, function, frame, arguments, bound, node)
    if _is_cached(function.node):
        machine.world.havoc(found, "kept in a cache", deep=False)  # the next call gives the same object, as it then is
    return found


def _is_cached(node: cst.FunctionDef | cst.Lambda) -> bool:
    decorators = [d.decorator for d in node.decorators] if isinstance(node, cst.FunctionDef) else []
    return any(dotted(d.func if isinstance(d, cst.Call) else d).rpartition(".")[2] in ("cache", "lru_cache") for d in decorators)


def _given_up(evaluator: Evaluator, function: Function, arguments: Arguments, node: cst.CSTNode) -> Unknown:
    """The result of a function of the file that is not followed."""
    machine = evaluator.machine
    touches.by_call(machine, function, arguments, node)
    note_checked(evaluator, arguments, node)
    for value in arguments.values():
        machine.world.havoc(value, f"{function.name} is not followed")
    effects.forget(evaluator, machine.world, f"{function.name} is not followed")
    return machine.unknown(f"{function.name}(…)", node, *arguments.values())


def _run_within(evaluator: Evaluator, function: Function, frame: Ref, arguments: Arguments, bound: dict[str, Value], node: cst.CSTNode) -> Value:
    """Runs a call within a share of the work that is left; one that needs more is given up, and what surrounds it goes on."""
    machine = evaluator.machine
    limit, mark, before = machine.limit, len(machine.facts), machine.world.copy()
    left = limit - machine.steps
    aside = function.node not in machine.relevant
    machine.limit = machine.steps + (min(left // 2, MAX_ASIDE_STEPS) if aside else left // 2)
    try:
        return run_function(evaluator, function, frame, _record(evaluator, function, bound, node))
    except Exhausted:
        if limit - machine.steps < MIN_STEPS or machine.steps > machine.patience:
            raise
        machine.cut = True
        if aside and left // 2 >= MAX_ASIDE_STEPS:
            machine.endless.add(id(function.node))
        del machine.facts[mark:]
        machine.world = before
        return _given_up(evaluator, function, arguments, node)
    finally:
        machine.limit = limit


def _receiver(function: Function, arguments: Arguments) -> Ref | None:
    """What a method is called on: modules that hold modules of their own class call one method at many depths."""
    first = arguments.positional[0] if arguments.positional else None
    return first if function.owner is not None and isinstance(first, Ref) else None


def _record(evaluator: Evaluator, function: Function, bound: dict[str, Value], node: cst.CSTNode) -> CallRecord:
    machine = evaluator.machine
    receiver = _receiver(function, Arguments(tuple(bound.values())))
    step = Step(_call_text(evaluator, function, bound), machine.site(node))
    return CallRecord(function.node, step, frozenset(machine.world.assumptions), receiver)


def run_generator(evaluator: Evaluator, generator: GeneratorObject) -> Value:
    """Runs a generator to its end: a tuple of what it yields, or an unknown value."""
    world = evaluator.machine.world
    record = _record(evaluator, generator.function, world.names(generator.frame) or {}, generator.call)
    world.bind(generator.frame, generators.YIELDS, ())
    return run_function(evaluator, generator.function, generator.frame, record)


def _is_driven(arguments: Arguments) -> bool:
    """Whether a call's arguments are known, so that a recursion on them ends where Python's does."""
    if arguments.star or arguments.double_star:
        return False
    given = [value for value in arguments.values() if not isinstance(value, (Ref, Function, External, Layer, Module))]
    tensors = [value for value in given if isinstance(value, Tensor)]
    if len(tensors) == len(given):
        return bool(given) and all(tensor.shape is not None and is_exact(tensor.shape) for tensor in tensors)
    return all(is_exact(value) or isinstance(value, Tensor) for value in given)


def _worth_following(evaluator: Evaluator, function: Function, arguments: Arguments) -> bool:
    """Whether a call can matter: the function has to do with a layer, may make a module, or may compute a number from what it is given."""
    machine = evaluator.machine
    if function.node in machine.relevant or isinstance(function.node, cst.Lambda) or id(function.node) in machine.makers or refuses(machine, function.node):
        return True
    given = arguments.values()
    if function.owner is not None and given and isinstance(given[0], Ref):
        return True
    return not given or any(is_exact(value) or isinstance(value, _WORTH) for value in given)


_WORTH = (Ref, tuple, Layer, Module, Tensor, External, Function)


def _call_text(evaluator: Evaluator, function: Function, bound: dict[str, Value]) -> str:
    """A call as a step of the way shows it: "Generator(rates=[8, 5])", "Generator.forward(x=tensor of shape (1, 80, 10))"."""
    shown = [f"{name}={text}" for name, value in bound.items() if name != "self" and (text := _shown(evaluator, value)) and len(text) < 60]
    receiver = next(iter(bound.values()), None) if function.owner is not None else None
    content = evaluator.machine.world.heap.get(receiver.key) if isinstance(receiver, Ref) else None
    name = function.name
    if isinstance(content, Instance):
        cls = evaluator.machine.world.get(content.cls).name
        name = cls if name == "__init__" else f"{cls}.{name}"
    return f"{name}({', '.join(shown[:8])})"


def _shown(evaluator: Evaluator, value: Value) -> str:
    """A value as a step of the way shows it; empty where it is not known."""
    if isinstance(value, Tensor) and value.shape is not None:
        sizes = [str(int(size)) if isinstance(size, int) else "?" for size in value.shape]
        return f"tensor of shape ({', '.join(sizes)})"
    content = evaluator.machine.world.heap.get(value.key) if isinstance(value, Ref) else None
    if isinstance(content, ListObject) and content.items is not None and is_exact(content.items) and len(content.items) <= 20:
        return repr(list(content.items))
    return repr(value) if is_exact(value) else ""


def run_function(evaluator: Evaluator, function: Function, frame: Ref, record: CallRecord) -> Value:
    """Runs a function's body in a frame; several ways out become one value, or fork the statement that called."""
    machine = evaluator.machine
    outer = evaluator.scopes
    evaluator.scopes = (frame, *function.scopes)
    machine.calls.append(record)
    if function.owner is not None:
        machine.world.bind(frame, OWNER, function.owner)
    entry = machine.world
    try:
        results = list(_results(evaluator, function, entry.copy()))
    finally:
        evaluator.scopes = outer
        machine.calls.pop()
    if not results:
        machine.world = entry
        raise Raised
    value = _combine(evaluator, results, entry, function)
    machine.forget_frame(frame)
    return value


def _results(evaluator: Evaluator, function: Function, world: World) -> Iterator[tuple[World, Value]]:
    if isinstance(function.node, cst.Lambda):
        body = function.node.body
        yield from evaluator.machine.attempt(world, lambda: evaluator.evaluate(body))
        return
    assert evaluator.run_block is not None
    frame = evaluator.scopes[0]
    flow = evaluator.run_block(function.node.body.body, world)
    for after, value in (*flow.returns, *((after, None) for after in flow.next)):
        yield after, (after.names(frame) or {}).get(generators.YIELDS, value)


def _combine(evaluator: Evaluator, results: list[tuple[World, Value]], entry: World, function: Function) -> Value:
    machine = evaluator.machine
    world, value = results[0]
    rest: list[tuple[World, Value]] = []
    for other, result in results[1:]:
        if joinable(world, other) and (same(value, result) or not (_counts(value) or _counts(result))):
            world, value = _joined(world, value, other, result, function.name, machine.number(function.node))
        else:
            rest.append((other, result))
    if rest and not machine.blurred:
        shared = set(entry.assumptions)
        for assumption, condition in world.assumptions.items():
            if not is_either(condition) and assumption not in shared and not all(assumption in other.assumptions for other, _ in rest):
                machine.world = entry
                raise Fork(condition, inner=True)
        for other, _ in rest:
            for assumption, condition in other.assumptions.items():
                if not is_either(condition) and assumption not in shared and assumption not in world.assumptions:
                    machine.world = entry
                    raise Fork(condition, inner=True)
    for other, result in rest:
        world, value = _joined(world, value, other, result, function.name, machine.number(function.node))
    machine.world = world
    return value


def _joined(world: World, value: Value, other: World, result: Value, name: str, place: int) -> tuple[World, Value]:
    """Two ends of the function of a name as one."""
    both = join(world, other, place)
    found = join_values(value, result, f"{name}(…)", place)
    both.lose(value, result, kept=found)
    return both, found


def _counts(value: Value) -> bool:
    if isinstance(value, tuple):
        return any(_counts(item) for item in value)
    return isinstance(value, (Layer, Module, Tensor, Ref, External)) or (isinstance(value, (int, float)) and not isinstance(value, bool))


def refuses(machine: Machine, node: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether a function may raise by a check of its own."""
    if id(node) not in machine.refusing:
        machine.refusing[id(node)] = holds([node.body], frozenset({cst.Raise, cst.Assert}))
    return machine.refusing[id(node)]


def is_generator(machine: Machine, node: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether a function's own body yields."""
    known = machine.generators.get(id(node))
    if known is None:
        known = holds([node.body], frozenset({cst.Yield}), past=SCOPES)
        machine.generators[id(node)] = known
    return known
