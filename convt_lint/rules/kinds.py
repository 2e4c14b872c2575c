"""Which kind of the catalogue of layers (`confirm.catalogue`) a layer is, so that a finding can say what devices do with it. Certain or none."""

from __future__ import annotations

from convt_lint.facts import Facts, FactValue, LayerBuilt
from convt_lint.findings import LayerKind
from convt_lint.geometry import Axis, output_length
from convt_lint.rules import refusals
from convt_lint.torch_api import Kind

_SHORT = {"kernel_size": "kernel", "in_channels": "in-channels", "out_channels": "out-channels"}
_NOT_INTEGERS = {
    ("kernel_size", float): "float-kernel",
    ("stride", float): "float-stride",
    ("padding", float): "float-padding",
    ("stride", bool): "bool-stride",
    ("stride", type(None)): "stride-none",
}
_NEVER_NEGATIVE = ("in_channels", "out_channels")
"""Of these the catalogue holds zero alone."""


def kind_of(layer: LayerBuilt, facts: Facts) -> LayerKind | None:
    """The kind of a layer that torch refuses for one argument; None where several are wrong, or where no kind is just like it."""
    bad = refusals.refused(layer)
    indivisible = refusals.indivisible(layer)
    if indivisible and bad == {*indivisible}:
        return named(layer, f"groups-not-of-{_SHORT[indivisible[0]]}")
    if len(bad) != 1:
        return None
    (name,) = bad
    found = _of_form(layer, name) if refusals.malformed(layer) or name == "padding_mode" else _of_numbers(layer, name)
    # a negative stride leaves nothing of most inputs, and the tables say nothing of devices that mind that alone
    if found is None or not (found == "negative-stride" or leaves_something(layer, facts)):
        return None
    return named(layer, found)


def named(layer: LayerBuilt, name: str) -> LayerKind | None:
    """The kind, for torch's plain layers; lazy and quantized ones, and functions in groups, are not in the catalogue."""
    spec = layer.layer
    module = spec.kind is Kind.MODULE and spec.name == f"ConvTranspose{spec.dims}d"
    function = spec.kind is Kind.FUNCTION and spec.name == f"conv_transpose{spec.dims}d" and "groups" not in name
    return LayerKind(name, spec.dims) if module or function else None


def leaves_something(layer: LayerBuilt, facts: Facts) -> bool:
    """Whether the formula gives the outputs samples, for all that is known: devices that check no argument may check that."""
    runs = [run.lengths for run in facts.applications(layer)]
    for index, axis in enumerate(layer.axes()):
        if axis is None:
            continue
        lengths = [length for run in runs if (length := run[index]) is not None]
        if any(output_length(length, axis) < 1 for length in lengths or ([1] if axis.stride < 1 else [])):
            return False
    return True


def _of_form(layer: LayerBuilt, name: str) -> str | None:
    arity = refusals.wrong_arities(layer).get(name)
    if arity is not None:
        return f"{_SHORT.get(name, name.replace('_', '-'))}-of-one-axis-more" if arity == layer.layer.dims + 1 else None
    value: FactValue = layer.arguments.get(name)
    if isinstance(value, str):
        return {"padding": "padding-same", "padding_mode": "padding-mode-reflect"}.get(name)
    return _NOT_INTEGERS.get((name, type(value)))


def _of_numbers(layer: LayerBuilt, name: str) -> str | None:
    if name == "output_padding":
        if refusals.negative_output_padding(layer):
            return None if refusals.excessive_output_padding(layer) else "negative-output-padding"
        return _excessive(layer)
    least = refusals.below_least(layer).get(name)
    if least is None:
        return None
    values = (refusals.count(layer, name),) if name not in Axis._fields else refusals.numbers(layer, name)
    signs = {"negative" if value < 0 else "zero" for value in values if value is not None and value < least}
    if len(signs) != 1 or (name in _NEVER_NEGATIVE and signs == {"negative"}):
        return None
    return f"{signs.pop()}-{_SHORT.get(name, name)}"


def _excessive(layer: LayerBuilt) -> str | None:
    """The kind that the first bad axis makes it, if the others are of it too."""
    found = set()
    for axis in refusals.excessive_output_padding(layer):
        extra, stride, dilation = (refusals.numbers(layer, name)[axis] or 0 for name in ("output_padding", "stride", "dilation"))
        if dilation > stride:
            found.add("output-padding-of-dilation")
        elif stride == 1:
            found.add("output-padding-of-stride-1")
        else:
            found.add("output-padding-of-stride" if extra == stride else "output-padding-far-too-large")
    return found.pop() if len(found) == 1 else None
