"""A finding as people read it: the place, the source line with carets, the arithmetic, and what to write instead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from convt_lint.findings import Finding
from convt_lint.output.base import BLUE, BOLD, CYAN, GREEN, RED, YELLOW, Shown, Style, confirmation_text, headline, is_refuted, printable

MAX_WIDTH = 140
"""Terminal columns of a source line that are shown."""
MAX_LINES = 8
"""Source lines of one finding that are shown; of a longer range the middle is left out."""
_TAB = 4
_CUT = "..."


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as text, one block each, with an empty line after it."""
    for item in items:
        lines = [headline(item.finding, style), *_snippet(item, style), *_remarks(item.finding, style)]
        yield "\n".join(lines) + "\n\n"


def _remarks(finding: Finding, style: Style) -> Iterator[str]:
    remarks = [("formula", finding.formula)] if finding.formula else []
    remarks += [("help", text) for text in finding.suggestions]
    remarks += [("trace", text) for text in finding.trace]
    remarks += [("devices", text) for text in _devices(finding)]
    for label, text in remarks:
        yield f"  {style.paint('=', BOLD, BLUE)} {style.paint(label, BOLD, CYAN)}: {printable(text)}"
    if outcome := confirmation_text(finding):
        colour = YELLOW if is_refuted(finding) else GREEN
        yield f"  {style.paint('=', BOLD, BLUE)} {style.paint(outcome, colour)}"


def _devices(finding: Finding) -> list[str]:
    """What was seen of such a layer on devices: nothing, or one text."""
    if finding.kind is None:
        return []
    # on demand, as there are tables to be read
    from convt_lint.device_tables import rows, sentence

    said = sentence(rows(finding.kind.name, finding.kind.dims))
    return [said] if said else []


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character as shown, with its width in terminal columns."""

    text: str
    width: int


def _cells(line: str, encoding: str) -> list[_Cell]:
    """The line's characters as a terminal shows them, one cell a character, so that columns still count characters."""
    cells, column = [], 0
    for char in line:
        if char == "\t":
            width = _TAB - column % _TAB
            cell = _Cell(" " * width, width)
        elif not _encodable(char, encoding) or (not char.isprintable() and char not in "\u200c\u200d\u3000\xa0"):
            # Escape sequences and marks that reverse the text must not reach the terminal.
            cell = _Cell("?", 1)
        else:
            cell = _Cell(char, _width(char))
        cells.append(cell)
        column += cell.width
    return cells


def _encodable(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _snippet(item: Shown, style: Style) -> list[str]:
    finding = item.finding
    if not 1 <= finding.row <= len(item.lines):
        return []
    last = min(max(finding.end_row, finding.row), len(item.lines))
    gutter = len(str(last))
    bar = style.paint("|", BOLD, BLUE)
    empty = f"{' ' * gutter} {bar}"
    draw = _one_line if last == finding.row else _many_lines
    return [empty, *draw(finding, item.lines, last, gutter, style), empty]


def _numbered(row: int, gutter: int, style: Style) -> str:
    return f"{style.paint(f'{row:>{gutter}} |', BOLD, BLUE)}"


def _one_line(finding: Finding, lines: Sequence[str], last: int, gutter: int, style: Style) -> list[str]:
    cells = _cells(lines[finding.row - 1].rstrip("\r\n"), style.encoding)
    start = min(max(finding.column - 1, 0), len(cells))
    end = max(min(finding.end_column - 1, len(cells)), start) if finding.end_row == finding.row else len(cells)
    text, skipped = _window(cells, start)
    offset = skipped + sum(cell.width for cell in cells[_first_shown(cells, start) : start])
    width = max(sum(cell.width for cell in cells[start:end]), 1)
    width = max(min(width, MAX_WIDTH - offset), 1)
    carets = f"{' ' * gutter} {style.paint('|', BOLD, BLUE)} {' ' * offset}{style.paint('^' * width + f' {finding.code}', BOLD, RED)}"
    return [f"{_numbered(finding.row, gutter, style)} {text}".rstrip(), carets]


def _many_lines(finding: Finding, lines: Sequence[str], last: int, gutter: int, style: Style) -> list[str]:
    bar, blank = style.paint("|", BOLD, BLUE), " " * gutter
    rows = [_cells(lines[row - 1].rstrip("\r\n"), style.encoding) for row in range(finding.row, last + 1)]
    start = sum(cell.width for cell in rows[0][: finding.column - 1])
    end = sum(cell.width for cell in rows[-1][: max(finding.end_column - 2, 0)])
    if start >= MAX_WIDTH:
        return _one_line(finding, lines, last, gutter, style)
    side = style.paint("|", BOLD, RED)
    drawn = [
        f"{_numbered(finding.row, gutter, style)}   {_window(rows[0], 0)[0]}".rstrip(),
        f"{blank} {bar}  {style.paint('_' * (start + 1) + '^', BOLD, RED)}",
    ]
    shown = list(enumerate(rows[1:], finding.row + 1))
    if len(shown) >= MAX_LINES:
        head, tail = shown[: MAX_LINES // 2 - 1], shown[-(MAX_LINES // 2) :]
        drawn += [f"{_numbered(row, gutter, style)} {side} {_window(cells, 0)[0]}".rstrip() for row, cells in head]
        drawn.append(f"{style.paint('.' * gutter, BOLD, BLUE)} {bar} {side}")
        shown = tail
    drawn += [f"{_numbered(row, gutter, style)} {side} {_window(cells, 0)[0]}".rstrip() for row, cells in shown]
    drawn.append(f"{blank} {bar} {side}{style.paint('_' * (min(end, MAX_WIDTH) + 1) + f'^ {finding.code}', BOLD, RED)}")
    return drawn


def _first_shown(cells: Sequence[_Cell], start: int) -> int:
    """The first character shown so that the one at `start` is in view: 0 where the line or its head fits."""
    widths = [cell.width for cell in cells]
    if sum(widths) <= MAX_WIDTH or sum(widths[:start]) <= MAX_WIDTH * 2 // 3:
        return 0
    first, room = start, MAX_WIDTH // 3
    while first > 0 and room >= widths[first - 1]:
        first -= 1
        room -= widths[first]
    return first


def _window(cells: Sequence[_Cell], start: int) -> tuple[str, int]:
    """The part of the line in view of `start`, and the columns that the mark of what is cut before it takes."""
    first = _first_shown(cells, start)
    parts, width = ([_CUT], len(_CUT)) if first else ([], 0)
    lead = width
    for cell in cells[first:]:
        if width + cell.width > MAX_WIDTH:
            parts.append(_CUT)
            break
        parts.append(cell.text)
        width += cell.width
    return "".join(parts), lead
