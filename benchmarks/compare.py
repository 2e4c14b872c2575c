"""The command beside its neighbours, in one run: python benchmarks/compare.py TREE [--vocoders DIR...] [--tools DIR] [--rounds N] [--slow]

TREE is a large package (transformers, unpacked); the trees of the other rows are made from it. Prints, for each kind of work, the median wall time of
each tool and how many times as long convt-lint takes, from rounds in which all tools run once in turn; then peak memory, and how the time grows with the
number of files and with the size of one. `--tools` is where the environments of TorchFix, Pyrefly (with its torch stubs), ruff and flake8 are made, each of
its own; what cannot be installed is left out. `--slow` runs TorchFix and Pyrefly on the whole tree too, which takes many minutes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from convt_lint.prefilter import may_hold

ROOT = Path(__file__).parent.parent
_HIT = re.compile(rb"ConvTranspose|conv_transpose|#\s*convt\s?:")
ENVIRONMENTS = {
    "convt": [f"{ROOT}", "flake8>=7.1,<8"],
    "ruff": ["ruff"],
    "flake8": ["flake8>=7.1,<8"],
    "torchfix": ["torchfix"],
    "pyrefly": ["torch==2.13.0", "pyrefly==1.4.0", "pyrefly-torch-stubs==1.4.0"],
}
LIMIT = 3600


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took: wall and processor seconds, and the peak memory of its largest process in MiB."""

    wall: float
    cpu: float
    peak: float


def run(command: list[str]) -> Run:
    """Runs a command, its output thrown away; byte code is kept, as an installed tool has it."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return Run(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def install(folder: Path) -> dict[str, Path]:
    """The environments that could be made, by name; one that is there is taken as it is, but for convt-lint's."""
    found = {}
    for name, requirements in ENVIRONMENTS.items():
        home = folder / name
        if not home.exists():
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
        elif name != "convt":
            found[name] = home / "bin"
            continue
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q", "--force-reinstall" if name == "convt" else "-q"]
        made = all(subprocess.run([*pip, requirement], stderr=subprocess.DEVNULL).returncode == 0 for requirement in requirements)
        if made:
            found[name] = home / "bin"
        else:
            print(f"left out: {name} (not installed)", file=sys.stderr)
            shutil.rmtree(home)
    return found


# -- the work ------------------------------------------------------------------------------------------------------------------


def without_hits(tree: Path, target: Path) -> Path:
    """The tree without the files that name a transposed convolution."""
    for file in tree.rglob("*.py"):
        if file.is_file() and not _HIT.search(file.read_bytes()):
            place = target / file.relative_to(tree)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    return target


def largest(tree: Path, target: Path) -> Path:
    """The largest file of the tree that runs a transposed convolution, alone in a folder."""
    found = max((file for file in tree.rglob("modeling_*.py") if may_hold(file.read_bytes())), key=lambda file: file.stat().st_size)
    target.mkdir()
    shutil.copyfile(found, target / found.name)
    return target


# -- tables --------------------------------------------------------------------------------------------------------------------


