"""Which runs of transposed convolutions made the lengths of a tensor, where nothing has changed them since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from convt_lint.facts import LayerApplied, Waypoint
from convt_lint.interpret.values import Array, Container, DictObject, Frame, Instance, ListObject, Tensor, Value


def runs_of(tensor: Tensor) -> list[tuple[LayerApplied, list[Any]]]:
    """The runs that a tensor's lengths come from, through whatever has kept them, each with those lengths."""
    found: dict[int, tuple[LayerApplied, list[Any]]] = {}
    for size in tensor.last[-3:]:
        applied = _maker(size)
        if applied is not None:
            found.setdefault(id(applied), (applied, []))[1].append(size)
    return list(found.values())


def runs_in(content: Any) -> dict[int, LayerApplied]:
    """The runs that made lengths of tensors in a value, or in an object of the heap, by their identity."""
    return {id(applied): applied for tensor in tensors_in(_parts(content)) for applied, _ in runs_of(tensor)}


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors in a value and in tuples of values."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Array):
        yield value.tensor
    elif isinstance(value, tuple):
        for item in value:
            yield from tensors_in(item)


def _parts(content: Any) -> Value:
    held: Iterable[Value] | Mapping[Any, Value] | None
    if isinstance(content, Frame):
        held = content.names
    elif isinstance(content, Instance):
        held = content.attributes
    elif isinstance(content, (ListObject, DictObject, Container)):
        held = content.items
    else:
        return content
    return tuple(held.values() if isinstance(held, Mapping) else held or ())


def _maker(size: Any) -> LayerApplied | None:
    """The run whose output's length a size is, for all that has happened since."""
    origin = getattr(size, "origin", None)
    if origin is not None:
        found: LayerApplied = origin.applied
        return found
    place: Waypoint | None = getattr(size, "trail", None)
    while place is not None and place.applied is None and place.before is not None and place.before.size == place.size:
        place = place.before
    return None if place is None else place.applied
