"""README and docs/ as the tests see them: their code blocks, and the commands in these, run as a reader runs them.

`python tests/documentation.py` writes what the commands print today into the pages, where that is not what they show.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import runpy
import shlex
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surface import ROOT, environment

from convt_lint.cli import main

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^( *)(`{3,})(\w*)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_OURS = re.compile(r"\b(?:fixtures/[\w./]+|README\.md)")
_NAME = re.compile(r"# (?:file: )?([\w./-]+\.(?:py|toml|cfg|md))\n")


NOT_RUN = {
    "pip install": "installs",
    "python3 -m venv": "makes an environment, and installs",
    "python docs/examples/lint_corpus.py": "tests/test_executors.py runs it with a cluster",
    "convt-lint --confirm": "starts torch; docs/tutorial.md shows what it prints",
    "convt-lint devices": "takes half a minute; tests/test_devices.py runs it",
    ".ci/run": "runs these tests",
    "python -m pytest": "runs these tests",
    "python benchmarks/": "downloads packages, or takes many minutes",
    "ruff check .": "part of .ci/run",
    "mypy --strict": "part of .ci/run",
    "sphinx-build": "a test of its own builds the pages",
    "python docs/picture.py": "tests/test_picture.py holds what it draws against the file",
    "python tests/documentation.py": "writes what is tested here",
}
"""Commands that are shown and not run, by how they begin, and why."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its first word after the fence, its text without the indentation, and where it stands in the page."""

    language: str
    text: str
    row: int
    indentation: str
    span: tuple[int, int]

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

    @property
    def shows_output(self) -> bool:
        """Whether it shows what commands print; else it is a list of usages."""
        return any(output for _, output in self.commands)


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in _FENCE.finditer(text):
        content = re.sub(rf"^{fence[1]}", "", fence[4], flags=re.MULTILINE)
        found.append(Block(fence[3], content, text.count("\n", 0, fence.start()) + 1, fence[1], fence.span(4)))
    return found


@contextlib.contextmanager
def reader(page: Path, folder: Path) -> Iterator[None]:
    """Where a reader tries a page: an empty directory of their own, with what its commands name of the checkout. Nothing there colours output."""
    for command in (command for block in blocks(page) for command, _ in block.commands):
        for name in _OURS.findall(command):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                target.symlink_to(ROOT / name)
    before = dict(os.environ)
    for name in ("CI_PROJECT_DIR", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        os.environ.pop(name, None)
    os.environ["COLUMNS"] = "120"
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def ran(page: Path) -> Iterator[tuple[Block, list[tuple[str, str, int, str]]]]:
    """Tries a page from top to bottom, in the current directory: each block with its commands, what it shows, and the exit code and what is printed.

    A block that begins with the name of a file is that file.
    """
    for block in blocks(page):
        if block.name is not None:
            target = Path(block.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        yield block, [(command, shown, *call(command)) for command, shown in block.commands if not command.startswith(tuple(NOT_RUN))]


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


def update(page: Path) -> bool:
    """Writes what the commands of a page print into it, and says whether that changed it. What is left out by `...` stays so as long as it matches."""
    text, shift = page.read_text(encoding="utf-8"), 0
    old = text
    with tempfile.TemporaryDirectory() as folder, reader(page, Path(folder)):
        for block, results in ran(page):
            if not block.shows_output or all(matches(shown, printed) for _, shown, _, printed in results):
                continue
            content = "\n\n".join(f"$ {command}\n{shown if matches(shown, printed) else printed.strip(chr(10))}" for command, shown, _, printed in results)
            content = "".join(f"{block.indentation}{line}".rstrip() + "\n" for line in content.split("\n"))
            start, end = (place + shift for place in block.span)
            text, shift = text[:start] + content + text[end:], shift + len(content) - (end - start)
    page.write_text(text, encoding="utf-8")
    return text != old


if __name__ == "__main__":
    for page in PAGES:
        if update(page):
            print(page.relative_to(ROOT))
