"""`convt-lint solve`: which transposed convolution takes one length to another."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from convt_lint import geometry
from convt_lint.commands.numbers import number, per_axis, span
from convt_lint.geometry import Axis
from convt_lint.output.base import count
from convt_lint.rules.base import formula, shown_range
from convt_lint.solver import Answer, Wish, joint, reach, solve

FOUND, NOTHING = 0, 1
EPILOG = """\
A number may be a range, 2..5; with --dims each axis may have its own, 10,12. Rows that leave no output without input, overlap evenly and
have small kernels come first.
exit codes: 0 a layer was found; 1 there is none; 2 bad usage.

examples:
  convt-lint solve --in 10 --out 30
  convt-lint solve --in 10 --out 30 --stride 3 --kernel 4..8
  convt-lint solve --exact-factor 5                 5 times as long, whatever the length
  convt-lint solve --dims 2 --in 7,7 --out 14,28
  convt-lint solve --chain 8,8,2,2 --hop 256        a vocoder's layers
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="convt-lint solve",
        description="Finds the transposed convolutions that take one length to another.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    asked = made.add_argument_group("what is asked")
    asked.add_argument("--in", dest="lengths", type=per_axis, metavar="L", help="the input length, in samples")
    asked.add_argument("--out", dest="targets", type=per_axis, metavar="T", help="the output length, in samples")
    asked.add_argument("--exact-factor", type=per_axis, metavar="N", help="N times the input length, for every length")
    asked.add_argument("--chain", type=per_axis, metavar="N,N,...", help="one layer after another, each N times as long for every length")
    asked.add_argument("--hop", type=int, metavar="N", help="what the factors of --chain must come to")
    asked.add_argument("--dims", type=int, choices=(1, 2, 3), default=1, help="ConvTranspose1d (the default), 2d or 3d")
    fixed = made.add_argument_group("what is fixed")
    fixed.add_argument("--kernel", "--kernel-size", dest="kernel_size", type=per_axis, metavar="K")
    for name in ("stride", "padding", "output-padding", "dilation"):
        fixed.add_argument(f"--{name}", type=per_axis, metavar=name[0].upper())
    made.add_argument("--limit", type=_at_least_one, default=8, metavar="N", help="show so many layers; default: 8")
    made.add_argument("--output-format", choices=("text", "json"), default="text", help="default: text")
    return made


def _at_least_one(text: str) -> int:
    """Reads how many rows to show."""
    found = number(text)
    if found < 1:
        raise argparse.ArgumentTypeError(f"{found} shows nothing: at least 1")
    return found


def run(arguments: Sequence[str]) -> int:
    """Runs the command; the exit code says whether there is such a layer."""
    made = parser()
    options = made.parse_args(arguments)
    wishes = _wishes(made, options)
    answers = [solve(wish) for wish in wishes]
    rows = joint(answers, options.limit) if options.chain is None else _one_of_each(answers)
    if options.output_format == "json":
        print(json.dumps([_record(row, options) for row in rows], indent=2))
    else:
        print("\n".join(_table(rows, options) if rows else [_no_layer(wishes, options)]))
    return FOUND if rows else NOTHING


def _one_of_each(columns: list[list[Answer]]) -> list[tuple[Answer, ...]]:
    """The best layer for each link of a chain; nothing where one has none."""
    return [(column[0],) for column in columns] if all(columns) else []


# -- what is asked -------------------------------------------------------------------------------------------------------------


def _wishes(made: argparse.ArgumentParser, options: argparse.Namespace) -> list[Wish]:
    """A wish for each axis, or for each layer of a chain. Ends the command where the options contradict each other."""
    asked = [[_option(name) for name in mode if getattr(options, name) is not None] for mode in _MODES]
    first, *others = [names for names in asked if names] or [[]]
    if others:
        made.error(f"{first[0]} and {others[0][0]} exclude each other")
    if not first or first in (["--in"], ["--out"]):
        made.error("say what is asked with --in and --out, with --exact-factor, or with --chain")
    _refuse_illegal(made, options)
    if options.hop is not None and options.chain is None:
        made.error("--hop goes with --chain")
    if options.chain is not None:
        return _chained(made, options)
    factors: list[range | None] = [None] * options.dims if options.exact_factor is None else _spread(made, "--exact-factor", options.exact_factor, options.dims)
    columns = {name: _column(made, options, name) for name in ("lengths", "targets", *Axis._fields)}
    return [_wish(made, factors[index], {name: column[index] for name, column in columns.items()}) for index in range(options.dims)]


