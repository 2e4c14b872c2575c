"""Annotations as shapes: which of them state one, by what their names are in the file.

    x: Float[Tensor, "b c t"]            jaxtyping
    x: TensorType["batch", "time", 10]   torchtyping
    x: Tensor[[B, C, 80]]                names of the file's
    x: Annotated[Tensor, Shape("b c t")]

A class of the file's own called `Float` states nothing, and nor does `Optional[…]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.expectations import shape_texts
from convt_lint.expectations.shape_texts import ANY_NUMBER, Stated
from convt_lint.interpret.values import External, Unknown, Value
from convt_lint.symbolic import Variable
from convt_lint.syntax.names import dotted

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

_DTYPE = re.compile(r"(Shaped|Bool|Num|Inexact|Real|Integer|BFloat16|Float(8\w*|16|32|64)?|Complex(64|128)?|U?Int(2|4|8|16|32|64)?)")
_TENSORS = frozenset({"torch.Tensor", "torch.FloatTensor", "torch.nn.Parameter", "torch.nn.parameter.Parameter", "torch.LongTensor", "torch.BoolTensor"})
_ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
_TUPLES = frozenset({"builtins.tuple", "typing.Tuple", "typing_extensions.Tuple"})
MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class TypingNames:
    """What a module binds for types alone: imports under `if TYPE_CHECKING:` by their dotted names, and types that are given a name."""

    imports: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, cst.BaseExpression] = field(default_factory=dict)


def typing_names(module: cst.Module) -> TypingNames:
    """The names that a module binds for types alone."""
    found = TypingNames()
    seen: set[str] = set()
    for statement in module.body:
        if isinstance(statement, cst.If) and dotted(statement.test).rpartition(".")[2] == "TYPE_CHECKING":
            for line in statement.body.body:
                for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                    _imports(small, found.imports)
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            name, value = _alias(small)
            if name and name in seen:
                found.aliases.pop(name, None)
            elif name and value is not None:
                found.aliases[name] = value
            seen.add(name)
    return found


def _imports(statement: cst.CSTNode, found: dict[str, str]) -> None:
    if isinstance(statement, cst.ImportFrom) and not isinstance(statement.names, cst.ImportStar) and not statement.relative:
        for alias in statement.names:
            name = dotted(alias.name)
            bound = alias.asname.name.value if alias.asname is not None and isinstance(alias.asname.name, cst.Name) else name
            found[bound] = f"{dotted(statement.module)}.{name}"
    elif isinstance(statement, cst.Import):
        for alias in statement.names:
            name = dotted(alias.name)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                found[alias.asname.name.value] = name
            else:
                found[name.split(".")[0]] = name.split(".")[0]


def _alias(statement: cst.CSTNode) -> tuple[str, cst.BaseExpression | None]:
    """`Audio = Float[Tensor, "b c t"]`: the name and the type; the name alone for any other value."""
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0].target, cst.Name):
        name, value = statement.targets[0].target.value, statement.value
    elif isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name) and statement.value is not None:
        name, value = statement.target.value, statement.value
    elif isinstance(statement, cst.TypeAlias) and statement.type_parameters is None:
        name, value = statement.name.value, statement.value
    else:
        return "", None
    return name, value if isinstance(value, cst.Subscript) else None


# -- reading -----------------------------------------------------------------------------------------------------------------


def read(evaluator: Evaluator, annotation: cst.Annotation) -> Stated | tuple[Stated | None, ...] | None:
    """The shape that an annotation states, or those of a tuple's items; None where it states none."""
    known: dict[int, Stated | tuple[Stated | None, ...] | None] = evaluator.machine.stated_types
    if id(annotation) not in known:
        known[id(annotation)] = _read(evaluator, annotation.annotation, 0)
    return known[id(annotation)]


def _read(evaluator: Evaluator, node: cst.BaseExpression, depth: int) -> Stated | tuple[Stated | None, ...] | None:
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, cst.SimpleString):
        inner = _parsed(node)
        return None if inner is None else _read(evaluator, inner, depth + 1)
    if isinstance(node, cst.Name):
        alias = evaluator.machine.typing_names.aliases.get(node.value)
        return None if alias is None or not isinstance(evaluator.lookup(node.value, node), Unknown) else _read(evaluator, alias, depth + 1)
    if not isinstance(node, cst.Subscript):
        return None
    items = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index) and element.slice.star is None]
    name = name_of(evaluator, node.value)
    if name in ("torchtyping.TensorType", "torchtyping.tensor_type.TensorType"):
        return _torchtyping(evaluator, node)
    if len(items) != len(node.slice) or not items:
        return None
    if name in _TUPLES:
        shapes = [_read(evaluator, item, depth + 1) for item in items]
        return tuple(shape if isinstance(shape, Stated) else None for shape in shapes) if any(isinstance(shape, Stated) for shape in shapes) else None
    if name in _ANNOTATED:
        return _annotated(evaluator, items, depth)
    home, _, kind = name.rpartition(".")
    if home == "jaxtyping" and _DTYPE.fullmatch(kind) and len(items) == 2 and name_of(evaluator, items[0]) in _TENSORS:
        return _text(evaluator, items[1])
    if name in _TENSORS and len(items) == 1 and isinstance(items[0], cst.List):
        return _of_nodes(evaluator, [element.value for element in items[0].elements])
    return None


def _parsed(node: cst.SimpleString) -> cst.BaseExpression | None:
    """An annotation that is written as a text."""
    text = node.evaluated_value
    if not isinstance(text, str) or len(text) > shape_texts.MAX_TEXT:
        return None
    try:
        return cst.parse_expression(text.strip())
    except (cst.ParserSyntaxError, RecursionError):
        return None


