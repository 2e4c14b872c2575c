from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts
from convt_lint.geometry import has_gaps, overlap
from convt_lint.rules.base import Report, Rule, describe, known_arguments, on_axes
from convt_lint.rules.hazards import hazardous, healed, taps_in_turn


class UnevenOverlap(Rule):
    """The kernels overlap unevenly: the checkerboard pattern.

    ## What it does
    Reports a transposed convolution with a `stride` above 1 whose `kernel_size` is no multiple of it on a spatial axis, so that output samples
    are reached by fewer and by more taps in turn. Off by default: `--select CVT304`.

    ## Why is this bad
    Neighbouring samples get different amounts of the input, which shows in the output as a checkerboard (in audio: as a tone at the rate of
    the stride), above all early in training. A kernel that is a multiple of the stride overlaps evenly.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose2d(64, 32, kernel_size=3, stride=2, padding=1, output_padding=1)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose2d(64, 32, kernel_size=4, stride=2, padding=1)
    ```

    ## References
    - Odena, Dumoulin and Olah, [Deconvolution and checkerboard artifacts](https://distill.pub/2016/deconv-checkerboard/)
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT304"
    name = "uneven-overlap"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer, axes, axis in hazardous(facts, lambda axis: not has_gaps(axis) and overlap(axis)[0] != overlap(axis)[1]):
            fewest, most = overlap(axis)
            text = f"kernel_size ({axis.kernel_size}) is no multiple of stride ({axis.stride}): {fewest} and {most} taps reach neighbouring output samples"
            yield Report(
                layer,
                f"{describe(layer)}{on_axes(layer, axes)}: {text}{taps_in_turn(layer, axes, axis, facts)}",
                suggestions=healed(layer, axes, axis),
                evidence={**known_arguments(layer), "axes": axes, "taps": [fewest, most]},
            )
