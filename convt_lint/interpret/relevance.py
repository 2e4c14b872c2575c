"""Which functions and classes of a file can have to do with a transposed convolution. The others are not run.

An over-approximation by names: whoever mentions a torch layer, a name bound to something relevant, or an attribute that holds
something relevant, is relevant itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from convt_lint.syntax.walk import children, walk
from convt_lint.torch_api import LAYERS

_SEEDS = frozenset(name.rpartition(".")[2] for name in LAYERS)
_TEXT = re.compile(r"ConvTranspose|conv_transpose")
_EVERYWHERE = frozenset({"__init__", "forward", "__call__", "self", "super", "main", "__new__"})


@dataclass
class _Unit:
    """A definition or assignment: the names it mentions, and those that become relevant with it."""

    node: cst.CSTNode
    mentions: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    seeded: bool = False
    parents: tuple[_Unit, ...] = ()


class Relevance:
    """The relevant definitions of a module, by node."""

    def __init__(self, module: cst.Module, own: Iterable[str] = ()) -> None:
        units = list(_units(module))
        self.names: set[str] = {*_SEEDS, *own}
        self._nodes: set[int] = set()
        self._direct = {id(found.node) for unit in units for found in (unit, *unit.parents) if unit.seeded or not unit.mentions.isdisjoint(_SEEDS)}
        self._spread(units)
        for unit in units:
            if isinstance(unit.node, cst.ClassDef) and id(unit.node) in self._nodes:
                self._add_methods(unit.node)

    def _spread(self, units: list[_Unit]) -> None:
        """Makes relevant whoever mentions a relevant name, and the names that this binds, until there are no more."""
        mentioning: dict[str, list[_Unit]] = {}
        for unit in units:
            for name in unit.mentions:
                mentioning.setdefault(name, []).append(unit)
        pending = [unit for unit in units if unit.seeded or not unit.mentions.isdisjoint(self.names)]
        while pending:
            unit = pending.pop()
            for found in (unit, *unit.parents):
                self._nodes.add(id(found.node))
                for name in found.binds - _EVERYWHERE - self.names:
                    self.names.add(name)
                    pending += mentioning.get(name, ())

    def _add_methods(self, cls: cst.ClassDef) -> None:
        """A relevant class is made by its `__init__` and run by its `forward`, with the methods that this calls; where it derives from something
        relevant, any method may be about it."""
        derived = any(name in self.names for base in cls.bases for name in _names(base.value))
        methods = {statement.name.value: statement for statement in cls.body.body if isinstance(statement, cst.FunctionDef)}
        pending = list(methods) if derived else ["__init__", "forward", "__call__"]
        while pending:
            method = methods.pop(pending.pop(), None)
            if method is not None:
                self._nodes.add(id(method))
                pending += [node.attr.value for node in walk(method) if isinstance(node, cst.Attribute) and node.attr.value in methods]

    def is_direct(self, node: cst.CSTNode) -> bool:
        """Whether a definition names a torch layer itself, so that it is worth looking at before those that only use it."""
        return id(node) in self._direct

    def __contains__(self, node: object) -> bool:
        return id(node) in self._nodes


_TELLING = frozenset(
    {cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.ImportFrom, cst.Name, cst.Attribute, cst.SimpleString}
)


def _units(module: cst.Module) -> Iterator[_Unit]:
    pending: list[tuple[cst.CSTNode, tuple[_Unit, ...]]] = [(module, ())]
    while pending:
        node, parents = pending.pop()
        if type(node) not in _TELLING:  # `isinstance` is slow on LibCST's classes, and asked of every node
            pending += [(child, parents) for child in children(node)]
            continue
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            unit = _Unit(node, binds={node.name.value}, parents=parents)
            yield unit
            parents = (*parents, unit)
        elif isinstance(node, cst.Lambda):
            unit = _Unit(node, parents=parents)
            yield unit
            parents = (*parents, unit)
        elif isinstance(node, (cst.Assign, cst.AnnAssign, cst.NamedExpr, cst.ImportFrom)):
            unit = _Unit(node, binds=set(_bound(node, local=any(isinstance(p.node, cst.FunctionDef) for p in parents))), parents=parents)
            _mention_all(unit, node)
            yield unit
        elif parents:
            _mention(parents[-1], node)
        pending += [(child, parents) for child in children(node)]


def _mention_all(unit: _Unit, root: cst.CSTNode) -> None:
    value = getattr(root, "value", None)
    pending: list[cst.CSTNode] = [value] if value is not None else children(root) if isinstance(root, cst.ImportFrom) else []
    while pending:
        node = pending.pop()
        _mention(unit, node)
        pending += children(node)


def _names(node: cst.CSTNode) -> Iterator[str]:
    for item in walk(node):
        if isinstance(item, cst.Name):
            yield item.value


def _mention(unit: _Unit, node: cst.CSTNode) -> None:
    if isinstance(node, cst.Name):
        unit.mentions.add(node.value)
    elif isinstance(node, cst.Attribute):
        unit.mentions.add(node.attr.value)
    elif isinstance(node, (cst.SimpleString, cst.FormattedStringText)) and len(node.value) < 200 and _TEXT.search(node.value):
        unit.seeded = True


def _bound(node: cst.CSTNode, *, local: bool) -> Iterator[str]:
    """The names and attributes that an assignment or an import under another name binds; of a function's own, attributes alone."""
    if isinstance(node, cst.Assign):
        for target in node.targets:
            yield from _target_names(target.target, local)
    elif isinstance(node, (cst.AnnAssign, cst.NamedExpr)):
        yield from _target_names(node.target, local)
    elif isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name) and isinstance(alias.name, cst.Name) and alias.name.value in _SEEDS:
                yield alias.asname.name.value


def _target_names(target: cst.CSTNode, local: bool) -> Iterable[str]:
    if isinstance(target, cst.Name):
        return [] if local else [target.value]
    if isinstance(target, cst.Attribute):
        return [target.attr.value]
    if isinstance(target, cst.Subscript):
        return _target_names(target.value, local)
    if isinstance(target, (cst.Tuple, cst.List)):
        return [name for element in target.elements for name in _target_names(element.value, local)]
    return []
