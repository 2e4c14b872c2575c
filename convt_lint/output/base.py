"""What the formats share: what they are given, and words for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from convt_lint.findings import Finding, Verdict
from convt_lint.sources import STDIN
from convt_lint.urls import rule_url


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with what shows it: the lines of its source (none where it could not be read) and the row where a noqa would stand."""

    finding: Finding
    lines: Sequence[str] = ()
    noqa_row: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: with ANSI colours and hyperlinks or not, and the encoding that the reader's terminal or file has."""

    colour: bool = False
    encoding: str = "utf-8"
    links: bool = False

    def paint(self, text: str, *codes: int) -> str:
        """The text in the given SGR codes, plain without colour."""
        return f"\033[{';'.join(map(str, codes))}m{text}\033[0m" if self.colour and text else text

    def link(self, text: str, url: str | None) -> str:
        """The text, which a click takes to the address (OSC 8); plain without hyperlinks, or where there is no address that a terminal can be given."""
        if not self.links or not url or not (url.isascii() and url.isprintable()):
            return text
        return f"\033]8;;{url}\033\\{text}\033]8;;\033\\"

    def code(self, finding: Finding) -> str:
        """The finding's code, standing out, and linked to its rule's page where that is wanted and known."""
        # Where the pages lie is asked for on demand: it takes longer than many a run.
        return self.link(self.paint(finding.code, BOLD, RED), rule_url(finding.name) if self.links else None)


BOLD, RED, GREEN, YELLOW, BLUE, CYAN = 1, 31, 32, 33, 34, 36


def printable(text: str) -> str:
    """The text in one line that no terminal acts upon: control, format and lone surrogate characters are escaped."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def well_formed(text: str) -> str:
    """The text as UTF-8 can hold it: lone surrogates, which stand for bytes that are no text, are escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def display_path(path: PurePath) -> str:
    """The path in one printable line; bytes that are no text are shown as \\xNN."""
    return printable(str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def relative_path(path: PurePath, root: str) -> PurePath:
    """The path from `root`, a directory's absolute path; unchanged where it does not lie in there, or names standard input."""
    if str(path) == STDIN:
        return path
    # By text alone, as `PurePath` does not know ".." and following links would give a file a name that its user does not know.
    whole = PurePath(os.path.normpath(os.path.join(os.getcwd(), path)))
    return whole.relative_to(root) if whole.is_relative_to(root) else whole


def place(path: PurePath, row: int, column: int, style: Style, cell: int = 0) -> str:
    """ "model.py:12:9:", the place as editors and terminals recognise it; of a notebook "model.ipynb:cell 3:12:9:"."""
    colon = style.paint(":", CYAN)
    inside = f"cell {cell}{colon}" if cell else ""
    return f"{style.paint(display_path(path), BOLD)}{colon}{inside}{row}{colon}{column}{colon}"


def said(finding: Finding, style: Style) -> str:
    """ "CVT102 message", marked where running the layer decided the matter."""
    verdict = finding.confirmation.verdict if finding.confirmation else None
    mark = f" [{verdict.value}]" if verdict else ""
    return f"{style.code(finding)} {printable(finding.message)}{mark}"


def headline(finding: Finding, style: Style) -> str:
    """ "model.py:12:9: CVT102 message", marked where running the layer decided the matter."""
    return f"{place(finding.filename, finding.row, finding.column, style, finding.cell)} {said(finding, style)}"


def in_lines(finding: Finding) -> Finding:
    """The finding for formats whose places are lines of a file: a notebook's cell has none, so it stands at the first character and its text tells the
    cell, as ruff's do."""
    if not finding.cell:
        return finding
    message = f"cell {finding.cell}:{finding.row}:{finding.column}: {finding.message}"
    return replace(finding, message=message, row=1, column=1, end_row=1, end_column=1)


def confirmation_text(finding: Finding) -> str:
    """ "confirmed on cpu: <torch's words>"; empty where nothing was run."""
    if finding.confirmation is None:
        return ""
    outcome = finding.confirmation
    return printable(f"{outcome.verdict.value} on {outcome.device}" + (f": {outcome.detail}" if outcome.detail else ""))


def is_refuted(finding: Finding) -> bool:
    """Whether running the layer showed that the finding is wrong."""
    return finding.confirmation is not None and finding.confirmation.verdict is Verdict.REFUTED


def count(number: int, noun: str) -> str:
    """ "1 error", "2 errors"."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
