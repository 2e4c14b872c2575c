"""Functions that give a tensor's elements another shape or order: view, permute, squeeze, chunk, pad by repetition.

Source: aten/src/ATen/native/TensorShape.cpp.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, known, product, same
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _both(names: str, signature: str, rule: Any) -> None:
    """A row for functions that are methods too."""
    for name in names.split():
        FUNCTIONS[f"torch.{name}"] = METHODS[name] = Row(signature, rule)


def sizes_of(given: Any) -> tuple[Any, ...] | None:
    """Sizes given as ints or as one sequence; None where they are not known."""
    if isinstance(given, tuple) and len(given) == 1 and not isinstance(given[0], int):
        given = given[0]
    return given if isinstance(given, tuple) else None


def dimension(index: Any, rank: int) -> int:
    """A dimension counted from the front. Raises NotFollowed where it is not known, Refused where there is none such."""
    if isinstance(index, bool) or not isinstance(index, int):
        raise NotFollowed
    if not -max(rank, 1) <= index < max(rank, 1):
        raise Refused("rank", f"means dimension {int(index)} of a tensor that has {rank}")
    return index % max(rank, 1)


def whole(value: Any) -> tuple[Size, ...]:
    """The sizes of a tensor of known rank; raises NotFollowed for others."""
    shape = tensor(value).shape
    if shape is None:
        raise NotFollowed
    return shape


def _replaced(shape: Sequence[Size], index: int, *sizes: Size) -> Tensor:
    return Tensor((*shape[:index], *sizes, *shape[index + 1 :]))


# -- view, flatten -----------------------------------------------------------------------------------------------------------


def _view(values: Values) -> Tensor:
    wanted = sizes_of(values["shape"])
    source = tensor(values["input"])
    if wanted is None or any(not isinstance(size, (int, Symbol)) for size in wanted):
        raise NotFollowed
    return reshaped(source, wanted)


def reshaped(source: Tensor, wanted: Sequence[Any]) -> Tensor:
    """A tensor's elements in another shape, one size of which may be -1."""
    count = product(source.shape) if source.shape is not None else None
    numbers = [known(size) for size in wanted]
    if numbers.count(-1) > 1 or any(number is not None and number < -1 for number in numbers):
        raise NotFollowed
    rest = [size for size, number in zip(wanted, numbers, strict=True) if number != -1]
    held = product(rest)
    if -1 not in numbers:
        _check_elements(source, count, held, wanted)
        return Tensor(tuple(wanted))
    if source.shape is None and any(number is None for number in numbers):
        return Tensor(tuple(_open(size) for size in wanted))
    filled = _filled(source, rest, count, held, wanted)
    return Tensor(tuple(filled if number == -1 else size for size, number in zip(wanted, numbers, strict=True)))


def _open(size: Any) -> Size:
    return None if known(size) == -1 else size


def _check_elements(source: Tensor, count: int | None, held: int | None, wanted: Sequence[Any]) -> None:
    if count is not None and held is not None and count != held:
        raise Refused("elements", f"{_shown(wanted)} holds {held} elements, the tensor {_shown(source.last)} has {count}", *_changed(source, wanted))
    if source.shape is None or None in (count, held):
        _check_rest(source, wanted)


def _check_rest(source: Tensor, wanted: Sequence[Any]) -> None:
    """Where one size is not known on either side and it is the same one, the others must agree."""
    if source.shape is None:
        return
    left, right = list(source.shape), list(wanted)
    for size in list(left):
        if known(size) is None and size is not None and any(same(size, other) for other in right):
            left.remove(size)
            right.remove(size)
    a, b = product(left), product(right)
    if a is not None and b is not None and a != b and 0 not in (a, b):
        raise Refused("elements", f"{_shown(wanted)} does not hold the elements of {_shown(source.shape)}", *_changed(source, wanted))


def _filled(source: Tensor, rest: list[Any], count: int | None, held: int | None, wanted: Sequence[Any]) -> Size:
    """The size that -1 stands for."""
    if count is not None and held is not None:
        if held == 0 or count % held:
            if held == 0:
                raise NotFollowed
            raise Refused("elements", f"{_shown(wanted)} does not divide the {count} elements of {_shown(source.last)}", *_changed(source, wanted))
        return count // held
    if source.shape is None:
        return None
    left = list(source.shape)
    right = list(rest)
    for size in list(left):
        if known(size) is None and size is not None and any(same(size, other) for other in right):
            left.remove(size)
            right.remove(size)
    if not right and len(left) == 1:
        return left[0]
    unknown = [size for size in left if known(size) is None]
    a, b = product(left), product(right)
    if a is not None and b:
        if a % b:
            raise Refused("elements", f"{_shown(wanted)} does not divide the elements of {_shown(source.shape)}", *_changed(source, wanted))
        return a // b
    known_part = product([size for size in left if known(size) is not None])
    if len(unknown) == 1 and b is not None and b == known_part:
        return unknown[0]
    return None


