"""Attributes and subscripts: of modules, classes, instances, layers, tensors, lists and dicts."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import libcst as cst

from convt_lint.interpret import modules, sizes, tensors, touches
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import (
    MAX_TERM,
    MEMBERS,
    Array,
    Bound,
    ClassObject,
    Container,
    CursorObject,
    DictObject,
    EndlessObject,
    External,
    Function,
    GeneratorObject,
    Initialiser,
    Instance,
    Layer,
    ListObject,
    Method,
    Module,
    Partial,
    PartialShape,
    Record,
    Ref,
    Row,
    SetObject,
    Super,
    Tensor,
    Text,
    Unknown,
    Value,
    View,
    is_exact,
)
from convt_lint.syntax.names import dotted
from convt_lint.torch_api import LAYERS

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

LAYER_SLOT = "(layer)"
MAX_BASES_DEEP = 40
_PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})
_OPEN_BASES = _PLAIN_BASES | {"torch.nn.Module", "torch.nn.modules.Module", "torch.nn.modules.module.Module"}
_GEOMETRY = ("kernel_size", "stride", "padding", "output_padding", "dilation")


CONSTANTS = {**{f"math.{name}": getattr(math, name) for name in ("pi", "e", "tau", "inf")}, "typing.TYPE_CHECKING": False}


def get(evaluator: Evaluator, owner: Value, name: str, node: cst.CSTNode) -> Value:
    """`owner.name`."""
    machine = evaluator.machine
    owner = machine.world.resolve(owner)
    if isinstance(owner, External):
        full = f"{owner.name}.{name}"
        if full in CONSTANTS:
            return CONSTANTS[full]
        return machine.unknown(f"{full} (patched)", node) if full in machine.patched else External(full)
    if isinstance(owner, Unknown):
        return sizes.rank(evaluator, owner.term) if name == "ndim" else attribute_of_unknown(owner, name)
    if name in _INSIDES and _opens(evaluator, owner, name):
        return machine.unknown(name, node, opaque=True)
    if isinstance(owner, Ref):
        return _of_object(evaluator, owner, name, node)
    if isinstance(owner, (Row, *MEMBERS)):
        return _of_record(evaluator, owner, name, node)
    if isinstance(owner, Super):
        return _of_super(evaluator, owner, name, node)
    if isinstance(owner, Layer):
        return _of_layer(evaluator, owner, name, node)
    if isinstance(owner, Array):
        return Method(owner, name) if name != "shape" else tensors.attribute(evaluator, owner.tensor, name, node)
    if isinstance(owner, Module):
        found = modules.attribute(evaluator, owner, name, node)
        return Method(owner, name) if found is None else found
    if isinstance(owner, Tensor):
        found = tensors.attribute(evaluator, owner, name, node)
        return Method(owner, name) if found is None else found
    if isinstance(owner, Function) and name in ("__name__", "__qualname__"):
        return _name_of(evaluator, owner, node)
    if isinstance(owner, (str, tuple, Text, PartialShape, Function, Partial, View, int, float)):
        return Method(owner, name)
    return machine.unknown(name, node, owner)


_INSIDES = frozenset({"__dict__", "_parameters", "_buffers", "_modules"})


def _opens(evaluator: Evaluator, owner: Value, name: str) -> bool:
    """Whether `owner.name` opens an object to changes that are not seen; nothing known of it holds then."""
    world = evaluator.machine.world
    content = world.get(owner) if isinstance(owner, Ref) else None
    if isinstance(content, Instance):
        if name in content.attributes:
            return False
        kept = {other: world.fresh(f"{other} ({name} is used)", owner.key, other, opaque=True) for other in content.attributes}
        world.set(owner, Instance(content.cls, kept, complete=False))
        return True
    if isinstance(owner, (Layer, Module)) or isinstance(content, Container):
        tamper(evaluator, owner)
        return True
    return False


def _name_of(evaluator: Evaluator, function: Function, node: cst.CSTNode) -> Value:
    """`f.__name__`. A wrapper that `functools.wraps` makes bears another's."""
    decorators = function.node.decorators if isinstance(function.node, cst.FunctionDef) else ()
    wraps = any(isinstance(d.decorator, cst.Call) and dotted(d.decorator.func).endswith("wraps") for d in decorators)
    return evaluator.machine.unknown("__name__", node) if wraps or isinstance(function.node, cst.Lambda) else function.name


