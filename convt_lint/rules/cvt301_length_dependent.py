from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from math import lcm

from convt_lint.dependence import FAR, Dependence, lengths_that_work
from convt_lint.facts import Assumption, Clash, Facts, ShapesMeet
from convt_lint.forms import condition, holds, label, owners, touches
from convt_lint.proofs import period_of
from convt_lint.rules.base import Report, Rule
from convt_lint.rules.meeting import by_output_size, told
from convt_lint.symbolic import Dimension, Expression, names

MAX_TRIALS = 20_000
MAX_TRIALS_OF_A_FILE = 20_000
MAX_SCENARIOS = 8
NEAR = 1000
"""The length from which examples are sought."""


class LengthDependent(Rule):
    """The network runs for some input lengths only.

    ## What it does
    Follows an unknown input length through the layers and compares the sizes that meet, for every length: says for which lengths `forward`
    raises, with two lengths next to each other of which one runs and the other does not. Not reported where it is only too short an input.

    ## Why is this bad
    An encoder rounds odd lengths down and a decoder doubles them again: skip connections then differ by a sample. That shows once an
    input of another length comes along.

    ## Example
    ```python
    import torch
    import torch.nn as nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Conv1d(1, 8, kernel_size=4, stride=2, padding=1)
            self.deeper = nn.Conv1d(8, 8, kernel_size=4, stride=2, padding=1)
            self.up = nn.ConvTranspose1d(8, 8, kernel_size=4, stride=2, padding=1)

        def forward(self, x):
            skip = self.down(x)
            return torch.cat([skip, self.up(self.deeper(skip))], dim=1)
    ```

    ## Use instead
    ```python
    import torch
    import torch.nn as nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.Conv1d(1, 8, kernel_size=4, stride=2, padding=1)
            self.deeper = nn.Conv1d(8, 8, kernel_size=4, stride=2, padding=1)
            self.up = nn.ConvTranspose1d(8, 8, kernel_size=4, stride=2, padding=1)

        def forward(self, x):
            skip = self.down(x)
            return torch.cat([skip, self.up(self.deeper(skip), output_size=skip.shape[2:])], dim=1)
    ```

    ## References
    - Ronneberger et al., [U-Net](https://arxiv.org/abs/1505.04597): "it is important to select the input tile size such that ..."
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html): `output_size`
    """

    code = "CVT301"
    name = "length-dependent"

    def check(self, facts: Facts) -> Iterator[Report]:
        if self.code not in facts.found_out:
            facts.found_out[self.code] = _alike(list(facts.of(ShapesMeet)))
        alike: dict[tuple[int, str], list[tuple[Dimension, _Found]]] = facts.found_out[self.code]
        places: dict[int, ShapesMeet] = {}
        for group in alike.values():
            meeting = group[0][1].meeting
            place = places.setdefault(id(meeting.fact), _without_guesses(meeting))
            yield _report([name for name, _ in group], group[0][1], place)


def _alike(meetings: list[ShapesMeet]) -> dict[tuple[int, str], list[tuple[Dimension, _Found]]]:
    """For which input lengths the meetings hold, those with one answer at one meeting together."""
    alike: dict[tuple[int, str], list[tuple[Dimension, _Found]]] = {}
    budget = _Budget(MAX_TRIALS_OF_A_FILE)
    for name in _lengths(meetings):
        for found in _dependences(name, meetings, budget):
            alike.setdefault((id(found.meeting.fact), found.dependence.said()), []).append((name, found))
    return alike


def _lengths(meetings: list[ShapesMeet]) -> list[Dimension]:
    """The input lengths that sizes hang on: those of parameters, which are the caller's to choose."""
    found: dict[Dimension, None] = {}
    for meeting in meetings:
        for size in meeting.trial.sizes if meeting.trial is not None else ():
            for name in names(size):
                if isinstance(name, Dimension) and name.index < 0 and _is_parameter(name.owner):
                    found[name] = None
    return sorted(found, key=lambda name: name.index, reverse=True)


def _is_parameter(owner: Hashable) -> bool:
    return isinstance(owner, tuple) and owner[:1] == ("parameter",)


