"""Functions of every element by itself, casts, copies, moves, and what fills a tensor in place: the shape stays.

Source: torch/_torch_docs.py, torch/_tensor_docs.py, torch/nn/init.py, aten/src/ATen/native/TensorCompare.cpp.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import Any

from convt_lint.lengths import Symbol
from convt_lint.torch_api.dims import at_least, broadcast, broadcast_into, place, possible_ranks
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, NotFollowed, Refused, Result, Row, ShapeRule, Tensor, Values, same_shape, tensor


def _clamp(values: Values) -> Tensor:
    """A rule: the bounds are numbers, or tensors that are broadcast with the input."""
    bounds = [SOME_TENSOR if isinstance(values[name], Symbol) else values[name] for name in ("min", "max") if name in values]
    if all(bound is None for bound in bounds):
        raise NotFollowed
    tensors = [bound for bound in bounds if isinstance(bound, Tensor)]
    return reduce(partial(broadcast, whose=("the input", "the bound")), tensors, tensor(values["input"]))


def _clamp_in_place(values: Values) -> Tensor:
    """A rule: bounds that are tensors must broadcast to the input's shape."""
    bounds = [values[name] for name in ("min", "max") if isinstance(values.get(name), Tensor)]
    return reduce(partial(broadcast_into, whose=("the input", "the bound")), bounds, tensor(values["input"]))


def _copy(values: Values) -> Tensor:
    """A rule: the source must broadcast to the input's shape."""
    return broadcast_into(tensor(values["input"]), tensor(values["other"]), ("the input", "what is copied"))


def _fill(values: Values) -> Tensor:
    """A rule: the value is a number or a tensor without dimensions."""
    value = values["value"]
    if isinstance(value, Tensor) and 0 not in (possible_ranks(value) or (len(value.tail),)):
        raise Refused("rank", "takes a number or a tensor without dimensions as the value")
    return tensor(values["input"])


def _fill_diagonal(values: Values) -> Tensor:
    return at_least(tensor(values["input"]), 2)


def _type(values: Values) -> Result:
    """A rule: the name of the type where none is given."""
    return UNKNOWN if values["dtype"] is None else tensor(values["input"])


def _frexp(values: Values) -> tuple[Tensor, Tensor]:
    source = tensor(values["input"])
    return source, source


def _nothing(values: Values) -> None:
    """A rule: the method returns None."""


def _initialised(fewest: int, most: int | None, values: Values) -> Tensor:
    """A rule of torch.nn.init: takes tensors of so many dimensions only."""
    source = tensor(values["tensor"])
    return at_least(source, fewest) if most is None else source.of_ranks(*range(fewest, most + 1))


def _kaiming(values: Values) -> Tensor:
    """A rule: as `_initialised`, but a tensor without elements is left alone before its rank is looked at."""
    source = tensor(values["tensor"])
    if source.shape is not None and all(isinstance(size, int) and size != 0 for size in source.shape):
        return at_least(source, 2)
    return source


def _dirac(values: Values) -> Tensor:
    source = _initialised(3, 5, values)
    if values["groups"] != 1:
        raise NotFollowed
    return source


FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
MODULES: dict[str, Row] = {}


def _keep(homes: str, text: str, names: str, rule: ShapeRule = same_shape) -> None:
    place(FUNCTIONS, METHODS, homes, names, Row(text, rule))


_IN_PLACE_TOO = (
    "abs acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh ceil conj_physical cos cosh deg2rad erf erfc exp exp2"
    " expm1 fix floor frac i0 log log10 log1p log2 neg negative rad2deg reciprocal rsqrt sigmoid sin sinc sinh sqrt square tan tanh trunc"
)
_FUNCTION_NOT_IN_PLACE = "absolute bitwise_not digamma erfinv lgamma logical_not sgn sign"
_NEVER_IN_PLACE = "angle conj isfinite isinf isnan isneginf isposinf isreal positive resolve_conj resolve_neg signbit"

_keep("torch", "input, *, out=None", f"{_IN_PLACE_TOO} {_FUNCTION_NOT_IN_PLACE} {_NEVER_IN_PLACE}")
_keep("method", "input", f"{_IN_PLACE_TOO} {_FUNCTION_NOT_IN_PLACE} {_NEVER_IN_PLACE}")
_keep("torch", "input", " ".join(f"{name}_" for name in _IN_PLACE_TOO.split()))
_keep("method", "input", " ".join(f"{name}_" for name in f"{_IN_PLACE_TOO} {_FUNCTION_NOT_IN_PLACE}".split()))
_keep("torch", "input", "real imag")
_SPECIAL = (
    "bessel_j0 bessel_j1 bessel_y0 bessel_y1 digamma entr erf erfc erfcx erfinv exp2 expit expm1 gammaln i0 i0e i1 i1e log1p log_ndtr ndtr ndtri psi sinc"
)
_keep("torch.special", "input, *, out=None", _SPECIAL)
_keep("torch torch.special", "input, *, decimals=0, out=None", "round")
_keep("method", "input, *, decimals=0", "round round_")
_keep("torch", "input, *, decimals=0", "round_")
_keep("torch torch.special", "input, eps=None, *, out=None", "logit")
_keep("method", "input, eps=None", "logit logit_")
_keep("torch", "input, eps=None", "logit_")
_keep("torch", "input, nan=None, posinf=None, neginf=None, *, out=None", "nan_to_num")
_keep("method", "input, nan=None, posinf=None, neginf=None", "nan_to_num nan_to_num_")
_keep("torch", "input, nan=None, posinf=None, neginf=None", "nan_to_num_")
_keep("torch torch.special", "n, input, *, out=None", "polygamma")
_keep("method", "input, n", "polygamma polygamma_")
_keep("torch", "input, p, *, out=None", "mvlgamma")
_keep("torch.special", "input, p, *, out=None", "multigammaln")
_keep("method", "input, p", "mvlgamma mvlgamma_")
_keep("torch", "input, *, out=None", "frexp", _frexp)
_keep("method", "input", "frexp", _frexp)

