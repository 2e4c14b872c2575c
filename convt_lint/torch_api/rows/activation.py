"""Activations and dropouts: modules, functions and methods. All but GLU keep the shape.

Source: torch/nn/modules/activation.py, torch/nn/modules/dropout.py, torch/nn/functional.py, aten/src/ATen/native/Activation.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convt_lint.lengths import Size, differ, known
from convt_lint.torch_api.dims import at_least, check_dim, kept, place, possible_ranks, with_size
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, same_shape, tensor


def _along(values: Values) -> Tensor:
    """A rule: the input's shape, over one of its dimensions; a `dim` of None leaves the choice to torch."""
    source = tensor(values["input"])
    if values["dim"] is not None:
        check_dim(source, values["dim"])
    return source


def _half(size: Size) -> Size:
    number = known(size)
    if number is None:
        return None
    if number % 2:
        raise Refused("sizes", f"cuts a dimension into two halves, and its size {size} is odd", ("the input", size))
    return number // 2


def _glu(values: Values) -> Tensor:
    """A rule: one dimension is halved."""
    source = at_least(tensor(values["input"]), 1)
    dim = check_dim(source, values["dim"])
    return kept(source, ()) if dim is None else with_size(source, dim, _half)


def _parametric(source: Tensor, weights: Size) -> Tensor:
    """The source of a PReLU with so many weights: one, or one for each channel, dimension 1."""
    if known(weights) == 1:
        return source
    ranks = possible_ranks(source)
    channels = 1 if ranks and max(ranks) < 2 else source.size(1) if ranks and min(ranks) > 1 else None
    if differ(channels, weights):
        raise Refused("channels", f"has weights for {weights} channels, the input has {channels}", ("the input", channels))
    return source


def _prelu_module(values: Values) -> Tensor:
    return _parametric(tensor(values["input"]), known(values["num_parameters"]))


def _prelu(values: Values) -> Tensor:
    weight = tensor(values["weight"]).of_ranks(0, 1)
    weights = None if weight.shape is None else weight.shape[0] if weight.shape else 1
    return _parametric(tensor(values["input"]), weights)


def _prelu_attributes(values: Values) -> Mapping[str, Any]:
    return {"num_parameters": values["num_parameters"], "weight": Tensor((known(values["num_parameters"]),))}


def _chosen(values: Values) -> Tensor:
    """A rule: the input's shape, over the dimension that must be named."""
    if values["dim"] is None:
        raise NotFollowed
    return _along(values)


def _gumbel(values: Values) -> Tensor:
    source = tensor(values["logits"])
    check_dim(source, values["dim"])
    return source


def _dropout(values: Values) -> Tensor:
    """A rule: the input's shape; torch takes a probability alone."""
    p = values["p"]
    if isinstance(p, (int, float)) and not 0 <= p <= 1:
        raise NotFollowed
    return tensor(values["input"])


def _dropout_1d(values: Values) -> Tensor:
    return _dropout(values).of_ranks(2, 3)


def _softmax_2d(values: Values) -> Tensor:
    return tensor(values["input"]).of_ranks(3, 4)


_KEEPING = {
    "": "Sigmoid Tanh LogSigmoid Softsign Tanhshrink",
    "inplace=False": "ReLU ReLU6 SELU SiLU Mish Hardsigmoid Hardswish",
    "alpha=1.0, inplace=False": "ELU CELU",
    "approximate='none'": "GELU",
    "lambd=0.5": "Hardshrink Softshrink",
    "min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None": "Hardtanh",
    "negative_slope=0.01, inplace=False": "LeakyReLU",
    "lower=0.125, upper=0.3333333333333333, inplace=False": "RReLU",
    "beta=1.0, threshold=20.0": "Softplus",
    "threshold, value, inplace=False": "Threshold",
    "*args": "Identity",
}
_DROPOUT = "p=0.5, inplace=False"

