from __future__ import annotations

FOUND: list[tuple[str, str]] = []
