"""What the formats share: what they are given, and words for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from convt_lint.findings import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with what shows it: the lines of its source (none where it could not be read) and the row where a noqa would stand."""

    finding: Finding
    lines: Sequence[str] = ()
    noqa_row: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: with ANSI colours or not, and the encoding that the reader's terminal or file has."""

    colour: bool = False
    encoding: str = "utf-8"

    def paint(self, text: str, *codes: int) -> str:
        """The text in the given SGR codes, plain without colour."""
        return f"\033[{';'.join(map(str, codes))}m{text}\033[0m" if self.colour and text else text


BOLD, RED, GREEN, YELLOW, BLUE, CYAN = 1, 31, 32, 33, 34, 36


def printable(text: str) -> str:
    """The text in one line that no terminal acts upon: control, format and lone surrogate characters are escaped."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def display_path(path: PurePath) -> str:
    """The path in one printable line; bytes that are no text are shown as \\xNN."""
    return printable(str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def place(path: PurePath, row: int, column: int, style: Style, cell: int = 0) -> str:
    """ "model.py:12:9:", the place as editors and terminals recognise it; of a notebook "model.ipynb:cell 3:12:9:"."""
    colon = style.paint(":", CYAN)
    inside = f"cell {cell}{colon}" if cell else ""
    return f"{style.paint(display_path(path), BOLD)}{colon}{inside}{row}{colon}{column}{colon}"


def headline(finding: Finding, style: Style) -> str:
    """ "model.py:12:9: CVT102 message", marked where running the layer decided the matter."""
    verdict = finding.confirmation.verdict if finding.confirmation else None
    mark = f" [{verdict.value}]" if verdict else ""
    return (
        f"{place(finding.filename, finding.row, finding.column, style, finding.cell)} {style.paint(finding.code, BOLD, RED)} {printable(finding.message)}{mark}"
    )


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