def attribute_of_unknown(owner: Unknown, name: str) -> Unknown:
    """Read twice, the same attribute of the same unknown is the same value."""
    term = ("attr", owner.term, name) if owner.size < MAX_TERM else ("attr", ("deep", name), name)
    free = owner.bases == {owner.term}
    cause = f"{owner.cause}.{name}" if len(owner.cause) < 80 else owner.cause
    return Unknown(cause, term, frozenset({term}) if free else owner.bases, owner.opaque or owner.size >= MAX_TERM, size=min(owner.size + 1, MAX_TERM))


def lineage(evaluator: Evaluator, cls: Ref) -> list[Value]:
    """The class and its bases in Python's order (C3): Refs of the file's classes, other values as they are. The list is shared: not to be changed."""
    heap, known = evaluator.machine.world.heap, evaluator.machine.lineages
    found = known.get(cls.key)
    if found is not None and all(_bases(heap.get(key)) is bases for key, bases in found[0]):
        return found[1]
    order = _linearise(evaluator, cls, {}, 0)
    known[cls.key] = ([(base.key, bases) for base in order if isinstance(base, Ref) and (bases := _bases(heap.get(base.key))) is not None], order)
    return order


def _bases(content: object) -> tuple[Value, ...] | None:
    return content.bases if isinstance(content, ClassObject) else None


def _linearise(evaluator: Evaluator, cls: Value, known: dict[int, list[Value]], depth: int) -> list[Value]:
    """`known` holds the orders already found; a class that derives from itself stands alone."""
    content = evaluator.machine.world.heap.get(cls.key) if isinstance(cls, Ref) else None
    if not isinstance(content, ClassObject) or depth > MAX_BASES_DEEP:
        return [cls]
    if cls.key not in known:
        known[cls.key] = [cls]
        rows = [_linearise(evaluator, base, known, depth + 1) for base in content.bases]
        known[cls.key] = [cls, *(rows[0] if len(rows) == 1 else _merge([*rows, list(content.bases)]))]
    return known[cls.key]


def _merge(rows: list[list[Value]]) -> list[Value]:
    """C3's merge; where the bases contradict each other (Python refuses the class) the rest follows as it stands."""
    out: list[Value] = []
    left = {index: deque(row) for index, row in enumerate(rows) if row}
    behind = Counter(item for row in rows for item in row[1:])
    headed: dict[Value, list[int]] = {}
    for index, row in left.items():
        headed.setdefault(row[0], []).append(index)
    while left:
        head = next((row[0] for row in left.values() if not behind[row[0]]), None)
        if head is None:
            return list(dict.fromkeys([*out, *chain.from_iterable(left.values())]))
        out.append(head)
        for index in headed.pop(head):
            row = left[index]
            row.popleft()
            if row:
                behind[row[0]] -= 1
                headed.setdefault(row[0], []).append(index)
            else:
                del left[index]
    return out


def layer_base(evaluator: Evaluator, cls: Ref) -> External | None:
    """The torch layer or container that a class derives from, if any."""
    found = (base for base in lineage(evaluator, cls) if isinstance(base, External))
    return next((base for base in found if base.name in LAYERS or modules.is_module(base.name)), None)


def has(evaluator: Evaluator, owner: Value, name: str) -> bool | None:
    """Whether an object of a class of the file has an attribute; None where that is not known."""
    machine = evaluator.machine
    content = machine.world.get(owner) if isinstance(owner, Ref) else None
    if not isinstance(owner, Ref) or not isinstance(content, Instance):
        return None
    if name in content.attributes or (find_in_class(evaluator, content.cls, name)[0] is not None and owner.key not in machine.entry_instances):
        return True
    certain = content.complete and is_bare(evaluator, content.cls) and machine.world.get(content.cls).plain and not hasattr(object, name)
    return False if certain and name not in machine.changed_attributes and owner.key not in machine.entry_instances else None


