"""What a look over the syntax tells before anything is run: who assigns which names and attributes, and who overrides what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import libcst as cst

from convt_lint.syntax.walk import Nodes, Write, holds, walk

MUTATORS = frozenset({"append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add", "discard"})


def global_names(nodes: Nodes) -> set[str]:
    """Names that some function rebinds in the module's scope."""
    return {item.name.value for node in nodes.of(cst.Global) for item in node.names}


def changed_globals(nodes: Nodes) -> set[str]:
    """Names that some function rebinds in the module's scope, or whose content it may change."""
    changed = (target for write in nodes.writes if write.inside for target in _changed_targets(write.node))
    return global_names(nodes) | {target.value for target in changed if isinstance(target, cst.Name)}


def mutated_attributes(nodes: Nodes) -> set[str]:
    """Attributes whose content some code changes in place: `self.rates.append(…)`."""
    return {target.attr.value for write in nodes.writes for target in _changed_targets(write.node) if isinstance(target, cst.Attribute)}


def _changed_targets(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """What a node changes the content of: `x` in `x[i] = …`, `x += …` and `x.append(…)`."""
    if isinstance(node, (cst.AssignTarget, cst.AugAssign)) and isinstance(node.target, cst.Subscript):
        return [node.target.value]
    if isinstance(node, cst.AugAssign):
        return [node.target]
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value in MUTATORS:
        return [node.func.value]
    return []


_CHOICES: frozenset[type[cst.CSTNode]] = frozenset({cst.If, cst.IfExp, cst.For, cst.While, cst.Try, cst.TryStar, cst.Match})


def makers(nodes: Nodes) -> set[int]:
    """The functions that call something of torch or a class of the file, by identity: whatever they are given, they may give a module or a tensor. Not those
    with a choice, which would go many ways on what is not known."""
    imports = (node for node in nodes.of(cst.ImportFrom) if node.module is not None and _first_name(node.module) == "torch")
    names = {name for node in imports for name in _imported(node)} | {node.name.value for node in nodes.of(cst.ClassDef)}
    names |= {name for node in nodes.of(cst.Import) if any(_first_name(alias.name) == "torch" for alias in node.names) for name in _imported(node)}
    calls = ((write.function, write.node) for write in nodes.writes if write.function is not None)
    found = {id(function): function for function, node in calls if isinstance(node, cst.Call) and _first_name(node.func) in names}
    return {key for key, function in found.items() if not holds([function.body], _CHOICES)}


def overridden_names(nodes: Nodes) -> dict[int, set[str]]:
    """For each class, the names that its subclasses in the file define anew."""
    above = _ancestors(nodes)
    found: dict[int, set[str]] = {id(node): set() for node, _ in above}
    for node, parents in above:
        for parent in parents:
            found[id(parent)] |= _defined(node)
    return found


def sharing_classes(nodes: Nodes) -> dict[int, set[int]]:
    """For each class, the other classes of the file that may set attributes on its instances: its subclasses, and what they derive from besides."""
    above = _ancestors(nodes)
    found: dict[int, set[int]] = {id(node): set() for node, _ in above}
    for node, parents in above:
        whole = {id(node), *map(id, parents)}
        for parent in parents:
            found[id(parent)] |= whole
    return {id(node): found[id(node)] - {id(node), *map(id, parents)} for node, parents in above}


def _ancestors(nodes: Nodes) -> list[tuple[cst.ClassDef, list[cst.ClassDef]]]:
    """The classes of the file, each with all those that it may derive from, by their names."""
    classes = nodes.of(cst.ClassDef)
    named: dict[str, list[cst.ClassDef]] = {}
    for node in classes:
        named.setdefault(node.name.value, []).append(node)
    direct = {id(node): [parent for name in {_last_name(base.value) for base in node.bases} for parent in named.get(name, ())] for node in classes}
    found: list[tuple[cst.ClassDef, list[cst.ClassDef]]] = []
    for node in classes:
        seen: dict[int, cst.ClassDef] = {}
        pending = list(direct[id(node)])
        while pending:
            parent = pending.pop()
            if parent is not node and id(parent) not in seen:
                seen[id(parent)] = parent
                pending += direct[id(parent)]
        found.append((node, list(seen.values())))
    return found


def _defined(cls: cst.ClassDef) -> set[str]:
    names: set[str] = set()
    for statement in cls.body.body:
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            names.add(statement.name.value)
        elif isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                targets = [t.target for t in small.targets] if isinstance(small, cst.Assign) else [small.target] if isinstance(small, cst.AnnAssign) else []
                names |= {target.value for target in targets if isinstance(target, cst.Name)}
    return names - {"__init__", "forward"}


def _last_name(node: cst.BaseExpression) -> str:
    return node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""


def assigned_attributes(nodes: Nodes) -> dict[str, list[cst.ClassDef | None]]:
    """For each attribute name, the classes in whose `__init__` it is assigned on self; None stands for any other place."""
    found: dict[str, list[cst.ClassDef | None]] = {}
    for write in nodes.writes:
        receiver = _receiver(write)
        if isinstance(write.node, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign)):
            for target in _attribute_targets(write.node.target):
                own = receiver != "" and isinstance(target.value, cst.Name) and target.value.value == receiver
                found.setdefault(target.attr.value, []).append(write.cls if own else None)
        if not receiver:
            for changed in _changed_targets(write.node):
                if isinstance(changed, cst.Attribute):
                    found.setdefault(changed.attr.value, []).append(None)
    return found


