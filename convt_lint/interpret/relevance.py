"""Which functions and classes of a file can have to do with a transposed convolution. The others are not run on their own.

An over-approximation by names. A name of the module is relevant if what it is bound to mentions a torch layer or another relevant name; so is a class
some method of which does, and what derives from it. The attributes of a class that hold something relevant are so in its family alone (its bases and what
derives from it): who comes to such an object from outside mentions the class, or is handed the object by code that does. What only asks for a type
(`isinstance(m, nn.ConvTranspose1d)`) or annotates one mentions nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import libcst as cst

from convt_lint.interpret.bindings import MUTATORS
from convt_lint.syntax.walk import Nodes, children, walk
from convt_lint.torch_api import LAYERS

_SEEDS = frozenset(name.rpartition(".")[2] for name in LAYERS)
_TEXT = re.compile(r"ConvTranspose|conv_transpose")
_EVERYWHERE = frozenset({"__init__", "forward", "__call__", "self", "super", "main", "__new__"})
_DYNAMIC = frozenset({"getattr", "vars", "__dict__", "modules", "named_modules", "children", "named_children", "_modules", "get_submodule"})
"""What comes to the attributes of an object without naming them."""
_ASKS = frozenset({"isinstance", "issubclass"})
MAX_KIN = 100
"""So many classes that one derives from are looked at."""
_RUN = ("__init__", "forward", "__call__")
_SELF = "self()"
"""Stands among a unit's names for a call of the object itself."""


@dataclass(eq=False)
class _Class:
    """A class of the file. `attributes`: those that hold something relevant; `above`, `below`: what it derives from, and what derives from it;
    `waiting`, `dynamic`: its units by the attributes they mention, and those that may come to any attribute or run the object."""

    attributes: set[str] = field(default_factory=set)
    relevant: bool = False
    above: list[_Class] = field(default_factory=list)
    below: list[_Class] = field(default_factory=list)
    waiting: dict[str, list[_Unit]] = field(default_factory=lambda: defaultdict(list))
    dynamic: list[_Unit] = field(default_factory=list)


@dataclass(eq=False)
class _Unit:
    """A definition or assignment: what it mentions, and what it binds: names of the module or of the function it stands in, and attributes of its class or of
    any object. `locals`: of a function, what is inside it by the names that it mentions."""

    node: cst.CSTNode
    parents: tuple[_Unit, ...] = ()
    owner: _Class | None = None
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    seeded: bool = False
    binds: set[str] = field(default_factory=set)
    binds_own: set[str] = field(default_factory=set)
    binds_foreign: set[str] = field(default_factory=set)
    binds_local: set[str] = field(default_factory=set)
    locals: dict[str, list[_Unit]] = field(default_factory=lambda: defaultdict(list))

    def is_direct(self) -> bool:
        return self.seeded or not self.names.isdisjoint(_SEEDS) or not self.attributes.isdisjoint(_SEEDS)


