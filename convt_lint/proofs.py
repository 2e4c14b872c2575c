"""What holds of expressions for every value of their variables: proved, refuted by the smallest witness, or unknown.

Every variable is split by residue, v = modulus*t + r with the modulus a common multiple of the literal divisors: each `//` and `%` becomes
exact, and what is left are polynomials. Sound always; complete for `==` over + - * with literal `//` and `%`, within the bounds on the work.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import gcd, lcm, prod
from typing import TypeAlias

from convt_lint.canonical import TooLarge, summands
from convt_lint.symbolic import Expression, Operation, Variable, evaluate, names

MAX_CLASSES = 20_000
"""How many residue classes are looked at."""
MAX_POINTS = 30_000
"""How many values are tried for a witness."""
MAX_MONOMIALS = 400


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
    period = period_of(gap)
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


def period_of(expression: Expression) -> int:
    """A number by whose multiples every variable may move without changing how `//` and `%` round."""
    if not isinstance(expression, Operation):
        return 1
    if expression.kind in ("//", "%"):
        assert isinstance(expression.right, int)
        return expression.right * period_of(expression.left)
    return lcm(period_of(expression.left), period_of(expression.right))


def never_equal(left: Expression, right: Expression, least: Callable[[Hashable], int | None]) -> bool:
    """Whether two expressions are surely different for all values; `least` gives a variable's least value, None where any int is possible."""
    gap = Operation("-", left, right)
    if _of_other_remainder(gap):
        return True
    bounds = {name: least(name) for name in names(gap)}
    period = period_of(gap)
    if period ** len(bounds) > MAX_CLASSES or (None in bounds.values() and _chooses(gap)):
        return False
    moduli = dict.fromkeys(bounds, period)
    bounded = frozenset(name for name, bound in bounds.items() if bound is not None)
    known = {name: Domain(bound or 0) for name, bound in bounds.items()}
    for residues in product(range(period), repeat=len(bounds)):
        start = {name: (bounds[name] or 0) + r for name, r in zip(bounds, residues, strict=True)}
        found = _Class(moduli, start, known).polynomials(gap)
        if found is None or not all(_never_zero(polynomial, bounded) for polynomial in found):
            return False
    return True


def _of_other_remainder(gap: Expression) -> bool:
    """Whether a sum is no multiple of what divides all its terms but the constant: then it is never 0."""
    try:
        terms = summands(gap)
    except TooLarge:
        return False
    constant = terms.get((), 0)
    rest = [coefficient for atoms, coefficient in terms.items() if atoms]
    return constant % gcd(*rest) != 0 if rest else constant != 0


def _chooses(expression: Expression) -> bool:
    """Whether there is a min or max in it."""
    return isinstance(expression, Operation) and (expression.kind in ("min", "max") or _chooses(expression.left) or _chooses(expression.right))


def _never_zero(polynomial: Polynomial, bounded: frozenset[Hashable]) -> bool:
    """Whether a polynomial is never 0, for t >= 0 in the bounded variables and any t in the others."""
    constant = polynomial.get((), 0)
    rest = {monomial: coefficient for monomial, coefficient in polynomial.items() if monomial}
    if not rest or constant % gcd(*rest.values()):
        return constant != 0
    if not constant or not frozenset(name for monomial in rest for name in monomial) <= bounded:
        return False
    return all((coefficient > 0) is (constant > 0) for coefficient in rest.values())


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
