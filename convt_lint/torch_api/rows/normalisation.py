"""Normalisation layers, modules and functions. All keep the shape; they differ in what they take.

Source: torch/nn/modules/batchnorm.py, instancenorm.py, normalization.py, torch/nn/functional.py, aten/src/ATen/native/Normalization.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, known, product
from convt_lint.torch_api.dims import at_least, check_dim, filled, place
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, tensor


def _with_channels(source: Tensor, at: int, channels: Size) -> Tensor:
    """The source, whose dimension `at` (counted from the end) holds the channels, known to be so many."""
    found = source.size(at)
    if differ(found, channels):
        raise Refused("channels", f"expects {channels} channels, the input has {found}", ("the input", found))
    if source.shape is not None:
        index = len(source.shape) + at
        return Tensor((*source.shape[:index], filled(found, channels), *source.shape[index + 1 :]))
    return source


def _surely_empty(source: Tensor) -> bool:
    """Whether the tensor has no elements: batch norm then looks at no channels. A size that is not known is taken to be none of 0."""
    return product(source.last) == 0


def _holds_channels(values: Values, *names: str) -> bool:
    """Whether one of these switches is surely on, so that the layer holds a value for each channel."""
    return any(bool(values[name]) for name in names if not isinstance(values[name], Symbol))


def _batch_norm(ranks: tuple[int, ...], values: Values) -> Tensor:
    """A rule of BatchNorm: (N, C, ...). With running statistics one value per channel is refused in training only, which is not known here."""
    source = _lazy_batch_norm(ranks, values)
    if source.shape is None or _surely_empty(source) or not _holds_channels(values, "affine", "track_running_stats"):
        return source
    return _with_channels(source, 1 - len(source.shape), known(values["num_features"]))


def _lazy_batch_norm(ranks: tuple[int, ...], values: Values) -> Tensor:
    source = tensor(values["input"]).of_ranks(*ranks)
    if values["track_running_stats"] is False and source.shape is not None:
        _check_values((source.shape[0], *source.shape[2:]))
    return source


def _sync_batch_norm(values: Values) -> Tensor:
    """A rule: on several devices another code runs, so that channels are not checked."""
    return at_least(tensor(values["input"]), 2)


def _check_values(sizes: tuple[Size, ...]) -> None:
    """Refuses an input of a single value per channel; `sizes` are those of the dimensions that a channel is spread over."""
    if product(sizes) == 1:
        raise Refused("elements", "needs more than one value per channel, the input has one", *(("the input", size) for size in sizes[-1:]))


def _instance_norm(dims: int, values: Values) -> Tensor:
    """A rule of InstanceNorm: (N, C, *lengths) or (C, *lengths). Without parameters another number of channels is only warned of."""
    source = tensor(values["input"]).of_ranks(dims + 1, dims + 2)
    checked = ("affine",) if _surely_empty(source) else ("affine", "track_running_stats")
    if "num_features" in values and _holds_channels(values, *checked):
        source = _with_channels(source, -dims - 1, known(values["num_features"]))
    if values["track_running_stats"] is False and len(source.last) >= dims:
        _check_values(source.last[-dims:])
    return source


def _groups(source: Tensor, groups: Size) -> None:
    """Refuses channels, dimension 1, that cannot be cut into so many groups."""
    number = known(groups)
    if number is not None and number < 1:
        raise NotFollowed
    if source.shape is None:
        return
    channels = source.shape[1]
    if computed(lambda c, g: c % g, channels, groups):
        raise Refused("channels", f"cuts the channels into {groups} groups, the input has {channels}", ("the input", channels))


def _check_group_values(source: Tensor, groups: Size) -> None:
    if source.shape is not None:
        _check_values((source.shape[0], computed(lambda c, g: c // g, source.shape[1], groups), *source.shape[2:]))


def _group_norm(values: Values) -> Tensor:
    """A rule of GroupNorm: (N, C, ...)."""
    source = at_least(tensor(values["input"]), 2)
    channels = known(values["num_channels"])
    if computed(lambda c, g: c % g if g > 0 else 1, channels, values["num_groups"]):
        raise NotFollowed
    if _holds_channels(values, "affine") and source.shape is not None:
        source = _with_channels(source, 1 - len(source.shape), channels)
    _groups(source, values["num_groups"])
    _check_group_values(source, values["num_groups"])
    return source


def _group_norm_function(values: Values) -> Tensor:
    source = _bare_group_norm(values)
    _check_group_values(source, values["num_groups"])
    return source


def _bare_group_norm(values: Values) -> Tensor:
    """A rule of torch.group_norm, which takes single values."""
    source = at_least(tensor(values["input"]), 2)
    _groups(source, values["num_groups"])
    return _per_channel(source, values, "weight", "bias")


def _per_channel(source: Tensor, values: Values, *names: str) -> Tensor:
    """The source, of whose channels (dimension 1) tensors are given that hold a value for each."""
    if source.shape is None or len(source.shape) < 2:
        return source
    for name in names:
        if isinstance(values[name], Tensor) and (held := values[name].shape) is not None and len(held) == 1:
            source = _with_channels(source, 1 - len(source.shape or ()), held[0])
    return source


def _batch_norm_function(values: Values) -> Tensor:
    source = tensor(values["input"])
    return source if _surely_empty(source) else _per_channel(at_least(source, 2), values, "running_mean", "running_var", "weight", "bias")


def _instance_norm_function(values: Values) -> Tensor:
    source = at_least(tensor(values["input"]), 2)
    if values["use_input_stats"] is True and source.shape is not None:
        _check_values(source.shape[2:])
    return source if _surely_empty(source) else _per_channel(source, values, "running_mean", "running_var", "weight", "bias")


def _normalized_shape(value: Any) -> tuple[Size, ...] | None:
    """The sizes that a LayerNorm is built for, None where not even their number is known."""
    if isinstance(value, tuple):
        if not value:
            raise NotFollowed
        return tuple(size if isinstance(size, (int, Symbol)) else None for size in value)
    return (value,) if isinstance(value, int) else None


def _layer_norm(name: str, values: Values) -> Tensor:
    """A rule of LayerNorm and RMSNorm: (*, *normalized_shape). name: the input's parameter."""
    source = tensor(values[name])
    sizes = _normalized_shape(values["normalized_shape"])
    if sizes is None:
        return source
    at_least(source, len(sizes))
    ends = [source.size(index - len(sizes)) for index in range(len(sizes))]
    for index, (found, size) in enumerate(zip(ends, sizes, strict=True)):
        if differ(found, size):
            raise Refused("features", f"expects size {size} in dimension {index - len(sizes)}, the input has {found}", ("the input", found))
    tail = tuple(map(filled, ends, (known(size) for size in sizes)))
    if source.shape is not None:
        return Tensor((*source.shape[: -len(sizes)], *tail))
    return Tensor(None, (*source.tail[: -len(sizes)], *tail), tuple(rank for rank in source.ranks if rank >= len(tail)))


