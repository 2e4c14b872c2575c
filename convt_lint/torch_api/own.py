"""Rows that a project adds for layers and functions of its own, written as text.

    "acme.layers.UpConv" = "torch.nn.ConvTranspose1d"                                       # takes and does what torch's does
    "acme.layers.Upsampler" = "(N, C, L) -> (N, C, 4*L)"
    "acme.layers.Block" = "in_channels, out_channels, rate=2: (N, in_channels, L) -> (N, out_channels, rate*L)"

A name in the input's shape that is no parameter stands for whatever size is there; an int, or a parameter, states the size.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from convt_lint.lengths import Size, differ, known
from convt_lint.torch_api import signatures, table
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, tensor
from convt_lint.torch_api.transposed import LAYERS

_DOTTED = re.compile(r"\.*[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class Misread(ValueError):
    """The text is no row; the message says why."""


@dataclass(frozen=True, slots=True)
class Own:
    """A row of a project's own: the name of the torch layer or function it behaves like, or its shape rule."""

    like: str = ""
    row: Row | None = None


def parse(text: str) -> Own:
    """Reads a row's text. Raises Misread."""
    if _DOTTED.fullmatch(text.strip()):
        name = text.strip()
        if name not in LAYERS and table.module_name(name) is None and table.function_row(name) is None:
            raise Misread(f"{name} is no layer or function of torch's that is known here")
        return Own(like=name)
    signature, _, shapes = text.rpartition(":")
    sides = shapes.split("->")
    if len(sides) != 2:
        raise Misread("a row is a torch name, or an input's shape, an arrow and the output's shape")
    given, made = _shape(sides[0]), _shape(sides[1])
    try:
        parameters = {formal.name for formal in signatures.formals(signature)} if signature.strip() else set()
    except (SyntaxError, ValueError):
        raise Misread(f"{signature.strip()!r} is no signature") from None
    bound = {node.id for node in given if isinstance(node, ast.Name)} | parameters
    for name in (node.id for size in made for node in ast.walk(size) if isinstance(node, ast.Name)):
        if name not in bound:
            raise Misread(f"{name} stands neither in the input's shape nor in the signature")
    return Own(row=Row(signature, _Rule(given, made, frozenset(parameters)), "input"))


@dataclass(frozen=True, slots=True)
class _Rule:
    """The rule that two shapes state."""

    given: tuple[ast.expr, ...]
    made: tuple[ast.expr, ...]
    parameters: frozenset[str]

    def __call__(self, values: Values) -> Tensor:
        source = tensor(values["input"]).of_ranks(len(self.given))
        names: dict[str, Any] = {name: values[name] for name in self.parameters}
        for index, (node, size) in enumerate(zip(self.given, source.shape or (), strict=True)):
            if isinstance(node, ast.Name) and node.id not in self.parameters:
                if differ(names.get(node.id), size):
                    raise Refused(
                        "sizes", f"sizes {names[node.id]} and {size}, both called {node.id}, differ", ("the first", names[node.id]), ("the other", size)
                    )
                names[node.id] = size
            else:
                _check(index, _value(node, names), size)
        return Tensor(tuple(_value(node, names) for node in self.made))


def _check(index: int, wanted: Size, size: Size) -> None:
    if differ(wanted, size):
        kind = "channels" if index == 1 else "sizes"
        raise Refused(kind, f"expects {wanted} on dimension {index}, the input has {size}", ("the input", size))


def _value(node: ast.expr, names: Mapping[str, Any]) -> Size:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Constant):
        return known(node.value)
    assert isinstance(node, ast.BinOp)
    left, right = known(_value(node.left, names)), known(_value(node.right, names))
    if left is None or right is None:
        return None
    if isinstance(node.op, (ast.FloorDiv, ast.Mod)) and right == 0:
        raise NotFollowed
    operations = {ast.Add: int.__add__, ast.Sub: int.__sub__, ast.Mult: int.__mul__, ast.FloorDiv: int.__floordiv__, ast.Mod: int.__mod__}
    return operations[type(node.op)](left, right)


def _shape(text: str) -> tuple[ast.expr, ...]:
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise Misread(f"{text.strip()!r} is no shape") from None
    if not isinstance(node, (ast.Tuple, ast.List)) or not node.elts:
        raise Misread(f"{text.strip()!r} is no shape: write it in brackets, as (N, C, L)")
    for size in node.elts:
        _check_size(size)
    return tuple(node.elts)


def _check_size(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)):
        _check_size(node.left)
        _check_size(node.right)
    elif not isinstance(node, ast.Name) and not (isinstance(node, ast.Constant) and known(node.value) is not None):
        raise Misread(f"{ast.unparse(node)} is no size: it may hold names, ints, and + - * // %")
