"""What a layer with an illegal output_padding was aimed at, which lengths it can reach, and what would reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convt_lint import geometry
from convt_lint.facts import Facts, LayerBuilt
from convt_lint.geometry import Axis
from convt_lint.rules import refusals
from convt_lint.rules.base import formula, in_full, on_axes, shown_range

Lengths = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """One axis of a layer, an input length and the output length aimed at, in samples; `stated` says that the code names it."""

    axis: Axis
    length: int
    target: int
    stated: bool

    @property
    def formula(self) -> str:
        return formula(self.length, self.axis)

    @property
    def evidence(self) -> dict[str, Any]:
        reach = geometry.reachable_lengths(self.length, self.axis)
        return {"length": self.length, "target": self.target, "reachable": [reach[0], reach[-1]] if reach else []}


def stated_lengths(layer: LayerBuilt, facts: Facts) -> tuple[Lengths, Lengths]:
    """The first known input lengths of the layer and the output lengths expected of them, in samples per axis."""
    nothing: Lengths = (None,) * layer.layer.dims
    expectations = [e for e in facts.expectations(layer) if e.applied is None or not refusals.takes_output_size(e.applied)]
    for expectation in expectations:
        lengths = expectation.lengths if expectation.applied is None else expectation.applied.lengths
        if any(length is not None for length in lengths):
            return lengths, expectation.expected
    for applied in facts.applications(layer):
        if not refusals.takes_output_size(applied) and any(length is not None for length in applied.lengths):
            return applied.lengths, nothing
    return nothing, nothing


def aim(layer: LayerBuilt, axis: int, facts: Facts) -> Aim | None:
    """What the layer is aimed at on a spatial axis: the stated length, else the one its own numbers give; None if unknown."""
    numbers = layer.axes()[axis]
    lengths, expected = stated_lengths(layer, facts)
    length, target = lengths[axis], expected[axis]
    if numbers is None or length is None or length < 1 or set(geometry.problems(numbers)) - {"output_padding"}:
        return None
    return Aim(numbers, length, geometry.output_length(length, numbers) if target is None else target, target is not None)


def described_reach(goal: Aim | None) -> str:
    """ ". From length 10 this layer reaches 19..20, not 30"; empty where nothing is known of the input."""
    reach = range(0) if goal is None else geometry.reachable_lengths(goal.length, goal.axis)
    if goal is None or not reach:
        return ""
    rest = "" if goal.target in reach else f", not {goal.target}"
    return f". From length {goal.length} this layer reaches {shown_range(reach)}{rest}"


def solved(goal: Aim, layer: LayerBuilt, axes: Sequence[int], limit: int = 3) -> tuple[str, ...]:
    """Parameter sets that reach what was aimed at, the least change first, each checked against the formula."""
    found = [s for s in geometry.solutions(goal.length, goal.target, goal.axis, limit=limit) if geometry.output_length(goal.length, s) == goal.target]
    return tuple(f"To get {goal.target} from {goal.length}{on_axes(layer, axes)}: {in_full(solution)}" for solution in found)


def same_lengths(axis: Axis) -> Axis | None:
    """A legal axis whose lengths are those that `axis`, illegal by its output_padding alone, was written for, for every input."""
    if geometry.problems(axis) != ("output_padding",):
        return None
    most = geometry.legal_output_padding(axis.stride, axis.dilation)[-1]
    steps = -(-(axis.output_padding - most) // 2)
    by_padding = axis._replace(padding=axis.padding - steps, output_padding=axis.output_padding - 2 * steps)
    by_kernel = axis._replace(kernel_size=axis.kernel_size + axis.output_padding, output_padding=0)
    for candidate in (by_padding, by_kernel):
        modest = candidate.kernel_size <= max(2 * axis.kernel_size, 8)
        if modest and not geometry.problems(candidate) and geometry.offset(candidate) == geometry.offset(axis):
            return candidate
    return None