def _local_response_norm(values: Values) -> Tensor:
    size = known(values["size"])
    if size is not None and size < 1:
        raise NotFollowed
    return at_least(tensor(values["input"]), 3)


def _cross_map(values: Values) -> Tensor:
    return tensor(values["input"]).of_ranks(4)


def _normalize(values: Values) -> Tensor:
    """A rule of F.normalize; `dim` may be several dimensions."""
    source = tensor(values["input"])
    dims = values["dim"] if isinstance(values["dim"], tuple) else (values["dim"],)
    found = [check_dim(source, dim) for dim in dims]
    if source.shape is not None and None not in found and len({dim % max(1, len(source.shape)) for dim in found if dim is not None}) < len(found):
        raise NotFollowed
    return source


def _channel_attributes(number: str, switches: tuple[str, ...], values: Values) -> Mapping[str, Any]:
    """num_features or num_channels, and the tensors that hold a value for each channel."""
    held = Tensor((known(values[number]),))
    found: dict[str, Any] = {name: values[name] for name in (number, "num_groups", "eps", "affine", "track_running_stats") if name in values}
    for switch, names in zip(switches, (("weight", "bias"), ("running_mean", "running_var")), strict=False):
        if isinstance(values[switch], bool):
            found.update(dict.fromkeys(names, held if values[switch] else None))
    if not isinstance(values["bias"], bool) or not isinstance(values["affine"], bool):
        found.pop("bias", None)
    elif not values["bias"]:
        found["bias"] = None
    return found


def _layer_attributes(values: Values) -> Mapping[str, Any]:
    sizes = _normalized_shape(values["normalized_shape"])
    if sizes is None:
        return {}
    found: dict[str, Any] = {"normalized_shape": sizes, "eps": values["eps"]}
    if isinstance(values["elementwise_affine"], bool):
        held = Tensor(tuple(map(known, sizes))) if values["elementwise_affine"] else None
        found["weight"] = held
        if isinstance(values.get("bias"), bool):
            found["bias"] = held if values["bias"] else None
    return found