def _changed(source: Tensor, wanted: Sequence[Any]) -> list[tuple[str, Size]]:
    """The sizes worth showing: the tensor's own where they are no longer in the new shape."""
    return [("the tensor", size) for size in source.last if known(size) is not None and not any(known(other) == known(size) for other in wanted)][:2]


def _shown(sizes: Sequence[Any]) -> str:
    return "(" + ", ".join("?" if (number := known(size)) is None else str(number) for size in sizes) + ")"


def _view_as(values: Values) -> Tensor:
    other = tensor(values["other"])
    return reshaped(tensor(values["input"]), other.shape) if other.shape is not None and None not in other.shape else other


def _flatten(values: Values) -> Tensor:
    source = tensor(values["input"])
    start, end = values["start_dim"], values["end_dim"]
    if source.shape is None:
        return _flattened_tail(source, start, end)
    shape = source.shape
    if not shape:
        dimension(start, 1)
        dimension(end, 1)
        return Tensor((1,))
    first, last = dimension(start, len(shape)), dimension(end, len(shape))
    if first > last:
        raise NotFollowed
    merged = shape[first] if first == last else product(shape[first : last + 1])
    return Tensor((*shape[:first], merged, *shape[last + 1 :]))


def _flattened_tail(source: Tensor, start: Any, end: Any) -> Tensor:
    """A flatten from one dimension counted from the front to the last: the rank is known where the start is."""
    if isinstance(start, int) and start >= 0 and end == -1 and source.ranks and start < min(source.ranks):
        return Tensor((None,) * (start + 1))
    if start == 0 and end == -1:
        return Tensor((product(source.shape) if source.shape is not None else None,))
    return SOME_TENSOR


def _flatten_module(values: Values) -> Tensor:
    return _flatten(values)


def _unflatten(values: Values) -> Tensor:
    shape, wanted = whole(values["input"]), values["sizes"]
    index = dimension(values["dim"], len(shape))
    if not isinstance(wanted, tuple) or not wanted or not all(isinstance(size, (int, Symbol)) for size in wanted):
        raise NotFollowed
    return _replaced(shape, index, *(reshaped(Tensor((shape[index],)), wanted).shape or ()))


_both("reshape", "input, *shape", _view)
METHODS["view"] = Row("input, *shape", _view)
FUNCTIONS["torch.reshape"] = Row("input, shape", lambda values: _view({"input": values["input"], "shape": (values["shape"],)}))
METHODS["view_as"] = METHODS["reshape_as"] = Row("input, other", _view_as)
_both("flatten", "input, start_dim=0, end_dim=-1", _flatten)
_both("ravel", "input", lambda values: _flatten({**values, "start_dim": 0, "end_dim": -1}))
_both("unflatten", "input, dim, sizes", _unflatten)
MODULES["Flatten"] = Row("start_dim=1, end_dim=-1", _flatten_module, "input")
MODULES["Unflatten"] = Row("dim, unflattened_size", lambda values: _unflatten({**values, "sizes": values["unflattened_size"]}), "input")


# -- dimensions of size 1 ----------------------------------------------------------------------------------------------------


def _unsqueeze(values: Values) -> Tensor:
    source, dim = tensor(values["input"]), values["dim"]
    if isinstance(dim, bool) or not isinstance(dim, int):
        raise NotFollowed
    if source.shape is None:
        ranks = tuple(rank + 1 for rank in source.ranks)
        if dim < 0:
            at = len(source.tail) + dim + 1
            return (
                Tensor(None, (*source.tail[:at], 1, *source.tail[at:]), ranks) if at >= 0 else Tensor(None, source.tail[dim + 1 :] if dim < -1 else (1,), ranks)
            )
        keep = min(source.ranks, default=len(source.tail)) - dim
        return Tensor(None, source.tail[-keep:] if 0 < keep <= len(source.tail) else source.tail if keep > len(source.tail) else (), ranks)
    at = dimension(dim, len(source.shape) + 1)
    return Tensor((*source.shape[:at], 1, *source.shape[at:]))


