"""One source checked: bytes in, findings out. Pure and total; LibCST is imported only where there is something to parse."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from convt_lint.findings import FileResult, Finding, Unchecked
from convt_lint.ignores import Ignores, may_ignore
from convt_lint.lines import line
from convt_lint.prefilter import may_hold
from convt_lint.project import NOTHING_SAID, Project
from convt_lint.selection import ALL, DEFAULT, Selection
from convt_lint.sources import decode_lines, holds_code
from convt_lint.suppression import Suppressions, may_suppress

if TYPE_CHECKING:
    from convt_lint.analysis import Analysis
    from convt_lint.facts import AnalysisStopped
    from convt_lint.rules.base import Report, Rule
    from convt_lint.syntax.guard import Bounds, Risky


UNUSED = "CVT003"
"""The rule that is told by what the others say."""


def check_bytes(source: bytes, path: PurePath, selection: Selection = DEFAULT, *, unchecked: bool = False, project: Project = NOTHING_SAID) -> FileResult:
    """The findings of the selected rules in one source by place, nothing suppressed but in notebooks and documents, which the suffix of `path` tells. Never
    raises. A source of such a depth or length that the parser may not survive it is analysed in a process of its own.

    `unchecked` asks for the constructions that could not be decided, too: that costs the places of all of them.
    """
    return _check(source, path, selection, unchecked, project, apart=True) if is_worth_parsing(source, project, selection) else FileResult()


def check_here(source: bytes, path: PurePath, selection: Selection, unchecked: bool, project: Project) -> FileResult:
    """As `check_bytes` for a source that is worth parsing, in this process whatever that costs it: what the process of `isolation` does."""
    return _check(source, path, selection, unchecked, project, apart=False)


def _check(source: bytes, path: PurePath, selection: Selection, unchecked: bool, project: Project, *, apart: bool) -> FileResult:
    from convt_lint.syntax.guard import LAST, SAFE

    bounds = SAFE if apart else LAST
    try:
        if holds_code(path):
            from convt_lint.embedded import check_embedded

            return check_embedded(source, path, selection, unchecked, project, bounds)
        return check_python(source, path, selection, unchecked, project, bounds)
    except Exception as error:  # a defect of the checker's own costs one file and is said
        message = f"cannot analyse: the checker itself failed ({type(error).__name__}: {str(error)[:200]}); please report it"
        return FileResult((Finding("CVT001", "cannot-analyse", message, path, 1, 1, 1, 1),))


def is_worth_parsing(source: bytes, project: Project = NOTHING_SAID, selection: Selection = DEFAULT) -> bool:
    """Whether a source may hold a transposed convolution, torch's or one that the project names, or a directive; or a noqa, where unused ones are told."""
    if may_hold(source) or any(name.rpartition(".")[2].encode() in source for name in project.layers):
        return True
    return UNUSED in selection and b"CVT" in source and may_suppress(source)


def check_python(source: bytes, path: PurePath, selection: Selection, unchecked: bool, project: Project, bounds: Bounds) -> FileResult:
    """What is found in a Python source that is worth parsing."""
    from convt_lint.analysis import Analysis, analyse
    from convt_lint.syntax.guard import Risky

    lines = decode_lines(source) if may_suppress(source) or may_ignore(source) else []
    try:
        with analysis_memory():
            return heeding(lines, analyse(source, project, path, bounds), path, selection, unchecked)
    except Risky as risk:
        result = check_risky(risk, source, path, selection, unchecked, project)
    return result if isinstance(result, FileResult) else heeding(lines, Analysis([result]), path, selection, unchecked)


def check_risky(risk: Risky, source: bytes, path: PurePath, selection: Selection, unchecked: bool, project: Project) -> FileResult | AnalysisStopped:
    """What is found in a source that the parser may not survive; where it does not, what to say of that, at the place of the risk."""
    from convt_lint.isolation import check_apart
    from convt_lint.processes import ProcessLost
    from convt_lint.syntax.parsing import SPLIT, stopped

    try:
        return check_apart(source, path, selection, unchecked, project)
    except ProcessLost as error:
        return stopped(f"{risk}, and its analysis came to no end: {error}", risk.row, risk.column, SPLIT)


@contextmanager
def analysis_memory() -> Iterator[None]:
    """Around one analysis and all that is asked of it."""
    from convt_lint.syntax.walk import forget

    collects = gc.isenabled()
    # A fifth of the time would go into looking for garbage while a file's nodes are made, and few of them are any.
    gc.disable()
    try:
        yield
    finally:
        forget()
        if collects:
            gc.enable()
            gc.collect(0)


