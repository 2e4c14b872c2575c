"""Sizes in docstrings that no input makes true."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from convt_lint import geometry
from convt_lint.facts import ExampleShown, Facts, SizeDocumented
from convt_lint.forms import shown
from convt_lint.lines import evidence, line
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, changes, describe, known_arguments
from convt_lint.rules.cvt201_length_mismatch import LengthMismatch
from convt_lint.rules.cvt202_unreachable_length import UnreachableLength
from convt_lint.rules.cvt206_shapes_do_not_meet import ShapesDoNotMeet
from convt_lint.symbolic import evaluate, names

_LENGTH = 10


def reports(facts: Facts) -> Iterator[Report]:
    """What docstrings say of the sizes that functions return, where it is wrong at every `return` of which it can be told."""
    functions: dict[Hashable, list[SizeDocumented]] = {}
    for fact in facts.of(SizeDocumented):
        functions.setdefault((id(fact.docstring), fact.path.trace), []).append(fact)
    for found in functions.values():
        axes: dict[str, list[SizeDocumented]] = {}
        for fact in found:
            axes.setdefault(fact.stated, []).append(fact)
        wrong = [same[0] for same in axes.values() if all(fact.agrees is False for fact in same)]
        if wrong and not refusals.refused(wrong[0].layer):
            yield _report(wrong[0])


def examples(facts: Facts) -> Iterator[Report]:
    """What examples in docstrings and documents print and the code does not give."""
    stated = [fact.stated for fact in facts.of(ExampleShown)]
    shown = {id(fact) for fact in stated}
    for rule in (LengthMismatch, UnreachableLength, ShapesDoNotMeet) if stated else ():
        for report in rule().check(Facts([*facts, *stated])):
            if id(report.fact) in shown:
                yield replace(report, message=f"the example prints another size: {report.message}")


def _report(fact: SizeDocumented) -> Report:
    layer, variables = fact.layer, names(fact.given)
    sample = evaluate(fact.given, dict.fromkeys(variables, _LENGTH))
    row = fact.docstring.row + fact.line
    given = f"{shown(fact.given)} ({_LENGTH} -> {sample})" if variables else str(fact.given)
    return Report(
        fact,
        f'{describe(layer)}: the docstring at {line(row)} says {fact.stated} ("{fact.text[:60]}"), but what is returned has length {given}',
        suggestions=(f"write {shown(fact.given)} in the docstring", *_repair(fact)),
        evidence={**known_arguments(layer), "docstring": fact.text, **evidence(row, "docstring_"), "stated": fact.stated, "given": shown(fact.given)},
    )


def _repair(fact: SizeDocumented) -> tuple[str, ...]:
    """The least change of the one layer on the way that makes its output stride times as long as its input."""
    axis = fact.layer.axes()[fact.trail.axis] if fact.only else None
    if axis is None or geometry.offset(axis) == 0:
        return ()
    exact = [s for s in geometry.solutions(_LENGTH, _LENGTH * axis.stride, axis) if s.stride == axis.stride and geometry.offset(s) == 0]
    return tuple(f"{changes(axis, s)} makes it {axis.stride} times as long" for s in exact[:1])