@dataclass(frozen=True, eq=False, slots=True)
class _Meeting:
    """A meeting with what was assumed on the way: about the rank (`guesses`), and all else (`others`), of which `limits` are about the length.

    `names` are all that the length bears on this path: `x.shape[2]` may be `x.shape[-1]` by another name.
    """

    fact: ShapesMeet
    names: frozenset[Hashable]
    limits: tuple[tuple[Expression, Assumption], ...]
    guesses: frozenset[Assumption]
    others: frozenset[Assumption]

    @property
    def dead(self) -> bool:
        """Whether the path ends here whatever the length."""
        return self.fact.clash is not None

    @property
    def sizes(self) -> tuple[Expression, ...]:
        return self.fact.trial.sizes if self.fact.trial is not None else ()

    @property
    def period(self) -> int:
        return lcm(*(period_of(size) for size in self.sizes if not self.names.isdisjoint(names(size))), *(period_of(size) for size, _ in self.limits))

    def values(self, length: int) -> dict[Hashable, int]:
        return dict.fromkeys(self.names, length)

    def admits(self, length: int) -> bool:
        """Whether an input of this length comes here."""
        return all(holds(item.term, self.values(length)) is item.holds for _, item in self.limits)

    def hangs_on_it_alone(self, name: Dimension) -> bool:
        """Whether its sizes hang on nothing but sizes of the same tensor."""
        return all(_is_of(other, name.owner) or other in self.names for size in self.sizes for other in names(size))

    def hangs_on_others(self, name: Dimension) -> bool:
        """Whether a size in it hangs on another size of the same tensor too."""
        kept = [names(size) - self.names for size in self.sizes if not self.names.isdisjoint(names(size))]
        return any(isinstance(other, Dimension) and other.owner == name.owner for others in kept for other in others)


def _is_of(name: Hashable, owner: Hashable) -> bool:
    """Whether a variable is a size of a tensor, its batch axis too."""
    return (isinstance(name, Dimension) and name.owner == owner) or (isinstance(name, tuple) and name[0] == "size")


def _sorted(name: Dimension, fact: ShapesMeet) -> _Meeting | None:
    """A meeting with its assumptions sorted; None where one of them may speak of the length and is not understood."""
    called = frozenset({name, *(other for other, size in fact.path.same if size == name)})
    if touches(fact.path.checked, [name]):
        return None
    limits: list[tuple[Expression, Assumption]] = []
    guesses: set[Assumption] = set()
    others: set[Assumption] = set()
    for item in fact.path.assumptions:
        about = condition(item.term)
        if item.guess:
            guesses.add(item)
        elif about is not None and names(about[0]) <= called:
            limits.append((about[0], item))
            others.add(item)
        elif _may_concern(name, item):
            return None
        else:
            others.add(item)
    return _Meeting(fact, called, tuple(limits), frozenset(guesses), frozenset(others))


def _may_concern(name: Dimension, item: Assumption) -> bool:
    bases = item.bases
    return not bases or any(name.owner in owners(base) or (isinstance(base, tuple) and base[:1] in (("any",), ("wide",))) for base in bases)


def _dependences(name: Dimension, facts: list[ShapesMeet], budget: _Budget) -> Iterator[_Found]:
    kept = [fact for fact in facts if _concerns(name, fact)]
    for with_defaults in (False, True):
        found = [meeting for fact in kept if fact.path.with_defaults is with_defaults and (meeting := _sorted(name, fact)) is not None]
        living = [meeting for meeting in found if not meeting.dead]
        scenarios = _widest({meeting.others for meeting in living})
        for scenario in scenarios[:MAX_SCENARIOS]:
            result = _Search(name, [meeting for meeting in found if meeting.others <= scenario], budget).result()
            if result is not None:
                yield result
                return


def _concerns(name: Dimension, fact: ShapesMeet) -> bool:
    """Whether a size that meets others there hangs on the length, by whatever name."""
    called = {name, *(other for other, size in fact.path.same if size == name)}
    return fact.trial is not None and any(not called.isdisjoint(names(size)) for size in fact.trial.sizes)


def _widest(sets: set[frozenset[Assumption]]) -> list[frozenset[Assumption]]:
    """The sets that no other holds, the smallest first."""
    return sorted((one for one in sets if not any(one < other for other in sets)), key=lambda one: (len(one), sorted(item.said for item in one)))


@dataclass(frozen=True, eq=False, slots=True)
class _Found:
    """The lengths that work, and where and why one does not. `batched`: so it is for an input with a batch axis; `limited`: for lengths that
    take a certain way."""

    dependence: Dependence
    meeting: _Meeting
    clash: Clash
    batched: bool
    limited: bool


class _TooMuch(Exception):
    """More trials than are worth it."""


@dataclass(slots=True)
class _Budget:
    """How many trials are left for all the ways through a file."""

    left: int