def _receiver(write: Write) -> str:
    """The name of the instance where something stands directly in its class's `__init__`, else empty."""
    function = write.function
    if function is None or write.cls is None or function.name.value != "__init__":
        return ""
    first = next(iter((*function.params.posonly_params, *function.params.params)), None)
    return "" if first is None else first.name.value


def _attribute_targets(target: cst.CSTNode) -> list[cst.Attribute]:
    if isinstance(target, cst.Attribute):
        return [target]
    if isinstance(target, (cst.Tuple, cst.List)):
        return [found for element in target.elements for found in _attribute_targets(element.value)]
    return []


def touched(nodes: Iterable[cst.CSTNode]) -> tuple[set[str], set[str]]:
    """The names and the attributes that some statements may bind or whose content they may change."""
    names: set[str] = set()
    attributes: set[str] = set()
    for root in nodes:
        for node in walk(root):
            if type(node) not in _TOUCHING:  # `isinstance` is slow on LibCST's classes, and asked of every node
                continue
            for target in (*_bound_targets(node), *_changed_targets(node)):
                _note(target, names, attributes)
            if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                names.add(node.name.value)
    return names, attributes


_BINDING: tuple[type[cst.CSTNode], ...] = (cst.AssignTarget, cst.AnnAssign, cst.NamedExpr, cst.For, cst.CompFor, cst.AsName, cst.ImportAlias)


_TOUCHING = frozenset({cst.FunctionDef, cst.ClassDef, cst.AugAssign, cst.Call, *_BINDING})


def _bound_targets(node: cst.CSTNode) -> list[cst.BaseExpression]:
    if isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.NamedExpr, cst.For, cst.CompFor)):
        return [node.target]
    if isinstance(node, cst.AsName):
        return [node.name]
    if isinstance(node, cst.ImportAlias) and node.asname is None and isinstance(node.name, cst.Name):
        return [node.name]
    return []


def _note(target: cst.BaseExpression, names: set[str], attributes: set[str]) -> None:
    if isinstance(target, cst.Name):
        names.add(target.value)
    elif isinstance(target, cst.Attribute):
        attributes.add(target.attr.value)
    elif isinstance(target, cst.Subscript):
        _note(target.value, names, attributes)
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            _note(element.value, names, attributes)


_RESHAPING = frozenset({"resize_", "resize_as_", "transpose_", "t_", "squeeze_", "unsqueeze_", "set_", "swapaxes_", "swapdims_", "as_strided_"})
_GEOMETRY = frozenset({"kernel_size", "stride", "padding", "output_padding", "dilation", "groups", "padding_mode"})


def reshapes_in_place(nodes: Nodes) -> bool:
    """Whether some tensor may change its shape under its name: then no shape in the file is sure."""
    return (
        any(node.attr.value in _RESHAPING for node in nodes.of(cst.Attribute))
        or any(node.keyword is not None and node.keyword.value == "out" for node in nodes.of(cst.Arg))
        or any(target.attr.value == "data" for target in _bound_attributes(nodes))
    )


