"""Special methods of the file's classes: what `len(x)`, `x[i]`, `for … in x`, `x + y` and the truth of `x` mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.functions import call_function
from convt_lint.interpret.values import External, Function, Instance, Ref, Value, is_exact

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

_BINARY: dict[type[cst.BaseBinaryOp], str] = {
    cst.Add: "add",
    cst.Subtract: "sub",
    cst.Multiply: "mul",
    cst.Divide: "truediv",
    cst.FloorDivide: "floordiv",
    cst.Modulo: "mod",
    cst.Power: "pow",
    cst.MatrixMultiply: "matmul",
    cst.BitOr: "or",
    cst.BitAnd: "and",
}
_COMPARED = {"==": "__eq__", "<": "__lt__", "<=": "__le__"}


def special(evaluator: Evaluator, value: Value, name: str) -> Function | None:
    """The special method that an instance's class defines, if it is sure which."""
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if not isinstance(content, Instance):
        return None
    home, method = attributes.find_in_class(evaluator, content.cls, name)
    if home is None or not isinstance(method, Function) or method.flavour != "function":
        return None
    cls = evaluator.machine.world.get(content.cls)
    overridden = value.key in evaluator.machine.entry_instances and name in evaluator.machine.overridden.get(id(cls.node), ())
    return None if overridden else method


def invoke(evaluator: Evaluator, value: Value, name: str, node: cst.CSTNode | None, *operands: Value) -> Value:
    """What a special method of an instance gives; NotImplemented where its class has none."""
    method = special(evaluator, value, name)
    if method is None:
        return NotImplemented
    return call_function(evaluator, method, Arguments((value, *operands)), method.node if node is None else node)


def items(evaluator: Evaluator, value: Ref) -> tuple[Value, ...] | None:
    """What iteration over an instance gives, None where it is not known."""
    found = invoke(evaluator, value, "__iter__", None)
    return None if found is NotImplemented or found == value else evaluator.items(found)


def truth(evaluator: Evaluator, value: Ref) -> bool | None:
    """The truth of an instance: its class's word, else its length, else True."""
    for name in ("__bool__", "__len__"):
        found = invoke(evaluator, value, name, None)
        if found is not NotImplemented:
            return evaluator.truth(found)
    content = evaluator.machine.world.get(value)
    order = attributes.lineage(evaluator, content.cls)
    silent = all(attributes.find_in_class(evaluator, content.cls, name)[0] is None for name in ("__bool__", "__len__"))
    if silent and value.key not in evaluator.machine.entry_instances and all(isinstance(base, Ref) or base in _ALWAYS_TRUE for base in order):
        return True
    return evaluator.machine.decide(evaluator.about("the truth of an object", value))


_ALWAYS_TRUE = frozenset(External(name) for name in ("builtins.object", "torch.nn.Module", "abc.ABC", "typing.Generic", "typing.Protocol"))


def binary(evaluator: Evaluator, operator: type[cst.BaseBinaryOp], left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left + right` where one of them is an instance; NotImplemented where no method is known to answer."""
    name = _BINARY.get(operator)
    if name is None:
        return NotImplemented
    found = invoke(evaluator, left, f"__{name}__", node, right)
    if found is NotImplemented and not isinstance(left, Ref):
        found = invoke(evaluator, right, f"__r{name}__", node, left)
    return found


def compare(evaluator: Evaluator, op: str, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """`left == right` where one of them is an instance whose class says what that means."""
    if op == "in":
        return invoke(evaluator, right, "__contains__", node, left)
    if op not in _COMPARED:
        return NotImplemented
    found = invoke(evaluator, left, _COMPARED[op], node, right)
    if found is NotImplemented and op == "==":
        found = invoke(evaluator, right, "__eq__", node, left)
    if found is NotImplemented and op == "==" and (_is_alone(evaluator, left, right) or _is_alone(evaluator, right, left)):
        return False
    return found


def _is_alone(evaluator: Evaluator, value: Value, other: Value) -> bool:
    """Whether an instance surely equals no plain value such as the other."""
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else None
    if not isinstance(content, Instance) or not is_exact(other) or value.key in evaluator.machine.entry_instances:
        return False
    order = attributes.lineage(evaluator, content.cls)
    return attributes.find_in_class(evaluator, content.cls, "__eq__")[0] is None and all(isinstance(base, Ref) or base in _ALWAYS_TRUE for base in order)
