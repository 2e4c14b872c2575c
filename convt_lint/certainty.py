"""Which reports are certain on a path that the code can take. The rest is dropped: unknown stays unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import replace

from convt_lint.facts import Assumption, Fact, LayerBuilt, Path
from convt_lint.interpret.conditions import consensus, feasible
from convt_lint.rules.base import Report, Rule

Pair = tuple[Rule, Report]


def certain(pairs: Iterable[Pair], facts: Iterable[Fact]) -> list[Pair]:
    """The reports that stand, one for each rule and place: the one that rests on the least."""
    arrivals: dict[Hashable, set[int]] = defaultdict(set)
    lines: dict[Hashable, set[int]] = defaultdict(set)
    for fact in facts:
        arrivals[_way(fact)].add(id(fact))
        lines[_line(fact)].add(id(fact))
    groups: dict[Hashable, list[Pair]] = defaultdict(list)
    for rule, report in _beyond_guesses(list(pairs), lines):
        groups[(rule.code, _way(report.fact))].append((rule, report))
    standing: dict[Hashable, list[Pair]] = defaultdict(list)
    for group in groups.values():
        for pair in _standing(group, arrivals):
            standing[(pair[0].code, id(pair[1].fact.site))].append(pair)
    return [pair for found in standing.values() for pair in _one_voice(found)]


def _way(fact: Fact) -> Hashable:
    """What tells arrivals apart that are alternatives of one another: the place, the kind of fact, and the calls that led there."""
    path = fact.path
    return (id(fact.site), type(fact).__name__, path.with_defaults, tuple((id(step.site), step.text) for step in path.trace))


def _line(fact: Fact) -> Hashable:
    """As `_way`, whatever the calls were given: what a guess decided shows in that."""
    path = fact.path
    return (id(fact.site), type(fact).__name__, path.with_defaults, tuple(id(step.site) for step in path.trace))


def _beyond_guesses(pairs: list[Pair], lines: dict[Hashable, set[int]]) -> list[Pair]:
    """Leaves out the reports that rest on a guess, unless it is the same whichever way that goes, or the code fails either way."""
    reported: dict[Hashable, set[int]] = defaultdict(set)
    for rule, report in pairs:
        reported[(rule.code, _line(report.fact))].add(id(report.fact))
    paths = {report.fact.path for rule, report in pairs if rule.refuses}
    return [
        (rule, report)
        for rule, report in pairs
        if not any(item.guess for item in report.fact.path.assumptions)
        or reported[(rule.code, _line(report.fact))] == lines[_line(report.fact)]
        or (rule.refuses and _fails_either_way(report.fact.path, paths))
    ]


def _fails_either_way(path: Path, failing: Iterable[Path]) -> bool:
    """Whether each guess of a path, had it gone the other way, leads to a report too. Of the two, the one that guessed right is told."""
    guesses = [item for item in path.assumptions if item.guess]
    return all(item.holds and any(_is_other_way(path, item, other) for other in failing) for item in guesses)


def _is_other_way(path: Path, guess: Assumption, other: Path) -> bool:
    flipped = replace(guess, holds=False)
    return flipped in other.assumptions and other.assumptions - {flipped} <= path.assumptions and other.with_defaults is path.with_defaults


def _standing(group: list[Pair], arrivals: dict[Hashable, set[int]]) -> list[Pair]:
    reports = [report for _, report in group]
    everywhere = {id(report.fact) for report in reports} == arrivals[_way(reports[0].fact)]
    inner = consensus(_without_guesses(report.fact.path.inner) for report in reports)
    outer = consensus(_without_guesses(report.fact.path.assumptions - report.fact.path.inner) for report in reports)
    unconditional = frozenset() in inner
    followed = any(not any(item.opaque for item in path) for path in outer)
    possible = (everywhere and followed) or any(feasible(path) for path in outer)
    return [pair for pair in group if _is_literal(pair[1].fact) or (unconditional and possible and _stands_alone(pair[1].fact, everywhere))]


def _without_guesses(assumptions: frozenset[Assumption]) -> frozenset[Assumption]:
    return frozenset(item for item in assumptions if not item.guess)


def _is_literal(fact: Fact) -> bool:
    """Every number is written out in the call itself: it is wrong whenever it runs."""
    return isinstance(fact, LayerBuilt) and fact.literal


def _stands_alone(fact: Fact, everywhere: bool) -> bool:
    outer = _without_guesses(fact.path.assumptions - fact.path.inner)
    return everywhere or feasible(outer)


def _one_voice(found: list[Pair]) -> list[Pair]:
    """Of the reports of one rule at one place, those of the fact that rests on the least."""
    best = min((report.fact for _, report in found), key=_weight)
    return [pair for pair in found if pair[1].fact is best]


def _weight(fact: Fact) -> tuple[bool, int, int]:
    return fact.path.with_defaults, len(fact.path.trace), len(fact.path.assumptions)
