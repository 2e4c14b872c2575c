from __future__ import annotations

from collections.abc import Iterator

from convt_lint.facts import Facts, LayerApplied, LayerBuilt
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, describe, plain, probe
from convt_lint.rules.kinds import kind_of


class WrongArity(Rule):
    """A tuple holds another number of values than the layer has spatial axes.

    ## What it does
    Reports `kernel_size`, `stride`, `padding`, `output_padding` or `dilation` given as a tuple or list whose length is not the
    layer's number of axes. Torch spreads a tuple of one over all axes, save for `kernel_size`, and save where the layer is run
    with `output_size=`.

    ## Why is this bad
    The constructor counts no values; `forward` then fails, for `kernel_size` with a message about the input's dimensions.

    ## Example
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose1d(64, 32, kernel_size=(4, 4), stride=2)
    ```

    ## Use instead
    ```python
    import torch.nn as nn

    up = nn.ConvTranspose2d(64, 32, kernel_size=(4, 4), stride=2)
    ```

    ## References
    - [torch.nn.ConvTranspose2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html)
    """

    code = "CVT106"
    name = "wrong-arity"

    def check(self, facts: Facts) -> Iterator[Report]:
        for layer in facts.of(LayerBuilt):
            slips = refusals.misplaced(layer)
            bad = {name: size for name, size in refusals.wrong_arities(layer).items() if name not in slips}
            if refusals.ignores_output_padding(layer, facts):
                bad.pop("output_padding", None)
            if bad and not layer.problems:
                yield self._report(layer, bad, facts)
        for applied in facts.of(LayerApplied):
            if short := refusals.too_short_for_output_size(applied):
                yield self._with_output_size(applied, short)

    def _report(self, layer: LayerBuilt, bad: dict[str, int], facts: Facts) -> Report:
        dims = layer.layer.dims
        parts = [f"{name} holds {size} value{'s' * (size != 1)}" for name, size in bad.items()]
        return Report(
            layer,
            f"{describe(layer, *bad)}: {' and '.join(parts)}, but the layer has {dims} spatial {'axis' if dims == 1 else 'axes'}",
            suggestions=(*(_spread(layer, name) for name in bad), *_other_layer(layer, bad)),
            evidence={name: plain(layer.arguments[name]) for name in bad} | {"dims": dims},
            probe=probe(layer, "fails", bad),
            kind=kind_of(layer, facts),
        )

    def _with_output_size(self, applied: LayerApplied, bad: list[str]) -> Report:
        layer = applied.layer
        dims = layer.layer.dims
        size = applied.output_size
        known = isinstance(size, tuple) and all(isinstance(item, int) for item in size)
        return Report(
            applied,
            f"{describe(layer, *bad)}: with output_size= torch spreads no {' and no '.join(bad)} of one value over {dims} spatial axes (IndexError)",
            suggestions=tuple(_spread(layer, name) for name in bad),
            evidence={name: plain(layer.arguments[name]) for name in bad} | {"dims": dims, "output_size": plain(size)},
            probe=probe(layer, "fails", bad, applied.lengths, output_size=size) if known else None,  # type: ignore[arg-type]
        )


def _spread(layer: LayerBuilt, name: str) -> str:
    """The argument written for the layer's axes: its one value where it has but one, else the form it must have."""
    value = layer.arguments[name]
    same = set(value) if isinstance(value, tuple) else set()
    if len(same) == 1 and isinstance(only := same.pop(), int):
        return f"{name}={only}"
    return f"{name} as an int" + (f" or {layer.layer.dims} ints" if layer.layer.dims > 1 else "")


def _other_layer(layer: LayerBuilt, bad: dict[str, int]) -> tuple[str, ...]:
    sizes = set(bad.values())
    if len(sizes) != 1 or not sizes <= {1, 2, 3}:
        return ()
    return (f"or {layer.layer.name.replace(f'{layer.layer.dims}d', f'{sizes.pop()}d')}",)