_keep("torch", "input, min=None, max=None, *, out=None", "clamp clip", _clamp)
_keep("method", "input, min=None, max=None", "clamp clip", _clamp)
_keep("torch", "input, min, *, out=None", "clamp_min", _clamp)
_keep("torch", "input, max, *, out=None", "clamp_max", _clamp)
_keep("method", "input, min", "clamp_min", _clamp)
_keep("method", "input, max", "clamp_max", _clamp)
_keep("torch method", "input, min=None, max=None", "clamp_ clip_", _clamp_in_place)
_keep("torch method", "input, min", "clamp_min_", _clamp_in_place)
_keep("torch method", "input, max", "clamp_max_", _clamp_in_place)

# Casts, copies, moves.
_keep("method", "input, *args, device=None, dtype=None, other=None, non_blocking=False, copy=False, memory_format=None", "to")
_CASTS = "bfloat16 bool byte cdouble cfloat chalf char cpu double float half int long short contiguous"
_keep("method", "input, memory_format=None", _CASTS)
_keep("method", "input, device=None, non_blocking=False, memory_format=None", "cuda xpu ipu mtia")
_keep("method", "input, dtype=None, non_blocking=False", "type", _type)
_keep("method", "input, other", "type_as")
_keep("method", "input, requires_grad=True", "requires_grad_")
_keep("method", "input, *, memory_format=None", "clone")
_keep("torch", "input, *, memory_format=None", "clone")
_keep("torch method", "input", "detach detach_")
_keep("method", "input, device=None", "pin_memory")
_keep("method", "input", "share_memory_ dequantize")
_keep("method", "input", "retain_grad", _nothing)
_keep("method", "input, gradient=None, retain_graph=None, create_graph=False, inputs=None", "backward", _nothing)

# What fills a tensor in place. `from`, a keyword of Python, cannot be written in a signature.
_keep("torch method", "input", "zero_")
_keep("torch method", "input, value", "fill_", _fill)
_keep("torch", "input, value", "fill", _fill)
_keep("method", "input, other, non_blocking=False", "copy_", _copy)
_keep("method", "input, mean=0, std=1, *, generator=None", "normal_")
_keep("method", "input, from_=0, to=1, *, generator=None", "uniform_")
_keep("method", "input, from_=0, to=None, *, generator=None", "random_")
_keep("method", "input, lambd=1, *, generator=None", "exponential_")
_keep("method", "input, median=0, sigma=1, *, generator=None", "cauchy_")
_keep("method", "input, mean=1, std=2, *, generator=None", "log_normal_")
_keep("method", "input, p, *, generator=None", "geometric_")
_keep("method", "input, p=0.5, *, generator=None", "bernoulli_")
_keep("method", "input, p=None, *, generator=None", "bernoulli")
_keep("torch", "input, p=None, *, generator=None, out=None", "bernoulli")
_keep("torch", "input, generator=None", "poisson")
_keep("method", "input, fill_value, wrap=False", "fill_diagonal_", _fill_diagonal)
_keep("method", "input, callable", "apply_")


def _init(text: str, names: str, rule: ShapeRule) -> None:
    """Enters functions of torch.nn.init."""
    place(FUNCTIONS, METHODS, "torch.nn.init", names, Row(text, rule))


_any: Any = partial(_initialised, 0, None)
_init("tensor", "zeros_ ones_", _any)
_init("tensor, val", "constant_ constant", _any)
_init("tensor, mean=0.0, std=1.0, generator=None", "normal_ normal", _any)
_init("tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None", "trunc_normal_", _any)
_init("tensor, a=0.0, b=1.0, generator=None", "uniform_ uniform", _any)
_init("tensor", "eye_ eye", partial(_initialised, 2, 2))
_init("tensor, groups=1", "dirac_ dirac", _dirac)
_init("tensor, gain=1.0, generator=None", "xavier_uniform_ xavier_normal_ xavier_uniform xavier_normal", partial(_initialised, 2, None))
_init("tensor, gain=1, generator=None", "orthogonal_ orthogonal", partial(_initialised, 2, None))
_init("tensor, sparsity, std=0.01, generator=None", "sparse_ sparse", partial(_initialised, 2, 2))
_init("tensor, a=0, mode='fan_in', nonlinearity='leaky_relu', generator=None", "kaiming_uniform_ kaiming_normal_ kaiming_uniform kaiming_normal", _kaiming)