def _refuse_illegal(made: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Ends the command where a number is one that torch refuses in every layer."""
    for name in ("lengths", "targets", *Axis._fields):
        least = 0 if name in ("padding", "output_padding") else 1
        if any(values[0] < least for values in getattr(options, name) or ()):
            made.error(f"{_option(name)} must be at least {least}")


def _option(name: str) -> str:
    """The option that gives a value, as it is written."""
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def _chained(made: argparse.ArgumentParser, options: argparse.Namespace) -> list[Wish]:
    if options.dims != 1:
        made.error("--chain is for one dimension")
    links = len(options.chain)
    columns = {name: _spread(made, _option(name), getattr(options, name), links) if getattr(options, name) else [None] * links for name in Axis._fields}
    wishes = [_wish(made, factor, {name: column[index] for name, column in columns.items()}) for index, factor in enumerate(options.chain)]
    product = prod(wish.factor or 1 for wish in wishes)
    if options.hop is not None and options.hop != product:
        made.error(f"the factors of --chain come to {product}, not to {options.hop}")
    return wishes


def _wish(made: argparse.ArgumentParser, factor: range | None, values: dict[str, range | None]) -> Wish:
    if factor is not None and (len(factor) != 1 or factor[0] < 1):
        made.error("a factor is one number of at least 1")
    given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    return Wish(**given) if factor is None else Wish(factor=factor[0], **given)


def _column(made: argparse.ArgumentParser, options: argparse.Namespace, name: str) -> list[range | None]:
    value = getattr(options, name)
    return [None] * options.dims if value is None else _spread(made, _option(name), value, options.dims)


_MODES = (("lengths", "targets"), ("exact_factor",), ("chain",))
"""What may be asked, each by options that no other goes with."""
_OPTIONS = {"lengths": "--in", "targets": "--out", "kernel_size": "--kernel"}


def _spread(made: argparse.ArgumentParser, option: str, value: list[range], count: int) -> list[range | None]:
    """One value for every axis, or one for each."""
    if len(value) not in (1, count):
        made.error(f"{option} takes one number, or one for each of {count}")
    return [*value] * (count if len(value) == 1 else 1)


# -- what is answered ----------------------------------------------------------------------------------------------------------


def _record(row: tuple[Answer, ...], options: argparse.Namespace) -> dict[str, Any]:
    columns = {name: [getattr(answer.axis, name) for answer in row] for name in Axis._fields}
    values = {name: column[0] if options.dims == 1 else column for name, column in columns.items()}
    return {**values, "formula": _formulas(row), "code": _code(row)}


def _formulas(row: tuple[Answer, ...]) -> str:
    """The formula of each axis; one where they are the same."""
    return "; ".join(dict.fromkeys(map(_formula, row)))


def _formula(answer: Answer) -> str:
    """What the layer does to a length: with the asked numbers, or for every length."""
    if answer.length is not None:
        return formula(answer.length, answer.axis)
    return f"L -> {span(answer.axis.stride)}L"


def _code(row: tuple[Answer, ...]) -> str:
    """The layer as it is written; parameters that have torch's defaults are left out, but for the kernel and the stride."""
    columns = {name: tuple(getattr(answer.axis, name) for answer in row) for name in Axis._fields}
    shown = [
        f"{name}={values[0] if len(set(values)) == 1 else values}"
        for name, values in columns.items()
        if name in ("kernel_size", "stride") or any(value != Axis._field_defaults[name] for value in values)
    ]
    return f"nn.ConvTranspose{len(row)}d(in_channels, out_channels, {', '.join(shown)})"


def _table(rows: list[tuple[Answer, ...]], options: argparse.Namespace) -> Iterator[str]:
    codes, formulas = [_code(row) for row in rows], [_formulas(row) for row in rows]
    if options.chain is not None:
        factors = [row[0].axis.stride for row in rows]
        yield f"{count(len(rows), 'layer')}, {' * '.join(map(str, factors))} = {prod(factors)} times as long, for every length"
    width = max(map(len, codes))
    for code, text, row in zip(codes, formulas, rows, strict=True):
        remarks = [remark for remark in map(_remark, row) if remark]
        yield f"{code:<{width}}  # {text}" + (f"  ({remarks[0]})" if remarks else "")


def _remark(answer: Answer) -> str:
    """What speaks against an answer."""
    axis = answer.axis
    if geometry.has_gaps(axis):
        return "some outputs get only the bias"
    if tail := geometry.silent_tail(axis):
        return f"the last {'output gets' if tail == 1 else f'{tail} outputs get'} only the bias"
    return "uneven overlap" if axis.kernel_size % axis.stride and axis.stride > 1 else ""


def _no_layer(wishes: list[Wish], options: argparse.Namespace) -> str:
    """Why there is no layer, as far as that can be told."""
    failed = next((wish for wish in wishes if not solve(wish)), wishes[0])
    fixed = [
        f"{name}={shown_range(values)}"
        for name in Axis._fields
        if (values := getattr(failed, name)) is not None and (name != "dilation" or values != range(1, 2))
    ]
    with_these = f" with {', '.join(fixed)}" if fixed else ""
    if failed.factor is not None:
        return f"found no transposed convolution that makes every input {failed.factor} times as long{with_these}; the stride must be {failed.factor}"
    asked = f"{shown_range(failed.lengths or range(1))} to {shown_range(failed.targets or range(1))}{with_these}"
    if reached := reach(failed):
        return f"no transposed convolution takes {asked}: it reaches {shown_range(reached)}"
    return f"found no transposed convolution that takes {asked}"
