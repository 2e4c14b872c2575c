"""NumPy arrays, as far as tensors are made of them: their shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import tensors
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.values import Array, Tensor, Value
from convt_lint.torch_api.rows.layout import sizes_of
from convt_lint.torch_api.shapes import SOME_TENSOR

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator


def _by_shape(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """numpy.zeros and kin: the shape first, as an int or a sequence."""
    shape = arguments.get(0, "shape")
    sizes = sizes_of((tensors.seen(evaluator, shape),)) if not arguments.star else None
    if isinstance(shape, int) and not isinstance(shape, bool):
        sizes = (shape,)
    return _made(sizes)


def _by_sizes(evaluator: Evaluator, arguments: Arguments, node: cst.CSTNode) -> Value:
    """numpy.random.rand and randn: each size an argument."""
    return _made(None if arguments.star else tuple(tensors.seen(evaluator, size) for size in arguments.positional))


def _made(sizes: tuple[Value, ...] | None) -> Array:
    if sizes is None or not all(isinstance(size, int) and not isinstance(size, bool) for size in sizes):
        return Array(SOME_TENSOR)
    return Array(Tensor(sizes))


def method(evaluator: Evaluator, array: Array, name: str, arguments: Arguments, node: cst.CSTNode) -> Value:
    """A method of an array: those that keep its shape."""
    return array if name in ("astype", "copy") else evaluator.machine.unknown(f"{name}() of an array", node, opaque=True)


FUNCTIONS: dict[str, Callable[[Evaluator, Arguments, cst.CSTNode], Value]] = {
    **{f"numpy.{name}": _by_shape for name in ("zeros", "ones", "empty", "full")},
    **{f"numpy.random.{name}": _by_sizes for name in ("rand", "randn")},
}
