"""Jupyter notebooks, of nbformat 3 and 4: the code cells in order as one module."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from convt_lint.sources.kinds import Unfit
from convt_lint.sources.magics import rows_of_cell
from convt_lint.sources.texts import Piece, Place, Text

_PYTHON = frozenset({"", "python", "python3", "ipython", "ipython3"})


def text_of(source: bytes) -> Text:
    """The code cells of a notebook; none of one in another language. Cells are counted from 1, all of them, as ruff does. Raises Unfit."""
    notebook = _loaded(source)
    pieces, cells = [], {}
    for number, cell in enumerate(_cells(notebook), 1):
        if not _is_python(cell):
            continue
        lines = _lines(cell)
        if not any(line.strip() for line in lines):
            continue
        cells[number] = tuple(lines)
        rows = rows_of_cell(lines)
        pieces.append(Piece(tuple(row for row, _ in rows), tuple(Place(index, shift, number) for index, (_, shift) in enumerate(rows, 1))))
    return Text(tuple(pieces), cells)


def _loaded(source: bytes) -> Mapping[str, Any]:
    try:
        notebook = json.loads(source)
    except json.JSONDecodeError as error:
        raise Unfit(f"not a notebook: no valid JSON: {error.msg}", error.lineno, error.colno) from None
    except UnicodeDecodeError as error:
        row = source.count(b"\n", 0, error.start) + 1
        raise Unfit(f"not a notebook: not valid {error.encoding}: byte 0x{source[error.start]:02x}", row) from None
    except RecursionError:
        raise Unfit("not a notebook: JSON nested too deeply") from None
    except ValueError as error:  # an integer of more digits than Python takes
        raise Unfit(f"not a notebook: {error}") from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells", notebook.get("worksheets")), list):
        raise Unfit("not a notebook: it holds no list of cells")
    return notebook


def _cells(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if not _is_of_python(notebook):
        return
    sheets = [notebook] if isinstance(notebook.get("cells"), list) else notebook["worksheets"]
    for sheet in sheets:
        found = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in found if isinstance(found, list) else ():
            yield cell if isinstance(cell, dict) else {}


def _is_of_python(notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook's kernel is Python's, as far as it says so."""
    language = _text(notebook, "metadata", "language_info", "name") or _text(notebook, "metadata", "kernelspec", "language")
    return language.lower() in _PYTHON


def _is_python(cell: Mapping[str, Any]) -> bool:
    """Whether a cell holds code in Python; editors and nbformat 3 note another language in the cell."""
    language = _text(cell, "metadata", "vscode", "languageId") or _text(cell, "language")
    return cell.get("cell_type") == "code" and language.lower() in _PYTHON


def _text(value: Any, *keys: str) -> str:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _lines(cell: Mapping[str, Any]) -> list[str]:
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return []
    # Half a surrogate pair, which JSON can write, is no character and cannot be encoded; any other in its place keeps the columns.
    return source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
