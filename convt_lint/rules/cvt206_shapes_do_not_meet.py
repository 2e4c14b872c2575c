from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, ShapesMeet
from convt_lint.rules.base import Report, Rule
from convt_lint.rules.meeting import reported

_OTHERS = ("channels", "empty")


class ShapesDoNotMeet(Rule):
    """Two sizes that must be equal are not: in a concatenation, a sum, a loss, a Linear, a view, or an assert.

    ## What it does
    Follows shapes through layers and functions and reports the place where they do not fit each other, with the way each size came:
    `45 -> 22 (MaxPool2d) -> 44 (ConvTranspose2d)`.

    ## Why is this bad
    The code raises there, and the cause lies lines away: an odd length that a pooling floors, a transposed convolution without
    `output_padding`, a flatten whose size was counted by hand.

    ## Example
    ```python
    import torch
    import torch.nn as nn

    down = nn.MaxPool1d(2)
    up = nn.ConvTranspose1d(8, 8, kernel_size=2, stride=2)
    x = torch.randn(1, 8, 45)
    y = torch.cat([x, up(down(x))], dim=1)
    ```

    ## Use instead
    ```python
    import torch
    import torch.nn as nn

    down = nn.MaxPool1d(2)
    up = nn.ConvTranspose1d(8, 8, kernel_size=2, stride=2)
    x = torch.randn(1, 8, 45)
    y = torch.cat([x, up(down(x), output_size=x.shape[2:])], dim=1)
    ```

    ## References
    - Ronneberger et al., [U-Net](https://arxiv.org/abs/1505.04597), which crops for this reason
    - [torch.nn.ConvTranspose2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html): `output_size`
    """

    code = "CVT206"
    name = "shapes-do-not-meet"
    refuses = True

    def check(self, facts: Facts) -> Iterator[Report]:
        for meeting in facts.of(ShapesMeet):
            if meeting.clash is not None and meeting.clash.kind not in _OTHERS:
                yield reported(meeting, meeting.clash)
