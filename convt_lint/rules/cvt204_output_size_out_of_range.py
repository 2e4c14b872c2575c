from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from convt_lint import geometry
from convt_lint.facts import Facts, FactValue, LayerApplied, Other, Unknown
from convt_lint.geometry import Axis
from convt_lint.rules import refusals
from convt_lint.rules.base import Report, Rule, built_where, describe, known_arguments, plain, probe, shown_range, unique
from convt_lint.rules.kinds import named
from convt_lint.torch_api import Kind


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an `output_size=`, the formula of its least legal value, what to write instead, and the kind in the catalogue of layers."""

    reason: str
    formula: str = ""
    suggestions: tuple[str, ...] = ()
    kind: str = ""


def fault(applied: LayerApplied) -> Fault | None:
    """Why torch refuses the run's `output_size=`; None where it takes it or where that is not known."""
    size = applied.output_size
    if not refusals.takes_output_size(applied) or isinstance(size, (Unknown, Other)) or applied.layer.layer.kind is Kind.FUNCTION:
        return None
    if refusals.refused(applied.layer) - {"output_padding"} or refusals.too_short_for_output_size(applied):
        return None
    if not isinstance(size, tuple):
        wanted = "a sequence of lengths" if isinstance(size, (int, float)) else "a sequence of ints"
        return Fault(f"output_size must be {wanted}, not {size!r}", suggestions=_as_sequence(applied), kind="output-size-int" if type(size) is int else "")
    return _wrong_count(applied, size) or _wrong_kind(applied, size) or _out_of_range(applied, size)


def _as_sequence(applied: LayerApplied) -> tuple[str, ...]:
    size, dims = applied.output_size, applied.layer.layer.dims
    return (f"output_size={[size] * dims}",) if isinstance(size, int) and not isinstance(size, bool) else ()


def _wrong_count(applied: LayerApplied, size: tuple[FactValue, ...]) -> Fault | None:
    dims = applied.layer.layer.dims
    full = {True: [dims + 2], False: [dims + 1], None: [dims + 1, dims + 2]}[applied.batched]
    if len(size) in (dims, *full):
        return None
    allowed = f"{dims} (the lengths alone) or {full[-1]} (the whole shape)"
    tail = f"output_size={plain(size[-dims:])}" if len(size) > dims and all(isinstance(item, int) for item in size[-dims:]) else ""
    return Fault(
        f"output_size must hold {allowed} values, not {len(size)}",
        suggestions=unique([tail]),
        kind="output-size-of-one-axis-more" if len(size) == dims + 3 else "",
    )


def _wrong_kind(applied: LayerApplied, size: tuple[FactValue, ...]) -> Fault | None:
    odd = [item for item in size[-applied.layer.layer.dims :] if not isinstance(item, (int, Unknown, Other))]
    return Fault(f"output_size must hold ints, not {plain(odd[0])!r}") if odd else None


def _axis(applied: LayerApplied, index: int) -> Axis | None:
    """The geometry that counts with `output_size=`: all but output_padding, which torch then ignores."""
    kernel_size, stride, padding, dilation = (applied.layer.integers(name)[index] for name in ("kernel_size", "stride", "padding", "dilation"))
    if kernel_size is None or stride is None or padding is None or dilation is None:
        return None
    return Axis(kernel_size, stride, padding, 0, dilation)


def _out_of_range(applied: LayerApplied, size: tuple[FactValue, ...]) -> Fault | None:
    dims = applied.layer.layer.dims
    legal: list[range | None] = []
    for index, length in enumerate(applied.lengths):
        axis = _axis(applied, index)
        legal.append(None if axis is None or length is None else geometry.output_size_range(length, axis))
    asked = size[-dims:]
    pairs = enumerate(zip(asked, legal, strict=True))
    bad = [index for index, (value, allowed) in pairs if isinstance(value, int) and allowed is not None and value not in allowed]
    if not bad:
        return None
    parts = [_said(applied, index, asked[index], legal[index]) for index in bad]
    nearest = [_clamped(value, allowed) for value, allowed in zip(asked, legal, strict=True)]
    fitting = f"output_size={[*plain(size[:-dims]), *nearest]}" if None not in nearest else ""
    suggestions = unique([fitting, *_solved(applied, bad[0], asked[bad[0]])])
    return Fault(f"{'; '.join(parts)}", _formula(applied, bad[0]), suggestions, _kind(asked[bad[0]], legal[bad[0]]))


