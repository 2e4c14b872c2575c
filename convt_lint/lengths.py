"""Sizes of dimensions: exact ints, symbols for sizes that are not known but may be told apart, or None for nothing known.

Arithmetic on anything but ints gives None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias


class Symbol:
    """A size, or any other value, that is not known. Two that compare equal are the same."""

    __slots__ = ()


Size: TypeAlias = "int | Symbol | None"


def known(size: object) -> int | None:
    """The size as an int, None where it is not known (a bool is no size)."""
    return size if isinstance(size, int) and not isinstance(size, bool) else None


def computed(function: Callable[..., int], *sizes: object) -> int | None:
    """A function of sizes, None where one of them is not known or the function divides by zero."""
    numbers = [known(size) for size in sizes]
    try:
        return None if None in numbers else function(*numbers)
    except ZeroDivisionError:
        return None


def product(sizes: Iterable[object]) -> int | None:
    """The number of elements in dimensions of these sizes, None where one is not known and none is 0."""
    total: int | None = 1
    for size in sizes:
        number = known(size)
        if number == 0:
            return 0
        total = None if total is None or number is None else total * number
    return total


def same(a: object, b: object) -> bool:
    """Whether two sizes are surely equal."""
    return a is not None and (a is b or a == b)


def differ(a: object, b: object) -> bool:
    """Whether two sizes are surely different."""
    return known(a) is not None and known(b) is not None and a != b
