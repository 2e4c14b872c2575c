"""The pieces of a notebook or a document as one module: what cannot be parsed costs its own piece."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from convt_lint.facts import AnalysisStopped, Site
from convt_lint.sources.texts import HEAD, SEPARATOR, Piece, Place, Text, is_python
from convt_lint.syntax.doctests import Example, statement
from convt_lint.syntax.expression_texts import parse_quietly
from convt_lint.syntax.guard import Bounds, Risky
from convt_lint.syntax.parsing import misplaced, parse

_DEFINED = re.compile(r"\b(?:(?:def|class|as)[ \t]+(\w+)|for[ \t]+([^\n:]{1,200}?)[ \t]in\b)")
_IMPORT = re.compile(r"(?:import|from)[ \t]")
_EXITS = frozenset({("sys", "exit"), ("os", "_exit")})
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Module:
    """The code of a text as one module, and the place of each of its rows; why some pieces cannot be parsed; the rows of statements that stand for what
    an example is shown to print."""

    code: bytes
    places: tuple[Place, ...]
    stopped: list[AnalysisStopped]
    shown: frozenset[int]


def joined(text: Text, bounds: Bounds, *, thorough: bool = False) -> Module:
    """The pieces of a text as one module. One that cannot be parsed is blanked out, with the names that it binds unknown.

    `thorough` asks the parser itself of each piece, not Python's, which is far faster and accepts a little more. Raises Risky for a piece that the parser is
    to be asked of, but that is past the bounds.
    """
    rows = list(HEAD)
    places = list(text.places)
    shown: set[int] = set()
    stopped: list[AnalysisStopped] = []
    for piece in text.pieces:
        above = len(rows) - len(HEAD)
        try:
            problem = (_misplaced(piece) if text.strict else None) or _problem(piece, bounds, thorough=thorough)
        except Risky as risk:
            risk.row += above
            raise
        if problem is not None:
            stopped.append(_moved(problem, above))
        elif piece.printed:
            made, added = statement(Example(list(piece.rows), 1, 1, piece.printed), frozenset())
            if added:
                for index, row in enumerate(piece.rows, len(rows)):
                    place = places[index]
                    own = (place.shift + 1, place.shift + len(row) + 1)
                    places[index] = replace(place, shift=place.shift - (added if index == len(rows) else 0), own=own)
                shown |= set(range(len(rows) + 1, len(rows) + len(made) + 1))
                piece = replace(piece, rows=tuple(made))
        rows += _as_far_as_it_runs(piece.rows) if problem is None else _forgotten(piece.rows)
        rows.append(SEPARATOR)
    return Module("".join(f"{row}\n" for row in rows).encode(), tuple(places), stopped, frozenset(shown))


def _misplaced(piece: Piece) -> AnalysisStopped | None:
    problem = misplaced(piece.code)
    return None if problem is None else _moved(problem, len(HEAD))


def _moved(problem: AnalysisStopped, rows: int) -> AnalysisStopped:
    site = problem.site
    return replace(problem, site=Site(site.row + rows, site.column, site.end_row + rows, site.end_column))


def _problem(piece: Piece, bounds: Bounds, *, thorough: bool) -> AnalysisStopped | None:
    if not thorough and is_python(piece.code):
        return None
    parsed = parse("\n".join([*HEAD, piece.code]).encode(), bounds)
    return parsed if isinstance(parsed, AnalysisStopped) else None


def _as_far_as_it_runs(rows: Sequence[str]) -> list[str]:
    """The rows of a piece up to a statement that ends it: the pieces behind it run all the same. What it would bind further on is unknown."""
    tree = parse_quietly("\n".join(rows))
    end = next((node for node in tree.body if _ends(node)), None) if isinstance(tree, ast.Module) else None
    if end is None:
        return [*rows]
    at = end.lineno - 1
    before = rows[at].encode()[: end.col_offset].decode()
    first, *rest = _forgotten([rows[at].removeprefix(before), *rows[at + 1 :]])
    return [*rows[:at], "; ".join(filter(None, [before.rstrip(" \t\f;"), first])), *rest]


def _ends(node: ast.stmt) -> bool:
    """Whether nothing that stands behind a statement can run."""
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and not node.test.value
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            return (called.value.id, called.attr) in _EXITS
        return isinstance(called, ast.Name) and called.id in ("exit", "quit")
    return isinstance(node, (ast.Raise, ast.Return))


def _forgotten(piece_rows: Sequence[str]) -> list[str]:
    """As many rows, of which only whole imports are left, and in which the names that the piece may bind otherwise become unknown: the pieces behind it must
    not be judged by older values."""
    rows = [row if _IMPORT.match(row) and is_python(row) else "" for row in piece_rows]
    names = sorted({name for row, kept in zip(piece_rows, rows, strict=True) if not kept for name in _bound(row)})
    unknown = [" = ".join([*names, "_skipped()"])] if names else []
    return ["; ".join([*filter(None, [rows[0].partition("#")[0].strip()]), *unknown]), *rows[1:]]


def _bound(row: str) -> Iterator[str]:
    """The names that a row may bind; some more do no harm."""
    targets = row.partition("=")[0].partition(":")[0].strip() if "=" in row else ""
    # Before the first `=` of a call that goes on stand its other arguments, and what is called.
    texts = [] if "(" in targets and not targets.startswith("(") else [targets]
    texts += [match[1] or match[2] for match in _DEFINED.finditer(row)]
    yield from (name for text in texts for name in _NAME.findall(text) if not keyword.iskeyword(name))
