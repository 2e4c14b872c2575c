"""What a condition states where the code asks that it holds: after `assert`, in `assertTrue(…)`, or where its contrary raises.

    assert y.dim() == 3 and y.shape[-1] == 30
    if x is not None and y.shape[-1] != 30:
        raise ValueError(y.shape)

Both state that the length is 30. A condition that only chooses a way (`if y.shape[-1] != 30: y = pad(y)`) states nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.expectations import asserts, products
from convt_lint.facts import Clash
from convt_lint.interpret import tensors, trials
from convt_lint.interpret.comparisons import compare
from convt_lint.interpret.values import Array, External, Length, ListObject, Method, Ref, SetObject, Tensor, Unknown, Value

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

_ORDERS: dict[type[cst.CSTNode], tuple[str, str]] = {
    cst.LessThan: ("<", ">="),
    cst.LessThanEqual: ("<=", ">"),
    cst.GreaterThan: (">", "<="),
    cst.GreaterThanEqual: (">=", "<"),
}
_SAME_SHAPES = frozenset({"torch.equal", "numpy.array_equal"})


def holds(evaluator: Evaluator, test: cst.BaseExpression, wanted: bool = True) -> bool | None:
    """The truth of a condition of which the code asks that it be `wanted`; notes the sizes that this states. None where it is not known.

    Where what is raised is handled, a check chooses a way and states nothing.
    """
    if evaluator.machine.handled:
        return evaluator.truth(evaluator.evaluate(test))
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        inner = holds(evaluator, test.expression, not wanted)
        return None if inner is None else not inner
    if isinstance(test, cst.BooleanOperation):
        return _of_two(evaluator, test, wanted)
    if isinstance(test, cst.Comparison):
        return _of_comparison(evaluator, test, wanted)
    if isinstance(test, cst.Call) and wanted:
        return _of_call(evaluator, test)
    return evaluator.truth(evaluator.evaluate(test))


def _of_two(evaluator: Evaluator, test: cst.BooleanOperation, wanted: bool) -> bool | None:
    """`a and b`, `a or b`. Where both are asked for, each is a statement; where one of them would do, the second is one if the first is about
    something else and does not do: `x is None or x.shape[-1] == 30`."""
    ends = not isinstance(test.operator, cst.And)  # the truth of the first that settles the whole
    if wanted is not ends:
        left = holds(evaluator, test.left, wanted)
        return left if left is ends else holds(evaluator, test.right, wanted)
    inner, negative = _bare(test.left)
    first = evaluator.evaluate(inner) if is_aside(inner) else None
    if first is None or isinstance(first, Unknown):
        return evaluator.truth(evaluator.evaluate(test))  # a flag that may be set or not: what is asked where it is set says nothing of the other case
    left = evaluator.truth(first)
    left = _negated(left) if negative else left
    return left if left is ends or left is None else holds(evaluator, test.right, wanted)


def _bare(node: cst.BaseExpression) -> tuple[cst.BaseExpression, bool]:
    """A condition without its `not`, and whether there is one."""
    negative = False
    while isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        node, negative = node.expression, not negative
    return node, negative


def is_aside(node: cst.BaseExpression) -> bool:
    """Whether a condition is surely about something other than sizes: a flag, what something is, a text."""
    node, _ = _bare(node)
    if isinstance(node, cst.BooleanOperation):
        return is_aside(node.left) and is_aside(node.right)
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value in ("isinstance", "hasattr", "callable")
    if isinstance(node, cst.Comparison):
        operators = [part.operator for part in node.comparisons]
        texts = all(isinstance(part.comparator, cst.SimpleString) for part in node.comparisons)
        return texts or all(isinstance(operator, (cst.Is, cst.IsNot)) for operator in operators)
    return isinstance(node, (cst.Name, cst.Attribute))


# -- comparisons -------------------------------------------------------------------------------------------------------------


def _of_comparison(evaluator: Evaluator, test: cst.Comparison, wanted: bool) -> bool | None:
    operators = [part.operator for part in test.comparisons]
    nodes = [test.left, *(part.comparator for part in test.comparisons)]
    if wanted and all(isinstance(operator, cst.Equal) for operator in operators):
        return _equal(evaluator, test, nodes)
    if len(operators) != 1:
        return evaluator.truth(evaluator.evaluate(test))
    operator, only = operators[0], _only_item(nodes[1])
    if not wanted and isinstance(operator, cst.NotEqual):
        return _negated(_equal(evaluator, test, nodes))
    if wanted and isinstance(operator, cst.In):
        return _member(evaluator, test, nodes) if only is None else _equal(evaluator, test, [nodes[0], only])
    if not wanted and isinstance(operator, cst.NotIn) and only is not None:
        return _negated(_equal(evaluator, test, [nodes[0], only]))
    if type(operator) in _ORDERS:
        return _ordered(evaluator, test, nodes, _ORDERS[type(operator)], wanted)
    return evaluator.truth(evaluator.evaluate(test))


def _negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _only_item(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The item of a tuple, list or set that is written with a single one."""
    if not isinstance(node, (cst.Tuple, cst.List, cst.Set)) or len(node.elements) != 1 or isinstance(node.elements[0], cst.StarredElement):
        return None
    return node.elements[0].value


