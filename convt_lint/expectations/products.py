"""A vocoder's hop: `assert np.prod(rates) == hop` states that the network makes so many samples of each frame.

The statement is noted on the path, and stands beside what a `forward` on that path returns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.facts import LayerApplied, ProductRefuted, ProductStated, Site
from convt_lint.interpret.values import External, Tensor, Unknown, Value
from convt_lint.symbolic import Dimension, names

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator
    from convt_lint.interpret.machine import Machine

_PRODUCTS = ("math.prod", "numpy.prod", "numpy.product", "functools.reduce")
_NOTE = "product stated"


def note(evaluator: Evaluator, test: cst.CSTNode, operands: Sequence[cst.BaseExpression], values: Sequence[Value]) -> None:
    """Notes on the path that a product of several numbers is stated (at `test`) to be equal to something; states where it is not."""
    machine = evaluator.machine
    for operand, value in zip(operands, values, strict=True):
        if not isinstance(value, int) or value <= 1 or not _is_product(evaluator, operand):
            continue
        machine.world.known[(_NOTE, int(value))] = machine.site(test)
        other = next((other for other in values if type(other) is int and other != value), None)
        if other is not None:
            machine.emit(ProductRefuted(machine.site(test), int(value), other, path=machine.path()))


def _is_product(evaluator: Evaluator, node: cst.BaseExpression) -> bool:
    """Whether an expression is `np.prod(…)`, or that as an int."""
    if not isinstance(node, cst.Call) or not node.args:
        return False
    callee = evaluator.evaluate(node.func) if isinstance(node.func, (cst.Name, cst.Attribute)) else None
    if callee == External("builtins.int"):
        return _is_product(evaluator, node.args[0].value)
    return isinstance(callee, External) and callee.name in _PRODUCTS


def judge(machine: Machine, returned: Value) -> None:
    """States what a network makes of its input where a product is stated for the strides on the way; the layer to blame is the first that is not exact."""
    notes = [(key[1], site) for key, site in machine.world.known.items() if isinstance(key, tuple) and key[0] == _NOTE and isinstance(site, Site)]
    size = returned.last[-1] if notes and isinstance(returned, Tensor) and returned.last else None
    if not isinstance(size, Unknown) or size.form is None or size.trail is None:
        return
    length = names(size.form)
    name = next(iter(length)) if len(length) == 1 else None
    runs = [place.applied for place in size.trail.way() if place.applied is not None]
    blamed = next((run for run in runs if not run.is_exact()), None)
    if not isinstance(name, Dimension) or blamed is None:
        return
    for total, site in notes:
        if math.prod(_stride(run) for run in runs) == total:
            machine.emit(ProductStated(blamed.layer.site, blamed.layer, total, size.form, name, site, size.trail, path=machine.path()))


def _stride(run: LayerApplied) -> int:
    axis = run.layer.axes()[-1]
    return 1 if axis is None else axis.stride
