"""The functions of dataclasses, namedtuple and SimpleNamespace: `field`, `replace`, `asdict`, `fields` and kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import attributes
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.copies import rebuilt
from convt_lint.interpret.records import DATACLASS, record_of
from convt_lint.interpret.values import NO_VALUE, ClassObject, External, Field, Instance, Partial, Record, Ref, Value

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


def _field(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    given = dict(arguments.keywords)
    flags = {name: given.pop(name, None) for name in ("init", "kw_only")}
    if arguments.positional or arguments.double_star or any(flag not in (None, True, False) for flag in flags.values()):
        return NotImplemented
    only: Any = flags["kw_only"]
    return Field("", given.get("default", NO_VALUE), given.get("default_factory", NO_VALUE), flags["init"] is not False, only)


def _dataclass(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`dataclass(...)`, which gives the decorator."""
    if arguments.positional or arguments.double_star:
        return NotImplemented
    return Partial(DATACLASS, (), arguments.keywords)


def _named_tuple(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`namedtuple("Stage", "kernel stride", defaults=[2])` and `typing.NamedTuple("Stage", [("kernel", int)])`."""
    name, listed = arguments.get(0, "typename"), arguments.get(1, "field_names" if len(arguments.positional) < 2 else "fields")
    options = dict(arguments.keywords)
    if not isinstance(name, str) or options.keys() - {"typename", "field_names", "defaults", "module"} or arguments.star or arguments.double_star:
        return NotImplemented
    names = tuple(listed.replace(",", " ").split()) if isinstance(listed, str) else evaluator.items(listed)
    names = None if names is None else tuple(item[0] if isinstance(item, tuple) and len(item) == 2 else item for item in names)
    given = options.get("defaults")
    defaults = () if given is None else evaluator.items(given)
    if names is None or defaults is None or not all(isinstance(item, str) for item in names) or len(defaults) > len(names):
        return NotImplemented
    padded = (*(NO_VALUE for _ in names[len(defaults) :]), *defaults)
    record = Record("named tuple", tuple(Field(name, default, NO_VALUE) for name, default in zip(names, padded, strict=True)))
    assert isinstance(node, cst.Call)
    return evaluator.machine.world.allocate(ClassObject(name, node, (External("builtins.object"),), {}, True, record))


def _replace(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`dataclasses.replace(config, stride=2)`: the class is called anew with what the instance holds."""
    from convt_lint.interpret.calls import call

    source = _dataclass_instance(evaluator, arguments)
    if source is None or arguments.double_star or arguments.star or not isinstance(node, cst.Call):
        return NotImplemented
    ref, content, fields = source
    given = dict(arguments.keywords)
    for field in fields:
        if field.init and field.stored and field.name not in given:
            given[field.name] = attributes.get(evaluator, ref, field.name, node)
    return call(evaluator, content.cls, Arguments(keywords=tuple(given.items())), node)


def _dataclass_instance(evaluator: Evaluator, arguments: Arguments) -> tuple[Ref, Instance, tuple[Field, ...]] | None:
    """The instance of a dataclass that a call is given first, with its fields."""
    ref = arguments.positional[0] if arguments.positional else None
    content = evaluator.machine.world.get(ref) if isinstance(ref, Ref) else None
    if not isinstance(ref, Ref) or not isinstance(content, Instance):
        return None
    record = record_of(evaluator, content.cls, "dataclass")
    return None if record is None else (ref, content, record.fields)


def _as_dict(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    return NotImplemented if _dataclass_instance(evaluator, arguments) is None else _unfolded(evaluator, arguments.positional[0], node, 0)


def _unfolded(evaluator: Evaluator, value: Value, node: cst.CSTNode, depth: int) -> Value:
    """What `asdict` makes of a value: dataclasses become dicts, lists and dicts are copied."""
    source = _dataclass_instance(evaluator, Arguments((value,)))
    if depth > MAX_NESTED:
        return evaluator.machine.unknown("a deep dataclass", node)
    if source is not None:
        held = {field.name: attributes.get(evaluator, value, field.name, node) for field in source[2] if field.stored}
        unfolded = {name: _unfolded(evaluator, item, node, depth + 1) for name, item in held.items()}
        return evaluator.new_dict({**unfolded})
    return rebuilt(evaluator, value, lambda item: _unfolded(evaluator, item, node, depth + 1))


MAX_NESTED = 12


def _as_tuple(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    source = _dataclass_instance(evaluator, arguments)
    if source is None:
        return NotImplemented
    held = [attributes.get(evaluator, source[0], field.name, node) for field in source[2] if field.stored]
    return tuple(_flattened(evaluator, value, node, 0) for value in held)


def _flattened(evaluator: Evaluator, value: Value, node: cst.CSTNode, depth: int) -> Value:
    if depth > MAX_NESTED:
        return evaluator.machine.unknown("a deep dataclass", node)
    if _dataclass_instance(evaluator, Arguments((value,))) is not None:
        return _as_tuple(evaluator, Arguments((value,)), node)
    return rebuilt(evaluator, value, lambda item: _flattened(evaluator, item, node, depth + 1))


def _fields_of(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`dataclasses.fields(x)`: objects with a name and a default."""
    given = arguments.positional[0] if len(arguments.positional) == 1 else None
    content = evaluator.machine.world.get(given) if isinstance(given, Ref) else None
    cls = content.cls if isinstance(content, Instance) else given if isinstance(content, ClassObject) else None
    record = record_of(evaluator, cls, "dataclass") if isinstance(cls, Ref) else None
    if record is None or not isinstance(node, cst.Call):
        return NotImplemented
    stored = [field for field in record.fields if field.stored]
    return tuple(namespace(evaluator, {"name": f.name} | ({"default": f.default} if f.default is not NO_VALUE else {}), node) for f in stored)


def namespace(evaluator: Evaluator, held: dict[str, Value], node: cst.Call, *, complete: bool = True) -> Ref:
    """An object that has these attributes and no class of the file."""
    world = evaluator.machine.world
    cls = world.allocate(ClassObject("SimpleNamespace", node, (External("builtins.object"),), {}, True))
    return world.allocate(Instance(cls, held, complete))


def _simple_namespace(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    if arguments.positional or not isinstance(node, cst.Call):
        return NotImplemented
    return namespace(evaluator, dict(arguments.keywords), node, complete=not arguments.double_star)


def _is_dataclass(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    given = arguments.positional[0] if len(arguments.positional) == 1 else None
    if _dataclass_instance(evaluator, arguments) is not None:
        return True
    if isinstance(given, Ref) and isinstance(evaluator.machine.world.get(given), ClassObject) and record_of(evaluator, given, "dataclass") is not None:
        return True
    return NotImplemented


FUNCTIONS: dict[str, Callable[[Evaluator, Arguments, cst.CSTNode], Value]] = {
    "dataclasses.field": _field,
    "dataclasses.dataclass": _dataclass,
    "dataclasses.replace": _replace,
    "copy.replace": _replace,
    "dataclasses.asdict": _as_dict,
    "dataclasses.astuple": _as_tuple,
    "dataclasses.fields": _fields_of,
    "dataclasses.is_dataclass": _is_dataclass,
    "collections.namedtuple": _named_tuple,
    "typing.NamedTuple": _named_tuple,
    "types.SimpleNamespace": _simple_namespace,
    "argparse.Namespace": _simple_namespace,
}
