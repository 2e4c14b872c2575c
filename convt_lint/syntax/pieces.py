"""The pieces of a notebook or a document as one module: what cannot be parsed costs its own piece."""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace

from convt_lint.facts import AnalysisStopped, Site
from convt_lint.sources.texts import SEPARATOR, Piece, Text
from convt_lint.syntax.parsing import parse

_TARGETS = re.compile(r"^[ \t]*([\w \t,.()\[\]*]+?)[ \t]*(?::[^=\n]+)?(?:[-+*/%|&^]|//|\*\*)?=(?!=)", re.MULTILINE)
_DEFINED = re.compile(r"\b(?:def|class|as|for|import)[ \t]+([\w \t,]+)")
_ROOT = re.compile(r"(?<![\w.])[^\W\d]\w*")


def joined(text: Text, *, thorough: bool = False) -> tuple[bytes, list[AnalysisStopped]]:
    """The code of a text, and why some of its pieces cannot be parsed: these are blanked out, with the names that they bind unknown.

    `thorough` asks the parser itself of each piece, not Python's, which is far faster and accepts a little more.
    """
    rows: list[str] = []
    stopped: list[AnalysisStopped] = []
    for piece in text.pieces:
        problem = _problem(piece, thorough=thorough)
        if problem is not None:
            site = problem.site
            moved = Site(site.row + len(rows), site.column, site.end_row + len(rows), site.end_column)
            stopped.append(replace(problem, site=moved))
        rows += piece.rows if problem is None else _forgotten(piece)
        rows.append(SEPARATOR)
    return "".join(f"{row}\n" for row in rows).encode(), stopped


def _problem(piece: Piece, *, thorough: bool) -> AnalysisStopped | None:
    if not thorough and _is_python(piece.code):
        return None
    parsed = parse(piece.code.encode())
    return parsed if isinstance(parsed, AnalysisStopped) else None


def _is_python(code: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


def _forgotten(piece: Piece) -> Iterator[str]:
    """As many rows, in which the names that the piece may bind become unknown: later pieces must not be judged by older values."""
    names = sorted(set(_bound(piece.code)))
    yield "".join(f"{name} = " for name in names) + "_skipped()" if names else ""
    yield from [""] * (len(piece.rows) - 1)


def _bound(code: str) -> Iterator[str]:
    for pattern in (_TARGETS, _DEFINED):
        for match in pattern.finditer(code):
            yield from (name for name in _ROOT.findall(match[1]) if not keyword.iskeyword(name))
