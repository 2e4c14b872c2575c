"""`--add-noqa`: a noqa for each finding, written into its file. A file is changed only where it stays the same program, and says what it should."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from convt_lint.findings import Finding
from convt_lint.linting import UNUSED
from convt_lint.output.base import is_refuted
from convt_lint.runner import FileReport
from convt_lint.sources import Unreadable, decode_lines, holds_code, read
from convt_lint.suppression import Noqa, Suppressions
from convt_lint.syntax.comments import comments
from convt_lint.writing import write_whole


class Unwritable(Exception):
    """A file that is not written; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many comments were written or made longer, and what is to be said of the files that were not."""

    count: int
    problems: tuple[str, ...]


def add_noqas(reports: Iterable[FileReport]) -> Written:
    """Writes the noqas for the findings of some files."""
    count, problems = 0, list[str]()
    for report in reports:
        findings = [finding for finding in report.findings if not is_refuted(finding) and finding.code != UNUSED]
        if findings:
            try:
                number, missed = _written(report, findings)
                count += number
                problems += (f"{report.name}:{row}: no noqa was written: what looks like one stands in a string there" for row in missed)
            except Unwritable as error:
                problems.append(f"{report.name}: no noqa was written: {error}")
    return Written(count, tuple(problems))


def _written(report: FileReport, findings: Sequence[Finding]) -> tuple[int, list[int]]:
    if holds_code(report.path):
        raise Unwritable("notebooks and documents are left as they are")
    try:
        source = read(report.name)
    except Unreadable as error:
        raise Unwritable(str(error)) from None
    if decode_lines(source) != list(report.lines):
        raise Unwritable("the file has changed meanwhile")
    changed, count, missed = with_noqas(source, findings)
    if count:
        try:
            write_whole(Path(report.name), changed)
        except OSError as error:
            raise Unwritable((error.strerror or str(error)).lower()) from None
    return count, missed


def with_noqas(source: bytes, findings: Sequence[Finding]) -> tuple[bytes, int, list[int]]:
    """The source with the findings suppressed, in its own encoding and line ends; how many comments that took; and the rows where none can be written, since
    flake8 takes a string there for a noqa. Raises Unwritable."""
    encoding, rows = _rows(source)
    lines = decode_lines(source)
    suppressions = Suppressions(lines)
    in_comments = {comment.row: comment.column for comment in comments("".join(lines))}
    wanted: dict[Noqa | int, set[str]] = {}
    missed: list[Finding] = []
    for finding in findings:
        place = suppressions.noqa(finding.row) or suppressions.noqa_row(finding.row)
        if place is None:
            raise Unwritable(f"there is no line {finding.row}")
        if isinstance(place, Noqa) and not in_comments.get(place.row, place.column + 1) <= place.column:
            missed.append(finding)
        else:
            wanted.setdefault(place, set()).add(finding.code)
    for place, codes in wanted.items():
        if isinstance(place, int):
            rows[place - 1] = _appended(rows[place - 1], sorted(codes))
        else:
            rows[place.row - 1] = _extended(rows[place.row - 1], place, sorted(codes))
    changed = "".join(rows).encode(encoding)
    _check(source, changed, [finding for finding in findings if finding not in missed])
    return changed, len(wanted), [finding.row for finding in missed]


def _rows(source: bytes) -> tuple[str, list[str]]:
    """The encoding of a source and its rows, with their line ends. Raises Unwritable where they do not make up the source again."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        rows = list(io.StringIO(source.decode(encoding), newline=""))
        if "".join(rows).encode(encoding) == source:
            return encoding, rows
    except (SyntaxError, UnicodeError, LookupError):
        pass
    raise Unwritable("its encoding is not the one that it declares")


def _appended(row: str, codes: Sequence[str]) -> str:
    code = row.rstrip("\r\n")
    end = row[len(code) :]
    code = code.rstrip(" \t")
    return f"{code}{'  ' if code else ''}# noqa: {', '.join(codes)}{end}"


def _extended(row: str, noqa: Noqa, codes: Sequence[str]) -> str:
    end = noqa.column - 1 + len(noqa.text.rstrip(", \t"))
    rest = row[end:].lstrip(", \t")
    return f"{row[:end]}, {', '.join(codes)}{' ' if rest.strip() else ''}{rest}"


def _check(source: bytes, changed: bytes, findings: Iterable[Finding]) -> None:
    """Raises Unwritable unless the changed source is the same program, with comments that suppress the findings."""
    lines = decode_lines(changed)
    suppressions = Suppressions(lines)
    missed = [finding.row for finding in findings if not suppressions.hides(finding.code, finding.row)]
    if missed:
        raise Unwritable(f"it would say nothing of line {missed[0]}")
    try:
        with warnings.catch_warnings(action="ignore"):
            same = ast.dump(ast.parse(source)) == ast.dump(ast.parse(changed))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unwritable("it cannot be parsed") from None
    if not same:
        raise Unwritable("a comment would change what the program does")
