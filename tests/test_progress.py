"""The bar: for long work at a terminal, gone at the end, and never anywhere else."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from slow_work import PADDING, read_all, slow_command, terminal_environment, write_files
from surface import run

pty = pytest.importorskip("pty")

import fcntl  # noqa: E402
import struct  # noqa: E402
import termios  # noqa: E402

QUICKLY = 0.2
"""The patience of most runs here, so that they need not take longer than that of the command."""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write_files(tmp_path, 6)
    return tmp_path


def _terminal() -> tuple[int, int]:
    """The two ends of a terminal of 24 rows and 80 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return ours, theirs


def _on_terminal(command: list[str], cwd: Path, *, stdout_too: bool = False, interrupt_at: bytes = b"", **changes: str) -> tuple[int, bytes, str]:
    """Exit code, standard output, and what the terminal received: standard error, with `stdout_too` both."""
    ours, theirs = _terminal()
    output = theirs if stdout_too else subprocess.PIPE
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=theirs, env=terminal_environment(**changes))
    os.close(theirs)
    begin = b""
    while interrupt_at and interrupt_at not in begin:
        begin += os.read(ours, 65536)
    if interrupt_at:
        process.send_signal(signal.SIGINT)
    received = (begin + read_all(ours)).decode()
    out = process.communicate(timeout=60)[0] or b""
    return process.returncode, out, received


def _screen(received: str) -> list[str]:
    """The rows that a terminal shows in the end."""
    rows, column = [""], 0
    for char in received:
        if char == "\r":
            column = 0
        elif char == "\n":
            rows.append("")
        else:
            assert char.isprintable(), "a terminal of this kind is not known here"
            rows[-1] = f"{rows[-1][:column]:<{column}}{char}{rows[-1][column + 1 :]}"
            column += 1
    return [row.rstrip() for row in rows]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the command says of the six files, without a terminal."""
    folder = tmp_path_factory.mktemp("six")
    write_files(folder, 6)
    return run("--no-cache", "--output-format=concise", cwd=folder).stdout


ARGUMENTS = ("--no-cache", "--output-format=concise", "--color=never", "--jobs=1")


def test_long_work_shows_a_bar_that_is_gone_in_the_end(tree: Path, findings: bytes) -> None:
    code, out, received = _on_terminal(slow_command(0.3, *ARGUMENTS), tree)
    assert (code, out) == (1, findings)
    assert "convt-lint:" in received
    assert "/6 [00:01<" in received, "it counts from the beginning of the work, and says how much is left"
    assert _screen(received) == [""]


def test_the_findings_stand_alone_on_the_terminal_in_the_end(tree: Path, findings: bytes) -> None:
    code, _, received = _on_terminal(slow_command(0.15, *ARGUMENTS, patience=QUICKLY), tree, stdout_too=True)
    assert code == 1
    assert "/6 [" in received
    assert _screen(received) == [*findings.decode().splitlines(), ""]


def test_one_long_file_shows_a_bar(tmp_path: Path) -> None:
    write_files(tmp_path, 1)
    _, out, received = _on_terminal(slow_command(1, *ARGUMENTS, patience=QUICKLY), tmp_path)
    assert "0/1 [" in received
    assert _screen(received) == [""]
    assert out.count(b"CVT102") == 1


def test_files_count_when_they_are_done_whatever_their_order(tmp_path: Path, findings: bytes) -> None:
    write_files(tmp_path, 6, PADDING)
    (tmp_path / "m00.py").write_text((tmp_path / "m00.py").read_text().replace(PADDING, ""))  # the smallest is done last, and told first
    code, out, received = _on_terminal(slow_command(0.4, *ARGUMENTS[:-1], "--jobs=2", patience=QUICKLY), tmp_path)
    assert (code, out) == (1, findings)
    assert "2/6 [" in received
    assert _screen(received) == [""]


def test_an_interrupt_leaves_no_bar(tree: Path) -> None:
    code, out, received = _on_terminal(slow_command(2, *ARGUMENTS, patience=QUICKLY), tree, interrupt_at=b"0/6 [")
    assert (code, out) == (130, b"")
    assert _screen(received) == [""]


@pytest.mark.parametrize("changes", [{"CI": "true"}, {"TERM": "dumb"}, {"TQDM_DISABLE": "1"}], ids=repr)
def test_no_bar_where_none_is_wanted(tree: Path, changes: dict[str, str], findings: bytes) -> None:
    code, out, received = _on_terminal(slow_command(0.15, *ARGUMENTS, patience=QUICKLY), tree, **changes)
    assert (code, out, received) == (1, findings, "")


def test_no_bar_in_a_pipe(tree: Path, findings: bytes) -> None:
    command = slow_command(0.15, *ARGUMENTS, patience=QUICKLY)
    done = subprocess.run(command, cwd=tree, stdin=subprocess.DEVNULL, capture_output=True, env=terminal_environment(), timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, findings, b"")


def test_no_bar_while_the_source_is_typed(tree: Path) -> None:
    ours, theirs = _terminal()
    command = slow_command(0, *ARGUMENTS, "-", patience=0.01)
    process = subprocess.Popen(command, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=theirs, env=terminal_environment())
    os.close(theirs)
    time.sleep(0.5)
    assert process.communicate(b"x = 1\n", timeout=60)[0] == b"All checks passed!\n"
    assert read_all(ours) == b""


@pytest.mark.parametrize("seconds", [0, 0.15])
def test_tqdm_is_imported_for_long_work_alone(tree: Path, seconds: float) -> None:
    patience = QUICKLY if seconds else 30
    _, _, received = _on_terminal(slow_command(seconds, *ARGUMENTS, patience=patience), tree, MODULES_FILE="modules")
    assert ("tqdm" in (tree / "modules").read_text().splitlines()) is bool(seconds)
    assert bool(received) is bool(seconds)


def test_an_installation_without_tqdm_has_no_bar(tree: Path, tmp_path_factory: pytest.TempPathFactory, findings: bytes) -> None:
    first = tmp_path_factory.mktemp("first")
    (first / "tqdm.py").write_text("raise ImportError('none here')\n")
    path = os.pathsep.join([str(first), terminal_environment()["PYTHONPATH"]])
    code, out, received = _on_terminal(slow_command(0.15, *ARGUMENTS, patience=QUICKLY), tree, PYTHONPATH=path)
    assert (code, out, received) == (1, findings, "")
