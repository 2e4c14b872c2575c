"""The places of nodes. LibCST's nodes hold none: they are found by writing the code out again, here that of the top-level statements alone which
hold a node that is asked for."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from convt_lint.facts import Site
from convt_lint.syntax.walk import walk


def locate(module: cst.Module, source: bytes, sites: Iterable[tuple[cst.CSTNode, Site]]) -> None:
    """Fills in the places of sites: rows and columns from 1, the end exclusive. `source` is what the module was parsed from."""
    wanted = {id(node): site for node, site in sites}
    if not wanted:
        return
    rows = _first_rows(module, source)
    places = _of_all(module) if rows is None else _of_some(module, rows, wanted)
    for key, site in wanted.items():
        found = places.get(key)
        if found is not None:
            (row, column), (end_row, end_column) = found
            site.row, site.column, site.end_row, site.end_column = row, column + 1, end_row, end_column + 1


_Point = tuple[int, int]
"""A row from 1 and a column from 0."""
_Places = dict[int, tuple[_Point, _Point]]
"""Where nodes begin and end, by their identity."""


def _of_all(module: cst.Module) -> _Places:
    writer = _Writer(module, 1)
    module._codegen(writer)
    return writer.places


def _of_some(module: cst.Module, rows: list[int], wanted: Mapping[int, object]) -> _Places:
    found: _Places = {}
    for statement, row in zip(module.body, rows, strict=True):
        if any(id(node) in wanted for node in walk(statement)):
            # Thousands of lines of comments may stand above it.
            bare = statement.with_changes(leading_lines=())
            writer = _Writer(module, row)
            bare._codegen(writer)
            found |= writer.places
            found[id(statement)] = found[id(bare)]
    return found


class _Writer(CodegenState):
    """Notes where nodes stand while LibCST writes them out: as its own provider of positions does, with a third of the work."""

    def __init__(self, module: cst.Module, row: int) -> None:
        super().__init__(module.default_indent, module.default_newline)
        self.row, self.column = row, 0
        self.places: _Places = {}
        self.began: list[_Point] = []

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self.add_token(token)

    def add_token(self, value: str) -> None:
        if "\n" in value or "\r" in value:
            lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self.row += len(lines) - 1
            self.column = len(lines[-1])
        else:
            self.column += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.began.append((self.row, self.column))

    def after_codegen(self, node: cst.CSTNode) -> None:
        began = self.began.pop()
        if id(node) not in self.places:
            self.places[id(node)] = (began, (self.row, self.column))

    def record_syntactic_position(self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None) -> Any:
        """Notes where a node stands without the blanks around it."""
        return _Noted(self, node, start_node, end_node)


class _Noted:
    """The writing of a node, from its first character to its last."""

    __slots__ = ("began", "end_node", "node", "start_node", "writer")

    def __init__(self, writer: _Writer, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None) -> None:
        self.writer, self.node, self.start_node, self.end_node = writer, node, start_node, end_node

    def __enter__(self) -> None:
        self.began = (self.writer.row, self.writer.column)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        places = self.writer.places
        start = self.began if self.start_node is None else places[id(self.start_node)][0]
        end = (self.writer.row, self.writer.column) if self.end_node is None else places[id(self.end_node)][1]
        places[id(self.node)] = (start, end)


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
