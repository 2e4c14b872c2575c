"""What the time of checking files goes into: parsing, interpretation, rules and places, as shares of the whole.

    python benchmarks/phases.py PATH...

Counts the files that hold a transposed convolution; prints a row for the slowest and one for all together.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path, PurePath

from convt_lint import analysis
from convt_lint.interpret.program import interpret
from convt_lint.linting import check_bytes, is_worth_parsing
from convt_lint.syntax.parsing import parse


def phases(source: bytes) -> tuple[float, float, float]:
    """Seconds for parsing, interpreting, and the check as a whole."""
    with analysis._deep():
        start = time.perf_counter()
        outcome = parse(source)
        parsed = time.perf_counter()
        if not isinstance(outcome, analysis.AnalysisStopped):
            interpret(outcome.module, {})
        interpreted = time.perf_counter()
    check_bytes(source, PurePath("benchmark.py"))
    return parsed - start, interpreted - parsed, time.perf_counter() - interpreted


def main() -> None:
    rows = []
    check_bytes(b"import torch.nn as nn\nnn.ConvTranspose1d(1, 1, 1)\n", PurePath("warm.py"))
    for root in map(Path, sys.argv[1:]):
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            source = path.read_bytes()
            if is_worth_parsing(source):
                rows.append((*phases(source), source.count(b"\n"), path.name))
    rows.sort(key=lambda row: -row[2])
    total = [sum(row[i] for row in rows) for i in range(4)]
    print(f"{'lines':>8} {'parse':>7} {'interpret':>9} {'whole, s':>8}")
    for parsed, interpreted, whole, lines, name in [*rows[:10], (*total, f"{len(rows)} files")]:
        print(f"{lines:>8} {parsed / whole:>7.0%} {interpreted / whole:>9.0%} {whole:>8.2f}  {name}")


if __name__ == "__main__":
    main()
