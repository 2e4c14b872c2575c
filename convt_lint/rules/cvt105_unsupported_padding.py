from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, LayerBuilt
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, describe, plain, probe, unique
from convt_lint.rules.kinds import kind_of


class UnsupportedPadding(Rule):
    """`padding` is a word, or `padding_mode` is not "zeros".

    ## What it does
    Reports `padding="same"` or `"valid"` and any `padding_mode` but `"zeros"` on a transposed convolution.

    ## Why is this bad
    Both are options of the forward convolutions alone. The constructor takes `padding="same"` and splits it into letters, so
    that `forward` raises a TypeError; another `padding_mode` is a ValueError at once.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding="same")
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, 4, stride=2, padding=1)  # convt: 10 -> 20
    ```

    ## References
    - [torch.nn.ConvTranspose1d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html)
    """

    code = "CVT105"
    name = "unsupported-padding"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            found = {"padding": refusals.text_padding(layer), "padding_mode": refusals.unsupported_padding_mode(layer)}
            slips = refusals.misplaced(layer)
            if bad := [name for name, wrong in found.items() if wrong and name not in slips and not layer.problems]:
                yield self._report(layer, bad, facts)

    def _report(self, layer: LayerBuilt, bad: list[str], facts: Facts) -> Report:
        reasons = {
            "padding": "padding must be an int or one int per axis: words are for forward convolutions",
            "padding_mode": f'padding_mode must be "zeros", not {layer.arguments.get("padding_mode")!r}: others are for forward convolutions',
        }
        return Report(
            layer,
            f"{describe(layer, *bad)}: {'; '.join(reasons[name] for name in bad)}",
            suggestions=unique([_exact(layer) if "padding" in bad else "", 'padding_mode="zeros"' if "padding_mode" in bad else ""]),
            evidence={name: plain(layer.arguments[name]) for name in bad},
            probe=probe(layer, "fails", bad),
            kind=kind_of(layer, facts),
        )


def _exact(layer: LayerBuilt) -> str:
    """The padding that gives stride*L, as "same" promises, where all axes share it; else what is legal."""
    rows = set(zip(*(refusals.numbers(layer, name) for name in ("kernel_size", "stride", "dilation")), strict=True))
    kernel_size, stride, dilation = rows.pop()
    if rows or kernel_size is None or stride is None or dilation is None or min(kernel_size, stride, dilation) < 1:
        return "padding=0"
    excess = dilation * (kernel_size - 1) + 1 - stride
    extra = excess % 2
    if excess < 0 or extra >= max(stride, dilation):
        return "padding=0"
    tail = ", output_padding=1" if extra else ""
    return f"padding={(excess + extra) // 2}{tail} gives {stride}*L from every length L"
