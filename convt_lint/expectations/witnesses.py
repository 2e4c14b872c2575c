"""Whether a size that is stated for every input holds for every input that comes to where it is stated, and an input for which it does not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from math import lcm
from typing import TYPE_CHECKING, Any

from convt_lint.facts import Assumption, Fact, ShapesMeet, Trial
from convt_lint.forms import condition, holds, is_given, owners
from convt_lint.lengths import form, same
from convt_lint.proofs import period_of
from convt_lint.symbolic import Dimension, Expression, evaluate, names

if TYPE_CHECKING:
    from convt_lint.interpret.machine import Machine

MAX_PERIOD = 128
FAR = 1000
"""Where sizes are tried: far beyond kernels and paddings, so that what fails there does not fail for an input that is too short alone."""
_NEAR = (10, 11, 12, 13, 16, 17, 24, 25, 32, 33, 64, 65, 100, 101, 128, 129)
_CHANNELS = (*range(1, 65), *range(80, 257, 16), *range(288, 1025, 32))


def refuting(machine: Machine, given: Iterable[Any], stated: Iterable[Any]) -> Mapping[Hashable, int] | None:
    """The value of one size of an input for which a size is not the stated one; None where none is found, or where that size may be kept out."""
    for mine, theirs in zip(given, stated, strict=True):
        found = None if same(mine, theirs) else _witness(machine, form(mine), form(theirs))
        if found is not None:
            return found
    return None


def _witness(machine: Machine, mine: Expression | None, theirs: Expression | None) -> Mapping[Hashable, int] | None:
    if mine is None or theirs is None:
        return None
    variables = list(names(mine) | names(theirs))
    if len(variables) != 1 or not isinstance(variables[0], Dimension) or not is_given(variables[0]):
        return None
    ways = _ways(machine, variables[0])
    if ways is None:
        return None

    def differs(value: int) -> bool:
        values = {variables[0]: value}
        return evaluate(mine, values) != evaluate(theirs, values)

    period = lcm(period_of(mine), period_of(theirs), ways.period)
    if period > MAX_PERIOD:
        return None
    # Whoever writes "b c t" for an autoencoder knows that it halves lengths: what a network cannot do with a multiple of its strides is wrong.
    far = [value for value in range(FAR, FAR + 2 * period) if value % period == 0 and differs(value) and ways.admit(value)]
    if far and names(mine) == names(theirs):  # else the code may be meant for the one value for which they are equal
        return {variables[0]: next((value for value in _NEAR if value % period == 0 and differs(value) and ways.admit(value)), far[0])}
    # A number of channels, of which a single one is let in.
    admitted = [value for value in _CHANNELS if ways.admit(value)] if not any(map(ways.admit, range(FAR, FAR + period))) else []
    return {variables[0]: admitted[0]} if len(admitted) == 1 and differs(admitted[0]) else None


class _Ways:
    """What a size must meet to come here: conditions on the way, and operations that run."""

    def __init__(self, name: Dimension, limits: list[tuple[Expression, Assumption]], meetings: list[ShapesMeet]) -> None:
        self.name = name
        self.limits = limits
        self.meetings = meetings

    @property
    def period(self) -> int:
        sizes = [size for meeting in self.meetings for size in _sizes(meeting) if names(size) == {self.name}]
        return lcm(*(period_of(size) for size, _ in self.limits), *(period_of(size) for size in sizes))

    def admit(self, value: int) -> bool:
        """Whether a value surely comes here."""
        values: dict[Hashable, int] = {self.name: value}
        if not all(holds(item.term, values) is item.holds for _, item in self.limits):
            return False
        return all(meeting.trial is None or _passes(meeting.trial, self.name, value) for meeting in self.meetings)


def _passes(trial: Trial, name: Dimension, value: int) -> bool:
    """Whether an operation runs for a value: not where that must be equal to something that is not known, a layer's `in_channels=ch`."""
    if trial.clash({name: value}) is not None or any(name in names(size) for size in trial.tied):
        return False
    others = {other for size in trial.sizes for other in names(size) if not isinstance(other, Dimension)}

    def runs(number: int) -> bool:
        return trial.clash({**dict.fromkeys(others, number), name: value}) is None

    return not others or runs(1 if value != 1 else 2) or not runs(value)


def _ways(machine: Machine, name: Dimension) -> _Ways | None:
    """The conditions and operations on the way; None where a condition may be about the size and is not understood."""
    world = machine.world
    limits: list[tuple[Expression, Assumption]] = []
    for item in world.assumptions:
        about = condition(item.term)
        if item.guess:
            continue
        if about is not None and names(about[0]) == {name}:
            limits.append((about[0], item))
        elif _may_concern(name, item):
            return None
    flipped = {(item.term, not item.holds) for item in world.assumptions}
    return _Ways(name, limits, list(_meetings(machine.facts, name, flipped)))


def _meetings(found: Iterable[Fact], name: Dimension, excluded: set[tuple[Hashable, bool]]) -> Iterator[ShapesMeet]:
    """The operations that hang on a size, on any way that may have led here."""
    for fact in found:
        concerned = isinstance(fact, ShapesMeet) and fact.clash is None and any(name in names(size) for size in _sizes(fact))
        if concerned and isinstance(fact, ShapesMeet) and not any((item.term, item.holds) in excluded for item in fact.path.assumptions):
            yield fact


def _sizes(meeting: ShapesMeet) -> tuple[Expression, ...]:
    return meeting.trial.sizes if meeting.trial is not None else ()


def _may_concern(name: Dimension, item: Assumption) -> bool:
    bases = item.bases
    return not bases or any(name.owner in owners(base) or (isinstance(base, tuple) and base[:1] in (("any",), ("wide",))) for base in bases)
