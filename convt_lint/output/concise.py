"""One line a finding: `path:row:column: CODE message`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from convt_lint.output.base import Shown, Style, headline


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as text, a line at a time, each with its newline."""
    for item in items:
        yield headline(item.finding, style) + "\n"
