"""In which row of a TOML file a key stands: `tomllib` does not say. Asked for only where something is to be told of the key."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

MAX_ROWS = 2000
"""A key that stands further behind the first mention of its table is not looked for."""


def row_of(text: str, keys: Sequence[str], item: str = "") -> int | None:
    """The row, from 1, where a key of a TOML document stands, or the first row of its value that holds `item`; None where that is not found.

    The parser itself is asked, with more and more of the document, from where it holds the key.
    """
    lines = text.splitlines(keepends=True)
    # A document of a thousand rows need not be read a thousand times.
    first = next((row for row, line in enumerate(lines, start=1) if keys[:2][-1] in line), 1)
    complete = first - 1  # so many rows are a document of their own, and do not hold the key
    for count in range(first, min(len(lines), first + MAX_ROWS) + 1):
        if not lines[count - 1].strip():
            continue
        document = _document("".join(lines[:count]))
        if document is None:
            continue
        if _holds(document, keys):
            rows = [row for row in range(complete + 1, count + 1) if lines[row - 1].strip() and not lines[row - 1].lstrip().startswith("#")]
            return next((row for row in rows if item and (f'"{item}"' in lines[row - 1] or f"'{item}'" in lines[row - 1])), rows[0])
        complete = count
    return None


def _document(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _holds(document: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True
