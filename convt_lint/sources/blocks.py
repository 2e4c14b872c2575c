"""What Markdown and reStructuredText share: a block of code, or of an interactive session, as pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from convt_lint.sources.magics import without_magics
from convt_lint.sources.texts import Piece, Place

Line = tuple[int, str]
"""A row of the document, and what stands there."""

PROMPT = re.compile(r"([ \t]*)>>>(?: |$)")
OPTION = re.compile(r"[ \t]*:[\w-]+:(?:[ \t]|$)")
PYTHON = frozenset({"py", "py3", "python", "python3", "pycon", "pycon3", "ipython", "ipython3", "doctest"})
"""What a block of Python is named."""
_MORE = re.compile(r"[ \t]*\.\.\.(?: |$)")
_INPUT = re.compile(r"[ \t]*In \[\d*\]: ?")


def lines_of(source: bytes) -> list[str]:
    """The lines of a document without their ends."""
    return source.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def pieces_of(lines: list[Line], offset: int = 0) -> Iterator[Piece]:
    """The code in a block whose lines stand `offset` columns further right in the document: itself, or what follows its prompts."""
    first = next((text for _, text in lines if text.strip()), "")
    if PROMPT.match(first):
        yield from session(lines, offset)
    elif first and not _INPUT.match(first):
        indent = min(_indent(text) for _, text in lines if text.strip())
        rows = without_magics([text[indent:] for _, text in lines])
        yield _piece((row, code, offset + indent + shift) for (row, _), (code, shift) in zip(lines, rows, strict=True))


def session(lines: list[Line], offset: int = 0) -> Iterator[Piece]:
    """The examples of an interactive session, a piece each: Python reads them one by one. One that is shown to raise is none."""
    example: list[tuple[int, str, int]] = []
    printed: list[str] = []
    ended = False
    for row, text in [*lines, (0, ">>>")]:
        begins = PROMPT.match(text)
        prompt = begins or (_MORE.match(text) if example and not printed and not ended else None)
        if begins is not None:
            if example and not any("Traceback" in line for line in printed):
                yield _piece(example, " ".join(printed))
            example, printed, ended = [], [], False
        if prompt is not None:
            example.append((row, text[prompt.end() :], offset + prompt.end()))
        elif text.strip():
            printed += [] if ended else [text.strip()]
        else:
            ended = True


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" \t"))


def _piece(rows: Iterable[tuple[int, str, int]], printed: str = "") -> Piece:
    found = list(rows)
    return Piece(tuple(code for _, code, _ in found), tuple(Place(row, shift) for row, _, shift in found), printed)
