"""Layers and functions of one tensor that keep its shape: activations, dropout, pointwise maths, casts and fills; GLU, which halves a dimension.

Source: torch/nn/modules/activation.py, torch/nn/modules/dropout.py.
"""

from __future__ import annotations

from convt_lint.lengths import computed, known
from convt_lint.torch_api.rows.broadcasting import together
from convt_lint.torch_api.rows.layout import dimension
from convt_lint.torch_api.shapes import Refused, Row, Tensor, Values, same_shape, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _prelu(values: Values) -> Tensor:
    """One slope, or one for each channel (dimension 1)."""
    source, count = tensor(values["input"]), known(values["num_parameters"])
    if count is not None and count > 1 and source.shape is not None:
        channels = known(source.shape[1]) if len(source.shape) > 1 else 1
        if channels is not None and channels != count:
            raise Refused("channels", f"expects {count} channels, the input has {channels}", ("the input", source.shape[1] if len(source.shape) > 1 else 1))
    return source


def _clamp(values: Values) -> Tensor:
    """The bounds may be tensors, which are broadcast."""
    return together(value for value in (values["input"], values["min"], values["max"]) if value is not None)


def _along(values: Values) -> Tensor:
    """What keeps the shape and means a dimension by number."""
    source, dim = tensor(values["input"]), values["dim"]
    if source.shape is not None and isinstance(dim, int):
        dimension(dim, len(source.shape))
    return source


