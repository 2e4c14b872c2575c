"""The command with files that take their time, in a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from surface import environment

BAD = "import torch.nn as nn\nup = nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=5)\n"
PADDING = f"x = '{'y' * 40_000}'\n"
"""What makes any two files enough work for two processes."""

_SCRIPT = """
import multiprocessing, os, sys, time
import convt_lint.progress as progress, convt_lint.runner as runner
seconds, patience, *arguments = sys.argv[1:]
if os.name == "posix":
    multiprocessing.set_start_method("fork")  # the processes that are started must know the changed function
progress.PATIENCE_S = float(patience)
report_bytes = runner.report_bytes
def slowly(*arguments, **named):
    if os.environ.get("STARTED_FILE"):
        open(os.environ["STARTED_FILE"], "a").close()
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        time.sleep(0.01)
    return report_bytes(*arguments, **named)
runner.report_bytes = slowly
from convt_lint.cli import main
code = main(arguments)
if os.environ.get("MODULES_FILE"):
    with open(os.environ["MODULES_FILE"], "w") as stream:
        stream.write("\\n".join(sys.modules))
sys.exit(code)
"""


def slow_command(seconds: float, *arguments: str, patience: float = 1.0) -> list[str]:
    """The command, with so many seconds for each file that is analysed, and so much patience before it shows a bar."""
    return [sys.executable, "-c", _SCRIPT, str(seconds), str(patience), *arguments]


def terminal_environment(**changes: str) -> dict[str, str]:
    """The environment of a process on a common terminal, in no CI."""
    kept = {name: value for name, value in environment().items() if name not in ("CI", "TERM") and not name.startswith("TQDM_")}
    return {**kept, "TERM": "xterm", **changes}


def write_files(folder: Path, count: int, padding: str = "") -> None:
    """Files with one finding each."""
    for index in range(count):
        (folder / f"m{index:02}.py").write_text(BAD + padding, encoding="utf-8")


def read_all(descriptor: int) -> bytes:
    """All that comes from the other end of a terminal, until nobody holds it any more."""
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(descriptor)
    return b"".join(pieces)
