"""Calls: of functions and classes of the file, followed with their arguments; of torch's and Python's own through tables."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.expectations import asserts, network_calls, stated
from convt_lint.interpret import (
    argparse_calls,
    arrays,
    attributes,
    builtin_calls,
    copies,
    enums,
    iteration,
    itertools_calls,
    modules,
    record_calls,
    records,
    sizes,
    tensors,
    torch_calls,
    touches,
)
from convt_lint.interpret.arguments import Arguments, evaluate_arguments
from convt_lint.interpret.classes import apply_own_layer, apply_to_all, call_instance, construct, evaluate_super, foreign_method, initialise
from convt_lint.interpret.functions import call_function
from convt_lint.interpret.machine import Fork, Raised
from convt_lint.interpret.unfollowed import unfollowed, unfollowed_pure
from convt_lint.interpret.values import (
    Array,
    Bound,
    ClassObject,
    Container,
    External,
    Frame,
    Function,
    Initialiser,
    Instance,
    Layer,
    Method,
    Module,
    Partial,
    Ref,
    Tensor,
    Unknown,
    Value,
)
from convt_lint.torch_api import LAYERS, table

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


BUILTIN_NAMES = builtin_calls.NAMES
_TABLES: tuple[Mapping[str, Callable[[Evaluator, Arguments, Any], Value]], ...] = (
    torch_calls.FUNCTIONS,
    arrays.FUNCTIONS,
    iteration.FUNCTIONS,
    builtin_calls.FUNCTIONS,
    itertools_calls.FUNCTIONS,
    copies.FUNCTIONS,
    record_calls.FUNCTIONS,
    enums.FUNCTIONS,
    argparse_calls.FUNCTIONS,
)


def is_known(name: str) -> bool:
    """Whether a dotted name is something of torch's that is followed."""
    return torch_calls.is_layer(name) or name in torch_calls.NAMES or table.function_row(name) is not None


def evaluate_call(evaluator: Evaluator, node: cst.Call) -> Value:
    """The value of a call expression."""
    if isinstance(node.func, cst.Name) and node.func.value == "super" and not _is_bound(evaluator, "super"):
        return evaluate_super(evaluator, node)
    callee = evaluator.evaluate(node.func)
    condition = stated.asked(node, callee)
    if condition is not None:
        return _ask(evaluator, node, *condition)
    if isinstance(node.func, cst.Attribute) and node.func.attr.value == "skipTest" and isinstance(callee, (Unknown, Method)):
        raise Raised
    silent = asserts.expects_failure(node.func, callee)
    evaluator.machine.muted += silent
    evaluator.machine.expecting += silent
    try:
        arguments = evaluate_arguments(evaluator, node)
        if silent:
            _run_expecting_failure(evaluator, arguments, node)
    finally:
        evaluator.machine.muted -= silent
        evaluator.machine.expecting -= silent
    asserts.from_call(evaluator, node, callee, arguments)
    if not (isinstance(callee, External) and (torch_calls.is_layer(callee.name) or torch_calls.is_pure(callee.name))):
        touches.by_handing_on(evaluator.machine, arguments, node)
    result = call(evaluator, callee, arguments, node)
    if evaluator.machine.directed:
        network_calls.note(evaluator.machine, node, callee, arguments, result)
    return result


def _ask(evaluator: Evaluator, node: cst.Call, test: cst.BaseExpression, wanted: bool) -> None:
    """A call that raises unless a condition is as it is wanted. Raises Raised where it is not."""
    truth = stated.holds(evaluator, test, wanted)
    for argument in node.args[1:]:
        evaluator.evaluate(argument.value)
    if truth is not None and truth is not wanted:
        raise Raised


def _is_bound(evaluator: Evaluator, name: str) -> bool:
    """Whether the code gives a builtin's name another meaning."""
    frames = (evaluator.machine.world.heap.get(scope.key) for scope in evaluator.scopes)
    return any(isinstance(frame, Frame) and name in frame.names for frame in frames)


def _run_expecting_failure(evaluator: Evaluator, arguments: Arguments, node: cst.Call) -> None:
    """What is handed to something that expects it to fail: functions run in silence, and layers are excused from running at all."""
    machine = evaluator.machine
    world = machine.world.copy()
    for value in arguments.values():
        if isinstance(value, Layer):
            machine.excused.add(value.fact.site)
        elif isinstance(value, (Function, Bound, Ref)):
            if isinstance(value, Function):
                machine.entered.add(id(value.node))
            with contextlib.suppress(Raised, Fork):
                call(evaluator, value, Arguments(arguments.positional[2:]), node)
            machine.world = world.copy()


