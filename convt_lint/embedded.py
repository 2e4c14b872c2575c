"""Notebooks and documents checked: their Python as one module, and what is found in it told at the user's own places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from convt_lint.analysis import Analysis, analyse, shown_by_example
from convt_lint.findings import FileResult, Finding, Unchecked
from convt_lint.lines import place_of, placed
from convt_lint.linting import analysis_memory, check_risky, heeding, is_worth_parsing
from convt_lint.project import Project
from convt_lint.selection import Selection
from convt_lint.sources import Unfit, text_of
from convt_lint.sources.texts import Place, Text
from convt_lint.suppression import Suppressions
from convt_lint.syntax.guard import Bounds, Risky
from convt_lint.syntax.pieces import Module, joined


def check_embedded(source: bytes, path: PurePath, selection: Selection, unchecked: bool, project: Project, bounds: Bounds) -> FileResult:
    """What is found in the Python of a notebook or a document and not suppressed there."""
    try:
        text = text_of(source, path)
    except Unfit as error:
        message = f"cannot analyse: {error}"
        return FileResult((Finding("CVT001", "cannot-analyse", message, path, error.row, error.column, error.row, error.column),))
    rows = list(text.rows)
    # The search before this one was in all of the file: outputs and prose hold the names, too.
    if not is_worth_parsing("\n".join(rows).encode(), project, selection):
        return FileResult()
    lines = [f"{row}\n" for row in rows]
    with analysis_memory():
        try:
            module, analysis = _analysed(text, project, path, bounds)
        except Risky as risk:
            outcome = check_risky(risk, source, path, selection, unchecked, project)
            if isinstance(outcome, FileResult):
                return outcome
            module, analysis = Module(b"", text.places, [], frozenset()), Analysis([outcome])
        places = module.places
        with placed(places):
            result = heeding(lines, analysis, path, selection, unchecked)
    suppressions = Suppressions(lines)
    shown = [_moved(finding, places, suppressions) for finding in result.findings if not suppressions.hides(finding.code, finding.row)]
    cells = {finding.cell: text.cells[finding.cell] for finding in shown if finding.cell}
    return FileResult(tuple(shown), tuple(_moved_unchecked(item, places) for item in result.unchecked), result.constructions, cells)


def _analysed(text: Text, project: Project, path: PurePath, bounds: Bounds) -> tuple[Module, Analysis]:
    module = joined(text, bounds)
    analysis = analyse(module.code, project, path, bounds)
    if analysis.module is None:  # some piece is Python, but not for the parser
        module = joined(text, bounds, thorough=True)
        analysis = analyse(module.code, project, path, bounds)
    if analysis.module is None and not text.strict:
        return module, Analysis([])
    if module.shown and analysis.interpretation is not None and analysis.interpretation.constructions:
        analysis.locate()
        analysis.facts = [shown_by_example(fact, "example") if fact.site.row in module.shown else fact for fact in analysis.facts]
    if text.strict:
        analysis.facts = [*module.stopped, *analysis.facts]
    return module, analysis


def _moved(finding: Finding, places: Sequence[Place], suppressions: Suppressions) -> Finding:
    start, end = place_of(finding.row, places), place_of(finding.end_row, places)
    noqa = place_of(suppressions.noqa_row(finding.row) or finding.row, places)
    assert start is not None
    assert end is not None
    assert noqa is not None
    return replace(
        finding,
        row=start.row,
        column=start.column(finding.column),
        end_row=end.row,
        end_column=end.column(finding.end_column),
        cell=start.cell,
        noqa_row=noqa.row,
    )


def _moved_unchecked(item: Unchecked, places: Sequence[Place]) -> Unchecked:
    place = place_of(item.row, places)
    assert place is not None
    return replace(item, row=place.row, column=place.column(item.column), cell=place.cell)
