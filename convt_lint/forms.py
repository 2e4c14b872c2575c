"""The names that the interpreter gives to values it does not know, read as expressions over the symbols they were computed from."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from convt_lint.symbolic import Expression, Operation, Variable, ceil_div, negated

_SYMBOLS = ("parameter", "attr", "item")
_ARITHMETIC = ("+", "-", "*")


def expression(term: Hashable) -> Expression | None:
    """The whole number that a term stands for, if it is computed by arithmetic that is followed; None for anything else."""
    if not isinstance(term, tuple) or len(term) < 2:
        return None
    kind, first = term[0], term[1]
    if kind in _SYMBOLS:
        return Variable(term) if _is_given(term) else None
    if isinstance(first, int):
        return first if kind in ("int", "Length") else None
    if len(term) == 2:
        return _of_one(kind, first)
    return _of_two(kind, first, term[2]) if len(term) == 3 else None


def _is_given(term: Hashable) -> bool:
    """Whether a symbol is a parameter, or part of one: its values are the caller's to choose."""
    last = list(owners(term))[-1]
    return isinstance(last, tuple) and last[0] == "parameter"


def _of_one(kind: Hashable, operand: Hashable) -> Expression | None:
    if kind in ("ceil", "floor") and isinstance(operand, tuple) and len(operand) == 3 and operand[0] == "/":
        number, divisor = expression(operand[1]), expression(operand[2])
        if number is None or not isinstance(divisor, int) or divisor < 1:
            return None
        return ceil_div(number, divisor) if kind == "ceil" else Operation("//", number, divisor)
    value = expression(operand)
    if value is None:
        return None
    return negated(value) if kind == "unary-" else value if kind in ("int", "unary+") else None


def _of_two(kind: Hashable, first: Hashable, second: Hashable) -> Expression | None:
    left, right = expression(first), expression(second)
    if left is None or right is None:
        return None
    if kind in _ARITHMETIC:
        return Operation(str(kind), left, right)
    if kind in ("//", "%") and isinstance(right, int) and right >= 1:
        return Operation(str(kind), left, right)
    return None


def condition(term: Hashable) -> tuple[Expression, str, int] | None:
    """What an assumption compares: a number as an expression, the comparison and an int; None for any other kind of condition."""
    if not isinstance(term, tuple) or len(term) != 3:
        return None
    subject, op, operand = term
    number = expression(subject)
    if number is None or op not in ("==", "<", "<=", "truthy") or not isinstance(operand, tuple) or len(operand) != 2:
        return None
    value = operand[1]
    if op == "truthy":
        return number, op, 0
    return (number, op, value) if isinstance(value, int) and not isinstance(value, bool) else None


def owners(term: Hashable) -> Iterator[Hashable]:
    """A symbol, and what it is an attribute or an item of."""
    yield term
    while isinstance(term, tuple) and len(term) == 3 and term[0] in ("attr", "item"):
        term = term[1]
        yield term


def label(term: Hashable) -> str:
    """A symbol as the code writes it: "k", "self.rate", "rates[0]"."""
    if isinstance(term, tuple) and len(term) == 3:
        kind, owner, name = term
        if kind == "parameter":
            return str(name)
        if kind == "attr":
            return f"{label(owner)}.{name}"
        if kind == "item":
            return f"{label(owner)}[{name!r}]"
    return "self"
