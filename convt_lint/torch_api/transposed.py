"""Torch's transposed convolutions as a table: names and signatures, one row each. Adding a layer is adding a row.

Signatures are those of torch 2.13 (torch/nn/modules/conv.py, torch/nn/functional.py, torch/ao/nn/quantized).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """How a transposed convolution is written: as a module, a module that learns its input channels, or a function call."""

    MODULE = "module"
    LAZY = "lazy"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a signature. `required` ones have no default; `per_axis` ones take an int or one int per spatial axis."""

    name: str
    default: int | bool | str | None = None
    required: bool = False
    per_axis: bool = False


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A transposed convolution: its short name ("ConvTranspose1d"), number of spatial axes, kind and signature."""

    name: str
    dims: int
    kind: Kind
    parameters: tuple[Parameter, ...]
    _by_name: dict[str, Parameter] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {parameter.name: parameter for parameter in self.parameters})

    def parameter(self, name: str) -> Parameter | None:
        return self._by_name.get(name)


def _required(name: str, per_axis: bool = False) -> Parameter:
    return Parameter(name, required=True, per_axis=per_axis)


_GEOMETRY = (Parameter("stride", 1, per_axis=True), Parameter("padding", 0, per_axis=True), Parameter("output_padding", 0, per_axis=True))
_MODULE_TAIL = (
    _required("kernel_size", per_axis=True),
    *_GEOMETRY,
    Parameter("groups", 1),
    Parameter("bias", True),
    Parameter("dilation", 1, per_axis=True),
    Parameter("padding_mode", "zeros"),
    Parameter("device"),
    Parameter("dtype"),
)
_SIGNATURES: dict[Kind, tuple[Parameter, ...]] = {
    Kind.MODULE: (_required("in_channels"), _required("out_channels"), *_MODULE_TAIL),
    Kind.LAZY: (_required("out_channels"), *_MODULE_TAIL),
    Kind.FUNCTION: (_required("input"), _required("weight"), Parameter("bias"), *_GEOMETRY, Parameter("groups", 1), Parameter("dilation", 1, per_axis=True)),
}

_MODULE_HOMES = ("torch.nn", "torch.nn.modules", "torch.nn.modules.conv")
_QUANTIZED_HOMES = tuple(
    f"{root}.{rest}"
    for root in ("torch.ao.nn", "torch.nn")
    for rest in (
        "quantized",
        "quantized.modules",
        "quantized.modules.conv",
        "quantized.dynamic",
        "quantized.dynamic.modules",
        "quantized.dynamic.modules.conv",
        "quantized._reference",
        "quantized._reference.modules",
        "quantized.reference",
        "quantized.reference.modules",
        "quantized.reference.modules.conv",
    )
)
_FUNCTION_HOMES = ("torch", "torch.nn.functional", "torch._C._nn")


def _table() -> dict[str, LayerSpec]:
    rows: dict[str, LayerSpec] = {}
    for dims in (1, 2, 3):
        name = f"ConvTranspose{dims}d"
        module = LayerSpec(name, dims, Kind.MODULE, _SIGNATURES[Kind.MODULE])
        lazy = LayerSpec(f"Lazy{name}", dims, Kind.LAZY, _SIGNATURES[Kind.LAZY])
        function = LayerSpec(f"conv_transpose{dims}d", dims, Kind.FUNCTION, _SIGNATURES[Kind.FUNCTION])
        rows.update({f"{home}.{name}": module for home in (*_MODULE_HOMES, *_QUANTIZED_HOMES)})
        rows.update({f"{home}.{lazy.name}": lazy for home in _MODULE_HOMES})
        rows.update({f"{home}.{function.name}": function for home in _FUNCTION_HOMES})
    return rows


LAYERS: dict[str, LayerSpec] = _table()
"""Dotted name, as an import resolves it, to the layer it names."""
