"""Sources that the parser may not survive, analysed in a process of their own: what ends it, or keeps it too long, costs one file its findings.

The process is started by the first such source, and kept for the next ones. It is started by the path of the interpreter and not by `multiprocessing`, which
would import the program that runs this one, and may not be used in daemonic processes, such as flake8's.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import pickle
import sys
import threading
from pathlib import Path, PurePath
from typing import Any

from convt_lint.findings import FileResult
from convt_lint.processes import LineProcess, ProcessLost
from convt_lint.project import Project
from convt_lint.selection import Selection

START_LIMIT_S = 60.0
LIMIT_S = 20.0
"""For one source: ten times what the largest file of public code takes."""

_PROGRAM = "import json, sys; sys.path[:] = json.loads(sys.stdin.readline()); from convt_lint.isolation import serve; serve()"


def check_apart(source: bytes, path: PurePath, selection: Selection, unchecked: bool, project: Project) -> FileResult:
    """What `linting.check_here` says of a source, in another process. Raises ProcessLost where there is no answer."""
    # Not every mapping can be sent to another process; a dict can.
    project = Project(dict(project.layers), dict(project.inputs))
    request = {"source": _packed(source), "arguments": _packed(pickle.dumps((path, selection, unchecked, project)))}
    return _apart.ask(json.dumps(request))


class _Apart:
    """The one process, started when it is needed. Those who ask from several threads wait for each other."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Leaves the process to the one that this one was forked from."""
        self._process: LineProcess | None = None
        self._lock = threading.Lock()

    def ask(self, request: str) -> FileResult:
        with self._lock:
            try:
                process = self._process = self._process or _started()
                answer = process.ask(request, LIMIT_S)
                if "result" not in answer:
                    raise process.misunderstood()
                result: FileResult = pickle.loads(base64.b64decode(answer["result"]))
                return result
            except BaseException:  # An interrupt, too, leaves an answer behind that is not the next one's.
                self.close()
                raise

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()


_apart = _Apart()
atexit.register(_apart.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_apart.forget)


def _started() -> LineProcess:
    if not sys.executable or getattr(sys, "frozen", False):
        raise ProcessLost("the path of the Python interpreter is not known")
    process = LineProcess((sys.executable, "-P", "-W", "ignore", "-c", _PROGRAM))
    try:
        greeting = process.ask(json.dumps(_import_path()), START_LIMIT_S)
        if "ready" not in greeting:
            raise process.misunderstood()
    except BaseException:
        process.close()
        raise
    return process


def _import_path() -> list[str]:
    """Where this process imports from, but for the user's directory, unless this package itself lies in it."""
    home = os.path.realpath(Path(__file__).parent.parent)
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:  # it was removed
        here = ""
    entries = [os.path.realpath(entry) if entry else here for entry in sys.path]
    return [*(entry for entry in entries if entry and (entry != here or entry == home)), home]


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


# --- in the other process


def serve() -> None:
    """Answers until its input ends."""
    import faulthandler
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; ending this process is the other one's part.
    _leave_no_core()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    from convt_lint import analysis, certainty, rules  # noqa: F401 - before the clock runs
    from convt_lint.linting import check_here

    nowhere = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
    message: dict[str, Any] = {"ready": True}
    while True:
        answers.write(json.dumps(message) + "\n")
        answers.flush()
        faulthandler.cancel_dump_traceback_later()
        line = sys.stdin.readline()
        if not line:
            return
        # Should the other process be gone when the time is over, nobody else would end this one.
        faulthandler.dump_traceback_later(2 * LIMIT_S, exit=True, file=nowhere)
        request = json.loads(line)
        result = check_here(base64.b64decode(request["source"]), *pickle.loads(base64.b64decode(request["arguments"])))
        message = {"result": _packed(pickle.dumps(result))}


def _leave_no_core() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ImportError, OSError, ValueError):
        return
