"""A bar on standard error for who waits at a terminal; gone when the work is done. tqdm is imported only where there is something to show."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from tqdm.std import tqdm

PATIENCE_S = 1.0
"""Work shorter than this shows nothing."""

INTERVAL_S = 0.1

_drawing = threading.Lock()
"""Held while the bar is imported and drawn. No process is forked meanwhile: it would inherit locks that nobody opens there."""


def is_watched(stream: TextIO | None) -> bool:
    """Whether somebody sees the stream, on a terminal that can move its cursor."""
    return stream is not None and stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


class Progress:
    """Counts the files (or what `unit` names) that are done while it is entered, and shows them where `stream` is watched. `total` is set once it is known."""

    def __init__(self, stream: TextIO | None, unit: str = "files") -> None:
        self.total: int | None = None
        self._unit = unit
        self._stream = stream if is_watched(stream) else None
        self._done = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def advance(self) -> None:
        """One more file is done."""
        self._done += 1

    def __enter__(self) -> Progress:
        if self._stream is not None:
            _keep_forks_off()
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._stream is not None:
            self._over.set()
            self._thread.join()

    def _watch(self) -> None:
        # A thread of its own draws, since a file may keep the others busy for seconds.
        begin = time.time()
        # A terminal that is gone, or an installation without tqdm, costs the bar and nothing else.
        with contextlib.suppress(OSError, ValueError, ImportError):
            if self._over.wait(PATIENCE_S):
                return
            with _drawing:
                bar = _bar(self._stream, begin, self._unit)
            self._draw(bar)
            while not self._over.wait(INTERVAL_S):
                self._draw(bar)
            bar.close()

    def _draw(self, bar: tqdm[Any]) -> None:
        with _drawing:
            bar.total = self.total
            # A file that is done twice, because it was lost in between, is one file.
            bar.n = self._done if self.total is None else min(self._done, self.total)
            bar.refresh()


def _bar(stream: TextIO | None, begin: float, unit: str) -> tqdm[Any]:
    from tqdm.std import tqdm

    # Neither tqdm's thread nor its lock between processes is of use here, and both outlive the bar.
    tqdm.monitor_interval = 0
    tqdm.set_lock(threading.RLock())
    bar = tqdm(file=stream, desc="convt-lint", unit=f" {unit}", leave=False, dynamic_ncols=True)
    bar.start_t = begin
    return bar


_forks_kept_off = False


def _keep_forks_off() -> None:
    global _forks_kept_off
    if hasattr(os, "register_at_fork") and not _forks_kept_off:
        _forks_kept_off = True
        os.register_at_fork(before=_drawing.acquire, after_in_parent=_drawing.release, after_in_child=_drawing.release)
