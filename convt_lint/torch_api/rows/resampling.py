"""Upsampling by interpolation and by rearranging channels.

Sizes are in samples. Source: torch/nn/functional.py (interpolate), aten/src/ATen/native/PixelShuffle.cpp.
"""

from __future__ import annotations

import math
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, followed, known
from convt_lint.torch_api.rows.pooling import with_lengths
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}

_RANKS = {"nearest": (3, 4, 5), "nearest-exact": (3, 4, 5), "area": (3, 4, 5), "linear": (3,), "bilinear": (4,), "bicubic": (4,), "trilinear": (5,)}


def _interpolate(values: Values) -> Tensor:
    size, factor, mode = values["size"], values["scale_factor"], values["mode"]
    if isinstance(size, Symbol) and not isinstance(factor, Symbol) and factor is not None:
        raise NotFollowed
    ranks = _RANKS.get(mode, ()) if isinstance(mode, str) else (3, 4, 5)
    if not ranks or (size is None) == (factor is None):
        raise NotFollowed
    source = tensor(values["input"]).of_ranks(*ranks)
    if source.shape is None:
        return _of_unknown_rank(source, size, factor, mode)
    dims = len(source.shape) - 2
    if size is not None:
        return with_lengths(source, dims, _spread(size, dims))
    factors = factor if isinstance(factor, tuple) else (factor,) * dims
    if len(factors) != dims:
        raise NotFollowed
    return with_lengths(source, dims, tuple(_scaled(source.size(index - dims), item, mode) for index, item in enumerate(factors)))


def _of_unknown_rank(source: Tensor, size: Any, factor: Any, mode: Any) -> Tensor:
    if isinstance(size, tuple):
        return Tensor((None, source.tail[-len(size) - 1] if len(source.tail) > len(size) else None, *_spread(size, len(size))))
    if source.tail and isinstance(factor, (int, float)):
        return Tensor(None, (_scaled(source.tail[-1], factor, mode),), source.ranks)
    return Tensor(None, (), source.ranks)


def _spread(size: Any, dims: int) -> tuple[Size, ...]:
    if isinstance(size, tuple):
        if len(size) != dims:
            raise NotFollowed
        return tuple(item if isinstance(item, (int, Symbol)) else None for item in size)
    # One value that is not known may be a sequence of sizes.
    return (size,) * dims if isinstance(size, int) else (None,) * dims


def _scaled(length: Size, factor: Any, mode: Any) -> Size:
    if isinstance(factor, (int, float)) and not isinstance(factor, bool):
        if factor == 1:
            return length
        if known(length) is None:
            return _scaled_formula(length, factor)
        out = computed(lambda n: _floor(n, factor), length)
        if out is not None and out < 1 and mode != "area":
            raise Refused("empty", f"scales {length} samples by {factor}: nothing is left", ("the input", length))
        return out
    return None


