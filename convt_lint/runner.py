"""From sources to findings: the checks, minus what is not selected or suppressed. The command, the API and tests come through here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from convt_lint.cache import Cache
from convt_lint.findings import FileResult, Finding, Unchecked
from convt_lint.jobs import OneByOne, nothing, run_all
from convt_lint.linting import check_bytes, is_worth_parsing
from convt_lint.output.base import Shown
from convt_lint.project import NOTHING_SAID, Project
from convt_lint.selection import DEFAULT, Selection
from convt_lint.sources import Discovery, Exclusion, Target, Unreadable, decode_lines, discover, holds_code, read
from convt_lint.suppression import Suppressions, may_suppress, unsuppressed

if TYPE_CHECKING:
    from concurrent.futures import Executor


@dataclass(frozen=True, slots=True)
class FileReport:
    """What is told of one file. `lines` are those of its source, and `cells` of a notebook, held only where there are findings to show in them."""

    name: str
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    constructions: int = 0
    lines: tuple[str, ...] = field(default=(), repr=False)
    cells: Mapping[int, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> PurePath:
        return PurePath(self.name)


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
    layers: Mapping[str, str] = NOTHING_SAID.layers,
    inputs: Mapping[str, str] = NOTHING_SAID.inputs,
    executor: Executor | None = None,
) -> list[Finding]:
    """The findings in files, and in the *.py, *.pyi and *.ipynb files of directories, by path and place.

    `layers` holds the project's own rows of the shape table, by dotted name, and `inputs` the shapes of parameters (see `Project`).

    Any `concurrent.futures.Executor` spreads the files over its workers, on this machine or others: the files are read here and their content is
    sent. What the executor loses is analysed by a process of this machine, and a RuntimeWarning says so. Raises FileNotFoundError naming every given
    path that does not exist, and BadGlob for what is no glob in `exclusion`; all else that keeps a file from being read is a CVT001 finding.
    """
    reports = report_paths(paths, selection=selection, exclusion=exclusion, layers=layers, inputs=inputs, executor=executor)
    return [finding for report in reports for finding in report.findings]


def report_paths(
    paths: Iterable[str | os.PathLike[str]],
    *,
    selection: Selection | None = None,
    exclusion: Exclusion | None = None,
    layers: Mapping[str, str] = NOTHING_SAID.layers,
    inputs: Mapping[str, str] = NOTHING_SAID.inputs,
    executor: Executor | None = None,
) -> Iterator[FileReport]:
    """What `lint_paths` finds, file by file and as soon as it is there: for more files than one list of findings should hold."""
    found = discover(paths, exclusion)
    if found.missing:
        raise FileNotFoundError("no such file or directory: " + ", ".join(found.missing))
    # Not every mapping can be sent to another process; a dict can.
    project, chosen = Project(dict(layers), dict(inputs)), selection or DEFAULT
    return _spread(found, chosen, project, executor) if executor is not None else report_targets(found, chosen, project)


def report_targets(
    found: Discovery,
    selection: Selection,
    project: Project,
    *,
    unchecked: bool = False,
    cache: Cache | None = None,
    jobs: int = 1,
    advance: Callable[[], None] = nothing,
) -> Iterator[FileReport]:
    """The report of each target, in their order. Files that hold no transposed convolution, or are known from the run before, are done here; the others by
    up to `jobs` processes where there is enough to do. `advance` is called, from any thread, when a target is done."""
    done: list[FileReport | None] = []
    for target in found.targets:
        done.append(_without_analysis(target, selection, project, cache))
        if done[-1] is not None:
            advance()
    report = partial(report_target, selection=selection, unchecked=unchecked, project=project)
    left = [target for target, known in zip(found.targets, done, strict=True) if known is None]
    with closing(run_all(report, left, jobs, lost=partial(report_lost, selection=selection), advance=advance)) as reports:
        for target, known in zip(found.targets, done, strict=True):
            if known is not None:
                yield known
                continue
            made = next(reports)
            if cache is not None and not made.findings:
                with suppress(OSError):  # The current directory may be gone by now.
                    cache.note_verdict(os.path.abspath(target.name))
            yield made


def _spread(found: Discovery, selection: Selection, project: Project, executor: Executor) -> Iterator[FileReport]:
    from convt_lint.executors import spread

    alone = OneByOne(partial(report_target, selection=selection, project=project), partial(report_lost, selection=selection))
    examine = partial(_examined, selection=selection, project=project)
    work = partial(report_sources, selection=selection, project=project)
    with closing(alone):
        yield from spread(found.targets, executor, examine=examine, work=work, alone=alone)


def _examined(target: Target, selection: Selection, project: Project) -> FileReport | bytes:
    """The source of a target that needs an analysis; the report of one that does not."""
    try:
        source = read(target.name) if not target.problem else b""
    except Unreadable as error:
        target = Target(target.name, str(error))
    if target.problem:
        return report_target(target, selection)
    return source if is_worth_parsing(source, project, selection) else FileReport(target.name)


def report_sources(sources: Iterable[tuple[PurePath, bytes]], selection: Selection, project: Project) -> list[FileReport]:
    """The report of each source: what a worker of an executor does."""
    return [report_bytes(source, path, selection, project=project) for path, source in sources]


def _without_analysis(target: Target, selection: Selection, project: Project, cache: Cache | None) -> FileReport | None:
    """The report of a file that needs no analysis; None for one that does, or that cannot be read."""
    if target.problem:
        return None
    try:
        status = os.stat(target.name) if cache is not None else None
        name = "" if cache is None else os.path.abspath(target.name)
        if cache is not None and status is not None and cache.is_clean(name, status):
            return FileReport(target.name)
        source = read(target.name)
    except (OSError, ValueError, Unreadable):
        return None
    if cache is not None and status is not None and cache.is_clean_content(name, status, source):
        return FileReport(target.name)
    if is_worth_parsing(source, project, selection):
        if cache is not None and status is not None:
            cache.await_verdict(name, status, source)
        return None
    if cache is not None and status is not None:
        cache.note(name, status, source)
    return FileReport(target.name)


def report_target(target: Target, selection: Selection, unchecked: bool = False, project: Project = NOTHING_SAID) -> FileReport:
    """Reads and reports one file as `report_bytes` does; one that cannot be read is a CVT001 finding at its first character."""
    problem = target.problem
    if not problem:
        try:
            return report_bytes(read(target.name), target.path, selection, unchecked, project)
        except Unreadable as error:
            problem = str(error)
    return report_lost(target, f"this file could not be read: {problem}", selection)


def report_lost(target: Target, message: str, selection: Selection) -> FileReport:
    """The report of a file of which nothing is known but why."""
    finding = cannot_analyse(target.path, message)
    return FileReport(target.name, (finding,) if finding.code in selection.at(target.name) else ())


def report_bytes(source: bytes, path: PurePath, selection: Selection, unchecked: bool = False, project: Project = NOTHING_SAID) -> FileReport:
    """The findings of one source that are selected and not suppressed, and with `unchecked` what could not be decided. Never raises."""
    selection = selection.at(path)
    result = _checked(source, path, selection, unchecked, project)
    findings = [finding for finding in result.findings if finding.code in selection]
    lines = decode_lines(source) if any(not finding.cell for finding in findings) else []
    if findings and may_suppress(source) and not holds_code(path):
        findings = unsuppressed(findings, lines)
    return FileReport(str(path), tuple(findings), result.unchecked, result.constructions, tuple(lines) if findings else (), result.cells)


def shown(report: FileReport, *, noqa_rows: bool = True) -> Iterator[Shown]:
    """The findings of a report as the output formats take them; the rows where a noqa would stand cost a look at the comments."""
    suppressions = Suppressions(report.lines)
    for finding in report.findings:
        row = finding.noqa_row or (suppressions.noqa_row(finding.row) if noqa_rows else None)
        yield Shown(finding, report.cells.get(finding.cell, report.lines), row)


def cannot_analyse(path: PurePath, message: str) -> Finding:
    """A CVT001 finding for a whole file, placed at its first character."""
    return Finding("CVT001", "cannot-analyse", message, path, 1, 1, 1, 1)


def _checked(source: bytes, path: PurePath, selection: Selection, unchecked: bool, project: Project) -> FileResult:
    # check_bytes promises not to raise; should it break its word, that costs one file and not the run.
    try:
        return check_bytes(source, path, selection, unchecked=unchecked, project=project)
    except Exception as error:
        return FileResult((cannot_analyse(path, f"the analysis of this file failed ({type(error).__name__}: {error})"),))
