"""An own walk over LibCST nodes: no recursion, no visitors, and past whitespace and punctuation, which nobody asks for."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar, cast

import libcst as cst

N = TypeVar("N", bound=cst.CSTNode)

_PUNCTUATION = ("lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "equal", "dot", "colon")
_SKIPPED = ("whitespace", "leading_lines", "trailing", "header", "footer", *_PUNCTUATION)
_nodes: dict[type, bool] = {}
_getters: dict[type[cst.CSTNode], Callable[[cst.CSTNode], tuple[Any, ...]]] = {}


def _getter(kind: type[cst.CSTNode]) -> Callable[[cst.CSTNode], tuple[Any, ...]]:
    """What gives the fields of a kind of node that may hold nodes: in one call, since it is asked of every node of a file."""
    names = [f.name for f in dataclasses.fields(kind) if f.type is not str and not f.name.startswith(_SKIPPED)]
    match names:
        case []:
            return lambda _: ()
        case [name]:
            one = attrgetter(name)
            return lambda node: (one(node),)
        case _:
            return attrgetter(*names)


def _is_node(kind: type) -> bool:
    # isinstance is slow on LibCST's abstract classes, and there are few types.
    known = _nodes[kind] = issubclass(kind, cst.CSTNode)
    return known


_known: dict[int, tuple[cst.CSTNode, list[cst.CSTNode]]] = {}
"""The children of nodes that were asked for: several looks over a file ask for the same. Emptied by `forget` after each file."""


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes directly below a node, in source order, without whitespace and punctuation. The list is shared: not to be changed."""
    known = _known.get(id(node))
    if known is not None and known[0] is node:
        return known[1]
    kind = type(node)
    getter = _getters.get(kind)
    if getter is None:
        getter = _getters[kind] = _getter(kind)
    found: list[cst.CSTNode] = []
    for value in getter(node):
        if value is None:
            continue
        kind = type(value)
        if kind is list or kind is tuple:
            found += [item for item in value if (_nodes.get(type(item)) or (type(item) not in _nodes and _is_node(type(item))))]
        elif _nodes.get(kind) or (kind not in _nodes and _is_node(kind)):
            found.append(value)
    _known[id(node)] = (node, found)
    return found


@dataclass(frozen=True, slots=True)
class Write:
    """A node that may bind or change something: the class and the function that it stands in directly, and whether any function is around it."""

    node: cst.CSTNode
    cls: cst.ClassDef | None
    function: cst.FunctionDef | None
    inside: bool


_WRITES = frozenset({cst.AssignTarget, cst.AugAssign, cst.AnnAssign, cst.Call})


class Nodes:
    """All nodes of a module by type, from one walk over it; `writes`: those that may bind or change something, and where they stand."""

    def __init__(self, module: cst.Module) -> None:
        self._found: dict[type[cst.CSTNode], list[Any]] = defaultdict(list)
        self.writes: list[Write] = []
        pending: list[tuple[cst.CSTNode, cst.ClassDef | None, cst.FunctionDef | None, bool]] = [(module, None, None, False)]
        while pending:
            node, cls, function, inside = pending.pop()
            kind = type(node)
            self._found[kind].append(node)
            if kind in _WRITES:
                self.writes.append(Write(node, cls, function, inside))
            elif kind is cst.FunctionDef:
                function, inside = cast("cst.FunctionDef", node), True
            elif kind is cst.ClassDef:
                cls, function = cast("cst.ClassDef", node), None
            pending += [(child, cls, function, inside) for child in children(node)]

    def of(self, kind: type[N]) -> list[N]:
        """The nodes of one type."""
        return self._found.get(kind, [])


def forget() -> None:
    """Forgets the nodes of a file that is done with."""
    _known.clear()


def walk(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all nodes below it."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending += children(node)


SCOPES: frozenset[type[cst.CSTNode]] = frozenset({cst.FunctionDef, cst.Lambda, cst.ClassDef})


def holds(roots: Iterable[cst.CSTNode], kinds: frozenset[type[cst.CSTNode]], *, past: frozenset[type[cst.CSTNode]] = frozenset()) -> bool:
    """Whether a node of some kinds is among these and those below them; not looked for below nodes of the kinds in `past`."""
    pending = list(roots)
    while pending:
        node = pending.pop()
        kind = type(node)  # `isinstance` is slow on LibCST's classes, and asked of every node
        if kind in kinds:
            return True
        if kind not in past:
            pending += children(node)
    return False
