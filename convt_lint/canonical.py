"""Expressions in one form: sums of products, so that what is equal for every value mostly looks the same.

    (2*L - 4 + 2)//2  ->  L - 1        (L//2)//2  ->  L//4        L - L % 8  ->  8*(L//8)

A divisor takes out what it divides; `%` becomes `a - d*(a//d)`. Sound always: the result has the expression's value for all values.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from math import gcd
from typing import TypeAlias

from convt_lint.symbolic import Expression, Operation, Variable, key_of

MAX_TERMS = 24
"""How many summands a form may have."""
MAX_SIZE = 150
"""How many variables and operations an expression may hold."""

Atoms: TypeAlias = tuple[Expression, ...]
Sum: TypeAlias = dict[Atoms, int]
"""Products of variables, divisions and choices, each with its coefficient; () is the constant."""


class TooLarge(ValueError):
    """The form would have too many summands."""


@lru_cache(8192)
def canonical(expression: Expression) -> Expression:
    """The expression in its form. Raises TooLarge."""
    return expression if isinstance(expression, int) else _rebuilt(summands(expression))


@lru_cache(8192)
def difference(left: Expression, right: Expression) -> Expression:
    """`left - right` in its form: 0 where the two are the same for every value. Raises TooLarge."""
    return _rebuilt(summands(Operation("-", left, right)))


@lru_cache(4096)
def summands(expression: Expression) -> Sum:
    """The products that an expression is a sum of, each with its coefficient; not to be changed. Raises TooLarge."""
    if isinstance(expression, int):
        return {(): expression} if expression else {}
    if isinstance(expression, Variable):
        return {(expression,): 1}
    if expression.size > MAX_SIZE:
        raise TooLarge
    left = summands(expression.left)
    if expression.kind in ("//", "%"):
        assert isinstance(expression.right, int)
        whole = _divided(left, expression.right)
        return whole if expression.kind == "//" else _added(left, whole, -expression.right)
    right = summands(expression.right)
    if expression.kind in ("+", "-"):
        return _added(left, right, 1 if expression.kind == "+" else -1)
    return _multiplied(left, right) if expression.kind == "*" else _chosen(expression.kind, left, right)


def _checked(terms: Sum) -> Sum:
    found = {atoms: number for atoms, number in terms.items() if number}
    if len(found) > MAX_TERMS:
        raise TooLarge
    return found


def _added(left: Sum, right: Sum, times: int) -> Sum:
    return _checked({atoms: left.get(atoms, 0) + times * right.get(atoms, 0) for atoms in {**left, **right}})


def _multiplied(left: Sum, right: Sum) -> Sum:
    if len(left) * len(right) > MAX_TERMS * MAX_TERMS:
        raise TooLarge
    out: Sum = {}
    for (a, x), (b, y) in product(left.items(), right.items()):
        atoms = tuple(sorted((*a, *b), key=key_of))
        out[atoms] = out.get(atoms, 0) + x * y
    return _checked(out)


def _divided(terms: Sum, divisor: int) -> Sum:
    """The sum divided and rounded down: what the divisor divides is taken out, the rest stays under it."""
    out: Sum = {atoms: number // divisor for atoms, number in terms.items()}
    rest: Sum = {atoms: number % divisor for atoms, number in terms.items() if number % divisor}
    constant = rest.pop((), 0)
    if not rest:
        return _checked(out)
    shared = gcd(divisor, *rest.values())
    rest, constant, divisor = {atoms: number // shared for atoms, number in rest.items()}, constant // shared, divisor // shared
    if constant:
        rest[()] = constant
    return _added(out, _fraction(rest, divisor), 1)


def _fraction(rest: Sum, divisor: int) -> Sum:
    """A division that takes nothing out, as an atom; one of another division becomes one by both divisors."""
    if divisor == 1:
        return rest
    atoms = [key for key in rest if key]
    if len(atoms) == 1 and rest[atoms[0]] == 1 and len(atoms[0]) == 1:
        inner = atoms[0][0]
        if isinstance(inner, Operation) and inner.kind == "//":
            assert isinstance(inner.right, int)
            return _divided(_added(summands(inner.left), {(): rest.get((), 0) * inner.right}, 1), inner.right * divisor)
    return {(Operation("//", _rebuilt(rest), divisor),): 1}


def _chosen(kind: str, left: Sum, right: Sum) -> Sum:
    """min or max; the one of the two where their distance is known."""
    gap = _added(left, right, -1)
    if not set(gap) - {()}:
        smaller = gap.get((), 0) <= 0
        return left if smaller is (kind == "min") else right
    first, second = sorted((_rebuilt(left), _rebuilt(right)), key=key_of)
    return {(Operation(kind, first, second),): 1}


def _rebuilt(terms: Sum) -> Expression:
    """The sum as an expression: products first, what is taken away behind what it is taken from."""
    found: Expression | None = None
    for atoms, number in sorted(terms.items(), key=lambda item: (not item[0], item[1] < 0, -len(item[0]), [key_of(atom) for atom in item[0]])):
        size = _product(atoms, number if found is None else abs(number))
        found = size if found is None else Operation("+" if number > 0 else "-", found, size)
    return 0 if found is None else found


def _product(atoms: Atoms, number: int) -> Expression:
    if not atoms:
        return number
    out: Expression = atoms[0] if number == 1 else Operation("*", number, atoms[0])
    for atom in atoms[1:]:
        out = Operation("*", out, atom)
    return out
