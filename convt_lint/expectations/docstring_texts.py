"""Docstrings as entries: which shapes stand for which parameter, and which for what is returned.

    Args:                                   Shape:
        x (Tensor): Input (B, C, T).            - Input: :math:`(N, C, L)`
    Returns:                                    - Output: :math:`(N, C, 2L)`
        Tensor: Output (B, 1, 2 * T).

Google's, NumPy's and reST's styles, `Shape:` sections and plain lines such as `(B, C, T) -> (B, C, 2T)`. A text that holds several shapes,
a hedge, or none that is understood, states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

from convt_lint.expectations.notation import Reading, is_hedged, read
from convt_lint.expectations.shapes_in_text import Shape
from convt_lint.expectations.vocabulary import foreign, is_lead

MAX_TEXT = 20_000
INPUT = ""
"""Stands for the first parameter, where an entry names none."""


@dataclass(frozen=True, slots=True)
class Output:
    """The shape stated for what is returned, the text that states it, and that text's line in the docstring (from 0)."""

    shape: Shape
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Documented:
    """The shapes that a docstring states: by parameter, and what is returned (None: nothing, or several things)."""

    inputs: dict[str, Shape]
    output: Output | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A part of a docstring: what it is of (a parameter's name, "" for the only input, None for the output), the text, and its line."""

    of: str | None
    text: str
    line: int


def parse(text: str) -> Documented:
    """The shapes that a docstring states (its text as it stands in the source, with its indentation)."""
    if len(text) > MAX_TEXT or not any(mark in text for mark in "([x×"):
        return Documented({}, None)
    inputs: dict[str, Shape | None] = {}
    outputs: list[Output | None] = []
    for entry in _entries(_lines(text)):
        reading = read(_plain(entry.text))
        if reading is None:
            continue
        shapes = reading.shapes
        if len(shapes) == 2 and entry.of != INPUT:
            continue
        if len(shapes) == 2 and not is_lead(reading.words):
            continue  # prose: of the layer's inverse, its counterpart, another version
        if len(shapes) == 2:  # `(B, C, T) -> (B, C, 2T)`
            inputs[INPUT] = shapes[0] if INPUT not in inputs else None
            outputs.append(Output(shapes[1], entry.text.strip(), entry.line))
        elif len(shapes) == 1 and _is_whole(reading):
            if entry.of is None:
                outputs.append(Output(shapes[0], entry.text.strip(), entry.line))
            elif reading.role != "out":
                inputs[entry.of] = shapes[0] if inputs.get(entry.of, shapes[0]) == shapes[0] else None
    known = {name: shape for name, shape in inputs.items() if shape is not None}
    return Documented(known, outputs[0] if len(outputs) == 1 and outputs[0] is not None else None)


def _lines(text: str) -> list[str]:
    """A docstring's lines, without the indentation that all but the first have."""
    first, _, rest = text.expandtabs().partition("\n")
    return [first.strip(), *dedent(rest).split("\n")]


def _is_whole(reading: Reading) -> bool:
    """Whether a shape is one of a tensor, with its batch or its channels."""
    return len(reading.shapes[0]) > 1 and (reading.brackets or not reading.words)


_MARKUP = re.compile(r":(?:math|obj|class|attr|py:\w+):|[`$]|\\(?:text|mathrm|mathit|left|right|,|;|:| )|\*\*(?=\()|(?<=\))\*\*")


def _plain(text: str) -> str:
    """The text without reST's and TeX's marks."""
    text = text.replace("\\times", "x").replace("\\cdot", "*").replace("\\to", "->").replace("\\rightarrow", "->")
    return re.sub(r"\s+", " ", _MARKUP.sub("", text)).replace("{", "").replace("}", "").strip().rstrip(".").strip()


# -- entries ----------------------------------------------------------------------------------------------------------------------

_PARAMETERS = re.compile(r"(?:args?|arguments|parameters|params|inputs?|forward args)\s*:?", re.IGNORECASE)
_RETURNS = re.compile(r"(?:returns?|outputs?|yields)\s*:?", re.IGNORECASE)
_SHAPE = re.compile(r"shapes?\s*:?", re.IGNORECASE)
_OTHER = re.compile(
    r"(?:raises|examples?|notes?|references?|see also|warnings?|attributes|todo|usage|methods|keyword args|kwargs|losses|math)\s*:?", re.IGNORECASE
)
_FIELD = re.compile(r"[:@](?:param(?:eter)?|arg(?:ument)?|type)\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)")
_RESULT = re.compile(r"[:@](?:returns?|rtype)(?:\s+\w+)?\s*:\s*(.*)")
_INLINE = re.compile(
    r"[-*•]?\s*(returns?|outputs?|output shape|input shape|inputs?|shape of (?:the )?(?:input|output))\s*(?:\(\s*(?:torch\.)?Tensor\s*\))?\s*:\s*(.+)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[-*•]?\s*[`*]{0,2}(\w+)[`*]{0,2}\s*(?:\((.*?)\))?\s*:\s+(.+)|[-*•]?\s*[`*]{0,2}(\w+)[`*]{0,2}\s*(?:\(.*?\))?\s*:\s*$")
_RULE = re.compile(r"[-=~^]{3,}")


def _entries(lines: list[str]) -> Iterator[_Entry]:
    """The parts of a docstring that may state a shape, each with the lines that continue it."""
    section, home, index = "", 0, 0
    while index < len(lines):
        line, indent = lines[index].strip(), _indent(lines[index])
        if line.startswith(">>>"):
            index += 1
            while index < len(lines) and lines[index].strip():
                index += 1
            continue
        ruled = index + 1 < len(lines) and _RULE.fullmatch(lines[index + 1].strip()) is not None
        headed = _heading(line)
        if headed and (ruled or line.endswith(":")):
            section, home = headed, indent - ruled
            index += 1 + ruled
            continue
        if line and section and indent <= home and not ruled:
            section = ""
        continued = _continued(lines, index)
        if line:
            yield from _entry(
                section, line, " ".join([line, *(text.strip() for text in lines[index + 1 : continued])]), index, stands_alone=_stands_alone(lines, index)
            )
        index = continued


def _stands_alone(lines: list[str], index: int) -> bool:
    """Whether a line is no part of what the lines around it say: it stands no deeper than the line before, which is a whole sentence, nor does it go on."""
    above = next((line for line in reversed(lines[:index]) if line.strip()), "")
    below = lines[index + 1].strip() if index + 1 < len(lines) else ""
    if below and (is_hedged(below) or not (below[0].isupper() or below[0] in "-*:@([>")):
        return False
    if not above or (not foreign(above) and not is_hedged(above)):
        return True
    return above.rstrip().endswith(".") and (_indent(lines[index]) <= _indent(above) or not any(line.strip() for line in lines[1:index]))


def _heading(line: str) -> str:
    for kind, pattern in (("in", _PARAMETERS), ("out", _RETURNS), ("shape", _SHAPE), ("other", _OTHER)):
        if pattern.fullmatch(line):
            return kind
    return ""


def _continued(lines: list[str], index: int) -> int:
    """The line after an entry's last: those that continue it stand deeper."""
    indent, last = _indent(lines[index]), index + 1
    while last < len(lines) and lines[last].strip() and _indent(lines[last]) > indent and not lines[last].lstrip().startswith((">>>", "- ", "* ")):
        last += 1
    return last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _entry(section: str, line: str, text: str, index: int, *, stands_alone: bool) -> Iterator[_Entry]:
    """What a line with its continuation states of. `stands_alone`: it belongs to no sentence around it."""
    field, result, inline, named = _FIELD.match(text), _RESULT.match(text), _INLINE.match(text), _NAMED.match(text)
    if section == "other":
        return
    if field is not None:
        yield _Entry(field[1], field[2], index)
    elif result is not None:
        yield _Entry(None, result[1], index)
    elif inline is not None:
        kind = inline[1].lower()
        yield _Entry(None if "out" in kind or "return" in kind else INPUT, inline[2], index)
    elif section == "out":
        yield _Entry(None, text, index)
    elif section in ("in", "shape"):
        if named is not None and named[1] is not None:
            yield _Entry(named[1], f"{named[3]}" if "(" in named[3] or "[" in named[3] or not named[2] else named[2], index)
        elif " : " in line:  # NumPy's
            yield _Entry(line.partition(" : ")[0].strip(), text.partition(" : ")[2], index)
        elif section == "shape":
            yield _Entry(INPUT, text, index)
    elif ("->" in line or "→" in line or "=>" in line) and stands_alone:
        yield _Entry(INPUT, line, index)
