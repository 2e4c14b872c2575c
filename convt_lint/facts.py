"""The seam between the interpreter and the rules: what the code does, stated as facts.

The interpreter emits facts and knows no rule; a rule reads facts and knows neither LibCST nor files. Values in a fact are
plain Python values (int, float, bool, str, None, tuples of them) or `Unknown`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from convt_lint.geometry import Axis, offset, output_length, output_size_range
from convt_lint.symbolic import Dimension, Expression, Variable, evaluate, names
from convt_lint.torch_api import LayerSpec


@dataclass(eq=False, slots=True)
class Site:
    """A place in the user's text; rows and columns count from 1. One Site stands for one syntax node, whatever path led there."""

    row: int = 1
    column: int = 1
    end_row: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that could not be followed; `cause` says which name or construct stopped it.

    As an expression over symbols: `form` is the number that it is where parameters are whole numbers, `sure` whatever they are.
    """

    cause: str
    form: Expression | None = field(default=None, compare=False)
    sure: Expression | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Other:
    """A value that is known to be no number, string or tuple: a layer, a function, a tensor (`kind` says which)."""

    kind: str


FactValue: TypeAlias = "int | float | bool | str | None | tuple[FactValue, ...] | Unknown | Other"


@dataclass(frozen=True, slots=True)
class Assumption:
    """A condition whose truth is not known, taken as `holds` on a path. `term` names it; `opaque` marks one computed from known values by code not followed.

    `guess` marks one that stands for how the code is meant to be used: what holds on one side of it alone says nothing.
    `said` puts it in words: "stride == 1"; empty where there are none.
    """

    term: Hashable
    holds: bool
    bases: frozenset[Hashable] = frozenset()
    opaque: bool = False
    guess: bool = False
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Step:
    """A call on the way to a fact, as it is written (`text`) and where."""

    text: str
    site: Site


@dataclass(frozen=True, slots=True)
class Path:
    """The way the code took to a fact: conditions assumed, calls on the way, and whether default arguments were taken as given.

    `inner` holds those assumptions that were made inside a call whose arguments (or defaults) the fact may rest on. `same` pairs names of one
    size: `x.shape[2]`, read before the number of dimensions was known, and `x.shape[-1]`, which it turned out to be.
    `checked` holds the symbols handed to a call, a statement of its own, that is not followed: it may raise for some of their values.
    """

    assumptions: frozenset[Assumption] = frozenset()
    inner: frozenset[Assumption] = frozenset()
    with_defaults: bool = False
    trace: tuple[Step, ...] = ()
    same: tuple[tuple[Dimension, Dimension], ...] = ()
    checked: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class CallProblem:
    """A call that does not fit the signature: kind is 'missing', 'duplicate', 'unexpected' or 'too many'; `name` the argument."""

    kind: str
    name: str


@dataclass(frozen=True, eq=False)
class Fact:
    site: Site
    path: Path = field(default=Path(), kw_only=True)

    def way(self) -> tuple[Step, ...]:
        """The calls that led here."""
        return self.path.trace

    def conditions(self) -> tuple[str, ...]:
        """What was assumed to come here, in words."""
        return tuple(sorted({assumption.said for assumption in self.path.assumptions if assumption.said}))


_GEOMETRY = ("kernel_size", "stride", "padding", "output_padding", "dilation")


@dataclass(frozen=True, eq=False)
class LayerBuilt(Fact):
    """A transposed convolution constructed, or a functional one called.

    `arguments` holds a value for every parameter of the signature: the one given, else torch's default, else `Unknown`
    (a missing argument, or one that `*args`/`**kwargs` may hold). `given` names those that the call writes.
    `positional_names` pairs a parameter's slot with the name written there by position: ("output_padding", "dilation").
    `literal` says that every argument is written out as a constant at the site; `resizable` that the file passes an `output_size=` to
    something that may be this layer.
    """

    layer: LayerSpec
    arguments: Mapping[str, FactValue]
    given: frozenset[str] = frozenset()
    problems: tuple[CallProblem, ...] = ()
    positional_names: tuple[tuple[str, str], ...] = ()
    literal: bool = False
    resizable: bool = False

    def per_axis(self, name: str) -> tuple[FactValue, ...]:
        """The argument's value on each spatial axis: a scalar or a tuple of one is spread as torch spreads it.

        A tuple of another length gives Unknown on every axis (that is another rule's finding).
        """
        dims = self.layer.dims
        value = self.arguments.get(name, Unknown(name))
        if not isinstance(value, tuple):
            return (value,) * dims
        if len(value) == dims:
            return value
        if len(value) == 1 and name != "kernel_size":
            return value * dims
        return (Unknown(f"{name} of another arity"),) * dims

    def integers(self, name: str) -> tuple[int | None, ...]:
        """As `per_axis`, but only plain ints (a bool is none); None where the value is not known to be one."""
        return tuple(v if isinstance(v, int) and not isinstance(v, bool) else None for v in self.per_axis(name))

    def axes(self) -> tuple[Axis | None, ...]:
        """The geometry of each spatial axis, None where a number of it is not known."""
        columns = [self.integers(name) for name in _GEOMETRY]
        return tuple(None if None in row else Axis(*row) for row in zip(*columns, strict=True))

    def forms(self, axis: int, *, sure: bool = False) -> tuple[Expression, ...] | None:
        """The geometry of a spatial axis as expressions over symbols, in the order of Axis; None where a number of it is not even that.

        `sure`: whatever the parameters are, else where they are whole numbers.
        """
        values = [self.per_axis(name)[axis] for name in _GEOMETRY]
        found = tuple(_expression(value, sure) for value in values)
        return None if None in found else tuple(form for form in found if form is not None)

    def output_form(self, axis: int, length: Expression) -> Expression | None:
        """The output's length on a spatial axis for an input of `length` samples, as an expression; None where a number of it is not even that."""
        forms = self.forms(axis, sure=True)
        if forms is None:
            return None
        kernel_size, stride, padding, output_padding, dilation = forms
        return (length - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1

    def runs(self) -> bool:
        """False where the arguments that are known already make torch refuse the layer, so that its lengths mean nothing."""
        if self.problems:
            return False
        rows = zip(*map(self.integers, _GEOMETRY), strict=True)
        for kernel, stride, padding, extra, dilation in rows:
            if (kernel is not None and kernel < 1) or (stride is not None and stride < 1) or (dilation is not None and dilation < 1):
                return False
            if (padding is not None and padding < 0) or (extra is not None and extra < 0):
                return False
            if None not in (stride, dilation, extra) and extra >= max(stride, dilation):
                return False
        return True


def _expression(value: FactValue, sure: bool) -> Expression | None:
    if isinstance(value, Unknown):
        return value.sure if sure else value.form
    return value if isinstance(value, int) and not isinstance(value, bool) else None


Values: TypeAlias = Mapping[Hashable, int]
"""What symbols stand for, by name."""


def valued(expression: Expression, values: Values) -> int | None:
    """An expression's number; None where a symbol in it has no value."""
    return evaluate(expression, values) if names(expression) <= values.keys() else None


def valued_fact(value: FactValue, values: Values) -> FactValue:
    """An argument where symbols have values."""
    number = valued(value.sure, values) if isinstance(value, Unknown) and value.sure is not None else None
    return value if number is None else number


NOT_GIVEN = Other("not given")


@dataclass(frozen=True, eq=False)
class LayerApplied(Fact):
    """A layer run on an input. `lengths` holds the input's spatial lengths, None where not known; `channels` its channels.

    `batched` says whether the input has a batch axis (rank dims + 2) or not (rank dims + 1), None where its rank is not known.
    `forms` holds the input's spatial lengths as expressions, None where they are not even that.
    """

    layer: LayerBuilt
    lengths: tuple[int | None, ...]
    channels: int | None = None
    output_size: FactValue = NOT_GIVEN
    batched: bool | None = None
    forms: tuple[Expression | None, ...] = ()

    def way(self) -> tuple[Step, ...]:
        return _joined(self.layer.path.trace, self.path.trace)

    def like(self, other: LayerApplied) -> bool:
        """Whether another run says the same: the same place, layer and lengths, on whatever path."""
        if self is other:
            return True
        same_run = self.site is other.site and self.lengths == other.lengths and self.forms == other.forms and self.output_size == other.output_size
        return same_run and self.layer.site is other.layer.site and self.layer.arguments == other.layer.arguments

    def at(self, values: Values) -> LayerApplied:
        """The same run where symbols have these values."""
        pairs = zip(self.lengths, self.forms, strict=True) if self.forms else ((length, None) for length in self.lengths)
        lengths = tuple(valued(form, values) if length is None and form is not None else length for length, form in pairs)
        size = tuple(valued_fact(item, values) for item in self.output_size) if isinstance(self.output_size, tuple) else self.output_size
        return replace(self, lengths=lengths, output_size=size)

    def is_exact(self) -> bool:
        """Whether the output is stride times as long as the input on each axis, or told by an `output_size=`, for all that is known."""
        return isinstance(self.output_size, tuple) or all(axis is None or offset(axis) == 0 for axis in self.layer.axes())

    def refuses_size(self) -> bool:
        """Whether an `output_size=` of known lengths is surely outside what the layer can give."""
        size, dims = self.output_size, self.layer.layer.dims
        if not isinstance(size, tuple) or len(size) < dims:
            return False
        rows = zip(self.lengths, self.layer.axes(), size[-dims:], strict=True)
        return any(
            length is not None and axis is not None and isinstance(asked, int) and asked not in output_size_range(length, axis) for length, axis, asked in rows
        )

    def output_lengths(self) -> tuple[int | None, ...]:
        """The output's spatial lengths, None where not known or where the layer cannot run."""
        if not self.layer.runs():
            return (None,) * self.layer.layer.dims
        if self.output_size is not NOT_GIVEN and self.output_size is not None:
            size = self.output_size
            dims = self.layer.layer.dims
            if isinstance(size, tuple) and len(size) in (dims, dims + (1 if self.batched is False else 2)):
                return tuple(v if isinstance(v, int) else None for v in size[-dims:])
            return (None,) * dims
        pairs = zip(self.lengths, self.layer.axes(), strict=True)
        return tuple(None if length is None or axis is None else output_length(length, axis) for length, axis in pairs)


INPUT = Variable(("parameter", None, "L"))
"""The length of a layer's input, whatever it is."""


@dataclass(frozen=True, eq=False)
class SizeExpected(Fact):
    """The code states the output's size. `expected` and `lengths` (the input's) hold an int per spatial axis, or None.

    `source` says where it is stated ('assert', 'directive', …) and `text` how it is written there. `applied` is the run
    whose output is meant, None for a directive at the construction. `exact` says that stride*L is stated for every input length L.
    `stated` holds, for each axis, the output's length as an expression in what is not known, where it is stated as one; `INPUT` stands in it
    for the length of the layer's input where no run is meant. `spans` holds the least and the largest length (None: any) that it is stated for.
    """

    layer: LayerBuilt
    expected: tuple[int | None, ...]
    lengths: tuple[int | None, ...]
    source: str
    text: str = ""
    applied: LayerApplied | None = None
    exact: bool = False
    stated: tuple[Expression | None, ...] = ()
    spans: tuple[tuple[int, int | None], ...] = ()

    def claim(self, axis: int) -> tuple[Expression, Expression | None] | None:
        """The input's length on a spatial axis and the output's length stated for it (None: stride times that); None where no formula is stated."""
        if self.exact:
            return INPUT, None
        expected = self.stated[axis] if self.stated else None
        length = INPUT if self.applied is None else self.applied.forms[axis] if self.applied.forms else None
        return None if expected is None or length is None else (length, expected)

    def way(self) -> tuple[Step, ...]:
        return _joined(self.layer.path.trace, self.path.trace)


@dataclass(frozen=True, eq=False)
class ProductStated(Fact):
    """A product of strides is stated (at `stated`) to be what a network makes of each frame, `total` samples. `output` is the length that it
    makes of an input of the length `name`, which `trail` leads to; `layer` is the first on the way that is not exact."""

    layer: LayerBuilt
    total: int
    output: Expression
    name: Dimension
    stated: Site
    trail: Waypoint

    def way(self) -> tuple[Step, ...]:
        return _joined(self.layer.path.trace, self.path.trace)


@dataclass(frozen=True, eq=False)
class ProductRefuted(Fact):
    """The code states that a product is `stated`, and it is `product`: what is stated raises."""

    product: int
    stated: int


@dataclass(frozen=True, eq=False, slots=True)
class Waypoint:
    """A place on the way of a dimension: the size (in samples, channels, ...; an int or a formula) it has from there on, what made it so, and where.

    `before` is the place it came from; `applied` the run, and `axis` the spatial axis, where a transposed convolution made the size.
    """

    size: Expression
    label: str
    site: Site
    before: Waypoint | None = None
    applied: LayerApplied | None = None
    axis: int = 0

    def way(self) -> list[Waypoint]:
        """All places, the first one first."""
        found: list[Waypoint] = []
        place: Waypoint | None = self
        while place is not None:
            found.append(place)
            place = place.before
        return found[::-1]

    def blamed(self) -> LayerApplied | None:
        """The run on the way that is the likeliest to be wrong where the size is: the first that is not exact, else the last."""
        runs = [place.applied for place in self.way() if place.applied is not None]
        return next((run for run in runs if not run.is_exact()), runs[-1] if runs else None)

    def at(self, values: Values, made: dict[int, Waypoint]) -> Waypoint:
        """The same way where symbols have these values; `made` holds the places already made, so that ways go on sharing theirs."""
        before: Waypoint | None = None
        for place in self.way():
            if id(place) not in made:
                size = valued(place.size, values)
                applied = None if place.applied is None else place.applied.at(values)
                made[id(place)] = replace(place, size=place.size if size is None else size, before=before, applied=applied)
            before = made[id(place)]
        assert before is not None
        return before


@dataclass(frozen=True, slots=True)
class Side:
    """One of the sizes that do not fit: in words whose it is, the size, and the way it came (None where that is not known)."""

    what: str
    size: int | None
    trail: Waypoint | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Why sizes do not fit each other. kind: "channels", "empty", "rank", "features", "elements" or "sizes"; text: in words, with the numbers."""

    kind: str
    text: str
    sides: tuple[Side, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Trial:
    """An operation on sizes that are not known: `sizes` as expressions, and the clash, if there is one, where their symbols have given values.

    `largest` is the largest number that the operation's arguments hold; `tied` the sizes that must be equal to something of which nothing is known.
    """

    sizes: tuple[Expression, ...]
    largest: int
    clash: Callable[[Values], Clash | None]
    tied: tuple[Expression, ...] = ()


@dataclass(frozen=True, eq=False)
class ShapesMeet(Fact):
    """A place where shapes must fit: a layer or function run on tensors, or an assert over sizes. `clash` is None where they do, or may.

    operation: what is run, as people call it ("torch.cat", "Linear"); built: where the layer that is run was built; trial: what it says once
    sizes that are not known have values.
    """

    operation: str
    clash: Clash | None = None
    built: Site | None = None
    trial: Trial | None = None

    def way(self) -> tuple[Step, ...]:
        """The calls that led here, those first that built the transposed convolutions that made the sizes."""
        sides = () if self.clash is None else self.clash.sides
        makers = [side.trail.applied for side in sides if side.trail is not None and side.trail.applied is not None]
        return _joined(*(maker.layer.path.trace for maker in makers), self.path.trace)


def _joined(*traces: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps of several ways, each once."""
    return tuple({(id(step.site), step.text): step for trace in traces for step in trace}.values())


@dataclass(frozen=True, eq=False)
class AnalysisStopped(Fact):
    """The file could not be read or parsed; `reason` says why, `advice` what to do."""

    reason: str
    advice: str = ""


@dataclass(frozen=True, eq=False)
class AnnotationMisread(Fact):
    """A `# convt:` directive that is not understood, or not checked (`understood`); `text` is what stands there, `reason` what is wrong with it, `expected`
    the form that fits, where one does more than others."""

    text: str
    reason: str
    understood: bool = False
    expected: str = ""


@dataclass(frozen=True, eq=False)
class SuppressionUnused(Fact):
    """A suppression (`text`), or these of its `codes`, for which nothing is found; `whole`: all that it says."""

    text: str
    codes: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Multiple:
    """A size that is stated in a name: `(times*name + plus) / over`, as `2*L + 1`, `L/2`, `ngf*8`."""

    name: str
    times: int = 1
    plus: int = 0
    over: int = 1

    @property
    def plain(self) -> bool:
        """Whether it is the name and nothing more."""
        return (self.times, self.plus, self.over) == (1, 0, 1)

    def at(self, value: int) -> int:
        """The size where the name has a value: what is divided is rounded down, as many mean it who write `T/2`."""
        return (self.times * value + self.plus) // self.over


StatedSize: TypeAlias = "int | Multiple | None"
Scenario: TypeAlias = "Mapping[Site, LayerApplied]"
"""Runs that belong together, by the place of the layer and that of the call: their lengths hang on the same input."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Sizes stated for the input ("in") or the output ("out") of a layer, or of its run, at a place (`target`), one for each spatial axis."""

    layer: LayerBuilt
    target: Site
    role: str
    sizes: tuple[StatedSize, ...]


CONVENTIONS = ("out", "in", "next")
"""What a shape beside a layer may be: its output, its input, or, on a line of its own, what the next layer gives."""


Meanings: TypeAlias = "tuple[Mapping[str, tuple[Claim, ...]], tuple[tuple[Claim, ...], ...]]"
"""What a comment may mean: by convention, and where any of several readings may be meant."""


@dataclass(frozen=True, eq=False)
class SizeComment(Fact):
    """A comment states sizes of a layer (its fact's place) or around it; `row` and `text` are the comment's.

    `readings` holds what it may mean, by convention (CONVENTIONS); a comment that is clear has the same reading under each. Comments of one
    `block` follow one convention.
    `alternatives` are readings of which any may be meant; `may_be_kernel`: the numbers alone may be a kernel's too. `scenarios` are the ways in
    which the layers are run. `channels`: a number of channels that none of the layers around takes or gives. `layouts` holds readings and
    alternatives as they are where the shapes have their channels elsewhere, for those layouts that the channels allow.
    """

    layer: LayerBuilt
    row: int
    text: str
    block: Hashable
    readings: Mapping[str, tuple[Claim, ...]]
    scenarios: tuple[Scenario, ...]
    alternatives: tuple[tuple[Claim, ...], ...] = ()
    may_be_kernel: bool = False
    channels: int | None = None
    layouts: Mapping[str, Meanings] = field(default_factory=dict)

    def way(self) -> tuple[Step, ...]:
        return _joined(self.layer.path.trace, self.path.trace)


@dataclass(frozen=True, eq=False)
class RatioStated(Fact):
    """A comment says how many times as long a layer's output is. `meant` holds what its stride, and products of strides around it, are."""

    layer: LayerBuilt
    row: int
    text: str
    ratio: int
    meant: frozenset[int]

    def way(self) -> tuple[Step, ...]:
        return _joined(self.layer.path.trace, self.path.trace)


@dataclass(frozen=True, eq=False)
class SizeDocumented(Fact):
    """A docstring (its place, and the line in it, from 0) states a size of what a function returns: `stated`, as it is written in `text`.

    `given` is the size that the function makes, which `trail` leads to; `agrees` whether any input makes it the stated one, None where that
    cannot be told. `layer` is the transposed convolution on the way that is the likeliest to be meant; `only`: it is the one there.
    """

    layer: LayerBuilt
    docstring: Site
    line: int
    text: str
    stated: str
    given: Expression
    agrees: bool | None
    trail: Waypoint
    only: bool

    def way(self) -> tuple[Step, ...]:
        return _joined(self.layer.path.trace, self.path.trace)


@dataclass(frozen=True, eq=False)
class ExampleShown(Fact):
    """An example in a docstring prints a size: what an assert there would state (a `SizeExpected` or `ShapesMeet`)."""

    stated: Fact


@dataclass(frozen=True, eq=False)
class CallSized(Fact):
    """A call of a network, or of a function, that gives a tensor which a transposed convolution (`layer`: the first on the way that is not exact)
    made: the spatial sizes of its first argument and of what it gives, in samples; those are as many as the layer has axes."""

    layer: LayerBuilt
    inputs: tuple[Expression | None, ...]
    outputs: tuple[Expression | None, ...]


@dataclass(frozen=True, eq=False)
class CallExpected(Fact):
    """A directive at a call states a size (`expected`) of what it gives on a spatial axis, and it gives another: `given` from an input of `length`,
    both None where no input gives what is expected. `layer` is the first on the way that is not exact."""

    layer: LayerBuilt
    axis: int
    length: int | None
    given: int | None
    expected: int
    text: str


@dataclass(frozen=True, eq=False)
class RangeStated(Fact):
    """A directive states the least and the largest length (None: any) that a layer's input has on a spatial axis; `name` stands for it."""

    layer: LayerBuilt
    axis: int
    name: str
    least: int
    most: int | None


HANDED = "handed on"
"""The operation of a layer that is an argument of a call."""
ARGUMENT = "argument "
"""Stands before the name of what is called, where that is an argument itself: it may be anything."""


@dataclass(frozen=True, eq=False)
class LengthTouched(Fact):
    """An operation takes what a run of a layer (`applied`) made, with the lengths that it made, or `before`: gave the lengths that the run takes.

    operation: its name as people call it: "pad", "Conv1d", "[…]"; that of what is called, where this is not followed. keeps: whether the lengths
    are the same behind it; None where that is not known. Without a run: something was made part of the layer, such as a hook, or it of
    something (`HANDED`).
    """

    layer: LayerBuilt
    operation: str
    keeps: bool | None
    applied: LayerApplied | None = None
    before: bool = False


F = TypeVar("F", bound=Fact)


class Facts:
    """All facts of one file, in the order in which they were found."""

    def __init__(self, facts: list[Fact] | None = None) -> None:
        self._facts = list(facts or ())
        self.found_out: dict[str, Any] = {}
        """What a rule has found out with much work, by its code: rules are asked again once the places are known."""
        self._of_layer: dict[int, list[Fact]] = {}
        for fact in self._facts:
            if isinstance(fact, (LayerApplied, SizeExpected)):
                self._of_layer.setdefault(id(fact.layer), []).append(fact)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts)

    def of(self, kind: type[F]) -> Iterator[F]:
        return (fact for fact in self._facts if isinstance(fact, kind))

    def applications(self, layer: LayerBuilt) -> list[LayerApplied]:
        return [fact for fact in self._of_layer.get(id(layer), ()) if isinstance(fact, LayerApplied)]

    def expectations(self, layer: LayerBuilt) -> list[SizeExpected]:
        return [fact for fact in self._of_layer.get(id(layer), ()) if isinstance(fact, SizeExpected)]
