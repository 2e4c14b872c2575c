"""Work for several processes, in order, and none of it lost: what kills its process costs its own file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from convt_lint.sources import Target

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from convt_lint.runner import FileReport

ENOUGH_BYTES = 60_000
"""So much source is worth the start of another process."""

R = TypeVar("R")


def usable_cpus() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_all(report: Callable[[Target], FileReport], targets: Sequence[Target], jobs: int) -> Iterator[FileReport]:
    """The report of each target, in their order."""
    sizes = [_size(target) for target in targets]
    workers = min(jobs, len(targets), 1 + sum(sizes) // ENOUGH_BYTES)
    if workers < 2:
        yield from map(report, targets)
        return
    from concurrent.futures.process import BrokenProcessPool

    pool = _pool(workers)
    try:
        # The largest first, so that none of them is left for the end.
        order = sorted(range(len(targets)), key=lambda index: -sizes[index])
        futures = {index: pool.submit(report, targets[index]) for index in order}
        for index, target in enumerate(targets):
            try:
                made = futures[index].result()
            except BrokenProcessPool:
                made = _alone(report, target)
            yield made
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _alone(report: Callable[[Target], FileReport], target: Target) -> FileReport:
    """The report of one target by a process of its own, after some target ended the process of others."""
    from concurrent.futures.process import BrokenProcessPool

    from convt_lint.runner import FileReport, cannot_analyse

    with _pool(1) as pool:
        try:
            return pool.submit(report, target).result()
        except BrokenProcessPool:
            return FileReport(target.path, (cannot_analyse(target.path, "the analysis of this file ended its process"),))


def _pool(workers: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, initializer=_leave_interrupts_to_the_parent)


def _leave_interrupts_to_the_parent() -> None:
    import gc
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()


def _size(target: Target) -> int:
    try:
        return os.stat(target.path).st_size
    except (OSError, ValueError):
        return 0
