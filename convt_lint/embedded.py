"""Notebooks and documents checked: their Python as one module, and what is found in it told at the user's own places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from convt_lint.analysis import Analysis, analyse
from convt_lint.facts import AnalysisStopped
from convt_lint.findings import FileResult, Finding, Unchecked
from convt_lint.lines import place_of, placed
from convt_lint.linting import analysis_memory, is_worth_parsing, result_of
from convt_lint.selection import Selection
from convt_lint.sources import Unfit, text_of
from convt_lint.sources.texts import Place, Text
from convt_lint.suppression import Suppressions
from convt_lint.syntax.pieces import joined


def check_embedded(source: bytes, path: PurePath, selection: Selection, unchecked: bool, layers: Mapping[str, str]) -> FileResult:
    """What is found in the Python of a notebook or a document and not suppressed there."""
    try:
        text = text_of(source, path)
    except Unfit as error:
        message = f"cannot analyse: {error}"
        return FileResult((Finding("CVT001", "cannot-analyse", message, path, error.row, error.column, error.row, error.column),))
    rows = list(text.rows)
    # The search before this one was in all of the file: outputs and prose hold the names, too.
    if not is_worth_parsing("\n".join(rows).encode(), layers):
        return FileResult()
    places = text.places
    with analysis_memory(), placed(places):
        result = result_of(_analysed(text, layers), path, selection, unchecked)
    suppressions = Suppressions([f"{row}\n" for row in rows])
    shown = [_moved(finding, places, suppressions) for finding in result.findings if not suppressions.hides(finding.code, finding.row)]
    cells = {finding.cell: text.cells[finding.cell] for finding in shown if finding.cell}
    return FileResult(tuple(shown), tuple(_moved_unchecked(item, places) for item in result.unchecked), result.constructions, cells)


def _analysed(text: Text, layers: Mapping[str, str]) -> Analysis:
    code, stopped = joined(text)
    analysis = analyse(code, layers)
    if analysis.module is None:  # some piece is Python, but not for the parser
        code, stopped = joined(text, thorough=True)
        analysis = analyse(code, layers)
    if analysis.module is None and not text.strict:
        return Analysis([])
    told: list[AnalysisStopped] = stopped if text.strict else []
    analysis.facts = [*told, *analysis.facts]
    return analysis


def _moved(finding: Finding, places: Sequence[Place], suppressions: Suppressions) -> Finding:
    start, end = place_of(finding.row, places), place_of(finding.end_row, places)
    noqa = place_of(suppressions.noqa_row(finding.row) or finding.row, places)
    assert start is not None
    assert end is not None
    assert noqa is not None
    return replace(
        finding,
        row=start.row,
        column=max(finding.column + start.shift, 1),
        end_row=end.row,
        end_column=max(finding.end_column + end.shift, 1),
        cell=start.cell,
        noqa_row=noqa.row,
    )


def _moved_unchecked(item: Unchecked, places: Sequence[Place]) -> Unchecked:
    place = place_of(item.row, places)
    assert place is not None
    return replace(item, row=place.row, column=max(item.column + place.shift, 1), cell=place.cell)