def is_bare(evaluator: Evaluator, cls: Ref) -> bool:
    """Whether nothing but the file's own code can give instances of a class attributes."""
    return all(isinstance(base, Ref) or (isinstance(base, External) and base.name in _PLAIN_BASES) for base in lineage(evaluator, cls))


def is_transparent(base: Value) -> bool:
    """Whether a base that is not in the file is known to set no attributes of its own that a subclass could mean."""
    return isinstance(base, External) and (
        base.name in ("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol") or base.name.split(".")[0] in ("torch", "unittest")
    )


def find_in_class(evaluator: Evaluator, cls: Ref, name: str, *, after: Ref | None = None) -> tuple[Ref | None, Value | None]:
    """Where a class or its bases define a name: (the defining class, the value), or (None, the foreign base that may define it)."""
    order = lineage(evaluator, cls)
    foreign: Value | None = None
    for base in order[order.index(after) + 1 if after in order else 0 :]:
        content = evaluator.machine.world.heap.get(base.key) if isinstance(base, Ref) else None
        if isinstance(content, ClassObject):
            if name in content.namespace:
                return base, content.namespace[name]
        elif isinstance(base, External) and base.name in _OPEN_BASES:
            foreign = foreign or (base if base.name == "torch.nn.Module" else None)
        else:
            return None, base
    return None, foreign


def _of_object(evaluator: Evaluator, owner: Ref, name: str, node: cst.CSTNode) -> Value:
    from convt_lint.interpret import dict_classes

    machine = evaluator.machine
    content = machine.world.get(owner)
    if isinstance(content, DictObject) and content.cls is not None:
        found = dict_classes.attribute(evaluator, owner, content, name, node)
        return Method(owner, name) if found is NotImplemented else found
    if isinstance(content, (ListObject, DictObject, SetObject, GeneratorObject, EndlessObject, CursorObject)):
        return Method(owner, name)
    if isinstance(content, Container):
        return content.items[name] if content.items is not None and name in content.items else Method(owner, name)
    if isinstance(content, ClassObject):
        if name == "__name__":
            return content.name
        home, value = find_in_class(evaluator, owner, name)
        if home is None and content.record is not None:
            found = _of_record_class(evaluator, owner, content.record, name)
            if found is not NotImplemented:
                return found
        if home is None:
            return External(f"{value.name}.{name}") if isinstance(value, External) else machine.unknown(f"{content.name}.{name}", node)
        if isinstance(value, Function):
            return value if value.flavour != "classmethod" else Bound(owner, value)
        if isinstance(value, (Initialiser, *MEMBERS)):
            return value
        return value if machine.world.get(home).plain else machine.unknown(f"{content.name}.{name}", node)
    if isinstance(content, Instance):
        return _of_instance(evaluator, owner, content, name, node)
    return machine.unknown(name, node)


def _of_instance(evaluator: Evaluator, owner: Ref, content: Instance, name: str, node: cst.CSTNode) -> Value:
    from convt_lint.interpret.functions import call_function

    machine = evaluator.machine
    cls = machine.world.get(content.cls)
    if not cls.plain and find_in_class(evaluator, content.cls, "__getattribute__")[0] is not None:
        return machine.unknown(f"self.{name}", node)
    if name in content.attributes:
        return content.attributes[name]
    if name == "__setattr__":
        return Method(owner, name)
    if name == "__class__":
        return content.cls
    home, value = find_in_class(evaluator, content.cls, name)
    missing = Unknown(f"self.{name}", ("attr", ("object", owner.key), name), frozenset({("attr", ("object", owner.key), name)}))
    if home is None:
        if LAYER_SLOT in content.attributes:
            return get(evaluator, content.attributes[LAYER_SLOT], name, node)
        return Method(owner, name) if value is not None else missing
    if owner.key in machine.entry_instances and name in machine.overridden.get(id(cls.node), ()):
        return evaluator.about(f"self.{name} (overridden in a subclass)", owner, node)
    if isinstance(value, Function):
        if value.flavour == "property":
            return call_function(evaluator, value, Arguments((owner,)), node)
        if value.flavour == "cached property":
            result = call_function(evaluator, value, Arguments((owner,)), node)
            content = machine.world.get(owner)
            machine.world.set(owner, Instance(content.cls, {**content.attributes, name: result}, content.complete))
            return result
        if value.flavour == "staticmethod":
            return value
        return Bound(content.cls if value.flavour == "classmethod" else owner, value)
    if isinstance(value, Initialiser):
        return Bound(owner, value)
    if isinstance(value, (External, Layer)) or (cls.plain and machine.world.get(home).plain and content.complete):
        return value
    return missing


