"""The places of nodes. LibCST's nodes hold none: they are found by writing the code out again, here that of the top-level statements alone which
hold a node that is asked for."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

import libcst as cst

from convt_lint.facts import Site
from convt_lint.syntax.walk import walk

if TYPE_CHECKING:
    from libcst.metadata import CodeRange


def locate(module: cst.Module, source: bytes, sites: Iterable[tuple[cst.CSTNode, Site]]) -> None:
    """Fills in the places of sites: rows and columns from 1, the end exclusive. `source` is what the module was parsed from."""
    wanted = {id(node): (node, site) for node, site in sites}
    if not wanted:
        return
    rows = _first_rows(module, source)
    positions = _of_all(module) if rows is None else _of_some(module, rows, wanted)
    for node, site in wanted.values():
        found = positions.get(node)
        if found is not None:
            start, end = found.start, found.end
            site.row, site.column, site.end_row, site.end_column = start.line, start.column + 1, end.line, end.column + 1


def _of_all(module: cst.Module) -> Mapping[cst.CSTNode, CodeRange]:
    from libcst.metadata import MetadataWrapper, PositionProvider

    return MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)


def _of_some(module: cst.Module, rows: list[int], wanted: Mapping[int, object]) -> Mapping[cst.CSTNode, CodeRange]:
    from libcst.metadata import PositionProvider
    from libcst.metadata.position_provider import PositionProvidingCodegenState

    provider = PositionProvider()
    for statement, row in zip(module.body, rows, strict=True):
        if any(id(node) in wanted for node in walk(statement)):
            state = PositionProvidingCodegenState(module.default_indent, module.default_newline, provider)
            state.line = row - len(statement.leading_lines)
            statement._codegen(state)
    return cast("Mapping[cst.CSTNode, CodeRange]", provider._computed)


def _first_rows(module: cst.Module, source: bytes) -> list[int] | None:
    """The row on which each top-level statement begins, its decorators included, as Python's own parser tells it; None where it tells something else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = iter(ast.parse(source).body)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    rows = list(_rows(module, found))
    return rows if len(rows) == len(module.body) and next(found, None) is None else None


def _rows(module: cst.Module, found: Iterator[ast.stmt]) -> Iterator[int]:
    for statement in module.body:
        nodes = [next(found, None) for _ in (statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,))]
        first = nodes[0] if nodes else None
        if first is None or None in nodes:
            return
        decorators = getattr(first, "decorator_list", ())
        yield min(first.lineno, *(decorator.lineno for decorator in decorators)) if decorators else first.lineno
