"""What an operation says of its sizes, now and for values that their symbols may have."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from convt_lint.canonical import TooLarge, canonical
from convt_lint.facts import Clash, LayerApplied, Side, Trial, Values, Waypoint
from convt_lint.facts import Unknown as FactUnknown
from convt_lint.geometry import output_size_range
from convt_lint.interpret.values import Length, Origin, Unknown
from convt_lint.lengths import Formula, Size, Symbol, differ, part
from convt_lint.symbolic import Dimension, Expression, Operation, Variable, names, substitute
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor


def clash_of(refusal: Refused) -> Clash:
    """A refusal as a fact: the sizes with the way they came."""
    return Clash(refusal.kind, refusal.text, tuple(side(what, size) for what, size in refusal.sizes))


def side(what: str, size: Any) -> Side:
    return Side(what, int(size) if isinstance(size, int) else None, getattr(size, "trail", None))


def measured(size: Expression, trail: Waypoint | None, origin: Origin | None = None) -> Unknown:
    """A size computed from others, as a value: no path is chosen freely on it."""
    bases = frozenset(name.owner if isinstance(name, Dimension) else name for name in names(size))
    return Unknown("a length", ("form", size), bases, opaque=True, origin=origin, trail=trail)


# -- operations of the table ---------------------------------------------------------------------------------------------------


def of_row(row: Row, values: Mapping[str, Any]) -> Trial | None:
    """The trial of a row's rule; None where it works on no size that hangs on a symbol."""
    parts = [*_scalars(value for name, value in values.items() if not (name in _TENSORS and isinstance(value, Symbol))), *_lengths(values)]
    sizes = tuple({form: None for part in parts if (form := _form(part)) is not None})
    if not any(map(_is_measured, sizes)):
        return None
    largest = max((abs(part) for part in parts if isinstance(part, int)), default=0)
    return Trial(sizes, largest, partial(_outcome, row, values))


_TENSORS = ("input", "other", "target", "value")


def _lengths(values: Mapping[str, Any]) -> Iterator[Formula]:
    """The last sizes of tensors of which only the name is known."""
    for value in [values.get(name) for name in _TENSORS] + list(values.get("tensors") or () if isinstance(values.get("tensors"), tuple) else ()):
        if isinstance(value, (Tensor, Symbol)) and value.name is not None:
            yield from (part(value.name, index) for index in (-3, -2, -1))


def _is_measured(form: Expression) -> bool:
    return any(isinstance(name, Dimension) for name in names(form))


def _form(value: Any) -> Expression | None:
    return value.form if isinstance(value, Symbol) else None


def _scalars(values: Iterable[Any]) -> Iterator[Any]:
    """The numbers and symbols among arguments, those in tensors' shapes and in slices too."""
    for value in values:
        if isinstance(value, Tensor):
            yield from value.last
        elif isinstance(value, tuple):
            yield from _scalars(value)
        elif isinstance(value, slice):
            yield from (value.start, value.stop, value.step)
        else:
            yield value


def _outcome(row: Row, arguments: Any, values: Values) -> Clash | None:
    made: dict[int, Waypoint] = {}
    try:
        row.rule({name: _valued(value, values, made) for name, value in arguments.items()})
    except NotFollowed:
        return None
    except Refused as refusal:
        return clash_of(refusal)
    return None


def _valued(value: Any, values: Values, made: dict[int, Waypoint]) -> Any:
    """An argument where symbols have values."""
    if isinstance(value, (Tensor, Symbol)) and value.name is not None and (known := _named(value.name, values)):
        return Tensor(None, known)
    if isinstance(value, Tensor):
        if value.shape is None:
            return Tensor(None, tuple(_valued(size, values, made) for size in value.tail), value.ranks, value.batch, value.name)
        return Tensor(tuple(_valued(size, values, made) for size in value.shape))
    if isinstance(value, tuple):
        return tuple(_valued(item, values, made) for item in value)
    if isinstance(value, slice):
        return slice(*(_valued(bound, values, made) for bound in (value.start, value.stop, value.step)))
    if not isinstance(value, Symbol) or (form := value.form) is None or not names(form) & values.keys():
        return value
    trail = getattr(value, "trail", None)
    way = None if trail is None else trail.at(values, made)
    try:
        size = canonical(substitute(form, values))
    except TooLarge:
        return value
    if isinstance(size, int):
        return Length(size, None, way)
    return measured(size, way) if isinstance(value, Unknown) else Formula(size)


def _named(owner: Hashable, values: Values) -> tuple[Size, ...]:
    """The last sizes of a tensor of which only the name is known, as far to the front as one of them has a value."""
    first = min((name.index for name in values if isinstance(name, Dimension) and name.owner == owner), default=0)
    return tuple(values.get(Dimension(owner, index)) or part(owner, index) for index in range(first, 0))


# -- transposed convolutions -----------------------------------------------------------------------------------------------------


def of_layer(applied: LayerApplied, channels: Any, lengths: tuple[Any, ...]) -> Trial | None:
    """The trial of a transposed convolution; None where no size that it takes hangs on a symbol. `channels` and `lengths`: the input's."""
    asked = applied.output_size if isinstance(applied.output_size, tuple) else ()
    taken = (*map(_form, (channels, *lengths)), *(size.sure for size in asked if isinstance(size, FactUnknown)))
    sizes = tuple(form for form in taken if isinstance(form, (Variable, Operation)))
    if not any(map(_is_measured, sizes)):
        return None
    numbers = [number for axis in applied.layer.axes() if axis is not None for number in axis]
    given, wanted = _form(channels), applied.layer.arguments.get("in_channels")
    tied = (given,) if given is not None and not isinstance(wanted, int) else ()
    return Trial(sizes, max(numbers, default=0) ** 2, partial(_of_run, applied, channels, lengths), tied)


def lost(clash: Clash, sizes: tuple[Any, ...]) -> Trial | None:
    """The trial of what fails whatever the values of symbols are; None where its sizes hang on none."""
    forms = tuple(form for form in map(_form, sizes) if form is not None)
    return Trial(forms, 0, lambda values: clash) if any(map(_is_measured, forms)) else None


def _of_run(applied: LayerApplied, channels: Any, lengths: tuple[Any, ...], values: Values) -> Clash | None:
    """Why a run fails where symbols have these values: it takes other channels, nothing is left of its output, or it cannot give the
    `output_size=`."""
    run = applied.at(values)
    given, wanted = _valued(channels, values, {}), run.layer.arguments.get("in_channels")
    if differ(given, wanted):
        return Clash("channels", f"expects {wanted} channels, the input has {given}", (side("the input", given),))
    outputs, size = run.output_lengths(), run.output_size
    made: dict[int, Waypoint] = {}
    ways = [_valued(length, values, made) for length in lengths]
    for length, out, way in zip(run.lengths, outputs, ways, strict=True):
        if length is not None and (length < 1 or (out is not None and out < 1)):
            return Clash("empty", f"from length {length} nothing is left", (side("the input", way),))
    if not run.refuses_size() or not isinstance(size, tuple):
        return None
    for length, axis, asked, way in zip(run.lengths, run.layer.axes(), size[-len(outputs) :], ways, strict=True):
        if length is not None and axis is not None and isinstance(asked, int) and asked not in (fit := output_size_range(length, axis)):
            return Clash("sizes", f"from length {length} it reaches {fit[0]}..{fit[-1]}, not the output_size {asked}", (side("the input", way),))
    return None
