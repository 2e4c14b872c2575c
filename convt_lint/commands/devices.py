"""`convt-lint devices`: what each device at hand does with layers that cannot run, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from convt_lint.confirm.catalogue import KINDS, Kind, cases, described
from convt_lint.confirm.survey import Outcome, Seen, Survey, devices_at_hand, record, survey, workers_on
from convt_lint.confirm.workers import ConfirmError
from convt_lint.output.base import printable
from convt_lint.progress import Progress

DONE, FAILED = 0, 2
LEGAL = "legal"
SHORT = {
    Outcome.REFUSES_TO_BUILD: "refuses",
    Outcome.REFUSES: "refuses",
    Outcome.EMPTY: "empty",
    Outcome.WRONG_SHAPE: "other shape",
    Outcome.WRONG_VALUES: "wrong values",
    Outcome.ACCEPTS: "accepts",
    Outcome.CANNOT_RUN: "cannot run",
    Outcome.BREAKS: "breaks",
    Outcome.CRASHES: "crashes",
    Outcome.HANGS: "hangs",
}
EPILOG = """\
Each layer is run in 1d, 2d and 3d, in several dtypes, with a batch, with groups, with a large input, as a function, and by torch's own
algorithms (native: without cuDNN and oneDNN).
  refuses       raises an error, when it is built or when it is run
  empty         returns a tensor without elements
  other shape   returns a tensor of a shape that is not the formula's
  wrong values  returns the formula's shape, but not the sums that define the output
  accepts       returns what the formula and the definition give
  cannot run    has no such layer at all, not even a legal one
  breaks        an error after which the process can use the device no more
  crashes, hangs
exit codes: 0 done; 2 bad usage, no torch, or a device that is not there.
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="convt-lint devices",
        description="Runs layers that torch cannot run, and odd legal ones, on the devices at hand, and tells what each device does with them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument(
        "--device",
        action="append",
        metavar="DEVICE",
        help="a torch device such as cuda or mps, meta, or fake for fake tensors (fake:cuda); may be repeated; default: all at hand",
    )
    made.add_argument("--output-format", choices=("text", "json"), default="text", help="default: text")
    made.add_argument("-o", "--output-file", metavar="FILE", help="write the table there instead of to standard output")
    return made


def run(arguments: Sequence[str]) -> int:
    """Runs the command and returns its exit code."""
    options = parser().parse_args(arguments)
    surveys, failures = _surveys(options.device)
    for failure in failures:
        _fail(failure)
    if not surveys:
        return FAILED
    written = json.dumps([record(each) for each in surveys], indent=1) + "\n" if options.output_format == "json" else "\n".join(_text(surveys)) + "\n"
    if options.output_file is None:
        sys.stdout.write(written)
    else:
        try:
            with open(options.output_file, "w", encoding="utf-8", newline="\n") as file:
                file.write(written)
        except OSError as error:
            return _fail(f"{options.output_file}: {error.strerror or error}")
    return FAILED if failures else DONE


def _fail(message: str) -> int:
    print(f"convt-lint devices: error: {printable(message)}", file=sys.stderr)
    return FAILED


def _surveys(wanted: Sequence[str] | None) -> tuple[list[Survey], list[str]]:
    """What was seen on each device that is there, and why the others were not asked."""
    waiting = list(dict.fromkeys(wanted or ["cpu"]))
    done, failures = [], []
    number = sum(1 for _ in cases())
    with Progress(sys.stderr, "layers") as progress:
        for device in waiting:
            progress.total = number * len(waiting)
            try:
                with workers_on(device) as workers:
                    if wanted is None:
                        waiting += [name for name in devices_at_hand(workers.about) if name not in waiting]
                        progress.total = number * len(waiting)
                    done.append(survey(workers, progress.advance))
            except ConfirmError as error:
                failures.append(str(error))
    return done, failures


# --- as text


def _text(surveys: Sequence[Survey]) -> Iterator[str]:
    for each in surveys:
        told = ", ".join(f"{name} {value}" for name, value in each.about.items() if name not in ("name", "platform", "python"))
        yield f"{each.device}: {', '.join(text for text in (each.about.get('name', ''), told) if text)}"
    yield ""
    rows = [[kind.code or LEGAL, described(kind), *(_cell(_of(each, kind)) for each in surveys)] for kind in KINDS]
    heads = ["rule", "layer", *(each.device for each in surveys)]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, *rows):
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    if notes := [note for each in surveys for kind in KINDS for note in _notes(each, kind)]:
        yield ""
        yield from notes


def _of(seen: Survey, kind: Kind) -> list[Seen]:
    return [each for each in seen.seen if each.case.kind is kind]


def _cell(seen: Sequence[Seen]) -> str:
    """The outcomes of a kind, the most frequent first."""
    return " or ".join(word for word, _ in Counter(SHORT[each.outcome] for each in seen).most_common())


def _notes(seen: Survey, kind: Kind) -> Iterator[str]:
    """Where a device does not treat all variants alike: which of them it treats as few are."""
    own = _of(seen, kind)
    for word, _ in Counter(SHORT[each.outcome] for each in own).most_common()[1:]:
        yield f"{seen.device}, {described(kind)}: {word} with {', '.join(each.case.variant for each in own if SHORT[each.outcome] == word)}"
