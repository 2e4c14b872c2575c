"""Sizes of dimensions: exact ints, symbols for sizes that are not known but may be told apart, or None for nothing known.

A symbol with a `form` is a whole number computed from others: arithmetic on it gives a `Formula`. On anything else it gives None.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import TypeAlias

from convt_lint import forms
from convt_lint.canonical import TooLarge, canonical, difference
from convt_lint.proofs import never_equal
from convt_lint.symbolic import Dimension, Expression, Operation, Variable


class Symbol:
    """A size, or any other value, that is not known. Two that compare equal are the same."""

    __slots__ = ()

    @property
    def form(self) -> Expression | None:
        """The whole number that the symbol stands for, if it is one; None where nothing is known of it."""
        return None

    @property
    def measures(self) -> bool:
        """Whether it is the very size of a tensor, and so 0 or more."""
        return False

    @property
    def name(self) -> Hashable:
        """What names the value for as long as it is the same; None for one that has no name."""
        return None


Size: TypeAlias = "int | Symbol | None"


@dataclass(frozen=True, slots=True)
class Formula(Symbol):
    """A size computed from others that are not known."""

    expression: Expression

    @property
    def form(self) -> Expression:
        return self.expression

    def __str__(self) -> str:
        return forms.shown(self.expression)


def known(size: object) -> int | None:
    """The size as an int, None where it is not known (a bool is no size)."""
    return size if isinstance(size, int) and not isinstance(size, bool) else None


def form(size: object) -> Expression | None:
    """The size as an expression, None where nothing is known of it."""
    return size.form if isinstance(size, Symbol) else known(size)


def sized(expression: Expression) -> Size:
    """An expression as a size: an int where it holds no symbol, None where it is too large to be followed."""
    try:
        found = canonical(expression)
    except TooLarge:
        return None
    return found if isinstance(found, int) else Formula(found)


def part(owner: Hashable, index: int) -> Formula:
    """A size of a tensor of which only the name is known; `index` counts from the end."""
    return Formula(Variable(Dimension(owner, index)))


def computed(function: Callable[..., int], *sizes: object) -> int | None:
    """A function of sizes, None where one of them is not known or the function divides by zero."""
    numbers = [known(size) for size in sizes]
    try:
        return None if None in numbers else function(*numbers)
    except ZeroDivisionError:
        return None


def followed(function: Callable[..., Expression], *sizes: object) -> Size:
    """A function of sizes that holds nothing but `+ - * // %` and divides by positive numbers: an int, or a formula; None where it cannot be told."""
    forms = [form(size) for size in sizes]
    if None in forms:
        return None
    try:
        return sized(function(*forms))
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def clipped(size: object) -> Size:
    """The size, or 0 where it is negative; None where nothing is known of it."""
    found = form(size)
    if found is None:
        return None
    if isinstance(found, int):
        return max(found, 0)
    return sized(found if is_natural(found) else Operation("max", found, 0))


def is_natural(expression: Expression) -> bool:
    """Whether an expression is surely 0 or more. Sound, not complete."""
    bound = _bound(expression)
    return bound is not None and bound >= 0


def _bound(expression: Expression) -> int | None:
    """A number that an expression is surely not less than."""
    if isinstance(expression, int):
        return expression
    if isinstance(expression, Variable):
        return least(expression.name)
    left, right = _bound(expression.left), expression.right
    if expression.kind == "%":
        return 0
    if expression.kind == "-":
        return left - right if left is not None and isinstance(right, int) else None
    other = _bound(right)
    if expression.kind == "max":
        return other if left is None else left if other is None else max(left, other)
    if left is None or other is None:
        return None
    if expression.kind == "*":
        return left * other if left >= 0 and other >= 0 else None
    return left + other if expression.kind == "+" else left // other if expression.kind == "//" else min(left, other)


def product(sizes: Iterable[object]) -> int | None:
    """The number of elements in dimensions of these sizes, None where one is not known and none is 0."""
    total: int | None = 1
    for size in sizes:
        number = known(size)
        if number == 0:
            return 0
        total = None if total is None or number is None else total * number
    return total


def elements(sizes: Iterable[object]) -> Size:
    """The number of elements in dimensions of these sizes, as far as it can be computed."""
    return followed(lambda *each: prod(each), *sizes)


def same(a: object, b: object) -> bool:
    """Whether two sizes are surely equal."""
    if a is None or b is None:
        return False
    if a is b or a == b:
        return True
    return isinstance(_gap(a, b), int) and _gap(a, b) == 0


def differ(a: object, b: object) -> bool:
    """Whether two sizes are surely different, whatever the values of their symbols."""
    if known(a) is not None and known(b) is not None:
        return a != b
    gap = _gap(a, b)
    if gap is None or isinstance(gap, int):
        return bool(gap)
    return _never_zero(gap)


@lru_cache(4096)
def _never_zero(gap: Expression) -> bool:
    return never_equal(gap, 0, least)


def least(name: Hashable) -> int | None:
    """The least value of a variable; None where that is not known."""
    return 1 if isinstance(name, Dimension) else None


def _gap(a: object, b: object) -> Expression | None:
    one, other = form(a), form(b)
    try:
        return None if one is None or other is None else difference(one, other)
    except TooLarge:
        return None
