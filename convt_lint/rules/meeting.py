"""How a clash of shapes is told: where the sizes parted, and what brings them together again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convt_lint import geometry
from convt_lint.facts import Clash, LayerApplied, ShapesMeet, Side, Waypoint
from convt_lint.forms import shown
from convt_lint.lines import evidence, line
from convt_lint.rules.base import Report, changes, on_axes, unique

MAX_SHOWN = 8


def reported(meeting: ShapesMeet, clash: Clash) -> Report:
    """The report of a clash, with the way each size came and what closes the gap."""
    return Report(
        meeting,
        told(meeting, clash),
        suggestions=unique(_closing(clash)),
        evidence={"operation": meeting.operation, "kind": clash.kind, "sizes": [_evidence(side) for side in clash.sides]},
    )


def told(meeting: ShapesMeet, clash: Clash) -> str:
    """What does not fit, and the way each size came."""
    built = meeting.built
    where = "" if built is None or built.row == meeting.site.row else f" (built at {line(built.row)})"
    ways = [way for way in (_way(side, clash.sides) for side in clash.sides) if way]
    came = f"; {', '.join(ways)}" if ways else ""
    return f"{meeting.operation}{where}: {clash.text}{came}"


def _evidence(side: Side) -> dict[str, Any]:
    way = [] if side.trail is None else side.trail.way()
    sizes = [place.size if isinstance(place.size, int) else shown(place.size) for place in way]
    places = [{"size": size, "by": place.label, **evidence(place.site.row)} for size, place in zip(sizes, way, strict=True)]
    return {"of": side.what, "size": side.size, "way": places}


def _way(side: Side, sides: tuple[Side, ...]) -> str:
    """ "the first came as 45 -> 22 (MaxPool2d, line 10) -> 44 (ConvTranspose2d, line 12)"; empty where there is nothing to tell."""
    places = _parting(side, sides)
    if len(places) < 2:
        return ""
    first, *rest = places
    steps = "".join(f" -> {shown(place.size)} ({place.label}, {line(place.site.row)})" for place in rest)
    return f"{side.what} came as {shown(first.size)}{steps}"


def _parting(side: Side, sides: tuple[Side, ...]) -> list[Waypoint]:
    """A size's way from the last place that it shares with the other sides' (from its beginning where it shares none), changes only."""
    way = [] if side.trail is None else side.trail.way()
    others = [{id(place) for place in other.trail.way()} for other in sides if other is not side and other.trail is not None]
    shared = [index for index, place in enumerate(way) if any(id(place) in other for other in others)]
    kept = way[shared[-1] :] if shared else way
    changed = [place for index, place in enumerate(kept) if index == 0 or place.size != kept[index - 1].size]
    return changed if len(changed) <= MAX_SHOWN else [changed[0], *changed[-MAX_SHOWN + 1 :]]


def _closing(clash: Clash) -> list[str]:
    """What makes the last transposed convolution on either way give the other side's size."""
    found: list[str] = []
    for maker, target in _makers(clash):
        assert maker.applied is not None
        found += _by_size(maker.applied, maker, target) + _by_layer(maker.applied, maker, target)
    return found


def by_output_size(clash: Clash) -> list[str]:
    """The `output_size=` that makes the last transposed convolution on either way give the other side's size, whatever that is."""
    found: list[str] = []
    for maker, target in _makers(clash):
        assert maker.applied is not None
        if _by_size(maker.applied, maker, target):
            layer = maker.applied.layer
            size = f"output_size=other.shape[-{layer.layer.dims}:]"
            found.append(f"{layer.layer.name} at {line(layer.site.row)}: {size} when it is called, other being the other tensor")
    return found


def _makers(clash: Clash) -> Iterator[tuple[Waypoint, int]]:
    """The transposed convolutions that made one of two sizes, each with the other size."""
    if len(clash.sides) != 2 or clash.kind not in ("sizes", "features"):
        return
    for side, other in (clash.sides, clash.sides[::-1]):
        maker = side.trail
        if maker is not None and maker.applied is not None and maker.size == side.size and other.size is not None:
            yield maker, other.size


def _by_size(applied: LayerApplied, place: Waypoint, target: int) -> list[str]:
    """The `output_size=` with which a transposed convolution gives the target on the axis of `place`."""
    axis, length = applied.layer.axes()[place.axis], applied.lengths[place.axis]
    spec = applied.layer.layer
    if axis is None or length is None or target not in geometry.output_size_range(length, axis) or spec.kind.value == "function":
        return []
    sizes = list(applied.output_lengths())
    sizes[place.axis] = target
    return [f"{spec.name} at {line(applied.layer.site.row)}: output_size={sizes} when it is called, or the other tensor's shape[-{spec.dims}:]"]


def _by_layer(applied: LayerApplied, place: Waypoint, target: int) -> list[str]:
    """The arguments of a transposed convolution with which it gives the target on the axis of `place`."""
    axis, length = applied.layer.axes()[place.axis], applied.lengths[place.axis]
    if axis is None or length is None:
        return []
    name = f"{applied.layer.layer.name} at {line(applied.layer.site.row)}"
    where = on_axes(applied.layer, [place.axis])
    found = [s for s in geometry.solutions(length, target, axis, limit=2) if geometry.output_length(length, s) == target]
    return [*(f"{name}: {changes(axis, solution)}{where} gives {target} from {length}" for solution in found)]
