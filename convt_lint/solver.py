"""Which transposed convolutions take one length to another: all combinations of parameters that make sense, the most sensible first.

One spatial axis at a time; lengths are in samples. Unlike `geometry.solutions`, which changes a given layer as little as it can, this
starts from nothing but what the asker has fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import isqrt

from convt_lint.geometry import Axis, has_gaps, offset, output_length, problems, reachable_lengths, silent_tail

MAX_VALUES = 200
"""How many values of a range are tried."""
MAX_TRIALS = 20_000
"""How many combinations are tried in all."""
MAX_TRIED = 8
"""How many fixed values of a parameter a kernel is computed for."""
PLAIN_KERNELS = range(1, 17)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an axis is asked for: lengths to take from and to, or a factor by which every length is multiplied.

    lengths, targets: the input and output lengths that will do, in samples; factor: L -> factor*L for every L, which needs no lengths;
    the others: the values that a parameter may have, None where it is free (dilation is 1 unless it is named).
    """

    lengths: range | None = None
    targets: range | None = None
    factor: int | None = None
    kernel_size: range | None = None
    stride: range | None = None
    padding: range | None = None
    output_padding: range | None = None
    dilation: range = range(1, 2)


@dataclass(frozen=True, slots=True)
class Answer:
    """A legal axis that does what was asked, with the lengths it was found for (None where it holds for every length)."""

    axis: Axis
    length: int | None = None
    target: int | None = None


def solve(wish: Wish) -> list[Answer]:
    """The answers to a wish, the most sensible first; empty where nothing does it. The work is bounded whatever the numbers are."""
    found = dict.fromkeys(answer for answer in islice(_answers(wish), MAX_TRIALS) if _does(wish, answer))
    modest = [answer for answer in found if _is_modest(answer)]
    return sorted(modest or found, key=_rank)


def _answers(wish: Wish) -> Iterator[Answer]:
    if wish.factor is not None:
        if wish.stride is None or wish.factor in wish.stride:
            for axis in _axes(wish, wish.factor, offset):
                yield Answer(axis)
        return
    for length in _some(wish.lengths or range(0)):
        for target in _some(wish.targets or range(0)):
            for stride in _strides(length, target, wish):
                for axis in _axes(wish, stride, partial(_excess, length, target)):
                    yield Answer(axis, length, target)


def _excess(length: int, target: int, axis: Axis) -> int:
    return output_length(length, axis) - target


def _axes(wish: Wish, stride: int, excess_of: Callable[[Axis], int]) -> Iterator[Axis]:
    """Axes of this stride that crop what is too much: `excess_of` says how many samples an axis without padding gives beyond what is wanted."""
    for dilation in _some(wish.dilation):
        if dilation < 1:
            continue
        for kernel_size in _kernels(wish, stride, dilation, excess_of):
            trial = Axis(kernel_size, stride, dilation=dilation)
            excess = excess_of(trial)
            for padding, output_padding in _pairs(wish, excess):
                yield trial._replace(padding=padding, output_padding=output_padding)