def mends_layers(nodes: Nodes) -> bool:
    """Whether some layer's geometry, or what runs with it, may be changed after it was built through a name that may be any layer's."""
    return (
        any(
            (target.attr.value in _GEOMETRY and not _is_self(target.value)) or (target.attr.value == "forward" and _is_any(target.value))
            for target in _bound_attributes(nodes)
        )
        or any(_sets_geometry(node) or _hooks(node) for node in nodes.of(cst.Call))
        or any(_is_of_dict(node) for node in nodes.of(cst.Subscript))
    )


_HOOKS = re.compile(r"register_(?:module_)?forward_(?:pre_)?hook")


def _hooks(node: cst.Call) -> bool:
    """Whether a call makes something run with a layer, it is not known which: `m.register_forward_hook(f)`."""
    if isinstance(node.func, cst.Name):
        return node.func.value.startswith("register_module_forward")
    return isinstance(node.func, cst.Attribute) and _HOOKS.fullmatch(node.func.attr.value) is not None and _is_any(node.func.value)


def _is_any(node: cst.CSTNode) -> bool:
    """Whether a name may stand for any object: neither `self` nor a chain of attributes."""
    return isinstance(node, cst.Name) and node.value != "self"


def _is_of_dict(node: cst.Subscript) -> bool:
    """Whether this is `m.__dict__["stride"]`."""
    key = node.slice[0].slice.value if isinstance(node.slice[0].slice, cst.Index) else None
    named = isinstance(node.value, cst.Attribute) and node.value.attr.value == "__dict__" and isinstance(key, cst.SimpleString)
    return named and isinstance(key, cst.SimpleString) and key.value.strip("\"'") in _GEOMETRY


def _bound_attributes(nodes: Nodes) -> Iterator[cst.Attribute]:
    """The attributes that something is bound to."""
    for kind in _BINDING:
        for node in nodes.of(kind):
            for target in _bound_targets(node):
                if isinstance(target, cst.Attribute):
                    yield target


def _is_self(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "self"


def _sets_geometry(node: cst.Call) -> bool:
    """Whether a call is `setattr(layer, "stride", …)`, or pytest's `monkeypatch.setattr(…)`."""
    function = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    named = isinstance(function, cst.Name) and function.value == "setattr" and len(node.args) >= 3
    name = node.args[1].value if named else None
    return isinstance(name, cst.SimpleString) and name.value.strip("\"'") in _GEOMETRY and not _is_self(node.args[0].value)


def resizes(nodes: Nodes) -> bool:
    """Whether some layer may be run with `output_size=`, which makes torch pass over its output_padding.

    Calls of what the file defines or imports run no layer themselves: what they do with the size stands elsewhere, or is torch's own.
    """
    sized = [
        node.func for node in nodes.of(cst.Call) if any(argument.keyword is not None and argument.keyword.value == "output_size" for argument in node.args)
    ]
    if not sized:
        return False
    defined = {node.name.value for node in nodes.of(cst.FunctionDef)} | {node.name.value for node in nodes.of(cst.ClassDef)}
    imports: list[cst.Import | cst.ImportFrom] = [*nodes.of(cst.Import), *nodes.of(cst.ImportFrom)]
    imported = {name for node in imports for name in _imported(node)}
    return any(_last_name(func) not in defined and _first_name(func) not in imported | defined for func in sized)


def _imported(node: cst.Import | cst.ImportFrom) -> set[str]:
    """The names that an import binds."""
    if isinstance(node.names, cst.ImportStar):
        return set()
    names = (alias.asname.name if alias.asname is not None else alias.name for alias in node.names)
    return {_first_name(name) for name in names if isinstance(name, cst.BaseExpression)}


def _first_name(node: cst.BaseExpression) -> str:
    """The name that a chain of attributes starts from."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def mixed_classes(nodes: Nodes) -> set[int]:
    """The classes that a class of the file with several bases derives from: what `super()` means in them depends on who is made."""
    named: dict[str, list[cst.ClassDef]] = {}
    for node in nodes.of(cst.ClassDef):
        named.setdefault(node.name.value, []).append(node)
    found: set[int] = set()
    pending = [node for nodes in named.values() for node in nodes if len(node.bases) > 1]
    while pending:
        for base in pending.pop().bases:
            above = [node for node in named.get(_last_name(base.value), ()) if id(node) not in found]
            found.update(map(id, above))
            pending += above
    return found
