"""What a rule is: a documented class with one function from facts to reports. And how reports are worded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from convt_lint.facts import Fact, Facts, FactValue, LayerBuilt
from convt_lint.findings import LayerKind, Probe
from convt_lint.geometry import Axis, output_length
from convt_lint.lines import line


@dataclass(frozen=True)
class Report:
    """What a rule says of one fact. It becomes a `Finding` at the fact's place once its path is known to be possible."""

    fact: Fact
    message: str
    formula: str = ""
    suggestions: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    probe: Probe | None = None
    kind: LayerKind | None = None


class Rule:
    """Base of all rules. The class docstring is the rule's documentation, under fixed headings:

    a one-line summary, then `## What it does`, `## Why is this bad`, `## Example` (a python block that this rule reports),
    `## Use instead` (a python block that no rule reports), `## References`.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[str] = "error"
    refuses: ClassVar[bool] = False
    """Whether what it reports makes torch raise where it stands."""

    def check(self, facts: Facts) -> Iterator[Report]:
        raise NotImplementedError


SHOWN = ("kernel_size", "stride", "padding", "output_padding", "dilation")
_BENIGN = {"kernel_size": 1, "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}


def is_known(value: FactValue) -> bool:
    """True for a value that is known in full (a tuple: every item of it)."""
    if isinstance(value, tuple):
        return all(is_known(item) for item in value)
    return value is None or isinstance(value, (int, float, bool, str))


# --- what is shown of a layer


def describe(layer: LayerBuilt, *names: str) -> str:
    """The layer as it is called, with what is known of it: "ConvTranspose1d(kernel_size=3, stride=2, padding=1)".

    Shows the geometry arguments that the call gives and whose values are known, and those in `names` in any case.
    """
    parts = []
    for parameter in layer.layer.parameters:
        wanted = parameter.name in names or (parameter.name in SHOWN and parameter.name in layer.given)
        if wanted and parameter.name in layer.arguments and is_known(value := layer.arguments[parameter.name]):
            parts.append(f"{parameter.name}={value!r}")
    return f"{layer.layer.name}({', '.join(parts)})"


def known_arguments(layer: LayerBuilt) -> dict[str, Any]:
    """The geometry arguments whose values are known, by name, as evidence shows them."""
    names = (*SHOWN, "groups", "padding_mode")
    return {name: plain(layer.arguments[name]) for name in names if name in layer.arguments and is_known(layer.arguments[name])}


def plain(value: FactValue) -> Any:
    """The value in JSON's types; what is not known becomes None."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value if is_known(value) else None


def on_axes(layer: LayerBuilt, axes: Sequence[int]) -> str:
    """Says which spatial axes are meant: " on spatial axis 1", " on spatial axes 0 and 2"; empty where all are."""
    if len(axes) == layer.layer.dims:
        return ""
    return f" on spatial {'axis' if len(axes) == 1 else 'axes'} {' and '.join(map(str, axes))}"


def built_where(layer: LayerBuilt, fact: Fact) -> str:
    """Says where the layer is built, empty where the report is at that line anyway."""
    return "" if layer.site.row == fact.site.row else f" (built at {line(layer.site.row)})"


def shown_range(values: range) -> str:
    """A non-empty range as "19..20", or "19" where it holds one number."""
    return str(values[0]) if values[0] == values[-1] else f"{values[0]}..{values[-1]}"


# --- the formula and what to write instead


def formula(length: int, axis: Axis) -> str:
    """The length formula with its numbers: "(10 - 1)*2 - 2*1 + 1*(3 - 1) + 1 + 1 = 20" (lengths in samples)."""
    first = f"({length} - 1)*{_term(axis.stride)} - 2*{_term(axis.padding)} + {_term(axis.dilation)}*({_term(axis.kernel_size)} - 1)"
    return f"{first} + {_term(axis.output_padding)} + 1 = {output_length(length, axis)}"


def changes(old: Axis, new: Axis) -> str:
    """What differs in `new`, as keyword arguments: "stride=3, padding=0"."""
    return ", ".join(f"{name}={value}" for name, value in new._asdict().items() if value != getattr(old, name))


def in_full(axis: Axis) -> str:
    """The axis as keyword arguments; output_padding and dilation only where they are not torch's defaults."""
    always = ("kernel_size", "stride", "padding")
    return ", ".join(f"{name}={value}" for name, value in axis._asdict().items() if name in always or value != Axis._field_defaults[name])


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts without repetition or empty ones, in their order."""
    return tuple(dict.fromkeys(text for text in texts if text))


def _term(number: int) -> str:
    return f"({number})" if number < 0 else str(number)


# --- the experiment


def probe_arguments(layer: LayerBuilt, names: Iterable[str]) -> dict[str, Any]:
    """The arguments in `names` as a probe needs them: one not known in full is left out, or, on an axis, taken as harmless."""
    found: dict[str, Any] = {}
    for name in names:
        value = layer.arguments.get(name)
        if name not in layer.arguments or not (is_known(value) or (isinstance(value, tuple) and name in _BENIGN)):
            continue
        found[name] = tuple(item if is_known(item) else _BENIGN[name] for item in value) if isinstance(value, tuple) and name in _BENIGN else value
    return found


def probe(
    layer: LayerBuilt,
    claim: str,
    names: Iterable[str],
    lengths: Sequence[int | None] | None = None,
    *,
    output_size: tuple[int, ...] | int | None = None,
    expected: Sequence[int | None] = (),
) -> Probe:
    """The experiment on `layer` with the arguments in `names`; `lengths` and `expected` hold one length an axis, in samples."""
    spec = layer.layer
    where = (None,) * spec.dims if lengths is None else tuple(lengths)
    return Probe(spec.name, spec.dims, claim, probe_arguments(layer, names), where, output_size, tuple(expected))
