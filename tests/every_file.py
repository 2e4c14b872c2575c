"""Every Python file of this machine's Python and of its packages with a network behind it: none may end the checker, make it fail inside, or keep it long.

    python tests/every_file.py [--sample N] [FOLDER…]

One line for each file that did, and one with what became of them all. Each file has a process of its own. The tests take a small sample (`test_fuzzing.py`).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePath
from random import Random

from convt_lint.linting import check_here
from convt_lint.project import NOTHING_SAID
from convt_lint.selection import ALL

SECONDS = 2.0
LIMIT = 60
"""Seconds after which a file is given up."""
NETWORK = b"""


class NetworkBehindTheFile(__import__("torch").nn.Module):
    def __init__(self, up=2):
        super().__init__()
        from torch import nn

        self.body = nn.Sequential(nn.Conv1d(4, 4, 3), nn.ConvTranspose1d(4, 4, 3, stride=up, output_padding=2))

    def forward(self, x):
        return self.body(x)
"""


@cache
def real_files(folders: tuple[str, ...] = ()) -> list[Path]:
    """The files of some folders: of Python's library, its tests among them, and of the packages that are installed."""
    chosen = {Path(folder) for folder in folders} or {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")}
    return sorted({path for folder in chosen for path in folder.rglob("*.py") if path.is_file()})


def with_network(path: Path) -> bytes:
    """The source of a file with the network behind it."""
    return path.read_bytes() + NETWORK


def _judge(source: bytes) -> str:
    """What becomes of a source: "found" where the layer behind it is."""
    codes = Counter()
    for finding in check_here(source, PurePath("any.py"), ALL, True, NOTHING_SAID).findings:
        if "the checker itself failed" in finding.message:
            return finding.message
        codes[finding.code] += 1
    return "found" if codes["CVT102"] else "refused" if codes["CVT001"] else "not found"


def _apart(source: bytes) -> tuple[str, float]:
    """What becomes of a source in a process of its own, and the seconds that it takes of the processor."""
    import resource

    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        began = time.process_time()
        said = _judge(source)
        os.write(writer, f"{time.process_time() - began} {said}".encode(errors="replace"))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        seconds, _, said = pipe.read().decode().partition(" ")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return (said, float(seconds)) if seconds else (f"ended with {status}", 0.0)


def _different(paths: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """The files of which there is no equal one before them."""
    seen: set[bytes] = set()
    for path in paths:
        source = with_network(path)
        key = hashlib.sha256(source).digest()
        if key not in seen:
            seen.add(key)
            yield path, source


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--sample", type=int)
    options = parser.parse_args()
    paths = real_files(tuple(options.folders))
    if options.sample:
        paths = Random(7).sample(paths, min(options.sample, len(paths)))
    import convt_lint.analysis, convt_lint.certainty, convt_lint.rules  # noqa: E401, F401, I001 - once, and not in each process

    counts: Counter[str] = Counter()
    for path, source in _different(paths):
        said, seconds = _apart(source)
        counts[said if said in ("found", "refused", "not found") else "failed"] += 1
        counts["slow"] += seconds > SECONDS
        if said not in ("found", "refused") or seconds > SECONDS:
            print(f"{seconds:6.2f} s, {len(source):9} bytes, {path}: {said}", flush=True)
    print(f"{sum(counts.values()) - counts['slow']} files: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["failed"] or counts["slow"] else 0


if __name__ == "__main__":
    sys.exit(main())
