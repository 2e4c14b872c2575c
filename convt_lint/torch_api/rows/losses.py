"""Losses, as modules and as functions.

Source: torch/nn/functional.py. mse_loss and its kin only warn of shapes that differ and broadcast them; binary_cross_entropy refuses.
"""

from __future__ import annotations

from typing import Any

from convt_lint.lengths import Size, differ
from convt_lint.torch_api.rows.broadcasting import together
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _reduced(values: Values, whole: Tensor) -> Tensor:
    """The loss of each element, or one number."""
    if values["size_average"] is not None or values["reduce"] is not None or not isinstance(values["reduction"], str):
        return SOME_TENSOR
    return whole if values["reduction"] == "none" else Tensor(())


def _broadcast(values: Values) -> Tensor:
    for name in ("input", "target"):
        tensor(values[name])
    return _reduced(values, together((values["input"], values["target"])))


def _equal(values: Values) -> Tensor:
    """Losses whose input and target must have one shape."""
    source, target = tensor(values["input"]), tensor(values["target"])
    if source.shape is not None and target.shape is not None:
        if len(source.shape) != len(target.shape):
            raise Refused("rank", f"takes an input and a target of one shape, not of {len(source.shape)} and {len(target.shape)} dimensions")
        for index, (mine, theirs) in enumerate(zip(source.shape, target.shape, strict=True)):
            _compare(mine, theirs, index)
    return _reduced(values, source)


def _compare(mine: Size, theirs: Size, index: int) -> None:
    if differ(mine, theirs):
        raise Refused("sizes", f"sizes {mine} and {theirs} of input and target differ on dimension {index}", ("the input", mine), ("the target", theirs))


def _classes(values: Values) -> Tensor:
    """cross_entropy and nll_loss: (N, C, ...) against class numbers (N, ...), or (C) against (); cross_entropy takes (N, C, ...) of probabilities too."""
    source, target = tensor(values["input"]), tensor(values["target"])
    if source.shape is None or target.shape is None:
        return _reduced(values, SOME_TENSOR)
    if not source.shape:
        raise NotFollowed
    if len(source.shape) == len(target.shape) and values["probabilities"]:
        for index, (mine, theirs) in enumerate(zip(source.shape, target.shape, strict=True)):
            _compare(mine, theirs, index)
        return _reduced(values, SOME_TENSOR)
    if len(target.shape) != len(source.shape) - 1:
        raise Refused("rank", f"takes a target of {len(source.shape) - 1} dimensions for an input of {len(source.shape)}, not of {len(target.shape)}")
    rest = source.shape[:1] + source.shape[2:] if len(source.shape) > 1 else ()
    for index, (mine, theirs) in enumerate(zip(rest, target.shape, strict=True)):
        _compare(mine, theirs, index)
    return _reduced(values, target)


def _no_check(values: Values) -> Tensor:
    reduction = values["reduction"]
    return Tensor(()) if isinstance(reduction, str) and reduction != "none" and values["size_average"] is None and values["reduce"] is None else SOME_TENSOR


def _with(rule: Any, **fixed: Any) -> Any:
    return lambda values: rule({**values, **fixed})


_OLD = "size_average=None, reduce=None"
MODULES["L1Loss"] = Row(f"{_OLD}, reduction='mean'", _broadcast, "input, target")
FUNCTIONS["torch.nn.functional.l1_loss"] = Row(f"input, target, {_OLD}, reduction='mean', weight=None", _broadcast)
MODULES["SmoothL1Loss"] = Row(f"{_OLD}, reduction='mean', beta=1.0", _broadcast, "input, target")
FUNCTIONS["torch.nn.functional.smooth_l1_loss"] = Row(f"input, target, {_OLD}, reduction='mean', beta=1.0", _broadcast)
MODULES["MSELoss"] = Row(f"{_OLD}, reduction='mean'", _broadcast, "input, target")
FUNCTIONS["torch.nn.functional.mse_loss"] = Row(f"input, target, {_OLD}, reduction='mean', weight=None", _broadcast)
MODULES["HuberLoss"] = Row("reduction='mean', delta=1.0", _with(_broadcast, size_average=None, reduce=None), "input, target")
FUNCTIONS["torch.nn.functional.huber_loss"] = Row("input, target, reduction='mean', delta=1.0, weight=None", _with(_broadcast, size_average=None, reduce=None))
_WEIGHTED = f"weight=None, {_OLD}, reduction='mean'"
MODULES["BCELoss"] = Row(_WEIGHTED, _equal, "input, target")
FUNCTIONS["torch.nn.functional.binary_cross_entropy"] = Row(f"input, target, {_WEIGHTED}", _equal)
MODULES["BCEWithLogitsLoss"] = Row(f"{_WEIGHTED}, pos_weight=None", _equal, "input, target")
FUNCTIONS["torch.nn.functional.binary_cross_entropy_with_logits"] = Row(f"input, target, {_WEIGHTED}, pos_weight=None", _equal)
_CROSS = "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'"
MODULES["CrossEntropyLoss"] = Row(f"{_CROSS}, label_smoothing=0.0", _with(_classes, probabilities=True), "input, target")
FUNCTIONS["torch.nn.functional.cross_entropy"] = Row(f"input, target, {_CROSS}, label_smoothing=0.0", _with(_classes, probabilities=True))
MODULES["NLLLoss"] = Row(_CROSS, _with(_no_check), "input, target")
FUNCTIONS["torch.nn.functional.nll_loss"] = Row(f"input, target, {_CROSS}", _with(_no_check))
MODULES["KLDivLoss"] = Row(f"{_OLD}, reduction='mean', log_target=False", _broadcast, "input, target")
FUNCTIONS["torch.nn.functional.kl_div"] = Row(f"input, target, {_OLD}, reduction='mean', log_target=False", _broadcast)
MODULES["PoissonNLLLoss"] = Row("log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'", _broadcast, "input, target")
MODULES["SoftMarginLoss"] = Row(f"{_OLD}, reduction='mean'", _broadcast, "input, target")
