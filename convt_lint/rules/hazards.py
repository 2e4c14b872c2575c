"""What the rules about hazards share: legal layers, axis by axis, and the same lengths without the hazard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from convt_lint.dependence import spans
from convt_lint.facts import Facts, LayerBuilt
from convt_lint.geometry import Axis, has_gaps, offset, overlap, problems, silent_tail
from convt_lint.picture import Picture, picture
from convt_lint.rules import refusals
from convt_lint.rules.base import in_full, on_axes


def hazardous(facts: Facts, is_hazard: Callable[[Axis], bool]) -> Iterator[tuple[LayerBuilt, list[int], Axis]]:
    """The layers that torch takes and that have the hazard on some axes: the layer, those axes alike, and the first one's numbers.

    A layer that every run gives an `output_size=` has that in place of its output_padding, and is left out.
    """
    for layer in facts.of(LayerBuilt):
        if refusals.refused(layer) or refusals.ignores_output_padding(layer, facts):
            continue
        axes = layer.axes()
        bad = [index for index, axis in enumerate(axes) if axis is not None and not problems(axis) and is_hazard(axis)]
        first = axes[bad[0]] if bad else None
        if first is not None:
            yield layer, [index for index in bad if axes[index] == first], first


def bare_outputs(layer: LayerBuilt, axes: list[int], axis: Axis, facts: Facts) -> str:
    """ "; from length 10: outputs 18..19": which output samples get nothing but the bias, for the first known input; empty where none is known."""
    found = _seen(layer, axes, axis, facts)
    bare = () if found is None else found.bare()
    return f"; from length {found.length}: output{'s' if len(bare) > 1 else ''} {spans(bare, 'and')}" if found is not None and bare else ""


def taps_in_turn(layer: LayerBuilt, axes: list[int], axis: Axis, facts: Facts) -> str:
    """ "; from length 10: outputs get 1, 1, 2, 1, 2, ... taps": how many inputs reach each, for the first known input; empty where none is known."""
    found = _seen(layer, axes, axis, facts)
    if found is None:
        return ""
    shown = ", ".join(map(str, found.coverage()[:MAX_TAPS]))
    return f"; from length {found.length}: outputs get {shown}{', ...' if found.outputs > MAX_TAPS else ''} taps"


def _seen(layer: LayerBuilt, axes: list[int], axis: Axis, facts: Facts) -> Picture | None:
    """The picture of the layer on the first known input length."""
    for applied in facts.applications(layer):
        length = applied.lengths[axes[0]]
        if length is not None and length >= 1 and not refusals.takes_output_size(applied):
            try:
                return picture(length, axis)
            except ValueError:  # too large to look at
                return None
    return None


MAX_TAPS = 8


def healed(layer: LayerBuilt, axes: list[int], axis: Axis) -> tuple[str, ...]:
    """The parameters nearest to a multiple of stride as kernel that give the same lengths for every input, with no hazard; empty if there are none."""
    for kernel_size in sorted((axis.stride * times for times in (1, 2, 3, 4)), key=lambda size: (abs(size - axis.kernel_size), size)):
        candidate = _of_kernel(kernel_size, axis)
        fewest, most = overlap(candidate)
        if not problems(candidate) and offset(candidate) == offset(axis) and fewest == most and not has_gaps(candidate) and not silent_tail(candidate):
            return (f"{in_full(candidate)}{on_axes(layer, axes)} gives the same lengths without it",)
    return ()


def _of_kernel(kernel_size: int, axis: Axis) -> Axis:
    """The axis with another kernel, undilated, cropped so that the lengths stay; need not be legal."""
    plain = Axis(kernel_size, axis.stride)
    excess = offset(plain) - offset(axis)
    padding = max(0, -(-excess // 2))
    return plain._replace(padding=padding, output_padding=2 * padding - excess)
