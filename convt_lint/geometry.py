"""The arithmetic of one spatial axis of a transposed convolution, and its inverse.

    L_out = (L_in - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1

Source: the documentation of torch.nn.ConvTranspose1d and aten/src/ATen/native/ConvUtils.h; what is refused: Convolution.cpp and
NaiveConvolutionTranspose2d.cpp beside it; output_size: _ConvTransposeNd._output_padding in torch/nn/modules/conv.py.
All numbers are plain ints of any size; lengths are counted in samples. Axes are independent: a 2d or 3d layer is two or
three of them. Nothing here depends on channels, groups or the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import NamedTuple


class Axis(NamedTuple):
    """One spatial axis of a transposed convolution, in torch's names and with torch's defaults; need not be legal."""

    kernel_size: int
    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    dilation: int = 1


# --- forwards: from an input length to output lengths


def offset(axis: Axis) -> int:
    """The constant c in L_out = stride*L_in + c, in samples."""
    return _extent(axis) - axis.stride - 2 * axis.padding + axis.output_padding


def output_length(length: int, axis: Axis) -> int:
    """L_out in samples for an input of `length` samples. May be < 1, which torch refuses; legality is not checked."""
    return axis.stride * length + offset(axis)


def problems(axis: Axis) -> tuple[str, ...]:
    """The names of the parameters that torch refuses, in the order of Axis; empty for a legal axis.

    Torch wants kernel_size, stride and dilation >= 1, padding and output_padding >= 0, and output_padding below stride or
    dilation. An illegal stride or dilation gives nothing to hold output_padding against, so then only its sign counts.
    """
    found = [name for name in ("kernel_size", "stride", "dilation") if getattr(axis, name) < 1]
    if axis.padding < 0:
        found.append("padding")
    judged = axis.stride >= 1 and axis.dilation >= 1
    if axis.output_padding < 0 or (judged and axis.output_padding not in legal_output_padding(axis.stride, axis.dilation)):
        found.append("output_padding")
    return tuple(sorted(found, key=Axis._fields.index))


def legal_output_padding(stride: int, dilation: int) -> range:
    """What output_padding may be: 0 .. max(stride, dilation) - 1."""
    return range(max(stride, dilation))


def output_size_range(length: int, axis: Axis) -> range:
    """The lengths that `output_size=` accepts for an input of `length` samples: min .. min + stride - 1.

    `min` is L_out without output_padding; the layer's own output_padding plays no part and dilation does not widen the
    range. Lengths < 1 are kept, as in torch's own message, though torch then fails on the empty output.
    """
    least = output_length(length, axis._replace(output_padding=0))
    return range(least, least + axis.stride)


def reachable_lengths(length: int, axis: Axis) -> range:
    """The lengths >= 1 that an input of `length` samples can be taken to by output_padding alone (the axis's own is ignored).

    Empty where torch runs none of them: another parameter is illegal, or `length` < 1.
    """
    plain = axis._replace(output_padding=0)
    if length < 1 or problems(plain):
        return range(0)
    least = output_length(length, plain)
    return range(max(least, 1), max(least + legal_output_padding(axis.stride, axis.dilation).stop, 1))


def silent_tail(axis: Axis) -> int:
    """How many samples at the end of the output lie past the last kernel and receive nothing but the bias."""
    return max(0, axis.output_padding - axis.padding)


def overlap(axis: Axis) -> tuple[int, int]:
    """The fewest and the most taps that reach an output sample far from the ends; they differ where the pattern is a checkerboard.

    Output t gets tap j only where t = stride*i + dilation*j, so the taps fall on every gcd(stride, dilation)-th residue modulo stride.
    """
    shared = gcd(axis.stride, axis.dilation)
    phases = axis.stride // shared
    return (0 if shared > 1 else axis.kernel_size // phases), -(-axis.kernel_size // phases)


def heard_phases(axis: Axis) -> int:
    """How many of every `stride` output samples, far from the ends, some tap reaches."""
    return min(axis.kernel_size, axis.stride // gcd(axis.stride, axis.dilation))


def has_gaps(axis: Axis) -> bool:
    """Whether some samples between those that kernels reach receive nothing but the bias, for inputs long enough."""
    return overlap(axis)[0] == 0


# --- backwards: from an output length to input lengths


def input_length(target: int, axis: Axis) -> int | None:
    """The input length (>= 1) whose output is exactly `target` samples; None if there is none or the axis is illegal."""
    if target < 1 or problems(axis):
        return None
    length, rest = divmod(target - offset(axis), axis.stride)
    return length if rest == 0 and length >= 1 else None


def nearest_output_lengths(target: int, axis: Axis) -> tuple[int | None, int]:
    """The nearest lengths below and above `target` (itself left out) that some input length gives; None if none is below.

    Raises ValueError for an illegal axis, which gives no length at all.
    """
    if wrong := problems(axis):
        raise ValueError(f"no output lengths: torch refuses {', '.join(wrong)} of {axis}")
    shortest_input = max(1, -((offset(axis) - 1) // axis.stride))  # the first whose output is not empty
    first = output_length(shortest_input, axis)
    if target < first:
        return None, first
    steps = (target - first) // axis.stride
    above = first + axis.stride * (steps + 1)
    below = first + axis.stride * ((target - 1 - first) // axis.stride)
    return (below if below >= first else None), above


# --- the inverse: which parameters take one length to another


def solutions(length: int, target: int, axis: Axis, *, limit: int = 5) -> list[Axis]:
    """Up to `limit` legal axes that take `length` samples to `target` samples, the least change from `axis` first.

    Order: the axis itself, output_padding alone, padding, kernel_size, stride, then combinations (each may change output_padding
    too). Ahead of that order, those that leave outputs with nothing but the bias, or crop more than half a kernel, come last, save
    where output_padding alone does it. Where both change, kernel_size had better be a multiple of stride (even overlap); ties go to
    small changes. An illegal parameter counts from the nearest legal value, an illegal output_padding from 0; dilation is not varied.
    The list is empty where only absurd parameters would do (kernels longer than the output, padding that crops whole kernels). The
    work is a few hundred steps for any ints.
    """
    if length < 1 or target < 1 or limit < 1:
        return []
    start = _nearest_legal(axis)
    found = {s for s in _candidates(length, target, start) if not problems(s) and output_length(length, s) == target and _is_sane(s, start, target)}
    modest = {s for s in found if _is_modest(s, start)}
    return sorted(modest or found, key=lambda s: _rank(s, start))[:limit]


def _extent(axis: Axis) -> int:
    """Samples from the first to the last tap of the dilated kernel."""
    return axis.dilation * (axis.kernel_size - 1) + 1


def _nearest_legal(axis: Axis) -> Axis:
    stride, dilation = max(axis.stride, 1), max(axis.dilation, 1)
    output_padding = axis.output_padding if axis.output_padding in legal_output_padding(stride, dilation) else 0
    return Axis(max(axis.kernel_size, 1), stride, max(axis.padding, 0), output_padding, dilation)


def _candidates(length: int, target: int, start: Axis) -> Iterator[Axis]:
    """Axes worth trying; they need be neither legal nor sane."""
    for stride in _strides(length, target, start.stride):
        for kernel_size in _kernel_sizes(target - (length - 1) * stride, stride, start):
            trial = start._replace(kernel_size=kernel_size, stride=stride, output_padding=0)
            # output_length must change by output_padding - 2*padding = -excess
            excess = (length - 1) * stride + _extent(trial) - target
            least = max(0, -(-excess // 2))
            for padding in (least, least + 1, start.padding, (excess + start.output_padding) // 2):
                yield trial._replace(padding=padding, output_padding=2 * padding - excess)


def _strides(length: int, target: int, stride: int) -> set[int]:
    """The given stride and those near target/length; a single sample is not moved by any stride."""
    if length == 1:
        return {stride}
    return {stride} | {s + d for s in (target // length, (target - 1) // (length - 1)) for d in (0, 1)}


def _kernel_sizes(room: int, stride: int, start: Axis) -> set[int]:
    """The given kernel, small multiples of the stride, and those that fill `room` samples by themselves."""
    sizes = {start.kernel_size} | {stride * n for n in (1, 2, 3, 4)}
    return sizes | {1 + (room - 1 + 2 * padding) // start.dilation - d for padding in (0, start.padding) for d in (0, 1)}


def _is_sane(axis: Axis, start: Axis, target: int) -> bool:
    """A changed kernel is no longer than the output, and a changed padding crops no whole kernel."""
    kernel_ok = axis.kernel_size == start.kernel_size or _extent(axis) <= target
    return kernel_ok and (axis.padding == start.padding or axis.padding < _extent(axis))


def _is_modest(axis: Axis, start: Axis) -> bool:
    """The kernel has not grown where a stride should have: 10 -> 500 is no case for a kernel of 500."""
    return axis.kernel_size <= max(2 * start.kernel_size, 4 * axis.stride, 8)


def _rank(axis: Axis, start: Axis) -> tuple[int, int, int, bool, Axis]:
    changed = {name for name in Axis._fields if getattr(axis, name) != getattr(start, name)}
    uneven = axis.kernel_size % axis.stride != 0
    size = sum(abs(new - old) for new, old in zip(axis, start, strict=True))
    if changed <= {"output_padding"}:
        return 0, len(changed), size, uneven, axis
    weights = {"output_padding": 0, "padding": 10, "kernel_size": 11, "stride": 12}  # any one before any two
    change = sum(weights[name] for name in changed)
    if uneven and {"kernel_size", "stride"} <= changed:
        change += weights["kernel_size"]  # with both free to choose there is no reason for a checkerboard
    bare = bool(silent_tail(axis) or has_gaps(axis)) and not (silent_tail(start) or has_gaps(start))
    crops = "padding" in changed and 2 * axis.padding > _extent(axis)
    return bare + crops, change, size, uneven, axis
