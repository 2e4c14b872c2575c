"""Max, average, LP and adaptive pooling, and unpooling, in 1d, 2d and 3d.

Sizes are in samples. Source: aten/src/ATen/native/Pool.h (pooling_output_shape), torch/nn/functional.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, followed, known
from convt_lint.symbolic import Expression, Operation
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, NotFollowed, Refused, Row, Tensor, Values, per_axis, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def output_length(length: int, kernel_size: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """The output length of a pooling. With `ceil_mode` a window may reach over the end, but not begin beyond the left padding and the input."""
    room = length + 2 * padding - dilation * (kernel_size - 1) - 1
    out = (room + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (out - 1) * stride >= length + padding:
        out -= 1
    return out


def _of_any_length(length: Expression, kernel_size: Expression, stride: int, padding: int, dilation: int, ceil_mode: bool) -> Expression:
    """As `output_length`, for a length that is not known."""
    room = length + 2 * padding - dilation * (kernel_size - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    return Operation("min", (room + stride - 1) // stride, (length + padding - 1) // stride) + 1


def with_lengths(source: Tensor, dims: int, lengths: tuple[Size, ...]) -> Tensor:
    """The same tensor with other sizes on its spatial axes, the last `dims`."""
    if source.shape is None:
        return Tensor(None, (*source.tail[:-dims], *lengths) if len(source.tail) >= dims else lengths, source.ranks)
    return Tensor((*source.shape[:-dims], *lengths))


def _axis(dims: int, index: int, length: Size, kernel: Size, stride: Size, padding: Size, dilation: Size, ceil_mode: Any) -> Size:
    if any((number := known(value)) is not None and number < 1 for value in (kernel, stride, dilation)):
        raise NotFollowed
    extra, span = known(padding), known(kernel)
    if extra is not None and (extra < 0 or (span is not None and extra > span // 2)):
        raise NotFollowed
    if kernel == 1 and stride == 1 and padding == 0:
        return length
    if not isinstance(ceil_mode, bool):
        return None
    if known(length) is None:
        return followed(partial(_of_any_length, ceil_mode=ceil_mode), length, kernel, stride, padding, dilation)
    out = computed(partial(output_length, ceil_mode=ceil_mode), length, kernel, stride, padding, dilation)
    if out is not None and out < 1:
        where = "" if dims == 1 else f" on spatial axis {index}"
        raise Refused("empty", f"its window of {kernel} does not fit{where}: the input has {length} samples", ("the input", length))
    return out


def _average_of_three(values: Values) -> Tensor:
    """AvgPool3d alone refuses an input shorter than its window whatever the padding."""
    source = tensor(values["input"]).of_ranks(4, 5)
    for index, kernel in enumerate(per_axis(values["kernel_size"], 3)):
        length = source.size(index - 3)
        if (number := known(length)) is not None and (span := known(kernel)) is not None and number < span:
            raise Refused("empty", f"its window of {span} does not fit on spatial axis {index}: the input has {number} samples", ("the input", length))
    return _pool(3, values)


def _pool(dims: int, values: Values) -> Tensor:
    source = tensor(values["input"]).of_ranks(dims + 1, dims + 2)
    kernel = per_axis(values["kernel_size"], dims)
    given = values["stride"]
    stride = kernel if given is None or given == () else per_axis(given, dims)
    padding, dilation = per_axis(values.get("padding", 0), dims), per_axis(values.get("dilation", 1), dims)
    lengths = (source.size(index - dims) for index in range(dims))
    rows = enumerate(zip(lengths, kernel, stride, padding, dilation, strict=True))
    return with_lengths(source, dims, tuple(_axis(dims, index, *row, values["ceil_mode"]) for index, row in rows))


def _with_indices(rule: Callable[[Values], Tensor], values: Values) -> Any:
    """Max pooling may give the places of the maxima as well."""
    out = rule(values)
    if not isinstance(values["return_indices"], bool):
        return UNKNOWN
    return (out, out) if values["return_indices"] else out


def _adaptive(dims: int, values: Values) -> Tensor:
    source = tensor(values["input"])
    if source.rank is not None and source.rank > dims + 2:
        raise NotFollowed  # taken by some ways of pooling
    if source.shape is not None or source.ranks:
        source = source.of_ranks(dims + 1, dims + 2, *(rank for rank in source.ranks if rank > dims + 2))
    wanted = values["output_size"]
    if isinstance(wanted, tuple) and len(wanted) == 1:
        wanted = wanted * dims
    if isinstance(wanted, tuple) and len(wanted) != dims:
        raise NotFollowed
    sizes = wanted if isinstance(wanted, tuple) else (wanted,) * dims
    lengths = tuple(source.size(index - dims) if size is None else _stated(size) for index, size in enumerate(sizes))
    return with_lengths(source, dims, lengths)


def _stated(size: Any) -> Size:
    number = known(size)
    if number is not None and number < 0:
        raise NotFollowed
    return number


def _unpool(dims: int, values: Values) -> Tensor:
    source = tensor(values["input"]).of_ranks(dims + 1, dims + 2)
    if values["output_size"] is not None:
        wanted = values["output_size"]
        if not isinstance(wanted, tuple) or len(wanted) < dims:
            return with_lengths(source, dims, (None,) * dims)
        return with_lengths(source, dims, tuple(size if isinstance(size, (int, Symbol)) else None for size in wanted[-dims:]))
    kernel = per_axis(values["kernel_size"], dims)
    stride = kernel if values["stride"] is None else per_axis(values["stride"], dims)
    rows = zip((source.size(index - dims) for index in range(dims)), kernel, stride, per_axis(values["padding"], dims), strict=True)
    return with_lengths(source, dims, tuple(followed(lambda n, k, s, p: (n - 1) * s - 2 * p + k, *row) for row in rows))


_F = "torch.nn.functional"
for _dims in (1, 2, 3):
    _plain, _fitted = partial(_pool, _dims), partial(_adaptive, _dims)
    _max, _fitted_max = partial(_with_indices, _plain), partial(_with_indices, _fitted)
    MODULES[f"MaxPool{_dims}d"] = Row("kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False", _max, "input")
    _row = Row("input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False", _max)
    FUNCTIONS[f"{_F}.max_pool{_dims}d"] = _row
    _divisor = "" if _dims == 1 else ", divisor_override=None"
    _average = f"kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True{_divisor}"
    _mean = _plain if _dims < 3 else _average_of_three
    MODULES[f"AvgPool{_dims}d"] = Row(_average, _mean, "input")
    FUNCTIONS[f"{_F}.avg_pool{_dims}d"] = Row(f"input, {_average}", _mean)
    MODULES[f"LPPool{_dims}d"] = Row("norm_type, kernel_size, stride=None, ceil_mode=False", _plain, "input")
    FUNCTIONS[f"{_F}.lp_pool{_dims}d"] = Row("input, norm_type, kernel_size, stride=None, ceil_mode=False", _plain)
    MODULES[f"AdaptiveAvgPool{_dims}d"] = Row("output_size", _fitted, "input")
    FUNCTIONS[f"{_F}.adaptive_avg_pool{_dims}d"] = Row("input, output_size", _fitted)
    MODULES[f"AdaptiveMaxPool{_dims}d"] = Row("output_size, return_indices=False", _fitted_max, "input")
    FUNCTIONS[f"{_F}.adaptive_max_pool{_dims}d"] = Row("input, output_size, return_indices=False", _fitted_max)
    MODULES[f"MaxUnpool{_dims}d"] = Row("kernel_size, stride=None, padding=0", partial(_unpool, _dims), "input, indices, output_size=None")
    FUNCTIONS[f"{_F}.max_unpool{_dims}d"] = Row("input, indices, kernel_size, stride=None, padding=0, output_size=None", partial(_unpool, _dims))
FUNCTIONS["torch.adaptive_avg_pool1d"] = FUNCTIONS[f"{_F}.adaptive_avg_pool1d"]
for _dims in (1, 2, 3):
    FUNCTIONS[f"torch.max_pool{_dims}d"] = Row("input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False", partial(_pool, _dims))
    FUNCTIONS[f"torch.avg_pool{_dims}d"] = FUNCTIONS[f"{_F}.avg_pool{_dims}d"]
for _dims in (2, 3):
    MODULES[f"FractionalMaxPool{_dims}d"] = Row(
        "kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None", lambda values: SOME_TENSOR, "input"
    )
