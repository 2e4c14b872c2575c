"""From a probe to the smallest experiment that decides it: which layer to build, with which channels, on which input lengths.

Plain Python: nothing here imports torch. Whatever would not fit into memory is refused before a worker hears of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from math import prod
from typing import Any, TypeGuard

from convt_lint.findings import Probe
from convt_lint.geometry import Axis, offset, output_length

MAX_ELEMENTS = 2**27
"""The most numbers (of four bytes) that one run may hold: input, weight, output and the columns between them together."""

_MAX_ITEMS = 1000
_MAX_DEPTH = 8
_KERNEL_SIZE = 3
_SHORTEST = 4
_CLAIMS = ("fails", "length", "unreachable")
_CHOSEN_HERE = frozenset({"input", "weight", "device", "dtype", "in_channels", "out_channels"})


class CannotRun(Exception):
    """The probe cannot be run, or must not be; the text says why."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One layer and the inputs to run it on.

    `callee` is the class in torch.nn or the function in torch.nn.functional; `weight` the weight's shape (functions only);
    `channels` the input's channels; `runs` the input's spatial lengths, one tuple a run; the batch is one.
    """

    callee: str
    arguments: dict[str, Any]
    weight: tuple[int, ...] | None
    channels: int
    runs: tuple[tuple[int, ...], ...]
    output_size: tuple[int, ...] | int | None = None
    note: str = ""

    def request(self) -> dict[str, Any]:
        """The experiment as the worker is told of it: plain values that JSON can carry."""
        return {
            "callee": self.callee,
            "arguments": self.arguments,
            "weight": self.weight,
            "inputs": [(1, self.channels, *lengths) for lengths in self.runs],
            "output_size": self.output_size,
        }


def design(probe: Probe) -> Experiment:
    """The experiment that decides `probe`. Raises CannotRun where there is none, or where it would need too much memory."""
    if probe.claim not in _CLAIMS:
        raise CannotRun(f"no run decides the claim {probe.claim!r}")
    callee, note = _callee(probe)
    arguments = {name: _carried(value) for name, value in probe.arguments.items()}
    channels_in, channels_out, groups = _channels(arguments, count=probe.claim == "fails")
    axes = [_axis(arguments, axis, probe.dims) for axis in range(probe.dims)]
    runs = _runs(probe, axes)
    called = {name: value for name, value in arguments.items() if name not in _CHOSEN_HERE}
    weight: tuple[int, ...] | None = None
    if callee.startswith("conv_"):
        weight = _weight(called.pop("kernel_size", _KERNEL_SIZE), probe.dims, _size(channels_in), max(_size(channels_out) // groups, 1))
        called.pop("bias", None)
    else:
        called.setdefault("kernel_size", _KERNEL_SIZE)
        called["out_channels"] = channels_out
        if not callee.startswith("Lazy"):
            called["in_channels"] = channels_in
    _refuse_huge(called, weight, _size(channels_in), _size(channels_out), groups, axes, runs)
    return Experiment(callee, called, weight, _size(channels_in), runs, _carried_size(probe.output_size), note)


def _callee(probe: Probe) -> tuple[str, str]:
    """Torch's name of what is run, and what to say where it is not the very layer that the finding names."""
    name = probe.layer.rpartition(".")[2]
    stems = ("ConvTranspose", "LazyConvTranspose", "conv_transpose")
    if name not in {f"{stem}{dims}d" for stem in stems for dims in (1, 2, 3)} or name[-2] != str(probe.dims):
        raise CannotRun(f"{probe.layer} is no transposed convolution that can be run on {probe.dims} axes")
    quantized = "quantized" in probe.layer
    return name, f"run as torch.nn's {name}: a quantized layer has the same geometry" if quantized else ""


def _carried(value: Any, depth: int = 0) -> Any:
    """The value as it can be sent; numbers beyond 64 bits fail in every call, whatever the layer, so they decide nothing."""
    if isinstance(value, (tuple, list)):
        if len(value) > _MAX_ITEMS or depth > _MAX_DEPTH:
            raise CannotRun("an argument is too long to be run")
        return tuple(_carried(item, depth + 1) for item in value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise CannotRun("a number of more than 64 bits")
    if value is None or isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= _MAX_ITEMS):
        return value
    raise CannotRun(f"an argument that is not known well enough to be run: {type(value).__name__}")


def _carried_size(value: tuple[int, ...] | int | None) -> tuple[int, ...] | int | None:
    carried: tuple[int, ...] | int | None = _carried(value)
    return carried


def _channels(arguments: dict[str, Any], *, count: bool) -> tuple[Any, Any, int]:
    """Channels in and out, and the groups to reckon with: one channel a group, unless the finding names them and they count."""
    groups = arguments.get("groups", 1)
    groups = groups if _is_int(groups) and groups > 0 else 1
    if not count:
        return groups, groups, groups
    return arguments.get("in_channels", groups), arguments.get("out_channels", groups), groups


