"""reStructuredText: the Python in code blocks and behind doctest prompts, as one module in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convt_lint.sources.blocks import OPTION, PROMPT, PYTHON, Line, lines_of, pieces_of, session
from convt_lint.sources.texts import Piece, Text

_BLOCK = re.compile(r"([ \t]*)\.\.[ \t]+(code-block|code|sourcecode|testcode|testsetup|jupyter-execute|doctest)::[ \t]*([\w.+-]*)", re.IGNORECASE)
_COMMENT = re.compile(r"([ \t]*)\.\.(?:[ \t]*$|[ \t]+(?![\w:+.-]+::|\[|_|\|))")
_RAW = re.compile(r"([ \t]*)\.\.[ \t]+(?:raw|math|parsed-literal|literalinclude|testoutput|graphviz|digraph)::", re.IGNORECASE)
_NAMED = frozenset({"testcode", "testsetup", "jupyter-execute", "doctest"})
"""Directives that hold Python whatever stands behind them."""


def text_of(source: bytes) -> Text:
    """The Python in a document. What cannot be parsed is prose."""
    return Text(tuple(_pieces(lines_of(source))), strict=False)


def _pieces(lines: list[str]) -> Iterator[Piece]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if (block := _BLOCK.match(line)) is not None:
            end = _end(lines, at, len(block[1]))
            if block[2].lower() in _NAMED or block[3].lower() in PYTHON:
                yield from pieces_of(_content(lines, at + 1, end))
            at = end
        elif (skipped := _COMMENT.match(line) or _RAW.match(line)) is not None:
            at = _end(lines, at, len(skipped[1]))
        elif PROMPT.match(line):
            end = next((row for row in range(at, len(lines)) if not lines[row].strip()), len(lines))
            yield from session([(row + 1, lines[row]) for row in range(at, end)])
            at = end
        else:
            at += 1


def _end(lines: list[str], at: int, indent: int) -> int:
    """The first row behind a directive: one that stands no further right than it does."""
    for row in range(at + 1, len(lines)):
        if lines[row].strip() and len(lines[row]) - len(lines[row].lstrip(" \t")) <= indent:
            return row
    return len(lines)


def _content(lines: list[str], start: int, end: int) -> list[Line]:
    """A directive's rows behind its options."""
    while start < end and OPTION.match(lines[start]):
        start += 1
    return [(row + 1, lines[row]) for row in range(start, end)]
