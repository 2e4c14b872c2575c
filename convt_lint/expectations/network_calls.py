"""Calls of networks and functions, with the sizes that go in and come out: what a directive beside such a call speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.facts import CallSized
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.values import Bound, Function, Method, Ref, Tensor, Unknown, Value
from convt_lint.lengths import form, part
from convt_lint.symbolic import Expression

if TYPE_CHECKING:
    from convt_lint.interpret.machine import Machine


def note(machine: Machine, node: cst.Call, callee: Value, arguments: Arguments, result: Value) -> None:
    """States the sizes of a call whose result a transposed convolution made, where the call is not that of the layer itself."""
    if not isinstance(callee, (Function, Bound, Ref, Method)) or not isinstance(result, Tensor) or arguments.star:
        return
    trail = next((trail for size in reversed(result.last) if (trail := getattr(size, "trail", None)) is not None), None)
    blamed = None if trail is None else trail.blamed()
    if blamed is None:
        return
    dims = blamed.layer.layer.dims
    first = next(iter(arguments.values()), None)
    outputs = tuple(form(result.last[index]) if -index <= len(result.last) else None for index in range(-dims, 0))
    machine.emit(CallSized(machine.site(node), blamed.layer, _sizes(first, dims), outputs, path=machine.path()))


def _sizes(value: Value, dims: int) -> tuple[Expression | None, ...]:
    """The last sizes of an argument."""
    if isinstance(value, Unknown):
        return tuple(part(value.term, index).expression for index in range(-dims, 0))
    last = value.last if isinstance(value, Tensor) else ()
    return tuple(form(last[index]) if -index <= len(last) else None for index in range(-dims, 0))