def _of_record(evaluator: Evaluator, owner: Value, name: str, node: cst.CSTNode) -> Value:
    """An attribute of a NamedTuple's instance or of an enum's member; what neither they nor their class have is a method of tuples, ints or texts."""
    from convt_lint.interpret import enums, records

    found = records.row_attribute(evaluator, owner, name, node) if isinstance(owner, Row) else enums.member_attribute(evaluator, owner, name, node)
    return Method(owner, name) if found is NotImplemented else found


def of_kind(evaluator: Evaluator, owner: Value, kind: Ref, name: str, node: cst.CSTNode) -> Value:
    """What the class of a value that lives on no heap says of an attribute; NotImplemented where it says nothing."""
    from convt_lint.interpret.functions import call_function

    home, value = find_in_class(evaluator, kind, name)
    if name == "__class__":
        return kind
    if home is None:
        return NotImplemented
    if not isinstance(value, Function):
        return value
    if value.flavour in ("property", "cached property"):
        return call_function(evaluator, value, Arguments((owner,)), node)
    return value if value.flavour == "staticmethod" else Bound(kind if value.flavour == "classmethod" else owner, value)


def _of_record_class(evaluator: Evaluator, owner: Ref, record: Record, name: str) -> Value:
    """`Stage._fields`, `Stage._make`, `Mode.__members__`; NotImplemented for other names."""
    if record.kind == "named tuple" and name == "_fields":
        return tuple(field.name for field in record.fields)
    if record.kind == "named tuple" and name == "_make":
        return Method(owner, name)
    if record.kind == "enum" and name == "__members__":
        return evaluator.new_dict({**record.members})
    return NotImplemented


def _of_super(evaluator: Evaluator, owner: Super, name: str, node: cst.CSTNode) -> Value:
    machine = evaluator.machine
    content = machine.world.get(owner.receiver) if isinstance(owner.receiver, Ref) else None
    if isinstance(owner.receiver, Ref) and owner.receiver.key in machine.entry_instances and id(machine.world.get(owner.cls).node) in machine.mixed:
        return Bound(owner.receiver, machine.unknown(f"super().{name} (depends on the subclass)", node))
    start = content.cls if isinstance(content, Instance) else owner.receiver if isinstance(content, ClassObject) else owner.cls
    home, value = find_in_class(evaluator, start, name, after=owner.cls)
    if home is not None:
        return Bound(owner.receiver, value) if isinstance(value, Initialiser) or (isinstance(value, Function) and value.flavour != "staticmethod") else value
    if isinstance(value, External):
        return Bound(owner.receiver, External(f"{value.name}.{name}"))
    if value is None:
        return Bound(owner.receiver, External(f"builtins.object.{name}"))
    return Bound(owner.receiver, machine.unknown(f"super().{name}", node))


def _of_layer(evaluator: Evaluator, owner: Layer, name: str, node: cst.CSTNode) -> Value:
    fact = owner.fact
    if fact in evaluator.machine.world.tampered:
        return evaluator.machine.unknown(f"{fact.layer.name}.{name}", node)
    if name in _GEOMETRY:
        values = fact.integers(name)
        if None not in values:
            return values
        return evaluator.machine.unknown(f"{fact.layer.name}.{name}", node)
    if name in ("in_channels", "out_channels", "groups"):
        value = fact.arguments.get(name)
        return value if isinstance(value, int) else evaluator.machine.unknown(f"{fact.layer.name}.{name}", node)
    return Method(owner, name)


