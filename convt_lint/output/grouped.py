"""The findings under the name of their file, in columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import PurePath

from convt_lint.findings import Finding
from convt_lint.output.base import BOLD, CYAN, Shown, Style, display_path, said


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as text, one block a file, with an empty line after it."""
    for path, group in groupby((item.finding for item in items), key=lambda finding: finding.filename):
        findings = list(group)
        rows, columns = (max(map(len, texts)) for texts in zip(*((_row(f), str(f.column)) for f in findings), strict=True))
        lines = [style.paint(display_path(path), BOLD) + style.paint(":", CYAN)]
        for finding in findings:
            # The padding stays outside the colour, so that the columns are the same with and without it.
            lines.append(f"  {_row(finding):>{rows}}{style.paint(':', CYAN)}{finding.column:<{columns}} {said(finding, style)}")
        yield "\n".join(lines) + "\n\n"


def _row(finding: Finding) -> str:
    return f"cell {finding.cell}:{finding.row}" if finding.cell else str(finding.row)
