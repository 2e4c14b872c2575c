"""Files for the workers of any executor, on this machine or others, in order and none of them lost.

What travels is the content of files, not their names: a worker needs no file system that it shares with this process, and sees the file as it was found
here. Only files that need an analysis travel, in parcels, so that many small files are few messages.
"""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from convt_lint.jobs import outcome
from convt_lint.sources import Target

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from convt_lint.runner import FileReport

PARCEL_FILES, PARCEL_BYTES = 8, 100_000
"""No parcel holds more files than this, nor takes another file once it holds so many bytes."""

PARCEL_SLOTS = 1000
"""A parcel is also closed after so many files of which most need no analysis."""

SMALL_PARCELS = 16
"""So many parcels hold one file, as many after them two, and so on: a few files too are spread over many workers."""

IN_FLIGHT = 1000
"""So many parcels are out at a time: work for a large cluster, and a bound on the memory that they take here."""

Source: TypeAlias = tuple[PurePath, bytes]


@dataclass(slots=True)
class _Parcel:
    """Files in their order: those that travel, as the targets they are, among the reports of those that need not."""

    slots: list[Target | FileReport] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    size: int = 0
    future: Future[list[FileReport]] | None = None

    def is_full(self, files: int) -> bool:
        return len(self.sources) >= files or self.size >= PARCEL_BYTES or len(self.slots) >= PARCEL_SLOTS

    def send(self, executor: Executor, work: Callable[[Sequence[Source]], list[FileReport]]) -> None:
        """Hands the sources to the executor; where it takes no more, they are missing later as those that it lost."""
        sources, self.sources = self.sources, []
        if sources:
            try:
                self.future = executor.submit(work, sources)
            except Exception as error:
                _warn(error)

    def is_ready(self) -> bool:
        return self.future is None or self.future.done()

    def reports(self, alone: Callable[[Target], FileReport]) -> Iterator[FileReport]:
        made = iter(self._made())
        for slot in self.slots:
            if isinstance(slot, Target):
                yield next(made, None) or alone(slot)
            else:
                yield slot

    def _made(self) -> list[FileReport]:
        made = outcome(self.future)
        if made is None and self.future is not None:
            _warn(None if self.future.cancelled() else self.future.exception())
        return made or []


def spread(
    targets: Iterable[Target],
    executor: Executor,
    *,
    examine: Callable[[Target], FileReport | bytes],
    work: Callable[[Sequence[Source]], list[FileReport]],
    alone: Callable[[Target], FileReport],
) -> Iterator[FileReport]:
    """The report of each target, in their order, as soon as it and those before it are there.

    `examine` gives a target's report, or the source that needs an analysis; `work` is what the executor's workers do with some sources; `alone`
    reports a target that the executor has lost.
    """
    out: deque[_Parcel] = deque()
    try:
        for parcel in _parcels(targets, examine):
            parcel.send(executor, work)
            out.append(parcel)
            while out and (len(out) > IN_FLIGHT or out[0].is_ready()):
                yield from out.popleft().reports(alone)
        while out:
            yield from out.popleft().reports(alone)
    finally:
        for parcel in out:
            if parcel.future is not None:
                parcel.future.cancel()


def _parcels(targets: Iterable[Target], examine: Callable[[Target], FileReport | bytes]) -> Iterator[_Parcel]:
    parcel, sent = _Parcel(), 0
    for target in targets:
        examined = examine(target)
        if isinstance(examined, bytes):
            parcel.slots.append(target)
            parcel.sources.append((target.path, examined))
            parcel.size += len(examined)
        else:
            parcel.slots.append(examined)
        if parcel.is_full(files=min(PARCEL_FILES, 1 + sent // SMALL_PARCELS)):
            sent += bool(parcel.sources)
            yield parcel
            parcel = _Parcel()
    yield parcel


def _warn(error: BaseException | None) -> None:
    why = "work was cancelled" if error is None else f"{type(error).__name__}: {error}"
    warnings.warn(f"the executor failed ({why}): what it lost is analysed by a process here", RuntimeWarning, stacklevel=2)
