"""The README's picture of a terminal is what the command prints today."""

from __future__ import annotations

import html
import re
import sys

from surface import ROOT

sys.path.insert(0, str(ROOT / "docs"))
import picture


def lines(svg: str) -> list[str]:
    """The text of a picture, line by line: the part of it that stays the same with any version of the library that draws it."""
    rows: dict[float, list[str]] = {}
    for row, text in re.findall(r'<text [^>]*y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        rows.setdefault(float(row), []).append(html.unescape(text).replace("\xa0", " "))
    return ["".join(rows[row]).rstrip() for row in sorted(rows)]


def test_the_picture_is_what_the_command_prints() -> None:
    shown = ["".join(line.split()) for line in lines(picture.PICTURE.read_text(encoding="utf-8"))]
    drawn = ["".join(line.split()) for line in lines(picture.draw())]
    assert shown == drawn, "python docs/picture.py draws it anew"
    assert "CVT206torch.cat:sizes100and101differ" in "".join(shown)
