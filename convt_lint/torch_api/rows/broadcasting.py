"""Arithmetic, comparisons and other elementwise functions of several tensors, with torch's broadcasting.

Source: https://docs.pytorch.org/docs/stable/notes/broadcasting.html
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial, reduce
from typing import Any

from convt_lint.lengths import Symbol
from convt_lint.torch_api.dims import broadcast, broadcast_into
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Row, Tensor, Values, tensor

SIDES = ("the left one", "the right one")


def operand(value: Any) -> Tensor:
    """An operand: a tensor, a number as a tensor without dimensions, or something that may be either."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (bool, int, float)):
        return Tensor(())
    if isinstance(value, Symbol):
        return SOME_TENSOR
    raise NotFollowed


def together(values: Iterable[Any]) -> Tensor:
    """The shape that several operands broadcast to."""
    return reduce(partial(broadcast, whose=SIDES), map(operand, values))


def _binary(values: Values) -> Tensor:
    return together((values["input"], values["other"]))


def _in_place(values: Values) -> Tensor:
    return broadcast_into(tensor(values["input"]), operand(values["other"]), SIDES)


def _where(values: Values) -> Tensor:
    if values["input"] is None or values["other"] is None:
        raise NotFollowed
    return together((values["condition"], values["input"], values["other"]))


def _masked_fill(values: Values) -> Tensor:
    return together((values["input"], values["mask"]))


def _three(values: Values) -> Tensor:
    return together((values["input"], values["tensor1"], values["tensor2"]))


def _lerp(values: Values) -> Tensor:
    return together((values["input"], values["end"], values["weight"]))


def _broadcast_tensors(values: Values) -> Any:
    tensors = values["tensors"][0] if len(values["tensors"]) == 1 and isinstance(values["tensors"][0], tuple) else values["tensors"]
    if not tensors:
        raise NotFollowed
    return (together(tensors),) * len(tensors)


def _pow(values: Values) -> Tensor:
    return together((values["input"], values["exponent"]))


_ALPHA = ("add", "sub", "subtract")
_ROUNDED = ("div", "divide")
_PLAIN = (
    *("mul", "multiply", "true_divide", "floor_divide", "remainder", "fmod", "maximum", "minimum", "fmax", "fmin", "atan2", "arctan2", "hypot", "logaddexp"),
    *("eq", "ne", "lt", "le", "gt", "ge", "greater", "less", "greater_equal", "less_equal", "not_equal", "logical_and", "logical_or", "logical_xor"),
    *("bitwise_and", "bitwise_or", "bitwise_xor", "xlogy", "copysign", "nextafter", "heaviside", "ldexp", "float_power"),
    *("complex", "polar"),
)
_IN_PLACE = frozenset(
    {"mul", "multiply", "true_divide", "floor_divide", "remainder", "fmod", "eq", "ne", "lt", "le", "gt", "ge"}
    | {"logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor"}
)

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _add(name: str, signature: str, in_place: bool) -> None:
    row = Row(signature, _binary)
    FUNCTIONS[f"torch.{name}"] = METHODS[name] = row
    if in_place:
        METHODS[f"{name}_"] = Row(signature.removesuffix(", out=None").removesuffix(", *"), _in_place)


for _name in _ALPHA:
    _add(_name, "input, other, *, alpha=1, out=None", True)
for _name in _ROUNDED:
    _add(_name, "input, other, *, rounding_mode=None, out=None", True)
for _name in _PLAIN:
    _add(_name, "input, other, *, out=None", _name in _IN_PLACE)
FUNCTIONS["torch.pow"] = METHODS["pow"] = Row("input, exponent, *, out=None", _pow)
METHODS["pow_"] = Row("input, other", _in_place)
FUNCTIONS["torch.rsub"] = Row("input, other, *, alpha=1", _binary)
FUNCTIONS["torch.where"] = Row("condition, input=None, other=None, *, out=None", _where)
METHODS["where"] = Row("input, condition, other", _where)
FUNCTIONS["torch.masked_fill"] = METHODS["masked_fill"] = Row("input, mask, value", _masked_fill)
METHODS["masked_fill_"] = Row("input, mask, value", lambda values: broadcast_into(tensor(values["input"]), operand(values["mask"])))
METHODS["copy_"] = Row("input, other, non_blocking=False", _in_place)
for _name in ("addcmul", "addcdiv"):
    FUNCTIONS[f"torch.{_name}"] = METHODS[_name] = Row("input, tensor1, tensor2, *, value=1, out=None", _three)
FUNCTIONS["torch.lerp"] = METHODS["lerp"] = Row("input, end, weight, *, out=None", _lerp)
METHODS["lerp_"] = Row("input, other, weight", _in_place)
FUNCTIONS["torch.broadcast_tensors"] = Row("*tensors", _broadcast_tensors)
FUNCTIONS["torch.isclose"] = METHODS["isclose"] = Row("input, other, rtol=1e-05, atol=1e-08, equal_nan=False", _binary)
