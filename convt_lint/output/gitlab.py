"""A report that GitLab shows as Code Quality, in merge requests and beside the changed lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

from convt_lint.output.base import Shown, Style, confirmation_text, in_lines, is_refuted, relative_path, well_formed
from convt_lint.output.fingerprints import Fingerprints


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as one JSON list, pure ASCII. Paths are from the project's directory, as GitLab's runner names it, or the current one."""
    root, fingerprints = os.environ.get("CI_PROJECT_DIR") or os.getcwd(), Fingerprints()
    yield json.dumps([_issue(item, root, fingerprints) for item in items], indent=2) + "\n"


def _issue(item: Shown, root: str, fingerprints: Fingerprints) -> dict[str, Any]:
    finding = item.finding
    path = well_formed(relative_path(finding.filename, root).as_posix())
    outcome, shown = confirmation_text(finding), in_lines(finding)
    return {
        "check_name": finding.code,
        "description": well_formed(f"{finding.code}: {shown.message}" + (f" ({outcome})" if outcome else "")),
        "fingerprint": fingerprints.of(finding, path),
        "severity": "info" if is_refuted(finding) else "minor" if finding.severity == "warning" else "major",
        "location": {"path": path, "lines": {"begin": shown.row, "end": max(shown.row, shown.end_row)}},
    }
