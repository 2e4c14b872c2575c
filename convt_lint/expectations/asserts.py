"""Sizes that asserts and test methods state: `assert y.shape[-1] == 30`, `self.assertEqual(y.size(2), 30)` and their kin.

The spelling does not matter, because dimensions remember the layer whose output they measure: whatever is compared with one is
what the code expects of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.expectations import stated, witnesses
from convt_lint.facts import Clash, SizeExpected, Trial
from convt_lint.forms import label
from convt_lint.interpret import sizes, tensors, trials
from convt_lint.interpret.arguments import MISSING
from convt_lint.interpret.values import Array, External, Length, ListObject, Method, Origin, PartialShape, Ref, Tensor, Unknown, Value
from convt_lint.lengths import differ, form, known
from convt_lint.symbolic import Expression
from convt_lint.torch_api.shapes import Refused, Row, Values

if TYPE_CHECKING:
    from convt_lint.interpret.arguments import Arguments
    from convt_lint.interpret.expressions import Evaluator

_CLOSE_METHODS = frozenset({"assert_equal", "assert_close", "assert_allclose", "assert_array_equal", "assert_almost_equal", "assert_array_almost_equal"})
_EQUAL_METHODS = _CLOSE_METHODS | {"assertEqual", "assertEquals", "assertSequenceEqual", "assertTupleEqual", "assertListEqual"}
_FAILURE_METHODS = ("assertRaises", "assertRaisesRegex", "assertRaisesRegexp", "assertWarns", "assertExpectedRaises", "assertNotRaises")
_PATCHES = ("unittest.mock.patch", "mock.patch", "unittest.mock.patch.object", "mock.patch.object", "unittest.mock.patch.dict", "mock.patch.dict")
_FAILURE_FUNCTIONS = (*_PATCHES, "pytest.raises", "pytest.warns", "contextlib.suppress", "unittest.TestCase.assertRaises")


def expects_failure(node: cst.BaseExpression, callee: Value) -> bool:
    """Whether what is called expects the code it is given to fail, or patches what it uses: `pytest.raises`, `self.assertRaisesRegex`, `mock.patch`."""
    if isinstance(callee, External) and callee.name in _FAILURE_FUNCTIONS:
        return True
    name = node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""
    return name.startswith("assertRaises") or name in _FAILURE_METHODS or name in ("raises", "assert_raises", "assert_raises_regex")


@dataclass(frozen=True, slots=True)
class Source:
    """Where sizes are stated: its kind ("assert", "type"), how it is written there, what a clash calls it, and whether it is meant `for_all` inputs."""

    kind: str
    text: str = ""
    operation: str = ""
    for_all: bool = False


ASSERT = Source("assert")


def from_comparison(evaluator: Evaluator, node: cst.CSTNode, left: Value, right: Value, source: Source = ASSERT) -> bool:
    """States that two values are expected to be equal, if they are sizes of tensors; says whether it is so.

    A layer's own output against a number is a `SizeExpected`; other sizes, that went through more than that layer or come from two
    tensors, are a `ShapesMeet`.
    """
    one, other = _sequence(evaluator, left), _sequence(evaluator, right)
    exact = _is_size(one) and _is_size(other)
    noted = any(_emit(evaluator, node, list(_pairs(evaluator, *pair)), source) for pair in ((left, right), (right, left)))
    one_left, other_left = _not_noted(one, other) if noted else (one, other)
    if _is_measured(one_left) or _is_measured(other_left):
        values = dict(zip(("left", "right"), _comparable(one_left, other_left), strict=True))
        clash, trial = _judged(evaluator, values, source)
        tensors.meet(evaluator, source.operation or source.kind, clash, node, trial=trial)
        evaluator.machine.world.refuted |= clash is not None
        noted = noted or exact or clash is not None or trial is not None
    if noted and exact and one != other:
        evaluator.machine.world.refuted = True
    return noted


def _not_noted(one: Value, other: Value) -> tuple[Value, Value]:
    """What of two shapes is no layer's output held against a number."""
    if not isinstance(one, tuple) or not isinstance(other, tuple) or len(one) != len(other):
        return None, None
    pairs = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if not (_is_expected(mine, theirs) or _is_expected(theirs, mine))]
    return tuple(mine for mine, _ in pairs), tuple(theirs for _, theirs in pairs)


def _is_expected(measured: Value, wanted: Value) -> bool:
    return _origin(measured) is not None and _origin(wanted) is None and isinstance(wanted, int)


