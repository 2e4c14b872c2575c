"""`x[...]` and `x[...] = y`.

Source: torch/csrc/autograd/python_variable_indexing.cpp; https://docs.pytorch.org/docs/stable/tensor_view.html
"""

from __future__ import annotations

from typing import Any

from convt_lint.lengths import Size, Symbol, clipped, followed, form, is_natural, known, same, sized
from convt_lint.symbolic import Dimension, Expression, Operation, Variable
from convt_lint.torch_api.dims import broadcast
from convt_lint.torch_api.rows.broadcasting import operand
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}


def sliced(size: Size, part: slice) -> Size:
    """The size of a slice of a dimension; the very size where it takes everything."""
    bounds = (part.start, part.stop, part.step)
    if bounds in ((None, None, None), (0, None, None), (None, None, 1), (0, None, 1)):
        return size
    if isinstance(part.step, int) and part.step < 1:
        raise NotFollowed
    if any(isinstance(bound, bool) or not (bound is None or isinstance(bound, int)) for bound in bounds) or known(size) is None:
        return _sliced_formula(size, *bounds)
    total = known(size)
    assert total is not None
    return size if (count := len(range(total)[part])) == total else count


def _sliced_formula(size: Size, start: Any, stop: Any, step: Any) -> Size:
    """The size of a slice of a dimension whose size, or whose bounds, are not known."""
    total, first, last = form(size), _bound(size, start, 0), _bound(size, stop, size)
    if total is None or first is None or last is None or not (step is None or known(step)):
        return None
    count = clipped(sized(Operation("-", last, first)))
    found = followed(lambda n: (n + (step or 1) - 1) // (step or 1), count)
    return size if same(found, size) else found


def _bound(size: Size, bound: Any, default: Size) -> Expression | None:
    """Where a slice begins or ends, counted from the front; None where that cannot be told."""
    if bound is None:
        return form(default)
    total, given = form(size), form(bound)
    if total is None or given is None or (isinstance(given, Variable) and not isinstance(given.name, Dimension)):
        return None  # a bound of the caller's may be None
    if isinstance(given, int) and given < 0:
        return form(clipped(sized(Operation("+", total, given))))
    return form(sized(Operation("min", given, total))) if is_natural(given) or (isinstance(bound, Symbol) and bound.measures) else None


def _takes(index: Any) -> bool:
    """Whether an index uses up a dimension. Raises NotFollowed for tensors, bools and what is not known."""
    if index is None or index is ...:
        return False
    if isinstance(index, slice) or (isinstance(index, int) and not isinstance(index, bool)):
        return True
    raise NotFollowed


def indexed(source: Tensor, index: Any) -> Tensor:
    """The shape of `source[index]`."""
    indices = list(index) if isinstance(index, tuple) else [index]
    taken = sum(map(_takes, indices))
    if indices.count(...) > 1:
        raise NotFollowed
    if source.shape is None:
        return _of_unknown_rank(source, indices, taken)
    if taken > len(source.shape):
        raise Refused("rank", f"takes {taken} indices for a tensor that has {len(source.shape)} dimensions")
    if ... not in indices:
        indices.append(...)
    out: list[Size] = []
    rest = list(source.shape)
    for item in indices:
        if item is None:
            out.append(1)
        elif item is ...:
            passed = len(rest) - sum(map(_takes, indices[indices.index(...) + 1 :]))
            out += rest[:passed]
            del rest[:passed]
        else:
            _take(rest.pop(0), item, out)
    return Tensor(tuple(out))


def _take(size: Size, item: Any, out: list[Size]) -> None:
    if isinstance(item, slice):
        out.append(sliced(size, item))
    elif (total := known(size)) is not None and not -total <= item < total:
        raise Refused("sizes", f"means index {int(item)} of a dimension of size {total}", ("the dimension", size))


def _of_unknown_rank(source: Tensor, indices: list[Any], taken: int) -> Tensor:
    """What is sure where only the last dimensions are known."""
    if not indices:
        return source
    if source.ranks and taken > max(source.ranks):
        raise Refused("rank", f"takes {taken} indices for a tensor that has {' or '.join(map(str, source.ranks))} dimensions")
    dropped = sum(isinstance(item, int) for item in indices)
    added = sum(item is None for item in indices)
    ranks = tuple(rank - dropped + added for rank in source.ranks if rank >= taken)
    if indices[0] is ... and len(indices) - 1 <= len(source.tail) and all(isinstance(item, (slice, int)) for item in indices[1:]):
        behind = indexed(Tensor(source.tail), tuple(indices))
        return Tensor(None, behind.shape or (), ranks)
    if indices[-1] is ... or ... not in indices:
        used = len(indices) - (indices[-1] is ...)
        untouched = min(source.ranks, default=used) - used if not added else 0
        return Tensor(None, source.tail[-untouched:] if untouched > 0 else (), ranks)
    return Tensor(None, (), ranks)


def _get(values: Values) -> Tensor:
    return indexed(tensor(values["input"]), values["index"])


def _set(values: Values) -> None:
    part, value = indexed(tensor(values["input"]), values["index"]), operand(values["value"])
    if part.shape is None or value.shape is None:
        return
    lead = len(value.shape) - len(part.shape)
    if lead > 0 and any(known(size) is None for size in value.shape[:lead]):
        return
    trimmed = Tensor(value.shape[lead:]) if lead > 0 and all(size == 1 for size in value.shape[:lead]) else value
    try:
        out = broadcast(part, trimmed)
    except Refused as refusal:
        raise Refused("sizes", f"assigns a tensor of another shape: {refusal.text}", *refusal.sizes) from None
    pairs = zip(reversed(out.shape or ()), reversed(part.shape), strict=False)
    if trimmed.rank is not None and trimmed.rank > len(part.shape):
        raise Refused("rank", f"assigns a tensor of {trimmed.rank} dimensions where there are {len(part.shape)}")
    if trimmed.rank is not None:
        for new, old in pairs:
            if known(old) == 1 and known(new) not in (None, 1):
                raise Refused("sizes", f"assigns size {new} where there is 1", ("the value", new))


METHODS: dict[str, Row] = {"__getitem__": Row("input, index", _get), "__setitem__": Row("input, index, value", _set)}
