"""Padding layers and torch.nn.functional.pad; a negative padding crops.

Sizes are in samples. Source: torch/nn/modules/padding.py, aten/src/ATen/native/PadNd.cpp.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from convt_lint.lengths import Size, computed, followed, known, part
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def padded(size: Size, left: Any, right: Any) -> Size:
    """The size of a dimension with `left` samples before it and `right` behind; the very size where there are none."""
    if known(left) == 0 and known(right) == 0:
        return size
    return followed(lambda n, a, b: n + a + b, size, left, right)


def _check(size: Size, left: Any, right: Any, out: Size, mode: Any) -> None:
    number, a, b = known(size), known(left), known(right)
    made = known(out)
    if made == 0 and number != 0:
        raise NotFollowed  # whether torch gives an empty tensor depends on the mode and on the other axes
    left_over = computed(lambda n, a, b: n + min(a, 0) + min(b, 0), number, a, b) if mode == "constant" else made
    if min(made or 0, left_over or 0) < 0:
        raise Refused("empty", f"crops more than there is: {left} and {right} from {size} samples", ("the input", size))
    if number is None:
        return
    most = {"reflect": number - 1, "circular": number}.get(mode if isinstance(mode, str) else "")
    if most is not None and max(a or 0, b or 0) > most:
        text = f"pads {left} and {right} samples by {mode} where the input has {size}: at most {most}"
        raise Refused("empty", text, ("the input", size))


def pad(source: Tensor, amounts: Any, mode: Any) -> Tensor:
    """The shape after padding the last dimensions: two amounts for each, the last dimension first."""
    if not isinstance(amounts, tuple):
        return _of_rank(source)
    if len(amounts) % 2:
        raise NotFollowed
    pairs = list(zip(amounts[::2], amounts[1::2], strict=True))
    if source.shape is not None and len(pairs) > len(source.shape):
        raise Refused("rank", f"pads {len(pairs)} dimensions of a tensor that has {len(source.shape)}")
    sizes: list[Size] = list(source.last) if source.name is None else [part(source.name, -place) for place in range(len(pairs), 0, -1)]
    for place, (left, right) in enumerate(pairs, start=1):
        if place > len(sizes):
            break
        old = sizes[-place]
        sizes[-place] = padded(old, left, right)
        _check(old, left, right, sizes[-place], mode)
    return Tensor(tuple(sizes)) if source.shape is not None else Tensor(None, tuple(sizes), source.ranks)


def _of_rank(source: Tensor) -> Tensor:
    return Tensor((None,) * len(source.shape)) if source.shape is not None else Tensor(None, (), source.ranks)


def _function(values: Values) -> Tensor:
    source, mode, amounts = tensor(values["input"]), values["mode"], values["pad"]
    if mode == "constant":
        return pad(source, amounts, mode)
    if not isinstance(mode, str):
        return _of_rank(source)
    if isinstance(amounts, tuple):
        dims = len(amounts) // 2
        source = source.of_ranks(dims + 1, dims + 2)
    return pad(source, amounts, mode)


def _module(dims: int, mode: str, values: Values) -> Tensor:
    source = tensor(values["input"])
    if mode != "constant":
        source = source.of_ranks(dims + 1, dims + 2)
    amounts = values["padding"]
    if isinstance(amounts, int) and not isinstance(amounts, bool):
        amounts = (amounts,) * (2 * dims)
    if isinstance(amounts, tuple) and len(amounts) != 2 * dims:
        raise NotFollowed
    return pad(source, amounts, mode)


for _dims in (1, 2, 3):
    for _name, _mode in (("Zero", "constant"), ("Reflection", "reflect"), ("Replication", "replicate"), ("Circular", "circular")):
        MODULES[f"{_name}Pad{_dims}d"] = Row("padding", partial(_module, _dims, _mode), "input")
    MODULES[f"ConstantPad{_dims}d"] = Row("padding, value", partial(_module, _dims, "constant"), "input")
FUNCTIONS["torch.nn.functional.pad"] = Row("input, pad, mode='constant', value=None", _function)
