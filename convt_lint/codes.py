"""The codes of all rules, known without importing one: the command starts for every commit, and most commits need no rule."""

from __future__ import annotations

CODES = (
    *("CVT001", "CVT002", "CVT003"),
    *("CVT101", "CVT102", "CVT103", "CVT104", "CVT105", "CVT106", "CVT107", "CVT108"),
    *("CVT201", "CVT202", "CVT203", "CVT204", "CVT205", "CVT206", "CVT207", "CVT208"),
    *("CVT301", "CVT302", "CVT303", "CVT304", "CVT305"),
)
