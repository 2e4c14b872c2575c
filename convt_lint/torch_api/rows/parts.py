"""Functions that take a tensor apart or reorder it along one dimension: narrow, split, chunk, unbind, sort.

Source: aten/src/ATen/native/TensorShape.cpp.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, known, same
from convt_lint.torch_api.dims import both
from convt_lint.torch_api.rows.layout import axis, dimension, replaced, shown, whole
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
_both = partial(both, FUNCTIONS, METHODS)


def _checked(names: tuple[str, ...]) -> Any:
    """A rule for what keeps the shape and means dimensions by number."""

    def rule(values: Values) -> Tensor:
        source = tensor(values["input"])
        for name in names:
            given = values[name]
            for item in given if isinstance(given, tuple) else (given,):
                if source.shape is not None and isinstance(item, int):
                    dimension(item, len(source.shape))
        return source

    return rule


def _narrow(values: Values) -> Tensor:
    shape, length = whole(values["input"]), values["length"]
    index = axis(values["dim"], shape)
    start, size = known(values["start"]), known(shape[index])
    if start is not None and size is not None and known(length) is not None:
        first = start + size if start < 0 else start
        if first < 0 or length < 0 or first + length > size:
            text = f"takes {int(length)} from {start} on of a dimension of size {size}"
            raise Refused("sizes", text, ("the dimension", shape[index]))
    return replaced(shape, index, length if isinstance(length, (int, Symbol)) else None)


def _select(values: Values) -> Tensor:
    shape = whole(values["input"])
    index = axis(values["dim"], shape)
    at, size = known(values["index"]), known(shape[index])
    if at is not None and size is not None and not -size <= at < size:
        raise Refused("sizes", f"means index {at} of a dimension of size {size}", ("the dimension", shape[index]))
    return Tensor((*shape[:index], *shape[index + 1 :]))


def _index_select(values: Values) -> Tensor:
    shape, chosen = whole(values["input"]), tensor(values["index"])
    index = axis(values["dim"], shape)
    count = chosen.shape[0] if chosen.shape is not None and len(chosen.shape) == 1 else 1 if chosen.shape == () else None
    return replaced(shape, index, count)


def _gather(values: Values) -> Tensor:
    return tensor(values["index"])


MAX_PIECES = 1_000


def pieces(size: Size, each: Any) -> list[int] | None:
    """The sizes of the parts of a dimension, each of `each` save the last; None where their number is not known."""
    total, part = known(size), known(each)
    if total is None or part is None or part < 1 or total // part > MAX_PIECES:
        return None
    return [part] * (total // part) + ([total % part] if total % part else []) if total else [0]


def _split(values: Values) -> Any:
    shape, each = whole(values["input"]), values["split_size_or_sections"]
    index = axis(values["dim"], shape)
    if isinstance(each, tuple):
        total = computed(lambda *parts: sum(parts), *each)
        if differ(total, shape[index]):
            raise Refused("sizes", f"sections {shown(each)} add up to {total}, the dimension has {shape[index]}", ("the dimension", shape[index]))
        parts: Sequence[Size] | None = [part if isinstance(part, (int, Symbol)) else None for part in each]
    else:
        parts = [shape[index]] if known(each) is not None and same(each, shape[index]) else pieces(shape[index], each)
    return UNKNOWN if parts is None else tuple(replaced(shape, index, part) for part in parts)


def _chunk(values: Values) -> Any:
    source = tensor(values["input"])
    count, dim = known(values["chunks"]), values["dim"]
    if count is None or count < 1:
        raise NotFollowed
    if source.shape is None:
        if isinstance(dim, int) and dim < 0 and -dim <= len(source.tail):
            parts = _chunks(source.tail[dim], count)
            return UNKNOWN if parts is None else tuple(Tensor(None, _at(source.tail, dim, part), source.ranks) for part in parts)
        return UNKNOWN
    index = axis(dim, source.shape)
    parts = _chunks(source.shape[index], count)
    return UNKNOWN if parts is None else tuple(replaced(source.shape, index, part) for part in parts)


def _at(tail: Sequence[Size], index: int, size: Size) -> tuple[Size, ...]:
    changed = list(tail)
    changed[index] = size
    return tuple(changed)


def _chunks(size: Size, count: int) -> Sequence[Size] | None:
    total = known(size)
    if total is None:
        return [size] if count == 1 else None
    if not total:
        return [size] * count if count <= MAX_PIECES else None
    return pieces(total, max(-(-total // count), 1))


def _unbind(values: Values) -> Any:
    shape = whole(values["input"])
    index = axis(values["dim"], shape)
    count = known(shape[index])
    rest = Tensor((*shape[:index], *shape[index + 1 :]))
    return UNKNOWN if count is None or count > 256 else (rest,) * count


def _pairs(values: Values) -> Any:
    return (_checked(("dim",))(values),) * 2


def _topk(values: Values) -> Any:
    source, k = tensor(values["input"]), values["k"]
    if source.shape is None or not source.shape:
        return (Tensor(None, (), source.ranks),) * 2
    index = axis(values["dim"], source.shape)
    if (number := known(k)) is not None and (size := known(source.shape[index])) is not None and number > size:
        raise Refused("sizes", f"takes {number} of a dimension of size {size}", ("the dimension", source.shape[index]))
    return (replaced(source.shape, index, k if isinstance(k, (int, Symbol)) else None),) * 2


def _diff(values: Values) -> Tensor:
    shape = whole(values["input"])
    if values["n"] == 0:
        return Tensor(shape)
    index = axis(values["dim"], shape)
    if values["prepend"] is not None or values["append"] is not None:
        return replaced(shape, index, None)
    return replaced(shape, index, computed(lambda size, n: max(size - n, 0), shape[index], values["n"]))


_both("flip", "input, *dims", lambda values: tensor(values["input"]))
FUNCTIONS["torch.flip"] = Row("input, dims", lambda values: tensor(values["input"]))
_both("fliplr flipud", "input", lambda values: tensor(values["input"]))
_both("roll", "input, shifts, dims=None", _checked(("dims",)))
_both("triu tril", "input, diagonal=0", lambda values: tensor(values["input"]))
_both("cumsum cumprod logcumsumexp", "input, dim, *, dtype=None", _checked(("dim",)))
_both("cummax cummin", "input, dim", _pairs)
_both("sort", "input, dim=-1, descending=False, stable=False", _pairs)
_both("argsort", "input, dim=-1, descending=False, stable=False", _checked(("dim",)))
_both("topk", "input, k, dim=-1, largest=True, sorted=True", _topk)
_both("narrow", "input, dim, start, length", _narrow)
_both("select", "input, dim, index", _select)
_both("index_select", "input, dim, index", _index_select)
_both("gather", "input, dim, index, *, sparse_grad=False", _gather)
_both("take_along_dim", "input, indices, dim=None", lambda values: SOME_TENSOR)
_both("scatter scatter_add", "input, dim, index, src", lambda values: tensor(values["input"]))
METHODS["scatter_"] = METHODS["scatter_add_"] = Row("input, dim, index, src", lambda values: tensor(values["input"]))
_both("split", "input, split_size_or_sections, dim=0", _split)
METHODS["split"] = Row("input, split_size, dim=0", lambda values: _split({**values, "split_size_or_sections": values["split_size"]}))
_both("chunk", "input, chunks, dim=0", _chunk)
_both("unbind", "input, dim=0", _unbind)
_both("diff", "input, n=1, dim=-1, prepend=None, append=None", _diff)
_both("masked_select", "input, mask", lambda values: Tensor((None,)))
