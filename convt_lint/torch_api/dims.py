"""What rules share about dimensions: counted from either end, replaced, dropped, broadcast. Works as far as a tensor is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convt_lint.lengths import Size, differ, followed, is_natural, known, part, same
from convt_lint.symbolic import Expression, Operation
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values


def possible_ranks(source: Tensor) -> tuple[int, ...]:
    """The ranks that the tensor can have, empty for any that holds its tail."""
    return source.ranks if source.shape is None else (len(source.shape),)


def at_least(source: Tensor, rank: int) -> Tensor:
    """The tensor, whose rank must be this or more. Raises Refused where it is surely less."""
    ranks = possible_ranks(source)
    if ranks and max(ranks) < rank:
        raise Refused("rank", f"takes a tensor of at least {rank} dimensions, not of {max(ranks)}")
    return source


def check_dim(source: Tensor, dim: Any) -> int | None:
    """A `dim` argument, None where it is not known. Raises Refused where the tensor surely has no such dimension; a tensor of
    rank 0 is treated as torch does, as if it had one."""
    if isinstance(dim, (float, str, tuple)):
        raise NotFollowed
    number = known(dim)
    if number is not None and not (source.shape == () and number in (-1, 0)) and (source.shape is not None or 0 not in source.ranks):
        source.size(number)
    return number


def kept(source: Tensor, tail: tuple[Size, ...], more: int = 0) -> Tensor:
    """A tensor whose rank is the source's and `more`, of which only the last dimensions are known besides."""
    if source.shape is not None:
        return Tensor((*(None,) * (len(source.shape) + more - len(tail)), *tail))
    return Tensor(None, tail, tuple(rank + more for rank in source.ranks))


def with_last(source: Tensor, size: Size) -> Tensor:
    """The tensor with another size in its last dimension."""
    if source.shape is not None:
        return Tensor((*source.shape[:-1], size))
    return Tensor(None, (*source.tail[:-1], size), tuple(rank for rank in source.ranks if rank > 0))


def appended(source: Tensor, size: Size) -> Tensor:
    """The tensor with one more dimension at the end."""
    if source.shape is not None:
        return Tensor((*source.shape, size))
    return Tensor(None, (*source.tail, size), tuple(rank + 1 for rank in source.ranks))


def without_last(source: Tensor) -> Tensor:
    """The tensor without its last dimension."""
    if source.shape is not None:
        return Tensor(source.shape[:-1])
    return Tensor(None, source.tail[:-1], tuple(rank - 1 for rank in source.ranks if rank > 0))


def with_size(source: Tensor, dim: int, change: Callable[[Size], Size]) -> Tensor:
    """The tensor with one dimension's size changed. Raises Refused where there is no such dimension."""
    source.size(dim)
    if source.shape is not None:
        at = dim % len(source.shape)
        return Tensor((*source.shape[:at], change(source.shape[at]), *source.shape[at + 1 :]))
    if -len(source.tail) <= dim < 0:
        at = len(source.tail) + dim
        return Tensor(None, (*source.tail[:at], change(source.tail[at]), *source.tail[at + 1 :]), source.ranks)
    return Tensor(None, source.tail if dim < 0 else _untouched(source, dim), source.ranks)


def _untouched(source: Tensor, dim: int) -> tuple[Size, ...]:
    """The part of the tail that a dimension counted from the front cannot lie in."""
    if not source.ranks:
        return ()
    after = min(source.ranks) - dim - 1
    return source.tail[-after:] if after > 0 else ()


def filled(size: Size, other: Size) -> Size:
    """A size that must equal another: the other's where nothing is known of it."""
    return other if size is None else size


def one_shape(first: Tensor, second: Tensor, whose: tuple[str, str] = ("the input", "the target")) -> Tensor:
    """Two tensors that must have the same shape, as one. Raises Refused where they surely have not."""
    if first.shape is None:
        if second.shape is None:
            _check_ends(first, second, whose)
            return first if len(first.tail) >= len(second.tail) or first.ranks else second
        left, right = _one_of(first, second, whose), second.shape
    else:
        left, right = first.shape, _one_of(second, first, whose)
    for index, (mine, theirs) in enumerate(zip(left, right, strict=True)):
        if differ(mine, theirs):
            raise Refused("sizes", f"{whose[0]} has {mine} and {whose[1]} {theirs} on dimension {index}: both must have the same shape",
                          (whose[0], mine), (whose[1], theirs))  # fmt: skip
    return Tensor(tuple(map(filled, left, right)))


