"""The shapes that a project's configuration gives to parameters, where nothing of the code calls the function.

    "Generator.forward:x" = "(B, 80, L)"
    "models.encode:audio" = "(..., L)"

A size is a number, a name, or a formula in names; a name stands for one size within the parameters of a function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convt_lint.expectations import shape_texts
from convt_lint.expectations.shape_texts import ANY_NUMBER, Stated
from convt_lint.syntax.expression_texts import parse_expression

if TYPE_CHECKING:
    from pathlib import PurePath

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


class Misread(ValueError):
    """The text is no name of a parameter, or no shape; the message says why."""


def check_name(name: str) -> None:
    """Raises Misread for a text that names no parameter."""
    if not _NAME.fullmatch(name):
        raise Misread("a parameter is named as Class.method:parameter or function:parameter")


def parse(text: str) -> Stated:
    """Reads a shape. Raises Misread."""
    node = parse_expression(text.strip())
    if not isinstance(node, (ast.Tuple, ast.List)) or not node.elts:
        raise Misread(f"{text!r} is no shape: write it in brackets, as (B, 80, L)")
    sizes = [_size(item) for item in node.elts]
    stated = shape_texts.of_items(sizes, text.strip())
    if stated is None:
        raise Misread(f"{text!r} is no shape: it may hold one ...")
    return stated


def _size(node: ast.expr) -> object:
    if isinstance(node, ast.Constant) and node.value is ...:
        return ANY_NUMBER
    size = shape_texts.size_of(ast.unparse(node))
    if size in (None, NotImplemented, 0):
        raise Misread(f"{ast.unparse(node)} is no size: it may hold names, positive ints, and + - * // %")
    return size


@dataclass(frozen=True, slots=True)
class Inputs:
    """The shapes given to the parameters of one module, whose dotted name is `module` as far as its path tells."""

    shapes: Mapping[str, Stated] = field(default_factory=dict)
    module: str = ""

    def of(self, function: str) -> dict[str, Stated]:
        """The shapes of a function's parameters by name; the function is "Class.method" or its own name. A name that says more of the module wins."""
        whole = f".{self.module}.{function}"
        found: dict[str, Stated] = {}
        for name in sorted(self.shapes, key=len):
            where, _, parameter = name.partition(":")
            if f".{where}".endswith(f".{function}") and whole.endswith(f".{where}"):
                found[parameter] = self.shapes[name]
        return found


NO_INPUTS = Inputs()


def inputs_of(shapes: Mapping[str, str], path: PurePath) -> Inputs:
    """The shapes for the module in a file."""
    parts = path.parent.parts if path.stem == "__init__" else path.with_suffix("").parts if path.name else ()
    return Inputs({name: parse(text) for name, text in shapes.items()}, ".".join(parts))
