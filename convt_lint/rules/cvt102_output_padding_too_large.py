from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, LayerBuilt
from convt_lint.geometry import legal_output_padding
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, changes, describe, known_arguments, on_axes, probe, shown_range, unique
from convt_lint.rules.kinds import kind_of
from convt_lint.rules.reach import aim, described_reach, same_lengths, solved


class OutputPaddingTooLarge(Rule):
    """`output_padding` is neither smaller than `stride` nor smaller than `dilation`.

    ## What it does
    Reports a transposed convolution whose `output_padding` is >= `stride` and >= `dilation` on a spatial axis. Says which
    lengths the layer can reach from a known input, and which parameters reach the one that was meant.

    ## Why is this bad
    `output_padding` only chooses among the output lengths that one input length may stand for; it is no means to stretch
    the output. The constructor takes any value, `forward` raises "output padding must be smaller than either stride or
    dilation"; the `meta` device and some backends do not check it, so that shapes traced there hold nowhere else.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, stride=2, padding=1, output_padding=11)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, stride=3)  # convt: 10 -> 30
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285), section 4
    """

    code = "CVT102"
    name = "output-padding-too-large"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            if "output_padding" in refusals.misplaced(layer) or refusals.malformed(layer) or refusals.ignores_output_padding(layer, facts):
                continue
            if refusals.negative_output_padding(layer) or refusals.below_least(layer).keys() & {"stride", "dilation"}:
                continue
            if bad := refusals.excessive_output_padding(layer):
                yield self._report(layer, bad, facts)

    def _report(self, layer: LayerBuilt, bad: list[int], facts: Facts) -> Report:
        columns = [refusals.numbers(layer, name) for name in ("output_padding", "stride", "dilation")]
        extra, stride, dilation = (column[bad[0]] or 0 for column in columns)
        alike = [axis for axis in bad if all(column[axis] == column[bad[0]] for column in columns)]
        legal = legal_output_padding(stride, dilation)
        goal = aim(layer, bad[0], facts)
        message = f"{describe(layer)}: output_padding ({extra}) must be smaller than stride ({stride}) or dilation ({dilation})"
        message += f"{on_axes(layer, alike)}: {shown_range(legal)} is legal{described_reach(goal)}"
        return Report(
            layer,
            message,
            formula="" if goal is None else goal.formula,
            suggestions=self._without_input(layer, alike, legal) if goal is None else solved(goal, layer, alike),
            evidence={**known_arguments(layer), "axes": bad, "legal": [legal[0], legal[-1]], **({} if goal is None else goal.evidence)},
            probe=probe(layer, "fails", ["stride", "output_padding", "dilation"]),
            kind=kind_of(layer, facts),
        )

    def _without_input(self, layer: LayerBuilt, alike: list[int], legal: range) -> tuple[str, ...]:
        axis = layer.axes()[alike[0]]
        kept = None if axis is None else same_lengths(axis)
        where = on_axes(layer, alike)
        return unique(
            [
                f"{changes(axis, kept)}{where} gives the length that was meant, for every input" if axis is not None and kept is not None else "",
                f"output_padding={legal[-1]}{where}, the most that is legal here",
            ]
        )
