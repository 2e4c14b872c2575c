"""What a shape states of a layer: which of its numbers are the channels and which the sizes, and when they can be neither."""

from __future__ import annotations

import re
from itertools import pairwise
from math import prod

from convt_lint.expectations.notation import Reading
from convt_lint.expectations.pages import Place
from convt_lint.expectations.shapes_in_text import Dim, Shape
from convt_lint.facts import Claim, Multiple, StatedSize
from convt_lint.geometry import output_length

LAYOUTS = ("first", "last", "time")
"""Where a shape has its channels: before its sizes, behind them, or last with the batch between, as recurrent networks have it: (T, B, C)."""
RATES = frozenset((8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000))
"""Customary sample rates: numbers that lead up to them are frame rates, which are often rounded."""


def claim(shape: Shape, place: Place, role: str, *, bare: bool, sure: bool = False, layout: str = "first") -> Claim | None:
    """The spatial sizes that a shape states of a layer's input or output; None where it cannot be told which they are. `sure`: whatever its channels."""
    dims = place.layer.layer.dims
    extra = len(shape) - dims
    sizes: tuple[StatedSize, ...]
    if len(shape) == 1 and bare:
        if dims > 1 and isinstance(shape[0].size, Multiple):
            return None  # `H -> 2H` is of one axis
        sizes = (shape[0].size,) * dims
    elif extra == 0 and (dims != 2 or bare):
        if dims > 1 and shape[-1].size == place.channels[role == "out"] and not _is_square(shape):
            return None  # an image as a row of tokens: (N, C)
        sizes = tuple(dim.size for dim in shape)
    elif extra in (1, 2):
        if (extra == 2 and _is_weight(shape, place)) or (extra == 1 and dims > 1 and _are_tokens(shape, place.channels[role == "out"])):
            return None
        found = _channels_first(shape, place, role, sure) if layout == "first" else _channels_behind(shape, place, role, layout)
        if found is None:
            return None
        sizes = tuple(dim.size for dim in found)
    else:
        return None
    return Claim(place.layer, place.site, role, sizes) if any(size is not None for size in sizes) else None


def _channels_first(shape: Shape, place: Place, role: str, sure: bool) -> Shape | None:
    """The sizes of a shape that has its channels before them, unless its numbers say that they are behind."""
    extra = len(shape) - place.layer.layer.dims
    channels = place.channels[role == "out"]
    first, last = shape[extra - 1].size, shape[-1].size
    if not isinstance(channels, int) or not isinstance(first, int) or first in place.channels:
        return shape[extra:]
    if last == channels and _is_square(shape[extra - 1 : -1]):
        return shape[extra - 1 : -1]
    return shape[extra:] if sure and (extra == 2 or _is_square(shape[extra:])) else None  # else the numbers are of something else


def _channels_behind(shape: Shape, place: Place, role: str, layout: str) -> Shape | None:
    """The sizes of a shape with its channels last, where the layer's channels allow that."""
    dims = place.layer.layer.dims
    extra = len(shape) - dims
    if layout == "time" and (extra != 2 or _BATCH.fullmatch(shape[0].text)):
        return None
    sizes = shape[:dims] if layout == "time" else shape[extra - 1 : -1]
    stated, channels = shape[-1].size, place.channels[role == "out"]
    if isinstance(stated, int) and isinstance(channels, int):
        return sizes if stated == channels else None
    if isinstance(stated, int) and not (_is_square(sizes) and (dims == 1 or not _is_square(shape[extra:]))):
        return None
    return sizes


def _are_tokens(shape: Shape, channels: object) -> bool:
    """Whether a shape is that of an image as a row of tokens: (B, N, C)."""
    last = shape[-1].size
    counted = last == channels or (isinstance(last, Multiple) and _FEATURES.fullmatch(last.name) is not None)
    return _BATCH.fullmatch(shape[0].text) is not None and counted and not _is_square(shape[1:])


_FEATURES = re.compile(r"c|d|e|ch|chans?|channels|dims?|embed\w*|features?|hidden", re.IGNORECASE)


_BATCH = re.compile(r"b|n|bs|nb|batch\w*|-1|none|\?", re.IGNORECASE)


def _is_square(sizes: Shape) -> bool:
    return len({dim.size for dim in sizes}) == 1


def _is_weight(shape: Shape, place: Place) -> bool:
    """Whether a shape is that of a layer's weight."""
    return tuple(dim.size for dim in shape) == (*place.channels, *place.layer.per_axis("kernel_size"))


def by_channels(shape: Shape, place: Place, role: str, layout: str) -> bool:
    """Whether a shape's channels are those of a layer's input or output."""
    channels = place.channels[role == "out"]
    return isinstance(channels, int) and any(dim.size == channels for dim in _channel_dims(shape, place.layer.layer.dims, layout))


