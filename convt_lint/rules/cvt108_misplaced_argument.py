from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, LayerBuilt
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, describe, known_arguments, probe


class MisplacedArgument(Rule):
    """A variable named after one parameter stands, by position, in the slot of another.

    ## What it does
    Reports a positional argument named `dilation`, `groups`, `bias`, `padding_mode` or `output_padding` in another slot than its
    own, `stride` or `padding` in the slot of `bias` or `padding_mode`, and the two exchanged. A variable that stands in its own
    slot as well is left alone.

    ## Why is this bad
    The order is not that of the forward convolutions: `ConvTranspose2d(..., padding, output_padding, groups, bias, dilation)`, but
    `Conv2d(..., padding, dilation, groups, bias)`; and that of `F.conv_transpose2d` is a third one. A `dilation` of 1 in the slot
    of `output_padding` raises nothing: the output is one longer and the kernel is not dilated.

    ## Example
    ```python
    import torch.nn as nn

    stride, padding, dilation = 2, 1, 1
    up = nn.ConvTranspose1d(64, 32, 4, stride, padding, dilation)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    stride, padding, dilation = 2, 1, 1
    up = nn.ConvTranspose1d(64, 32, 4, stride, padding, dilation=dilation)
    ```

    ## References
    - [torch.nn.ConvTranspose2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html)
    - [torch.nn.functional.conv_transpose2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.conv_transpose2d.html)
    """

    code = "CVT108"
    name = "misplaced-argument"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            if layer.problems:
                continue
            if slips := refusals.misplaced(layer):
                yield self._report(layer, slips)

    def _report(self, layer: LayerBuilt, slips: dict[str, str]) -> Report:
        parts = [f"{name} stands in the slot of {slot}" for slot, name in slips.items()]
        order = ", ".join(parameter.name for parameter in layer.layer.parameters if parameter.name not in ("device", "dtype"))
        fatal = refusals.refused(layer) & slips.keys()
        told = " and ".join(f"{slot}={layer.arguments[slot]!r}" for slot in slips if slot in fatal)
        return Report(
            layer,
            f"{describe(layer)}: {' and '.join(parts)}" + (f", and torch refuses {told}" if fatal else "") + f"; the order is ({order})",
            suggestions=(f"by keyword: {', '.join(f'{name}={name}' for name in slips.values())}",),
            evidence={**known_arguments(layer), "misplaced": [[slot, name] for slot, name in slips.items()]},
            probe=probe(layer, "fails", _spoken_of(fatal)) if fatal else None,
        )


def _spoken_of(fatal: set[str]) -> list[str]:
    """The arguments that decide whether torch refuses those in `fatal`."""
    related = {"output_padding": ["stride", "dilation"], "groups": ["in_channels", "out_channels"]}
    return [*sorted(fatal), *(name for slot in sorted(fatal) for name in related.get(slot, []) if name not in fatal)]
