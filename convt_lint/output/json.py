"""A JSON list of records, with ruff's keys and those that only this linter has. Rows and columns count from 1."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import PurePath
from typing import Any

from convt_lint.findings import Finding
from convt_lint.output.base import Shown, Style
from convt_lint.urls import rule_url

_LARGEST_BITS = 10_000
"""Integers above this are written in hexadecimal, as text: Python refuses their decimal digits."""


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as one JSON text, pure ASCII, in pieces."""
    opening = "["
    for item in items:
        text = json.dumps(record(item), indent=2, allow_nan=False).replace("\n", "\n  ")
        yield f"{opening}\n  {text}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def record(item: Shown) -> dict[str, Any]:
    """The finding as `docs/schema/finding.schema.json` describes it."""
    finding = item.finding
    return {
        "cell": finding.cell or None,
        "code": finding.code,
        "confirmation": plain_confirmation(finding),
        "devices": plain_devices(finding),
        "end_location": {"row": finding.end_row, "column": finding.end_column},
        "evidence": plain(finding.evidence),
        "filename": str(finding.filename),
        "fix": None,
        "formula": finding.formula or None,
        "location": {"row": finding.row, "column": finding.column},
        "message": finding.message,
        "name": finding.name,
        "noqa_row": item.noqa_row,
        "severity": finding.severity,
        "suggestions": list(finding.suggestions),
        "trace": list(finding.trace),
        "url": rule_url(finding.name),
    }


def plain_confirmation(finding: Finding) -> dict[str, str] | None:
    """What running the layer said, in JSON's own types; None where nothing was run."""
    outcome = finding.confirmation
    return None if outcome is None else {"verdict": outcome.verdict.value, "device": outcome.device, "detail": outcome.detail}


def plain_devices(finding: Finding) -> list[dict[str, Any]]:
    """What was seen of such a layer on devices, in JSON's own types; empty where it was not tried."""
    if finding.kind is None:
        return []
    from convt_lint.device_tables import rows

    found = rows(finding.kind.name, finding.kind.dims)
    return [{"device": row.device, "name": row.name or None, "torch": row.torch, "outcomes": [*row.outcomes]} for row in found]


def plain(value: Any) -> Any:
    """The value in JSON's own types: what has none is written as its `repr`."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if value.bit_length() <= _LARGEST_BITS else hex(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Set):
        return sorted((plain(item) for item in value), key=repr)
    return repr(value)
