"""From what a worker saw to a verdict: torch's answer held against the probe's claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from convt_lint.confirm.experiment import Experiment
from convt_lint.findings import Probe, Verdict

Judgement: TypeAlias = "tuple[Verdict, str]"


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception in torch's own words; `of_device` where the device or its memory is at fault, not the layer."""

    words: str
    of_device: bool


@dataclass(frozen=True, slots=True)
class Run:
    """One forward: the input's spatial lengths, and the output's shape (batch, channels, lengths) or the failure."""

    lengths: tuple[int, ...]
    shape: tuple[int, ...] | None
    failure: Failure | None

    @property
    def is_empty(self) -> bool:
        return self.shape is not None and 0 in self.shape

    @property
    def output(self) -> tuple[int, ...]:
        """The output's spatial lengths; empty where the run failed."""
        return self.shape[-len(self.lengths) :] if self.shape else ()


def judge(probe: Probe, experiment: Experiment, answer: Mapping[str, Any]) -> Judgement:
    """The verdict on `probe` and the words for it. A layer that cannot be built fails on every input."""
    built = _failure(answer["built"])
    if built is not None:
        runs = tuple(Run(lengths, None, built) for lengths in experiment.runs)
    else:
        runs = tuple(_run(lengths, seen) for lengths, seen in zip(experiment.runs, answer["runs"], strict=True))
    told = tuple(run for run in runs if not (run.failure and run.failure.of_device))
    untold = next((run.failure for run in runs if run.failure and run.failure.of_device), None)
    verdict, detail = _JUDGES[probe.claim](probe, told) if told else (Verdict.UNDECIDED, "nothing was run")
    if untold and verdict is not Verdict.REFUTED:  # one run refutes a claim about all inputs, but only all of them confirm it
        return Verdict.UNDECIDED, f"the device could not run it: {untold.words}"
    return verdict, detail


def _failure(seen: Mapping[str, Any] | None) -> Failure | None:
    return None if seen is None else Failure(f"{seen['type']}: {seen['text']}" if seen["text"] else seen["type"], bool(seen["of_device"]))


def _run(lengths: tuple[int, ...], seen: Mapping[str, Any]) -> Run:
    failure = _failure(seen.get("error"))
    return Run(lengths, None if failure else tuple(seen["shape"]), failure)


def _judge_fails(probe: Probe, runs: tuple[Run, ...]) -> Judgement:
    for run in runs:
        if run.shape is not None and not run.is_empty:
            return Verdict.REFUTED, f"it runs: {_counted(run.lengths)} -> output of shape {run.shape}"
    failed = next((run.failure for run in runs if run.failure), None)
    if failed:
        return Verdict.CONFIRMED, failed.words
    return Verdict.CONFIRMED, f"returns an empty tensor of shape {runs[0].shape}"


def _judge_length(probe: Probe, runs: tuple[Run, ...]) -> Judgement:
    (run,) = runs
    if run.failure:
        return Verdict.CONFIRMED, run.failure.words
    pairs = [(seen, wanted) for seen, wanted in zip(run.output, probe.expected, strict=False) if wanted is not None]
    if not pairs:
        return Verdict.UNDECIDED, "no expected length to compare with"
    if all(seen == wanted for seen, wanted in pairs):
        return Verdict.REFUTED, f"output has {_counted(run.output)}, as expected"
    wanted = _counted(probe.expected).partition(" ")[2]
    return Verdict.CONFIRMED, f"output has {_counted(run.output)}, not {wanted}"


def _judge_unreachable(probe: Probe, runs: tuple[Run, ...]) -> Judgement:
    wanted = [(axis, target) for axis, target in enumerate(probe.expected) if target is not None]
    if not wanted:
        return Verdict.UNDECIDED, "no expected length to compare with"
    for axis, target in wanted:
        seen = {run.lengths[axis]: run.output[axis] for run in runs if run.output}
        if target not in seen.values():
            return Verdict.CONFIRMED, _around(seen, target, axis, probe.dims) or _words_of(runs)
    ways = ", ".join(next(f"{run.lengths[axis]} -> {target}" for run in runs if run.output and run.output[axis] == target) for axis, target in wanted)
    return Verdict.REFUTED, f"length {ways}" if len(wanted) == 1 else f"lengths {ways}"


def _around(seen: Mapping[int, int], target: int, axis: int, dims: int) -> str:
    """The runs whose outputs lie nearest to the target on either side: "lengths 14 -> 29, 15 -> 31"."""
    below = sorted((length for length in seen if seen[length] < target), key=seen.__getitem__)[-1:]
    above = sorted((length for length in seen if seen[length] > target), key=seen.__getitem__)[: 2 - len(below)]
    shown = ", ".join(f"{length} -> {seen[length]}" for length in below + above)
    where = f" on spatial axis {axis}" if dims > 1 else ""
    return f"lengths{where} {shown}" if shown else ""


def _words_of(runs: tuple[Run, ...]) -> str:
    words: Iterator[str] = (run.failure.words for run in runs if run.failure)
    return next(words, "it gives no output")


def _counted(lengths: tuple[int | None, ...]) -> str:
    """Lengths as they are spoken of: "length 20", "lengths (20, ?)"."""
    shown = ["?" if length is None else str(length) for length in lengths]
    return f"length {shown[0]}" if len(shown) == 1 else f"lengths ({', '.join(shown)})"


_JUDGES: dict[str, Callable[[Probe, tuple[Run, ...]], Judgement]] = {"fails": _judge_fails, "length": _judge_length, "unreachable": _judge_unreachable}
