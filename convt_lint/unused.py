"""Suppressions that suppress nothing. Told only where that is certain: of rules that were run, on code that could be followed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from convt_lint.codes import CODES
from convt_lint.facts import Site, SuppressionUnused
from convt_lint.findings import Finding
from convt_lint.ignores import Ignores
from convt_lint.selection import Selection
from convt_lint.suppression import Suppressions
from convt_lint.syntax.comments import comments

CODE = "CVT003"


def unused(
    findings: Sequence[Finding], selection: Selection, lines: Sequence[str], suppressions: Suppressions, ignores: Ignores, undecided: Collection[int]
) -> list[SuppressionUnused]:
    """The suppressions in a source's lines that hide none of the findings of all rules. `undecided`: rows of which not all is known."""
    return [*_unused_noqas(findings, selection, lines, suppressions, undecided), *_unused_ignores(findings, selection, ignores, undecided)]


def _unused_noqas(
    findings: Iterable[Finding], selection: Selection, lines: Sequence[str], suppressions: Suppressions, undecided: Collection[int]
) -> Iterator[SuppressionUnused]:
    for comment in comments("".join(lines)):
        noqa = suppressions.noqa(comment.row) if "noqa" in comment.text.lower() else None
        # Another noqa may stand before this one, and then this one says nothing, to whichever tool.
        if noqa is None or noqa.codes is None or (noqa.row, noqa.column) < (comment.row, comment.column) or noqa.row != comment.row:
            continue
        rows = suppressions.rows_with(comment.row)
        if any(row in undecided for row in rows):
            continue
        here = [finding for finding in findings if finding.row in rows]
        codes = [code for code in noqa.codes if code.startswith("CVT") and _is_judged(code, selection) and not _hides(code, here)]
        if codes:
            yield SuppressionUnused(_site(noqa.row, noqa.column, noqa.text), noqa.text.strip(), tuple(dict.fromkeys(codes)), len(codes) == len(noqa.codes))


def _unused_ignores(findings: Sequence[Finding], selection: Selection, ignores: Ignores, undecided: Collection[int]) -> Iterator[SuppressionUnused]:
    for ignore in ignores.found:
        if any(ignores.speaks_of(ignore, row, row) for row in undecided):
            continue
        here = [finding for finding in findings if ignores.speaks_of(ignore, finding.row, finding.end_row)]
        codes = [code for code in ignore.form.codes if _is_judged(code, selection) and not _hides(code, here)]
        if codes or (not ignore.form.codes and not here):
            whole = len(codes) == len(ignore.form.codes)
            yield SuppressionUnused(_site(ignore.row, ignore.column, ignore.text), ignore.text, tuple(dict.fromkeys(codes)), whole)


def _is_judged(prefix: str, selection: Selection) -> bool:
    """Whether all rules of a prefix are selected; what it hides of this rule's own is not told."""
    return prefix != CODE and all(code in selection for code in CODES if code.startswith(prefix))


def _hides(prefix: str, findings: Iterable[Finding]) -> bool:
    return any(finding.code.startswith(prefix) for finding in findings)


def _site(row: int, column: int, text: str) -> Site:
    return Site(row, column, row, column + len(text.rstrip()))
