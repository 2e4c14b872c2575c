from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts
from convt_lint.geometry import has_gaps, heard_phases
from convt_lint.rules.base import Report, Rule, describe, known_arguments, on_axes
from convt_lint.rules.hazards import bare_outputs, hazardous, healed


class Gaps(Rule):
    """Some output samples between the kernels receive nothing but the bias.

    ## What it does
    Reports a transposed convolution whose kernels leave gaps on a spatial axis: `kernel_size` is smaller than `stride`, or `dilation` and
    `stride` have a common factor, so that the taps always meet the same samples. Off by default: `--select CVT303`.

    ## Why is this bad
    Those samples hold the bias whatever the input is, in a regular pattern that later layers have to repair.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=2, stride=3)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=3, stride=3)
    ```

    ## References
    - Odena, Dumoulin and Olah, [Deconvolution and checkerboard artifacts](https://distill.pub/2016/deconv-checkerboard/)
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT303"
    name = "gaps"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer, axes, axis in hazardous(facts, has_gaps):
            heard = heard_phases(axis)
            small = f"kernel_size ({axis.kernel_size}) is smaller than stride ({axis.stride})"
            why = small if axis.kernel_size < axis.stride else f"dilation ({axis.dilation}) and stride ({axis.stride}) have a common factor"
            text = f"{axis.stride - heard} of every {axis.stride} output samples receive nothing but the bias: {why}"
            yield Report(
                layer,
                f"{describe(layer)}{on_axes(layer, axes)}: {text}{bare_outputs(layer, axes, axis, facts)}",
                suggestions=healed(layer, axes, axis),
                evidence={**known_arguments(layer), "axes": axes, "silent": axis.stride - heard},
            )