_DEVICE = "device=None, dtype=None"
_BATCH = "eps=1e-05, momentum=0.1, affine=True, track_running_stats=True"
_INSTANCE = "eps=1e-05, momentum=0.1, affine=False, track_running_stats=False"
_BATCH_RANKS = {1: (2, 3), 2: (4,), 3: (5,)}
_STATISTICS = ("affine", "track_running_stats")

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
for _dims, _ranks in _BATCH_RANKS.items():
    _sizes = partial(_channel_attributes, "num_features", _STATISTICS)
    MODULES[f"BatchNorm{_dims}d"] = Row(f"num_features, {_BATCH}, {_DEVICE}, *, bias=True", partial(_batch_norm, _ranks), "input", _sizes)
    MODULES[f"LazyBatchNorm{_dims}d"] = Row(f"{_BATCH}, {_DEVICE}, *, bias=True", partial(_lazy_batch_norm, _ranks), "input")
    MODULES[f"InstanceNorm{_dims}d"] = Row(f"num_features, {_INSTANCE}, {_DEVICE}, *, bias=True", partial(_instance_norm, _dims), "input", _sizes)
    MODULES[f"LazyInstanceNorm{_dims}d"] = Row(f"{_BATCH}, {_DEVICE}, *, bias=True", partial(_instance_norm, _dims), "input")
MODULES["SyncBatchNorm"] = Row(f"num_features, {_BATCH}, process_group=None, {_DEVICE}, *, bias=True", _sync_batch_norm, "input",
                               partial(_channel_attributes, "num_features", _STATISTICS))  # fmt: skip
MODULES["GroupNorm"] = Row(f"num_groups, num_channels, eps=1e-05, affine=True, {_DEVICE}, *, bias=True", _group_norm, "input",
                           partial(_channel_attributes, "num_channels", ("affine",)))  # fmt: skip
MODULES["LayerNorm"] = Row(f"normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, {_DEVICE}", partial(_layer_norm, "input"), "input",
                           _layer_attributes)  # fmt: skip
MODULES["RMSNorm"] = Row(f"normalized_shape, eps=None, elementwise_affine=True, {_DEVICE}", partial(_layer_norm, "x"), "x", _layer_attributes)
MODULES["LocalResponseNorm"] = Row("size, alpha=0.0001, beta=0.75, k=1.0", _local_response_norm, "input")
MODULES["CrossMapLRN2d"] = Row("size, alpha=0.0001, beta=0.75, k=1", _cross_map, "input")

_WEIGHTS = "weight=None, bias=None"
place(FUNCTIONS, METHODS, "F", "batch_norm",
      Row(f"input, running_mean, running_var, {_WEIGHTS}, training=False, momentum=0.1, eps=1e-05", _batch_norm_function))  # fmt: skip
place(FUNCTIONS, METHODS, "F", "instance_norm",
      Row(f"input, running_mean=None, running_var=None, {_WEIGHTS}, use_input_stats=True, momentum=0.1, eps=1e-05", _instance_norm_function))  # fmt: skip
place(FUNCTIONS, METHODS, "F", "group_norm", Row(f"input, num_groups, {_WEIGHTS}, eps=1e-05", _group_norm_function))
place(FUNCTIONS, METHODS, "torch", "group_norm", Row(f"input, num_groups, {_WEIGHTS}, eps=1e-05, cudnn_enabled=True", _bare_group_norm))
place(FUNCTIONS, METHODS, "F", "layer_norm", Row(f"input, normalized_shape, {_WEIGHTS}, eps=1e-05", partial(_layer_norm, "input")))
place(FUNCTIONS, METHODS, "torch", "layer_norm", Row(f"input, normalized_shape, {_WEIGHTS}, eps=1e-05, cudnn_enable=True", partial(_layer_norm, "input")))
place(FUNCTIONS, METHODS, "F torch", "rms_norm", Row("input, normalized_shape, weight=None, eps=None", partial(_layer_norm, "input")))
place(FUNCTIONS, METHODS, "F", "local_response_norm", Row("input, size, alpha=0.0001, beta=0.75, k=1.0", _local_response_norm))
place(FUNCTIONS, METHODS, "F", "normalize", Row("input, p=2.0, dim=1, eps=1e-12, out=None", _normalize))
