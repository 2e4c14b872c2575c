"""Torch's modules other than the transposed convolutions: layers of the shape table, and the containers that hold layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import tensors, touches, trials
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.machine import Fork, Raised
from convt_lint.interpret.unfollowed import unfollowed
from convt_lint.interpret.values import Container, DictObject, Instance, Layer, Module, Ref, Tensor, Unknown, Value, is_exact
from convt_lint.interpret.world import World
from convt_lint.lengths import part
from convt_lint.torch_api import table
from convt_lint.torch_api.shapes import Row

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

CONTAINERS = {
    f"{home}.{kind}": kind for home in ("torch.nn", "torch.nn.modules", "torch.nn.modules.container") for kind in ("Sequential", "ModuleList", "ModuleDict")
}
IDENTITY_METHODS = frozenset(
    {"to", "cuda", "cpu", "xpu", "mps", "eval", "train", "half", "float", "double", "bfloat16", "type", "requires_grad_", "share_memory", "to_empty"}
)
TAMPERING = frozenset({"__init__", "__setattr__", "register_forward_hook", "register_forward_pre_hook", "_apply"})
CONTAINER_METHODS = frozenset(
    {"append", "extend", "insert", "add_module", "register_module", "update", "clear", "pop", "children", "named_children", "keys", "values", "items"}
)
_SILENT = frozenset({"zero_grad", "reset_parameters", "extra_repr"})


# -- layers of the table -----------------------------------------------------------------------------------------------------


def build(evaluator: Evaluator, name: str, row: Row, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A layer of the table is constructed; `name` is its short name."""
    machine = evaluator.machine
    if not row.signature:
        return Module(name, row, {}, machine.site(node))
    values = None if arguments.star or arguments.double_star else tensors.seen_arguments(evaluator, row.signature, arguments)
    if values is None:
        return machine.unknown(f"{name}(…)", node, opaque=True)
    return Module(name, row, values, machine.site(node))


