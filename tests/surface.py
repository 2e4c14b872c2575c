"""Helpers of the tests of the ways in: running the command and flake8 as users do."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

IMPORT = "from torch import nn\n"
BAD_CALL = "nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=11)"
BAD = f"{IMPORT}layer = {BAD_CALL}\n"
GOOD = f"{IMPORT}layer = nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=1)\n"
BROKEN = f"{BAD}def f(:\n"


def environment(**changes: str) -> dict[str, str]:
    """The process's environment with this checkout importable and nothing that colours output."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING")}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def run(*arguments: str | bytes, cwd: Path, stdin: bytes = b"", **changes: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    return subprocess.run([sys.executable, "-m", "convt_lint", *arguments], cwd=cwd, input=stdin, capture_output=True, env=environment(**changes), timeout=120)


def run_flake8(*arguments: str, cwd: Path, config: Path, stdin: bytes = b"", settings: str = "") -> subprocess.CompletedProcess[bytes]:
    """flake8 with this linter as a plugin."""
    write_flake8_config(config, settings)
    command = [sys.executable, "-m", "flake8", "--config", str(config), *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=environment(), timeout=120)


def write_flake8_config(config: Path, settings: str = "") -> None:
    """A configuration with this linter as a plugin: by its entry point where the project is installed, else as a local plugin."""
    installed = any(point.name == "CVT" for point in entry_points(group="flake8.extension"))
    plugin = "" if installed else "[flake8:local-plugins]\nextension =\n    CVT = convt_lint.flake8_plugin:Plugin\n"
    config.write_text(f"{plugin}[flake8]\n{settings}")


def places_to_cut(source: str) -> list[int]:
    """The last rows of the statements at the top of a program. A comment above a statement stays with it: at the end of a cell it speaks of nothing."""
    lines = source.splitlines()
    ends = []
    for node, after in pairwise(ast.parse(source).body):
        end = node.end_lineno or 0
        if not any(line.lstrip().startswith("#") for line in lines[end : after.lineno]):
            ends.append(end)
    return ends
