"""Classes that Python writes for their author: dataclasses and NamedTuples, which a class body declares, and how their instances are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.functions import call_function
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import (
    NO_VALUE,
    ClassObject,
    External,
    Field,
    Function,
    Initialiser,
    Instance,
    Partial,
    Record,
    Ref,
    Row,
    Unknown,
    Value,
    fits,
)
from convt_lint.interpret.world import World

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

DATACLASS = External("dataclasses.dataclass")
_NAMED_TUPLES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
_PSEUDO = ("ClassVar", "InitVar", "KW_ONLY")


# -- recognising -------------------------------------------------------------------------------------------------------------


def options_of(decorator: Value) -> dict[str, Value] | None:
    """The arguments of a `@dataclass` decorator, None for another one."""
    if decorator == DATACLASS:
        return {}
    if isinstance(decorator, Partial) and decorator.function == DATACLASS and not decorator.arguments:
        return dict(decorator.keywords)
    return None


def dataclass_of(evaluator: Evaluator, world: World, ref: Ref, decorator: Value) -> ClassObject:
    """The class as `@dataclass` leaves it; unchanged, and not plain, where its fields are not certain."""
    content: ClassObject = world.get(ref)
    given = options_of(decorator) or {}
    known = all(isinstance(value, bool) for value in given.values()) and given.keys() <= _OPTIONS
    declared = _declared(evaluator, content) if known and _bases_are_known(evaluator, ref) else None
    fields = None if declared is None else _fields(evaluator, content, declared, bool(given.get("kw_only")))
    if fields is None:
        return replace(content, plain=False)
    namespace = {name: value for name, value in content.namespace.items() if not isinstance(value, Field)}
    namespace |= {name: value.default for name, value in content.namespace.items() if isinstance(value, Field) and value.default is not NO_VALUE}
    inherited = {field.name: field for field in _inherited(evaluator, ref)}
    every = tuple({**inherited, **{field.name: field for field in fields}}.values())
    if given.get("init", True) and "__init__" not in namespace:
        namespace["__init__"] = Initialiser(every)
    return replace(content, namespace=namespace, record=Record("dataclass", every))


_OPTIONS = frozenset({"init", "repr", "eq", "order", "unsafe_hash", "frozen", "match_args", "kw_only", "slots", "weakref_slot"})


def _bases_are_known(evaluator: Evaluator, ref: Ref) -> bool:
    """Whether no base outside the file can declare fields or take part in making instances."""
    return all(attributes.is_transparent(base) for base in attributes.lineage(evaluator, ref) if not isinstance(base, Ref))


def _inherited(evaluator: Evaluator, ref: Ref) -> Iterator[Field]:
    for base in reversed(attributes.lineage(evaluator, ref)[1:]):
        content = evaluator.machine.world.get(base) if isinstance(base, Ref) else None
        if isinstance(content, ClassObject) and content.record is not None and content.record.kind == "dataclass":
            yield from content.record.fields


def _declared(evaluator: Evaluator, cls: ClassObject) -> list[tuple[str, str]] | None:
    """The annotated names of a class body in order, each with "" or the pseudo type it is of.

    None where a condition decides on one, and where a text may name a pseudo type: whether it does depends on more than the text.
    """
    assert isinstance(cls.node, cst.ClassDef)
    found: dict[str, str] = {}
    for statement in cls.node.body.body:
        if isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
                    annotation = small.annotation.annotation
                    if isinstance(annotation, cst.ConcatenatedString) or (
                        isinstance(annotation, cst.SimpleString) and any(name in annotation.value for name in _PSEUDO)
                    ):
                        return None
                    found[small.target.value] = _pseudo_type(evaluator, annotation)
        elif not isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            return None
    return list(found.items())


def _pseudo_type(evaluator: Evaluator, annotation: cst.BaseExpression) -> str:
    """ClassVar, InitVar or KW_ONLY where an annotation says so."""
    if isinstance(annotation, cst.Subscript):
        annotation = annotation.value
    value = _looked_up(evaluator, annotation)
    name = value.name.rpartition(".")[2] if isinstance(value, External) and value.name.startswith(("typing", "dataclasses.")) else ""
    return name if name in _PSEUDO else ""


def _looked_up(evaluator: Evaluator, node: cst.BaseExpression) -> Value:
    """What a dotted name is bound to; None for other expressions."""
    if isinstance(node, cst.Name):
        return evaluator.lookup(node.value, node)
    if isinstance(node, cst.Attribute):
        owner = _looked_up(evaluator, node.value)
        return External(f"{owner.name}.{node.attr.value}") if isinstance(owner, External) else None
    return None


def _fields(evaluator: Evaluator, cls: ClassObject, declared: list[tuple[str, str]], keyword_only: bool) -> list[Field] | None:
    """The fields that a class body declares; None where one of their defaults is not what it seems."""
    fields: list[Field] = []
    for name, pseudo in declared:
        if pseudo == "KW_ONLY":
            keyword_only = True
            continue
        if pseudo == "ClassVar":
            continue
        default = cls.namespace.get(name, NO_VALUE)
        if isinstance(default, Function) or attributes.is_descriptor(evaluator, default):
            return None
        if isinstance(default, Unknown) and "dataclasses.field" in default.cause:
            return None
        if isinstance(default, Field):
            only = keyword_only if default.keyword_only is None else default.keyword_only
            fields.append(replace(default, name=name, keyword_only=only, stored=pseudo != "InitVar"))
        else:
            fields.append(Field(name, default, NO_VALUE, keyword_only=keyword_only, stored=pseudo != "InitVar"))
    return fields


def named_tuple_of(evaluator: Evaluator, world: World, ref: Ref) -> ClassObject:
    """The class as `class Stage(NamedTuple)` makes it."""
    content: ClassObject = world.get(ref)
    declared = _declared(evaluator, content)
    if declared is None or any(pseudo for _, pseudo in declared):
        return content
    fields = tuple(Field(name, content.namespace.get(name, NO_VALUE), NO_VALUE) for name, _ in declared)
    namespace = {name: value for name, value in content.namespace.items() if name not in {field.name for field in fields}}
    return replace(content, namespace=namespace, plain=True, bases=(External("builtins.object"),), record=Record("named tuple", fields))


def is_named_tuple(bases: tuple[Value, ...]) -> bool:
    return bool(bases) and isinstance(bases[0], External) and bases[0].name in _NAMED_TUPLES


def record_of(evaluator: Evaluator, cls: Ref, kind: str) -> Record | None:
    """The record of a kind that a class is, or derives from."""
    for base in attributes.lineage(evaluator, cls):
        content = evaluator.machine.world.get(base) if isinstance(base, Ref) else None
        if isinstance(content, ClassObject) and content.record is not None and content.record.kind == kind:
            return content.record
    return None


# -- instances ---------------------------------------------------------------------------------------------------------------


def initialise(evaluator: Evaluator, initialiser: Initialiser, arguments: Arguments, node: cst.Call) -> Value:
    """The `__init__` of a dataclass: binds the fields of its first argument, then calls `__post_init__`."""
    receiver = arguments.positional[0] if arguments.positional else None
    content = evaluator.machine.world.get(receiver) if isinstance(receiver, Ref) else None
    if not isinstance(receiver, Ref) or not isinstance(content, Instance):
        return evaluator.machine.unknown("a dataclass", node, *arguments.values())
    values = _bind(evaluator, initialiser.fields, arguments.without_first(), node)
    for field in initialiser.fields:
        if field.stored and field.name in values:
            attributes.put(evaluator, receiver, field.name, values[field.name])
    home, after = attributes.find_in_class(evaluator, content.cls, "__post_init__")
    if home is not None and isinstance(after, Function):
        handed = tuple(values[field.name] for field in initialiser.fields if not field.stored)
        call_function(evaluator, after, Arguments((receiver, *handed)), node)
    elif home is not None:
        evaluator.machine.world.havoc(receiver, "__post_init__ is not followed", deep=False)
    return None


def _bind(evaluator: Evaluator, fields: tuple[Field, ...], arguments: Arguments, node: cst.Call) -> dict[str, Value]:
    """The values of all fields. Raises Raised where the arguments surely do not fit them."""
    taken = [field for field in fields if field.init]
    names = [field.name for field in taken if not field.keyword_only]
    if len(arguments.positional) > len(names):
        raise Raised
    bound: dict[str, Value] = dict(zip(names, arguments.positional, strict=False))
    for key, value in arguments.keywords:
        if key in bound or all(field.name != key for field in taken):
            raise Raised
        bound[key] = value
    for field in fields:
        if field.name in bound:
            continue
        if field.init and (arguments.star or arguments.double_star):
            bound[field.name] = evaluator.machine.unknown(f"field {field.name}", node)
        elif field.factory is not NO_VALUE:
            bound[field.name] = _made_by_factory(evaluator, field.factory, node)
        elif field.default is not NO_VALUE:
            bound[field.name] = field.default
        elif field.init:
            raise Raised
    return bound


def _made_by_factory(evaluator: Evaluator, factory: Value, node: cst.Call) -> Value:
    from convt_lint.interpret.calls import call

    return call(evaluator, factory, Arguments(), node)


def make_row(evaluator: Evaluator, cls: Ref, record: Record, arguments: Arguments, node: cst.Call) -> Value:
    """An instance of a NamedTuple class."""
    values = _bind(evaluator, record.fields, arguments, node)
    row = Row((values[field.name] for field in record.fields), cls)
    return row if fits(row) else evaluator.machine.unknown("a large tuple", node)


def row_attribute(evaluator: Evaluator, row: Row, name: str, node: cst.CSTNode) -> Value:
    """A field of a NamedTuple, or what its class says of it; NotImplemented for a tuple's own methods."""
    said = attributes.of_kind(evaluator, row, row.kind, name, node)
    if said is not NotImplemented:
        return said
    record = record_of(evaluator, row.kind, "named tuple")
    for field, value in zip(record.fields if record is not None else (), row, strict=False):
        if field.name == name:
            return value
    return NotImplemented


def row_method(evaluator: Evaluator, row: Row, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`_replace` and `_asdict`."""
    record = record_of(evaluator, row.kind, "named tuple")
    if record is None or arguments.star or arguments.double_star or arguments.positional:
        return NotImplemented
    held = {field.name: value for field, value in zip(record.fields, row, strict=False)}
    if name == "_asdict":
        return evaluator.new_dict({**held})
    if name == "_replace":
        if not dict(arguments.keywords).keys() <= held.keys():
            raise Raised
        changed = Row({**held, **dict(arguments.keywords)}.values(), row.kind)
        return changed if fits(changed) else evaluator.machine.unknown("a large tuple", node)
    return NotImplemented
