"""Functions that give a tensor's elements another shape or order: view, permute, squeeze.

Source: aten/src/ATen/native/TensorShape.cpp.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from convt_lint.lengths import Size, Symbol, differ, elements, followed, known, product, same
from convt_lint.torch_api.dims import both
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
_both = partial(both, FUNCTIONS, METHODS)


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


def axis(index: Any, shape: Sequence[Size]) -> int:
    """A dimension of a shape, counted from the front. Raises NotFollowed where it is not known or the shape has none, Refused where there is none such."""
    if not shape:
        raise NotFollowed
    return dimension(index, len(shape))


def whole(value: Any) -> tuple[Size, ...]:
    """The sizes of a tensor of known rank; raises NotFollowed for others."""
    shape = tensor(value).shape
    if shape is None:
        raise NotFollowed
    return shape


def replaced(shape: Sequence[Size], index: int, *sizes: Size) -> Tensor:
    """The shape with other sizes in place of the dimension at `index`."""
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
        raise Refused("elements", f"{shown(wanted)} holds {held} elements, the tensor {shown(source.last)} has {count}", *_changed(source, wanted))
    if source.shape is None or None in (count, held):
        _check_rest(source, wanted)


def _check_rest(source: Tensor, wanted: Sequence[Any]) -> None:
    """Where one size is not known on either side and it is the same one, the others must agree."""
    if source.shape is None:
        return
    left, right = _unshared(source.shape, wanted)
    a, b = elements(left), elements(right)
    if differ(a, b) and 0 not in (a, b):
        raise Refused("elements", f"{shown(wanted)} does not hold the elements of {shown(source.shape)}", *_changed(source, wanted))


def _unshared(left: Sequence[Size], right: Sequence[Size]) -> tuple[list[Size], list[Size]]:
    """The sizes on either side without those that are not known and stand on both."""
    ours, theirs = list(left), list(right)
    for size in left:
        place = next((index for index, other in enumerate(theirs) if known(size) is None and same(size, other)), None)
        if place is not None:
            ours.remove(size)
            del theirs[place]
    return ours, theirs


def _filled(source: Tensor, rest: list[Any], count: int | None, held: int | None, wanted: Sequence[Any]) -> Size:
    """The size that -1 stands for."""
    if count is not None and held is not None:
        if held == 0 or count % held:
            if held == 0:
                raise NotFollowed
            raise Refused("elements", f"{shown(wanted)} does not divide the {count} elements of {shown(source.last)}", *_changed(source, wanted))
        return count // held
    if source.shape is None:
        return None
    left, right = _unshared(source.shape, rest)
    if not right and len(left) == 1:
        return left[0]
    unknown = [size for size in left if known(size) is None]
    a, b = elements(left), elements(right)
    if isinstance(b, int) and b > 0:
        if differ(followed(lambda n: n % b, a), 0):
            raise Refused("elements", f"{shown(wanted)} does not divide the elements of {shown(source.shape)}", *_changed(source, wanted))
        if a is not None:
            return followed(lambda n: n // b, a)
    known_part = product([size for size in left if known(size) is not None])
    if len(unknown) == 1 and b is not None and b == known_part:
        return unknown[0]
    return None


def _changed(source: Tensor, wanted: Sequence[Any]) -> list[tuple[str, Size]]:
    """The sizes worth showing: the tensor's own where they are no longer in the new shape."""
    return [("the tensor", size) for size in source.last if known(size) is not None and not any(known(other) == known(size) for other in wanted)][:2]


def shown(sizes: Sequence[Any]) -> str:
    """Sizes for a message: (2, ?, 8)."""
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
    merged = shape[first] if first == last else elements(shape[first : last + 1])
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
    return replaced(shape, index, *(reshaped(Tensor((shape[index],)), wanted).shape or ()))


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
