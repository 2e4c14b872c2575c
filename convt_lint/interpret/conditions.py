"""Conditions whose truth is not known: what was assumed of a value, and what follows from it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from convt_lint import forms
from convt_lint.facts import Assumption
from convt_lint.interpret.values import WIDE, root
from convt_lint.symbolic import names


@dataclass(frozen=True, slots=True)
class Condition:
    """`subject op operand`, where the subject is the term of an unknown value.

    op is "==", "<", "<=", "in", "is" (identity with None, True or False), or "truthy" (then operand is None).
    """

    subject: Hashable
    op: str
    operand: Any
    bases: frozenset[Hashable]
    opaque: bool
    cause: str
    guess: bool = False

    def assumption(self, holds: bool) -> Assumption:
        return Assumption((self.subject, self.op, _key(self.operand)), holds, self.bases, self.opaque, self.guess, self._said(holds))

    def _said(self, holds: bool) -> str:
        """The condition in words, for what a reader can look up: a parameter, an attribute, an item."""
        name = self.cause.removeprefix("parameter ")
        if self.guess or self.op not in _WORDS or not all(part.isidentifier() for part in name.split(".")):
            return ""
        if self.op == "truthy":
            return name if holds else f"not {name}"
        return f"{name} {_WORDS[self.op][not holds]} {self.operand!r}"

    @property
    def key(self) -> Hashable:
        return (self.subject, self.op, _key(self.operand))


_WORDS = {"==": ("==", "!="), "<": ("<", ">="), "<=": ("<=", ">"), "in": ("in", "not in"), "is": ("is", "is not"), "truthy": ("", "")}


def _key(operand: Any) -> Hashable:
    return (type(operand).__name__, operand)


class _Fresh:
    """A value different from every constant: true, equal to nothing, not ordered."""


_FRESH = _Fresh()


def holds_for(witness: Any, op: str, operand: Any) -> bool | None:
    """Whether the condition holds for a concrete value; None where Python would raise."""
    if op == "truthy":
        return bool(witness)
    if op == "is":
        return witness is operand
    if op == "==":
        return bool(witness == operand)
    if op == "in":
        return any(witness == item for item in operand)
    if isinstance(witness, (int, float)) and isinstance(operand, (int, float)):
        return bool(witness < operand) if op == "<" else bool(witness <= operand)
    return None


def _candidates(operands: Iterable[Any]) -> list[Any]:
    found: list[Any] = [_FRESH, None, True, False, 0, 1, "", "?", ()]
    for operand in operands:
        for item in operand if isinstance(operand, tuple) else (operand,):
            found.append(item)
            if isinstance(item, (int, float)) and not isinstance(item, bool):
                found += [item - 1, item + 1, item - 0.5, item + 0.5]
        if isinstance(operand, tuple):
            found.append(operand)
    return found


def possible(constraints: Iterable[tuple[str, Any, bool]]) -> bool:
    """Whether some value meets all constraints (op, operand, holds) on one subject."""
    fixed = list(constraints)
    # A long chain of `case 1: …` rules out one value after another: these are looked up, and only the others tried one by one.
    ruled_out = {operand for op, operand, holds in fixed if op == "==" and not holds and operand == operand}
    others = [entry for entry in fixed if entry[0] != "==" or entry[2]]
    return any(
        value not in ruled_out and all(holds_for(value, op, operand) is holds for op, operand, holds in others)
        for value in _candidates(operand for _, operand, _ in fixed)
    )


def related(a: Assumption, b: Assumption) -> bool:
    """Whether two assumptions may depend on each other: on different conditions over a shared free symbol."""
    if a.term[0] == b.term[0]:  # type: ignore[index]
        return False
    if a.bases & b.bases or WIDE in (a.bases, b.bases):
        return True
    calls_a = {base[1] for base in a.bases if isinstance(base, tuple) and base[:1] == ("any",)}
    calls_b = {base[1] for base in b.bases if isinstance(base, tuple) and base[:1] == ("any",)}
    return bool(calls_a & _roots(b) or calls_b & _roots(a))


def _roots(assumption: Assumption) -> set[Hashable]:
    return {base[1] if isinstance(base, tuple) and base[:1] == ("any",) else root(base) for base in assumption.bases}


def feasible(assumptions: Iterable[Assumption]) -> bool:
    """Whether the assumptions surely can hold together: none opaque, no two related ones."""
    items = list(assumptions)
    numeric = [item for item in items if item.opaque and forms.condition(item.term) is not None]
    rest = [item for item in items if item not in numeric]
    if any(item.opaque for item in rest) or not _has_witness(numeric):
        return False
    pairs = ((a, b) for i, a in enumerate(rest) for b in (*rest[i + 1 :], *numeric))
    return not any(related(a, b) for a, b in pairs)


MAX_TRIED = 4096


def _has_witness(numeric: list[Assumption]) -> bool:
    """Whether conditions over numbers that the caller chooses hold for some values."""
    subjects = [about[0] for item in numeric if (about := forms.condition(item.term)) is not None]
    variables = sorted(frozenset().union(*map(names, subjects)), key=repr)
    if not all(forms.is_given(name) for name in variables):
        return False
    reach = int(MAX_TRIED ** (1 / max(len(variables), 1)))
    values = (dict(zip(variables, point, strict=True)) for point in product(range(1, reach + 1), repeat=len(variables)))
    return any(all(forms.holds(item.term, point) is item.holds for item in numeric) for point in values)


# -- one of several ways -------------------------------------------------------------------------------------------------------

_EITHER = "either"
MAX_WAYS = 6


def ways(assumptions: Iterable[Assumption]) -> list[frozenset[Assumption]]:
    """What a path assumed, as the ways it can have come: more than one where it was joined from several."""
    single: list[Assumption] = []
    several: list[frozenset[frozenset[Assumption]]] = []
    for item in assumptions:
        subject = item.term[0]  # type: ignore[index]
        if isinstance(subject, tuple) and subject[:1] == (_EITHER,):
            several.append(subject[1])
        else:
            single.append(item)
    found = [frozenset(single)]
    for parts in several:
        found = [way | part for way in found for part in parts]
    return found


def merged(ways_here: Iterable[frozenset[Assumption]]) -> tuple[frozenset[Assumption], Condition | None]:
    """What holds whichever of several ways a path has come, and the condition that it was one of them; None where that says no more.

    That condition is opaque: what rests on it is certain on no single way.
    """
    found = set(ways_here)
    common = frozenset.intersection(*found)
    rest = frozenset(way - common for way in found)
    if frozenset() in rest or _are_opposite(rest):
        return common, None
    if len(rest) <= 2 * MAX_WAYS:
        found = consensus(rest)
        rest = frozenset(found)
        if frozenset() in rest:
            return common, None
        more = frozenset.intersection(*found)
        common, rest = common | more, frozenset(way - more for way in found)
    bases = frozenset().union(*(item.bases for way in rest for item in way))
    subject = (_EITHER, rest if len(rest) <= MAX_WAYS else frozenset({frozenset({_lump(bases)})}))
    return common, Condition(subject, "truthy", None, bases, True, "one of several ways")


def _are_opposite(rest: frozenset[frozenset[Assumption]]) -> bool:
    """Whether there are two ways, on which one condition went the one and the other way: nothing is known of it then."""
    if len(rest) != 2:
        return False
    one, other = rest
    if len(one) != 1 or len(other) != 1:
        return False
    (a,), (b,) = one, other
    return a.holds is not b.holds and a == _flipped(b)


def _flipped(item: Assumption) -> Assumption:
    """The assumption that it went the other way."""
    return Assumption(item.term, not item.holds, item.bases, item.opaque, item.guess, item.said)


def _lump(bases: frozenset[Hashable]) -> Assumption:
    """More ways than are worth keeping apart."""
    return Assumption(("lump", "truthy", bases), True, bases, True)


def is_either(condition: Condition) -> bool:
    """Whether a condition says that a path has come one of several ways."""
    return isinstance(condition.subject, tuple) and condition.subject[:1] == (_EITHER,)


MAX_PATHS = 1_000
"""With more paths than these none is merged any further."""


def consensus(paths: Iterable[frozenset[Assumption]]) -> set[frozenset[Assumption]]:
    """Drops from a set of paths the assumptions that do not matter: two paths that differ in one assumption's truth are one without it. All pairs count, so
    that the result is the same in whatever order they come."""
    found = set(paths)
    new = found
    while new and len(found) <= MAX_PATHS:
        new = {rest for path in new for item in path if (rest := path - {item}) not in found and rest | {_flipped(item)} in found}
        found = found | new
    return {path for path in found if not any(other < path for other in found)}
