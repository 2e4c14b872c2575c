"""Worker processes: torch is loaded there, once, and one that crashes or hangs is replaced by the next."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from convt_lint.processes import LineProcess, ProcessLost

START_LIMIT = 180.0
"""Seconds for a worker to load torch and wake the device: a cold disk and a first CUDA context take their time."""

_PROGRAM = Path(__file__).with_name("worker.py")


class ConfirmError(Exception):
    """Nothing can be confirmed here; the text is one line for the user."""


class TorchMissing(ConfirmError):
    """The interpreter has no torch."""


class BadDevice(ConfirmError):
    """Torch cannot parse the device, does not have it here, or would not compute on it."""


def worker_command() -> tuple[str, ...]:
    """How a worker is started: by its path and with -P, so that nothing in the user's directory is imported in place of torch."""
    if not sys.executable:
        raise ConfirmError("cannot run layers: the path of the Python interpreter is not known")
    return (sys.executable, "-P", "-W", "ignore", str(_PROGRAM))


class Workers:
    """Answers requests with one worker at a time. A context manager: no process outlives it.

    Entering starts the first worker and raises as `confirm_findings` does. `time_limit` is in seconds for each request.
    `computes=False` lets in what only works out shapes and thus confirms nothing: "meta", and "fake" or "fake:DEVICE" for fake
    tensors. `torch` and `about` are torch's version and what it tells of the device, from entering on.
    """

    def __init__(
        self,
        device: str = "cpu",
        *,
        time_limit: float = 20.0,
        start_limit: float = START_LIMIT,
        command: Sequence[str] | None = None,
        computes: bool = True,
    ) -> None:
        self.device = device
        self.torch = ""
        self.about: dict[str, Any] = {}
        self.computes = computes
        self._time_limit = time_limit
        self._start_limit = start_limit
        self._command = command
        self._worker: LineProcess | None = None
        self._lost_for_good = ""
        self._answers: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Workers:
        if self.computes and self.device.partition(":")[0].strip().lower() == "meta":
            raise BadDevice("device 'meta' confirms nothing: it computes nothing and accepts impossible layers")
        try:
            self._worker = self._start()
        except ProcessLost as error:
            raise ConfirmError(f"cannot run layers: torch does not start: {error}") from None
        return self

    def __exit__(self, *_: object) -> None:
        self._discard()

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The worker's answer to an experiment. The same request is run once. Raises ProcessLost where there is no answer."""
        line = json.dumps(request)
        if line not in self._answers:
            answer = self._answer(line)
            if answer.get("spoilt"):  # an error on the device can outlive the call that made it
                self._discard()
            self._answers[line] = answer
        return self._answers[line]

    def _answer(self, line: str) -> dict[str, Any]:
        worker = self._worker or self._replacement()
        try:
            answer = worker.ask(line, self._time_limit)
            if "built" not in answer:
                raise worker.misunderstood()
            return answer
        except BaseException:
            self._discard()
            raise

    def _replacement(self) -> LineProcess:
        if self._lost_for_good:
            raise ProcessLost(self._lost_for_good)
        try:
            self._worker = self._start()
        except (ProcessLost, ConfirmError) as error:
            # starting once more for every finding left could take minutes each
            self._lost_for_good = f"no new worker could be started: {error}"
            raise ProcessLost(self._lost_for_good) from None
        return self._worker

    def _start(self) -> LineProcess:
        worker = LineProcess(self._command or worker_command(), _environment(), "worker")
        try:
            greeting = worker.ask(json.dumps({"device": self.device, "forget": _current_directory(), "computes": self.computes}), self._start_limit)
            if "ready" not in greeting:
                raise _refusal(self.device, greeting)
            self.torch, self.about = str(greeting["ready"]), dict(greeting.get("about", {}))
        except BaseException:
            worker.close()
            raise
        return worker

    def _discard(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


def _refusal(device: str, greeting: Mapping[str, Any]) -> ConfirmError:
    detail = str(greeting.get("detail", ""))
    match greeting.get("refused"):
        case "no torch":
            return TorchMissing(f"cannot run layers: {sys.executable} has no torch: pip install 'convt-lint[confirm]'")
        case "device":
            return BadDevice(f"device {device!r} cannot be used: {detail.partition('. ')[0]}")
        case _:
            return ConfirmError(f"cannot run layers: torch cannot be imported: {detail}")


def _current_directory() -> str:
    try:
        return os.path.realpath(os.getcwd())
    except OSError:  # it was removed
        return ""


def _environment() -> dict[str, str]:
    """The worker's environment: errors surface where they arise, one thread, no silent run on another device, no user directory."""
    here = _current_directory()
    path = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry and os.path.realpath(entry) != here]
    changes = {
        "PYTHONPATH": os.pathsep.join(path),
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "CUDA_LAUNCH_BLOCKING": "1",
        "PYTORCH_ENABLE_MPS_FALLBACK": "0",
    }
    return {**os.environ, **changes}