def _equal(evaluator: Evaluator, test: cst.CSTNode, nodes: Sequence[cst.BaseExpression]) -> bool | None:
    """Whether all operands are equal; a size that is stated there is noted."""
    nodes = _apart(nodes)
    values = [evaluator.evaluate(node) for node in nodes]
    products.note(evaluator, test, nodes, values)
    if len(nodes) == 2 and (ranks := note_rank(evaluator, test, nodes, values)) is not None:
        return ranks
    stated = [asserts.from_comparison(evaluator, test, *pair) for pair in combinations(values, 2)]
    if any(stated):
        return True  # a size that is stated wrongly is a finding; what follows is read as if it were mended
    truths = [evaluator.truth(compare(evaluator, "==", *pair, test)) for pair in pairwise(values)]
    return False if False in truths else None if None in truths else True


def _apart(nodes: Sequence[cst.BaseExpression]) -> Sequence[cst.BaseExpression]:
    """`a - b == 0` as `a == b`."""
    if len(nodes) == 2 and isinstance(nodes[1], cst.Integer) and nodes[1].value == "0":
        difference = nodes[0]
        if isinstance(difference, cst.BinaryOperation) and isinstance(difference.operator, cst.Subtract):
            return [difference.left, difference.right]
    return nodes


def note_rank(evaluator: Evaluator, node: cst.CSTNode, operands: Sequence[cst.BaseExpression], values: Sequence[Value], source: str = "assert") -> bool | None:
    """Notes that a tensor is stated to have so many dimensions (`y.dim() == 3`), and says whether it has; None where nothing of it is known."""
    pairs = ((operands[0], values[0], values[1]), (operands[1], values[1], values[0]))
    for operand, rank, wanted in pairs:
        if type(rank) is int and type(wanted) is int and _counts_dimensions(evaluator, operand):
            clash = None if rank == wanted else Clash("rank", f"the tensor has {rank} dimensions, not {wanted}")
            tensors.meet(evaluator, source, clash, node)
            return clash is None
    return None


def _counts_dimensions(evaluator: Evaluator, node: cst.BaseExpression) -> bool:
    """Whether an expression is `y.ndim`, `y.dim()`, `len(y.shape)` or `len(y.size())` of a tensor."""
    owner: cst.BaseExpression | None = None
    if isinstance(node, cst.Attribute) and node.attr.value == "ndim":
        owner = node.value
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in ("dim", "ndimension") and not node.args:
        owner = node.func.value
    elif isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "len" and len(node.args) == 1:
        shape = node.args[0].value
        sized = shape.func if isinstance(shape, cst.Call) and not shape.args else shape
        if isinstance(sized, cst.Attribute) and sized.attr.value == ("shape" if sized is shape else "size"):
            owner = sized.value
    # Only a name is looked at again: that has no effects.
    return isinstance(owner, (cst.Name, cst.Attribute)) and isinstance(evaluator.evaluate(owner), (Tensor, Array))