def name_of(evaluator: Evaluator, node: cst.BaseExpression) -> str:
    """What a name in an annotation stands for: "jaxtyping.Float"; empty for what is not imported."""
    if isinstance(node, cst.SimpleString):
        inner = _parsed(node)
        return "" if inner is None or isinstance(inner, cst.SimpleString) else name_of(evaluator, inner)
    written = dotted(node)
    if not written:
        return ""
    value: Value = evaluator.evaluate(node)
    if isinstance(value, External):
        return value.name
    root, _, rest = written.partition(".")
    imported = evaluator.machine.typing_names.imports.get(root)
    if imported is None or not isinstance(evaluator.lookup(root), Unknown):
        return ""
    return f"{imported}.{rest}" if rest else imported


def _text(evaluator: Evaluator, node: cst.BaseExpression) -> Stated | None:
    """The second part of jaxtyping's brackets."""
    if isinstance(node, cst.FormattedString):
        parts = [part.value if isinstance(part, cst.FormattedStringText) else _formatted(evaluator, part) for part in node.parts]
        return shape_texts.parse("".join(parts))
    value = evaluator.evaluate(node) if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)) else None
    return shape_texts.parse(value) if isinstance(value, str) else None


def _formatted(evaluator: Evaluator, part: cst.BaseFormattedStringContent) -> str:
    """What stands in an f-string's braces: a number, else anything, several sizes too."""
    value = evaluator.evaluate(part.expression) if isinstance(part, cst.FormattedStringExpression) else None
    return str(int(value)) if isinstance(value, int) and not isinstance(value, bool) else " ... "


def _annotated(evaluator: Evaluator, items: list[cst.BaseExpression], depth: int) -> Stated | tuple[Stated | None, ...] | None:
    """`Annotated[Tensor, …]`: what stands first, or the shape beside it."""
    if name_of(evaluator, items[0]) not in _TENSORS:
        return _read(evaluator, items[0], depth + 1)
    for item in items[1:]:
        if isinstance(item, cst.SimpleString):
            text = item.evaluated_value
            if isinstance(text, str) and shape_texts.is_no_prose(text):
                stated = shape_texts.parse(text)
                return None if stated is None else replace(stated, loose=True)
        elif isinstance(item, cst.Call) and dotted(item.func).rpartition(".")[2] == "Shape":
            if any(argument.keyword is not None or argument.star for argument in item.args):
                return None
            return _of_shape(evaluator, [argument.value for argument in item.args])
        elif isinstance(item, cst.Subscript) and dotted(item.value).rpartition(".")[2] == "Shape":
            nodes = [element.slice.value for element in item.slice if isinstance(element.slice, cst.Index)]
            return _of_shape(evaluator, nodes) if len(nodes) == len(item.slice) else None
    return None


def _of_shape(evaluator: Evaluator, nodes: list[cst.BaseExpression]) -> Stated | None:
    """`Shape("b c t")`, `Shape("B", "C", 80)`, `Shape(B, C, 80)`, `Shape[["B", 80]]`."""
    only = nodes[0] if len(nodes) == 1 else None
    if isinstance(only, cst.SimpleString) and isinstance(only.evaluated_value, str):
        text = only.evaluated_value
        return shape_texts.parse(text.replace(",", " ") if "(" not in text else text)
    if isinstance(only, (cst.List, cst.Tuple)):
        nodes = [element.value for element in only.elements]
    return _of_nodes(evaluator, nodes)


def _of_nodes(evaluator: Evaluator, nodes: list[cst.BaseExpression]) -> Stated | None:
    """A shape of which each size is an expression of its own."""
    found = [_item(evaluator, node) for node in nodes]
    text = ", ".join(cst.Module([]).code_for_node(node) for node in nodes)
    return None if NotImplemented in found else shape_texts.of_items(found, text)


def _item(evaluator: Evaluator, node: cst.BaseExpression) -> object:
    """A size written as an expression: a number, a text, a name of the file's. NotImplemented where it may be something else."""
    if isinstance(node, cst.Ellipsis):
        return ANY_NUMBER
    if isinstance(node, cst.SimpleString):
        text = node.evaluated_value
        return shape_texts.size_of(text) if isinstance(text, str) and text not in ("...", "*") else NotImplemented
    if isinstance(node, cst.UnaryOperation):
        return None
    value = evaluator.evaluate(node) if isinstance(node, (cst.Name, cst.Integer, cst.BinaryOperation, cst.Attribute)) else NotImplemented
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(node, cst.Name):
        return None if value is None or node.value == "Any" else Variable(node.value)
    return NotImplemented if isinstance(node, cst.Attribute) else None if isinstance(value, Unknown) else NotImplemented


def _torchtyping(evaluator: Evaluator, node: cst.Subscript) -> Stated | None:
    """`TensorType["batch", ..., "c": 10, float]`: sizes first, then what is no size."""
    found: list[object] = []
    for element in node.slice:
        part = element.slice
        size = part.value if isinstance(part, cst.Index) else part.upper if isinstance(part, cst.Slice) and part.step is None else None
        named = name_of(evaluator, size) if isinstance(size, (cst.Name, cst.Attribute)) else ""
        if not named.startswith(("builtins.", "torch.", "torchtyping.")):
            found.append(NotImplemented if size is None else _item(evaluator, size))
    text = ", ".join(cst.Module([]).code_for_node(element.with_changes(comma=cst.MaybeSentinel.DEFAULT)) for element in node.slice)
    return shape_texts.of_items(found, text) if found and NotImplemented not in found else None
