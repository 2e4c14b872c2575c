"""Expressions in comments and docstrings, read with Python's own parser."""

from __future__ import annotations

import ast
import warnings


def parse_expression(text: str) -> ast.expr | None:
    """The expression that a text is; None where it is none. Says nothing of what Python warns of."""
    tree = parse_quietly(text.strip(), "eval")
    return tree.body if isinstance(tree, ast.Expression) else None


def parse_quietly(text: str, mode: str = "exec") -> ast.Module | ast.Expression | None:
    """The syntax tree of a text; None where it is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text, mode=mode)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    return tree if isinstance(tree, (ast.Module, ast.Expression)) else None