def put(evaluator: Evaluator, owner: Value, name: str, value: Value) -> None:
    """`owner.name = value`."""
    from convt_lint.interpret.functions import call_function

    world = evaluator.machine.world
    owner = world.resolve(owner)
    if isinstance(owner, External):
        evaluator.machine.patched.add(f"{owner.name}.{name}")
    elif isinstance(owner, Unknown):
        world.known[attribute_of_unknown(owner, name).term] = value
    elif isinstance(owner, (Layer, Module)):
        if name not in ("bias", "training"):
            tamper(evaluator, owner)
    elif isinstance(owner, Ref):
        content = world.get(owner)
        if isinstance(content, Instance):
            if LAYER_SLOT in content.attributes and name in (*_GEOMETRY, "groups", "forward"):
                tamper(evaluator, content.attributes[LAYER_SLOT])
            if find_in_class(evaluator, content.cls, "__setattr__")[0] is not None:
                value = evaluator.machine.unknown(f"self.{name} (__setattr__)", None)
            home, defined = find_in_class(evaluator, content.cls, name)
            if isinstance(defined, Function) and defined.flavour == "property" and defined.setter is not None:
                call_function(evaluator, defined.setter, Arguments((owner, value)), defined.setter.node)
                return
            property_like = isinstance(defined, Unknown) or (isinstance(defined, Function) and defined.flavour == "property")
            if home is not None and (property_like or is_descriptor(evaluator, defined)):
                value = evaluator.machine.unknown(f"self.{name} (a property)", None)
                world.havoc(owner, f"{name} is set through a property", deep=False)
                content = world.get(owner)
            world.set(owner, Instance(content.cls, {**content.attributes, name: value}, content.complete))
        elif isinstance(content, Container):
            modules.put_item(evaluator, owner, content, name, value)
        elif isinstance(content, DictObject) and content.cls is not None:
            world.set(owner, replace(content, items=None if content.items is None else {**content.items, name: value}))
        elif isinstance(content, ClassObject):
            world.set(owner, replace(content, namespace={**content.namespace, name: value}))


def delete(evaluator: Evaluator, owner: Value, name: str) -> None:
    """`del owner.name`."""
    world = evaluator.machine.world
    content = world.get(owner) if isinstance(owner, Ref) else None
    if isinstance(content, Instance) and name in content.attributes and find_in_class(evaluator, content.cls, "__delattr__")[0] is None:
        world.set(owner, Instance(content.cls, {k: v for k, v in content.attributes.items() if k != name}, content.complete))
    elif isinstance(owner, Layer):
        tamper(evaluator, owner)
    else:
        world.havoc(owner, "del", deep=False)


def is_descriptor(evaluator: Evaluator, value: Value) -> bool:
    """Whether a value of a class is an object that answers for an attribute itself."""
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    return isinstance(content, Instance) and any(find_in_class(evaluator, content.cls, name)[0] is not None for name in ("__get__", "__set__"))


def tamper(evaluator: Evaluator, layer: Value) -> None:
    """The code changes a layer after building it: what was known of it no longer holds, nor what was said of its construction."""
    machine = evaluator.machine
    if isinstance(layer, Ref):
        machine.world.havoc(layer, "changed after it was built", deep=False)
    if isinstance(layer, (Module, Ref)):
        machine.world.tampered |= {layer}
    if not isinstance(layer, Layer):
        return
    machine.world.tampered |= {layer.fact}
    machine.facts[:] = [fact for fact in machine.facts if fact is not layer.fact and getattr(fact, "layer", None) is not layer.fact]
    touches.by_change(machine, layer.fact, "a change")


def _hand_out(evaluator: Evaluator, items: Any) -> None:
    """An element, it is not known which, goes out under another name: it may be changed through that."""
    for item in items or ():
        evaluator.machine.world.havoc(item, "reached under another name")


