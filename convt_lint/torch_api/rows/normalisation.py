"""Normalisations: batch, instance, group, layer and RMS.

Source: torch/nn/modules/batchnorm.py, instancenorm.py, normalization.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convt_lint.lengths import Size, differ, known, product
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, same_shape, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _check_channels(channels: Size, wanted: Any) -> None:
    if differ(channels, known(wanted)):
        raise Refused("channels", f"expects {wanted} channels, the input has {channels}", ("the input", channels))


def _batch(*ranks: int) -> Any:
    """BatchNorm: (N, C, ...); without running statistics or affine parameters any number of channels will do."""

    def rule(values: Values) -> Tensor:
        source = tensor(values["input"]).of_ranks(*ranks)
        if values["affine"] is True or values["track_running_stats"] is True:
            _check_channels(source.size(1) if source.shape is not None else None, values.get("num_features"))
        return source

    return rule


def _instance(dims: int) -> Any:
    """InstanceNorm: (N, C, ...) or (C, ...); only its affine parameters mind the channels."""

    def rule(values: Values) -> Tensor:
        source = tensor(values["input"]).of_ranks(dims + 1, dims + 2)
        if values["affine"] is True or values["track_running_stats"] is True:
            _check_channels(source.size(-dims - 1), values.get("num_features"))
        if values["track_running_stats"] is False and product(source.last[-dims:]) == 1 and len(source.last) >= dims:
            raise Refused("empty", "needs more than 1 sample to normalise", ("the input", source.last[-1]))
        return source

    return rule


def _group(values: Values) -> Tensor:
    source, groups = tensor(values["input"]), known(values["num_groups"])
    if source.shape is None:
        return source
    if len(source.shape) < 2:
        raise Refused("rank", f"takes a tensor of at least 2 dimensions, not of {len(source.shape)}")
    channels = source.shape[1]
    if values.get("affine", True) is True:
        _check_channels(channels, values.get("num_channels"))
    count = known(channels)
    if groups is not None and groups > 0 and count is not None and count % groups:
        raise Refused("channels", f"divides {count} channels into {groups} groups", ("the input", channels))
    return source


def _layer(values: Values) -> Tensor:
    source, wanted = tensor(values["input"]), values["normalized_shape"]
    sizes = wanted if isinstance(wanted, tuple) else (wanted,)
    if not all(known(size) is not None for size in sizes) or not sizes:
        return source
    if source.shape is not None and len(sizes) > len(source.shape):
        raise Refused("features", f"expects the last sizes {sizes}, the input has {len(source.shape)} dimensions")
    for mine, size in zip(reversed(sizes), reversed(source.last), strict=False):
        if differ(mine, size):
            raise Refused("features", f"expects {mine} features, the input has {size}", ("the input", size))
    return source


def _features(values: Values) -> Mapping[str, Any]:
    count = known(values.get("num_features", values.get("num_channels")))
    found: dict[str, Any] = {name: values[name] for name in ("num_features", "num_channels", "num_groups") if name in values}
    if values["affine"] is True:
        found["weight"] = found["bias"] = Tensor((count,))
    return found


def _functional_batch(values: Values) -> Tensor:
    source = tensor(values["input"])
    statistics = values["running_mean"]
    if isinstance(statistics, Tensor) and statistics.rank == 1 and source.rank is not None and source.rank >= 2:
        _check_channels(source.size(1), known(statistics.size(0)))
    return source


def _functional_group(values: Values) -> Tensor:
    return _group({**values, "affine": False})


def _normalised(values: Values) -> Tensor:
    if values["out"] is not None:
        raise NotFollowed
    return tensor(values["input"])


_BATCH = "eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None"
_INSTANCE = "eps=1e-05, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None"
for _dims, _ranks in ((1, (2, 3)), (2, (4,)), (3, (5,))):
    MODULES[f"BatchNorm{_dims}d"] = Row(f"num_features, {_BATCH}", _batch(*_ranks), "input", _features)
    MODULES[f"LazyBatchNorm{_dims}d"] = Row(_BATCH, _batch(*_ranks), "input")
    MODULES[f"InstanceNorm{_dims}d"] = Row(f"num_features, {_INSTANCE}", _instance(_dims), "input", _features)
    MODULES[f"LazyInstanceNorm{_dims}d"] = Row(_INSTANCE, _instance(_dims), "input")
MODULES["SyncBatchNorm"] = Row(
    "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, process_group=None, device=None, dtype=None",
    _batch(2, 3, 4, 5),
    "input",
    _features,
)
MODULES["GroupNorm"] = Row("num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None, bias=True", _group, "input", _features)
MODULES["LayerNorm"] = Row("normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None", _layer, "input")
MODULES["RMSNorm"] = Row("normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None", _layer, "input")
MODULES["LocalResponseNorm"] = MODULES["CrossMapLRN2d"] = Row("size, alpha=0.0001, beta=0.75, k=1.0", same_shape, "input")

_F = "torch.nn.functional"
FUNCTIONS[f"{_F}.batch_norm"] = Row("input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05", _functional_batch)
FUNCTIONS[f"{_F}.instance_norm"] = Row(
    "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05", same_shape
)
FUNCTIONS[f"{_F}.group_norm"] = Row("input, num_groups, weight=None, bias=None, eps=1e-05", _functional_group)
FUNCTIONS[f"{_F}.layer_norm"] = Row("input, normalized_shape, weight=None, bias=None, eps=1e-05", _layer)
FUNCTIONS[f"{_F}.rms_norm"] = Row("input, normalized_shape, weight=None, eps=None", _layer)
FUNCTIONS[f"{_F}.local_response_norm"] = Row("input, size, alpha=0.0001, beta=0.75, k=1.0", same_shape)
FUNCTIONS[f"{_F}.normalize"] = Row("input, p=2.0, dim=1, eps=1e-12, out=None", _normalised)
