"""Markdown: the Python in fenced blocks and behind doctest prompts, as one module in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convt_lint.sources.blocks import OPTION, PROMPT, PYTHON, Line, lines_of, pieces_of, session
from convt_lint.sources.texts import Piece, Text

_FENCE = re.compile(r"([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*([^\r\n]*)")
_QUOTE = re.compile(r"[ \t]*>[ \t>]*")
_LANGUAGE = re.compile(r"(?:\{(?:code-cell|code-block|code|sourcecode)\}[ \t]*)?\{?[. \t]*([\w+-]*)")
_DIRECTIVE = re.compile(r"\{(testcode|testsetup|doctest|jupyter-execute)\}")
_PYTHON = PYTHON | {"pyodide"}
_SESSIONS = frozenset({"", "console"})
"""What a block may be named that is Python only behind prompts."""


def text_of(source: bytes) -> Text:
    """The Python in a document. What cannot be parsed is prose."""
    return Text(tuple(_pieces(lines_of(source))), strict=False)


def _pieces(lines: list[str]) -> Iterator[Piece]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.lstrip().startswith("<!--"):
            at = _behind_comment(lines, at)
        elif (fence := _FENCE.match(line)) is not None and not ("`" in fence[2] and "`" in fence[3]):
            end, behind = _end(lines, at, fence)
            yield from _fenced([(row + 1, lines[row]) for row in range(at + 1, end)], fence)
            at = behind
        elif PROMPT.match(line):
            end = next((row for row in range(at, len(lines)) if not lines[row].strip()), len(lines))
            yield from session([(row + 1, lines[row]) for row in range(at, end)])
            at = end
        else:
            at += 1


def _behind_comment(lines: list[str], at: int) -> int:
    return next((row for row in range(at, len(lines)) if "-->" in lines[row]), len(lines)) + 1


def _end(lines: list[str], at: int, fence: re.Match[str]) -> tuple[int, int]:
    """Where a fenced block ends, and where the document goes on: at as long a fence without a word, or at the first line outside of the quotation that the
    block stands in; else both at the document's end."""
    closing = re.compile(rf"[ \t>]*{re.escape(fence[2][0])}{{{len(fence[2])},}}[ \t]*$")
    quoted = ">" in fence[1]
    for row in range(at + 1, len(lines)):
        if closing.match(lines[row]):
            return row, row + 1
        if quoted and not lines[row].lstrip().startswith(">"):
            return row, row
    return len(lines), len(lines)


def _fenced(lines: list[Line], fence: re.Match[str]) -> Iterator[Piece]:
    language = _language(fence[3])
    if language is None:
        return
    offset = 0
    if ">" in fence[1]:
        offset = len(fence[1])
        lines = [(row, text[offset:] if (quote := _QUOTE.match(text)) is not None and quote.end() >= offset else "") for row, text in lines]
    lines = _without_options(lines) if fence[3].startswith("{") else lines
    first = next((text for _, text in lines if text.strip()), "")
    if language in _PYTHON or PROMPT.match(first):
        yield from pieces_of(lines, offset)


def _language(info: str) -> str | None:
    """The language that a fence names; None where it is none that can hold Python."""
    if _DIRECTIVE.match(info):
        return "python"
    match = _LANGUAGE.match(info)
    language = match[1].lower() if match is not None else ""
    return language if language in _PYTHON or language in _SESSIONS else None


def _without_options(lines: list[Line]) -> list[Line]:
    """The lines of a directive behind its options, `:name: value` or between two lines of `---`."""
    if lines and lines[0][1].strip() == "---":
        end = next((index for index, (_, text) in enumerate(lines[1:], 1) if text.strip() == "---"), 0)
        return lines[end + 1 :]
    start = next((index for index, (_, text) in enumerate(lines) if OPTION.match(text) is None), len(lines))
    return lines[start:]
