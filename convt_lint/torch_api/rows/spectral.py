"""Frames and patches: stft, istft, unfold, fold.

Sizes are in samples. Source: torch/functional.py (stft, istft), aten/src/ATen/native/Im2Col.cpp.
"""

from __future__ import annotations

from typing import Any

from convt_lint.lengths import Size, Symbol, computed, known, product
from convt_lint.torch_api.rows.convolution import output_length
from convt_lint.torch_api.rows.layout import axis
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Refused, Row, Tensor, Values, per_axis, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _stft(values: Values) -> Tensor:
    """(N, T) or (T) -> (N, bins, frames), with real and imaginary parts last unless the result is complex."""
    source = tensor(values["input"]).of_ranks(1, 2)
    flags = (values["center"], values["return_complex"])
    if not all(isinstance(flag, bool) for flag in flags) or isinstance(values["onesided"], Symbol) or source.shape is None:
        raise NotFollowed
    window = known(values["n_fft"])
    hop = known(values["hop_length"]) if values["hop_length"] is not None else computed(lambda n: n // 4, window)
    bins = computed(lambda n: n // 2 + 1, window) if values["onesided"] is not False else window
    padded = computed(lambda n, k: n + 2 * (k // 2), source.shape[-1], window) if values["center"] else source.shape[-1]
    frames = computed(lambda n, k, h: 1 + (n - k) // h if h > 0 and n >= k > 0 else 0, padded, window, hop)
    if frames is not None and frames < 1:
        raise NotFollowed
    pair = () if values["return_complex"] else (2,)
    return Tensor((*source.shape[:-1], bins, frames, *pair))


def _istft(values: Values) -> Tensor:
    """(..., bins, frames) -> (..., T)."""
    source = tensor(values["input"])
    if source.shape is None or len(source.shape) not in (2, 3) or not isinstance(values["center"], bool):
        raise NotFollowed
    _check_bins(source.shape[-2], known(values["n_fft"]), values["onesided"])
    if values["length"] is not None:
        return Tensor((*source.shape[:-2], values["length"] if isinstance(values["length"], (int, Symbol)) else None))
    window = known(values["n_fft"])
    hop = known(values["hop_length"]) if values["hop_length"] is not None else computed(lambda n: n // 4, window)
    whole = computed(lambda frames, k, h: k + h * (frames - 1), source.shape[-1], window, hop)
    return Tensor((*source.shape[:-2], computed(lambda n, k: n - 2 * (k // 2), whole, window) if values["center"] else whole))


def _check_bins(bins: Size, window: int | None, onesided: Any) -> None:
    """Without `onesided`, torch tells by the number of bins whether a spectrum has one side or both."""
    number = known(bins)
    if number is None or window is None or not (onesided is None or isinstance(onesided, bool)):
        return
    allowed = [count for count, sides in ((window // 2 + 1, True), (window, False)) if onesided in (None, sides)]
    if number not in allowed:
        raise Refused("sizes", f"needs {' or '.join(map(str, allowed))} frequencies for n_fft={window}, the input has {number}", ("the input", bins))


def _blocks(values: Values, lengths: tuple[Size, ...]) -> tuple[Size, ...]:
    columns = (per_axis(values[name], 2) for name in ("kernel_size", "stride", "padding", "dilation"))
    return tuple(computed(output_length, *row) for row in zip(lengths, *columns, strict=True))


def _unfold(values: Values) -> Tensor:
    """(N, C, H, W) -> (N, C * kernel, blocks)."""
    source = tensor(values["input"]).of_ranks(3, 4)
    if source.shape is None:
        return Tensor(None, (None, None), (2, 3))
    blocks = _blocks(values, source.shape[-2:])
    if 0 in blocks:
        raise NotFollowed
    return Tensor((*source.shape[:-3], product((source.shape[-3], *per_axis(values["kernel_size"], 2))), product(blocks)))


def _fold(values: Values) -> Tensor:
    """(N, C * kernel, blocks) -> (N, C, *output_size)."""
    source = tensor(values["input"]).of_ranks(2, 3)
    lengths = per_axis(values["output_size"], 2)
    window, blocks = product(per_axis(values["kernel_size"], 2)), product(_blocks(values, lengths))
    if not window or 0 in _blocks(values, lengths):
        raise NotFollowed
    channels, count = source.size(-2), source.size(-1)
    if (number := known(channels)) is not None and number % window:
        raise Refused("channels", f"needs channels that the {window} samples of the kernel divide, the input has {number}", ("the input", channels))
    if blocks is not None and (number := known(count)) is not None and number != blocks:
        raise Refused("sizes", f"needs {blocks} blocks, the input has {number}", ("the input", count))
    made = (computed(lambda c, k: c // k, channels, window), *lengths)
    return Tensor((*source.shape[:-2], *made)) if source.shape is not None else Tensor(None, made, (3, 4))


def _windows(values: Values) -> Tensor:
    """Tensor.unfold: windows over one dimension, laid out in a new last one."""
    source = tensor(values["input"])
    if source.shape is None:
        raise NotFollowed
    index = axis(values["dimension"], source.shape)
    size, step, length = known(values["size"]), known(values["step"]), source.shape[index] if source.shape else 1
    if (size is not None and size < 0) or (step is not None and step < 1):
        raise NotFollowed
    if size is not None and (number := known(length)) is not None and size > number:
        raise Refused("empty", f"its window of {size} does not fit in {number} samples", ("the input", length))
    if not source.shape:
        return SOME_TENSOR
    count = computed(lambda n, k, s: (n - k) // s + 1, length, size, step)
    return Tensor((*source.shape[:index], count, *source.shape[index + 1 :], size))


def _real_fft(values: Values) -> Tensor:
    return _fft(values, lambda n: n // 2 + 1)


def _same_fft(values: Values) -> Tensor:
    return _fft(values, lambda n: n)


def _inverse_real_fft(values: Values) -> Tensor:
    source = tensor(values["input"])
    if source.shape is None or not source.shape:
        raise NotFollowed
    index = axis(values["dim"], source.shape)
    wanted = values["n"] if values["n"] is not None else computed(lambda n: 2 * (n - 1), source.shape[index])
    return Tensor((*source.shape[:index], known(wanted), *source.shape[index + 1 :]))


def _fft(values: Values, size: Any) -> Tensor:
    source = tensor(values["input"])
    if source.shape is None or not source.shape:
        raise NotFollowed
    index = axis(values["dim"], source.shape)
    length = values["n"] if values["n"] is not None else source.shape[index]
    return Tensor((*source.shape[:index], computed(size, length), *source.shape[index + 1 :]))


_STFT = (
    "input, n_fft, hop_length=None, win_length=None, window=None, center=True, pad_mode='reflect', normalized=False, onesided=None, "
    "return_complex=None, align_to_window=None"
)
_ISTFT = "input, n_fft, hop_length=None, win_length=None, window=None, center=True, normalized=False, onesided=None, length=None, return_complex=False"
FUNCTIONS["torch.stft"] = Row(_STFT, _stft)
METHODS["stft"] = Row(_STFT, _stft)
FUNCTIONS["torch.istft"] = METHODS["istft"] = Row(_ISTFT, _istft)
_UNFOLD = "kernel_size, dilation=1, padding=0, stride=1"
MODULES["Unfold"] = Row(_UNFOLD, _unfold, "input")
MODULES["Fold"] = Row(f"output_size, {_UNFOLD}", _fold, "input")
FUNCTIONS["torch.nn.functional.unfold"] = Row(f"input, {_UNFOLD}", _unfold)
FUNCTIONS["torch.nn.functional.fold"] = Row(f"input, output_size, {_UNFOLD}", _fold)
METHODS["unfold"] = Row("input, dimension, size, step", _windows)
for _name in ("fft", "ifft"):
    FUNCTIONS[f"torch.fft.{_name}"] = Row("input, n=None, dim=-1, norm=None, *, out=None", _same_fft)
FUNCTIONS["torch.fft.rfft"] = Row("input, n=None, dim=-1, norm=None, *, out=None", _real_fft)
FUNCTIONS["torch.fft.irfft"] = Row("input, n=None, dim=-1, norm=None, *, out=None", _inverse_real_fft)