def _channel_dims(shape: Shape, dims: int, layout: str) -> tuple[Dim, ...]:
    """The dimensions of a shape that may be its channels: before the spatial ones, or behind them."""
    extra = len(shape) - dims
    if layout != "first":
        return shape[-1:] if extra in (1, 2) else ()
    return (shape[0],) if extra == 1 else (shape[1], shape[-1]) if extra == 2 else ()


def foreign_channels(reading: Reading, places: list[Place]) -> int | None:
    """The channels of a shape, where they are a number that none of the layers has (nor, were the channels last, the last number)."""
    if len(reading.shapes) > 1:
        return None
    shape = reading.shapes[0]
    dims = places[0].layer.layer.dims
    if len(shape) - dims not in (1, 2) or (len(shape) - dims == 1 and (dims == 1 or len({dim.size for dim in shape[1:]}) > 1)):
        return None
    stated, last = shape[-dims - 1].size, shape[-1].size
    known = [channels for place in places for channels in place.channels]
    numbers = isinstance(stated, int) and all(isinstance(channels, int) for channels in known)
    return stated if numbers and isinstance(stated, int) and stated not in known and last not in known else None


def is_surely_meant(reading: Reading, own: Place | None) -> bool:
    """Whether a shape whose channels are not the layer's is of the layer all the same: it is called its output, or stands on its line with nothing but
    a name for the batch before it."""
    first = reading.shapes[0][0].size
    return reading.role == "out" or (own is not None and not reading.words and not isinstance(first, int))


def are_of_two_kinds(first: Shape, last: Shape) -> bool:
    """Whether one side of an arrow names what the other counts (`A, B -> 3, 5`), or holds a product of numbers (`196 -> 14 * 14`)."""
    kinds = [{type(dim.size) for dim in shape if dim.size is not None} for shape in (first, last)]
    return (len(first) == 1 and kinds[0] != kinds[1]) or (
        kinds == [{Multiple}, {int}] or any(isinstance(dim.size, int) and not dim.text.strip("()").isdigit() for dim in (*first, *last))
    )


def are_no_lengths(first: StatedSize, last: StatedSize, place: Place) -> bool:
    """Whether two numbers beside an arrow cannot be a layer's lengths: they fall beside a stride, or are the pixels of an image."""
    if not isinstance(first, int) or not isinstance(last, int):
        return False
    strides = [stride for stride in place.layer.integers("stride") if stride is not None]
    return (last <= first and any(stride > 1 for stride in strides)) or (len(strides) > 1 and last == first * prod(strides))


def are_rounded(first: StatedSize, last: StatedSize, place: Place) -> bool:
    """Whether two numbers may be frame rates of which one is rounded."""
    strides = [stride for stride in place.layer.integers("stride") if stride is not None]
    return isinstance(first, int) and isinstance(last, int) and len(strides) == 1 and abs(last - first * strides[0]) <= strides[0]


def are_channels(first: Shape, last: Shape, place: Place | None) -> bool:
    """Whether two numbers are the channels of a layer, or may be because they are not known."""
    if place is None or len(first) != 1 or len(last) != 1:
        return False
    return all(not isinstance(channels, int) or size == channels for size, channels in zip((first[0].size, last[0].size), place.channels, strict=True))


def are_mostly_lengths(numbers: list[StatedSize], places: list[Place]) -> bool:
    """Whether most of the numbers behind layers are what the layers make of the number before, or each its layer's input."""
    steps = list(pairwise(numbers))
    gaps = {other - one for one, other in steps if isinstance(one, int) and isinstance(other, int)}
    if len(gaps) == 1 and not all(_makes(place, *step) for place, step in zip(places[1:], steps, strict=False)):
        return False  # they count something
    counts = [sum(_makes(place, *step) for place, step in zip(layers, steps, strict=False)) for layers in (places[1:], places)]
    return len(steps) > 1 and 2 * max(counts) >= len(steps)


def _makes(place: Place, length: object, size: object) -> bool:
    """Whether a layer makes one length into another, on some axis."""
    return isinstance(length, int) and any(axis is not None and output_length(length, axis) == size for axis in place.layer.axes())


def numbers_of(place: Place) -> set[object]:
    """The numbers of a layer that a number beside it may mean: its channels, their ratio, its kernel, groups."""
    taken, given = place.channels
    found: set[object] = {taken, given, place.layer.arguments.get("groups"), *place.layer.per_axis("kernel_size"), *place.layer.per_axis("dilation")}
    if isinstance(taken, int) and isinstance(given, int) and taken > 0 and given > 0:
        found |= {taken // given, given // taken}
    return {number for number in found if isinstance(number, int) and number > 1}
