"""The names that the interpreter gives to values it does not know, read as expressions over the symbols they were computed from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from convt_lint.symbolic import Dimension, Expression, Operation, Variable, ceil_div, evaluate, names, negated, written

_SYMBOLS = ("parameter", "attr", "item")
_ARITHMETIC = ("+", "-", "*")


def expression(term: Hashable) -> Expression | None:
    """The whole number that a term stands for, if it is computed by arithmetic that is followed; None for anything else."""
    if not isinstance(term, tuple) or len(term) < 2:
        return None
    kind, first = term[0], term[1]
    if kind == "form":
        return first if isinstance(first, (int, Variable, Operation)) else None
    if kind in _SYMBOLS:
        return _named(term) if is_given(term) else None
    if isinstance(first, int):
        return first if kind in ("int", "Length") else None
    if len(term) == 2:
        return _of_one(kind, first, expression)
    return _of_two(kind, first, term[2]) if len(term) == 3 else None


def size(term: Hashable) -> Expression | None:
    """The whole number that a term stands for where it is the size of a tensor, whatever is not followed in it as a variable; None where two
    values that differ may share the term.

    A size is an int, and so is what it is a sum or a product of; what is rounded need not be, and is followed only where it holds sizes alone.
    """
    if not isinstance(term, tuple) or not term:
        return None
    kind, *operands = term
    if kind == "form":
        return operands[0] if isinstance(operands[0], (int, Variable, Operation)) else None
    if kind in ("int", "Length") and len(operands) == 1 and isinstance(operands[0], int):
        return operands[0]
    if kind in ("+", "-", "*", "//", "%") and len(operands) == 2:
        left, right = map(size, operands)
        divides = kind in ("//", "%")
        if left is None or right is None:
            return None
        return Operation(str(kind), left, right) if not divides or (isinstance(right, int) and right >= 1) else Variable(term)
    if kind == "unary-" and len(operands) == 1:
        value = size(operands[0])
        return None if value is None else negated(value)
    if kind in ("int", "ceil", "floor") and len(operands) == 1:
        rounded = _of_one(kind, operands[0], size)
        if rounded is not None and all(isinstance(name, Dimension) for name in names(rounded)):
            return rounded
    return _named(term)


def whose_shape(term: Hashable) -> Hashable:
    """The value whose whole shape a term is, or all of it from some dimension on: `x.shape`, `x.shape[2:]`. None for other terms."""
    if not isinstance(term, tuple) or len(term) != 3:
        return None
    kind, owner, what = term
    if kind == "item" and isinstance(what, tuple) and len(what) == 2 and what[0] == "str":
        what = what[1]
    if kind == "item" and isinstance(what, str):
        return whose_shape(owner) if what.startswith("slice(") and what.endswith(", None, None)") else None
    return owner if kind == "attr" and what == "shape" else None


def _named(term: tuple[Hashable, ...]) -> Expression | None:
    """A term as a variable; `x.shape[-1]` as the size of x that it is. None for terms that were cut short."""
    if len(term) == 3 and term[0] == "item" and isinstance(term[2], int) and term[2] < 0:
        shape = term[1]
        if isinstance(shape, tuple) and len(shape) == 3 and shape[0] == "attr" and shape[2] == "shape":
            return Variable(Dimension(shape[1], term[2]))
    return None if any(isinstance(owner, tuple) and owner[:1] == ("deep",) for owner in owners(term)) else Variable(term)


def is_given(term: Hashable) -> bool:
    """Whether a symbol is a parameter, or part of one: its values are the caller's to choose."""
    last = list(owners(term.owner if isinstance(term, Dimension) else term))[-1]
    return isinstance(last, tuple) and last[0] == "parameter"


def _of_one(kind: Hashable, operand: Hashable, read: Callable[[Hashable], Expression | None]) -> Expression | None:
    if kind in ("int", "ceil", "floor") and isinstance(operand, tuple) and len(operand) == 3 and operand[0] == "/":
        number, divisor = read(operand[1]), read(operand[2])
        if number is None or not isinstance(divisor, int) or divisor < 1:
            return None
        return ceil_div(number, divisor) if kind == "ceil" else Operation("//", number, divisor) if kind == "floor" else _cut(number, divisor)
    value = read(operand)
    if value is None:
        return None
    return negated(value) if kind == "unary-" else value if kind in ("int", "unary+") else None


def _cut(number: Expression, divisor: int) -> Expression:
    """`int(number / divisor)`, which rounds towards 0."""
    above, below = Operation("max", number, 0), Operation("max", negated(number), 0)
    return Operation("-", Operation("//", above, divisor), Operation("//", below, divisor))


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


def holds(term: Hashable, values: Mapping[Hashable, int]) -> bool | None:
    """Whether a condition holds where symbols have these values; None where it is not one over them."""
    about = condition(term)
    if about is None or not names(about[0]) <= values.keys():
        return None
    subject, op, operand = about
    number = evaluate(subject, values)
    return number == operand if op == "==" else number < operand if op == "<" else number <= operand if op == "<=" else bool(number)


def owners(term: Hashable) -> Iterator[Hashable]:
    """A symbol, and what it is an attribute or an item of."""
    yield term
    while isinstance(term, tuple) and len(term) == 3 and term[0] in ("attr", "item"):
        term = term[1]
        yield term


def touches(bases: Iterable[Hashable], variables: Iterable[Hashable]) -> bool:
    """Whether something computed from free symbols (`bases`) may say something of variables."""
    related = {part for name in variables for part in owners(name.owner if isinstance(name, Dimension) else name)}
    return any(base in related or (isinstance(base, tuple) and (base[:1] == ("wide",) or (base[0] == "any" and base[1] in related))) for base in bases)


MAX_SHOWN = 24
"""The variables and operations of the longest formula that anybody reads."""


def shown(size: Expression) -> str:
    """A size as people write it: by the names in the code where it holds no others, else with L for the first that has none, then M, N, ...; a long one as an
    ellipsis."""
    if not isinstance(size, int) and size.size > MAX_SHOWN:
        return "…"
    nameless = sorted((name for name in names(size) if not is_given(name)), key=repr)
    letters = dict(zip(nameless, "LMNPQRSTUVW", strict=False))
    return written(size, lambda name: letters.get(name) or label(name))


def label(term: Hashable) -> str:
    """A symbol as the code writes it: "k", "self.rate", "rates[0]", "x.shape[-1]"."""
    if isinstance(term, Dimension):
        return f"{label(term.owner)}.shape[{term.index}]"
    if isinstance(term, tuple) and len(term) == 3:
        kind, owner, name = term
        if kind in ("parameter", "argument"):
            return str(name)
        if kind == "attr":
            return f"{label(owner)}.{name}"
        if kind == "item":
            index = name[1] if isinstance(name, tuple) and len(name) == 2 and name[0] in ("int", "str") else name
            return f"{label(owner)}[{index!r}]"
    return "self"