def _squeeze(values: Values) -> Tensor:
    shape, dim = whole(values["input"]), values["dim"]
    if dim is None:
        if any(known(size) is None for size in shape):
            return SOME_TENSOR
        return Tensor(tuple(size for size in shape if size != 1))
    dims = dim if isinstance(dim, tuple) else (dim,)
    chosen = {dimension(item, len(shape)) for item in dims} if shape else set()
    if any(known(shape[index]) is None for index in chosen):
        return _perhaps_squeezed(shape, chosen)
    return Tensor(tuple(size for index, size in enumerate(shape) if index not in chosen or size != 1))


def _perhaps_squeezed(shape: Sequence[Size], chosen: set[int]) -> Tensor:
    """One of the chosen dimensions may be 1 or not: what lies behind all of them is sure."""
    open_ones = sum(known(shape[index]) is None for index in chosen)
    ones = sum(known(shape[index]) == 1 for index in chosen)
    most = len(shape) - ones
    return Tensor(None, tuple(shape[max(chosen) + 1 :]), tuple(range(most - open_ones, most + 1)))


_both("unsqueeze", "input, dim", _unsqueeze)
_both("squeeze", "input, dim=None", _squeeze)


# -- the order of dimensions ---------------------------------------------------------------------------------------------------


def _permute(values: Values) -> Tensor:
    dims = sizes_of(values["dims"])
    if dims is None or not all(isinstance(dim, int) for dim in dims):
        raise NotFollowed
    source = tensor(values["input"])
    if not source.may_have_rank(len(dims)):
        raise Refused("rank", f"orders {len(dims)} dimensions of a tensor that has {' or '.join(map(str, source.ranks or (source.rank,)))}")
    shape = source.of_ranks(len(dims)).shape
    order = [dimension(dim, len(dims)) for dim in dims]
    if shape is None or sorted(order) != list(range(len(order))):
        raise NotFollowed
    return Tensor(tuple(shape[index] for index in order))


def _transpose(values: Values) -> Tensor:
    source, a, b = tensor(values["input"]), values["dim0"], values["dim1"]
    if source.shape is None:
        return _transposed_tail(source, a, b)
    order = list(source.shape)
    if not order:
        return source
    first, second = dimension(a, len(order)), dimension(b, len(order))
    order[first], order[second] = order[second], order[first]
    return Tensor(tuple(order))


def _transposed_tail(source: Tensor, a: Any, b: Any) -> Tensor:
    if isinstance(a, int) and isinstance(b, int) and a < 0 and b < 0 and max(-a, -b) <= len(source.tail):
        order = list(source.tail)
        order[a], order[b] = order[b], order[a]
        return Tensor(None, tuple(order), source.ranks)
    return Tensor(None, (), source.ranks)


def _movedim(values: Values) -> Tensor:
    shape = whole(values["input"])
    a, b = ((value if isinstance(value, tuple) else (value,)) for value in (values["source"], values["destination"]))
    if len(a) != len(b):
        raise NotFollowed
    origins, targets = [dimension(item, len(shape)) for item in a], [dimension(item, len(shape)) for item in b]
    rest = iter([index for index in range(len(shape)) if index not in origins])
    order = [origins[targets.index(place)] if place in targets else next(rest) for place in range(len(shape))]
    return Tensor(tuple(shape[index] for index in order))


def _matrix_transpose(values: Values) -> Tensor:
    return _transpose({**values, "dim0": -2, "dim1": -1})


def _t(values: Values) -> Tensor:
    shape = whole(values["input"])
    if len(shape) > 2:
        raise Refused("rank", f"takes a tensor of at most 2 dimensions, not of {len(shape)}")
    return Tensor(shape[::-1])


_both("permute", "input, *dims", _permute)
FUNCTIONS["torch.permute"] = Row("input, dims", lambda values: _permute({"input": values["input"], "dims": (values["dims"],)}))
_both("transpose", "input, dim0, dim1", _transpose)
_both("swapdims", "input, dim0, dim1", _transpose)
_both("swapaxes", "input, axis0, axis1", lambda values: _transpose({"input": values["input"], "dim0": values["axis0"], "dim1": values["axis1"]}))
_both("movedim moveaxis", "input, source, destination", _movedim)
_both("t", "input", _t)
METHODS["T"] = Row("input", lambda values: Tensor(whole(values["input"])[::-1]))
METHODS["mT"] = METHODS["adjoint"] = METHODS["mH"] = Row("input", _matrix_transpose)
METHODS["H"] = Row("input", _t)


# -- repetition ----------------------------------------------------------------------------------------------------------------


