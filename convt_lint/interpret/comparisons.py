"""Comparisons: decided where both sides are known, else a truth value that remembers the condition it stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import operators, protocols, tensors
from convt_lint.interpret.operators import Undefined
from convt_lint.interpret.values import (
    MEMBERS,
    DictObject,
    External,
    Function,
    IntMember,
    Layer,
    Length,
    ListObject,
    Member,
    Ref,
    SetObject,
    Tensor,
    TextMember,
    Unknown,
    Value,
    is_exact,
    same,
)

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

_NEGATED = {"!=": "==", "not in": "in", "is not": "is", ">": "<=", ">=": "<"}


def compare(evaluator: Evaluator, op: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left op right` as a bool, or as an unknown truth."""
    machine = evaluator.machine
    if op in _NEGATED and not ((isinstance(left, Tensor) or isinstance(right, Tensor)) and op in ("!=", ">", ">=")):
        value = compare(evaluator, _NEGATED[op], left, right, node)
        if isinstance(value, bool):
            return not value
        return machine.negation(value) if isinstance(value, Unknown) else machine.unknown("a condition", node)
    left, right = (_followed(evaluator, value) for value in (left, right))
    if (isinstance(left, Tensor) or isinstance(right, Tensor)) and op in ("==", "!=", "<", "<=", ">", ">="):
        return tensors.operate(evaluator, op, left, right, node)
    if op == "is":
        return _identical(evaluator, left, right, node)
    if isinstance(left, Ref) or isinstance(right, Ref):
        said = protocols.compare(evaluator, op, left, right, node)
        if said is not NotImplemented:
            truth = evaluator.truth(said)
            return machine.unknown("a comparison", node) if truth is None else truth
    known = _known(evaluator, op, left, right)
    if known is not None:
        return known
    a, b = (_plain(evaluator, left), _plain(evaluator, right, container=op == "in"))
    if is_exact(a) and is_exact(b):
        try:
            return operators.compare(op, a, b)
        except Undefined:
            return machine.unknown("a comparison", node)
    return _condition(evaluator, op, evaluator.operand(a), evaluator.operand(b))


def _followed(evaluator: Evaluator, value: Value) -> Value:
    """What an import outside torch names can be any value, None too."""
    if isinstance(value, External) and not value.name.startswith("torch."):
        return evaluator.opaque_value(value)
    return value


def _identical(evaluator: Evaluator, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left is right`: decided for None, bools and objects; equal numbers and texts may be one object or two."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        if not isinstance(left, Unknown):
            left, right = right, left
        if isinstance(right, Unknown):
            return True if left.term == right.term else _condition(evaluator, "is", left, right)
        if right is None or isinstance(right, bool):
            return evaluator.machine.condition(left, "is", right)
        return _condition(evaluator, "is", left, evaluator.operand(right) if isinstance(right, External) else right)
    if isinstance(left, Ref) and isinstance(right, Ref):
        return left == right
    if isinstance(left, MEMBERS) and isinstance(right, MEMBERS):
        return same(left, right)
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if type(left) is not type(right):
        return False
    return evaluator.machine.unknown("an identity", node)


def _known(evaluator: Evaluator, op: str, left: Value, right: Value) -> bool | None:
    """What the kinds of two values alone decide."""
    if op != "==":
        return None
    if isinstance(left, Ref) and left == right:
        return True
    kinds = [_kind(evaluator, value) for value in (left, right)]
    if None not in kinds and kinds[0] != kinds[1]:
        return False
    return None


def _kind(evaluator: Evaluator, value: Value) -> str | None:
    """The kind of a value where values of another kind never equal it; None where that is not known."""
    if isinstance(value, Ref):
        content = evaluator.machine.world.get(value)
        kinds = {ListObject: "list", DictObject: "dict", SetObject: "set"}
        return None if isinstance(content, ListObject) and content.once else kinds.get(type(content))
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, Member):
        return "member"
    if isinstance(value, tuple):
        return "tuple"
    if isinstance(value, str):
        return "text"
    if value is None or isinstance(value, (Layer, Function, External)):
        return "none" if value is None else "code"
    return None


def _plain(evaluator: Evaluator, value: Value, *, container: bool = False) -> Value:
    """A list of exact items as a tuple (kinds were compared before); the items of a set or dict where membership is asked."""
    if isinstance(value, (Length, IntMember)):
        return int(value)
    if isinstance(value, TextMember):
        return str.__str__(value)
    if isinstance(value, Ref):
        content = evaluator.machine.world.get(value)
        if isinstance(content, SetObject):
            return tuple(content.items) if container else value
        if isinstance(content, ListObject) and content.once and not container:
            return value
        if isinstance(content, ListObject) or container:
            items = evaluator.items(value)
            if items is not None and all(is_exact(item) for item in items):
                return items
    return value


def _condition(evaluator: Evaluator, op: str, a: Value, b: Value) -> Value:
    machine = evaluator.machine
    if isinstance(a, Unknown) and isinstance(b, Unknown):
        if a.term == b.term and op in ("==", "<=", "<"):
            return op != "<"
        ordered = sorted((a, b), key=lambda value: hash(value.term)) if op in ("==", "is") else [a, b]
        return machine.condition(machine.derived(a.cause, op, *ordered), "truthy", None)
    if isinstance(a, Unknown) and _is_constant(op, b):
        return machine.condition(a, op, b)
    if isinstance(b, Unknown) and op == "==" and _is_constant(op, a):
        return machine.condition(b, op, a)
    if isinstance(b, Unknown) and op in ("<", "<=") and _is_constant(op, a):
        return machine.condition(b, "<=" if op == "<" else "<", a, positive=False)
    return machine.condition(replace(machine.derived("a comparison", op, a, b), opaque=True), "truthy", None)


def _is_constant(op: str, value: Value) -> bool:
    if op == "in":
        return isinstance(value, tuple)
    return isinstance(value, (int, float, str, Member)) or value is None
