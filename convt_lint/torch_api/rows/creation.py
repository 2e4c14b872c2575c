"""Functions that make tensors.

Source: https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

from typing import Any

from convt_lint.lengths import Size, Symbol, known
from convt_lint.torch_api.rows.layout import sizes_of
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Row, Tensor, Values, same_shape, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}

_OPTIONS = "dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False, memory_format=None"


def made(given: Any) -> Tensor:
    """A tensor of the sizes given: ints, or one sequence of them."""
    sizes = sizes_of(given)
    if sizes is None:
        return SOME_TENSOR
    if not all(isinstance(size, (int, Symbol)) for size in sizes) or any(isinstance(size, int) and size < 0 for size in sizes):
        raise NotFollowed
    return Tensor(sizes)


def _by_sizes(values: Values) -> Tensor:
    given = values["sizes"] if values["sizes"] else (values["size"],)
    if given == (None,):
        raise NotFollowed
    return made(given)


def _by_size(values: Values) -> Tensor:
    return made((values["size"],) if not isinstance(values["size"], int) else ((values["size"],),))


def _randint(values: Values) -> Tensor:
    """randint(high, size) or randint(low, high, size)."""
    given = values["size"] if values["size"] is not None else values["high"]
    if not isinstance(given, tuple):
        return SOME_TENSOR
    return made((given,))


def _count(values: Values) -> Tensor:
    """arange(end), arange(start, end), arange(start, end, step)."""
    start, end, step = values["start"], values["end"], values["step"]
    if end is None:
        start, end = 0, start
    whole = [known(value) for value in (start, end, step)]
    if None in whole:
        return Tensor((None,))
    first, last, by = (number or 0 for number in whole)
    if by == 0 or (last - first) * by < 0:
        raise NotFollowed
    return Tensor((max(0, -((first - last) // by)),))


def _steps(values: Values) -> Tensor:
    steps = values["steps"]
    return Tensor((steps if isinstance(steps, (int, Symbol)) else None,))


def _eye(values: Values) -> Tensor:
    n, m = values["n"], values["m"]
    return Tensor((_size(n), _size(n) if m is None else _size(m)))


def _size(value: Any) -> Size:
    return value if isinstance(value, (int, Symbol)) else None


def _of_data(values: Values) -> Tensor:
    """torch.tensor of numbers, or of nested lists of them."""
    return _shape_of(values["data"])


def _shape_of(data: Any) -> Tensor:
    if isinstance(data, Tensor):
        return data
    if isinstance(data, (bool, int, float)):
        return Tensor(())
    if not isinstance(data, tuple):
        return SOME_TENSOR
    if not data:
        return Tensor((0,))
    inner = [_shape_of(item) for item in data]
    if any(item.shape is None or any(known(size) is None for size in item.shape) for item in inner):
        return SOME_TENSOR
    if any(item != inner[0] for item in inner):
        raise NotFollowed
    return Tensor((len(data), *(inner[0].shape or ())))


def _legacy(values: Values) -> Tensor:
    """torch.Tensor(2, 3), or of data."""
    given = values["sizes"]
    if given and all(isinstance(size, int) and not isinstance(size, bool) for size in given):
        return Tensor(given)
    return _shape_of(given[0]) if len(given) == 1 and isinstance(given[0], tuple) else SOME_TENSOR


def _last_pair(values: Values) -> Tensor:
    """A complex tensor as pairs of real numbers."""
    source = tensor(values["input"])
    return Tensor((*source.shape, 2)) if source.shape is not None else Tensor(None, (*source.tail, 2))


def _without_last(values: Values) -> Tensor:
    source = tensor(values["input"])
    return Tensor(source.shape[:-1]) if source.shape else SOME_TENSOR


for _name in ("zeros", "ones", "empty", "rand", "randn"):
    FUNCTIONS[f"torch.{_name}"] = Row(f"*sizes, size=None, generator=None, names=None, out=None, {_OPTIONS}", _by_sizes)
for _name in ("zeros", "ones", "empty", "rand", "randn", "full", "randint"):
    FUNCTIONS[f"torch.{_name}_like"] = Row(f"input, fill_value=None, high=None, *, generator=None, {_OPTIONS}", same_shape)
for _name in ("zeros", "ones", "empty"):
    METHODS[f"new_{_name}"] = Row(f"input, *sizes, size=None, {_OPTIONS}", _by_sizes)
METHODS["new_full"] = Row(f"input, size, fill_value, *, {_OPTIONS}", _by_size)
METHODS["new_tensor"] = Row(f"input, data, *, {_OPTIONS}", _of_data)
FUNCTIONS["torch.full"] = Row(f"size, fill_value, *, names=None, out=None, {_OPTIONS}", _by_size)
FUNCTIONS["torch.randint"] = Row(f"low, high=None, size=None, *, generator=None, out=None, {_OPTIONS}", _randint)
FUNCTIONS["torch.arange"] = Row(f"start, end=None, step=1, *, out=None, {_OPTIONS}", _count)
FUNCTIONS["torch.linspace"] = FUNCTIONS["torch.logspace"] = Row(f"start, end, steps, base=10.0, *, out=None, {_OPTIONS}", _steps)
FUNCTIONS["torch.eye"] = Row(f"n, m=None, *, out=None, {_OPTIONS}", _eye)
FUNCTIONS["torch.randperm"] = Row(f"n, *, generator=None, out=None, {_OPTIONS}", lambda values: Tensor((_size(values["n"]),)))
FUNCTIONS["torch.tensor"] = Row(f"data, *, {_OPTIONS}", _of_data)
FUNCTIONS["torch.as_tensor"] = FUNCTIONS["torch.asarray"] = Row("data, dtype=None, device=None, copy=None, requires_grad=False", _of_data)
for _name in ("Tensor", "FloatTensor", "DoubleTensor", "LongTensor", "IntTensor", "HalfTensor", "ByteTensor", "BoolTensor"):
    FUNCTIONS[f"torch.{_name}"] = Row("*sizes, device=None", _legacy)
for _name in ("torch.nn.Parameter", "torch.nn.parameter.Parameter"):
    FUNCTIONS[_name] = Row("data=None, requires_grad=True", _of_data)
FUNCTIONS["torch.autograd.Variable"] = Row("data, requires_grad=False, volatile=False", _of_data)
FUNCTIONS["torch.from_numpy"] = Row("ndarray", lambda values: tensor(values["ndarray"]))
FUNCTIONS["torch.bernoulli"] = METHODS["bernoulli"] = Row("input, p=None, *, generator=None, out=None", same_shape)
FUNCTIONS["torch.poisson"] = Row("input, generator=None", same_shape)
FUNCTIONS["torch.view_as_real"] = Row("input", _last_pair)
FUNCTIONS["torch.view_as_complex"] = Row("input", _without_last)
for _name in ("hann_window", "hamming_window", "blackman_window", "bartlett_window", "kaiser_window"):
    FUNCTIONS[f"torch.{_name}"] = Row(f"window_length, periodic=True, *rest, {_OPTIONS}", lambda values: Tensor((_size(values["window_length"]),)))