def call(evaluator: Evaluator, callee: Value, arguments: Arguments, node: cst.Call) -> Value:
    """Calls a value."""
    machine = evaluator.machine
    callee = machine.world.resolve(callee)
    if isinstance(callee, External):
        return call_external(evaluator, callee, arguments, node)
    if isinstance(callee, Function):
        return call_function(evaluator, callee, arguments, node)
    if isinstance(callee, Bound):
        return _call_bound(evaluator, callee, arguments, node)
    if isinstance(callee, Partial):
        merged = tuple({**dict(callee.keywords), **dict(arguments.keywords)}.items())
        names = (*(None for _ in callee.arguments), *arguments.names)
        return call(
            evaluator, callee.function, Arguments((*callee.arguments, *arguments.positional), merged, arguments.star, arguments.double_star, names), node
        )
    if isinstance(callee, Initialiser):
        return records.initialise(evaluator, callee, arguments, node)
    if isinstance(callee, Method):
        return _call_method(evaluator, callee, arguments, node)
    if isinstance(callee, (Layer, Module)):
        return torch_calls.apply_layer(evaluator, callee, arguments, node)
    if isinstance(callee, Ref):
        content = machine.world.get(callee)
        if isinstance(content, Container):
            return modules.run_container(evaluator, content, arguments, node)
        if isinstance(content, ClassObject):
            return construct(evaluator, callee, content, arguments, node)
        if isinstance(content, Instance):
            return call_instance(evaluator, callee, content, arguments, node)
    if isinstance(callee, Unknown):
        size = sizes.asked(evaluator, callee, arguments, node)
        if size is not NotImplemented:
            return size
    return unfollowed(evaluator, callee, arguments, node)


def call_external(evaluator: Evaluator, callee: External, arguments: Arguments, node: cst.Call) -> Value:
    """Calls something imported or built in, by its dotted name."""
    own = evaluator.machine.own_row(callee.name) if evaluator.machine.own else None
    if own is not None and own.row is not None:
        return modules.call_own(evaluator, callee.name.rpartition(".")[2], own.row, arguments, node)
    name = callee.name if own is None else own.like
    if name in LAYERS:
        return torch_calls.build(evaluator, LAYERS[name], arguments, node)
    if name.endswith(".__init__") and torch_calls.is_layer(name[: -len(".__init__")]) and arguments.positional:
        return initialise(evaluator, name, arguments, node)
    functions = [handlers[name] for handlers in _TABLES if name in handlers]
    for function in functions:
        result = function(evaluator, arguments, node)
        if result is not NotImplemented:
            return result
    if functions:
        return unfollowed_pure(evaluator, callee, arguments, node)
    if modules.is_module(name):
        return modules.make(evaluator, name, arguments, node)
    row = table.function_row(name)
    if row is not None:
        return tensors.call(evaluator, name.removeprefix("torch.nn.functional."), row, arguments, node)
    if name.count(".") > 1 and name.startswith("builtins."):
        return unfollowed(evaluator, callee, arguments, node)
    if torch_calls.is_pure(name):
        return unfollowed_pure(evaluator, callee, arguments, node)
    return unfollowed(evaluator, callee, arguments, node)


def _call_bound(evaluator: Evaluator, callee: Bound, arguments: Arguments, node: cst.Call) -> Value:
    function = callee.function
    if isinstance(function, External):
        base, _, method = function.name.rpartition(".")
        if torch_calls.is_layer(base) and method == "__init__":
            return initialise(evaluator, function.name, arguments.with_first(callee.receiver), node)
        if torch_calls.is_layer(base) and method in ("forward", "__call__"):
            return apply_own_layer(evaluator, callee.receiver, arguments, node)
        if attributes.is_transparent(External(base)):
            return unfollowed_pure(evaluator, function, arguments, node)
        evaluator.machine.world.havoc(callee.receiver, f"{function.name} is not followed", deep=False)
        return unfollowed(evaluator, function, arguments, node)
    if isinstance(function, Unknown):
        evaluator.machine.world.havoc(callee.receiver, f"{function.cause} is not followed", deep=False)
        return unfollowed(evaluator, function, arguments, node)
    return call(evaluator, function, arguments.with_first(callee.receiver), node)


def _call_method(evaluator: Evaluator, callee: Method, arguments: Arguments, node: cst.Call) -> Value:
    machine = evaluator.machine
    receiver = callee.receiver
    content = machine.world.get(receiver) if isinstance(receiver, Ref) else None
    if callee.name == "apply" and (isinstance(receiver, (Layer, Module)) or isinstance(content, Container)):
        return apply_to_all(evaluator, receiver, arguments, node)
    if isinstance(receiver, Array):
        return arrays.method(evaluator, receiver, callee.name, arguments, node)
    if isinstance(receiver, Module):
        return modules.module_method(evaluator, receiver, callee.name, arguments, node)
    if isinstance(content, Container):
        return modules.container_method(evaluator, receiver, content, callee.name, arguments, node)
    if isinstance(receiver, Layer):
        return torch_calls.layer_method(evaluator, receiver, callee.name, arguments, node)
    if isinstance(receiver, Tensor):
        return tensors.method(evaluator, receiver, callee.name, arguments, node)
    if isinstance(content, Instance):
        return foreign_method(evaluator, receiver, content, callee.name, arguments, node)
    if isinstance(content, ClassObject) and content.record is not None:
        items = evaluator.items(arguments.positional[0]) if len(arguments.positional) == 1 else None
        return (
            unfollowed(evaluator, callee, arguments, node) if items is None else records.make_row(evaluator, receiver, content.record, Arguments(items), node)
        )
    result = builtin_calls.method(evaluator, receiver, callee.name, arguments, node)
    if result is NotImplemented:
        machine.world.havoc(receiver, f"{callee.name} is not followed", deep=False)
        return unfollowed(evaluator, callee, arguments, node)
    return result
