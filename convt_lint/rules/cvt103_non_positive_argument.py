from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, LayerBuilt
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, describe, known_arguments, plain, probe
from convt_lint.rules.kinds import kind_of


class NonPositiveArgument(Rule):
    """A size, a count or a padding is below the least that makes sense.

    ## What it does
    Reports `kernel_size`, `stride`, `dilation`, `in_channels`, `out_channels` or `groups` below 1 and `padding` below 0.

    ## Why is this bad
    Torch's constructor takes most of these values and `forward` fails, at another place and perhaps much later. Often the
    value was computed: `(kernel_size - stride) // 2` is negative for a kernel shorter than the stride.

    ## Example
    ```python
    import torch.nn as nn

    kernel_size, stride = 3, 8
    up = nn.ConvTranspose1d(64, 32, kernel_size, stride, padding=(kernel_size - stride) // 2)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    kernel_size, stride = 16, 8
    up = nn.ConvTranspose1d(64, 32, kernel_size, stride, padding=(kernel_size - stride) // 2)
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT103"
    name = "non-positive-argument"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            if refusals.malformed(layer):
                continue
            slips = refusals.misplaced(layer)
            if bad := {name: least for name, least in refusals.below_least(layer).items() if name not in slips}:
                yield self._report(layer, bad, facts)

    def _report(self, layer: LayerBuilt, bad: dict[str, int], facts: Facts) -> Report:
        values = {name: layer.arguments[name] for name in bad}
        parts = [f"{name} must be at least {least}, not {_shown(layer, name, least)}" for name, least in bad.items()]
        return Report(
            layer,
            f"{describe(layer, *bad)}: {'; '.join(parts)}",
            suggestions=(", ".join(f"{name}={least}" for name, least in bad.items()) + " or more",),
            evidence={**known_arguments(layer), **{name: plain(value) for name, value in values.items()}, "least": dict(bad)},
            probe=probe(layer, "fails", bad),
            kind=kind_of(layer, facts),
        )


def _shown(layer: LayerBuilt, name: str, least: int) -> str:
    if not isinstance(layer.arguments[name], tuple):
        return repr(layer.arguments[name])
    bad = [(axis, value) for axis, value in enumerate(refusals.numbers(layer, name)) if value is not None and value < least]
    if len(bad) == layer.layer.dims:
        return repr(layer.arguments[name])
    return " and ".join(f"{value} on spatial axis {axis}" for axis, value in bad)