def _judged(evaluator: Evaluator, values: dict[str, Value], source: Source) -> tuple[Clash | None, Trial | None]:
    """Why two sizes or shapes are not equal, for what is known of them, and what is to be said once more is. What is meant for all inputs is
    refuted by one of them."""
    refusal = tensors.outcome(_EQUAL, values)
    clash = trials.clash_of(refusal) if isinstance(refusal, Refused) else None
    trial = trials.of_row(_EQUAL, values)
    if source.for_all and trial is not None and isinstance(values["left"], tuple):
        witness = witnesses.refuting(evaluator.machine, values["left"], values["right"])
        shown = None if witness is None else trial.clash(witness)
        if shown is not None and witness is not None:
            at = ", ".join(f"{label(name)} = {value}" for name, value in witness.items())
            clash = replace(shown, text=f"with {at}, {shown.text}")
    return clash, trial


def _is_measured(value: Value) -> bool:
    """Whether a value is a size, or a shape, that remembers its way through the code."""
    items = value.tail if isinstance(value, PartialShape) else value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, (Length, Unknown)) and item.trail is not None for item in items)


def _is_size(value: Value) -> bool:
    return all(isinstance(item, int) and not isinstance(item, bool) for item in (value if isinstance(value, tuple) else (value,)))


def _comparable(one: Value, other: Value) -> tuple[Value, Value]:
    """Two sizes or shapes; of shapes of which one is known in part, or by name alone, the sizes that both are known to hold."""
    counts = [len(value.tail) if isinstance(value, PartialShape) else len(value) - 1 for value in (one, other) if isinstance(value, (PartialShape, tuple))]
    if not counts or (isinstance(one, tuple) and isinstance(other, tuple)):
        return one, other
    ends = [value[-min(counts) :] if isinstance(value, tuple) else sizes.last_sizes(value, min(counts)) for value in (one, other)]
    return (ends[0], ends[1]) if min(counts) > 0 and None not in ends else (None, None)


def _equal(values: Values) -> None:
    """The rule of a stated equality: refuses two sizes, or two shapes, that are surely not equal."""
    left, right = values["left"], values["right"]
    if isinstance(left, tuple) and isinstance(right, tuple):
        text = f"{_shown(left)} is not {_shown(right)}"
        if len(left) != len(right):
            raise Refused("rank", text)
        for mine, theirs in zip(left, right, strict=True):
            if differ(mine, theirs):
                raise Refused("sizes", text, ("the left one", mine), ("the right one", theirs))
    elif differ(left, right):
        raise Refused("sizes", f"{left} is not {right}", ("the left one", left), ("the right one", right))


_EQUAL = Row("left, right", _equal)


def _shown(shape: tuple[Value, ...]) -> str:
    return f"({', '.join('?' if form(size) is None else str(size) for size in shape)}{',' if len(shape) == 1 else ''})"


def _pairs(evaluator: Evaluator, measured: Value, wanted: Value) -> Iterator[tuple[Origin, Expression]]:
    """The output dimensions in `measured` with the numbers, or formulas, that `wanted` holds for them."""
    measured, wanted = _sequence(evaluator, measured), _sequence(evaluator, wanted)
    if isinstance(measured, PartialShape):
        if isinstance(wanted, tuple) and len(wanted) - len(measured.tail) in (0, 1, 2):
            yield from _pairs(evaluator, measured.tail, wanted[-len(measured.tail) :])
    elif isinstance(measured, tuple) and isinstance(wanted, tuple):
        if len(measured) == len(wanted):
            for one, other in zip(measured, wanted, strict=True):
                yield from _pairs(evaluator, one, other)
    else:
        origin = _origin(measured)
        expected = form(wanted)
        if origin is not None and expected is not None and _origin(wanted) is None:
            yield origin, expected


def _origin(value: Value) -> Origin | None:
    return value.origin if isinstance(value, (Length, Unknown)) else None


def _sequence(evaluator: Evaluator, value: Value) -> Value:
    value = evaluator.machine.world.resolve(value) if not (isinstance(value, Unknown) and value.origin) else value
    if isinstance(value, Ref):
        content = evaluator.machine.world.get(value)
        if isinstance(content, ListObject) and content.items is not None:
            return content.items
    return value


def _emit(evaluator: Evaluator, node: cst.CSTNode, pairs: list[tuple[Origin, Expression]], source: Source) -> bool:
    """States the sizes; says whether one of them is a number."""
    machine = evaluator.machine
    for applied in {id(origin.applied): origin.applied for origin, _ in pairs}.values():
        found: list[Expression | None] = [None] * applied.layer.layer.dims
        for origin, size in pairs:
            if origin.applied is applied:
                found[origin.axis] = size
        expected = tuple(int(size) if isinstance(size, int) else None for size in found)
        formulas = tuple(None if isinstance(size, int) else size for size in found)
        where, said = machine.site(node), (source.kind, source.text)
        machine.emit(SizeExpected(where, applied.layer, expected, applied.lengths, *said, applied, stated=formulas, path=machine.path()))
    return any(isinstance(size, int) for _, size in pairs)


