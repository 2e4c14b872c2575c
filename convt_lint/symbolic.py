"""Lengths with symbols: polynomials with integer coefficients, `//` and `%` by positive literals, min and max; compared for every value.

Every variable is split by residue, v = modulus*t + r with the modulus a common multiple of the literal divisors: each `//` and `%` becomes
exact, and what is left are polynomials. Sound always; complete for `==` over + - * with literal `//` and `%`, within the bounds on the work.
All numbers are plain ints, as Python has them: `//` rounds down, and `%` has the divisor's sign.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import lcm, prod
from typing import TypeAlias

MAX_CLASSES = 20_000
"""How many residue classes are looked at."""
MAX_POINTS = 30_000
"""How many values are tried for a witness."""
MAX_MONOMIALS = 400


@dataclass(frozen=True, slots=True)
class Variable:
    """A symbol of the code: a parameter, an attribute, a length. Two of the same name are the same."""

    name: Hashable


@dataclass(frozen=True, slots=True)
class Operation:
    """`left kind right`; kind is "+", "-", "*", "//", "%", "min" or "max", and right is a positive int for "//" and "%"."""

    kind: str
    left: Expression
    right: Expression

    def __post_init__(self) -> None:
        if self.kind in ("//", "%") and not (isinstance(self.right, int) and self.right >= 1):
            raise ValueError(f"{self.kind} is followed by a positive literal alone")


Expression: TypeAlias = "int | Variable | Operation"


@dataclass(frozen=True, slots=True)
class Domain:
    """What is known of a variable: least <= v, v <= most where that is known, and v % modulus == residue."""

    least: int = 1
    most: int | None = None
    modulus: int = 1
    residue: int = 0

    def __contains__(self, value: int) -> bool:
        return self.least <= value and (self.most is None or value <= self.most) and value % self.modulus == self.residue % self.modulus

    def values(self, limit: int) -> Iterator[int]:
        """The first values, at most `limit` of them."""
        value = self.least + (self.residue - self.least) % self.modulus
        for _ in range(limit):
            if self.most is not None and value > self.most:
                return
            yield value
            value += self.modulus


Domains: TypeAlias = Mapping[Hashable, Domain]
Witness: TypeAlias = dict[Hashable, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`holds` is True where a comparison is proved for all values, False where it is refuted by `witness`, None where neither is known."""

    holds: bool | None
    witness: Mapping[Hashable, int] | None = None


UNKNOWN = Verdict(None)
PROVED = Verdict(True)

# -- building ------------------------------------------------------------------------------------------------------------------


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


# -- comparing -----------------------------------------------------------------------------------------------------------------


def compare(left: Expression, op: str, right: Expression, domains: Domains) -> Verdict:
    """Whether `left op right` holds for all values in the domains; op is "==" or "<=". A variable without a domain is >= 1.

    A refutation comes with the witness whose values are smallest, of those that were tried. Over domains without a common value all is proved.
    """
    if op not in ("==", "<="):
        raise ValueError(f"no comparison: {op}")
    gap = Operation("-", right, left)
    variables = sorted(names(gap), key=repr)
    known = {name: domains.get(name, Domain()) for name in variables}
    if _is_proved(gap, op, known):
        return PROVED
    witness = _counterexample(gap, op, known)
    if witness is not None:
        return Verdict(False, witness)
    return PROVED if _is_exhausted(known) or _is_proved(gap, op, _beyond(known)) else UNKNOWN


def _breaks(gap: int, op: str) -> bool:
    return gap != 0 if op == "==" else gap < 0


def _counterexample(gap: Expression, op: str, known: Mapping[Hashable, Domain]) -> Witness | None:
    """The smallest values, by their sum, for which the comparison fails; None where there are none among those tried."""
    columns = [list(domain.values(_reach(len(known)))) for domain in known.values()]
    for point in sorted(product(*columns), key=lambda point: (sum(point), point)):
        values = dict(zip(known, point, strict=True))
        if _breaks(evaluate(gap, values), op):
            return values
    return None


def _reach(count: int) -> int:
    """How many values of each of so many variables are tried."""
    return max(2, int(MAX_POINTS ** (1 / max(count, 1)))) if count > 1 else 2_000


def _is_exhausted(known: Mapping[Hashable, Domain]) -> bool:
    """Whether the values that were tried are all there are."""
    reach = _reach(len(known))
    return any(next(domain.values(1), None) is None for domain in known.values()) or all(
        domain.most is not None and sum(1 for _ in domain.values(reach + 1)) <= reach for domain in known.values()
    )


def _beyond(known: Mapping[Hashable, Domain]) -> Mapping[Hashable, Domain]:
    """The domain of a single variable without the values that were tried: a min or max has made its choice there."""
    if len(known) != 1:
        return known
    ((name, domain),) = known.items()
    return {name: replace(domain, least=domain.least + _reach(1) * domain.modulus)}


