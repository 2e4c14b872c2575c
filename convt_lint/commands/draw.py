"""`convt-lint draw`: a picture of which input sample reaches which output sample, for the terminal or as SVG."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from convt_lint.commands.numbers import number
from convt_lint.geometry import Axis, problems
from convt_lint.picture import Picture, picture
from convt_lint.rules.base import formula, in_full

DRAWN, FAILED = 0, 2
EPILOG = """\
A row for each input sample, a column for each position of the output:
  #  the input reaches this output sample        x  reached, but cropped by padding        .  an output sample that it does not reach
Below: how many inputs reach each output sample; 0 is one that gets the bias alone.
exit codes: 0 drawn; 2 a layer that torch refuses, or too large to draw.
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="convt-lint draw",
        description="Shows which input sample of a transposed convolution reaches which output sample.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--kernel", "--kernel-size", dest="kernel_size", type=number, required=True, metavar="K")
    for name, default in (("stride", 1), ("padding", 0), ("output-padding", 0), ("dilation", 1)):
        made.add_argument(f"--{name}", type=number, default=default, metavar=name[0].upper(), help=f"default: {default}")
    made.add_argument("--in", dest="length", type=number, default=5, metavar="L", help="the input length, in samples; default: 5")
    made.add_argument("-o", "--output-file", metavar="FILE.svg", help="write the picture there, as SVG")
    return made


def run(arguments: Sequence[str]) -> int:
    """Runs the command and returns its exit code."""
    made = parser()
    options = made.parse_args(arguments)
    if options.output_file is not None and PurePath(options.output_file).suffix.lower() not in ("", ".svg"):
        return _fail(f"{options.output_file}: draw writes SVG alone: name a file that ends in .svg")
    axis = Axis(options.kernel_size, options.stride, options.padding, options.output_padding, options.dilation)
    if wrong := problems(axis):
        return _fail(f"torch refuses {', '.join(f'{name}={getattr(axis, name)}' for name in wrong)}{_why(axis, wrong)}")
    if options.length < 1:
        return _fail("there is nothing to draw for an input of length 0")
    try:
        drawn = picture(options.length, axis)
    except ValueError as error:
        return _fail(str(error))
    if options.output_file is None:
        print("\n".join(text(drawn)))
        return DRAWN
    try:
        with open(options.output_file, "w", encoding="utf-8", newline="\n") as file:
            file.write(svg(drawn))
    except OSError as error:
        return _fail(f"{options.output_file}: {error.strerror or error}")
    return DRAWN


def _fail(message: str) -> int:
    print(f"convt-lint draw: error: {message}", file=sys.stderr)
    return FAILED


def _why(axis: Axis, wrong: tuple[str, ...]) -> str:
    return ": output_padding must be smaller than stride or dilation" if "output_padding" in wrong and axis.output_padding > 0 else ""


def headline(drawn: Picture) -> str:
    """The layer, and what it does to the length."""
    return f"{in_full(drawn.axis)}: {drawn.length} -> {drawn.outputs}"


def remarks(drawn: Picture) -> Iterator[str]:
    """What the picture shows, in words."""
    yield f"formula: {formula(drawn.length, drawn.axis)}"
    if not drawn.outputs:
        yield "nothing is left: padding crops the whole output, which torch refuses"
        return
    left, right = drawn.cropped()
    if left or right:
        yield f"cropped by padding: {left} on the left, {right} on the right"
    if bare := drawn.bare():
        yield f"only the bias reaches output {', '.join(map(str, bare[:12]))}{', ...' if len(bare) > 12 else ''}"
    if drawn.is_uneven():
        # A short input may show nothing of it: a single one reaches each output once.
        when = "" if drawn.shows_unlike_neighbours() else " for longer inputs"
        yield f"uneven{when}: different numbers of inputs reach neighbouring outputs (a checkerboard); a multiple of stride as kernel_size is even"


# -- in the terminal -----------------------------------------------------------------------------------------------------------


def text(drawn: Picture) -> Iterator[str]:
    """The picture in lines of plain characters."""
    margin = len(f"input {drawn.length - 1}") + 2
    yield headline(drawn)
    yield ""
    yield from (f"{name:<{margin}}{digits}" for name, digits in _ruler(drawn))
    for index, positions in enumerate(drawn.taps):
        reached = set(positions)
        yield f"{f'input {index}':<{margin}}{''.join(_cell(drawn, position, position in reached) for position in range(drawn.columns))}".rstrip()
    yield f"{'reached':<{margin}}{' ' * drawn.first}{''.join(_digit(count) for count in drawn.coverage())}"
    yield ""
    yield from remarks(drawn)


def _ruler(drawn: Picture) -> Iterator[tuple[str, str]]:
    """The numbers of the output samples above their columns, a line for each digit."""
    digits = len(str(max(drawn.outputs - 1, 0)))
    for place in range(digits):
        power = 10 ** (digits - 1 - place)
        marks = (str(index // power % 10) if index >= power or power == 1 else " " for index in range(drawn.outputs))
        yield "output" if place == digits - 1 else "", " " * drawn.first + "".join(marks)


def _cell(drawn: Picture, position: int, reached: bool) -> str:
    if drawn.is_cropped(position):
        return "x" if reached else " "
    return "#" if reached else "."


def _digit(count: int) -> str:
    return str(count) if count < 10 else "+"


# -- as SVG --------------------------------------------------------------------------------------------------------------------

_SIDE = 18
_MARGIN = 80
_COLOURS = {"#": "#4c78a8", "x": "#d0d0d0", ".": "#f4f4f4"}


def svg(drawn: Picture) -> str:
    """The picture as a document of its own."""
    rows = drawn.length
    notes = [headline(drawn), *remarks(drawn)]
    width = max(_MARGIN + _SIDE * (drawn.columns + 1), 8 * max(map(len, notes)) + 20)
    height = _SIDE * (rows + 4 + len(notes))
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="monospace" font-size="12">']
    parts.append(f'<rect width="{width}" height="{height}" fill="white"/>')
    parts.append(_label(10, 0, notes[0]))
    parts += [_label(_MARGIN + _SIDE * (drawn.first + index) + 4, 1, str(index)) for index in range(drawn.outputs)]
    for index, positions in enumerate(drawn.taps):
        reached = set(positions)
        parts.append(_label(10, index + 2, f"input {index}"))
        parts += [_square(drawn, position, index + 2, position in reached) for position in range(drawn.columns)]
    parts.append(_label(10, rows + 2, "reached"))
    for index, count in enumerate(drawn.coverage()):
        parts.append(_label(_MARGIN + _SIDE * (drawn.first + index) + 4, rows + 2, str(count), "#c0392b" if count == 0 else "black"))
    parts += [_label(10, rows + 3 + place, note) for place, note in enumerate(notes[1:])]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _label(x: int, row: int, words: str, colour: str = "black") -> str:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<text x="{x}" y="{_SIDE * row + 13}" fill="{colour}">{escaped}</text>'


def _square(drawn: Picture, position: int, row: int, reached: bool) -> str:
    cell = _cell(drawn, position, reached)
    if cell == " ":
        return ""
    return f'<rect x="{_MARGIN + _SIDE * position}" y="{_SIDE * row}" width="{_SIDE - 2}" height="{_SIDE - 2}" fill="{_COLOURS[cell]}"/>'