class Relevance:
    """The relevant definitions of a module, by node."""

    def __init__(self, module: cst.Module, nodes: Nodes, own: Iterable[str] = ()) -> None:
        units = list(_units(module, {item.name.value for node in nodes.of(cst.Global) for item in node.names}))
        _derive(units)
        self._nodes: set[int] = set()
        self._direct = {id(found.node) for unit in units if unit.is_direct() for found in (unit, *unit.parents)}
        self._inside: dict[int, list[_Unit]] = defaultdict(list)
        self._by_name: dict[str, list[_Unit]] = defaultdict(list)
        self._by_attribute: dict[str, list[_Unit]] = defaultdict(list)
        """By attributes that are relevant of whatever object: of modules, and those that were set from outside."""
        for unit in units:
            self._wait(unit)
            for found in (unit, *unit.parents):
                self._inside[id(found.node)].append(unit)
        self._names: set[str] = set()
        self._attributes: set[str] = set()
        self._added: set[int] = set()
        self._pending = [unit for unit in units if unit.seeded]
        self._note_names({*_SEEDS, *own})
        self._note_attributes({*_SEEDS, *own})
        while self._pending:
            self._add(self._pending.pop())
        for unit in units:
            if isinstance(unit.node, cst.ClassDef) and unit.owner is not None and unit.owner.relevant:
                self._nodes.add(id(unit.node))
                self._add_methods(unit.node)

    def _wait(self, unit: _Unit) -> None:
        """Notes on what a unit's relevance hangs."""
        for name in unit.names:
            self._by_name[name].append(unit)
        for name in unit.attributes:
            self._by_attribute[name].append(unit)
        for parent in unit.parents:
            if isinstance(parent.node, _FUNCTIONS):
                for name in unit.names:
                    parent.locals[name].append(unit)
        if unit.owner is not None:
            for name in unit.attributes:
                unit.owner.waiting[name].append(unit)
            if not _DYNAMIC.isdisjoint(unit.attributes | unit.names) or _SELF in unit.names:
                unit.owner.dynamic.append(unit)

    def _note_names(self, names: set[str]) -> None:
        for name in names - self._names - _EVERYWHERE:
            self._names.add(name)
            self._pending += self._by_name.get(name, ())

    def _note_attributes(self, names: set[str]) -> None:
        for name in names - self._attributes - _EVERYWHERE:
            self._attributes.add(name)
            self._pending += self._by_attribute.get(name, ())

    def _note_own(self, cls: _Class, names: set[str]) -> None:
        """Notes attributes of a class that hold something relevant: so they do in an object of what derives from it, and in its bases' methods."""
        new = names - cls.attributes - _EVERYWHERE
        cls.attributes |= new
        for kin in (cls, *cls.above, *cls.below) if new else ():
            for name in new:
                self._pending += kin.waiting.get(name, ())
        if not cls.relevant:
            for kin in (cls, *cls.below):
                if not kin.relevant:
                    kin.relevant = True
                    self._pending += kin.dynamic

    def _add(self, unit: _Unit) -> None:
        """Adds a relevant unit, and what becomes relevant with it to what is to be looked at."""
        if id(unit.node) in self._added:
            return
        self._added.add(id(unit.node))
        around = _function_around(unit)
        if around is not None:
            for name in unit.binds_local:
                self._pending += around.locals.get(name, ())
        for found in (unit, *unit.parents):
            self._nodes.add(id(found.node))
            self._note_names(found.binds)
            self._note_attributes(found.binds_foreign)
            if isinstance(found.node, (cst.ClassDef, cst.FunctionDef)):
                self._note_attributes(found.binds)
            if found.owner is not None:
                self._note_own(found.owner, found.binds_own)

    def _add_methods(self, cls: cst.ClassDef) -> None:
        """A relevant class is made by its `__init__` and run by its `forward`, with the methods that these call."""
        methods = {statement.name.value: statement for statement in cls.body.body if isinstance(statement, cst.FunctionDef)}
        pending = list(_RUN)
        while pending:
            method = methods.pop(pending.pop(), None)
            if method is not None:
                self._nodes.add(id(method))
                pending += [node.attr.value for node in walk(method) if isinstance(node, cst.Attribute) and node.attr.value in methods]

    def is_direct(self, node: cst.CSTNode) -> bool:
        """Whether a definition names a torch layer itself, so that it is worth looking at before those that only use it."""
        return id(node) in self._direct

    def is_named(self, name: str) -> bool:
        """Whether a name is a layer's, or that of something relevant of the module."""
        return name in self._names

    def acts(self, node: cst.CSTNode) -> bool:
        """Whether a definition, or one inside it, names a layer or something relevant of the module: it may build or run one without the object whose method
        it is."""
        return any(
            unit.seeded or not unit.names.isdisjoint(self._names) or not unit.attributes.isdisjoint(self._attributes) for unit in self._inside.get(id(node), ())
        )

    def __contains__(self, node: object) -> bool:
        return id(node) in self._nodes


def _derive(units: list[_Unit]) -> None:
    """Notes which classes derive from which, by the names of their bases."""
    classes: dict[str, list[_Class]] = {}
    bases: dict[int, list[str]] = {}
    for unit in units:
        if isinstance(unit.node, cst.ClassDef) and unit.owner is not None:
            classes.setdefault(unit.node.name.value, []).append(unit.owner)
            bases[id(unit.owner)] = [name for base in unit.node.bases for name in _names(base.value)]
    for cls in (cls for found in classes.values() for cls in found):
        pending, seen = list(bases[id(cls)]), {id(cls)}
        while pending and len(seen) <= MAX_KIN:
            for base in classes.get(pending.pop(), ()):
                if id(base) not in seen:
                    seen.add(id(base))
                    cls.above.append(base)
                    base.below.append(cls)
                    pending += bases[id(base)]


def _units(module: cst.Module, shared: set[str]) -> Iterator[_Unit]:
    """The units of a module; `shared`: the names that some function binds in it."""
    pending: list[tuple[cst.CSTNode, tuple[_Unit, ...], _Class | None]] = [(module, (), None)]
    while pending:
        node, parents, owner = pending.pop()
        kind = type(node)
        if kind is cst.FunctionDef or kind is cst.ClassDef or kind is cst.Lambda:
            owner = _Class() if kind is cst.ClassDef else owner
            unit = _Unit(node, parents, owner)
            if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                _bind_definition(unit, node.name.value)
            yield unit
            parents = (*parents, unit)
        elif kind in _BINDING:
            unit = _Unit(node, parents, owner)
            _bind(unit, node, shared)
            if unit.binds or unit.binds_own or unit.binds_foreign or unit.binds_local:
                for below in _mentioning(node):
                    _mention(unit, below)
                yield unit
        if parents:
            _mention(parents[-1], node)
        pending += [(child, parents, owner) for child in _asked_for(node)]