def heeding(lines: Sequence[str], analysis: Analysis, path: PurePath, selection: Selection, unchecked: bool) -> FileResult:
    """What the selected rules say of an analysis where no `# convt: ignore` in the lines hides it, and which suppressions hide nothing, if that is selected.

    `lines`: of the source that was analysed; none where there is no suppression.
    """
    judges = bool(lines) and UNUSED in selection
    result = result_of(analysis, path, ALL if judges else selection, unchecked)
    if not lines or (not result.findings and not judges):
        return result
    suppressions = Suppressions(lines)
    ignores = Ignores(lines, suppressions)
    told = [finding for finding in result.findings if finding.code in selection]
    if judges and not any(finding.code == "CVT001" for finding in result.findings):
        told += _unused(lines, analysis, path, selection, result.findings, suppressions, ignores)
    findings = sorted((finding for finding in told if not ignores.hides(finding)), key=lambda finding: finding.sort_key)
    return replace(result, findings=tuple(findings))


def _unused(
    lines: Sequence[str],
    analysis: Analysis,
    path: PurePath,
    selection: Selection,
    findings: Sequence[Finding],
    suppressions: Suppressions,
    ignores: Ignores,
) -> list[Finding]:
    from convt_lint.facts import Facts
    from convt_lint.rules import RULES
    from convt_lint.unused import unused

    if analysis.interpretation is not None and analysis.interpretation.exhausted:
        return []
    undecided = {item.row for item in _unchecked(analysis)}
    facts = unused(findings, selection, lines, suppressions, ignores, undecided)
    return [_finding(RULES[UNUSED], report, path) for report in RULES[UNUSED].check(Facts([*facts]))]


def result_of(analysis: Analysis, path: PurePath, selection: Selection, unchecked: bool) -> FileResult:
    """What the selected rules say of an analysis."""
    from convt_lint.certainty import certain
    from convt_lint.facts import Facts
    from convt_lint.rules import run_rules

    facts = Facts(analysis.facts)
    reports = run_rules(facts, selection)
    pairs = certain(reports, facts)
    if pairs and not analysis.located:
        analysis.locate()
        # Where something stands changes what is said of it, and not whether there is something to say.
        pairs = certain(run_rules(facts, {rule.code for rule, _ in reports}), facts)
    findings = sorted((_finding(rule, report, path) for rule, report in pairs), key=lambda finding: finding.sort_key)
    constructions = 0 if analysis.interpretation is None else len(analysis.interpretation.constructions)
    return FileResult(tuple(_unique(findings)), _unchecked(analysis) if unchecked else (), constructions)


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    return list({(finding.code, finding.row, finding.column, finding.message): finding for finding in findings}.values())


def _finding(rule: Rule, report: Report, path: PurePath) -> Finding:
    fact = report.fact
    site = fact.site
    message = report.message + (" (with the default arguments)" if fact.path.with_defaults else "")
    conditions = fact.conditions()
    where = (f"where {' and '.join(conditions)}",) if conditions else ()
    trace = (*(f"{step.text} at {line(step.site.row)}" for step in fact.way()), *where)
    return Finding(
        rule.code,
        rule.name,
        message,
        path,
        site.row,
        site.column,
        site.end_row,
        site.end_column,
        report.formula,
        report.suggestions,
        trace,
        report.evidence,
        rule.severity,
        probe=report.probe,
        kind=report.kind,
    )


def _unchecked(analysis: Analysis) -> tuple[Unchecked, ...]:
    """The constructions of which no arrival had all its numbers, with the cause of the best-known one."""
    from convt_lint.analysis import find_unreached, undecided
    from convt_lint.facts import LayerBuilt

    if analysis.interpretation is None:
        return ()
    find_unreached(analysis)
    analysis.locate()
    causes: dict[int, tuple[LayerBuilt, str]] = {}
    for fact in analysis.facts:
        if isinstance(fact, LayerBuilt):
            cause = undecided(fact)
            known = causes.get(id(fact.site))
            if known is None or not cause:
                causes[id(fact.site)] = (fact, cause)
    found = [Unchecked(fact.layer.name, cause, fact.site.row, fact.site.column) for fact, cause in causes.values() if cause]
    for node, why in analysis.unreached:
        site = analysis.site(node)
        name = getattr(getattr(getattr(node, "func", None), "attr", None) or getattr(node, "func", None), "value", "")
        found.append(Unchecked(str(name), why, site.row, site.column))
    return tuple(sorted(found, key=lambda item: (item.row, item.column)))
