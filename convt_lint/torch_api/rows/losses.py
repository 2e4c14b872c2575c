"""Losses: modules and functions. Reduced they have no dimensions; `reduction="none"` leaves a value for each element, or each sample.

Source: torch/nn/modules/loss.py, torch/nn/functional.py, aten/src/ATen/native/Loss.cpp, LossNLL.cpp.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from convt_lint.lengths import Size, Symbol, differ, known
from convt_lint.torch_api.dims import broadcast, broadcast_into, filled, one_shape, place, possible_ranks, without_last
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, ShapeRule, Tensor, Values, tensor

Each: TypeAlias = Callable[[Values], Tensor]
"""From the values of a call to the shape of the loss before it is reduced. Raises Refused."""


def _reduction(values: Values) -> str | None:
    """How the loss is reduced, None where that is not known. The older `size_average` and `reduce` count before `reduction`."""
    average, reduce = values.get("size_average"), values.get("reduce")
    if isinstance(average, Symbol) or isinstance(reduce, Symbol):
        return None
    if average is not None or reduce is not None:
        if reduce is not None and not reduce:
            return "none"
        return "mean" if average is None or average else "sum"
    reduction = values["reduction"]
    if isinstance(reduction, Symbol):
        return None
    if not isinstance(reduction, str):
        raise NotFollowed
    return reduction


def _loss(each: Each, also: str = "") -> ShapeRule:
    """A rule: the loss of `each` reduced. also: another reduction to a single value that is taken."""

    def rule(values: Values) -> Tensor:
        whole, reduction = each(values), _reduction(values)
        if reduction in ("mean", "sum") or (reduction is not None and reduction == also):
            return Tensor(())
        if reduction is None:
            return whole if whole.shape == () else Tensor(None)
        if reduction != "none":
            raise NotFollowed
        return whole

    return rule


def _pair(values: Values) -> tuple[Tensor, Tensor]:
    return tensor(values["input"]), tensor(values["target"])


def _broadcast_pair(values: Values) -> Tensor:
    """mse, l1, smooth_l1, huber, kl_div, hinge_embedding: the input and the target are broadcast (some warn)."""
    whole = broadcast(*_pair(values))
    if isinstance(values.get("weight"), Tensor):
        return one_shape(whole, values["weight"], ("the input", "the weight"))
    return whole


def _poisson(values: Values) -> Tensor:
    return broadcast(tensor(values["log_input"]), tensor(values["target"]), ("the input", "the target"))


def _into_input(values: Values) -> Tensor:
    """soft_margin: the target is broadcast to the input's shape."""
    return broadcast_into(*_pair(values))


def _same(values: Values) -> Tensor:
    """bce and bce_with_logits: the target has the input's shape; weights are broadcast to it."""
    whole = one_shape(*_pair(values))
    for name in ("weight", "pos_weight"):
        if isinstance(values.get(name), Tensor):
            broadcast_into(whole, values[name], ("the input", f"the {name}"))
    return whole


def _gaussian(values: Values) -> Tensor:
    """gaussian_nll: the variance is a number, of the input's shape, without its last dimension, or 1 in a single dimension."""
    source, target = _pair(values)
    var = values["var"]
    if isinstance(var, Tensor) and not _variance_fits(source, var):
        raise Refused("sizes", "takes a variance of the input's shape, without its last dimension, or of size 1 in one")
    return broadcast(source, target)


def _variance_fits(source: Tensor, var: Tensor) -> bool:
    """Whether a variance may fit the input."""
    if source.shape is None or var.shape is None or None in map(known, source.shape + var.shape):
        return True
    if var.shape in (source.shape, source.shape[:-1]):
        return True
    different = [theirs for mine, theirs in zip(source.shape, var.shape, strict=False) if mine != theirs]
    return len(source.shape) == len(var.shape) and different == [1]


