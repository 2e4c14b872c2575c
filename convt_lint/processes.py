"""A process that answers: a line of JSON in, a line of JSON out, within a time limit."""

from __future__ import annotations

import contextlib
import json
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any

_EXIT_LIMIT = 5.0


class ProcessLost(Exception):
    """The process crashed, hung or spoke nonsense; the text says which."""


class ProcessHung(ProcessLost):
    """The process gave no answer in time."""


class LineProcess:
    """One process. `name` is what it is called in what is said of its end."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None, name: str = "process") -> None:
        self._name = name
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, encoding="utf-8", errors="replace"
            )
        except OSError as error:
            raise ProcessLost(f"the {name} cannot be started: {error.strerror}") from None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, stdout = self._process.stdin, self._process.stdout
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        # a thread, since a pipe cannot be waited for with a time limit on every system
        self._reader = threading.Thread(target=_read, args=(stdout, self._lines), daemon=True)
        self._reader.start()

    def ask(self, line: str, limit: float) -> dict[str, Any]:
        """The answer to one line; ProcessLost where none comes within `limit` seconds. The process is of no more use then."""
        until = time.monotonic() + limit
        try:
            self._stdin.write(line + "\n")
            self._stdin.flush()
        except OSError:
            raise ProcessLost(self._ending()) from None
        try:
            reply = self._lines.get(timeout=max(until - time.monotonic(), 0))
        except queue.Empty:
            raise ProcessHung(f"no answer within {limit:g} s") from None
        if reply is None:
            raise ProcessLost(self._ending())
        try:
            answer = json.loads(reply)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise self.misunderstood()
        return answer

    def misunderstood(self) -> ProcessLost:
        """What to raise where an answer makes no sense."""
        return ProcessLost(f"the {self._name}'s answer was not understood")

    def close(self) -> None:
        """Ends the process, whatever it is doing, and waits until it is gone."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # a process stuck in a driver dies only when the driver lets it
            self._process.wait(_EXIT_LIMIT)
        self._reader.join(_EXIT_LIMIT)
        with contextlib.suppress(OSError):  # what was still to be written has no reader any more
            self._stdin.close()

    def _ending(self) -> str:
        try:
            status = self._process.wait(_EXIT_LIMIT)
        except subprocess.TimeoutExpired:
            return f"the {self._name} closed its end of the line"
        if status >= 0:
            return f"the {self._name} ended with exit status {status}"
        known = {number.value: f" ({number.name})" for number in signal.Signals}
        return f"the {self._name} was killed by signal {-status}{known.get(-status, '')}"


def _read(stdout: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    with stdout:
        for line in stdout:
            lines.put(line)
    lines.put(None)