def _ordered(evaluator: Evaluator, test: cst.CSTNode, nodes: Sequence[cst.BaseExpression], signs: tuple[str, str], wanted: bool) -> bool | None:
    """`left < right` and kin, between a size and a number: that it surely is not so is a clash."""
    left, right = (evaluator.evaluate(node) for node in nodes)
    truth = evaluator.truth(compare(evaluator, signs[0], left, right, test))
    if truth is not None and _are_sizes(left, right):
        text = f"{int(left)} {signs[0] if wanted else signs[1]} {int(right)} does not hold"
        tensors.meet(evaluator, "assert", None if truth is wanted else Clash("sizes", text, (trials.side("the left one", left),)), test)
    return truth


def _are_sizes(left: Value, right: Value) -> bool:
    """Whether two numbers are compared of which one is a size that remembers its way."""
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in (left, right))
    return whole and any(isinstance(value, Length) and value.trail is not None for value in (left, right))


def _member(evaluator: Evaluator, test: cst.CSTNode, nodes: Sequence[cst.BaseExpression]) -> bool | None:
    """`size in (29, 30)`: that it surely is none of them is a clash."""
    left, right = (evaluator.evaluate(node) for node in nodes)
    truth = evaluator.truth(compare(evaluator, "in", left, right, test))
    items = _numbers(evaluator, right)
    if truth is not None and items and _are_sizes(left, items[0]):
        text = f"{int(left)} is none of {', '.join(map(str, sorted(items)))}"
        tensors.meet(evaluator, "assert", None if truth else Clash("sizes", text, (trials.side("the size", left),)), test)
    return truth


def _numbers(evaluator: Evaluator, value: Value) -> tuple[int, ...]:
    """The numbers of a tuple, list or set that holds nothing else."""
    content = evaluator.machine.world.get(value) if isinstance(value, Ref) else value
    items: Value = content.items if isinstance(content, (ListObject, SetObject)) else content
    if not isinstance(items, (tuple, frozenset)) or not all(isinstance(item, int) and not isinstance(item, bool) for item in items):
        return ()
    return tuple(items)


# -- calls -------------------------------------------------------------------------------------------------------------------


def _of_call(evaluator: Evaluator, test: cst.Call) -> bool | None:
    """`all([…])` states each of its items; `torch.equal(y, target)` that the shapes are equal."""
    callee = evaluator.evaluate(test.func) if isinstance(test.func, (cst.Name, cst.Attribute)) else None
    plain = all(argument.star == "" and argument.keyword is None for argument in test.args)
    if callee == External("builtins.all") and len(test.args) == 1 and isinstance(test.args[0].value, (cst.List, cst.Tuple)):
        elements = test.args[0].value.elements
        if not any(isinstance(element, cst.StarredElement) for element in elements):
            truths = [holds(evaluator, element.value) for element in elements]
            return False if False in truths else None if None in truths else True
    if isinstance(callee, External) and callee.name in _SAME_SHAPES and plain and len(test.args) >= 2:
        values = [evaluator.evaluate(argument.value) for argument in test.args[:2]]
        if asserts.from_comparison(evaluator, test, *map(asserts.shape_of, values)):
            return True
        return evaluator.truth(evaluator.machine.unknown(callee.name, test, *values, opaque=True))
    return evaluator.truth(evaluator.evaluate(test))


_CHECKS = frozenset({"torch._assert", "torch._check", "torch._check_value", "torch._assert_async"})
_METHODS = {"assertTrue": True, "assert_": True, "assertFalse": False}


def asked(node: cst.Call, callee: Value) -> tuple[cst.BaseExpression, bool] | None:
    """The condition that a call asks for, and whether it is to be true: `torch._assert(a == b, "…")`, `self.assertFalse(a != b)`."""
    if not node.args or node.args[0].star or (node.args[0].keyword is not None and node.args[0].keyword.value not in ("cond", "condition", "expr")):
        return None
    test = node.args[0].value
    if not isinstance(test, (cst.Comparison, cst.BooleanOperation, cst.UnaryOperation, cst.Call)):
        return None
    if isinstance(callee, External) and callee.name in _CHECKS:
        return test, True
    name = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
    return (test, _METHODS[name]) if name in _METHODS and isinstance(callee, (Unknown, Method, External)) else None
