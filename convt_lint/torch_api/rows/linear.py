"""Linear layers, embeddings, distances between vectors, and the modules Flatten and Unflatten.

Source: torch/nn/modules/linear.py, sparse.py, distance.py, flatten.py, aten/src/ATen/native/Linear.cpp, Embedding.cpp, Distance.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, known, product
from convt_lint.torch_api.dims import appended, at_least, broadcast, check_dim, filled, kept, place, possible_ranks, with_last, without_last
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, tensor


def check_features(source: Tensor, features: Size, whose: str = "the input") -> None:
    """Refuses a tensor whose last dimension surely has not so many features."""
    found = at_least(source, 1).size(-1)
    if differ(found, features):
        raise Refused("features", f"expects {features} features in the last dimension, {whose} has {found}", (whose, found))


def _linear_module(values: Values) -> Tensor:
    """A rule of Linear and LazyLinear: (*, in_features) -> (*, out_features)."""
    source = tensor(values["input"])
    check_features(source, known(values.get("in_features")))
    return with_last(source, known(values["out_features"]))


def _linear(values: Values) -> Tensor:
    """A rule of F.linear: the weight is (out_features, in_features), or (in_features) where the last dimension goes."""
    source, weight = tensor(values["input"]), tensor(values["weight"])
    check_features(source, weight.last[-1] if weight.last else None)
    weight = weight.of_ranks(1, 2)
    if weight.shape is None or (values["bias"] is not None and len(weight.shape) == 1):
        raise NotFollowed
    return without_last(source) if len(weight.shape) == 1 else with_last(source, weight.shape[0])


def _bilinear_module(values: Values) -> Tensor:
    sizes = (values["in1_features"], values["in2_features"], values["out_features"])
    return _two_sources(values, *map(known, sizes))


def _bilinear(values: Values) -> Tensor:
    """A rule of F.bilinear: the weight is (out_features, in1_features, in2_features)."""
    weight = tensor(values["weight"]).of_ranks(3).shape
    assert weight is not None
    return _two_sources(values, weight[1], weight[2], weight[0])


def _two_sources(values: Values, features_1: Size, features_2: Size, out_features: Size) -> Tensor:
    """(*, in1_features) and (*, in2_features) -> (*, out_features): the other dimensions are the same."""
    sources = tensor(values["input1"]), tensor(values["input2"])
    for source, features, whose in zip(sources, (features_1, features_2), ("input1", "input2"), strict=True):
        check_features(source, features, whose)
    first, second = sources[0].shape, sources[1].shape
    if first is None or second is None:
        return with_last(sources[0] if second is None else sources[1], out_features)
    if len(first) != len(second):
        raise Refused("rank", f"takes two tensors of the same number of dimensions, not of {len(first)} and {len(second)}")
    for index, (mine, theirs) in enumerate(zip(first[:-1], second[:-1], strict=True)):
        if differ(mine, theirs):
            raise Refused("sizes", f"sizes {mine} and {theirs} differ on dimension {index}: all but the last must be equal",
                          ("input1", mine), ("input2", theirs))  # fmt: skip
    return Tensor((*map(filled, first[:-1], second[:-1]), out_features))


def _embedding_module(values: Values) -> Tensor:
    """A rule of Embedding: (*) -> (*, embedding_dim)."""
    return appended(tensor(values["input"]), known(values["embedding_dim"]))


def _embedding(values: Values) -> Tensor:
    """A rule of F.embedding: the weight is (num_embeddings, embedding_dim)."""
    weight = tensor(values["weight"]).of_ranks(2)
    return appended(tensor(values["input"]), weight.size(-1))


def _embedding_bag_module(values: Values) -> Tensor:
    return _bags(values, known(values["embedding_dim"]))


def _embedding_bag(values: Values) -> Tensor:
    return _bags(values, tensor(values["weight"]).of_ranks(2).size(-1))


def _bags(values: Values, embedding_dim: Size) -> Tensor:
    """(bags, indices), or (indices) with the offsets of the bags -> (bags, embedding_dim)."""
    source = tensor(values["input"]).of_ranks(1, 2)
    if source.rank is None:
        return Tensor((None, embedding_dim))
    if source.rank == 2:
        if values["offsets"] is not None and not isinstance(values["offsets"], Symbol):
            raise NotFollowed
        return Tensor((source.size(0), embedding_dim))
    offsets = tensor(values["offsets"]).of_ranks(1).size(0)
    if values["include_last_offset"] is False:
        return Tensor((offsets, embedding_dim))
    fewer = computed(lambda n: n - 1, offsets) if values["include_last_offset"] is True else None
    return Tensor((fewer if fewer is None or fewer >= 0 else None, embedding_dim))


def _one_hot(values: Values) -> Tensor:
    """A rule of F.one_hot: (*) -> (*, num_classes); -1 takes the classes from the data."""
    classes = known(values["num_classes"])
    return appended(tensor(values["input"]), None if classes is None or classes < 0 else classes)


def _cosine_similarity(values: Values) -> Tensor:
    """A rule: two tensors broadcast together lose one dimension."""
    both = broadcast(tensor(values["x1"]), tensor(values["x2"]), ("x1", "x2"))
    dim = check_dim(both, values["dim"])
    if both.shape is not None and dim is not None:
        at = dim % len(both.shape) if both.shape else 0
        return Tensor((*both.shape[:at], *both.shape[at + 1 :]))
    if both.shape is not None:
        return kept(both, (), -1) if both.shape else both
    return Tensor(None, both.tail[:-1] if dim == -1 else ())


def _pairwise_distance(values: Values) -> Tensor:
    """A rule: two tensors broadcast together; the last dimension goes, or keeps a size of 1."""
    both = broadcast(tensor(values["x1"]), tensor(values["x2"]), ("x1", "x2"))
    if both.shape == ():
        return both
    if both.shape is None and (0 in both.ranks or not both.tail):
        return Tensor(None)
    if isinstance(values["keepdim"], bool):
        return with_last(both, 1) if values["keepdim"] else without_last(both)
    return Tensor(None)


def _pdist(values: Values) -> Tensor:
    """A rule: the distances between all rows of (N, M): (N * (N - 1) / 2)."""
    source = tensor(values["input"]).of_ranks(2)
    return Tensor((computed(lambda n: n * (n - 1) // 2, source.size(0)),))


def merged(sizes: tuple[Size, ...]) -> Size:
    """The size of several dimensions flattened into one: the very size where all others are 1."""
    others = [size for size in sizes if known(size) != 1]
    return others[0] if len(others) == 1 else product(sizes)


def _flatten(values: Values) -> Tensor:
    """A rule of the module Flatten: the dimensions from start_dim to end_dim become one."""
    source = tensor(values["input"])
    start, end = check_dim(source, values["start_dim"]), check_dim(source, values["end_dim"])
    if source.shape == ():
        return Tensor((1,))
    if source.shape is None:
        return Tensor((None,) * (start + 1)) if start is not None and start >= 0 and end == -1 and 0 not in source.ranks else Tensor(None)
    if start is None or end is None:
        return Tensor(None)
    rank = len(source.shape)
    start, end = start % rank, end % rank
    if start > end:
        raise NotFollowed
    return Tensor((*source.shape[:start], merged(source.shape[start : end + 1]), *source.shape[end + 1 :]))


def split_size(size: Size, sizes: Any) -> tuple[Size, ...] | None:
    """The sizes into which one is unflattened, with -1 worked out; None where not even their number is known. Raises Refused where they do not fit."""
    if not isinstance(sizes, tuple):
        return None
    numbers = [known(part) for part in sizes]
    if not sizes or any(not isinstance(part, (int, Symbol)) for part in sizes):
        raise NotFollowed
    if any(number is not None and number < -1 for number in numbers) or numbers.count(-1) > 1 or {0, -1} <= set(numbers):
        raise NotFollowed
    whole = known(size)
    if -1 not in numbers:
        total = None if None in numbers else product(numbers)
        if total is not None and differ(total, whole):
            raise Refused("elements", f"cuts a dimension into {' x '.join(map(str, numbers))} = {total}, and it has {whole}", ("the input", size))
        return tuple(sizes)
    parts = [number for number in numbers if number != -1]
    if None in parts:
        return tuple(None if part == -1 else part for part in sizes)
    total = product(parts)
    assert total is not None
    if whole is not None and whole % total:
        raise Refused("elements", f"cuts a dimension into parts of {total}, and it has {whole}", ("the input", size))
    rest = size if total == 1 else None if whole is None else whole // total
    return tuple(rest if part == -1 else part for part in sizes)


def _unflatten(values: Values) -> Tensor:
    """A rule of the module Unflatten: one dimension becomes several."""
    source = at_least(tensor(values["input"]), 1)
    if isinstance(values["dim"], str):
        raise NotFollowed
    dim = check_dim(source, values["dim"])
    parts = split_size(None if dim is None else source.size(dim), values["unflattened_size"])
    if parts is None:
        return Tensor(None)
    if source.shape is not None and dim is not None:
        at = dim % len(source.shape)
        return Tensor((*source.shape[:at], *parts, *source.shape[at + 1 :]))
    more = tuple(rank + len(parts) - 1 for rank in possible_ranks(source))
    if source.shape is None and dim is not None and -len(source.tail) <= dim < 0:
        at = len(source.tail) + dim
        return Tensor(None, (*source.tail[:at], *parts, *source.tail[at + 1 :]), more)
    return Tensor((None,) * more[0]) if len(more) == 1 else Tensor(None, (), more)


def _linear_attributes(values: Values) -> Mapping[str, Any]:
    found: dict[str, Any] = {name: values.get(name) for name in ("in_features", "out_features") if name in values}
    found["weight"] = Tensor((known(values["out_features"]), known(values.get("in_features"))))
    if isinstance(values["bias"], bool):
        found["bias"] = Tensor((known(values["out_features"]),)) if values["bias"] else None
    return found


def _bilinear_attributes(values: Values) -> Mapping[str, Any]:
    names = ("out_features", "in1_features", "in2_features")
    found: dict[str, Any] = {name: values[name] for name in names}
    found["weight"] = Tensor(tuple(known(values[name]) for name in names))
    if isinstance(values["bias"], bool):
        found["bias"] = Tensor((known(values["out_features"]),)) if values["bias"] else None
    return found


def _embedding_attributes(values: Values) -> Mapping[str, Any]:
    found = {name: values[name] for name in ("num_embeddings", "embedding_dim", "padding_idx")}
    return {**found, "weight": Tensor((known(values["num_embeddings"]), known(values["embedding_dim"])))}


_DEVICE = "device=None, dtype=None"
_PAIR = "dim=1, eps=1e-08"
_DISTANCE = "p=2.0, eps=1e-06, keepdim=False"
_EMBEDDING = "padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False"
_BAG = "max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode='mean', sparse=False"

MODULES: dict[str, Row] = {
    "Linear": Row(f"in_features, out_features, bias=True, {_DEVICE}", _linear_module, "input", _linear_attributes),
    "LazyLinear": Row(f"out_features, bias=True, {_DEVICE}", _linear_module, "input", _linear_attributes),
    "Bilinear": Row(f"in1_features, in2_features, out_features, bias=True, {_DEVICE}", _bilinear_module, "input1, input2", _bilinear_attributes),
    "Embedding": Row(f"num_embeddings, embedding_dim, {_EMBEDDING}, _weight=None, _freeze=False, {_DEVICE}", _embedding_module, "input",
                     _embedding_attributes),
    "EmbeddingBag": Row(f"num_embeddings, embedding_dim, {_BAG}, _weight=None, include_last_offset=False, padding_idx=None, {_DEVICE}",
                        _embedding_bag_module, "input, offsets=None, per_sample_weights=None", _embedding_attributes),
    "CosineSimilarity": Row(_PAIR, _cosine_similarity, "x1, x2"),
    "PairwiseDistance": Row(_DISTANCE, _pairwise_distance, "x1, x2"),
    "Flatten": Row("start_dim=1, end_dim=-1", _flatten, "input"),
    "Unflatten": Row("dim, unflattened_size", _unflatten, "input"),
}  # fmt: skip
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
_bag_row = Row("input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode='mean', sparse=False, per_sample_weights=None,"
               " include_last_offset=False, padding_idx=None", _embedding_bag)  # fmt: skip
place(FUNCTIONS, METHODS, "F", "linear", Row("input, weight, bias=None", _linear))
place(FUNCTIONS, METHODS, "F torch", "bilinear", Row("input1, input2, weight, bias=None", _bilinear))
place(FUNCTIONS, METHODS, "F", "embedding", Row(f"input, weight, {_EMBEDDING}", _embedding))
place(FUNCTIONS, METHODS, "F", "embedding_bag", _bag_row)
place(FUNCTIONS, METHODS, "F", "one_hot", Row("input, num_classes=-1", _one_hot))
place(FUNCTIONS, METHODS, "F torch", "cosine_similarity", Row(f"x1, x2, {_PAIR}", _cosine_similarity))
place(FUNCTIONS, METHODS, "F torch", "pairwise_distance", Row(f"x1, x2, {_DISTANCE}", _pairwise_distance))
place(FUNCTIONS, METHODS, "F torch", "pdist", Row("input, p=2", _pdist))
