"""Layers that cannot run, and legal ones that look as if they could not: what `convt-lint devices` has each device run.

Plain Python: nothing here imports torch. Every kind of layer comes in several variants, since a device may check a 2d layer
where it lets a 1d one pass, or have another algorithm for half precision, for groups or for a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from convt_lint.geometry import Axis, output_length, problems
from convt_lint.picture import picture

LENGTH = 5
"""The input's length on every axis, in samples. Odd, as all lengths here: an even kernel can then leave exactly nothing."""
LARGE = {1: (256, 81), 2: (16, 37), 3: (64, 7)}
"""Channels and lengths of an input, by the number of axes, for which torch prefers its libraries' algorithms on the CPU: more than 20,480 numbers."""
FILL = 1
"""What every number of input, weight and bias is: the outputs are then small integers, which all dtypes hold exactly."""

OfInput = Callable[[int, int], Any]


class Kind(NamedTuple):
    """One way for a layer to be wrong, or odd.

    code: the rule that reports it, "" for a legal layer. arguments: by torch's names, the same on every axis; a function is given
    the number of axes and the input's length on each. channels and length: of the input, where they are the point. output_size: as `forward` is given it.
    """

    name: str
    code: str
    arguments: Mapping[str, Any]
    channels: int | None = None
    length: int = LENGTH
    output_size: OfInput | None = None


