from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, SizeComment
from convt_lint.lines import evidence, line
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule


class StaleChannels(Rule):
    """A comment's channel count is neither what the layer takes nor what it gives.

    ## What it does
    Reports size comments (`512 x 4 x 4`, `(B, 64, 40)`) beside a layer whose number of channels is none of those of the layers around. Off by
    default: the lengths beside a stale channel count are often right.

    ## Why is this bad
    Channel counts change with every experiment, and the comments stay behind: the next reader wires the wrong layer.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=4, stride=2, padding=1)  # (B, 48, 20)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=4, stride=2, padding=1)  # (B, 32, 20)
    ```

    ## References
    - [torch.nn.ConvTranspose1d: Shape](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT305"
    name = "stale-channels"
    severity = "warning"

    def check(self, facts: Facts) -> Iterator[Report]:
        for fact in facts.of(SizeComment):
            if fact.channels is None or refusals.refused(fact.layer):
                continue
            inner, outer = (fact.layer.arguments.get(name) for name in ("in_channels", "out_channels"))
            where = "" if fact.row == fact.site.row else f" at {line(fact.row)}"
            yield Report(
                fact,
                f'{fact.layer.layer.name}: the comment{where} says {fact.channels} channels ("{fact.text[:60]}"); this layer takes {inner} and gives {outer}',
                suggestions=(f"write {outer} in the comment",),
                evidence={"comment": fact.text, **evidence(fact.row, "comment_"), "stated": fact.channels, "in_channels": inner, "out_channels": outer},
            )
