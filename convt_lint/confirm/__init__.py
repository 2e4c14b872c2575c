"""Confirmation: what the linter says of a layer, held against the layer itself, run on a real device in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convt_lint.confirm.experiment import CannotRun, Experiment, design
from convt_lint.confirm.verdicts import Judgement, judge
from convt_lint.confirm.workers import BadDevice, ConfirmError, TorchMissing, Workers
from convt_lint.findings import Confirmation, Finding, Probe, Verdict
from convt_lint.processes import ProcessLost

__all__ = ["BadDevice", "ConfirmError", "TorchMissing", "Workers", "confirm_findings", "confirm_with"]

_NOT_ABOUT_LAYERS = "CVT0"


def confirm_findings(findings: Sequence[Finding], device: str = "cpu", *, time_limit: float = 20.0) -> list[Finding]:
    """The findings in the same order, those about layers with their `confirmation` set.

    `device` is a torch device string ("cpu", "cuda", "cuda:1", "mps"); `time_limit` counts seconds for each probe, torch's
    start-up apart. A probe whose worker crashes or hangs stays undecided, and the next one gets a new worker.

    Raises, before any probe runs: TorchMissing where this interpreter has no torch; BadDevice for a device that torch cannot
    parse or does not have here, and for `meta`, which accepts impossible layers; ConfirmError where torch cannot be loaded.
    """
    with Workers(device, time_limit=time_limit) as workers:
        return confirm_with(workers, findings)


def confirm_with(workers: Workers, findings: Sequence[Finding]) -> list[Finding]:
    """As `confirm_findings`, on workers that are already started."""
    return [_confirm(workers, finding) for finding in findings]


def _confirm(workers: Workers, finding: Finding) -> Finding:
    if finding.probe is not None:
        verdict, detail = _try(workers, finding.probe)
    elif finding.code.startswith(_NOT_ABOUT_LAYERS):
        return finding
    else:
        verdict, detail = Verdict.UNDECIDED, "nothing to run"
    return replace(finding, confirmation=Confirmation(verdict, workers.device, detail))


def _try(workers: Workers, probe: Probe) -> Judgement:
    try:
        experiment = design(probe)
        verdict, detail = judge(probe, experiment, workers.ask(experiment.request()))
    except (CannotRun, ProcessLost) as error:
        return Verdict.UNDECIDED, str(error)
    return verdict, _with_note(detail, experiment)


def _with_note(detail: str, experiment: Experiment) -> str:
    return f"{detail} ({experiment.note})" if experiment.note else detail
