from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from math import lcm

from convt_lint.dependence import MAX_PERIOD, Dependence, lengths_that_work
from convt_lint.facts import Assumption, Clash, Facts, ShapesMeet
from convt_lint.forms import condition, holds, label, owners
from convt_lint.proofs import period_of
from convt_lint.rules.base import Report, Rule
from convt_lint.rules.meeting import by_output_size, told
from convt_lint.symbolic import Dimension, Expression, names

MAX_TRIALS = 60_000
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
        meetings = list(facts.of(ShapesMeet))
        found: dict[tuple[int, str], tuple[list[Dimension], Dependence, _Meeting, Clash]] = {}
        for name in _lengths(meetings):
            for dependence, meeting, clash in _dependences(name, meetings):
                found.setdefault((id(meeting.fact), dependence.said()), ([], dependence, meeting, clash))[0].append(name)
        places: dict[int, ShapesMeet] = {}
        for lengths, dependence, meeting, clash in found.values():
            place = places.setdefault(id(meeting.fact), _without_guesses(meeting))
            yield _report(lengths, dependence, place, clash)


def _lengths(meetings: list[ShapesMeet]) -> list[Dimension]:
    """The input lengths that sizes hang on: those of parameters, which are the caller's to choose."""
    found: dict[Dimension, None] = {}
    for meeting in meetings:
        for size in meeting.trial.sizes if meeting.trial is not None else ():
            for name in names(size):
                if isinstance(name, Dimension) and _is_parameter(name.owner):
                    found[name] = None
    return sorted(found, key=lambda name: name.index, reverse=True)


def _is_parameter(owner: Hashable) -> bool:
    return isinstance(owner, tuple) and owner[:1] == ("parameter",)


@dataclass(frozen=True, eq=False, slots=True)
class _Meeting:
    """A meeting with what was assumed on the way: about the length (`limits`), about the rank (`guesses`), and the rest."""

    fact: ShapesMeet
    limits: tuple[tuple[Expression, Assumption], ...]
    guesses: frozenset[Assumption]
    others: frozenset[Assumption]

    @property
    def dead(self) -> bool:
        """Whether the path ends here whatever the length."""
        return self.fact.clash is not None

    def period(self, name: Dimension) -> int:
        sizes = self.fact.trial.sizes if self.fact.trial is not None else ()
        return lcm(*(period_of(size) for size in sizes if name in names(size)), *(period_of(size) for size, _ in self.limits))


def _sorted(name: Dimension, fact: ShapesMeet) -> _Meeting | None:
    """A meeting with its assumptions sorted; None where one of them may speak of the length and is not understood."""
    limits: list[tuple[Expression, Assumption]] = []
    guesses: set[Assumption] = set()
    others: set[Assumption] = set()
    for item in fact.path.assumptions:
        about = condition(item.term)
        if item.guess:
            guesses.add(item)
        elif about is not None and names(about[0]) == {name}:
            limits.append((about[0], item))
        elif _may_concern(name, item):
            return None
        else:
            others.add(item)
    return _Meeting(fact, tuple(limits), frozenset(guesses), frozenset(others))


def _may_concern(name: Dimension, item: Assumption) -> bool:
    bases = item.bases
    return not bases or any(name.owner in owners(base) or (isinstance(base, tuple) and base[:1] in (("any",), ("wide",))) for base in bases)


def _dependences(name: Dimension, facts: list[ShapesMeet]) -> Iterator[tuple[Dependence, _Meeting, Clash]]:
    kept = [fact for fact in facts if fact.clash is not None or (fact.trial is not None and any(name in names(size) for size in fact.trial.sizes))]
    for with_defaults in (False, True):
        found = [meeting for fact in kept if fact.path.with_defaults is with_defaults and (meeting := _sorted(name, fact)) is not None]
        living = [meeting for meeting in found if not meeting.dead]
        scenarios = _widest({meeting.others for meeting in living})
        for scenario in scenarios[:MAX_SCENARIOS]:
            dependence = _Search(name, [meeting for meeting in found if meeting.others <= scenario]).result()
            if dependence is not None:
                yield dependence
                return


def _widest(sets: set[frozenset[Assumption]]) -> list[frozenset[Assumption]]:
    """The sets that no other holds, the smallest first."""
    return sorted((one for one in sets if not any(one < other for other in sets)), key=lambda one: (len(one), sorted(item.said for item in one)))


class _TooMuch(Exception):
    """More trials than are worth it."""


class _Search:
    """One way through the code: which lengths pass all its meetings."""

    def __init__(self, name: Dimension, meetings: list[_Meeting]) -> None:
        self.name = name
        guesses = _widest({meeting.guesses for meeting in meetings})
        groups = [[meeting for meeting in meetings if meeting.guesses <= guess] for guess in guesses]
        self.groups = [[meeting for meeting in group if not meeting.dead] for group in groups if not any(meeting.dead for meeting in group)]
        self.left = MAX_TRIALS
        self.known: dict[tuple[int, int], Clash | None] = {}

    def result(self) -> tuple[Dependence, _Meeting, Clash] | None:
        """Which lengths work, and where and why one does not; None where all do that are long enough."""
        period = lcm(*(meeting.period(self.name) for group in self.groups for meeting in group)) if self.groups else MAX_PERIOD + 1
        try:
            found = lengths_that_work(period, lambda length: self.clash(length) is None, NEAR)
        except _TooMuch:
            return None
        if found is None:
            return None
        failing = self.clash(found.bad)
        if failing is None or failing[1].kind == "channels" or not any(side.trail is not None for side in failing[1].sides):
            return None  # what a layer says of the very input: its channels, its features
        return found, *failing

    def clash(self, length: int) -> tuple[_Meeting, Clash] | None:
        """Where an input of this length fails, whatever was guessed; None where it does not for one of the guesses."""
        found = [self._first(group, length) for group in self.groups]
        return found[0] if found and None not in found else None

    def _first(self, group: list[_Meeting], length: int) -> tuple[_Meeting, Clash] | None:
        for meeting in group:
            clash = self._tried(meeting, length)
            if clash is not None:
                return meeting, clash
        return None

    def _tried(self, meeting: _Meeting, length: int) -> Clash | None:
        key = (id(meeting), length)
        if key not in self.known:
            self.left -= 1
            if self.left < 0:
                raise _TooMuch
            trial = meeting.fact.trial
            values: dict[Hashable, int] = {self.name: length}
            met = all(holds(item.term, values) is item.holds for _, item in meeting.limits)
            self.known[key] = trial.clash(values) if met and trial is not None else None
        return self.known[key]


def _without_guesses(meeting: _Meeting) -> ShapesMeet:
    """The meeting as a fact that rests on no guess: every way that a guess can go was looked at."""
    path = meeting.fact.path
    return replace(meeting.fact, path=replace(path, assumptions=path.assumptions - meeting.guesses, inner=path.inner - meeting.guesses))


def _report(lengths: list[Dimension], found: Dependence, fact: ShapesMeet, clash: Clash) -> Report:
    shown = " and ".join(label(name) for name in reversed(lengths))
    each = f"{shown} each are" if len(lengths) > 1 else f"{shown} is"
    rule = f"runs only where {each} {found.said()}" if found.residues or found.short else f"runs for no {shown}"
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
