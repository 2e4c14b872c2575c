"""Conv1d, Conv2d, Conv3d, their lazy and functional forms.

Sizes are in samples. Source: torch/nn/modules/conv.py, torch/nn/functional.py, aten/src/ATen/native/Convolution.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, followed, known, same
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, per_axis, tensor

_TAIL = "kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None"


def output_length(length: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    """The output length of a convolution with `padding` samples of padding on each side; 0 or less where the kernel does not fit."""
    room = length + 2 * padding - dilation * (kernel_size - 1) - 1
    return room // stride + 1 if room >= 0 else 0


def _axis(dims: int, index: int, length: Size, kernel: Size, stride: Size, padding: Any, dilation: Size) -> Size:
    """The output size on a spatial axis; `padding` is an int, a symbol, None, or "same" or "valid"."""
    if any((number := known(value)) is not None and number < 1 for value in (kernel, stride, dilation)):
        raise NotFollowed
    if padding == "same":
        if known(stride) not in (None, 1):
            raise NotFollowed
        return length
    whole = 0 if padding == "valid" else padding
    if whole is not None and not isinstance(whole, (int, Symbol)):
        raise NotFollowed
    if isinstance(whole, int) and whole < 0:
        raise NotFollowed
    if known(length) is None:
        found = followed(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1, length, kernel, stride, whole, dilation)
        return length if same(found, length) else found
    out = computed(output_length, length, kernel, stride, whole, dilation)
    if out is not None and out < 1:
        where = "" if dims == 1 else f" on spatial axis {index}"
        extent = computed(lambda d, k: d * (k - 1) + 1, dilation, kernel)
        padded = computed(lambda n, p: n + 2 * p, length, whole)
        raise Refused("empty", f"needs at least {extent} samples{where}, and the padded input has {padded}", ("the input", length))
    return out


def _spatial(dims: int, values: Values, kernel_size: Any, source: Tensor) -> tuple[Size, ...]:
    columns: list[tuple[Any, ...]] = [per_axis(kernel_size, dims), per_axis(values["stride"], dims)]
    padding = values["padding"]
    columns += [(padding,) * dims if isinstance(padding, str) else per_axis(padding, dims), per_axis(values["dilation"], dims)]
    lengths = [source.size(index - dims) for index in range(dims)]
    return tuple(_axis(dims, index, *row) for index, row in enumerate(zip(lengths, *columns, strict=True)))


def _output(dims: int, values: Values, kernel_size: Any, in_channels: Size, out_channels: Size) -> Tensor:
    """The output of a convolution of (N, C, *lengths) or (C, *lengths)."""
    source = tensor(values["input"]).of_ranks(dims + 1, dims + 2)
    channels = source.size(-dims - 1)
    if differ(channels, in_channels):
        raise Refused("channels", f"expects {in_channels} channels, the input has {channels}", ("the input", channels))
    lengths = _spatial(dims, values, kernel_size, source)
    if source.shape is None:
        return Tensor(None, (out_channels, *lengths), (dims + 1, dims + 2))
    return Tensor((*source.shape[: -dims - 1], out_channels, *lengths))


def _module(dims: int, values: Values) -> Tensor:
    return _output(dims, values, values["kernel_size"], known(values.get("in_channels")), known(values["out_channels"]))


def _function(dims: int, values: Values) -> Tensor:
    """The weight is (out_channels, in_channels / groups, *kernel_size)."""
    weight = tensor(values["weight"]).of_ranks(dims + 2)
    assert weight.shape is not None
    out_channels, per_group, *kernel_size = weight.shape
    if computed(lambda a, b: a % b if b > 0 else 1, out_channels, values["groups"]):
        raise NotFollowed
    in_channels = computed(lambda a, b: a * b, per_group, values["groups"])
    return _output(dims, values, tuple(kernel_size), in_channels, out_channels)


def _attributes(dims: int, values: Values) -> Mapping[str, Any]:
    names = ("in_channels", "out_channels", "groups")
    found: dict[str, Any] = {name: values.get(name) for name in names}
    found.update({name: per_axis(values[name], dims) for name in ("kernel_size", "stride", "dilation")})
    found["padding"] = values["padding"] if isinstance(values["padding"], str) else per_axis(values["padding"], dims)
    per_group = computed(lambda a, b: a // b, values.get("in_channels"), values["groups"])
    found["weight"] = Tensor((known(values["out_channels"]), per_group, *per_axis(values["kernel_size"], dims)))
    if isinstance(values["bias"], bool):
        found["bias"] = Tensor((known(values["out_channels"]),)) if values["bias"] else None
    return found


MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
for _dims in (1, 2, 3):
    _call = partial(_module, _dims)
    _sizes = partial(_attributes, _dims)
    MODULES[f"Conv{_dims}d"] = Row(f"in_channels, out_channels, {_TAIL}", _call, "input", _sizes)
    MODULES[f"LazyConv{_dims}d"] = Row(f"out_channels, {_TAIL}", _call, "input", _sizes)
    _row = Row("input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1", partial(_function, _dims))
    FUNCTIONS.update({f"{home}.conv{_dims}d": _row for home in ("torch", "torch.nn.functional")})