KINDS = (
    Kind("legal", "", {"stride": 2, "padding": 1, "output_padding": 1}),
    Kind("output-padding-below-dilation", "", {"stride": 2, "dilation": 3, "output_padding": 2}),
    Kind("silent-tail", "", {"stride": 4, "output_padding": 3}),
    Kind("gaps", "", {"stride": 3, "kernel_size": 2}),
    Kind("output-size-legal", "", {"stride": 2, "padding": 1}, output_size=lambda dims, n: (2 * n,) * dims),
    Kind("negative-output-padding", "CVT101", {"stride": 2, "output_padding": -1}),
    Kind("output-padding-of-stride", "CVT102", {"stride": 2, "output_padding": 2}),
    Kind("output-padding-of-stride-1", "CVT102", {"output_padding": 1}),
    Kind("output-padding-far-too-large", "CVT102", {"stride": 2, "padding": 1, "output_padding": 11}),
    Kind("output-padding-of-dilation", "CVT102", {"stride": 2, "dilation": 3, "output_padding": 3}),
    Kind("zero-stride", "CVT103", {"stride": 0}),
    Kind("negative-stride", "CVT103", {"stride": -1}),
    Kind("zero-dilation", "CVT103", {"dilation": 0}),
    Kind("negative-dilation", "CVT103", {"dilation": -1}),
    Kind("negative-padding", "CVT103", {"stride": 2, "padding": -1}),
    Kind("zero-kernel", "CVT103", {"kernel_size": 0}),
    Kind("negative-kernel", "CVT103", {"kernel_size": -3}),
    Kind("zero-in-channels", "CVT103", {"in_channels": 0}),
    Kind("zero-out-channels", "CVT103", {"out_channels": 0}),
    Kind("zero-groups", "CVT103", {"groups": 0}),
    Kind("negative-groups", "CVT103", {"groups": -1}),
    Kind("groups-not-of-in-channels", "CVT104", {"in_channels": 3, "out_channels": 4, "groups": 2}),
    Kind("groups-not-of-out-channels", "CVT104", {"in_channels": 4, "out_channels": 3, "groups": 2}),
    Kind("padding-same", "CVT105", {"padding": "same"}),
    Kind("padding-mode-reflect", "CVT105", {"padding_mode": "reflect"}),
    Kind("kernel-of-one-axis-more", "CVT106", {"kernel_size": lambda dims, n: (3,) * (dims + 1)}),
    Kind("stride-of-one-axis-more", "CVT106", {"stride": lambda dims, n: (2,) * (dims + 1)}),
    Kind("padding-of-one-axis-more", "CVT106", {"padding": lambda dims, n: (1,) * (dims + 1)}),
    Kind("output-padding-of-one-axis-more", "CVT106", {"stride": 2, "output_padding": lambda dims, n: (1,) * (dims + 1)}),
    Kind("dilation-of-one-axis-more", "CVT106", {"dilation": lambda dims, n: (2,) * (dims + 1)}),
    Kind("float-kernel", "CVT107", {"kernel_size": 3.0}),
    Kind("float-stride", "CVT107", {"stride": 2.0}),
    Kind("float-padding", "CVT107", {"padding": 1.5}),
    Kind("bool-stride", "CVT107", {"stride": True}),
    Kind("stride-none", "CVT107", {"stride": None}),
    Kind("output-of-length-zero", "CVT203", {"kernel_size": 4, "padding": lambda dims, n: (n + 3) // 2}),
    Kind("output-of-negative-length", "CVT203", {"padding": lambda dims, n: n}),
    Kind("input-of-length-zero", "CVT203", {"stride": 2}, length=0),
    Kind("output-size-too-large", "CVT204", {"stride": 2, "padding": 1}, output_size=lambda dims, n: (2 * n + 1,) * dims),
    Kind("output-size-too-small", "CVT204", {"stride": 2, "padding": 1}, output_size=lambda dims, n: (2 * n - 2,) * dims),
    Kind("output-size-beyond-stride-1", "CVT204", {"dilation": 3}, output_size=lambda dims, n: (n + 7,) * dims),
    Kind("output-size-of-one-axis-more", "CVT204", {"stride": 2, "padding": 1}, output_size=lambda dims, n: (2 * n,) * (dims + 3)),
    Kind("output-size-int", "CVT204", {"stride": 2, "padding": 1}, output_size=lambda dims, n: 2 * n),
    Kind("other-channels", "CVT205", {"in_channels": 2}, channels=3),
)

_PER_AXIS = Axis._fields
_CHANNELS = {"groups", "in_channels", "out_channels"}
_DTYPES = ("float32", "float64", "float16", "bfloat16")


@dataclass(frozen=True, slots=True)
class Case:
    """One variant of a kind: the layer, and the input to run it on."""

    kind: Kind
    variant: str
    dims: int
    dtype: str
    arguments: Mapping[str, Any]
    weight: tuple[int, ...] | None
    input: tuple[int, ...]
    output_size: Any
    native: bool = False

    def request(self, *, values: bool) -> dict[str, Any]:
        """The case as the worker is told of it; `values` asks for the output's numbers too."""
        callee = f"ConvTranspose{self.dims}d" if self.weight is None else f"conv_transpose{self.dims}d"
        asked = {"callee": callee, "arguments": self.arguments, "weight": self.weight, "inputs": [self.input], "output_size": self.output_size}
        return {**asked, "dtype": self.dtype, **({"fill": FILL} if values else {}), **({"native": True} if self.native else {})}

    def axes(self) -> tuple[Axis, ...] | None:
        """The geometry of each axis, as `output_size=` makes it where it is given; None where an argument has no meaning."""
        given = {"kernel_size": self.weight[2:] if self.weight else 3, **{name: value for name, value in self.arguments.items() if name in _PER_AXIS}}
        columns = {name: value if isinstance(value, tuple) else (value,) * self.dims for name, value in given.items()}
        if any(len(column) != self.dims or not all(type(value) is int for value in column) for column in columns.values()):
            return None
        axes = tuple(Axis(**{name: column[axis] for name, column in columns.items()}) for axis in range(self.dims))
        if self.output_size is None:
            return axes
        if not isinstance(self.output_size, tuple) or len(self.output_size) != self.dims:
            return None
        lengths = zip(self.input[2:], axes, self.output_size, strict=True)
        return tuple(axis._replace(output_padding=size - output_length(length, axis._replace(output_padding=0))) for length, axis, size in lengths)

    def lengths(self) -> tuple[int, ...] | None:
        """What the formula gives on each axis, legal or not; None where an argument has no meaning."""
        axes = self.axes()
        return None if axes is None else tuple(output_length(length, axis) for length, axis in zip(self.input[2:], axes, strict=True))

    def values(self) -> list[int] | None:
        """The output by its definition, flat, where all numbers are `FILL`; None where an argument has no meaning."""
        axes = self.axes()
        channels_in: int = self.arguments.get("in_channels", 1)
        channels_out: int = self.arguments.get("out_channels", 1)
        groups: int = self.arguments.get("groups", 1)
        if axes is None or any(set(problems(axis)) - {"output_padding"} for axis in axes) or groups < 1 or channels_in != self.input[1]:
            return None
        reached = [1]
        for length, axis in zip(self.input[2:], axes, strict=True):
            reached = [count * more for count in reached for more in picture(length, axis).coverage()]
        bias = 0 if self.weight else FILL
        return [channels_in // groups * count + bias for count in reached] * (self.input[0] * channels_out)


def described(kind: Kind) -> str:
    """The kind in torch's words, as its 1d layer has it: "stride=2, output_padding=-1"."""
    parts = [f"{name}={_argument(name, value, 1, LENGTH)!r}" for name, value in kind.arguments.items()]
    if kind.output_size is not None:
        parts.append(f"output_size={kind.output_size(1, LENGTH)!r}")
    if kind.channels is not None:
        parts.append(f"an input of {kind.channels} channels")
    if kind.length != LENGTH:
        parts.append(f"an input of length {kind.length}")
    return ", ".join(parts)


def cases() -> Iterator[Case]:
    """Every variant of every kind, in order; the legal layer comes first."""
    for kind in KINDS:
        for dims in (1, 2, 3):
            for dtype in _DTYPES:
                yield _case(kind, f"{dims}d {dtype}", dims, dtype)
        for dims in (1, 2, 3):
            yield _case(kind, f"{dims}d native", dims, native=True)
            yield _case(kind, f"{dims}d batch of 2", dims, batch=2)
            if not kind.arguments.keys() & _CHANNELS:
                yield _case(kind, f"{dims}d 2 groups", dims, groups=2, channels=(2, 2))
                if kind.length == LENGTH:
                    channels, length = LARGE[dims]
                    yield _case(kind, f"{dims}d large", dims, channels=(channels, 1), length=length)
            if _is_functional(kind):
                yield _functional(kind, dims)
            if dims > 1 and _on_one_axis(kind):
                yield _case(kind, f"{dims}d last axis", dims, one_axis=True)


def _case(
    kind: Kind,
    variant: str,
    dims: int,
    dtype: str = "float32",
    *,
    batch: int = 1,
    groups: int = 1,
    channels: tuple[int, int] = (1, 1),
    length: int | None = None,
    one_axis: bool = False,
    native: bool = False,
) -> Case:
    length = kind.length if length is None else length
    given = {name: _argument(name, value, dims, length, one_axis) for name, value in kind.arguments.items()}
    arguments = {"kernel_size": 3, "in_channels": channels[0], "out_channels": channels[1], **({"groups": groups} if groups > 1 else {}), **given}
    given_channels = kind.channels or max(arguments["in_channels"], 1)
    output_size = None if kind.output_size is None else kind.output_size(dims, length)
    return Case(kind, variant, dims, dtype, arguments, None, (batch, given_channels, *(length,) * dims), output_size, native)


def _argument(name: str, value: Any, dims: int, length: int, one_axis: bool = False) -> Any:
    value = value(dims, length) if callable(value) else value
    if one_axis and name in _PER_AXIS:
        legal = 3 if name == "kernel_size" else Axis._field_defaults[name]
        return (*(legal,) * (dims - 1), value)
    return value


def _on_one_axis(kind: Kind) -> bool:
    """Whether the other axes can be legal: the arguments are numbers, axis by axis, and nothing else is the point."""
    arguments = {name: _argument(name, value, 2, LENGTH) for name, value in kind.arguments.items()}
    return kind.output_size is None and kind.length == LENGTH and all(name in _PER_AXIS and type(value) is int for name, value in arguments.items())


def _is_functional(kind: Kind) -> bool:
    """Whether the kind can be written as a call of the function: its weight has a shape, and the rest are the function's arguments."""
    kernel = _argument("kernel_size", kind.arguments.get("kernel_size", 3), 1, LENGTH)
    sizes = kernel if isinstance(kernel, tuple) else (kernel,)
    return kind.output_size is None and kind.arguments.keys() <= {*_PER_AXIS} and all(type(size) is int and size >= 0 for size in sizes)


def _functional(kind: Kind, dims: int) -> Case:
    module = _case(kind, f"{dims}d function", dims)
    arguments = {name: value for name, value in module.arguments.items() if name not in ("kernel_size", "in_channels", "out_channels")}
    kernel = module.arguments["kernel_size"]
    weight = (1, 1, *(kernel if isinstance(kernel, tuple) else (kernel,) * dims))
    return Case(kind, module.variant, dims, module.dtype, arguments, weight, module.input, None)