def apply(evaluator: Evaluator, module: Module, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`layer(x)`."""
    machine = evaluator.machine
    row = module.row
    changed = module in machine.world.tampered or machine.mended
    inputs = None if arguments.star or arguments.double_star else tensors.seen_arguments(evaluator, row.inputs, arguments)
    if inputs is None:
        return tensors.missed(evaluator, module.name, arguments, node)
    return tensors.run(evaluator, module.name, row, {**module.values, **inputs}, node, built=module.site, changed=changed)


def attribute(evaluator: Evaluator, module: Module, name: str, node: cst.CSTNode) -> Value | None:
    """An attribute of a layer that the table knows; None for others."""
    row = module.row
    if module in evaluator.machine.world.tampered or evaluator.machine.mended:
        return evaluator.machine.unknown(f"{module.name}.{name}", node, opaque=True)
    found = {} if row.attributes is None else row.attributes(module.values)
    if name not in found:
        return evaluator.machine.unknown(f"{module.name}.{name}", node, opaque=True) if name in ("training", "weight", "bias") else None
    return tensors.placed(evaluator, found[name], f"{module.name}.{name}", [], node)


def module_method(evaluator: Evaluator, module: Module, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A method of a layer of the table."""
    from convt_lint.interpret import attributes

    if name in ("forward", "__call__"):
        return apply(evaluator, module, arguments, node)
    if name in IDENTITY_METHODS:
        return module
    if name in TAMPERING:
        attributes.tamper(evaluator, module)
    return evaluator.machine.unknown(f"{name}()", node, opaque=True)


# -- containers --------------------------------------------------------------------------------------------------------------


def contain(evaluator: Evaluator, kind: str, arguments: Arguments, node: cst.CSTNode) -> Ref:
    """Sequential(...), ModuleList([...]) or ModuleDict({...})."""
    world = evaluator.machine.world
    known = not (arguments.star or arguments.double_star or arguments.keywords)
    ref = world.allocate(Container(kind, _given(evaluator, kind, arguments.positional) if known else None))
    if kind == "Sequential" and evaluator.machine.supposes:
        suppose(evaluator, ref, node)
    return ref


def suppose(evaluator: Evaluator, ref: Ref, node: cst.CSTNode) -> None:
    """Runs a Sequential that holds a transposed convolution on an input of any size, apart from what the code does with it, and keeps the runs."""
    machine = evaluator.machine
    first = next(_layers(machine.world, ref), None)
    if first is None or not isinstance(node, cst.Call):
        return
    owner = ("input", machine.number(node))
    lengths = (trials.measured(part(owner, axis - first.fact.layer.dims).expression, None) for axis in range(first.fact.layer.dims))
    world, facts, muted, clashed, entered = machine.world, machine.facts, machine.muted, machine.clashed, set(machine.entered)
    machine.world, machine.facts, machine.muted = world.copy(), [], 0
    try:
        run_container(evaluator, machine.world.get(ref), Arguments((Tensor((None, None, *lengths)),)), node)
    except (Raised, Fork):
        pass
    finally:
        found, machine.facts = machine.facts, facts
        machine.world, machine.muted, machine.clashed, machine.entered = world, muted, clashed, entered
    machine.supposed.append((machine.site(node), found))


def _layers(world: World, value: Value, depth: int = 0) -> Iterator[Layer]:
    """The transposed convolutions in a module: it itself, what a class of the file derives from, and those of containers."""
    from convt_lint.interpret.attributes import LAYER_SLOT

    content = world.get(value) if isinstance(value, Ref) else None
    if isinstance(value, Layer):
        yield value
    elif isinstance(content, Instance) and isinstance(content.attributes.get(LAYER_SLOT), Layer):
        yield content.attributes[LAYER_SLOT]
    elif isinstance(content, Container) and depth < 8:
        for item in (content.items or {}).values():
            yield from _layers(world, item, depth + 1)


def _given(evaluator: Evaluator, kind: str, values: tuple[Value, ...]) -> dict[str, Value] | None:
    """The modules that a constructor is given, by name."""
    if len(values) == 1:
        named = _named(evaluator, values[0])
        if named is not None:
            return named
    if kind == "Sequential":
        return _numbered(values)
    if not values or values == (None,):
        return {}
    items = evaluator.items(values[0])
    return None if items is None or kind == "ModuleDict" else _numbered(items)


def _named(evaluator: Evaluator, value: Value) -> dict[str, Value] | None:
    """The modules of a dict, or of a list of pairs."""
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if isinstance(content, DictObject):
        return None if content.items is None or not all(isinstance(key, str) for key in content.items) else {str(k): v for k, v in content.items.items()}
    if isinstance(content, Container):
        return None if content.kind != "ModuleDict" or content.items is None else dict(content.items)
    return None


def _numbered(values: tuple[Value, ...]) -> dict[str, Value]:
    return {str(index): value for index, value in enumerate(values)}


def items(container: Container) -> tuple[Value, ...] | None:
    """What a loop over a container runs through."""
    if container.items is None:
        return None
    return tuple(container.items) if container.kind == "ModuleDict" else tuple(container.items.values())


def run_container(evaluator: Evaluator, container: Container, arguments: Arguments, node: cst.Call) -> Value:
    """A Sequential is called: its modules run one after another."""
    from convt_lint.interpret import calls

    unfit = container.items is None or arguments.star or arguments.double_star or len(arguments.values()) != 1
    if unfit or container.kind != "Sequential" or container.items is None:
        return unfollowed(evaluator, evaluator.machine.unknown(f"{container.kind}(…)", node), arguments, node)
    value = arguments.values()[0]
    for module in container.items.values():
        if isinstance(module, Unknown):
            touches.by_call(evaluator.machine, module, Arguments((value,)), None)
        value = calls.call(evaluator, module, Arguments((value,)), node)
    return value


def container_method(evaluator: Evaluator, ref: Ref, container: Container, name: str, arguments: Arguments, node: cst.Call) -> Value:
    """A method of a container."""
    world = evaluator.machine.world
    if name in ("forward", "__call__"):
        return run_container(evaluator, container, arguments, node)
    if name in IDENTITY_METHODS:
        return ref
    if name in _VIEWS:
        return evaluator.new_list(None if container.items is None else _VIEWS[name](container.items))
    if name in _CHANGES:
        known = not (arguments.star or arguments.double_star) and container.items is not None
        changed = _CHANGES[name](evaluator, dict(container.items or {}), arguments.values()) if known else None
        world.set(ref, Container(container.kind, changed))
        return ref if name in ("append", "extend") else None
    if name == "pop":
        return _pop(evaluator, ref, container, arguments, node)
    if name not in _SILENT and name not in ("parameters", "named_parameters", "modules", "named_modules", "state_dict", "buffers", "__len__"):
        world.havoc(ref, f"{name} is not followed", deep=False)
    return evaluator.machine.unknown(f"{name}()", node, opaque=True)


_VIEWS = {
    "children": lambda items: tuple(items.values()),
    "values": lambda items: tuple(items.values()),
    "keys": lambda items: tuple(items),
    "items": lambda items: tuple(items.items()),
    "named_children": lambda items: tuple(items.items()),
}


def _append(evaluator: Evaluator, items: dict[str, Value], values: tuple[Value, ...]) -> dict[str, Value] | None:
    return {**items, str(len(items)): values[0]} if len(values) == 1 and str(len(items)) not in items else None


def _extend(evaluator: Evaluator, items: dict[str, Value], values: tuple[Value, ...]) -> dict[str, Value] | None:
    more = evaluator.items(values[0]) if len(values) == 1 else None
    for value in more or ():
        items[str(len(items))] = value
    return None if more is None else items


def _insert(evaluator: Evaluator, items: dict[str, Value], values: tuple[Value, ...]) -> dict[str, Value] | None:
    if len(values) != 2 or not isinstance(values[0], int):
        return None
    changed = list(items.values())
    changed.insert(values[0], values[1])
    return _numbered(tuple(changed))


def _add(evaluator: Evaluator, items: dict[str, Value], values: tuple[Value, ...]) -> dict[str, Value] | None:
    return {**items, values[0]: values[1]} if len(values) == 2 and isinstance(values[0], str) else None


def _update(evaluator: Evaluator, items: dict[str, Value], values: tuple[Value, ...]) -> dict[str, Value] | None:
    more = _named(evaluator, values[0]) if len(values) == 1 else None
    return None if more is None else {**items, **more}


_CHANGES: dict[str, Any] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "add_module": _add,
    "register_module": _add,
    "update": _update,
    "clear": lambda evaluator, items, values: {},
}