def _cross_entropy(values: Values) -> Tensor:
    """cross_entropy: input (C), (N, C) or (N, C, ...); target the same without C, or of the input's shape with a probability for each class."""
    source, target = _pair(values)
    if source.shape is not None and target.shape is not None and len(source.shape) == len(target.shape) > 0:
        _check_probabilities(source.shape, target.shape)
        _check_weight(source.shape, values["weight"])
        return Tensor((*source.shape[:-1],) if len(source.shape) < 2 else (source.shape[0], *source.shape[2:]))
    return _classes(values)


def _check_probabilities(source: tuple[Size, ...], target: tuple[Size, ...]) -> None:
    if len(source) == 1 and known(target[0]) in (None, 1):
        return
    for index, (mine, theirs) in enumerate(zip(source, target, strict=True)):
        if differ(mine, theirs):
            why = "a target with as many dimensions as the input must have its shape"
            text = f"the input has {mine} and the target {theirs} on dimension {index}: {why}"
            raise Refused("sizes", text, ("the input", mine), ("the target", theirs))


def _classes(values: Values) -> Tensor:
    """nll_loss, and cross_entropy with classes: the target has the input's shape without C, dimension 1 (of (C), dimension 0)."""
    source, target = _pair(values)
    if source.shape is None or target.shape is None:
        return Tensor((source.shape[0], *source.shape[2:])) if source.shape is not None and len(source.shape) > 1 else Tensor(None)
    if not source.shape:
        raise NotFollowed
    _check_weight(source.shape, values["weight"])
    if len(source.shape) == 1:
        _check_one_sample(target.shape)
        return Tensor(())
    expected = (source.shape[0], *source.shape[2:])
    if len(expected) != len(target.shape):
        raise Refused("rank", f"takes a target of {len(expected)} dimensions for an input of {len(source.shape)}, not of {len(target.shape)}")
    for index, (mine, theirs) in enumerate(zip(expected, target.shape, strict=True)):
        if differ(mine, theirs):
            of_input = index if index == 0 else index + 1
            raise Refused("sizes", f"the input has {mine} on dimension {of_input} and the target {theirs} on dimension {index}",
                          ("the input", mine), ("the target", theirs))  # fmt: skip
    return Tensor(tuple(map(filled, expected, target.shape)))


def _check_one_sample(target: tuple[Size, ...]) -> None:
    """The target of an input (C): a single class, with no dimension or one of size 1."""
    if len(target) > 1:
        raise Refused("rank", f"takes a target of at most one dimension for an input of one, not of {len(target)}")
    if target and known(target[0]) not in (None, 1):
        raise Refused("sizes", f"takes one class for an input of one dimension, the target has {target[0]}", ("the target", target[0]))


def _check_weight(source: tuple[Size, ...], weight: Any) -> None:
    """The weight of the classes: (C)."""
    if not isinstance(weight, Tensor) or weight.shape is None:
        return
    classes = source[0 if len(source) == 1 else 1]
    if len(weight.shape) == 1 and differ(weight.shape[0], classes):
        raise Refused("channels", f"has a weight for each of {weight.shape[0]} classes, the input has {classes}", ("the input", classes))


def _multi_margin(values: Values) -> Tensor:
    """multi_margin: input (N, C) with target (N), or (C) with a single class."""
    source, target = tensor(values["input"]).of_ranks(0, 1, 2), tensor(values["target"])
    if source.shape is None:
        return Tensor(None, (), (0, 1))
    target = target.of_ranks(0, 1)
    if len(source.shape) < 2 or target.shape is None or not target.shape:
        return target
    expected, found = source.shape[0], target.shape[0]
    if differ(found, expected):
        raise Refused("sizes", f"the input holds {expected} samples and the target {found}", ("the input", expected), ("the target", found))
    return Tensor((filled(expected, found),))


def _multilabel_margin(values: Values) -> Tensor:
    """multilabel_margin: input and target (N, C) or (C)."""
    source, target = _pair(values)
    source = source.of_ranks(0, 1, 2)
    if source.shape is None:
        return Tensor(None, (), (0, 1))
    if len(source.shape) < 2:
        return Tensor(())
    return without_last(one_shape(source, target))


