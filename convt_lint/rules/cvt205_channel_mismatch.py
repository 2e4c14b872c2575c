from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from convt_lint.facts import Facts, LayerBuilt, ShapesMeet
from convt_lint.findings import LayerKind
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule
from convt_lint.rules.kinds import leaves_something, named
from convt_lint.rules.meeting import reported


class ChannelMismatch(Rule):
    """The input's channels are not those that the layer was built for.

    ## What it does
    Follows channels through the code and reports a convolution, a transposed convolution or a normalisation that is run on an
    input with another number of channels than its `in_channels` or `num_features`.

    ## Why is this bad
    `forward` raises RuntimeError. After a concatenation the channels add up, and a tensor of shape (N, L, C) has its lengths where the
    layer looks for channels.

    ## Example
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=4, stride=2, padding=1)
    x = torch.randn(1, 64, 10)
    skip = torch.randn(1, 64, 10)
    y = up(torch.cat([x, skip], dim=1))
    ```

    ## Use instead
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(128, 32, kernel_size=4, stride=2, padding=1)
    x = torch.randn(1, 64, 10)
    skip = torch.randn(1, 64, 10)
    y = up(torch.cat([x, skip], dim=1))
    ```

    ## References
    - [torch.nn.ConvTranspose1d: Shape](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT205"
    name = "channel-mismatch"
    refuses = True

    def check(self, facts: Facts) -> Iterator[Report]:
        for meeting in facts.of(ShapesMeet):
            if meeting.clash is not None and meeting.clash.kind == "channels":
                yield replace(reported(meeting, meeting.clash), kind=_kind(meeting, facts))


def _kind(meeting: ShapesMeet, facts: Facts) -> LayerKind | None:
    """The kind of a transposed convolution that would run on its own channels; it was tried without groups."""
    layer = next((layer for layer in facts.of(LayerBuilt) if layer.site is meeting.built and layer.layer.name == meeting.operation), None)
    if layer is None or layer.arguments.get("groups") != 1 or refusals.refused(layer) or not leaves_something(layer, facts):
        return None
    return named(layer, "other-channels")
