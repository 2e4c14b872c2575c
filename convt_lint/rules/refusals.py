"""What torch refuses of a layer's arguments, as plain predicates. Measured with torch 2.13 on the CPU; certain or silent.

Several rules need to know what another rule reports, so that one cause gives one finding: they ask here.
"""

from __future__ import annotations

from typing import TypeAlias

from convt_lint.facts import NOT_GIVEN, Facts, FactValue, LayerApplied, LayerBuilt, Other, Unknown
from convt_lint.rules.base import is_known
from convt_lint.torch_api import Kind

Numbers: TypeAlias = tuple[int | None, ...]

_LEAST = {"kernel_size": 1, "stride": 1, "dilation": 1, "padding": 0}
_COUNTS = ("in_channels", "out_channels", "groups")
_TENSORS = ("input", "weight", "bias")


def numbers(layer: LayerBuilt, name: str) -> Numbers:
    """The argument's int on each spatial axis, None where it is not known to be one. Torch takes some bools for 0 and 1."""
    return tuple(int(value) if isinstance(value, int) else None for value in layer.per_axis(name))


def count(layer: LayerBuilt, name: str) -> int | None:
    """A channel count or the number of groups, None where it is not known to be an int (a bool is refused)."""
    value = layer.arguments.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def per_axis_names(layer: LayerBuilt) -> list[str]:
    return [parameter.name for parameter in layer.layer.parameters if parameter.per_axis and parameter.name in layer.arguments]


# --- calls and kinds of values


def wrong_arities(layer: LayerBuilt) -> dict[str, int]:
    """The arguments whose tuple does not fit the number of axes, with its length. Torch spreads a tuple of one, save kernel_size."""
    found = {}
    for name in per_axis_names(layer):
        value = layer.arguments[name]
        if isinstance(value, tuple) and len(value) != layer.layer.dims and (len(value) != 1 or name == "kernel_size"):
            found[name] = len(value)
    return found


def text_padding(layer: LayerBuilt) -> bool:
    """padding="same" and the like, which only forward convolutions take."""
    return isinstance(layer.arguments.get("padding"), str)


def non_integers(layer: LayerBuilt) -> dict[str, FactValue]:
    """The arguments of a kind that torch refuses, with their values; those of another arity and a padding in words left out."""
    found = {name: value for name, value in layer.arguments.items() if _is_refused_kind(layer, name, value) and not _may_be_replaced(layer, value)}
    arities = wrong_arities(layer) if found else {}
    return {name: value for name, value in found.items() if name not in arities and not (name == "padding" and isinstance(value, str))}


def _may_be_replaced(layer: LayerBuilt, value: FactValue) -> bool:
    """A None that is a parameter's default: it means "must be given" or "is filled in", not a value to run with."""
    return value is None and layer.path.with_defaults


def _is_refused_kind(layer: LayerBuilt, name: str, value: FactValue) -> bool:
    parameter = layer.layer.parameter(name)
    if isinstance(value, (Unknown, Other)) or parameter is None:
        return False
    if parameter.per_axis:
        return _has_refused_item(name, value)
    if name in _COUNTS:
        return not isinstance(value, int) or (isinstance(value, bool) and not _counts_as_one(layer, name))
    if layer.layer.kind is Kind.FUNCTION:
        return name in _TENSORS and (value is not None or parameter.required)
    if name == "device":
        return isinstance(value, (bool, float, tuple))
    return name == "dtype" and value is not None


def _counts_as_one(layer: LayerBuilt, name: str) -> bool:
    """out_channels=True may pass for 1: only a bias is sized by it directly, the weight by out_channels // groups."""
    if name != "out_channels" or layer.arguments[name] is not True:
        return False
    bias, groups = layer.arguments.get("bias"), count(layer, "groups")
    return not (is_known(bias) and bias) and (groups is None or groups <= 1)


def _has_refused_item(name: str, value: FactValue) -> bool:
    items = value if isinstance(value, tuple) else (value,)
    # torch looks for a bool in the first place alone; further on, and in kernel_size, it counts as 0 or 1
    if name != "kernel_size" and items and isinstance(items[0], bool):
        return True
    return any(not isinstance(item, (int, Unknown, Other)) for item in items)


def unsupported_padding_mode(layer: LayerBuilt) -> bool:
    mode = layer.arguments.get("padding_mode", "zeros")
    return is_known(mode) and mode != "zeros" and not _may_be_replaced(layer, mode)


# --- numbers


def below_least(layer: LayerBuilt) -> dict[str, int]:
    """The arguments below the least that torch takes, with that least number (output_padding is not among them)."""
    found = {name: least for name, least in _LEAST.items() if any(v is not None and v < least for v in numbers(layer, name))}
    found.update({name: 1 for name in _COUNTS if (value := count(layer, name)) is not None and value < 1})
    return found


