"""What each device does with each layer of the catalogue, by running it there."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from convt_lint.confirm.catalogue import Case, cases
from convt_lint.confirm.workers import Workers
from convt_lint.processes import ProcessHung, ProcessLost

ONLY_SHAPES = ("meta", "fake")
"""Devices that compute nothing: torch's `meta`, and fake tensors, by which torch.compile and torch.export trace."""

TIME_LIMIT = 30.0
"""Seconds for one case: the first one loads the device's libraries."""

MAX_LOSSES = 3
"""How many processes one kind of layer may cost; the variants that are left are then not run, since each new process takes seconds."""


class Outcome(Enum):
    """What a device does with a layer, in the words of the table."""

    REFUSES_TO_BUILD = "refuses to build"
    REFUSES = "refuses"
    EMPTY = "returns an empty tensor"
    WRONG_SHAPE = "returns another shape"
    WRONG_VALUES = "returns wrong values"
    ACCEPTS = "accepts"
    CANNOT_RUN = "cannot run such a layer"
    BREAKS = "breaks the process"
    CRASHES = "crashes"
    HANGS = "hangs"


_LOSSES = (Outcome.BREAKS, Outcome.CRASHES, Outcome.HANGS)


@dataclass(frozen=True, slots=True)
class Seen:
    """The outcome of one case; detail: torch's words, the shape that came, or how the process ended."""

    case: Case
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """All that was seen on one device, and what that device is.

    about: torch's version, the device's name, the driver and the platform, as far as they can be told, by plain names.
    """

    device: str
    about: Mapping[str, str]
    seen: tuple[Seen, ...]


def devices_at_hand(about: Mapping[str, Any]) -> list[str]:
    """The devices that a survey takes by default, from what the worker on the CPU tells of torch."""
    return ["cpu", *about.get("accelerators", ()), *ONLY_SHAPES]


def workers_on(device: str) -> Workers:
    """Workers for a torch device string, for "meta", or for fake tensors: "fake" or "fake:DEVICE"."""
    return Workers(device, time_limit=TIME_LIMIT, computes=device.partition(":")[0] not in ONLY_SHAPES)


def survey(workers: Workers, advance: Callable[[], None] = lambda: None) -> Survey:
    """Runs the catalogue on workers that are started. A crash or a hang costs one case; `advance` is called after each."""
    seen: list[Seen] = []
    able: set[str] = set()
    losses: Counter[str] = Counter()
    for case in cases():
        if losses[case.kind.name] < MAX_LOSSES:
            seen.append(_run(workers, case, able))
            losses[case.kind.name] += seen[-1].outcome in _LOSSES
            if case.kind.name == "legal" and seen[-1].outcome is Outcome.ACCEPTS:
                able.add(case.variant)
        advance()
    return Survey(workers.device, _about(workers), tuple(seen))


def _run(workers: Workers, case: Case, able: Set[str]) -> Seen:
    """One case; `able` holds the variants whose legal layer the device has run, so that a failure is not for want of an algorithm."""
    try:
        answer = workers.ask(case.request(values=workers.computes))
    except ProcessHung as error:
        return Seen(case, Outcome.HANGS, str(error))
    except ProcessLost as error:
        return Seen(case, Outcome.CRASHES, str(error))
    outcome, detail = outcome_of(case, answer)
    if outcome is Outcome.CANNOT_RUN and case.variant in able:
        outcome = Outcome.BREAKS if answer["dead"] else Outcome.REFUSES
    return Seen(case, outcome, detail)


def outcome_of(case: Case, answer: Mapping[str, Any]) -> tuple[Outcome, str]:
    """What a worker's answer says of the case, and the details of it."""
    run = {"error": answer["built"]} if answer["built"] else answer["runs"][0]
    if error := run.get("error"):
        refuses = Outcome.REFUSES_TO_BUILD if answer["built"] else Outcome.REFUSES
        return Outcome.CANNOT_RUN if error["of_device"] else refuses, f"{error['type']}: {error['text']}"
    shape = tuple(run["shape"])
    lengths = case.lengths()
    if 0 in shape:
        return Outcome.EMPTY, f"shape {shape}"
    if lengths is None:
        return Outcome.ACCEPTS, f"shape {shape}"
    if shape[2:] != lengths:
        return Outcome.WRONG_SHAPE, f"shape {shape}, where the formula gives {lengths}"
    values, wanted = run.get("values"), case.values()
    if values is not None and wanted is not None and values != wanted:
        return Outcome.WRONG_VALUES, _first_difference(values, wanted)
    return Outcome.ACCEPTS, ""


def _first_difference(values: list[float], wanted: list[int]) -> str:
    if len(values) != len(wanted):
        return f"{len(values)} numbers, not {len(wanted)}"
    places = [place for place, (value, right) in enumerate(zip(values, wanted, strict=True)) if value != right]
    return f"{len(places)} of {len(values)} differ; the first, at {places[0]}, is {values[places[0]]:g}, not {wanted[places[0]]}"


# --- what the device is


def _about(workers: Workers) -> dict[str, str]:
    told = {name: str(value) for name, value in workers.about.items() if name != "accelerators"}
    device = workers.device.partition(":")[0]
    if device == "cuda":
        told["driver"] = _nvidia_driver()
    told.setdefault("name", _processor() if device in ("cpu", "mps") else "")
    known = {name: value for name, value in told.items() if value}
    return {"torch": workers.torch, **known, "python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}"}


def _processor() -> str:
    """The processor's name as its maker writes it; what Python knows of it where that cannot be had."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return _output("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor()


def _nvidia_driver() -> str:
    return _output("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader")


def _output(program: str, *arguments: str) -> str:
    """The first line that a program of the system prints; empty where there is none."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run([path, *arguments], capture_output=True, text=True, errors="replace", timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next(iter(done.stdout.splitlines()), "").strip() if done.returncode == 0 else ""


# --- as JSON


def record(survey: Survey) -> dict[str, Any]:
    """The survey as the committed tables hold it. Variants of a kind that fared alike stand together, with the detail of the first; they are
    named where not all of the kind did."""
    results: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    for seen in survey.seen:
        groups = results.setdefault(seen.case.kind.name, {})
        detail = {"detail": seen.detail} if seen.detail else {}
        group = groups.setdefault((seen.outcome.value, _gist(seen.detail)), {"outcome": seen.outcome.value, **detail, "variants": []})
        group["variants"].append(seen.case.variant)
    variants = Counter(case.kind.name for case in cases())
    for kind, groups in results.items():
        for group in groups.values():
            if len(group["variants"]) == variants[kind]:
                del group["variants"]
    return {"device": survey.device, **survey.about, "results": {kind: list(groups.values()) for kind, groups in results.items()}}


def _gist(detail: str) -> str:
    """What two details have in common that say the same of other numbers."""
    return "".join(char for char in detail if char.isalpha())[:30]
