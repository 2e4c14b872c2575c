"""A baseline: the findings that a project lives with for now, so that only new ones are told. It knows them by what they say and not by their lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from convt_lint.config import shown_path
from convt_lint.findings import Finding
from convt_lint.output.base import is_refuted, relative_path
from convt_lint.output.fingerprints import Fingerprints, placeless
from convt_lint.runner import FileReport
from convt_lint.selection import Selection

VERSION = 1
MAX_BYTES = 100 * 2**20


class BadBaseline(Exception):
    """A baseline that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a baseline: by fingerprint, the file of each, as it is named from `root`, the baseline's folder, and its code."""

    root: str
    entries: dict[str, tuple[str, str]]

    def without_known(self, reports: Iterable[FileReport]) -> tuple[list[FileReport], set[str]]:
        """The reports with the new findings alone, and the fingerprints of those that are known."""
        fingerprints, seen, left = Fingerprints(), set[str](), []
        for report in reports:
            new = []
            for finding in report.findings:
                fingerprint = fingerprints.of(finding, self.name(finding.filename))
                if fingerprint in self.entries:
                    seen.add(fingerprint)
                else:
                    new.append(finding)
            left.append(replace(report, findings=tuple(new)) if len(new) < len(report.findings) else report)
        return left, seen

    def new(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Those of one file's findings that are not known."""
        fingerprints = Fingerprints()
        yield from (finding for finding in findings if fingerprints.of(finding, self.name(finding.filename)) not in self.entries)

    def stale(self, seen: set[str], reports: Iterable[FileReport], selection: Selection) -> int:
        """How many entries are found no more: of rules that were run, and of files that could be looked at or are gone."""
        looked_at = {self.name(report.path) for report in reports if not any(finding.code == "CVT001" for finding in report.findings)}
        return sum(
            code in selection.at(os.path.join(self.root, name)) and (name in looked_at or not os.path.lexists(os.path.join(self.root, name)))
            for fingerprint, (name, code) in self.entries.items()
            if fingerprint not in seen
        )

    def name(self, path: PurePath) -> str:
        """A file as the baseline names it."""
        named = relative_path(path, self.root)
        if named.is_absolute():
            # The root is named without links, and a folder's link may lead there; a file's own link has a name of its own.
            behind = relative_path(PurePath(os.path.realpath(named.parent), named.name), self.root)
            named = named if behind.is_absolute() else behind
        return named.as_posix()


def written(findings: Iterable[Finding], root: str) -> str:
    """The text of a baseline of these findings, for a file in the folder `root`: the same on every machine."""
    fingerprints, baseline = Fingerprints(), Baseline(root, {})
    entries = [
        {"filename": name, "code": finding.code, "message": placeless(finding.message), "fingerprint": fingerprints.of(finding, name)}
        for finding in findings
        if not is_refuted(finding)
        for name in (baseline.name(finding.filename),)
    ]
    entries.sort(key=lambda entry: tuple(entry.values()))
    return json.dumps({"version": VERSION, "findings": entries}, indent=1) + "\n"


def load(path: Path) -> Baseline:
    """The baseline in a file. Raises BadBaseline."""
    shown = shown_path(path)
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        advice = "; --write-baseline makes one" if isinstance(error, FileNotFoundError) else ""
        raise BadBaseline(f"{shown}: {(error.strerror or str(error)).lower()}{advice}") from None
    except json.JSONDecodeError as error:
        raise BadBaseline(f"{shown}:{error.lineno}:{error.colno}: no JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise BadBaseline(f"{shown}: no JSON: {error}") from None
    if not isinstance(document, dict) or "version" not in document:
        raise BadBaseline(f"{shown}: this is no baseline: it has no version; --write-baseline makes one")
    if document["version"] != VERSION:
        raise BadBaseline(f"{shown}: its version is {document['version']!r}; this convt-lint reads version {VERSION}")
    return Baseline(os.path.dirname(os.path.realpath(path)), dict(_entries(shown, document.get("findings"))))


def _entries(shown: str, found: Any) -> Iterator[tuple[str, tuple[str, str]]]:
    if not isinstance(found, list):
        raise BadBaseline(f"{shown}: findings must be a list")
    for index, entry in enumerate(found):
        values: list[Any] = [entry.get(key) for key in ("fingerprint", "filename", "code")] if isinstance(entry, dict) else [None]
        if not all(isinstance(value, str) for value in values):
            raise BadBaseline(f"{shown}: findings[{index}] must have a fingerprint, a filename and a code, each a text")
        yield values[0], (values[1], values[2])