def _kind(value: FactValue, allowed: range | None) -> str:
    if not isinstance(value, int) or not allowed:
        return ""
    if value < allowed[0]:
        return "output-size-too-small"
    return "output-size-too-large" if len(allowed) > 1 else "output-size-beyond-stride-1"


def _said(applied: LayerApplied, index: int, value: FactValue, allowed: range | None) -> str:
    where = f" on spatial axis {index}" if applied.layer.layer.dims > 1 else ""
    shown = shown_range(allowed) if allowed else "nothing"
    return f"from length {applied.lengths[index]} output_size may be {shown}{where}, not {value}"


def _clamped(value: FactValue, allowed: range | None) -> int | None:
    if not isinstance(value, int) or not allowed or allowed[-1] < 1:
        return None
    return min(max(value, allowed[0], 1), allowed[-1])


def _formula(applied: LayerApplied, index: int) -> str:
    axis, length = _axis(applied, index), applied.lengths[index]
    if axis is None or length is None:
        return ""
    least = geometry.output_length(length, axis)
    return f"least: ({length} - 1)*{axis.stride} - 2*{axis.padding} + {axis.dilation}*({axis.kernel_size} - 1) + 1 = {least}; most: {least} + {axis.stride} - 1"


def _solved(applied: LayerApplied, index: int, value: FactValue) -> list[str]:
    """Parameters whose range does hold the size that is asked for; output_padding is no matter here."""
    axis, length = _axis(applied, index), applied.lengths[index]
    if axis is None or length is None or not isinstance(value, int):
        return []
    where = f" on spatial axis {index}" if applied.layer.layer.dims > 1 else ""
    for solution in geometry.solutions(length, value, axis):
        trial = solution._replace(output_padding=0)
        if value in geometry.output_size_range(length, trial):
            changed = ", ".join(f"{name}={new}" for name, new in trial._asdict().items() if new != getattr(axis, name))
            return [f"{changed}{where} allows {value} from {length}"]
    return []


class OutputSizeOutOfRange(Rule):
    """`output_size=` asks for a size that the layer cannot give.

    ## What it does
    Reports an `output_size=` outside `min .. min + stride - 1` for the known input, `min` being the output length without
    `output_padding`; one that holds neither a length per axis nor a whole shape; and one that is no sequence.

    ## Why is this bad
    `output_size` chooses among the lengths that one input may stand for; it neither crops nor pads. `forward` raises ValueError,
    or TypeError for a single int. The layer's own `output_padding` plays no part and `dilation` does not widen the range.

    ## Example
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, stride=2, padding=1)
    y = up(torch.randn(1, 1, 10), output_size=[21])
    ```

    ## Use instead
    ```python
    import torch
    import torch.nn as nn

    up = nn.ConvTranspose1d(1, 1, kernel_size=3, stride=2, padding=1)
    y = up(torch.randn(1, 1, 10), output_size=[20])
    ```

    ## References
    - [torch.nn.ConvTranspose2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html) (its second example)
    """

    code = "CVT204"
    name = "output-size-out-of-range"

    def check(self, facts: Facts) -> Iterator[Report]:
        for applied in facts.of(LayerApplied):
            found = fault(applied)
            if found is not None:
                yield self._report(applied, found)

    def _report(self, applied: LayerApplied, found: Fault) -> Report:
        layer, size = applied.layer, applied.output_size
        numbers = ("kernel_size", "stride", "padding", "dilation")
        asked = size if isinstance(size, tuple) else (size,)
        whole = [item for item in asked if isinstance(item, int) and not isinstance(item, bool)]
        runnable = len(whole) == len(asked) and applied.batched is not False
        tried = tuple(whole) if isinstance(size, tuple) else whole[0] if whole else None
        return Report(
            applied,
            f"{describe(layer)}{built_where(layer, applied)}: {found.reason}",
            formula=found.formula,
            suggestions=found.suggestions,
            evidence={**known_arguments(layer), "lengths": list(applied.lengths), "output_size": plain(size)},
            probe=probe(layer, "fails", numbers, applied.lengths, output_size=tried) if runnable else None,
            kind=named(layer, found.kind) if found.kind else None,
        )