def _is_proved(gap: Expression, op: str, known: Mapping[Hashable, Domain]) -> bool:
    period = _period(gap)
    moduli = {name: lcm(period, domain.modulus) for name, domain in known.items()}
    if period > MAX_CLASSES or prod(moduli.values()) > MAX_CLASSES:
        return False
    columns = [[r for r in range(moduli[name]) if r % domain.modulus == domain.residue % domain.modulus] for name, domain in known.items()]
    for residues in product(*columns):
        start = {name: domain.least + (r - domain.least) % moduli[name] for (name, domain), r in zip(known.items(), residues, strict=True)}
        found = _Class(moduli, start, known).polynomials(gap)
        if found is None or not all(_holds(polynomial, op) for polynomial in found):
            return False
    return True


def _period(expression: Expression) -> int:
    """A number by whose multiples every variable may move without changing how `//` and `%` round."""
    if not isinstance(expression, Operation):
        return 1
    if expression.kind in ("//", "%"):
        assert isinstance(expression.right, int)
        return expression.right * _period(expression.left)
    return lcm(_period(expression.left), _period(expression.right))


# -- polynomials ---------------------------------------------------------------------------------------------------------------

Monomial: TypeAlias = tuple[Hashable, ...]
"""Its variables in order, each as often as its power; () is the constant."""
Polynomial: TypeAlias = dict[Monomial, int]


def _holds(polynomial: Polynomial, op: str) -> bool:
    """Whether a polynomial in variables >= 0 is 0, or for "<=" whether its coefficients show that it is never below 0."""
    return not polynomial if op == "==" else all(coefficient >= 0 for coefficient in polynomial.values())


@dataclass(frozen=True, slots=True)
class _Class:
    """One residue class: every variable is `start + modulus*t` with t >= 0."""

    moduli: Mapping[Hashable, int]
    start: Mapping[Hashable, int]
    known: Mapping[Hashable, Domain]

    def polynomials(self, expression: Expression) -> list[Polynomial] | None:
        """The expression as a polynomial in the t's: several where a min or max may be either. None where it is none, or too large."""
        if isinstance(expression, int):
            return [{(): expression} if expression else {}]
        if isinstance(expression, Variable):
            return [_without_zeros({(): self.start[expression.name], (expression.name,): self.moduli[expression.name]})]
        lefts, rights = self.polynomials(expression.left), self.polynomials(expression.right)
        if lefts is None or rights is None or len(lefts) * len(rights) > 16:
            return None
        found: list[Polynomial] = []
        for left, right in product(lefts, rights):
            made = _combined(expression.kind, left, right)
            if made is None:
                return None
            found += [polynomial for polynomial in made if polynomial not in found]
        return found


def _combined(kind: str, left: Polynomial, right: Polynomial) -> list[Polynomial] | None:
    if kind == "+":
        return [_sum(left, right, 1)]
    if kind == "-":
        return [_sum(left, right, -1)]
    if kind == "*":
        return None if len(left) * len(right) > MAX_MONOMIALS else [_times(left, right)]
    if kind in ("//", "%"):
        return _divided(kind, left, right.get((), 0))
    return _chosen(kind, left, right)


def _divided(kind: str, polynomial: Polynomial, divisor: int) -> list[Polynomial] | None:
    """`//` and `%` where all but the constant is divisible: then the constant alone decides how it rounds."""
    constant = polynomial.get((), 0)
    rest = {monomial: coefficient for monomial, coefficient in polynomial.items() if monomial}
    if any(coefficient % divisor for coefficient in rest.values()):
        return None
    made: Polynomial = {monomial: coefficient // divisor for monomial, coefficient in rest.items()} if kind == "//" else {}
    made[()] = constant // divisor if kind == "//" else constant % divisor
    return [_without_zeros(made)]


def _chosen(kind: str, left: Polynomial, right: Polynomial) -> list[Polynomial]:
    """min or max: one of the two where that is sure, else both."""
    difference = _sum(right, left, -1)
    if _holds(difference, "<="):
        return [left if kind == "min" else right]
    if _holds(_sum(left, right, -1), "<="):
        return [right if kind == "min" else left]
    return [left, right]


def _sum(left: Polynomial, right: Polynomial, sign: int) -> Polynomial:
    return _without_zeros({monomial: left.get(monomial, 0) + sign * right.get(monomial, 0) for monomial in {**left, **right}})


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    out: Polynomial = {}
    for (a, x), (b, y) in product(left.items(), right.items()):
        monomial = tuple(sorted((*a, *b), key=repr))
        out[monomial] = out.get(monomial, 0) + x * y
    return _without_zeros(out)


def _without_zeros(polynomial: Mapping[Monomial, int]) -> Polynomial:
    return {monomial: coefficient for monomial, coefficient in polynomial.items() if coefficient}
