from __future__ import annotations

from collections.abc import Iterator

from convt_lint import geometry
from convt_lint.facts import Facts, LayerApplied, LayerBuilt, RangeStated, ShapesMeet
from convt_lint.findings import LayerKind
from convt_lint.rules import refusals
from convt_lint.rules.base import SHOWN, Report, Rule, built_where, describe, formula, known_arguments, on_axes, probe
from convt_lint.rules.cvt204_output_size_out_of_range import fault
from convt_lint.rules.kinds import named
from convt_lint.rules.meeting import reported
from convt_lint.rules.reach import Lengths


class EmptyOutput(Rule):
    """The output has no samples for the known input.

    ## What it does
    Reports a run whose known input length gives an output length below 1: of a transposed convolution whose `padding` crops more than
    there is, and of a convolution or pooling whose kernel is larger than its padded input.

    ## Why is this bad
    `padding` crops more than there is. A small layer raises "Output size is too small"; with several groups or a larger batch torch
    may return an empty tensor without a word, and the loss over it is nan.

    ## Example
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, padding=6)
    y = up(torch.randn(1, 1, 10))
    ```

    ## Use instead
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, padding=1)
    y = up(torch.randn(1, 1, 10))
    ```

    ## References
    - [torch.nn.ConvTranspose1d: Shape](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT203"
    name = "empty-output"
    refuses = True

    def check(self, facts: Facts) -> Iterator[Report]:
        for meeting in facts.of(ShapesMeet):
            if meeting.clash is not None and meeting.clash.kind == "empty":
                yield reported(meeting, meeting.clash)
        for applied in facts.of(LayerApplied):
            ignored = {"output_padding"} if refusals.takes_output_size(applied) else set()
            if refusals.refused(applied.layer) - ignored or fault(applied) is not None:
                continue
            pairs = zip(applied.lengths, _output_lengths(applied), strict=True)
            if bad := [axis for axis, (length, out) in enumerate(pairs) if length is not None and length >= 1 and out is not None and out < 1]:
                yield self._report(applied, bad)
        for stated in facts.of(RangeStated):
            axis = stated.layer.axes()[stated.axis]
            if axis is not None and not refusals.refused(stated.layer) and geometry.output_length(stated.least, axis) < 1:
                yield _of_range(stated, axis)

    def _report(self, applied: LayerApplied, bad: list[int]) -> Report:
        layer = applied.layer
        first = bad[0]
        axis, length, outs = layer.axes()[first], applied.lengths[first], _output_lengths(applied)
        alike = [other for other in bad if (applied.lengths[other], outs[other]) == (length, outs[first])]
        shown = "" if axis is None or length is None or refusals.takes_output_size(applied) else formula(length, axis)
        message = f"{describe(layer)}{built_where(layer, applied)}: from length {length} the output has length {outs[first]}"
        return Report(
            applied,
            f"{message}{on_axes(layer, alike)}: nothing is left of it",
            formula=shown,
            suggestions=_remedies(layer.axes()[first], length, on_axes(layer, alike)) if shown else (),
            evidence={**known_arguments(layer), "lengths": list(applied.lengths), "given": list(outs), "axes": bad},
            probe=probe(layer, "fails", SHOWN, applied.lengths) if shown else None,
            kind=_kind(layer, [out for out in outs if out is not None and out < 1]) if shown else None,
        )


def _of_range(fact: RangeStated, axis: geometry.Axis) -> Report:
    """A directive allows a length from which nothing is left."""
    layer, where = fact.layer, on_axes(fact.layer, [fact.axis])
    least = geometry.output_length(fact.least, axis)
    message = f"{describe(layer)}: the directive allows {fact.name} = {fact.least}{where}, from which the output has length {least}: nothing is left of it"
    lengths = [fact.least if index == fact.axis else None for index in range(layer.layer.dims)]
    return Report(
        fact,
        message,
        formula=formula(fact.least, axis),
        suggestions=_remedies(axis, fact.least, where),
        evidence={**known_arguments(layer), "least": fact.least, "most": fact.most, "given": least, "axes": [fact.axis]},
        probe=probe(layer, "fails", SHOWN, lengths),
        kind=_kind(layer, [least]),
    )


def _kind(layer: LayerBuilt, outs: list[int]) -> LayerKind | None:
    """What devices do with it turns on whether the formula gives zero or less; where axes differ in that, it was not tried."""
    zero, below = 0 in outs, min(outs) < 0
    return None if zero and below else named(layer, f"output-of-{'length-zero' if zero else 'negative-length'}")


def _output_lengths(applied: LayerApplied) -> Lengths:
    """The output's lengths in samples, None where not known: those of `output_size=`, which no output_padding can spoil, or the layer's."""
    size, dims = applied.output_size, applied.layer.layer.dims
    if isinstance(size, tuple):
        return tuple(int(item) if isinstance(item, int) else None for item in size[-dims:])
    return applied.output_lengths()


def _remedies(axis: geometry.Axis | None, length: int | None, where: str) -> tuple[str, ...]:
    """The most padding that leaves a sample, and the shortest input that does."""
    if axis is None or length is None:
        return ()
    whole = geometry.output_length(length, axis._replace(padding=0))
    shortest = -((geometry.offset(axis) - 1) // axis.stride)
    most = (whole - 1) // 2
    found = [f"padding={most}{' or less' if most else ''}{where}"] if whole >= 1 else []
    return (*found, f"an input of length {max(shortest, 1)} or more{where}")
