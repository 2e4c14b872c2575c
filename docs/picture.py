"""Draws the README's picture of a terminal: what the command prints, with its colours, of the program in the README named below.

`python docs/picture.py` writes it to docs/images/terminal.svg; tests/test_picture.py holds the file against what this module draws.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from convt_lint.cli import main

DOCS = Path(__file__).resolve().parent
PICTURE = DOCS / "images" / "terminal.svg"
PROGRAM = "unet.py"
COLUMNS = 104

FORMAT = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="{height}" rx="8" fill="#0c0c0c"/>
<g transform="translate(18, 30)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own frame asks a server for its font, which pictures on a page may not."""


def draw() -> str:
    """The picture, as SVG."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor", legacy_windows=False)
    for line in output():
        # As a terminal breaks lines: at its last column, not between words.
        for start in range(0, max(len(line), 1), COLUMNS):
            console.print(line[start : start + COLUMNS], no_wrap=True, overflow="ignore", crop=False, highlight=False)
    return console.export_svg(theme=MONOKAI, code_format=FORMAT, unique_id="terminal")


def output() -> list[Text]:
    """The prompt, and the lines that the command prints behind it."""
    stream = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), contextlib.redirect_stdout(stream):
        Path(PROGRAM).write_text(program(), encoding="utf-8")
        main(["check", "--isolated", "--no-cache", "--color", "always", PROGRAM])
    printed = re.sub(r"\033\]8;;[^\033]*\033\\", "", stream.getvalue())
    return [Text.from_markup(f"[bold]$ convt-lint {PROGRAM}[/]"), *(Text.from_ansi(line) for line in printed.rstrip("\n").split("\n"))]


def program() -> str:
    """The program, as the README shows it."""
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"^```python\n(# {re.escape(PROGRAM)}\n.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(f"README.md shows no {PROGRAM}")
    return found[1]


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
    print(f"{os.path.relpath(PICTURE)}: {PICTURE.stat().st_size} bytes")