def _scaled_formula(length: Size, factor: float) -> Size:
    """A length that is not known, scaled by a factor that floats hold as a fraction with a small divisor."""
    whole, divisor = factor.as_integer_ratio() if math.isfinite(factor) else (0, _MOST)
    return followed(lambda n: n * whole // divisor, length) if factor > 0 and divisor <= _MOST_DIVISOR else None


_MOST_DIVISOR = 64


def _floor(length: int, factor: float) -> int:
    """`length * factor` rounded down, as torch computes it in floats."""
    if max(length, abs(factor)) > _MOST or factor != factor:
        raise NotFollowed
    return math.floor(float(length * factor))


_MOST = 2**53
"""Floats hold every int up to here."""


def _two_axes(mode: str) -> Any:
    return lambda values: _interpolate({**values, "mode": mode})


def _shuffle(values: Values) -> Tensor:
    """(..., C*r*r, H, W) -> (..., C, H*r, W*r)."""
    source, factor = tensor(values["input"]), known(values["upscale_factor"])
    if source.shape is None:
        tail = source.tail[-3:]
        made = _shuffled(tail, factor) if len(tail) == 3 else (None,) * 3
        return Tensor(None, (*source.tail[:-3], *made), source.ranks)
    if len(source.shape) < 3:
        raise Refused("rank", f"takes a tensor of at least 3 dimensions, not of {len(source.shape)}")
    return Tensor((*source.shape[:-3], *_shuffled(source.shape[-3:], factor)))


def _shuffled(sizes: tuple[Size, ...], factor: int | None) -> tuple[Size, ...]:
    channels, *lengths = sizes
    if factor is not None and factor < 1:
        raise NotFollowed
    if factor is not None and (count := known(channels)) is not None and count % (factor * factor):
        raise Refused("channels", f"needs channels that {factor}*{factor} divides, the input has {count}", ("the input", channels))
    return (followed(lambda c, r: c // (r * r), channels, factor), *(followed(lambda n, r: n * r, length, factor) for length in lengths))


def _unshuffle(values: Values) -> Tensor:
    """(..., C, H*r, W*r) -> (..., C*r*r, H, W)."""
    source, factor = tensor(values["input"]), known(values["downscale_factor"])
    if source.shape is None:
        return Tensor(None, (None,) * 3, source.ranks)
    if len(source.shape) < 3:
        raise Refused("rank", f"takes a tensor of at least 3 dimensions, not of {len(source.shape)}")
    if factor is not None and factor < 1:
        raise NotFollowed
    channels, *lengths = source.shape[-3:]
    for length in lengths:
        if factor is not None and (number := known(length)) is not None and number % factor:
            raise Refused("sizes", f"needs lengths that {factor} divides, the input has {number}", ("the input", length))
    made = (followed(lambda c, r: c * r * r, channels, factor), *(followed(lambda n, r: n // r, length, factor) for length in lengths))
    return Tensor((*source.shape[:-3], *made))


def _grid_sample(values: Values) -> Tensor:
    """(N, C, H, W) sampled at a grid (N, Ho, Wo, 2) -> (N, C, Ho, Wo); 3d alike."""
    source, grid = tensor(values["input"]).of_ranks(4, 5), tensor(values["grid"]).of_ranks(4, 5)
    if source.shape is None or grid.shape is None:
        raise NotFollowed
    return Tensor((*source.shape[:2], *grid.shape[1:-1]))


_F = "torch.nn.functional"
_TAIL = "mode='nearest', align_corners=None"
MODULES["Upsample"] = Row(f"size=None, scale_factor=None, {_TAIL}, recompute_scale_factor=None", _interpolate, "input")
MODULES["UpsamplingNearest2d"] = Row("size=None, scale_factor=None", _two_axes("nearest"), "input")
MODULES["UpsamplingBilinear2d"] = Row("size=None, scale_factor=None", _two_axes("bilinear"), "input")
FUNCTIONS[f"{_F}.interpolate"] = Row(f"input, size=None, scale_factor=None, {_TAIL}, recompute_scale_factor=None, antialias=False", _interpolate)
FUNCTIONS[f"{_F}.upsample"] = Row(f"input, size=None, scale_factor=None, {_TAIL}", _interpolate)
MODULES["PixelShuffle"] = Row("upscale_factor", _shuffle, "input")
MODULES["PixelUnshuffle"] = Row("downscale_factor", _unshuffle, "input")
FUNCTIONS[f"{_F}.pixel_shuffle"] = FUNCTIONS["torch.pixel_shuffle"] = Row("input, upscale_factor", _shuffle)
FUNCTIONS[f"{_F}.pixel_unshuffle"] = FUNCTIONS["torch.pixel_unshuffle"] = Row("input, downscale_factor", _unshuffle)
MODULES["ChannelShuffle"] = Row("groups", lambda values: tensor(values["input"]), "input")
FUNCTIONS[f"{_F}.grid_sample"] = Row("input, grid, mode='bilinear', padding_mode='zeros', align_corners=None", _grid_sample)
