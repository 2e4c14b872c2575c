"""Reductions over dimensions, and questions about a tensor's size.

Source: aten/src/ATen/native/ReduceOps.cpp.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from convt_lint.lengths import Symbol, product
from convt_lint.torch_api.dims import both
from convt_lint.torch_api.rows.broadcasting import together
from convt_lint.torch_api.rows.layout import dimension
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, NotFollowed, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def reduced(source: Tensor, dim: Any, keepdim: Any) -> Tensor:
    """The shape after a reduction over `dim`: None or () for all, an int, or several."""
    if not isinstance(keepdim, bool):
        raise NotFollowed
    if isinstance(dim, Symbol):
        raise NotFollowed
    if dim is None or dim == ():
        return Tensor((1,) * source.rank if source.rank is not None else None) if keepdim else Tensor(())
    dims = dim if isinstance(dim, tuple) else (dim,)
    if not all(isinstance(item, int) and not isinstance(item, bool) for item in dims):
        raise NotFollowed
    if source.shape is None:
        return _of_unknown_rank(source, dims, keepdim)
    chosen = {dimension(item, len(source.shape)) for item in dims}
    if len(chosen) < len(dims):
        raise NotFollowed
    if not source.shape:
        return source
    if keepdim:
        return Tensor(tuple(1 if index in chosen else size for index, size in enumerate(source.shape)))
    return Tensor(tuple(size for index, size in enumerate(source.shape) if index not in chosen))


def _of_unknown_rank(source: Tensor, dims: tuple[int, ...], keepdim: bool) -> Tensor:
    ranks = source.ranks if keepdim else tuple(rank - len(dims) for rank in source.ranks)
    if all(item < 0 and -item <= len(source.tail) for item in dims):
        chosen = {item % len(source.tail) for item in dims}
        kept = tuple(1 if index in chosen else size for index, size in enumerate(source.tail) if keepdim or index not in chosen)
        return Tensor(None, kept, ranks)
    return Tensor(None, (), ranks)


def _plain(values: Values) -> Tensor:
    return reduced(tensor(values["input"]), values["dim"], values["keepdim"])


def _with_index(values: Values) -> Any:
    """max, min, median: of all elements a number, over a dimension the values and where they are; with another tensor the greater one."""
    if isinstance(values["dim"], Tensor):
        return together((values["input"], values["dim"]))
    if values["dim"] is None:
        return Tensor(())
    return (_plain(values),) * 2


def _of_two(values: Values) -> Any:
    found = _plain(values)
    return found, found


def _size(values: Values) -> Any:
    source = tensor(values["input"])
    if values["dim"] is None:
        return source.shape if source.shape is not None else UNKNOWN
    if isinstance(values["dim"], bool) or not isinstance(values["dim"], int):
        raise NotFollowed
    found = source.size(values["dim"])
    return UNKNOWN if found is None else found


def _count(values: Values) -> Any:
    source = tensor(values["input"])
    total = None if source.shape is None else product(source.shape)
    return UNKNOWN if total is None else total


def _rank(values: Values) -> Any:
    rank = tensor(values["input"]).rank
    return UNKNOWN if rank is None else rank


_both = partial(both, FUNCTIONS, METHODS)
_both("sum mean nansum nanmean", "input, dim=None, keepdim=False, *, dtype=None, out=None", _plain)
_both("prod", "input, dim=None, keepdim=False, *, dtype=None", _plain)
_both("amax amin", "input, dim=(), keepdim=False, *, out=None", _plain)
_both("argmax argmin all any", "input, dim=None, keepdim=False", _plain)
_both("logsumexp", "input, dim, keepdim=False, *, out=None", _plain)
_both("std var", "input, dim=None, unbiased=True, keepdim=False, *, correction=1, out=None", _plain)
_both("std_mean var_mean", "input, dim=None, unbiased=True, keepdim=False, *, correction=1", _of_two)
_both("norm", "input, p='fro', dim=None, keepdim=False, out=None, dtype=None", _plain)
FUNCTIONS["torch.linalg.norm"] = FUNCTIONS["torch.linalg.vector_norm"] = Row("input, ord=None, dim=None, keepdim=False, *, out=None, dtype=None", _plain)
_both("max min median nanmedian", "input, dim=None, keepdim=False, *, out=None", _with_index)
_both("mode", "input, dim=-1, keepdim=False", _with_index)
_both("kthvalue", "input, k, dim=-1, keepdim=False", _with_index)
_both("aminmax", "input, *, dim=None, keepdim=False", lambda values: UNKNOWN if isinstance(values["dim"], Symbol) else _of_two(values))
_both("count_nonzero", "input, dim=None", lambda values: reduced(tensor(values["input"]), values["dim"], False))
_both("numel", "input", _count)
METHODS["nelement"] = METHODS["numel"]
METHODS["dim"] = METHODS["ndimension"] = Row("input", _rank)
METHODS["size"] = Row("input, dim=None", _size)
_both("nonzero", "input, *, as_tuple=False", lambda values: SOME_TENSOR if values["as_tuple"] is False else UNKNOWN)
