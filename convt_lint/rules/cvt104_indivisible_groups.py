from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, LayerBuilt
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, describe, probe
from convt_lint.rules.kinds import kind_of


class IndivisibleGroups(Rule):
    """`groups` does not divide a channel count.

    ## What it does
    Reports a transposed convolution whose `in_channels` or `out_channels` is not a multiple of `groups`.

    ## Why is this bad
    Each group connects `in_channels/groups` to `out_channels/groups` channels, so the constructor raises ValueError. The lazy
    layers, which do not check `out_channels`, fail in `forward`.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 30, 4, stride=2, padding=1, groups=4)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding=1, groups=4)
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT104"
    name = "indivisible-groups"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            if layer.problems or "groups" in refusals.misplaced(layer):
                continue
            if bad := refusals.indivisible(layer):
                yield self._report(layer, bad, facts)

    def _report(self, layer: LayerBuilt, bad: list[str], facts: Facts) -> Report:
        groups = refusals.count(layer, "groups") or 1
        channels = {name: refusals.count(layer, name) or 0 for name in bad}
        named = " and ".join(f"{name} ({value})" for name, value in channels.items())
        multiples = {name: (value // groups * groups, (value // groups + 1) * groups) for name, value in channels.items()}
        return Report(
            layer,
            f"{describe(layer, *bad, 'groups')}: {named} must be divisible by groups ({groups})",
            formula=", ".join(f"{value} % {groups} = {value % groups}" for value in channels.values()),
            suggestions=tuple(f"{name}={' or '.join(str(m) for m in near if m > 0)}" for name, near in multiples.items()),
            evidence={**channels, "groups": groups},
            probe=probe(layer, "fails", ["in_channels", "out_channels", "groups", "bias"]),
            kind=kind_of(layer, facts),
        )
