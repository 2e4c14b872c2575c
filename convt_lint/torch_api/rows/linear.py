"""Linear, Bilinear, Embedding and measures of similarity.

Source: torch/nn/modules/linear.py, sparse.py, distance.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convt_lint.lengths import Size, differ, known
from convt_lint.torch_api.rows.broadcasting import together
from convt_lint.torch_api.rows.reduction import reduced
from convt_lint.torch_api.shapes import SOME_TENSOR, NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def with_last(source: Tensor, size: Size) -> Tensor:
    """The same shape with another last size."""
    if source.shape is not None:
        return Tensor((*source.shape[:-1], size))
    return Tensor(None, (*source.tail[:-1], size), source.ranks)


def check_features(source: Tensor, wanted: Size, what: str = "features") -> None:
    """Raises Refused where the last size is surely not the one that a layer was built for."""
    if source.shape == ():
        raise Refused("rank", "takes a tensor of at least 1 dimension, not of 0")
    size = source.last[-1] if source.last else None
    if differ(size, wanted):
        raise Refused("features", f"expects {wanted} {what}, the input has {size}", ("the input", size))


def _linear(values: Values) -> Tensor:
    source = tensor(values["input"])
    check_features(source, known(values.get("in_features")))
    return with_last(source, known(values["out_features"]))


def _functional(values: Values) -> Tensor:
    source, weight = tensor(values["input"]), tensor(values["weight"])
    if weight.rank not in (1, 2) or weight.shape is None:
        return SOME_TENSOR
    check_features(source, weight.shape[-1])
    if len(weight.shape) == 1:
        return Tensor(source.shape[:-1]) if source.shape is not None else SOME_TENSOR
    return with_last(source, weight.shape[0])


def _attributes(values: Values) -> Mapping[str, Any]:
    inside, outside = known(values.get("in_features")), known(values["out_features"])
    found: dict[str, Any] = {"in_features": values.get("in_features"), "out_features": values["out_features"], "weight": Tensor((outside, inside))}
    if isinstance(values["bias"], bool):
        found["bias"] = Tensor((outside,)) if values["bias"] else None
    return found


def _bilinear(values: Values) -> Tensor:
    left, right = tensor(values["input1"]), tensor(values["input2"])
    check_features(left, known(values["in1_features"]))
    check_features(right, known(values["in2_features"]))
    return with_last(left, known(values["out_features"]))


def _embedding(values: Values) -> Tensor:
    source, size = tensor(values["input"]), known(values["embedding_dim"])
    return Tensor((*source.shape, size)) if source.shape is not None else Tensor(None, (*source.tail, size), tuple(rank + 1 for rank in source.ranks))


def _functional_embedding(values: Values) -> Tensor:
    weight = tensor(values["weight"])
    return _embedding({"input": values["input"], "embedding_dim": weight.shape[1] if weight.rank == 2 and weight.shape is not None else None})


def _table(values: Values) -> Mapping[str, Any]:
    return {
        "num_embeddings": values["num_embeddings"],
        "embedding_dim": values["embedding_dim"],
        "weight": Tensor((known(values["num_embeddings"]), known(values["embedding_dim"]))),
    }


def _one_hot(values: Values) -> Tensor:
    source, count = tensor(values["input"]), known(values["num_classes"])
    size = None if count is None or count < 0 else count
    return Tensor((*source.shape, size)) if source.shape is not None else Tensor(None, (*source.tail, size))


def _similarity(values: Values) -> Tensor:
    both = together((values["x1"], values["x2"]))
    return reduced(both, values["dim"], False)


def _distance(values: Values) -> Tensor:
    if not isinstance(values["keepdim"], bool):
        raise NotFollowed
    return reduced(together((values["x1"], values["x2"])), -1, values["keepdim"])


MODULES["Linear"] = Row("in_features, out_features, bias=True, device=None, dtype=None", _linear, "input", _attributes)
MODULES["LazyLinear"] = Row("out_features, bias=True, device=None, dtype=None", _linear, "input", _attributes)
MODULES["Bilinear"] = Row("in1_features, in2_features, out_features, bias=True, device=None, dtype=None", _bilinear, "input1, input2")
_EMBEDDING = (
    "num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False, _weight=None, "
    "_freeze=False, device=None, dtype=None"
)
MODULES["Embedding"] = Row(_EMBEDDING, _embedding, "input", _table)
MODULES["CosineSimilarity"] = Row("dim=1, eps=1e-08", _similarity, "x1, x2")
MODULES["PairwiseDistance"] = Row("p=2.0, eps=1e-06, keepdim=False", _distance, "x1, x2")
FUNCTIONS["torch.nn.functional.linear"] = Row("input, weight, bias=None", _functional)
FUNCTIONS["torch.nn.functional.embedding"] = Row(
    "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False", _functional_embedding
)
FUNCTIONS["torch.nn.functional.one_hot"] = Row("input, num_classes=-1", _one_hot)
FUNCTIONS["torch.nn.functional.cosine_similarity"] = FUNCTIONS["torch.cosine_similarity"] = Row("x1, x2, dim=1, eps=1e-08", _similarity)
FUNCTIONS["torch.nn.functional.pairwise_distance"] = Row("x1, x2, p=2.0, eps=1e-06, keepdim=False", _distance)
