"""Whether stated sizes can all be true: of the runs of some layers whose lengths hang on one input, for some length of it.

Sizes of layers grow with the input's length, so those lengths for which a size is what is stated are an interval, and statements hold together
where their intervals meet. What cannot be told counts as true.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache
from math import lcm

from convt_lint.facts import Claim, LayerApplied, Multiple, Scenario, StatedSize
from convt_lint.symbolic import Expression, Operation, Variable, evaluate, names

MAX_LENGTH = 2**40
_EXAMPLES = (5040, 10080, 15120)
"""Values for a name in a comment, before what it is divided by: multiples of many strides."""


def can_hold(claims: Sequence[Claim], scenario: Scenario) -> bool:
    """Whether some input makes all claims true."""
    dims = max((len(claim.sizes) for claim in claims), default=0)
    return all(_axis_holds([claim for claim in claims if axis < len(claim.sizes)], scenario, axis) for axis in range(dims))


def length_of(claim: Claim, role: str, claims: Sequence[Claim], scenario: Scenario, axis: int) -> int | None:
    """The one size that a claim's layer has as input ("in") or output ("out") on an axis, if the claims in `claims` are true; None where it is not one."""
    form = _form(claim, scenario, axis, role)
    if form is None or isinstance(form, int):
        return form
    variables = names(form)
    rows = [row for row in _rows(claims, scenario, axis, None) if names(row[0]) == variables]
    spans = [span for expression, size in rows if (span := lengths_for(expression, size)) is not None]
    if len(variables) != 1 or not spans:
        return None
    low, high = max(span[0] for span in spans), min(span[1] for span in spans)
    found = {_at(form, length) for length in {low, high}}
    return found.pop() if low <= high and len(found) == 1 else None


def _axis_holds(claims: Sequence[Claim], scenario: Scenario, axis: int) -> bool:
    stated = [claim.sizes[axis] for claim in claims]
    multiples = [size for size in stated if isinstance(size, Multiple)]
    if any(isinstance(size, int) for size in stated):
        return _hold(_rows(claims, scenario, axis, None))
    if all(size.plain for size in multiples) or len({size.name for size in multiples}) > 1:
        return True  # a name alone may stand for any size
    step = lcm(*(size.over for size in multiples))
    values = [value for claim in claims if (value := _told(claim, scenario, axis)) is not None]
    rests = range(step) if step <= MAX_RESTS else (0, 1, step // 2, step - 1)
    examples = (example * step + rest for rest in rests for example in _EXAMPLES)  # what is divided is rounded down
    return any(_hold(_rows(claims, scenario, axis, value)) for value in values or examples)


MAX_RESTS = 64


def _told(claim: Claim, scenario: Scenario, axis: int) -> int | None:
    """The value of the name in a claim, where what it is stated of is a known number."""
    size, form = claim.sizes[axis], _form(claim, scenario, axis, claim.role)
    return (form * size.over - size.plus) // size.times if isinstance(size, Multiple) and isinstance(form, int) and size.times > 0 else None


def _rows(claims: Iterable[Claim], scenario: Scenario, axis: int, value: int | None) -> list[tuple[Expression, int]]:
    """What is stated on an axis: a form and its number, where names in the statements have a value."""
    rows: list[tuple[Expression, int]] = []
    for claim in claims:
        form, size = _form(claim, scenario, axis, claim.role), _number(claim.sizes[axis], value)
        if form is not None and size is not None:
            rows.append((form, size))
    return rows


def _number(size: StatedSize, value: int | None) -> int | None:
    if not isinstance(size, Multiple):
        return size
    if value is None:
        return None
    return size.at(value)


def _form(claim: Claim, scenario: Scenario, axis: int, role: str) -> Expression | None:
    """A size of a claim's layer as a formula in the input's length; None where it is not known."""
    run = scenario.get(claim.target)
    if run is not None and (_asks_size(run) or not run.forms):
        return None
    length = None if run is None else run.forms[axis]
    length = Variable(("claim", id(claim.target), axis)) if length is None else length
    return length if role == "in" else claim.layer.output_form(axis, length)


def _asks_size(run: LayerApplied) -> bool:
    return isinstance(run.output_size, tuple)


def _hold(rows: Sequence[tuple[Expression, int]]) -> bool:
    """Whether forms have their numbers, all of one variable for the same value of it."""
    spans: dict[Hashable, list[tuple[int, int]]] = {}
    for form, size in rows:
        variables = names(form)
        if not variables:
            if evaluate(form, {}) != size:
                return False
        elif len(variables) == 1 and (span := lengths_for(form, size)) is not None:
            spans.setdefault(next(iter(variables)), []).append(span)
    return all(max(low for low, _ in found) <= min(high for _, high in found) for found in spans.values())


@lru_cache(maxsize=8192)
def lengths_for(form: Expression, size: int) -> tuple[int, int] | None:
    """The first and the last length, from 1 on, for which a form of one variable has a value (the first above the last: none); None where that
    cannot be told."""
    if not _grows(form):
        return None
    return _first_above(form, size - 1), _first_above(form, size) - 1


def _first_above(form: Expression, size: int) -> int:
    """The first length for which a growing form is more than `size`."""
    low, high = 0, 1
    while _at(form, high) <= size:
        low, high = high, high * 2
        if high > MAX_LENGTH:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _at(form, middle) <= size else (low, middle)
    return high


def _at(form: Expression, length: int) -> int:
    return evaluate(form, dict.fromkeys(names(form), length))


def _grows(form: Expression) -> bool:
    """Whether a form never falls where its variable grows. Sound, not complete."""
    if not isinstance(form, Operation):
        return True
    if form.kind in ("+", "min", "max"):
        return _grows(form.left) and _grows(form.right)
    if form.kind == "-":
        return _grows(form.left) and isinstance(form.right, int)
    if form.kind == "*":
        return (isinstance(form.left, int) and form.left >= 0 and _grows(form.right)) or (isinstance(form.right, int) and form.right >= 0 and _grows(form.left))
    return form.kind == "//" and _grows(form.left)
