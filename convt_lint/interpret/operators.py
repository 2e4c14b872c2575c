"""Arithmetic and comparison on exact Python scalars, bounded: no input makes it slow or large."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import libcst as cst

MAX_BITS = 256
MAX_SEQUENCE = 20_000


class Undefined(Exception):
    """The operation would raise in Python, or is refused by a bound."""


def _power(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int) and (b > MAX_BITS or a.bit_length() * max(b, 0) > 4 * MAX_BITS):
        raise Undefined
    return a**b


def _times(a: Any, b: Any) -> Any:
    for sequence, count in ((a, b), (b, a)):
        if isinstance(sequence, (str, bytes, tuple)) and isinstance(count, int) and len(sequence) * count > MAX_SEQUENCE:
            raise Undefined
    return a * b


def _shift_left(a: Any, b: Any) -> Any:
    if isinstance(b, int) and b > MAX_BITS:
        raise Undefined
    return a << b


def _modulo(a: Any, b: Any) -> Any:
    if isinstance(a, (str, bytes)):
        raise Undefined
    return a % b


BINARY: dict[type[cst.BaseBinaryOp], tuple[str, Callable[[Any, Any], Any]]] = {
    cst.Add: ("+", operator.add),
    cst.Subtract: ("-", operator.sub),
    cst.Multiply: ("*", _times),
    cst.Divide: ("/", operator.truediv),
    cst.FloorDivide: ("//", operator.floordiv),
    cst.Modulo: ("%", _modulo),
    cst.Power: ("**", _power),
    cst.LeftShift: ("<<", _shift_left),
    cst.RightShift: (">>", operator.rshift),
    cst.BitAnd: ("&", operator.and_),
    cst.BitOr: ("|", operator.or_),
    cst.BitXor: ("^", operator.xor),
}
BY_SYMBOL = dict(BINARY.values())
AUGMENTED: dict[type[cst.BaseAugOp], type[cst.BaseBinaryOp]] = {
    cst.AddAssign: cst.Add,
    cst.SubtractAssign: cst.Subtract,
    cst.MultiplyAssign: cst.Multiply,
    cst.DivideAssign: cst.Divide,
    cst.FloorDivideAssign: cst.FloorDivide,
    cst.ModuloAssign: cst.Modulo,
    cst.PowerAssign: cst.Power,
    cst.LeftShiftAssign: cst.LeftShift,
    cst.RightShiftAssign: cst.RightShift,
    cst.BitAndAssign: cst.BitAnd,
    cst.BitOrAssign: cst.BitOr,
    cst.BitXorAssign: cst.BitXor,
}
UNARY: dict[type[cst.BaseUnaryOp], tuple[str, Callable[[Any], Any]]] = {
    cst.Minus: ("-", operator.neg),
    cst.Plus: ("+", operator.pos),
    cst.BitInvert: ("~", operator.invert),
}
COMPARISONS: dict[type[cst.BaseCompOp], str] = {
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}


def bounded(value: Any) -> Any:
    """The value, if it is of a size worth following."""
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise Undefined
    if isinstance(value, (str, bytes, tuple)) and len(value) > MAX_SEQUENCE:
        raise Undefined
    if isinstance(value, complex):
        raise Undefined
    return value


def compute(function: Callable[..., Any], *operands: Any) -> Any:
    """Applies an operation to exact operands; raises Undefined where Python would raise or a bound is passed."""
    try:
        return bounded(function(*operands))
    except (ArithmeticError, TypeError, ValueError, IndexError, KeyError, AttributeError, MemoryError) as error:
        raise Undefined from error


def compare(op: str, a: Any, b: Any) -> bool:
    """Compares exact scalars and tuples; raises Undefined where Python would raise."""
    try:
        if op == "==":
            return bool(a == b)
        if op == "<":
            return bool(a < b)
        if op == "<=":
            return bool(a <= b)
        if op == "in":
            return bool(a in b)
        if op == "is":
            return a is b if a is None or b is None or isinstance(a, bool) or isinstance(b, bool) else bool(type(a) is type(b) and a == b)
    except TypeError as error:
        raise Undefined from error
    raise ValueError(op)
