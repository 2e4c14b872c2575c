"""From sources to findings: the checks, minus what is not selected or suppressed. The command, the API and tests come through here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from types import MappingProxyType

from convt_lint.cache import Cache
from convt_lint.findings import FileResult, Finding, Unchecked
from convt_lint.jobs import run_all
from convt_lint.linting import check_bytes, is_worth_parsing
from convt_lint.selection import DEFAULT, Selection
from convt_lint.sources import Discovery, Exclusion, Target, Unreadable, decode_lines, discover, holds_code, read
from convt_lint.suppression import may_suppress, unsuppressed


@dataclass(frozen=True, slots=True)
class FileReport:
    """What is told of one file. `lines` are those of its source, and `cells` of a notebook, held only where there are findings to show in them."""

    path: PurePath
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    constructions: int = 0
    lines: tuple[str, ...] = field(default=(), repr=False)
    cells: Mapping[int, tuple[str, ...]] = field(default_factory=dict, repr=False)


def lint_bytes(source: bytes, path: str | os.PathLike[str]) -> list[Finding]:
    """The findings in a Python source, by place, with the default rules and its `# noqa` honoured.

    `path` only names the source in the findings; nothing is read. Never raises: what cannot be analysed is a CVT001 finding.
    """
    return list(report_bytes(source, PurePath(path), DEFAULT).findings)


def lint_paths(
    paths: Iterable[str | os.PathLike[str]],
    *,
    selection: Selection | None = None,
    exclusion: Exclusion | None = None,
    layers: Mapping[str, str] = MappingProxyType({}),
    executor: Executor | None = None,
) -> list[Finding]:
    """The findings in files, and in the *.py, *.pyi and *.ipynb files of directories, by path and place.

    `layers` holds the project's own rows of the shape table, by dotted name.

    Any `concurrent.futures.Executor` spreads the files over its workers. Raises FileNotFoundError naming every given path that does not
    exist; all else that keeps a file from being read is a CVT001 finding.
    """
    found = discover(paths, exclusion)
    if found.missing:
        raise FileNotFoundError("no such file or directory: " + ", ".join(found.missing))
    return [finding for report in report_targets(found, selection or DEFAULT, dict(layers), executor) for finding in report.findings]


def report_targets(
    found: Discovery,
    selection: Selection,
    layers: Mapping[str, str],
    executor: Executor | None = None,
    *,
    unchecked: bool = False,
    cache: Cache | None = None,
    jobs: int = 1,
) -> Iterator[FileReport]:
    """The report of each target, in their order. Files that hold no transposed convolution, or are known from the run before, are done here; the others by
    `executor`, or by up to `jobs` processes where there is enough to do."""
    done = [_without_analysis(target, layers, cache) for target in found.targets]
    report = partial(report_target, selection=selection, unchecked=unchecked, layers=layers)
    left = [target for target, found_report in zip(found.targets, done, strict=True) if found_report is None]
    reports = iter(executor.map(report, left) if executor is not None else run_all(report, left, jobs))
    for target, known in zip(found.targets, done, strict=True):
        if known is not None:
            yield known
            continue
        made = next(reports)
        if cache is not None and not made.findings:
            _note(cache, target)
        yield made


def _without_analysis(target: Target, layers: Mapping[str, str], cache: Cache | None) -> FileReport | None:
    """The report of a file that needs no analysis; None for one that does, or that cannot be read."""
    if target.problem:
        return None
    try:
        status = os.stat(target.path) if cache is not None else None
        name = os.path.abspath(target.path)
        if cache is not None and status is not None and cache.is_clean(name, status):
            return FileReport(target.path)
        source = read(target.path)
    except (OSError, ValueError, Unreadable):
        return None
    if cache is not None and status is not None and cache.is_clean_content(name, status, source):
        return FileReport(target.path)
    if is_worth_parsing(source, layers):
        return None
    if cache is not None and status is not None:
        cache.note(name, status, source)
    return FileReport(target.path)


def _note(cache: Cache, target: Target) -> None:
    """Notes that nothing was found in a file, if it is still the one that was read."""
    try:
        before = os.stat(target.path)
        source = read(target.path)
        after = os.stat(target.path)
    except (OSError, ValueError, Unreadable):
        return
    if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
        cache.note(os.path.abspath(target.path), after, source)


def report_target(target: Target, selection: Selection, unchecked: bool = False, layers: Mapping[str, str] = MappingProxyType({})) -> FileReport:
    """Reads and reports one file as `report_bytes` does; one that cannot be read is a CVT001 finding at its first character."""
    problem = target.problem
    if not problem:
        try:
            return report_bytes(read(target.path), target.path, selection, unchecked, layers)
        except Unreadable as error:
            problem = str(error)
    finding = cannot_analyse(target.path, f"this file could not be read: {problem}")
    return FileReport(target.path, (finding,) if finding.code in selection else ())


def report_bytes(source: bytes, path: PurePath, selection: Selection, unchecked: bool = False, layers: Mapping[str, str] = MappingProxyType({})) -> FileReport:
    """The findings of one source that are selected and not suppressed, and with `unchecked` what could not be decided. Never raises."""
    result = _checked(source, path, selection, unchecked, layers)
    findings = [finding for finding in result.findings if finding.code in selection]
    lines = decode_lines(source) if any(not finding.cell for finding in findings) else []
    if findings and may_suppress(source) and not holds_code(path):
        findings = unsuppressed(findings, lines)
    return FileReport(path, tuple(findings), result.unchecked, result.constructions, tuple(lines) if findings else (), result.cells)


def cannot_analyse(path: PurePath, message: str) -> Finding:
    """A CVT001 finding for a whole file, placed at its first character."""
    return Finding("CVT001", "cannot-analyse", message, path, 1, 1, 1, 1)


def _checked(source: bytes, path: PurePath, selection: Selection, unchecked: bool, layers: Mapping[str, str]) -> FileResult:
    # check_bytes promises not to raise; should it break its word, that costs one file and not the run.
    try:
        return check_bytes(source, path, selection, unchecked=unchecked, layers=layers)
    except Exception as error:
        return FileResult((cannot_analyse(path, f"the analysis of this file failed ({type(error).__name__}: {error})"),))
