"""Whether what is left out for speed changes an answer: python benchmarks/pruning.py PATH...

Lints each distinct file that speaks of a transposed convolution twice: as always, and with nothing left out, where each such file is parsed, every call is
followed, and every function and method is run on its own, and ten times as far. Prints each finding of any rule that only one of the two has, by its place and
code, and what both took. Exits 1 where there is one.

What the long way alone finds has to be read. Two kinds are meant: faults of other layers in code that comes to no transposed convolution (docs/limits.md), and
what lies beyond the bounds on the work. All else is a defect of what is left out; what the short way alone finds is one of either.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePath
from unittest.mock import patch

from convt_lint.findings import FileResult
from convt_lint.linting import check_bytes
from convt_lint.selection import ALL

FACTOR = 10
_SPEAKS = re.compile(rb"conv_?transpose", re.IGNORECASE)


@contextmanager
def nothing_left_out() -> Iterator[None]:
    """Everything that a file defines is run on its own, and further."""
    from convt_lint import linting
    from convt_lint.interpret import functions, machine, program
    from convt_lint.interpret.reach import Reach
    from convt_lint.interpret.relevance import Relevance

    steps, entry_steps = FACTOR * machine.MAX_STEPS, FACTOR * machine.MAX_ENTRY_STEPS
    with (
        patch.object(linting, "may_hold", lambda _: True),
        patch.object(functions, "_worth_following", lambda *_: True),
        patch.object(Relevance, "__contains__", lambda *_: True),
        patch.object(Relevance, "is_direct", lambda *_: True),
        patch.object(Reach, "leads_on", lambda *_: True),
        patch.object(machine, "MAX_STEPS", steps),
        patch.multiple(program, MAX_STEPS=steps, MAX_IDLE_STEPS=steps, MAX_ENTRY_STEPS=entry_steps),
    ):
        yield


def both(source: bytes) -> tuple[FileResult, FileResult, float, float]:
    """What is found in a source, as always and with nothing left out, and the seconds that each took."""
    start = time.process_time()
    short = check_bytes(source, PurePath("x.py"), ALL)
    middle = time.process_time()
    with nothing_left_out():
        long = check_bytes(source, PurePath("x.py"), ALL)
    return short, long, middle - start, time.process_time() - middle


def differences(short: FileResult, long: FileResult) -> list[str]:
    """The findings that only one of two results has: "-" is what is left out."""
    ours, theirs = ({(one.row, one.column, one.code): one.message for one in result.findings} for result in (short, long))
    signs = [("+", key, ours[key]) for key in ours.keys() - theirs.keys()] + [("-", key, theirs[key]) for key in theirs.keys() - ours.keys()]
    return [f"{sign} {row}:{column}: {code} {message}" for sign, (row, column, code), message in sorted(signs, key=lambda item: item[1])]


def files(roots: Iterable[Path]) -> Iterator[Path]:
    """The distinct files below some paths that speak of a transposed convolution."""
    seen: set[bytes] = set()
    for root in roots:
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            source = path.read_bytes() if path.is_file() else b""
            digest = sha256(source).digest()
            if _SPEAKS.search(source) and digest not in seen:
                seen.add(digest)
                yield path


def examine(path: Path) -> tuple[list[str], int, float, float]:
    short, long, seconds, more = both(path.read_bytes())
    return differences(short, long), len(short.findings), seconds, more


def main(roots: list[str]) -> int:
    found = list(files(map(Path, roots)))
    with ProcessPoolExecutor() as executor:
        results = list(executor.map(examine, found, chunksize=2))
    for path, (differing, *_) in zip(found, results, strict=True):
        for line in differing:
            print(f"{path}: {line}")
    lines = [line for differing, *_ in results for line in differing]
    seconds, more = sum(result[2] for result in results), sum(result[3] for result in results)
    told, left, alone = sum(result[1] for result in results), sum(line[0] == "-" for line in lines), sum(line[0] == "+" for line in lines)
    print(f"{len(found)} files, {told} findings; {left} more with nothing left out, {alone} fewer; {seconds:.0f} s, {more:.0f} s with nothing left out")
    return int(alone + left > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
