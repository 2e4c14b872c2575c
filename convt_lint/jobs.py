"""Work for several processes, in order, and none of it lost: what kills its process costs its own file."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from convt_lint.sources import Target

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.connection import Connection

    from convt_lint.runner import FileReport

ENOUGH_BYTES = 60_000
"""So much source is worth the start of another process."""

R = TypeVar("R")

_NO_PROCESSES = (OSError, ImportError, NotImplementedError)
"""What Python raises where no process can be had: too many of them, no memory, a platform without semaphores."""


def usable_cpus() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def nothing() -> None:
    """What to call after each file where nobody counts them."""


def run_all(
    report: Callable[[Target], FileReport],
    targets: Sequence[Target],
    jobs: int,
    *,
    lost: Callable[[Target, str], FileReport],
    advance: Callable[[], None] = nothing,
) -> Generator[FileReport, None, None]:
    """The report of each target, in their order; `lost` makes that of a target whose analysis ended its process, from what became of it.

    `advance` is called, from any thread, when a target is done.
    """
    sizes = [_size(target) for target in targets]
    count = min(jobs, len(targets), 1 + sum(sizes) // ENOUGH_BYTES)
    if count < 2:
        yield from _here(report, targets, advance)
        return
    # The largest first, so that none of them is left for the end.
    order = sorted(range(len(targets)), key=lambda index: -sizes[index])
    workers, spare = _Workers(count), OneByOne(report, lost)
    try:
        futures = _submitted(workers, report, targets, order, advance)
        for index, target in enumerate(targets):
            made = outcome(futures.get(index))
            yield spare(target) if made is None else made
    finally:
        workers.close()
        spare.close()


def _here(report: Callable[[Target], FileReport], targets: Sequence[Target], advance: Callable[[], None]) -> Iterator[FileReport]:
    for target in targets:
        made = report(target)
        advance()
        yield made


def _submitted(
    workers: _Workers, report: Callable[[Target], FileReport], targets: Sequence[Target], order: Sequence[int], advance: Callable[[], None]
) -> Mapping[int, Future[FileReport]]:
    """The futures of the targets, by index, as far as the workers take them: one that dies early refuses those that come after."""
    from concurrent.futures import BrokenExecutor

    futures: dict[int, Future[FileReport]] = {}
    with contextlib.suppress(BrokenExecutor, *_NO_PROCESSES):
        for index in order:
            futures[index] = workers.submit(report, targets[index])
            futures[index].add_done_callback(lambda _: advance())
    return futures


def outcome(future: Future[R] | None) -> R | None:
    """What a future gives; None where it failed, whatever with: a process that leaves by SystemExit is no reason for this one to leave."""
    from concurrent.futures import CancelledError

    if future is None:
        return None
    try:
        return future.result() if future.exception() is None else None
    except CancelledError:
        return None


class OneByOne:
    """Reports files in another process, one at a time, so that it is known which of them ends it; the next file gets a new process.

    Where no process can be had, this one does the work.
    """

    def __init__(self, report: Callable[[Target], FileReport], lost: Callable[[Target, str], FileReport]) -> None:
        self._report = report
        self._lost = lost
        self._workers: _Workers | None = None

    def __call__(self, target: Target) -> FileReport:
        """The report of one file."""
        from concurrent.futures import BrokenExecutor

        try:
            future = self._submit(target)
        except _NO_PROCESSES:
            return self._report(target)
        # Asked for and not raised: what ends a process there, such as SystemExit, must not end this one.
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, BrokenExecutor):
            self.close()
            return self._lost(target, "the analysis of this file ended its process")
        return self._lost(target, f"the analysis of this file failed ({type(error).__name__}: {str(error)[:200]})")

    def _submit(self, target: Target) -> Future[FileReport]:
        from concurrent.futures import BrokenExecutor

        try:
            self._workers = self._workers or _Workers(1)
            return self._workers.submit(self._report, target)
        except BrokenExecutor:  # The process died while it had nothing to do: no file is to blame.
            self.close()
            self._workers = _Workers(1)
            return self._workers.submit(self._report, target)

    def close(self) -> None:
        """Lets the process go."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None


class _Workers:
    """Processes that are started by the first work, and that end at once when they are let go or when this process is gone, however it went."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._end = contextlib.ExitStack()
        self._submit: Callable[..., Future[Any]] | None = None

    def submit(self, function: Callable[[Target], R], target: Target) -> Future[R]:
        """The future of a call. Raises what Python raises where there are no processes, or no more of them."""
        self._submit = self._submit or self._pool()
        # An interrupt that comes while processes start would end them with a traceback each, before they can tell it to be ignored.
        with _interrupts_put_off():
            return self._submit(function, target)

    def _pool(self) -> Callable[..., Future[Any]]:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import Pipe

        # Nothing is ever written: the workers see the pipe close when this process closes it or ends.
        leash, held = Pipe(duplex=False)
        self._end.callback(leash.close)
        self._end.callback(held.close)
        pool = ProcessPoolExecutor(self._count, initializer=_start_worker, initargs=(leash, held))
        self._end.callback(pool.shutdown, wait=False, cancel_futures=True)
        return pool.submit

    def close(self) -> None:
        """Ends the processes, whatever they do."""
        self._end.close()


@contextlib.contextmanager
def _interrupts_put_off() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(leash: Connection[Any, Any], held: Connection[Any, Any]) -> None:
    import gc
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    held.close()
    Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection[Any, Any]) -> None:
    with contextlib.suppress(OSError, EOFError):
        leash.recv_bytes()
    os._exit(1)


def _size(target: Target) -> int:
    try:
        return os.stat(target.path).st_size
    except (OSError, ValueError):
        return 0
