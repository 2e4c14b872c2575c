"""The output formats, one module each. Adding a format is adding a module and a row in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from convt_lint.output import concise, full, github, json
from convt_lint.output.base import Shown, Style, confirmation_text, count, is_refuted, place

__all__ = ["FORMATS", "TEXT_FORMATS", "Render", "Shown", "Style", "confirmation_text", "count", "is_refuted", "place"]

Render: TypeAlias = Callable[[Iterable[Shown], Style], Iterator[str]]

FORMATS: dict[str, Render] = {"full": full.render, "concise": concise.render, "json": json.render, "github": github.render}

TEXT_FORMATS = frozenset({"full", "concise"})
"""Formats made for people: only these carry a summary and other remarks among the findings."""