def _expand(values: Values) -> Tensor:
    wanted = sizes_of(values["size"])
    if wanted is None:
        raise NotFollowed
    source = tensor(values["input"])
    if source.shape is None:
        return Tensor(tuple(size if isinstance(size, Symbol) or known(size) not in (None, -1) else None for size in wanted))
    lead = len(wanted) - len(source.shape)
    if lead < 0:
        raise Refused("rank", f"expands to {len(wanted)} dimensions a tensor that has {len(source.shape)}")
    return Tensor((*wanted[:lead], *(_expanded(old, new) for old, new in zip(source.shape, wanted[lead:], strict=True))))


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
    return Tensor(tuple(size if known(n) == 1 else computed(lambda a, b: a * b, size, n) for size, n in zip(padded, times, strict=True)))


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
    index = dimension(dim, len(source.shape))
    return _replaced(source.shape, index, computed(lambda a, b: a * b, source.shape[index], times))


METHODS["expand"] = Row("input, *size, implicit=False", _expand)
METHODS["expand_as"] = Row("input, other", _expand_as)
_both("broadcast_to", "input, size", lambda values: _expand({"input": values["input"], "size": (values["size"],)}))
METHODS["repeat"] = Row("input, *repeats", _repeat)
METHODS["tile"] = Row("input, *repeats", _tile)
FUNCTIONS["torch.tile"] = Row("input, dims", lambda values: _tile({"input": values["input"], "repeats": (values["dims"],)}))
_both("repeat_interleave", "input, repeats, dim=None, *, output_size=None", _repeat_interleave)


# -- parts -----------------------------------------------------------------------------------------------------------------------


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
    index = dimension(values["dim"], len(shape))
    start, size = known(values["start"]), known(shape[index])
    if start is not None and size is not None and known(length) is not None:
        first = start + size if start < 0 else start
        if first < 0 or length < 0 or first + length > size:
            text = f"takes {int(length)} from {start} on of a dimension of size {size}"
            raise Refused("sizes", text, ("the dimension", shape[index]))
    return _replaced(shape, index, length if isinstance(length, (int, Symbol)) else None)


def _select(values: Values) -> Tensor:
    shape = whole(values["input"])
    index = dimension(values["dim"], len(shape))
    at, size = known(values["index"]), known(shape[index])
    if at is not None and size is not None and not -size <= at < size:
        raise Refused("sizes", f"means index {at} of a dimension of size {size}", ("the dimension", shape[index]))
    return Tensor((*shape[:index], *shape[index + 1 :]))


def _index_select(values: Values) -> Tensor:
    shape, chosen = whole(values["input"]), tensor(values["index"])
    index = dimension(values["dim"], len(shape))
    count = chosen.shape[0] if chosen.shape is not None and len(chosen.shape) == 1 else 1 if chosen.shape == () else None
    return _replaced(shape, index, count)


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
    index = dimension(values["dim"], len(shape))
    if isinstance(each, tuple):
        total = computed(lambda *parts: sum(parts), *each)
        if differ(total, shape[index]):
            raise Refused("sizes", f"sections {_shown(each)} add up to {total}, the dimension has {shape[index]}", ("the dimension", shape[index]))
        parts: Sequence[Size] | None = [part if isinstance(part, (int, Symbol)) else None for part in each]
    else:
        parts = [shape[index]] if known(each) is not None and same(each, shape[index]) else pieces(shape[index], each)
    return UNKNOWN if parts is None else tuple(_replaced(shape, index, part) for part in parts)


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
    index = dimension(dim, len(source.shape))
    parts = _chunks(source.shape[index], count)
    return UNKNOWN if parts is None else tuple(_replaced(source.shape, index, part) for part in parts)


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
    index = dimension(values["dim"], len(shape))
    count = known(shape[index])
    rest = Tensor((*shape[:index], *shape[index + 1 :]))
    return UNKNOWN if count is None or count > 256 else (rest,) * count


def _pairs(values: Values) -> Any:
    return (_checked(("dim",))(values),) * 2


def _topk(values: Values) -> Any:
    source, k = tensor(values["input"]), values["k"]
    if source.shape is None or not source.shape:
        return (Tensor(None, (), source.ranks),) * 2
    index = dimension(values["dim"], len(source.shape))
    if (number := known(k)) is not None and (size := known(source.shape[index])) is not None and number > size:
        raise Refused("sizes", f"takes {number} of a dimension of size {size}", ("the dimension", source.shape[index]))
    return (_replaced(source.shape, index, k if isinstance(k, (int, Symbol)) else None),) * 2


def _diff(values: Values) -> Tensor:
    shape = whole(values["input"])
    if values["n"] == 0:
        return Tensor(shape)
    index = dimension(values["dim"], len(shape))
    if values["prepend"] is not None or values["append"] is not None:
        return _replaced(shape, index, None)
    return _replaced(shape, index, computed(lambda size, n: max(size - n, 0), shape[index], values["n"]))


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