def table(title: str, commands: dict[str, list[str]], rounds: int, value: Callable[[Run], float] = lambda run: run.wall) -> None:
    """Runs each command once a round, in turn, and prints the medians and the ratios to the first, paired by round."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
    first = next(iter(commands))
    print(f"\n## {title}\n\n| tool | seconds | {first} takes | peak MiB |\n|---|---:|---:|---:|")
    for name, found in runs.items():
        ratios = [value(own) / value(other) for own, other in zip(runs[first], found, strict=True)]
        print(
            f"| {name} | {statistics.median(map(value, found)):.2f} | {statistics.median(ratios):.2f} x ({min(ratios):.2f} .. {max(ratios):.2f})"
            f" | {max(one.peak for one in found):.0f} |",
            flush=True,
        )


def neighbours(bins: dict[str, Path], tree: Path, cache: Path | None = None, *, slow: bool = False) -> dict[str, list[str]]:
    """The commands for one tree, convt-lint first."""
    own = [str(bins["convt"] / "convt-lint"), "--isolated", "--output-format", "concise"]
    commands = {"convt-lint": [*own, *(["--no-cache"] if cache is None else ["--cache-dir", str(cache)]), str(tree)]}
    if "ruff" in bins:
        commands["ruff E9,F63"] = [str(bins["ruff"] / "ruff"), "check", "--no-cache", "--isolated", "--select", "E9,F63", str(tree)]
    commands["grep -rl"] = ["grep", "-rlE", "ConvTranspose|conv_transpose", "--include=*.py", str(tree)]
    if slow and "torchfix" in bins:
        commands["TorchFix"] = [str(bins["torchfix"] / "torchfix"), "--select", "ALL", str(tree)]
    if slow and "pyrefly" in bins:
        python = str(bins["pyrefly"] / "python")
        commands["Pyrefly"] = [str(bins["pyrefly"] / "pyrefly"), "check", "--python-interpreter-path", python, f"{tree}/**/*.py"]
    return commands


def flake8(bins: dict[str, Path], tree: Path) -> dict[str, list[str]]:
    return {name: [str(bins[env] / "flake8"), "--isolated", "-j1", str(tree)] for name, env in (("with the plugin", "convt"), ("flake8 alone", "flake8"))}


def growth(bins: dict[str, Path], tree: Path, scratch: Path, rounds: int) -> None:
    """How the time grows with the number of files, and with the size of a file: 1, 2, 4 and 8 times."""
    hits = [file for file in sorted(tree.rglob("modeling_*.py")) if may_hold(file.read_bytes()) and file.stat().st_size < 60_000][:16]
    own = [str(bins["convt"] / "convt-lint"), "--isolated", "--no-cache", "--jobs", "1"]
    source = largest_function_file(hits)
    print("\n## Growth: processor seconds beyond an empty tree\n\n| times | as many files | as large a file |\n|---:|---:|---:|")
    empty = scratch / "empty"
    empty.mkdir()
    (empty / "a.py").write_text("x = 1\n", encoding="utf-8")
    for times in (1, 2, 4, 8):
        files, one = scratch / f"files{times}", scratch / f"one{times}"
        files.mkdir()
        one.mkdir()
        for index, file in enumerate(hits[: 2 * times]):
            shutil.copyfile(file, files / f"{index}_{file.name}")
        (one / "a.py").write_text("\n\n".join(_renamed(source, index) for index in range(times)), encoding="utf-8")
        seconds = [statistics.median(run([*own, str(folder)]).cpu - run([*own, str(empty)]).cpu for _ in range(rounds)) for folder in (files, one)]
        print(f"| {times} | {seconds[0]:.2f} | {seconds[1]:.2f} |", flush=True)


def largest_function_file(hits: list[Path]) -> str:
    return min((file.read_text(encoding="utf-8") for file in hits), key=len)


def _renamed(source: str, index: int) -> str:
    """The source with its classes and functions under other names, so that they stand side by side in one file."""
    names = re.findall(r"^(?:class|def) (\w+)", source, re.MULTILINE)
    return re.sub(rf"\b({'|'.join(names)})\b", rf"\1_{index}", source).replace("from __future__ import annotations", "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--vocoders", type=Path, nargs="*", default=[])
    parser.add_argument("--tools", type=Path, default=Path(tempfile.gettempdir()) / "convt-lint-tools")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    options.tools.mkdir(parents=True, exist_ok=True)
    bins = install(options.tools)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        run([*neighbours(bins, options.tree)["convt-lint"][:1], "--version"])
        table(f"The whole tree, cold ({sum(1 for _ in options.tree.rglob('*.py'))} files)", neighbours(bins, options.tree), options.rounds)
        run(neighbours(bins, options.tree, scratch / "cache")["convt-lint"])
        table("The whole tree, nothing changed since the last run", neighbours(bins, options.tree, scratch / "cache"), options.rounds)
        quiet = without_hits(options.tree, scratch / "quiet")
        table("A tree without a transposed convolution, cold", neighbours(bins, quiet), options.rounds)
        single = largest(options.tree, scratch / "single")
        table("One large model file", neighbours(bins, single, slow=True), options.rounds)
        if options.vocoders:
            vocoders = scratch / "vocoders"
            for folder in options.vocoders:
                shutil.copytree(folder, vocoders / folder.name, symlinks=True)
            table(f"{len(options.vocoders)} vocoder repositories", neighbours(bins, vocoders, slow=True), options.rounds)
        if "flake8" in bins:
            sample = scratch / "sample"
            for file in sorted(quiet.rglob("*.py"))[::10]:
                place = sample / file.relative_to(quiet)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, place)
            table("flake8 on files without a hit, processor time", flake8(bins, sample), max(options.rounds, 5), lambda one: one.cpu)
            (scratch / "none.py").write_text("", encoding="utf-8")
            table("flake8 on an empty file, processor time", flake8(bins, scratch / "none.py"), max(4 * options.rounds, 15), lambda one: one.cpu)
        growth(bins, options.tree, scratch, options.rounds)
        if options.slow:
            table("The whole tree, once", neighbours(bins, options.tree, slow=True), 1)


if __name__ == "__main__":
    main()