def subscript(evaluator: Evaluator, owner: Value, index: Value, node: cst.CSTNode) -> Value:
    """`owner[index]`."""
    from convt_lint.interpret import protocols
    from convt_lint.interpret.containers import item_of

    machine = evaluator.machine
    owner = machine.world.resolve(owner)
    if isinstance(owner, Ref):
        content = machine.world.get(owner)
        if isinstance(content, DictObject):
            if content.items is not None and is_exact(index):
                return item_of(evaluator, owner, content, index)
            _hand_out(evaluator, (content.items or {}).values())
            return evaluator.about("an item of a dict", owner, node) if content.items is None else machine.unknown("a dict's key", node, index)
        if isinstance(content, ListObject) and content.items is not None:
            found = _pick(content.items, index)
            if isinstance(found, tuple) and isinstance(index, slice):
                return evaluator.new_list(found)
            if found is not _NOTHING:
                return found
            _hand_out(evaluator, content.items)
        if isinstance(content, Container):
            return modules.subscript(evaluator, content, index, node)
        if isinstance(content, Instance) and isinstance(content.attributes.get(LAYER_SLOT), Ref):
            return subscript(evaluator, content.attributes[LAYER_SLOT], index, node)
        if isinstance(content, Instance):
            found = protocols.invoke(evaluator, owner, "__getitem__", node, index)
            return machine.unknown("an item of an object", node, index) if found is NotImplemented else found
        if isinstance(content, ClassObject):
            return _of_class_item(evaluator, owner, content, index, node)
        return machine.unknown("an item of a list", node, index)
    if isinstance(owner, (tuple, str, range)):
        found = _pick(owner, index)
        return found if found is not _NOTHING else machine.unknown("an item of a tuple", node, index)
    if isinstance(owner, PartialShape):
        return sizes.item(evaluator, owner, index, node)
    if isinstance(owner, Tensor):
        return tensors.subscript(evaluator, owner, index, node)
    if isinstance(owner, External):
        return (
            owner
            if owner.name.startswith("typing.") or owner.name.startswith("builtins.")
            else subscript(evaluator, evaluator.opaque_value(owner), index, node)
        )
    if isinstance(owner, Unknown):
        if isinstance(index, int) and index >= 0 and (named := sizes.named(owner)) is not None:
            return sizes.named_item(evaluator, named, index)
        if not is_exact(index) or owner.size >= MAX_TERM:
            return machine.derived(owner.cause, "item", owner, evaluator.operand(index) if not isinstance(index, slice) else slice_operand(evaluator, index))
        term = ("item", owner.term, index if isinstance(index, (int, str)) else repr(index))
        free = owner.bases == {owner.term}
        cause = f"{owner.cause}[{index!r}]" if len(owner.cause) < 80 and len(repr(index)) < 40 else owner.cause
        return Unknown(cause, term, frozenset({term}) if free else owner.bases, owner.opaque, size=owner.size + 1)
    touches.by_call(machine, External("[…]"), Arguments((owner,)), node)
    return machine.unknown("an item", node, index)


def slice_operand(evaluator: Evaluator, index: slice) -> Value:
    """A slice as an operand: its text where its bounds are known, else its bounds (a text of unknown ones would double with each slice in a slice)."""
    bounds = (index.start, index.stop, index.step)
    return repr(index) if all(bound is None or isinstance(bound, int) for bound in bounds) else tuple(map(evaluator.operand, bounds))


def _of_class_item(evaluator: Evaluator, owner: Ref, content: ClassObject, index: Value, node: cst.CSTNode) -> Value:
    """`Mode["UP"]` of an enum, `Stack[int]` of a generic class."""
    from convt_lint.interpret import enums

    if content.record is not None and content.record.kind == "enum":
        return enums.by_name(evaluator, content.record, index, node)
    if External("typing.Generic") in lineage(evaluator, owner):
        return owner
    return evaluator.machine.unknown("an item of a class", node, index)


_NOTHING: Any = object()


def _pick(items: Any, index: Value) -> Value:
    if isinstance(index, slice):
        return items[index] if all(part is None or isinstance(part, int) for part in (index.start, index.stop, index.step)) else _NOTHING
    if isinstance(index, int):
        if -len(items) <= index < len(items):
            return items[index]
        raise Raised
    return _NOTHING