def from_call(evaluator: Evaluator, node: cst.Call, callee: Value, arguments: Arguments) -> None:
    """`self.assertEqual(y.shape[-1], 30)`, `chex.assert_shape(y, (1, 1, 30))` and kin."""
    name = node.func.attr.value if isinstance(node.func, cst.Attribute) else node.func.value if isinstance(node.func, cst.Name) else ""
    if not isinstance(callee, (Unknown, Method, External)):
        return
    first, second = (_given(arguments, index) for index in (0, 1))
    tolerant = name in _CLOSE_METHODS and not isinstance(first, (Tensor, Array)) and any(key in _TOLERANCES for key, _ in arguments.keywords)
    if name in _EQUAL_METHODS and MISSING not in (first, second) and not tolerant:
        ranked = len(node.args) > 1 and not any(argument.star for argument in node.args[:2])
        operands = [argument.value for argument in node.args[:2]]
        if not ranked or stated.note_rank(evaluator, node, operands, (first, second), name) is None:
            left, right = _measurable(first, second, name)
            from_comparison(evaluator, node, left, right, Source(name))
    elif name == "assert_shape" and isinstance(first, (Tensor, Array)) and second is not MISSING:
        _of_shape(evaluator, node, first, _sequence(evaluator, second), surely=callee == External("chex.assert_shape"))
    elif callee == External("chex.assert_equal_shape"):
        items = evaluator.items(first) if isinstance(first, (Ref, tuple)) else None
        for other in (items or ())[1:]:
            from_comparison(evaluator, node, shape_of((items or ())[0]), shape_of(other), Source(name))


_TOLERANCES = frozenset({"atol", "rtol", "decimal", "delta", "places"})
_NAMES = ({"first", "actual", "x"}, {"second", "expected", "desired", "y", "expected_shapes"})


def _given(arguments: Arguments, index: int) -> Value:
    """The first or the second of what a call compares; MISSING where it is not given."""
    if index < len(arguments.positional):
        return arguments.positional[index]
    return next((value for name, value in arguments.keywords if name in _NAMES[index]), MISSING)


def shape_of(value: Value) -> Value:
    """The shape of a tensor or an array, as far as it is known; any other value itself."""
    tensor = value.tensor if isinstance(value, Array) else value
    if not isinstance(tensor, Tensor):
        return value
    return PartialShape(tensor) if tensor.shape is None else tensor.shape


def _measurable(first: Value, second: Value, name: str) -> tuple[Value, Value]:
    """What a comparison looks at: of two tensors, or arrays, their shapes."""
    shapes = shape_of(first), shape_of(second)
    if name not in _CLOSE_METHODS or not all(isinstance(value, (Tensor, Array)) for value in (first, second)) or () in shapes:
        return (first, second)  # NumPy compares a number with all of an array
    left, right = shapes
    if name == "assert_allclose" and isinstance(left, tuple) and isinstance(right, tuple):  # torch's, of old, expands the second
        if len(left) != len(right):
            return (None, None)
        pairs = [(None, None) if known(theirs) == 1 else (mine, theirs) for mine, theirs in zip(left, right, strict=True)]
        return tuple(mine for mine, _ in pairs), tuple(theirs for _, theirs in pairs)
    return left, right


def _of_shape(evaluator: Evaluator, node: cst.Call, value: Tensor | Array, wanted: Value, *, surely: bool) -> None:
    """`assert_shape(y, (1, None, 30))`: what is not a number may be any size. Another package's function of that name need not count all dimensions."""
    shape = shape_of(value)
    if not isinstance(wanted, tuple) or not isinstance(shape, tuple) or ... in wanted or not all(map(_may_be_size, wanted)):
        return
    if len(wanted) != len(shape):
        if surely:
            from_comparison(evaluator, node, shape, wanted, Source("assert_shape"))
        return
    kept = [(mine, theirs) for mine, theirs in zip(shape, wanted, strict=True) if known(theirs) not in (None, -1)]
    if kept:
        from_comparison(evaluator, node, tuple(mine for mine, _ in kept), tuple(theirs for _, theirs in kept), Source("assert_shape"))


def _may_be_size(value: Value) -> bool:
    return value is None or isinstance(value, (int, Unknown, Ref))
