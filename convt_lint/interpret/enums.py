"""Enum classes whose members are plain values: their members, and looking them up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import (
    MEMBERS,
    ClassObject,
    External,
    Function,
    IntMember,
    Member,
    Record,
    Ref,
    Row,
    TextMember,
    Unknown,
    Value,
    is_exact,
    same,
)
from convt_lint.interpret.world import World

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

_FLAVOURS: dict[frozenset[str], type[Member] | type[IntMember] | type[TextMember]] = {
    frozenset({"enum.Enum"}): Member,
    frozenset({"enum.IntEnum"}): IntMember,
    frozenset({"builtins.int", "enum.Enum"}): IntMember,
    frozenset({"enum.StrEnum"}): TextMember,
    frozenset({"builtins.str", "enum.Enum"}): TextMember,
}
_FORBIDDEN = frozenset({"__init__", "__new__", "__eq__", "__hash__", "__bool__", "__getattr__", "__getattribute__", "__call__", "_generate_next_value_"})


@dataclass(frozen=True, slots=True)
class Auto:
    """`enum.auto()`."""


def is_enum(evaluator: Evaluator, ref: Ref) -> bool:
    """Whether a class derives from an Enum whose members are followed."""
    return _foreign(evaluator, ref) in _FLAVOURS


def _foreign(evaluator: Evaluator, ref: Ref) -> frozenset[str]:
    outside = [base for base in attributes.lineage(evaluator, ref) if not isinstance(base, Ref)]
    return frozenset(base.name for base in outside if isinstance(base, External) and base.name != "builtins.object")


def enum_of(evaluator: Evaluator, world: World, ref: Ref) -> ClassObject:
    """The class as `class Mode(Enum)` makes it; unchanged where a member's value is not certain."""
    content: ClassObject = world.get(ref)
    flavour = _FLAVOURS[_foreign(evaluator, ref)]
    named = {name: value for name, value in content.namespace.items() if not isinstance(value, Function) and not name.startswith("__")}
    values = _values(named, flavour)
    order = [base for base in attributes.lineage(evaluator, ref) if isinstance(base, Ref)]
    if values is None or any(not _FORBIDDEN.isdisjoint(world.get(base).namespace) for base in order):
        return content
    members: dict[str, Value] = {}
    for name, value in values.items():
        twin = next((member for member in members.values() if same(value_of(member), value)), None)
        members[name] = _member(flavour, ref, name, value) if twin is None else twin
    return replace(content, namespace={**content.namespace, **members}, plain=True, record=Record("enum", members=members))


def _values(named: dict[str, Value], flavour: type) -> dict[str, Value] | None:
    """The members' values, `auto()` counted out; None where one is not certain."""
    out: dict[str, Value] = {}
    automatic = all(isinstance(value, Auto) for value in named.values())
    for index, (name, value) in enumerate(named.items(), start=1):
        if isinstance(value, Auto):
            if not automatic:
                return None
            value = name.lower() if flavour is TextMember else index
        wanted = {IntMember: int, TextMember: str}.get(flavour, object)
        if name.startswith("_") or not is_exact(value) or isinstance(value, (Row, *MEMBERS)) or not isinstance(value, wanted):
            return None
        out[name] = value
    return out


def _member(flavour: type, ref: Ref, name: str, value: Value) -> Value:
    if flavour is IntMember:
        return IntMember(value, ref, name)
    return TextMember(value, ref, name) if flavour is TextMember else Member(ref, name, value)


def value_of(member: Value) -> Value:
    """A member's `.value`."""
    if isinstance(member, Member):
        return member.value
    return int(member) if isinstance(member, IntMember) else str.__str__(member)


def member_attribute(evaluator: Evaluator, member: Value, name: str, node: cst.CSTNode) -> Value:
    """`.value`, `.name`, or what the member's class says of it; NotImplemented for a number's or text's own methods."""
    said = attributes.of_kind(evaluator, member, member.kind, name, node)
    if isinstance(said, MEMBERS) and said in members_of(evaluator, member.kind):
        return evaluator.machine.unknown("a member of a member", node)
    if said is not NotImplemented:
        return said
    if name in ("value", "_value_"):
        return value_of(member)
    return member.name if name in ("name", "_name_") else NotImplemented


def members_of(evaluator: Evaluator, kind: Ref) -> tuple[Value, ...]:
    record = evaluator.machine.world.get(kind).record
    return () if record is None else tuple(record.members.values())


def distinct(record: Record) -> tuple[Value, ...]:
    """The members in order, aliases left out: what iteration gives."""
    return tuple(member for name, member in record.members.items() if member.name == name)


def by_name(evaluator: Evaluator, record: Record, name: Value, node: cst.CSTNode) -> Value:
    """`Mode["UP"]`."""
    if not isinstance(name, str):
        return evaluator.machine.unknown("a member of an enum", node, name)
    if name not in record.members:
        raise Raised
    return record.members[name]


def by_value(evaluator: Evaluator, ref: Ref, record: Record, arguments: Arguments, node: cst.CSTNode) -> Value:
    """`Mode("up")`; NotImplemented where the value is not known, or where the class makes its own answer for others."""
    given = evaluator.machine.world.resolve(arguments.positional[0]) if len(arguments.positional) == 1 else None
    if isinstance(given, Unknown) or not is_exact(given) or len(arguments.values()) != 1 or arguments.star or arguments.double_star:
        return NotImplemented
    for member in record.members.values():
        if (isinstance(given, Member) and given == member) or (not isinstance(given, Member) and value_of(member) == given):
            return member
    if attributes.find_in_class(evaluator, ref, "_missing_")[0] is not None:
        return NotImplemented
    raise Raised


def text_of(evaluator: Evaluator, member: Value) -> str | None:
    """`str(member)` where it is the same in every version of Python."""
    if isinstance(member, TextMember) and "enum.StrEnum" in _foreign(evaluator, member.kind):
        own = any(attributes.find_in_class(evaluator, member.kind, name)[0] is not None for name in ("__str__", "__format__"))
        return None if own else str.__str__(member)
    return None


FUNCTIONS: dict[str, Callable[[Evaluator, Arguments, cst.CSTNode], Value]] = {
    "enum.auto": lambda evaluator, arguments, node: NotImplemented if arguments.values() else Auto(),
    "enum.unique": lambda evaluator, arguments, node: arguments.positional[0] if len(arguments.positional) == 1 else NotImplemented,
}
