"""Functions that repeat a tensor's elements: expand, repeat, tile.

Source: aten/src/ATen/native/TensorShape.cpp.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, followed, known, product, same
from convt_lint.torch_api.dims import both
from convt_lint.torch_api.rows.layout import axis, replaced, sizes_of, whole
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
_both = partial(both, FUNCTIONS, METHODS)


def _expand(values: Values) -> Tensor:
    wanted = sizes_of(values["size"])
    if wanted is None:
        raise NotFollowed
    source = tensor(values["input"])
    if source.shape is None:
        return Tensor(_stated(wanted))
    lead = len(wanted) - len(source.shape)
    if lead < 0:
        raise Refused("rank", f"expands to {len(wanted)} dimensions a tensor that has {len(source.shape)}")
    return Tensor((*_stated(wanted[:lead]), *(_expanded(old, new) for old, new in zip(source.shape, wanted[lead:], strict=True))))


def _stated(wanted: Sequence[Any]) -> tuple[Size, ...]:
    """The sizes that a call states; -1 keeps what is there."""
    return tuple(size if isinstance(size, Symbol) or known(size) not in (None, -1) else None for size in wanted)


def _expanded(old: Size, new: Any) -> Size:
    number = known(new)
    if number == -1:
        return old
    if number is None:
        return new if isinstance(new, Symbol) and known(old) == 1 else None
    if known(old) not in (None, 1) and differ(old, number):
        raise Refused("sizes", f"size {old} cannot be expanded to {number}", ("the tensor", old))
    return old if same(old, new) else number


def _expand_as(values: Values) -> Tensor:
    other = tensor(values["other"])
    if other.shape is None:
        return other
    source = tensor(values["input"])
    if source.shape is None:
        return other
    return _expand({"input": source, "size": other.shape if len(other.shape) != 1 else (other.shape,)}) if None not in other.shape else other


def _repeat(values: Values) -> Tensor:
    times = sizes_of(values["repeats"])
    shape = whole(values["input"])
    if times is None:
        raise NotFollowed
    lead = len(times) - len(shape)
    if lead < 0:
        raise Refused("rank", f"repeats {len(times)} dimensions of a tensor that has {len(shape)}")
    padded = ((1,) * lead + tuple(shape)) if lead else shape
    return Tensor(tuple(size if known(n) == 1 else followed(lambda a, b: a * b, size, n) for size, n in zip(padded, times, strict=True)))


def _tile(values: Values) -> Tensor:
    times = sizes_of(values["repeats"])
    shape = whole(values["input"])
    if times is None:
        raise NotFollowed
    return _repeat({"input": Tensor(shape), "repeats": ((1,) * (len(shape) - len(times)) + times,)})


def _repeat_interleave(values: Values) -> Any:
    dim, times = values["dim"], known(values["repeats"])
    source = tensor(values["input"])
    if source.shape is None:
        return Tensor(None, (), source.ranks) if isinstance(dim, int) else SOME_TENSOR
    if dim is None:
        return Tensor((computed(lambda a, b: a * b, product(source.shape), times),))
    index = axis(dim, source.shape)
    return replaced(source.shape, index, computed(lambda a, b: a * b, source.shape[index], times))


METHODS["expand"] = Row("input, *size, implicit=False", _expand)
METHODS["expand_as"] = Row("input, other", _expand_as)
_both("broadcast_to", "input, size", lambda values: _expand({"input": values["input"], "size": (values["size"],)}))
METHODS["repeat"] = Row("input, *repeats", _repeat)
METHODS["tile"] = Row("input, *repeats", _tile)
FUNCTIONS["torch.tile"] = Row("input, dims", lambda values: _tile({"input": values["input"], "repeats": (values["dims"],)}))
_both("repeat_interleave", "input, repeats, dim=None, *, output_size=None", _repeat_interleave)
