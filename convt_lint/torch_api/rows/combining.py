"""Tensors put together: cat, stack and their kin.

Source: aten/src/ATen/native/TensorShape.cpp.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from convt_lint.lengths import Size, Symbol, differ, followed, form, known, same
from convt_lint.torch_api.rows.layout import dimension
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _parts(values: Values) -> list[Tensor]:
    given = values["tensors"]
    if not isinstance(given, tuple) or not given or not all(isinstance(item, (Tensor, Symbol)) for item in given):
        raise NotFollowed
    return [tensor(item) for item in given]


def _cat(values: Values) -> Tensor:
    dim = values["dim"]
    parts = [part for part in _parts(values) if part.shape != (0,)]
    if isinstance(dim, bool) or not isinstance(dim, int):
        raise NotFollowed
    if any(part.shape is not None and len(part.shape) == 1 and known(part.shape[0]) is None for part in parts) and len({part.rank for part in parts}) > 1:
        raise NotFollowed  # an empty one of one dimension is passed over
    if not parts:
        return Tensor((0,))
    return _joined(parts, dim)


def _joined(parts: Sequence[Tensor], dim: int) -> Tensor:
    ranks = {len(part.shape) for part in parts if part.shape is not None}
    if len(ranks) > 1:
        raise Refused("rank", f"takes tensors of one number of dimensions, not of {' and '.join(map(str, sorted(ranks)))}")
    if not ranks:
        return _joined_tails(parts, dim)
    rank = ranks.pop()
    if not rank:
        raise Refused("rank", "takes no tensors without dimensions")
    index = dimension(dim, rank)
    shapes = [part.of_ranks(rank).shape or () if part.may_have_rank(rank) else (None,) * rank for part in parts]
    return Tensor(tuple(_together([shape[place] for shape in shapes], place, index) for place in range(rank)))


def _joined_tails(parts: Sequence[Tensor], dim: int) -> Tensor:
    """Tensors of unknown rank: what is sure where the dimension is counted from the end."""
    alike = {part.ranks for part in parts}
    ranks = alike.pop() if len(alike) == 1 else ()
    count = min(len(part.tail) for part in parts)
    if dim >= 0 or -dim > count:
        return Tensor(None, (), ranks)
    columns = [[part.tail[-place] for part in parts] for place in range(count, 0, -1)]
    return Tensor(None, tuple(_together(column, place - count, dim) for place, column in enumerate(columns)), ranks)


def _together(sizes: Sequence[Size], place: int, index: int) -> Size:
    """The size of one dimension of the result: a sum on the one that is joined, else the size that all share."""
    if place == index:
        return sizes[0] if len(sizes) == 1 else followed(lambda *parts: sum(parts), *sizes)
    first = next((size for size in sizes if known(size) is not None), next((size for size in sizes if form(size) is not None), sizes[0]))
    for other in sizes:
        if differ(first, other):
            text = f"sizes {first} and {other} differ on dimension {place}; all but the joined dimension {index} must be equal"
            raise Refused("sizes", text, ("the first", first), ("the other", other))
    # All sizes are the first one's, else torch refuses the call.
    return first if form(first) is not None or all(same(first, other) for other in sizes) else None


def _stack(values: Values) -> Tensor:
    parts, dim = _parts(values), values["dim"]
    if isinstance(dim, bool) or not isinstance(dim, int):
        raise NotFollowed
    ranks = {part.rank for part in parts if part.shape is not None}
    if len(ranks) > 1:
        raise Refused(
            "rank", f"takes tensors of one shape, not of {' and '.join(str(rank) for rank in sorted(rank for rank in ranks if rank is not None))} dimensions"
        )
    if not ranks:
        return SOME_TENSOR
    rank = ranks.pop()
    assert rank is not None
    shapes = [part.of_ranks(rank).shape or () if part.may_have_rank(rank) else (None,) * rank for part in parts]
    at = dimension(dim, rank + 1)
    merged = [_equal([shape[place] for shape in shapes], place) for place in range(rank)]
    return Tensor((*merged[:at], len(parts), *merged[at:]))


def _equal(sizes: Sequence[Size], place: int) -> Size:
    first = next((size for size in sizes if known(size) is not None), next((size for size in sizes if form(size) is not None), sizes[0]))
    for other in sizes:
        if differ(first, other):
            raise Refused("sizes", f"sizes {first} and {other} differ on dimension {place}; all must be equal", ("the first", first), ("the other", other))
    # All sizes are the first one's, else torch refuses the call.
    return first if form(first) is not None or all(same(first, other) for other in sizes) else None


def _along(dim: int, least: int) -> Callable[[Values], Tensor]:
    """hstack, vstack, dstack: tensors of fewer dimensions are filled up with ones, then joined."""

    def rule(values: Values) -> Tensor:
        parts = _parts(values)
        if any(part.shape is None for part in parts):
            raise NotFollowed
        filled = [_at_least(part.shape or (), least) for part in parts]
        place = 0 if dim == 1 and len(filled[0]) == 1 else dim
        return _joined([Tensor(shape) for shape in filled], place)

    return rule


def _at_least(shape: Sequence[Size], least: int) -> tuple[Size, ...]:
    if len(shape) >= least:
        return tuple(shape)
    if least == 1:
        return (1,)
    one = tuple(shape) or (1,)
    if least == 2:
        return (1, *one)
    return (1, *one, 1) if len(one) == 1 else (*one, 1)


for _name in ("cat", "concat", "concatenate"):
    FUNCTIONS[f"torch.{_name}"] = Row("tensors, dim=0, *, out=None", _cat)
FUNCTIONS["torch.stack"] = Row("tensors, dim=0, *, out=None", _stack)
FUNCTIONS["torch.hstack"] = Row("tensors, *, out=None", _along(1, 1))
FUNCTIONS["torch.vstack"] = FUNCTIONS["torch.row_stack"] = Row("tensors, *, out=None", _along(0, 2))
FUNCTIONS["torch.dstack"] = Row("tensors, *, out=None", _along(2, 3))