MODULES: dict[str, Row] = {name: Row(text, same_shape, "input") for text, names in _KEEPING.items() for name in names.split()}
MODULES |= {name: Row("dim=None", _along, "input") for name in ("Softmax", "LogSoftmax", "Softmin")}
MODULES |= {name: Row(_DROPOUT, _dropout, "input") for name in ["Dropout", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"]}
MODULES["Dropout1d"] = Row(_DROPOUT, _dropout_1d, "input")
MODULES["Softmax2d"] = Row("", _softmax_2d, "input")
MODULES["GLU"] = Row("dim=-1", _glu, "input")
MODULES["PReLU"] = Row("num_parameters=1, init=0.25, device=None, dtype=None", _prelu_module, "input", _prelu_attributes)

FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}

_KEPT = (
    ("F", "input", "logsigmoid sigmoid softsign tanh tanhshrink relu_ selu_"),
    ("F", "input, inplace=False", "relu relu6 selu silu mish hardsigmoid hardswish"),
    ("torch", "input", "relu relu_ selu selu_"),
    ("method", "input", "relu relu_"),
    ("F", "input, alpha=1.0, inplace=False", "elu celu"),
    ("F", "input, alpha=1.0", "elu_ celu_"),
    ("torch", "input, alpha=1.0", "celu celu_"),
    ("F", "input, *, approximate='none'", "gelu"),
    ("F torch method", "input, lambd=0.5", "hardshrink"),
    ("F", "input, lambd=0.5", "softshrink"),
    ("F", "input, min_val=-1.0, max_val=1.0, inplace=False", "hardtanh"),
    ("F", "input, min_val=-1.0, max_val=1.0", "hardtanh_"),
    ("F", "input, negative_slope=0.01, inplace=False", "leaky_relu"),
    ("F", "input, negative_slope=0.01", "leaky_relu_"),
    ("F", "input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False", "rrelu"),
    ("torch F", "input, lower=0.125, upper=0.3333333333333333, training=False", "rrelu_"),
    ("torch", "input, lower=0.125, upper=0.3333333333333333, training=False", "rrelu"),
    ("F", "input, beta=1.0, threshold=20.0", "softplus"),
    ("F", "input, threshold, value, inplace=False", "threshold"),
    ("torch F", "input, threshold, value", "threshold_"),
    ("torch", "input, threshold, value", "threshold"),
)
for _homes, _text, _names in _KEPT:
    place(FUNCTIONS, METHODS, _homes, _names, Row(_text, same_shape))

place(FUNCTIONS, METHODS, "F", "softmax log_softmax softmin", Row("input, dim=None, _stacklevel=3, dtype=None", _along))
place(FUNCTIONS, METHODS, "torch method", "softmax log_softmax", Row("input, dim, dtype=None", _chosen))
place(FUNCTIONS, METHODS, "torch.special", "softmax log_softmax", Row("input, dim, dtype=None", _chosen))
place(FUNCTIONS, METHODS, "F", "gumbel_softmax", Row("logits, tau=1, hard=False, eps=1e-10, dim=-1", _gumbel))
place(FUNCTIONS, METHODS, "F", "glu", Row("input, dim=-1", _glu))
place(FUNCTIONS, METHODS, "F torch method", "prelu", Row("input, weight", _prelu))
place(FUNCTIONS, METHODS, "F", "dropout dropout2d dropout3d", Row("input, p=0.5, training=True, inplace=False", _dropout))
place(FUNCTIONS, METHODS, "F", "dropout1d", Row("input, p=0.5, training=True, inplace=False", _dropout_1d))
place(FUNCTIONS, METHODS, "F", "alpha_dropout feature_alpha_dropout", Row("input, p=0.5, training=False, inplace=False", _dropout))
_names = "dropout dropout_ alpha_dropout alpha_dropout_ feature_dropout feature_dropout_ feature_alpha_dropout feature_alpha_dropout_"
place(FUNCTIONS, METHODS, "torch", _names, Row("input, p, train", _dropout))
