"""The output formats, one module each. Adding a format is adding a module and a row in `FORMATS`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import PurePath
from typing import Protocol, cast

from convt_lint.output.base import Shown, Style, confirmation_text, count, is_refuted, place

__all__ = ["FORMATS", "STATISTICS_FORMATS", "TEXT_FORMATS", "Render", "Shown", "Style", "confirmation_text", "count", "is_refuted", "place", "renderer"]

FORMATS: dict[str, str] = {
    "full": "full",
    "concise": "concise",
    "grouped": "grouped",
    "json": "json",
    "json-lines": "json_lines",
    "github": "github",
    "gitlab": "gitlab",
    "sarif": "sarif",
    "junit": "junit",
}
"""The formats by name, and the module of each: a run loads the one it writes."""

TEXT_FORMATS = frozenset({"full", "concise", "grouped"})
"""Formats made for people: only these carry a summary and other remarks among the findings."""

STATISTICS_FORMATS = (*sorted(TEXT_FORMATS), "json", "json-lines")
"""Formats that can hold how many findings each rule has; the others are made for findings alone."""


class Render(Protocol):
    """What each format's module holds under the name `render`."""

    def __call__(self, items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
        """The findings as text, in pieces; `clean` are the files that were looked at and in which nothing was found."""
        ...


def renderer(name: str) -> Render:
    """The `render` function of a format."""
    return cast(Render, import_module(f"convt_lint.output.{FORMATS[name]}").render)