def negative_output_padding(layer: LayerBuilt) -> list[int]:
    """The spatial axes on which output_padding is negative."""
    return [axis for axis, extra in enumerate(numbers(layer, "output_padding")) if extra is not None and extra < 0]


def excessive_output_padding(layer: LayerBuilt) -> list[int]:
    """The spatial axes on which output_padding is neither below stride nor below dilation (both legal themselves)."""
    rows = zip(numbers(layer, "output_padding"), numbers(layer, "stride"), numbers(layer, "dilation"), strict=True)
    return [
        axis
        for axis, (extra, stride, dilation) in enumerate(rows)
        if extra is not None and stride is not None and dilation is not None and min(stride, dilation) >= 1 and extra >= max(stride, dilation)
    ]


def indivisible(layer: LayerBuilt) -> list[str]:
    """The channel counts that `groups` does not divide, where torch minds."""
    groups = count(layer, "groups")
    if groups is None or groups < 1:
        return []
    return [name for name in ("in_channels", "out_channels") if (value := count(layer, name)) is not None and value >= 1 and _minds(layer, name, value, groups)]


def _minds(layer: LayerBuilt, name: str, channels: int, groups: int) -> bool:
    if channels % groups == 0:
        return False
    if layer.layer.kind is not Kind.LAZY or name != "out_channels" or channels < groups:
        return True
    # the lazy layers check no out_channels: they round it down, and only a bias of the full size then fails
    bias = layer.arguments.get("bias")
    return is_known(bias) and bool(bias)


# --- names in the wrong slot

_CARRIED = ("dilation", "groups", "bias", "padding_mode", "output_padding")
_SLOTS = ("padding", "output_padding", "groups", "bias", "dilation", "padding_mode")
_NO_NUMBER = ("bias", "padding_mode")


def misplaced(layer: LayerBuilt) -> dict[str, str]:
    """Slots that hold, by position, a variable named after another parameter: {"output_padding": "dilation"}."""
    names = dict(layer.positional_names)
    swapped = names.get("stride") == "padding" and names.get("padding") == "stride"
    found = {slot: name for slot, name in names.items() if _is_slip(slot, name) or (swapped and slot in ("stride", "padding"))}
    return {slot: name for slot, name in found.items() if layer.layer.parameter(name) and not _stands_in_its_own_slot(layer, name, names)}


def _is_slip(slot: str, name: str) -> bool:
    if name in _CARRIED:
        return slot in _SLOTS and slot != name
    # a stride is no bias and no padding mode; as another number it may be meant
    return name in ("stride", "padding") and slot in _NO_NUMBER


def _stands_in_its_own_slot(layer: LayerBuilt, name: str, names: dict[str, str]) -> bool:
    """The parameter `name` is given as well, and not by a variable that bears another parameter's name."""
    there = names.get(name, name)
    return name in layer.given and (there == name or layer.layer.parameter(there) is None)


# --- the layer as a whole


def ignores_output_padding(layer: LayerBuilt, facts: Facts) -> bool:
    """True where every known run of the layer passes `output_size=`, or the unseen ones may: torch then never looks at its output_padding."""
    runs = facts.applications(layer)
    if not runs:
        return layer.resizable
    return all(run.output_size is not NOT_GIVEN and run.output_size is not None for run in runs)


def refused(layer: LayerBuilt) -> set[str]:
    """The arguments for which torch refuses the layer, whatever its input; "call" where the call does not fit the signature."""
    names = {*wrong_arities(layer), *non_integers(layer), *below_least(layer), *indivisible(layer)}
    if layer.problems:
        names.add("call")
    if text_padding(layer):
        names.add("padding")
    if unsupported_padding_mode(layer):
        names.add("padding_mode")
    if negative_output_padding(layer) or excessive_output_padding(layer):
        names.add("output_padding")
    return names


def malformed(layer: LayerBuilt) -> bool:
    """True where the call, an arity or a kind of value is wrong, so that the numbers need not be judged."""
    return bool(layer.problems or wrong_arities(layer) or non_integers(layer) or text_padding(layer))


def takes_output_size(applied: LayerApplied) -> bool:
    """True where the run passes an `output_size=`, known or not, other than None."""
    return applied.output_size is not NOT_GIVEN and applied.output_size is not None


def too_short_for_output_size(applied: LayerApplied) -> list[str]:
    """Arguments of one value in a tuple, that torch would spread over two or three axes but for `output_size=` (IndexError)."""
    dims = applied.layer.layer.dims
    size = applied.output_size
    accepted = (dims, dims + (1 if applied.batched is False else 2))
    if dims == 1 or not isinstance(size, tuple) or len(size) not in accepted or (refused(applied.layer) - {"output_padding"}):
        return []
    values = {name: applied.layer.arguments.get(name) for name in ("stride", "padding", "dilation")}
    return [name for name, value in values.items() if isinstance(value, tuple) and len(value) == 1]
