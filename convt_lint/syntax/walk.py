"""An own walk over LibCST nodes: no recursion, no visitors, and past whitespace and punctuation, which nobody asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import libcst as cst

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


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes directly below a node, in source order, without whitespace and punctuation."""
    found: list[cst.CSTNode] = []
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, (list, tuple)):
            found += [item for item in value if _is_node(type(item))]
        elif _is_node(type(value)):
            found.append(value)
    return found


def walk(root: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and all nodes below it."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending += children(node)