class _Search:
    """One way through the code: which lengths pass all its meetings."""

    def __init__(self, name: Dimension, meetings: list[_Meeting], budget: _Budget) -> None:
        self.name = name
        self.budget = budget
        guesses = sorted(_widest({meeting.guesses for meeting in meetings}), key=lambda guess: sum(not item.holds for item in guess))
        groups = [[meeting for meeting in meetings if meeting.guesses <= guess] for guess in guesses]
        living = [group for group in groups if not any(meeting.dead for meeting in group)]
        self.meetings = living[0] if living else []
        self.others = living[1:]
        self.limited = list({(meeting.names, meeting.limits): meeting for meeting in self.meetings if meeting.limits}.values())
        self.suspect: _Meeting | None = None
        self.left = MAX_TRIALS
        self.known: dict[tuple[int, int], Clash | None] = {}

    def result(self) -> _Found | None:
        """Which lengths work, and where and why one does not; None where all do that are long enough."""
        period = lcm(*(meeting.period for meeting in self.meetings))
        try:
            far = next((length for length in range(period * FAR, period * (FAR + 1)) if self._admits(length)), None)
            first = None if far is None else self._first(self.meetings, far)
            if far is None or (first is not None and self._says_nothing(*first, far)):
                return None
            found = lengths_that_work(period, self._works, NEAR, self._admits)
            failing = None if found is None else self._first(self.meetings, found.bad)
            if found is None or failing is None or self._says_nothing(*failing, found.bad):
                return None
            if not all(meeting.hangs_on_it_alone(self.name) for meeting in self.meetings):
                found = replace(found, good=None)
            batched = any(self._first(group, found.bad) is None for group in self.others)
            return _Found(found, *failing, batched=batched, limited=bool(self.limited))
        except _TooMuch:
            return None

    def _says_nothing(self, meeting: _Meeting, clash: Clash, length: int) -> bool:
        """Whether a clash is about the very input, its channels or features, or about height times width, which hangs on both."""
        if clash.kind == "channels" or (clash.kind in ("features", "elements") and meeting.hangs_on_others(self.name)):
            return True
        longer = self._tried(meeting, length + meeting.period)
        others = () if longer is None or len(longer.sides) != len(clash.sides) else longer.sides
        growing = [side for side, other in zip(clash.sides, others, strict=False) if side.size != other.size] if others else clash.sides
        return all(side.trail is None for side in growing)

    def _admits(self, length: int) -> bool:
        """Whether an input of this length takes this way to its end."""
        return all(meeting.admits(length) for meeting in self.limited)

    def _works(self, length: int) -> bool:
        """Whether an input of this length passes. What refused the last one is asked first."""
        if self.suspect is not None and self._tried(self.suspect, length) is not None:
            return False
        failing = self._first(self.meetings, length)
        self.suspect = None if failing is None else failing[0]
        return failing is None

    def _first(self, group: list[_Meeting], length: int) -> tuple[_Meeting, Clash] | None:
        """Where an input of this length fails first."""
        for meeting in group:
            clash = self._tried(meeting, length)
            if clash is not None:
                return meeting, clash
        return None

    def _tried(self, meeting: _Meeting, length: int) -> Clash | None:
        key = (id(meeting), length)
        if key not in self.known:
            self.left -= 1
            self.budget.left -= 1
            if min(self.left, self.budget.left) < 0:
                raise _TooMuch
            trial = meeting.fact.trial
            self.known[key] = trial.clash(meeting.values(length)) if trial is not None else None
        return self.known[key]


def _without_guesses(meeting: _Meeting) -> ShapesMeet:
    """The meeting as a fact that rests on no guess: every way that a guess can go was looked at."""
    path = meeting.fact.path
    return replace(meeting.fact, path=replace(path, assumptions=path.assumptions - meeting.guesses, inner=path.inner - meeting.guesses))


def _report(lengths: list[Dimension], result: _Found, fact: ShapesMeet) -> Report:
    found, clash = result.dependence, result.clash
    shown = " and ".join(label(name) for name in reversed(lengths))
    each = f"{shown} each are" if len(lengths) > 1 else f"{shown} is"
    rule = f"runs only where {each} {found.said()}" if found.residues or found.short else f"runs for no {shown}"
    rule = f"of the lengths that come here, it {rule}" if result.limited else rule
    rule += " (and it has a batch axis)" if result.batched else ""
    conditions = fact.conditions()
    rule = f"where {' and '.join(conditions)}, it {rule}" if conditions else rule
    fits = f"{found.good} fits, " if found.good is not None else ""
    pad = f"pad the input until {each} {found.said()}" if found.residues else ""
    return Report(
        fact,
        f"{rule}: {fits}with {found.bad} {told(fact, clash)}",
        suggestions=(*by_output_size(clash), *([pad] if pad else [])),
        evidence={
            "lengths": [label(name) for name in lengths],
            "period": found.period,
            "residues": list(found.residues),
            "short": list(found.short),
            "good": found.good,
            "bad": found.bad,
        },
    )
