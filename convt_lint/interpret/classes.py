"""Classes of the file and their instances: constructed, called, and `super()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import argparse_calls, attributes, dict_classes, enums, modules, records, torch_calls, touches
from convt_lint.interpret.arguments import MISSING, Arguments
from convt_lint.interpret.containers import made_dict
from convt_lint.interpret.functions import OWNER, call_function
from convt_lint.interpret.unfollowed import unfollowed, unfollowed_pure
from convt_lint.interpret.values import ClassObject, External, Frame, Function, Initialiser, Instance, Layer, Method, Ref, Super, Value
from convt_lint.syntax.walk import walk
from convt_lint.torch_api import LAYERS

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


def construct(evaluator: Evaluator, ref: Ref, cls: ClassObject, arguments: Arguments, node: cst.Call) -> Value:
    machine = evaluator.machine
    _, maker = attributes.find_in_class(evaluator, ref, "__new__")
    if isinstance(maker, Function):
        return unfollowed(evaluator, machine.unknown(f"{cls.name}.__new__", node), arguments, node)
    made = _construct_record(evaluator, ref, arguments, node)
    if made is not NotImplemented:
        return made
    home, initialiser = attributes.find_in_class(evaluator, ref, "__init__")
    foreign = [base for base in attributes.lineage(evaluator, ref) if not isinstance(base, Ref)]
    complete = cls.plain and all(attributes.is_transparent(base) for base in foreign)
    instance = machine.world.allocate(Instance(ref, {}, complete))
    if home is not None and isinstance(initialiser, Function):
        call_function(evaluator, initialiser, arguments.with_first(instance), node)
        return instance
    if isinstance(initialiser, Initialiser):
        records.initialise(evaluator, initialiser, arguments.with_first(instance), node)
        return instance
    base = attributes.layer_base(evaluator, ref)
    if base is not None and isinstance(initialiser, External) and initialiser == base:
        initialise(evaluator, f"{base.name}.__init__", arguments.with_first(instance), node)
        return instance
    if not all(attributes.is_transparent(base) for base in foreign) or not cls.plain:
        for value in arguments.values():
            machine.world.havoc(value, f"{cls.name} is not followed")
    return instance


def _construct_record(evaluator: Evaluator, ref: Ref, arguments: Arguments, node: cst.Call) -> Value:
    """A call of a NamedTuple, Enum or TypedDict class; NotImplemented for another class."""
    row = records.record_of(evaluator, ref, "named tuple")
    if row is not None:
        return records.make_row(evaluator, ref, row, arguments, node)
    enum = records.record_of(evaluator, ref, "enum")
    if enum is not None:
        found = enums.by_value(evaluator, ref, enum, arguments, node)
        return unfollowed_pure(evaluator, External("enum"), arguments, node) if found is NotImplemented else found
    own = dict_classes.make(evaluator, ref, arguments)
    if own is not NotImplemented:
        return own
    if External("typing.TypedDict") in attributes.lineage(evaluator, ref) and not arguments.positional:
        return made_dict(evaluator, arguments)
    return NotImplemented


def call_instance(evaluator: Evaluator, ref: Ref, content: Instance, arguments: Arguments, node: cst.Call) -> Value:
    if ref in evaluator.machine.world.tampered:
        return unfollowed(evaluator, evaluator.machine.unknown("a module changed after it was built", node), arguments, node)
    for name in ("__call__", "forward"):
        home, method = attributes.find_in_class(evaluator, content.cls, name)
        if home is not None and isinstance(method, Function):
            return call_function(evaluator, method, arguments.with_first(ref), node)
    layer = content.attributes.get(attributes.LAYER_SLOT)
    if layer is not None:
        return torch_calls.apply_layer(evaluator, layer, arguments, node)
    return unfollowed(evaluator, evaluator.machine.unknown("an object that is called", node), arguments, node)


def initialise(evaluator: Evaluator, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """`super().__init__(...)` of a subclass of a torch layer or container: the instance becomes that layer."""
    receiver = arguments.positional[0]
    world = evaluator.machine.world
    base = name.rpartition(".")[0]
    if base in LAYERS:
        own = _has_own_forward(evaluator, receiver)
        layer: Value = torch_calls.build(evaluator, LAYERS[base], arguments.without_first(), node, silent=own)
        if isinstance(layer, Layer) and _forward(evaluator, receiver) is not None:
            touches.by_change(evaluator.machine, layer.fact, "forward")
    else:
        layer = modules.make(evaluator, base, arguments.without_first(), node)
    if isinstance(receiver, Ref) and isinstance(world.get(receiver), Instance):
        content = world.get(receiver)
        world.set(receiver, Instance(content.cls, {**content.attributes, attributes.LAYER_SLOT: layer}, content.complete))
    return None


def _has_own_forward(evaluator: Evaluator, receiver: Value) -> bool:
    """Whether an instance's class replaces the layer's forward without calling it."""
    content = evaluator.machine.world.get(receiver) if isinstance(receiver, Ref) else None
    if not isinstance(content, Instance):
        return False
    if any(attributes.find_in_class(evaluator, content.cls, name)[0] is not None for name in ("_output_padding", "_conv_forward")):
        return True
    method = _forward(evaluator, receiver)
    inner = (item.attr.value for item in walk(method.node) if isinstance(item, cst.Attribute)) if method is not None else ()
    return method is not None and not any(attribute in ("forward", "__call__") for attribute in inner)


def _forward(evaluator: Evaluator, receiver: Value) -> Function | None:
    """The file's own method that runs an instance."""
    content = evaluator.machine.world.get(receiver) if isinstance(receiver, Ref) else None
    if not isinstance(content, Instance):
        return None
    found = (attributes.find_in_class(evaluator, content.cls, name) for name in ("forward", "__call__"))
    return next((method for home, method in found if home is not None and isinstance(method, Function)), None)


