"""README and docs/ as the tests see them: their code blocks, and the commands in these, run as a reader runs them."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import shlex
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surface import ROOT, environment

from convt_lint.cli import main

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^( *)(`{3,})(\w*)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"# (?:file: )?([\w./-]+\.(?:py|toml|cfg|md))\n")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its first word after the fence, its text without the indentation, and its line in the page."""

    language: str
    text: str
    row: int

    @property
    def name(self) -> str | None:
        """The file that the block shows: its first line says it ("# model.py"). None where it says nothing of the kind."""
        found = _NAME.match(self.text)
        return found[1] if found else None

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The commands behind "$ ", and what is shown after each; nothing where the block does not begin with one."""
        if not self.text.startswith("$ "):
            return []
        parts = re.split(r"^\$ (.*)\n?", self.text, flags=re.MULTILINE)[1:]
        return [(command, output.strip("\n")) for command, output in zip(parts[::2], parts[1::2], strict=True)]


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in _FENCE.finditer(text):
        content = re.sub(rf"^{fence[1]}", "", fence[4], flags=re.MULTILINE)
        found.append(Block(fence[3], content, text.count("\n", 0, fence.start()) + 1))
    return found


def matches(shown: str, printed: str) -> bool:
    """Whether this is what is shown; `...` in it stands for anything."""
    pattern = ".*".join(map(re.escape, shown.rstrip("\n").split("...")))
    return re.fullmatch(pattern, printed.strip("\n"), re.DOTALL) is not None


def call(command: str) -> tuple[int, str]:
    """Runs a command in the current directory: its exit code, and what it writes to both streams.

    The command itself and Python files are run in this process: each would import torch, or all of the linter, once more.
    """
    program, *arguments = shlex.split(command, comments=True)
    if program == "convt-lint":
        with _captured() as streams:
            code = _status(lambda: main(arguments))
    elif program == "python" and arguments[0].endswith(".py"):
        with _captured() as streams:
            code = _script(arguments)
    else:
        module = arguments if (program, arguments[:1]) == ("python", ["-m"]) else ["-m", program, *arguments]
        done = subprocess.run([sys.executable, *module], capture_output=True, text=True, env=environment(), timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr
    return code, streams.getvalue()


@contextlib.contextmanager
def _captured() -> Iterator[io.StringIO]:
    stream, stdin = io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    try:
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            yield stream
    finally:
        sys.stdin = stdin


def _status(work: object) -> int:
    try:
        return int(work() or 0)  # type: ignore[operator]
    except SystemExit as end:
        return int(end.code or 0)


def _script(arguments: list[str]) -> int:
    """A Python file as `python FILE` runs it, its traceback included."""
    before, sys.argv = sys.argv, arguments
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    except Exception:
        print(traceback.format_exc(), end="")
        return 1
    finally:
        sys.argv = before
    return 0
