"""The records of the JSON format, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from convt_lint.output.base import Shown, Style
from convt_lint.output.json import record


def render(items: Iterable[Shown], style: Style, clean: Iterable[PurePath] = ()) -> Iterator[str]:
    """The findings as JSON texts, pure ASCII, a line each."""
    for item in items:
        yield json.dumps(record(item), allow_nan=False) + "\n"
