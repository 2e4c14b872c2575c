from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, LayerBuilt
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, describe, known_arguments, on_axes, probe
from convt_lint.rules.kinds import kind_of
from convt_lint.rules.reach import aim, described_reach, solved


class NegativeOutputPadding(Rule):
    """`output_padding` is negative.

    ## What it does
    Reports a transposed convolution whose `output_padding` is below 0 on a spatial axis.

    ## Why is this bad
    The constructor takes it, `forward` raises "negative output_padding is not supported"; the `meta` device and some
    backends run it in silence. It often comes from a formula `target - ((length - 1)*stride - 2*padding + kernel_size)`
    whose layer overshoots the target: raise `padding` instead.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, output_padding=-1)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding=1, output_padding=1)
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT101"
    name = "negative-output-padding"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            if "output_padding" in refusals.misplaced(layer) or refusals.malformed(layer) or refusals.ignores_output_padding(layer, facts):
                continue
            if bad := refusals.negative_output_padding(layer):
                yield self._report(layer, bad, facts)

    def _report(self, layer: LayerBuilt, bad: list[int], facts: Facts) -> Report:
        extra = refusals.numbers(layer, "output_padding")[bad[0]]
        goal = aim(layer, bad[0], facts)
        message = f"{describe(layer)}: output_padding must not be negative, but is {extra}{on_axes(layer, bad)}{described_reach(goal)}"
        solutions = () if goal is None else solved(goal, layer, bad)
        return Report(
            layer,
            message,
            formula="" if goal is None else goal.formula,
            suggestions=solutions or (f"output_padding=0{on_axes(layer, bad)}, and a larger padding to shorten the output",),
            evidence={**known_arguments(layer), "axes": bad, **({} if goal is None else goal.evidence)},
            probe=probe(layer, "fails", ["output_padding"]),
            kind=kind_of(layer, facts),
        )