def _pop(evaluator: Evaluator, ref: Ref, container: Container, arguments: Arguments, node: cst.CSTNode) -> Value:
    key = arguments.values()[0] if arguments.values() else -1
    held = container.items
    names = list(held or {})
    if held is None or isinstance(key, bool) or not isinstance(key, (int, str)):
        evaluator.machine.world.set(ref, Container(container.kind, None))
        return evaluator.machine.unknown("pop()", node, opaque=True)
    if isinstance(key, int) and not -len(names) <= key < len(names):
        raise Raised
    name = names[key] if isinstance(key, int) else key
    if name not in held:
        raise Raised
    rest = {other: value for other, value in held.items() if other != name}
    evaluator.machine.world.set(ref, Container(container.kind, rest if container.kind == "ModuleDict" else _numbered(tuple(rest.values()))))
    return held[name]


def subscript(evaluator: Evaluator, container: Container, index: Value, node: cst.CSTNode) -> Value:
    """`container[index]`."""
    held = container.items
    if held is None or not (isinstance(index, slice) or is_exact(index)):
        return evaluator.machine.unknown(f"a module of a {container.kind}", node, opaque=True)
    if isinstance(index, slice):
        if not all(part is None or isinstance(part, int) for part in (index.start, index.stop, index.step)):
            return evaluator.machine.unknown(f"a module of a {container.kind}", node, opaque=True)
        chosen = list(held.items())[index]
        kept = dict(chosen) if container.kind == "Sequential" else _numbered(tuple(value for _, value in chosen))
        return evaluator.machine.world.allocate(Container(container.kind, kept))
    names = list(held)
    if isinstance(index, int) and container.kind != "ModuleDict" and -len(names) <= index < len(names):
        return held[names[index]]
    if isinstance(index, str) and index in held and container.kind == "ModuleDict":
        return held[index]
    raise Raised


def put_item(evaluator: Evaluator, ref: Ref, container: Container, index: Value, value: Value) -> None:
    """`container[index] = value`."""
    held = container.items
    names = list(held or {})
    name: Value = index
    if isinstance(index, int) and not isinstance(index, bool) and container.kind != "ModuleDict":
        name = names[index] if -len(names) <= index < len(names) else None
    known = held is not None and isinstance(name, str)
    evaluator.machine.world.set(ref, Container(container.kind, {**held, name: value} if known and held is not None else None))


# -- modules by name ---------------------------------------------------------------------------------------------------------


def is_module(name: str) -> bool:
    """Whether a dotted name is a layer of the table or a container."""
    return name in CONTAINERS or table.module_name(name) is not None


def make(evaluator: Evaluator, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """The layer or container that a dotted name builds."""
    if name in CONTAINERS:
        return contain(evaluator, CONTAINERS[name], arguments, node)
    short = table.module_name(name)
    assert short is not None
    return build(evaluator, short, table.module_row(short), arguments, node)


def call_own(evaluator: Evaluator, name: str, row: Row, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A layer or function of the project's own, which has a row: run on a tensor, or constructed."""
    if arguments.positional and isinstance(evaluator.machine.world.resolve(arguments.positional[0]), Tensor):
        signature = f"{row.inputs}, {row.signature}" if row.signature else f"{row.inputs}, *rest"
        values = tensors.seen_arguments(evaluator, signature, arguments)
        return evaluator.machine.unknown(f"{name}(…)", node, opaque=True) if values is None else tensors.run(evaluator, name, row, values, node)
    return build(evaluator, name, row, arguments, node)
