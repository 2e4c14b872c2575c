"""Matrix products and einsum.

Source: aten/src/ATen/native/LinearAlgebra.cpp, Linear.cpp.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from convt_lint.lengths import Size, differ, known, same
from convt_lint.torch_api.dims import both, broadcast
from convt_lint.torch_api.rows.broadcasting import SIDES, together
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _inner(a: Size, b: Size) -> None:
    if differ(a, b):
        raise Refused("sizes", f"inner sizes {a} and {b} differ", ("the left one", a), ("the right one", b))


def matmul(a: Tensor, b: Tensor) -> Tensor:
    """The shape of a matrix product: of vectors, matrices, or stacks of matrices that are broadcast."""
    if a.shape is None or b.shape is None:
        if len(a.last) >= 2 and len(b.last) >= 2:
            _inner(a.last[-1], b.last[-2])
            return Tensor(None, (a.last[-2], b.last[-1]))
        return SOME_TENSOR
    if not a.shape or not b.shape:
        raise Refused("rank", "takes no tensors without dimensions")
    _inner(a.shape[-1], b.shape[-2] if len(b.shape) > 1 else b.shape[-1])
    lead = broadcast(Tensor(a.shape[:-2]), Tensor(b.shape[:-2]), SIDES).shape or ()
    rows = a.shape[-2:-1] if len(a.shape) > 1 else ()
    columns = b.shape[-1:] if len(b.shape) > 1 else ()
    return Tensor((*lead, *rows, *columns))


def _matmul(values: Values) -> Tensor:
    return matmul(tensor(values["input"]), tensor(values["other"]))


def _of_rank(rank: int, other_rank: int) -> Any:
    def rule(values: Values) -> Tensor:
        a, b = tensor(values["input"]).of_ranks(rank), tensor(values["other"]).of_ranks(other_rank)
        if rank == other_rank == 3 and a.shape and b.shape and differ(a.shape[0], b.shape[0]):
            raise Refused("sizes", f"batches {a.shape[0]} and {b.shape[0]} differ", ("the left one", a.shape[0]), ("the right one", b.shape[0]))
        return matmul(a, b)

    return rule


def _added(rule: Any, first: str, second: str) -> Any:
    def added(values: Values) -> Tensor:
        made = rule({"input": values[first], "other": values[second]})
        together((values["input"], made))
        return made if isinstance(made, Tensor) else SOME_TENSOR

    return added


def _dot(values: Values) -> Tensor:
    a, b = tensor(values["input"]).of_ranks(1), tensor(values["other"]).of_ranks(1)
    _inner(a.size(0), b.size(0))
    return Tensor(())


def _outer(values: Values) -> Tensor:
    return Tensor((tensor(values["input"]).of_ranks(1).size(0), tensor(values["other"]).of_ranks(1).size(0)))


def _cdist(values: Values) -> Tensor:
    """(..., P, M) and (..., R, M) -> (..., P, R)."""
    a, b = tensor(values["x1"]), tensor(values["x2"])
    for source in (a, b):
        if source.shape is not None and len(source.shape) < 2:
            raise Refused("rank", f"takes tensors of at least 2 dimensions, not of {len(source.shape)}")
    if a.last and b.last and differ(a.last[-1], b.last[-1]):
        raise Refused("sizes", f"features {a.last[-1]} and {b.last[-1]} differ", ("the first", a.last[-1]), ("the other", b.last[-1]))
    if a.shape is None or b.shape is None:
        return SOME_TENSOR
    return Tensor((*(broadcast(Tensor(a.shape[:-2]), Tensor(b.shape[:-2]), SIDES).shape or ()), a.shape[-2], b.shape[-2]))


def _einsum(values: Values) -> Tensor:
    equation, operands = values["equation"], values["operands"]
    if len(operands) == 1 and isinstance(operands[0], tuple):
        operands = operands[0]
    if not isinstance(equation, str):
        raise NotFollowed
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if "." in equation or len(terms) != len(operands) or not all(term.isalpha() or not term for term in terms):
        raise NotFollowed
    sizes = _named_sizes(terms, operands)
    if not arrow:
        right = "".join(sorted(name for name in set(left) - {","} if left.count(name) == 1))
    if not all(name in sizes for name in right):
        raise NotFollowed
    return Tensor(tuple(sizes[name] for name in right))


def _named_sizes(terms: list[str], operands: tuple[Any, ...]) -> dict[str, Size]:
    sizes: dict[str, Size] = {}
    for term, value in zip(terms, operands, strict=True):
        source = tensor(value)
        if not source.may_have_rank(len(term)):
            raise Refused("rank", f"names {len(term)} dimensions ({term}) of a tensor that has {source.rank}")
        shape = source.of_ranks(len(term)).shape or ()
        for index, (name, size) in enumerate(zip(term, shape, strict=True)):
            earlier = term.find(name)
            if earlier < index and differ(shape[earlier], size):
                raise Refused("sizes", f"sizes {shape[earlier]} and {size} of {name} differ", ("the first", shape[earlier]), ("the other", size))
            before = sizes.get(name)
            if differ(before, size) and differ(before, 1) and differ(size, 1):
                raise Refused("sizes", f"sizes {before} and {size} of {name} differ", ("the first", before), ("the other", size))
            if name not in sizes or known(before) in (None, 1):
                sizes[name] = size if name not in sizes or known(size) is not None or same(before, size) else None
    return sizes


_both = partial(both, FUNCTIONS, METHODS)
_both("matmul", "input, other, *, out=None", _matmul)
_both("mm", "input, other, *, out=None", _of_rank(2, 2))
_both("bmm", "input, other, *, out=None", _of_rank(3, 3))
_both("mv", "input, other, *, out=None", _of_rank(2, 1))
_both("dot vdot", "input, other, *, out=None", _dot)
_both("outer ger", "input, other, *, out=None", _outer)
_both("addmm", "input, mat1, mat2, *, beta=1, alpha=1, out=None", _added(_of_rank(2, 2), "mat1", "mat2"))
_both("baddbmm", "input, batch1, batch2, *, beta=1, alpha=1, out=None", _added(_of_rank(3, 3), "batch1", "batch2"))
FUNCTIONS["torch.cdist"] = Row("x1, x2, p=2.0, compute_mode=None", _cdist)
FUNCTIONS["torch.einsum"] = Row("equation, *operands", _einsum)