def _glu(values: Values) -> Tensor:
    source, dim = tensor(values["input"]), values["dim"]
    if source.shape is None:
        if isinstance(dim, int) and -len(source.tail) <= dim < 0:
            tail = list(source.tail)
            tail[dim] = computed(lambda size: size // 2, tail[dim])
            return Tensor(None, tuple(tail), source.ranks)
        return Tensor(None, (), source.ranks)
    index = dimension(dim, len(source.shape))
    size = known(source.shape[index]) if source.shape else 0
    if size is not None and size % 2:
        raise Refused("sizes", f"halves dimension {index}, which has the odd size {size}", ("the input", source.shape[index]))
    half = None if size is None else size // 2
    return Tensor((*source.shape[:index], half, *source.shape[index + 1 :]))


_ACTIVATIONS: dict[str, str] = {
    "ReLU": "inplace=False",
    "ReLU6": "inplace=False",
    "SELU": "inplace=False",
    "SiLU": "inplace=False",
    "Mish": "inplace=False",
    "Hardswish": "inplace=False",
    "Hardsigmoid": "inplace=False",
    "CELU": "alpha=1.0, inplace=False",
    "ELU": "alpha=1.0, inplace=False",
    "LeakyReLU": "negative_slope=0.01, inplace=False",
    "RReLU": "lower=0.125, upper=0.3333333333333333, inplace=False",
    "Hardtanh": "min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None",
    "Hardshrink": "lambd=0.5",
    "Softshrink": "lambd=0.5",
    "Softplus": "beta=1.0, threshold=20.0",
    "Threshold": "threshold, value, inplace=False",
    "GELU": "approximate='none'",
    "Softmax": "dim=None",
    "LogSoftmax": "dim=None",
    "Softmin": "dim=None",
    "Dropout": "p=0.5, inplace=False",
    "AlphaDropout": "p=0.5, inplace=False",
    "FeatureAlphaDropout": "p=0.5, inplace=False",
    **dict.fromkeys(("Dropout1d", "Dropout2d", "Dropout3d"), "p=0.5, inplace=False"),
    **dict.fromkeys(("Sigmoid", "LogSigmoid", "Tanh", "Tanhshrink", "Softsign", "Softmax2d"), ""),
}
_FUNCTIONS: dict[str, str] = {
    "relu": "inplace=False",
    "relu6": "inplace=False",
    "selu": "inplace=False",
    "silu": "inplace=False",
    "mish": "inplace=False",
    "hardswish": "inplace=False",
    "hardsigmoid": "inplace=False",
    "celu": "alpha=1.0, inplace=False",
    "elu": "alpha=1.0, inplace=False",
    "leaky_relu": "negative_slope=0.01, inplace=False",
    "rrelu": "lower=0.125, upper=0.3333333333333333, training=False, inplace=False",
    "hardtanh": "min_val=-1.0, max_val=1.0, inplace=False",
    "hardshrink": "lambd=0.5",
    "softshrink": "lambd=0.5",
    "softplus": "beta=1.0, threshold=20.0",
    "threshold": "threshold, value, inplace=False",
    "gelu": "approximate='none'",
    "softmax": "dim=None, _stacklevel=3, dtype=None",
    "log_softmax": "dim=None, _stacklevel=3, dtype=None",
    "softmin": "dim=None, _stacklevel=3, dtype=None",
    "dropout": "p=0.5, training=True, inplace=False",
    "alpha_dropout": "p=0.5, training=False, inplace=False",
    "feature_alpha_dropout": "p=0.5, training=False, inplace=False",
    **dict.fromkeys(("dropout1d", "dropout2d", "dropout3d"), "p=0.5, training=True, inplace=False"),
    **dict.fromkeys(("sigmoid", "logsigmoid", "tanh", "tanhshrink", "softsign"), ""),
}
_MATHS = (
    *("abs", "absolute", "acos", "acosh", "angle", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg2rad", "digamma", "erf", "erfc"),
    *("exp", "exp2", "expm1", "floor", "frac", "lgamma", "log", "log10", "log1p", "log2", "logical_not", "bitwise_not", "logit", "neg", "negative"),
    *("positive", "rad2deg", "reciprocal", "round", "rsqrt", "sigmoid", "sign", "sgn", "sin", "sinc", "sinh", "sqrt", "square", "tan", "tanh"),
    *("trunc", "fix", "relu", "isnan", "isinf", "isfinite", "nan_to_num", "conj", "conj_physical"),
    *("real", "imag", "detach", "clone"),
)
_MATHS_TAKE = "input, *rest, min=None, max=None, dim=None, dtype=None, nan=None, posinf=None, neginf=None, decimals=0, memory_format=None, out=None"
_METHODS = (
    *("to", "cuda", "cpu", "xpu", "half", "float", "double", "bfloat16", "int", "long", "short", "char", "byte", "bool", "type", "type_as"),
    *("contiguous", "requires_grad_", "detach_", "pin_memory", "retain_grad", "share_memory_", "cfloat", "cdouble", "resolve_conj", "dequantize"),
    *("to_dense", "zero_", "fill_", "normal_", "uniform_", "random_", "bernoulli_", "exponential_", "clamp_", "clamp_min_", "clamp_max_", "relu_"),
    *("sigmoid_", "tanh_", "abs_", "exp_", "log_", "sqrt_", "rsqrt_", "neg_", "round_", "floor_", "ceil_", "sin_", "cos_", "trunc_", "reciprocal_"),
    *("square_", "nan_to_num_", "clip_"),
)
_INITIALISERS = (
    *("uniform_", "normal_", "trunc_normal_", "constant_", "ones_", "zeros_", "eye_", "dirac_", "xavier_uniform_", "xavier_normal_"),
    *("kaiming_uniform_", "kaiming_normal_", "orthogonal_", "sparse_"),
)

for _name, _signature in _ACTIVATIONS.items():
    MODULES[_name] = Row(_signature, _along if "dim=" in _signature else same_shape, "input")
MODULES["Identity"] = Row("*args, device=None, dtype=None", same_shape, "input")
MODULES["PReLU"] = Row("num_parameters=1, init=0.25, device=None, dtype=None", _prelu, "input")
MODULES["GLU"] = Row("dim=-1", _glu, "input")
for _name, _signature in _FUNCTIONS.items():
    FUNCTIONS[f"torch.nn.functional.{_name}"] = Row(f"input, {_signature}", _along if "dim=" in _signature else same_shape)
for _name in ("softmax", "log_softmax"):
    FUNCTIONS[f"torch.{_name}"] = METHODS[_name] = Row("input, dim, dtype=None", _along)
for _name in ("relu_", "leaky_relu_", "elu_", "selu_", "celu_", "hardtanh_", "threshold_"):
    FUNCTIONS[f"torch.nn.functional.{_name}"] = Row("input, *rest, negative_slope=None, alpha=None", same_shape)
FUNCTIONS["torch.nn.functional.gumbel_softmax"] = Row(
    "logits, tau=1, hard=False, eps=1e-10, dim=-1", lambda values: _along({"input": values["logits"], "dim": values["dim"]})
)
FUNCTIONS["torch.nn.functional.glu"] = Row("input, dim=-1", _glu)
FUNCTIONS["torch.nn.functional.prelu"] = FUNCTIONS["torch.prelu"] = Row("input, weight", same_shape)
for _name in _MATHS:
    _row = Row(
        "input, *rest, min=None, max=None, dim=None, dtype=None, nan=None, posinf=None, neginf=None, decimals=0, memory_format=None, out=None", same_shape
    )
    FUNCTIONS[f"torch.{_name}"] = METHODS[_name] = _row
for _name in ("clamp", "clip"):
    FUNCTIONS[f"torch.{_name}"] = METHODS[_name] = Row("input, min=None, max=None, *, out=None", _clamp)
for _name in ("clamp_min", "clamp_max"):
    FUNCTIONS[f"torch.{_name}"] = METHODS[_name] = Row("input, min=None, *, max=None, out=None", _clamp)
for _name in _METHODS:
    METHODS[_name] = Row(
        "input, *rest, value=None, mean=None, std=None, min=None, max=None, device=None, dtype=None, non_blocking=False, copy=False, "
        "memory_format=None, generator=None",
        same_shape,
    )
for _name in _INITIALISERS:
    FUNCTIONS[f"torch.nn.init.{_name}"] = Row(
        "tensor, *rest, a=0, b=1, mean=0, std=1, val=0, gain=1, mode='', nonlinearity='', generator=None", lambda values: tensor(values["tensor"])
    )
for _name in ("dropout", "alpha_dropout", "feature_dropout"):
    FUNCTIONS[f"torch.{_name}"] = Row("input, p, train", same_shape)