def _one_of(source: Tensor, other: Tensor, whose: tuple[str, str]) -> tuple[Size, ...]:
    """The source's shape, where it has the other's rank. Raises Refused where it surely has not."""
    assert other.shape is not None
    rank = len(other.shape)
    if not source.may_have_rank(rank):
        raise Refused("rank", f"{whose[0]} and {whose[1]} must have the same number of dimensions")
    shape = source.of_ranks(rank).shape
    assert shape is not None
    return shape


def _check_ends(first: Tensor, second: Tensor, whose: tuple[str, str]) -> None:
    for index, (mine, theirs) in enumerate(zip(reversed(first.last), reversed(second.last), strict=False)):
        if differ(mine, theirs):
            raise Refused("sizes", f"{whose[0]} has {mine} and {whose[1]} {theirs} on dimension {-1 - index}: both must have the same shape",
                          (whose[0], mine), (whose[1], theirs))  # fmt: skip


def broadcast(first: Tensor, second: Tensor, whose: tuple[str, str] = ("the input", "the target")) -> Tensor:
    """The shape of two tensors broadcast together. Raises Refused where they surely cannot be."""
    sizes: list[Size] = []
    for index in range(1, max(len(first.last), len(second.last)) + 1):
        mine, theirs = _entry(first, index), _entry(second, index)
        if differ(mine, theirs) and differ(mine, 1) and differ(theirs, 1):
            raise Refused("sizes", f"sizes {mine} and {theirs} differ on dimension {-index}: they must be equal, or one of them 1",
                          (whose[0], mine), (whose[1], theirs))  # fmt: skip
        sizes.append(_broadcast_size(mine, theirs))
    shape = tuple(reversed(sizes))
    if first.shape is not None and second.shape is not None:
        return Tensor(shape)
    ranks = sorted({max(a, b) for a in possible_ranks(first) for b in possible_ranks(second)})
    return Tensor(shape) if ranks == [len(shape)] else Tensor(None, shape, tuple(rank for rank in ranks if rank >= len(shape)))


def _entry(source: Tensor, index: int) -> Size:
    """The size of the dimension at -index: 1 where there is surely none."""
    if index <= len(source.last):
        return source.last[-index]
    ranks = possible_ranks(source)
    return 1 if ranks and max(ranks) < index else None if source.name is None else part(source.name, -index)


def _broadcast_size(mine: Size, theirs: Size) -> Size:
    if same(mine, theirs) or known(theirs) == 1:
        return mine
    if known(mine) == 1:
        return theirs
    # The other size is the same or 1, else torch refuses the call.
    return mine if differ(mine, 1) else theirs if differ(theirs, 1) else followed(_the_larger, mine, theirs)


def _the_larger(mine: Expression, theirs: Expression) -> Expression:
    """The size of two that are equal, or of which one is 1: the larger one, save that 0 and 1 give 0."""
    larger = Operation("max", mine, theirs)
    if is_natural(mine - 1) and is_natural(theirs - 1):
        return larger
    return Operation("*", larger, Operation("min", 1, Operation("min", mine, theirs)))


def broadcast_into(target: Tensor, source: Tensor, whose: tuple[str, str] = ("the input", "the target")) -> Tensor:
    """The first tensor, into whose shape the second is broadcast in place. Raises Refused where it surely cannot be.

    `whose` names the first and the second."""
    ranks = possible_ranks(target)
    if ranks and len(source.last) > max(ranks):
        raise Refused("rank", f"{whose[1]} has at least {len(source.last)} dimensions and {whose[0]} {max(ranks)}")
    for index in range(1, min(len(target.last), len(source.last)) + 1):
        mine, theirs = target.last[-index], source.last[-index]
        if differ(mine, theirs) and differ(theirs, 1):
            raise Refused("sizes", f"{whose[0]} has {mine} and {whose[1]} {theirs} on dimension {-index}",
                          (whose[0], mine), (whose[1], theirs))  # fmt: skip
    return target


def place(functions: dict[str, Row], methods: dict[str, Row], homes: str, names: str, row: Row) -> None:
    """Enters a row under several names. homes: dotted modules, "F" for torch.nn.functional, "method" for the methods of tensors."""
    for name in names.split():
        for home in homes.split():
            if home == "method":
                methods[name] = row
            else:
                functions[f"{'torch.nn.functional' if home == 'F' else home}.{name}"] = row


def both(functions: dict[str, Row], methods: dict[str, Row], names: str, signature: str, rule: Callable[[Values], Any]) -> None:
    """Enters one row for functions of `torch` that are methods of tensors too."""
    place(functions, methods, "torch method", names, Row(signature, rule))