def apply_own_layer(evaluator: Evaluator, receiver: Value, arguments: Arguments, node: cst.Call) -> Value:
    content = evaluator.machine.world.get(receiver) if isinstance(receiver, Ref) else None
    layer = content.attributes.get(attributes.LAYER_SLOT) if isinstance(content, Instance) else None
    if layer is not None:
        return torch_calls.apply_layer(evaluator, layer, arguments, node)
    return unfollowed(evaluator, evaluator.machine.unknown("super().forward", node), arguments, node)


_HELD = {"add_module": "module", "register_module": "module", "register_buffer": "tensor", "register_parameter": "param"}
"""The methods that hold a module or tensor under a name, and what they call it."""


def apply_to_all(evaluator: Evaluator, receiver: Value, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`module.apply(function)`: the function, which is not followed, sees every module; the module itself comes back."""
    unfollowed(evaluator, evaluator.machine.unknown("apply", node), Arguments(arguments.positional), node)
    return receiver


def foreign_method(evaluator: Evaluator, receiver: Ref, content: Instance, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """A method that the instance inherits from a class outside the file."""
    machine = evaluator.machine
    if argparse_calls.OPTIONS in content.attributes:
        return argparse_calls.method(evaluator, receiver, content, name, arguments, node)
    foreign = [base for base in attributes.lineage(evaluator, content.cls) if not isinstance(base, Ref)]
    if all(attributes.is_transparent(base) for base in foreign):
        slot = content.attributes.get(attributes.LAYER_SLOT)
        if isinstance(slot, Ref) and name in modules.CONTAINER_METHODS:
            return modules.container_method(evaluator, slot, machine.world.get(slot), name, arguments, node)
        if name == "apply":
            return apply_to_all(evaluator, receiver, arguments, node)
        if name in modules.IDENTITY_METHODS:
            return receiver
        if name in modules.TAMPERING or (name == "load_state_dict" and _loads_itself(evaluator, content)):
            attributes.tamper(evaluator, receiver)
            return machine.unknown(f"{name}()", node, opaque=True)
        held = (arguments.get(0, "name"), arguments.get(1, _HELD.get(name, "module")))
        if name in _HELD and isinstance(held[0], str) and held[1] is not MISSING:
            attributes.put(evaluator, receiver, held[0], held[1])
            return None
        return unfollowed_pure(evaluator, External(name), arguments, node)
    machine.world.havoc(receiver, f"{name} is not followed", deep=False)
    return unfollowed(evaluator, Method(receiver, name), arguments, node)


def _loads_itself(evaluator: Evaluator, content: Instance) -> bool:
    """Whether a class has a hand in what `load_state_dict` does to it."""
    return attributes.find_in_class(evaluator, content.cls, "_load_from_state_dict")[0] is not None


def evaluate_super(evaluator: Evaluator, node: cst.Call) -> Value:
    machine = evaluator.machine
    values = [evaluator.evaluate(argument.value) for argument in node.args]
    if len(values) == 2 and isinstance(values[0], Ref):
        is_class = isinstance(machine.world.get(values[0]), ClassObject)
        return Super(values[0], values[1]) if is_class else machine.unknown("super() of what is no class", node)
    for scope in evaluator.scopes:
        frame = machine.world.heap.get(scope.key)
        if isinstance(frame, Frame) and OWNER in frame.names:
            receiver = next(iter(frame.names.values()), None)
            return Super(frame.names[OWNER], receiver)
    return machine.unknown("super()", node)
