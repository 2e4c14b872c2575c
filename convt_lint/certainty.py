"""Which reports are certain on a path that the code can take. The rest is dropped: unknown stays unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from convt_lint.facts import Assumption, Fact, LayerBuilt
from convt_lint.interpret.conditions import consensus, feasible
from convt_lint.rules.base import Report, Rule

Pair = tuple[Rule, Report]


def certain(pairs: Iterable[Pair], facts: Iterable[Fact]) -> list[Pair]:
    """The reports that stand, one for each rule and place: the one that rests on the least."""
    arrivals: dict[Hashable, set[int]] = defaultdict(set)
    for fact in facts:
        arrivals[_way(fact)].add(id(fact))
    groups: dict[Hashable, list[Pair]] = defaultdict(list)
    for rule, report in pairs:
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


def _standing(group: list[Pair], arrivals: dict[Hashable, set[int]]) -> list[Pair]:
    everywhere = {id(report.fact) for _, report in group} == arrivals[_way(group[0][1].fact)]
    if not everywhere:
        group = [pair for pair in group if not any(item.guess for item in pair[1].fact.path.assumptions)]
    reports = [report for _, report in group]
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