def _multilabel_soft_margin(values: Values) -> Tensor:
    """multilabel_soft_margin: the input and the target are broadcast; the input's last dimension goes."""
    source, target = _pair(values)
    both = broadcast(source, target)
    if values["weight"] is not None or source.shape is None or both.shape is None:
        return Tensor(None)
    if not source.shape:
        raise NotFollowed
    at = len(source.shape) - 1
    return Tensor((*both.shape[:at], *both.shape[at + 1 :]))


def _same_rank(*sources: Tensor) -> None:
    """Refuses tensors that surely have not all the same number of dimensions."""
    for first in sources:
        for second in sources:
            mine, theirs = possible_ranks(first), possible_ranks(second)
            if mine and theirs and not set(mine) & set(theirs):
                raise Refused("rank", f"takes tensors of the same number of dimensions, not of {max(mine)} and {max(theirs)}")


def _triplet(values: Values) -> Tensor:
    """triplet_margin: distances over the last dimension; all are broadcast."""
    anchor, positive, negative = (tensor(values[name]) for name in ("anchor", "positive", "negative"))
    _same_rank(anchor, positive, negative)
    first = _without_last_of(broadcast(anchor, positive, ("the anchor", "the positive")))
    second = _without_last_of(broadcast(anchor, negative, ("the anchor", "the negative")))
    return broadcast(first, second, ("the positive", "the negative"))


def _without_last_of(source: Tensor) -> Tensor:
    """The tensor without its last dimension; one without dimensions stays."""
    if source.shape is None and not source.tail:
        return Tensor(None)
    return without_last(source)


def _margin_ranking(values: Values) -> Tensor:
    """margin_ranking: all three have the same number of dimensions and are broadcast."""
    first, second, target = (tensor(values[name]) for name in ("input1", "input2", "target"))
    _same_rank(first, second, target)
    return broadcast(broadcast(first, second, ("input1", "input2")), target)


def _cosine_embedding(values: Values) -> Tensor:
    """cosine_embedding: inputs (N, E) with target (N), or (E) with a target without dimensions."""
    target = tensor(values["target"]).of_ranks(0, 1)
    ranks = tuple(rank + 1 for rank in possible_ranks(target))
    first, second = (tensor(values[name]).of_ranks(*ranks) for name in ("input1", "input2"))
    both = broadcast(first, second, ("input1", "input2"))
    if both.shape is None:
        return Tensor(None, (), (0, 1))
    return broadcast(Tensor(both.shape[:-1]), target, ("the inputs", "the target"))


def _ctc(values: Values) -> Tensor:
    """ctc: log_probs (T, N, C) or (T, C)."""
    source = tensor(values["log_probs"]).of_ranks(2, 3)
    if source.shape is None:
        return Tensor(None, (), (0, 1))
    return Tensor((source.shape[1],) if len(source.shape) == 3 else ())


_OLD = "size_average=None, reduce=None, reduction='mean'"
_WEIGHTED = f"weight=None, {_OLD}"
_CLASSES = "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'"
_NEW = "reduction='mean'"
_MARGIN = "margin=1.0, weight=None, size_average=None, reduce=None, reduction='mean'"
_TRIPLET = f"margin=1.0, p=2.0, eps=1e-06, swap=False, {_OLD}"
_POISSON = "log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'"
_LOGITS = f"weight=None, {_OLD}, pos_weight=None"

