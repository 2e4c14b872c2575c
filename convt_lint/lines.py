"""How a text names a line of the source: "line 12", and in a notebook "cell 3, line 12"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convt_lint.sources.texts import Place

_PLACES: ContextVar[Sequence[Place]] = ContextVar("places", default=())


@contextmanager
def placed(places: Sequence[Place]) -> Iterator[None]:
    """While it lasts, rows are those of code whose rows have these places."""
    token = _PLACES.set(places)
    try:
        yield
    finally:
        _PLACES.reset(token)


def place_of(row: int, places: Sequence[Place]) -> Place | None:
    """The place of a row of code; the last for a row behind the end. None where rows are the user's own."""
    return places[min(max(row, 1), len(places)) - 1] if places else None


def line(row: int) -> str:
    """The name of a row."""
    place = place_of(row, _PLACES.get())
    if place is None:
        return f"line {row}"
    return f"cell {place.cell}, line {place.row}" if place.cell else f"line {place.row}"


def evidence(row: int, prefix: str = "") -> dict[str, int]:
    """A row as evidence: its number, and in a notebook that of the cell."""
    place = place_of(row, _PLACES.get())
    if place is None:
        return {f"{prefix}row": row}
    return {f"{prefix}row": place.row, **({f"{prefix}cell": place.cell} if place.cell else {})}
