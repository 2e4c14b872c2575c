"""Workflow commands that GitHub Actions turns into annotations on the changed lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from convt_lint.output.base import Shown, Style, confirmation_text, is_refuted, printable


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as workflow commands, a line each. A refuted one is a notice, which fails nothing."""
    for item in items:
        finding = item.finding
        # Annotations stand at lines of the file: for a cell's there are none, so the text tells the place, as ruff does.
        rows = (1, 1, 1, 1) if finding.cell else (finding.row, finding.column, finding.end_row, finding.end_column)
        places = dict(zip(("line", "col", "endLine", "endColumn"), rows, strict=True))
        properties = {"title": finding.code, "file": _text(str(finding.filename)), **places}
        inside = f"cell {finding.cell}:{finding.row}:{finding.column}: " if finding.cell else ""
        level = "notice" if is_refuted(finding) else finding.severity
        outcome = confirmation_text(finding)
        message = _data(f"{inside}{finding.code} {_text(finding.message)}" + (f" ({outcome})" if outcome else ""))
        yield f"::{level} {','.join(f'{key}={_property(str(value))}' for key, value in properties.items())}::{message}\n"


def _text(text: str) -> str:
    # Line ends have an escape of their own here; no other control character may reach the log.
    return "".join(char if char in "\r\n" else printable(char) for char in text)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