_FUNCTIONS = (cst.FunctionDef, cst.Lambda)


def _function_around(unit: _Unit) -> _Unit | None:
    """The innermost function that a unit stands in."""
    return next((parent for parent in reversed(unit.parents) if isinstance(parent.node, _FUNCTIONS)), None)


def _bind_definition(unit: _Unit, name: str) -> None:
    within = unit.parents[-1].node if unit.parents else None
    if isinstance(within, cst.ClassDef):
        unit.binds_own.add(name)
        if isinstance(unit.node, cst.ClassDef):
            unit.binds_foreign.add(name)
    elif within is None or isinstance(unit.node, cst.ClassDef):
        unit.binds.add(name)
    else:
        unit.binds_local.add(name)


_BINDING = frozenset({cst.Assign, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.ImportFrom, cst.Expr})
_HALF_ASKED = frozenset({cst.Annotation, cst.Attribute, cst.Arg, cst.Param, cst.AssignTarget, cst.FunctionDef, cst.ClassDef, cst.Call, cst.Comparison})


def _asked_for(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes below one that can hold a mention: what is only named or written to, a type that is only asked for, and annotations are none."""
    if type(node) not in _HALF_ASKED:  # `isinstance` is slow on LibCST's classes, and asked of every node
        return children(node)
    if isinstance(node, cst.Annotation):
        return []
    if isinstance(node, cst.Attribute):
        return [node.value]
    if isinstance(node, cst.Arg):
        return [node.value]
    if isinstance(node, cst.Param):
        return [] if node.default is None else [node.default]
    if isinstance(node, cst.AssignTarget):
        return [] if type(node.target) is cst.Name else [node.target]
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        return [child for child in children(node) if child is not node.name]
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _ASKS:
        return [argument.value for argument in node.args[:1]]
    if isinstance(node, cst.Comparison) and _is_type(node.left):
        return [node.left]
    return children(node)


def _is_type(node: cst.BaseExpression) -> bool:
    """Whether an expression is the type of something: `type(m)`, `m.__class__`."""
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value == "type"
    return isinstance(node, cst.Attribute) and node.attr.value == "__class__"


def _mentioning(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes of what an assignment binds its targets to."""
    value = getattr(root, "value", None)
    pending: list[cst.CSTNode] = [value] if value is not None else children(root) if isinstance(root, cst.ImportFrom) else []
    while pending:
        node = pending.pop()
        yield node
        pending += _asked_for(node)


def _names(node: cst.CSTNode) -> Iterator[str]:
    for item in walk(node):
        if isinstance(item, cst.Name):
            yield item.value


def _mention(unit: _Unit, node: cst.CSTNode) -> None:
    kind = type(node)
    if kind is cst.Name:
        unit.names.add(node.value)  # type: ignore[attr-defined]
    elif kind is cst.Attribute:
        unit.attributes.add(node.attr.value)  # type: ignore[attr-defined]
    elif kind is cst.Call and type(node.func) is cst.Name and node.func.value == "self":  # type: ignore[attr-defined]
        unit.names.add(_SELF)
    elif (kind is cst.SimpleString or kind is cst.FormattedStringText) and len(node.value) < 200 and _TEXT.search(node.value):  # type: ignore[attr-defined]
        unit.seeded = True


def _bind(unit: _Unit, node: cst.CSTNode, shared: set[str]) -> None:
    """What an assignment, an import under another name, or the call of a method (`self.ups.append(layer)`) binds."""
    local = _function_around(unit) is not None
    if isinstance(node, cst.Assign):
        for target in node.targets:
            _bind_target(unit, target.target, local, shared)
    elif isinstance(node, (cst.AnnAssign, cst.AugAssign, cst.NamedExpr)):
        _bind_target(unit, node.target, local, shared)
    elif isinstance(node, cst.Expr) and isinstance(node.value, cst.Call) and isinstance(node.value.func, cst.Attribute):
        if node.value.func.attr.value in MUTATORS:
            _bind_target(unit, node.value.func.value, local, shared)
    elif isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
        for alias in node.names:
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name) and isinstance(alias.name, cst.Name) and alias.name.value in _SEEDS:
                unit.binds.add(alias.asname.name.value)


def _bind_target(unit: _Unit, target: cst.CSTNode, local: bool, shared: set[str]) -> None:
    if isinstance(target, cst.Name):
        if not local and unit.owner is not None:
            unit.binds_own.add(target.value)
        elif not local or target.value in shared:
            unit.binds.add(target.value)
        else:
            unit.binds_local.add(target.value)
    elif isinstance(target, cst.Attribute):
        of_self = unit.owner is not None and isinstance(target.value, cst.Name) and target.value.value in ("self", "cls")
        (unit.binds_own if of_self else unit.binds_foreign).add(target.attr.value)
    elif isinstance(target, cst.Subscript):
        _bind_target(unit, target.value, local, shared)
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            _bind_target(unit, element.value, local, shared)
