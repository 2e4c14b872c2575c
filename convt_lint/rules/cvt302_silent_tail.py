from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts
from convt_lint.geometry import silent_tail
from convt_lint.rules.base import Report, Rule, describe, known_arguments, on_axes
from convt_lint.rules.hazards import bare_outputs, hazardous, healed


class SilentTail(Rule):
    """The last output samples receive nothing but the bias.

    ## What it does
    Reports a transposed convolution whose `output_padding` is larger than its `padding` on a spatial axis. Off by default: `--select CVT302`.

    ## Why is this bad
    `output_padding` gives back samples at the right end that `padding` cropped there. Where it is larger, there is nothing to give back: the
    last `output_padding - padding` samples lie past the last kernel, and hold the bias whatever the input is. `convt-lint draw` shows it.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=4, stride=4, output_padding=1)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=8, stride=4, padding=2, output_padding=1)
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT302"
    name = "silent-tail"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer, axes, axis in hazardous(facts, lambda axis: silent_tail(axis) > 0):
            tail = silent_tail(axis)
            samples = "sample receives" if tail == 1 else f"{tail} samples receive"
            text = f"the last output {samples} nothing but the bias: output_padding ({axis.output_padding}) is larger than padding ({axis.padding})"
            yield Report(
                layer,
                f"{describe(layer)}{on_axes(layer, axes)}: {text}{bare_outputs(layer, axes, axis, facts)}",
                suggestions=healed(layer, axes, axis),
                evidence={**known_arguments(layer), "axes": axes, "samples": tail},
            )
