"""An own walk over LibCST nodes: no recursion, no visitors, and past whitespace and punctuation, which nobody asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TypeVar, cast

import libcst as cst

N = TypeVar("N", bound=cst.CSTNode)

_PUNCTUATION = ("lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "equal", "dot", "colon")
_SKIPPED = ("whitespace", "leading_lines", "trailing", "header", "footer", *_PUNCTUATION)
_nodes: dict[type, bool] = {}
_fields: dict[type[cst.CSTNode], tuple[str, ...]] = {}


def _field_names(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(f.name for f in dataclasses.fields(kind) if not f.name.startswith(_SKIPPED))
    return names


def _is_node(kind: type) -> bool:
    # isinstance is slow on LibCST's abstract classes, and there are few types.
    known = _nodes.get(kind)
    if known is None:
        known = _nodes[kind] = issubclass(kind, cst.CSTNode)
    return known


_known: dict[int, tuple[cst.CSTNode, list[cst.CSTNode]]] = {}
"""The children of nodes that were asked for: several looks over a file ask for the same. Emptied by `forget` after each file."""


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes directly below a node, in source order, without whitespace and punctuation. The list is shared: not to be changed."""
    known = _known.get(id(node))
    if known is not None and known[0] is node:
        return known[1]
    found: list[cst.CSTNode] = []
    for name in _field_names(type(node)):
        value = getattr(node, name)
        kind = type(value)
        if kind is list or kind is tuple:
            found += [item for item in value if _is_node(type(item))]
        elif kind is not str and value is not None and _is_node(kind):
            found.append(value)
    _known[id(node)] = (node, found)
    return found


_kinds: dict[int, tuple[cst.CSTNode, dict[type[cst.CSTNode], list[cst.CSTNode]]]] = {}
"""All nodes below a root, by their type. Emptied by `forget`, too."""


def of_kind(root: cst.CSTNode, kind: type[N]) -> list[N]:
    """The nodes of one type in a tree, the root among them. For roots that are asked several times: the tree is walked once. The list is shared."""
    known = _kinds.get(id(root))
    if known is None or known[0] is not root:
        found: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        for node in walk(root):
            found.setdefault(type(node), []).append(node)
        known = _kinds[id(root)] = (root, found)
    return cast("list[N]", known[1].get(kind, []))


def forget() -> None:
    """Forgets the nodes of a file that is done with."""
    _known.clear()
    _kinds.clear()


def walk(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all nodes below it."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending += children(node)
