"""Dicts whose keys are attributes too: the small `class AttrDict(dict)` that configurations are read into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from convt_lint.interpret import attributes
from convt_lint.interpret.arguments import Arguments
from convt_lint.interpret.containers import made_dict
from convt_lint.interpret.machine import Raised
from convt_lint.interpret.values import ClassObject, DictObject, External, Function, Ref, Value
from convt_lint.syntax.names import dotted

if TYPE_CHECKING:
    from convt_lint.interpret.expressions import Evaluator

_DICT = External("builtins.dict")
_READING = frozenset({"builtins.dict.get", "builtins.dict.__getitem__"})
_WRITING = frozenset({"builtins.dict.__setitem__"})


def make(evaluator: Evaluator, cls: Ref, arguments: Arguments) -> Value:
    """An instance of a dict class of the file; NotImplemented for a class that is none, or does more."""
    if attributes.lineage(evaluator, cls) not in ([cls, _DICT], [cls, _DICT, External("builtins.object")]):
        return NotImplemented
    content = evaluator.machine.world.get(cls)
    own = {name: value for name, value in content.namespace.items() if name.startswith("__") and name not in ("__module__", "__doc__")}
    itself = _is_its_own_dict(own.pop("__init__", None))
    reads, writes = _reads(own.pop("__getattr__", None)), _writes(own.pop("__setattr__", None))
    own.pop("__delattr__", None)
    if own or None in (itself, reads, writes) or not (itself or (reads and writes)):
        return NotImplemented
    made = made_dict(evaluator, arguments)
    evaluator.machine.world.set(made, DictObject(evaluator.machine.world.get(made).items, cls=cls))
    return made


def _is_its_own_dict(initialiser: Value) -> bool | None:
    """Whether `__init__` fills the dict and then says `self.__dict__ = self`; None where it does anything else."""
    if initialiser is None:
        return False
    if not isinstance(initialiser, Function) or not isinstance(initialiser.node, cst.FunctionDef):
        return None
    params = initialiser.node.params
    plain = isinstance(params.star_arg, cst.Param) and params.star_kwarg is not None and len(params.params) == 1
    lines = _lines(initialiser.node)
    if not plain or len(lines) != 2:
        return None
    fills, binds = lines
    passes_on = isinstance(fills, cst.Expr) and isinstance(fills.value, cst.Call) and [a.star for a in fills.value.args][-2:] == ["*", "**"]
    filled = passes_on and isinstance(fills, cst.Expr) and isinstance(fills.value, cst.Call) and _ends_with(fills.value.func, "__init__")
    bound = isinstance(binds, cst.Assign) and dotted(binds.targets[0].target) == "self.__dict__" and dotted(binds.value) == "self"
    return True if filled and bound else None


def _lines(node: cst.FunctionDef) -> list[cst.BaseSmallStatement | cst.BaseStatement]:
    """A body's statements, the docstring left out."""
    found: list[cst.BaseSmallStatement | cst.BaseStatement] = []
    for statement in node.body.body:
        found += statement.body if isinstance(statement, cst.SimpleStatementLine) else [statement]
    return [line for line in found if not (isinstance(line, cst.Expr) and isinstance(line.value, cst.SimpleString))]


def _ends_with(node: cst.BaseExpression, name: str) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value == name


def _reads(getter: Value) -> bool | None:
    """Whether `__getattr__` looks the name up in the dict; None where it may do anything else."""
    if getter is None:
        return False
    if isinstance(getter, External):
        return True if getter.name in _READING else None
    lines = _lines(getter.node) if isinstance(getter, Function) and isinstance(getter.node, cst.FunctionDef) else []
    returned = lines[0].value if len(lines) == 1 and isinstance(lines[0], cst.Return) else None
    if not isinstance(returned, cst.Subscript) or dotted(returned.value) != "self" or not isinstance(returned.slice[0].slice, cst.Index):
        return None
    return True if dotted(returned.slice[0].slice.value) == getter.node.params.params[-1].name.value else None


def _writes(setter: Value) -> bool | None:
    """Whether `__setattr__` puts the value into the dict; None where it may do anything else."""
    if setter is None:
        return False
    if isinstance(setter, External):
        return True if setter.name in _WRITING else None
    lines = _lines(setter.node) if isinstance(setter, Function) and isinstance(setter.node, cst.FunctionDef) else []
    if len(lines) != 1 or not isinstance(lines[0], cst.Assign):
        return None
    target = lines[0].targets[0].target
    names = [parameter.name.value for parameter in setter.node.params.params]
    if len(names) != 3 or not isinstance(target, cst.Subscript) or dotted(target.value) != "self" or not isinstance(target.slice[0].slice, cst.Index):
        return None
    return True if [dotted(target.slice[0].slice.value), dotted(lines[0].value)] == names[1:] else None


def attribute(evaluator: Evaluator, owner: Ref, content: DictObject, name: str, node: cst.CSTNode) -> Value:
    """`h.name`: what the class defines, an item, or a method of dicts (NotImplemented)."""
    assert content.cls is not None
    home, defined = attributes.find_in_class(evaluator, content.cls, name)
    if home is not None and isinstance(defined, Function):
        return attributes.of_kind(evaluator, owner, content.cls, name, node)
    if content.items is None or hasattr(dict, name):
        return evaluator.machine.unknown(name, node, owner) if content.items is None and not hasattr(dict, name) else NotImplemented
    if name in content.items:
        return content.items[name]
    cls = evaluator.machine.world.get(content.cls)
    if isinstance(cls, ClassObject) and isinstance(cls.namespace.get("__getattr__"), External):
        return evaluator.machine.unknown(name, node)
    raise Raised
