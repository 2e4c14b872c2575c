"""Lengths with symbols: polynomials with integer coefficients, `//` and `%` by positive literals, min and max.

All numbers are plain ints, as Python has them: `//` rounds down, and `%` has the divisor's sign. What holds for every value: `proofs`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, final


class _Term:
    """What `+ - * // %` are written between. Nothing is known of its truth or its order: asking raises TypeError."""

    __slots__ = ()

    def __add__(self, other: Expression) -> Operation:
        return _operation("+", self, other)

    def __radd__(self, other: Expression) -> Operation:
        return _operation("+", other, self)

    def __sub__(self, other: Expression) -> Operation:
        return _operation("-", self, other)

    def __rsub__(self, other: Expression) -> Operation:
        return _operation("-", other, self)

    def __mul__(self, other: Expression) -> Operation:
        return _operation("*", self, other)

    def __rmul__(self, other: Expression) -> Operation:
        return _operation("*", other, self)

    def __floordiv__(self, other: Expression) -> Operation:
        return _operation("//", self, other)

    def __mod__(self, other: Expression) -> Operation:
        return _operation("%", self, other)

    def __neg__(self) -> Operation:
        return _operation("-", 0, self)

    def __bool__(self) -> bool:
        raise TypeError("an expression is neither true nor false")


def _operation(kind: str, left: object, right: object) -> Operation:
    if not isinstance(left, (int, Variable, Operation)) or not isinstance(right, (int, Variable, Operation)):
        raise TypeError(f"no operand of {kind}: {left!r}, {right!r}")
    return Operation(kind, left, right)


@final
class Variable(_Term):
    """A symbol of the code: a parameter, an attribute, a length. Two of the same name are the same."""

    __slots__ = ("_hash", "_key", "name", "size")

    def __init__(self, name: Hashable) -> None:
        self.name = name
        self.size = 1
        self._hash = hash(name)
        self._key = ""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Variable) and self._hash == other._hash and self.name == other.name)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Variable({self.name!r})"

    @property
    def key(self) -> str:
        """What expressions are put in order by."""
        self._key = self._key or _short(_written(self.name))
        return self._key


@dataclass(frozen=True, slots=True)
class Dimension:
    """The name of one size of a tensor of which only the name is known; `index` counts as Python's do, from the front where the number of
    dimensions is not known. A layer that takes the tensor takes no empty one: the size is 1 or more."""

    owner: Hashable
    index: int


@final
class Operation(_Term):
    """`left kind right`; kind is "+", "-", "*", "//", "%", "min" or "max", and right is a positive int for "//" and "%".

    `size` is the number of variables and operations in it. Raises ValueError for a division by anything else.
    """

    __slots__ = ("_hash", "_key", "kind", "left", "right", "size")

    def __init__(self, kind: str, left: Expression, right: Expression) -> None:
        if kind in ("//", "%") and not (isinstance(right, int) and right >= 1):
            raise ValueError(f"{kind} is followed by a positive literal alone")
        self.kind = kind
        self.left = left
        self.right = right
        self.size: int = 1 + _size(left) + _size(right)
        self._hash = hash((kind, left, right))
        self._key = ""

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Operation) or self._hash != other._hash:
            return False
        return self.kind == other.kind and self.left == other.left and self.right == other.right

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"Operation({self.kind!r}, {self.left!r}, {self.right!r})"

    @property
    def key(self) -> str:
        """What expressions are put in order by."""
        self._key = self._key or _short(f"({key_of(self.left)} {self.kind} {key_of(self.right)})")
        return self._key


MAX_KEY = 400
"""Names hold expressions, and these names: written out in full, a name of a name would double in length with each."""


def _short(text: str) -> str:
    if len(text) <= MAX_KEY:
        return text
    from hashlib import sha1

    return sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _written(name: Hashable) -> str:
    """A name in full, but for the expressions in it."""
    if isinstance(name, tuple):
        return f"({', '.join(map(_written, name))})"
    if isinstance(name, Dimension):
        return f"Dimension({_written(name.owner)}, {name.index})"
    return name.key if isinstance(name, (Variable, Operation)) else repr(name)


def _size(expression: Expression) -> int:
    return 0 if isinstance(expression, int) else expression.size


def key_of(expression: Expression) -> str:
    """What expressions are put in order by; the same for the same expression."""
    return str(expression) if isinstance(expression, int) else expression.key


Expression: TypeAlias = "int | Variable | Operation"


def ceil_div(left: Expression, divisor: int) -> Expression:
    """`math.ceil(left / divisor)` for a positive literal."""
    return Operation("//", Operation("+", left, divisor - 1), divisor)


def negated(expression: Expression) -> Expression:
    return Operation("-", 0, expression)


def names(expression: Expression) -> frozenset[Hashable]:
    """The names of the variables in an expression."""
    if isinstance(expression, Variable):
        return frozenset({expression.name})
    if isinstance(expression, Operation):
        return names(expression.left) | names(expression.right)
    return frozenset()


def evaluate(expression: Expression, values: Mapping[Hashable, int]) -> int:
    """The number that an expression has for these values. Raises KeyError for a variable that has none."""
    if isinstance(expression, int):
        return expression
    if isinstance(expression, Variable):
        return values[expression.name]
    return _apply(expression.kind, evaluate(expression.left, values), evaluate(expression.right, values))


def substitute(expression: Expression, values: Mapping[Hashable, Expression]) -> Expression:
    """The expression with other expressions in place of some variables."""
    if isinstance(expression, Variable):
        return values.get(expression.name, expression)
    if isinstance(expression, Operation):
        left, right = substitute(expression.left, values), substitute(expression.right, values)
        return _apply(expression.kind, left, right) if isinstance(left, int) and isinstance(right, int) else Operation(expression.kind, left, right)
    return expression


def _apply(kind: str, left: int, right: int) -> int:
    if kind == "+":
        return left + right
    if kind == "-":
        return left - right
    if kind == "*":
        return left * right
    if kind == "//":
        return left // right
    if kind == "%":
        return left % right
    return min(left, right) if kind == "min" else max(left, right)


_LEVELS = {"+": 1, "-": 1, "*": 2, "//": 2, "%": 2}


def written(expression: Expression, name_of: Callable[[Hashable], str]) -> str:
    """The expression as Python writes it."""
    if isinstance(expression, int):
        return str(expression)
    if isinstance(expression, Variable):
        return name_of(expression.name)
    if expression.kind in ("min", "max"):
        return f"{expression.kind}({written(expression.left, name_of)}, {written(expression.right, name_of)})"
    level = _LEVELS[expression.kind]
    left, right = (_operand(side, level + place, name_of) for place, side in enumerate((expression.left, expression.right)))
    tight = "" if expression.kind in ("*", "//") else " "
    return f"{left}{tight}{expression.kind}{tight}{right}"


def _operand(side: Expression, level: int, name_of: Callable[[Hashable], str]) -> str:
    """An operand, in brackets where it binds less than `level`."""
    text = written(side, name_of)
    weak = isinstance(side, Operation) and _LEVELS.get(side.kind, 3) < level
    return f"({text})" if weak or (isinstance(side, int) and side < 0) else text