# The module, its constructor, the inputs, the function, its parameters after those inputs, the rule.
_TABLE: tuple[tuple[str, str, str, str, str, ShapeRule], ...] = (
    ("MSELoss", _OLD, "input, target", "mse_loss", f"{_OLD}, weight=None", _loss(_broadcast_pair)),
    ("L1Loss", _OLD, "input, target", "l1_loss", f"{_OLD}, weight=None", _loss(_broadcast_pair)),
    ("SmoothL1Loss", f"{_OLD}, beta=1.0", "input, target", "smooth_l1_loss", f"{_OLD}, beta=1.0", _loss(_broadcast_pair)),
    ("HuberLoss", f"{_NEW}, delta=1.0", "input, target", "huber_loss", f"{_NEW}, delta=1.0, weight=None", _loss(_broadcast_pair)),
    ("KLDivLoss", f"{_OLD}, log_target=False", "input, target", "kl_div", f"{_OLD}, log_target=False", _loss(_broadcast_pair, "batchmean")),
    ("HingeEmbeddingLoss", f"margin=1.0, {_OLD}", "input, target", "hinge_embedding_loss", f"margin=1.0, {_OLD}", _loss(_broadcast_pair)),
    ("SoftMarginLoss", _OLD, "input, target", "soft_margin_loss", _OLD, _loss(_into_input)),
    ("BCELoss", _WEIGHTED, "input, target", "binary_cross_entropy", _WEIGHTED, _loss(_same)),
    ("BCEWithLogitsLoss", _LOGITS, "input, target", "binary_cross_entropy_with_logits", _LOGITS, _loss(_same)),
    ("CrossEntropyLoss", f"{_CLASSES}, label_smoothing=0.0", "input, target", "cross_entropy", f"{_CLASSES}, label_smoothing=0.0", _loss(_cross_entropy)),
    ("NLLLoss", _CLASSES, "input, target", "nll_loss", _CLASSES, _loss(_classes)),
    ("NLLLoss2d", _CLASSES, "input, target", "", "", _loss(_classes)),
    ("GaussianNLLLoss", f"*, full=False, eps=1e-06, {_NEW}", "input, target, var", "gaussian_nll_loss", f"full=False, eps=1e-06, {_NEW}", _loss(_gaussian)),
    ("MultiMarginLoss", f"p=1, {_MARGIN}", "input, target", "multi_margin_loss", f"p=1, {_MARGIN}", _loss(_multi_margin)),
    ("MultiLabelMarginLoss", _OLD, "input, target", "multilabel_margin_loss", _OLD, _loss(_multilabel_margin)),
    ("MultiLabelSoftMarginLoss", _WEIGHTED, "input, target", "multilabel_soft_margin_loss", _WEIGHTED, _loss(_multilabel_soft_margin)),
    ("TripletMarginLoss", _TRIPLET, "anchor, positive, negative", "triplet_margin_loss", _TRIPLET, _loss(_triplet)),
    ("MarginRankingLoss", f"margin=0.0, {_OLD}", "input1, input2, target", "margin_ranking_loss", f"margin=0, {_OLD}", _loss(_margin_ranking)),
    ("CosineEmbeddingLoss", f"margin=0.0, {_OLD}", "input1, input2, target", "cosine_embedding_loss", f"margin=0, {_OLD}", _loss(_cosine_embedding)),
    ("CTCLoss", f"blank=0, {_NEW}, zero_infinity=False", "log_probs, targets, input_lengths, target_lengths", "ctc_loss",
     f"blank=0, {_NEW}, zero_infinity=False", _loss(_ctc)),
)  # fmt: skip

MODULES: dict[str, Row] = {name: Row(text, rule, inputs) for name, text, inputs, _, _, rule in _TABLE}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
for _, _, _inputs, _name, _text, _rule in _TABLE:
    if _name:
        place(FUNCTIONS, METHODS, "F", _name, Row(f"{_inputs}, {_text}", _rule))

# The module's switch and its forward's first tensor have the same name; the latter is meant.
MODULES["PoissonNLLLoss"] = Row(_POISSON, _loss(_poisson), "log_input, target")
place(FUNCTIONS, METHODS, "F", "poisson_nll_loss", Row(f"input, target, {_POISSON}", _loss(_broadcast_pair)))