def _size(channels: Any) -> int:
    """How many channels to give a tensor where the layer's own count may be no count at all."""
    return channels if _is_int(channels) and channels > 0 else 1


def _weight(kernel_size: Any, dims: int, channels_in: int, channels_out_of_group: int) -> tuple[int, ...]:
    """The shape of a function's weight: (in_channels, out_channels/groups, *kernel_size)."""
    kernel = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * dims
    if not all(_is_int(k) and k >= 0 for k in kernel):
        raise CannotRun(f"no weight has kernel_size={kernel_size!r}")
    return (channels_in, channels_out_of_group, *kernel)


# --- which input lengths


def _axis(arguments: dict[str, Any], axis: int, dims: int) -> Axis | None:
    """The geometry of one axis, None where an argument is no integer there."""
    numbers: dict[str, int] = {}
    for name in Axis._fields:
        value = arguments.get(name, Axis._field_defaults.get(name, _KERNEL_SIZE))
        if isinstance(value, tuple):
            value = value[axis] if len(value) == dims else value[0] if len(value) == 1 else None
        if not _is_int(value):
            return None
        numbers[name] = value
    return Axis(**numbers)


def _runs(probe: Probe, axes: list[Axis | None]) -> tuple[tuple[int, ...], ...]:
    lengths = probe.lengths or (None,) * probe.dims
    if len(lengths) != probe.dims:
        raise CannotRun(f"{len(lengths)} input lengths for {probe.dims} axes")
    if any(length is not None and length < 0 for length in lengths):
        raise CannotRun("no input has a negative length")
    choices = [_choices(length, axis, target) for length, axis, target in zip(lengths, axes, _targets(probe, axes), strict=True)]
    likeliest = tuple(choice[0] for choice in choices)
    # the axes do not act on one another, so one is varied at a time
    varied = ((*likeliest[:i], length, *likeliest[i + 1 :]) for i, choice in enumerate(choices) for length in choice[1:])
    return tuple(dict.fromkeys(chain([likeliest], varied)))


def _targets(probe: Probe, axes: list[Axis | None]) -> tuple[tuple[int, Axis] | None, ...]:
    """Per axis, the output length around which inputs are tried, and the geometry that leads there; None where one input will do."""
    wanted: tuple[Any, ...] = ()
    if probe.claim == "unreachable":
        wanted = probe.expected
    elif probe.claim == "fails" and isinstance(probe.output_size, (tuple, list)) and len(probe.output_size) in (probe.dims, probe.dims + 2):
        wanted = tuple(probe.output_size)[-probe.dims :]
        axes = [axis and axis._replace(output_padding=0) for axis in axes]  # output_size= takes its place
    if len(wanted) != probe.dims:
        wanted = (None,) * probe.dims
    return tuple((target, axis) if _is_int(target) and axis is not None else None for target, axis in zip(wanted, axes, strict=True))


def _choices(length: int | None, axis: Axis | None, target: tuple[int, Axis] | None) -> tuple[int, ...]:
    """The input lengths to try on one axis, the likeliest first."""
    if length is not None:
        return (length,)
    if axis is None or axis.stride < 1:
        return (_SHORTEST,)
    if target is None:
        return (max(_SHORTEST, _shortest_input(axis)),)
    wanted, geometry = target
    nearest = (wanted - offset(geometry)) // geometry.stride
    first = max(nearest - 1, _shortest_input(geometry))
    return tuple(sorted(range(first, first + 4), key=lambda tried: (abs(tried - nearest), tried)))


def _shortest_input(axis: Axis) -> int:
    """The shortest input whose output is not empty, in samples."""
    return max(1, -((offset(axis) - 1) // axis.stride))


# --- what it would cost


def _refuse_huge(
    called: dict[str, Any],
    weight: tuple[int, ...] | None,
    channels_in: int,
    channels_out: int,
    groups: int,
    axes: list[Axis | None],
    runs: Iterable[tuple[int, ...]],
) -> None:
    kernel = prod(_sizes(weight[2:] if weight else called["kernel_size"], len(axes)))
    weights = channels_in * channels_out * kernel // groups
    for lengths in runs:
        inputs = prod(max(length, 1) for length in lengths)
        outputs = prod(max(output_length(length, axis), 1) if axis else max(length, 1) for length, axis in zip(lengths, axes, strict=True))
        # the general algorithm first writes every kernel tap of every input sample into columns, a group at a time
        columns = channels_out * kernel * inputs // groups
        elements = weights + channels_in * inputs + channels_out * outputs + columns
        if elements > MAX_ELEMENTS:
            raise CannotRun(f"too large to run: about {elements:.1e} numbers" if elements < 10**300 else "too large to run")


def _sizes(kernel_size: Any, dims: int) -> tuple[int, ...]:
    """A kernel's extents as far as they are counts; torch repeats a single one on every axis and takes a tuple as it is."""
    sizes = kernel_size if isinstance(kernel_size, tuple) else (kernel_size,) * dims
    return tuple(max(size, 1) if _is_int(size) else 1 for size in sizes)


def _is_int(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