def _pairs(wish: Wish, excess: int) -> Iterator[tuple[int, int]]:
    """padding and output_padding with 2*padding - output_padding == excess."""
    if wish.padding is not None:
        yield from ((padding, 2 * padding - excess) for padding in _some(wish.padding))
    elif wish.output_padding is not None:
        yield from (((excess + extra) // 2, extra) for extra in _some(wish.output_padding))
    else:
        padding = max(0, -(-excess // 2))
        yield padding, 2 * padding - excess


def _strides(length: int, target: int, wish: Wish) -> Iterable[int]:
    if wish.stride is not None:
        return _some(wish.stride)
    ratio = target // length if length > 0 else 1
    return [stride for stride in range(ratio - 1, ratio + 4) if stride >= 1]


def _kernels(wish: Wish, stride: int, dilation: int, excess_of: Callable[[Axis], int]) -> Iterable[int]:
    """Small kernels, small multiples of the stride, those that need no padding but the fixed one, and those that padding can crop enough of."""
    if wish.kernel_size is not None:
        return _some(wish.kernel_size)
    over = excess_of(Axis(1, stride, dilation=dilation))
    sizes = {*PLAIN_KERNELS, *(stride * n for n in (1, 2, 3, 4))}
    paddings = range(1) if wish.padding is None else wish.padding[:MAX_TRIED]
    extras = range(2) if wish.output_padding is None else wish.output_padding[:MAX_TRIED]
    sizes |= {1 + (2 * padding - extra - over) // dilation for padding in paddings for extra in extras}
    if over > 0:  # padding has to crop what the stride makes, and may crop no whole kernel
        sizes |= {1 + -(-over // dilation) + more for more in range(3)}
    return sorted(size for size in sizes if size >= 1)


def _some(values: range) -> Iterable[int]:
    return values[:MAX_VALUES]


def _does(wish: Wish, answer: Answer) -> bool:
    """Whether an answer does it, is legal, keeps to what is fixed, and crops no whole kernel."""
    axis = answer.axis
    if 0 in (answer.length, answer.target):
        return False
    right = offset(axis) == 0 if answer.length is None else output_length(answer.length, axis) == answer.target
    if not right or problems(axis) or (wish.padding is None and axis.padding > axis.dilation * (axis.kernel_size - 1)):
        return False
    fixed = (wish.kernel_size, wish.stride, wish.padding, wish.output_padding, wish.dilation)
    return all(values is None or value in values for value, values in zip(axis, fixed, strict=True))


def _rank(answer: Answer) -> tuple[object, ...]:
    """Every sample heard, no more than half a kernel cropped, an even overlap, the stride near the ratio, and then what is small."""
    axis = answer.axis
    bare = bool(silent_tail(axis) or has_gaps(axis))
    crops = 2 * axis.padding > axis.dilation * (axis.kernel_size - 1) + 1
    uneven = axis.kernel_size % axis.stride != 0
    off = 0 if answer.length is None or answer.target is None else abs(answer.length * axis.stride - answer.target)
    return bare, crops, uneven, off, axis.kernel_size, axis.output_padding, axis.padding, axis, answer.length or 0, answer.target or 0


def _is_modest(answer: Answer) -> bool:
    """Whether the kernel is not there for the want of a stride."""
    return answer.axis.kernel_size <= max(PLAIN_KERNELS[-1], 4 * answer.axis.stride)


def reach(wish: Wish) -> range:
    """The output lengths that output_padding alone can still choose among, where all else is fixed; empty where something is free."""
    fixed = (wish.lengths, wish.kernel_size, wish.stride, wish.padding, wish.dilation)
    if wish.factor is not None or any(values is None or len(values) != 1 for values in fixed):
        return range(0)
    length, kernel_size, stride, padding, dilation = (values[0] for values in fixed if values is not None)
    return reachable_lengths(length, Axis(kernel_size, stride, padding, 0, dilation))


def joint(columns: list[list[Answer]], limit: int) -> list[tuple[Answer, ...]]:
    """Answers for several axes as one layer's: the same parameters on every axis first, then each axis's best together."""
    if len(columns) == 1:
        return [(answer,) for answer in columns[0][:limit]]
    first = [tuple(_like(answer.axis, column) for column in columns) for answer in columns[0]]
    alike: list[tuple[Answer, ...]] = [tuple(a for a in row if a is not None) for row in first if None not in row]
    side = max(1, isqrt(limit) + 1)
    mixed = _products([column[:side] for column in columns])
    return list(dict.fromkeys([*alike, *mixed]))[:limit]


def _like(axis: Axis, column: list[Answer]) -> Answer | None:
    return next((answer for answer in column if answer.axis == axis), None)


def _products(columns: list[list[Answer]]) -> list[tuple[Answer, ...]]:
    """All ways to take one of each, those with the best ones first."""
    rows: list[tuple[int, tuple[Answer, ...]]] = [(0, ())]
    for column in columns:
        rows = [(place + index, (*row, answer)) for place, row in rows for index, answer in enumerate(column)]
    return [row for _, row in sorted(rows, key=lambda item: item[0])]
