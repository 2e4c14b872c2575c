"""Times the command against its neighbours on one tree, as ratios in paired runs: python benchmarks/compare.py TREE [ROUNDS].

Each round runs all commands once, in turn, so that what else the machine does falls on all of them. Needs convt-lint and ruff on the path.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "convt-lint": ["convt-lint", "--output-format", "concise"],
    "ruff E9,F63": ["ruff", "check", "--no-cache", "--isolated", "--select", "E9,F63"],
    "grep -rl": ["grep", "-rlE", "ConvTranspose|conv_transpose", "--include=*.py"],
}


def seconds(command: list[str], tree: str) -> float:
    """The wall time of one run, in seconds."""
    start = time.perf_counter()
    subprocess.run([*command, tree], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def main(tree: str, rounds: int = 3) -> None:
    commands = {name: command for name, command in COMMANDS.items() if shutil.which(command[0])}
    runs: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(seconds(command, tree))
    for name in commands:
        ratios = [ours / theirs for ours, theirs in zip(runs["convt-lint"], runs[name], strict=True)]
        print(f"convt-lint / {name:12} {statistics.median(ratios):8.1f}   ({min(ratios):.1f} .. {max(ratios):.1f})")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
