"""Findings that are there already, as the command deals with them: a baseline to hold them against or to write, and noqas in their files.

Imported where one of these is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from convt_lint.baseline import BadBaseline, Baseline, load, written
from convt_lint.config import BadConfig
from convt_lint.noqas import add_noqas
from convt_lint.output.base import count, is_refuted, printable
from convt_lint.runner import FileReport
from convt_lint.selection import Selection
from convt_lint.writing import is_stream, write_whole


def baseline_at(path: str) -> Baseline:
    """The baseline in a file. Raises BadConfig."""
    try:
        return load(Path(path))
    except BadBaseline as error:
        raise BadConfig(str(error)) from None


def only_new(baseline: Baseline, reports: Sequence[FileReport], selection: Selection) -> tuple[list[FileReport], int, str]:
    """The reports without what is in the baseline, how much that is, and what is to be said of entries that are found no more."""
    left, seen = baseline.without_known(reports)
    stale = baseline.stale(seen, reports, selection)
    note = f"note: {count(stale, 'finding')} in the baseline that {'is' if stale == 1 else 'are'} found no more; --write-baseline writes it anew"
    return left, len(seen), note if stale else ""


def write_noqas(reports: Iterable[FileReport]) -> tuple[str, tuple[str, ...]]:
    """Writes a noqa for each finding. What is to be said of it, and what kept it from some files."""
    done = add_noqas(reports)
    return f"Added {count(done.count, 'noqa comment')}.", done.problems


def write_baseline(path: str, reports: Iterable[FileReport]) -> tuple[str, tuple[str, ...]]:
    """Writes a baseline of all findings. What is to be said of it, and what kept it from being written."""
    findings = [finding for report in reports for finding in report.findings if not is_refuted(finding)]
    try:
        write_whole(Path(path), written(findings, os.path.dirname(os.path.realpath(path))).encode())
    except OSError as error:
        return "", (f"{path}: {error.strerror or error}",)
    # Where it is standard output that the baseline was written to, nothing may stand beside it.
    return "" if is_stream(path) else f"Wrote {count(len(findings), 'finding')} to {printable(path)}.", ()
