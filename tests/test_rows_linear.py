"""Linear layers, embeddings, distances, Flatten and Unflatten: the rows against torch."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import torch
from row_check import seen
from row_draws import compare, disagreement, shape_near, some_shape, zeros
from torch import nn
from torch.nn import functional as F

from convt_lint.torch_api.rows import linear
from convt_lint.torch_api.signatures import bind
from convt_lint.torch_api.table import function_row, module_row

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("name", sorted(linear.MODULES))
def test_signatures_of_modules(name: str) -> None:
    row = linear.MODULES[name]
    assert not disagreement(row.signature, getattr(nn, name).__init__, bound=True)
    assert not disagreement(row.inputs, getattr(nn, name).forward, bound=True)


@pytest.mark.parametrize("name", ["embedding", "embedding_bag"])
def test_signatures_of_functions(name: str) -> None:
    assert not disagreement(linear.FUNCTIONS[f"torch.nn.functional.{name}"].signature, getattr(F, name))


def _indices(*shape: int) -> torch.Tensor:
    return torch.zeros(shape, dtype=torch.long)


def test_linear() -> None:
    random = Random(1)
    refused = 0
    for _ in range(1_500):
        shape = some_shape(random, 0, 4)
        features = (shape or (2,))[-1] if random.random() < 0.7 else random.randint(1, 3)
        out = random.randint(1, 3)
        refused += compare(random, module_row("Linear"), nn.Linear, {"in_features": features, "out_features": out}, {"input": zeros(*shape)})
        weight = zeros(*random.choice([(out, features), (out, features), (features,), (out, 2, features)]))
        bias = random.choice([None, zeros(out)]) if weight.dim() == 2 else None
        refused += compare(random, function_row("torch.nn.functional.linear"), F.linear, {"input": zeros(*shape), "weight": weight, "bias": bias})
        if shape and 0 not in shape:
            compare(random, module_row("LazyLinear"), nn.LazyLinear, {"out_features": out}, {"input": zeros(*shape)})
    assert 400 < refused < 2_000


def test_bilinear() -> None:
    random = Random(2)
    refused = 0
    for _ in range(1_500):
        shape = some_shape(random, 1, 3)
        second = shape_near(random, (*shape[:-1], random.randint(1, 3)))
        first_features, second_features, out = random.choice([shape[-1], 2]), random.choice([(second or (1,))[-1], 2]), random.randint(1, 3)
        inputs = {"input1": zeros(*shape), "input2": zeros(*second)}
        told = 0 not in shape + second
        given = {"in1_features": first_features, "in2_features": second_features, "out_features": out}
        refused += compare(random, module_row("Bilinear"), nn.Bilinear, given, inputs, all_told=told)
        weight = zeros(out, first_features, second_features)
        compare(random, function_row("torch.nn.functional.bilinear"), F.bilinear, {**inputs, "weight": weight}, all_told=told)
    assert 300 < refused < 1_400


def test_embeddings() -> None:
    random = Random(3)
    refused = 0
    for _ in range(1_500):
        shape = some_shape(random, 0, 3)
        given = {"num_embeddings": 5, "embedding_dim": random.randint(1, 4)}
        weight = zeros(*shape_near(random, (5, 3)))
        compare(random, module_row("Embedding"), nn.Embedding, given, {"input": _indices(*shape)})
        told = 0 not in weight.shape and weight.dim() == 2
        refused += compare(random, function_row("torch.nn.functional.embedding"), F.embedding, {"input": _indices(*shape), "weight": weight}, all_told=told)
        offsets = random.choice([None, _indices(2), _indices(1, 2), _indices(1)])
        last = {"include_last_offset": random.random() < 0.3}
        refused += compare(
            random, module_row("EmbeddingBag"), nn.EmbeddingBag, {**given, **last}, {"input": _indices(*shape), "offsets": offsets}, all_told=0 not in shape
        )
        bag = {"input": _indices(*shape), "weight": weight, "offsets": offsets, **last}
        compare(random, function_row("torch.nn.functional.embedding_bag"), F.embedding_bag, bag, all_told=told and 0 not in shape)
        classes = random.choice([3, 1, -1])
        one_hot = {"input": _indices(*shape), "num_classes": classes}
        compare(random, function_row("torch.nn.functional.one_hot"), F.one_hot, one_hot, all_told=classes > 0)
    assert 400 < refused < 2_500


def test_distances() -> None:
    random = Random(4)
    refused = 0
    for _ in range(1_500):
        shape = some_shape(random, 0, 3)
        pair = {"x1": zeros(*shape), "x2": zeros(*shape_near(random, shape))}
        dim = random.choice([1, 0, -1, 2])
        refused += compare(random, module_row("CosineSimilarity"), nn.CosineSimilarity, {"dim": dim}, pair)
        compare(random, function_row("torch.cosine_similarity"), torch.cosine_similarity, {**pair, "dim": dim})
        keepdim = {"keepdim": random.random() < 0.5}
        refused += compare(random, module_row("PairwiseDistance"), nn.PairwiseDistance, keepdim, pair)
        compare(random, function_row("torch.pairwise_distance"), torch.pairwise_distance, {**pair, **keepdim})
        compare(random, function_row("torch.cdist"), torch.cdist, pair)
        compare(random, function_row("torch.pdist"), torch.pdist, {"input": zeros(*shape)})
    assert 300 < refused < 2_500


def test_flatten() -> None:
    random = Random(5)
    refused = 0
    for _ in range(3_000):
        given = {} if random.random() < 0.3 else {"start_dim": random.randint(-3, 3), "end_dim": random.randint(-3, 3)}
        refused += compare(random, module_row("Flatten"), nn.Flatten, given, {"input": zeros(*some_shape(random))})
    assert 500 < refused < 2_500


def test_unflatten() -> None:
    random = Random(6)
    refused = 0
    for _ in range(3_000):
        sizes = tuple(random.choice([1, 2, 3, 2, -1, 0 if random.random() < 0.1 else 2]) for _ in range(random.randint(1, 3)))
        shape = list(some_shape(random))
        dim = random.randint(-3, 3)
        if -len(shape) <= dim < len(shape) and random.random() < 0.6:
            shape[dim] = abs(int(torch.tensor(sizes).prod()))
        refused += compare(random, module_row("Unflatten"), nn.Unflatten, {"dim": dim, "unflattened_size": sizes}, {"input": zeros(*shape)})
    assert 500 < refused < 2_500


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Linear", {"in_features": 3, "out_features": 4}),
        ("Linear", {"in_features": 3, "out_features": 4, "bias": False}),
        ("Bilinear", {"in1_features": 3, "in2_features": 2, "out_features": 4}),
        ("Embedding", {"num_embeddings": 5, "embedding_dim": 3, "padding_idx": 1}),
        ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 3}),
    ],
)
def test_attributes(name: str, given: dict[str, Any]) -> None:
    row = module_row(name)
    assert row.attributes is not None
    told = row.attributes(bind(row.signature, (), given))
    layer = getattr(nn, name)(**given)
    assert told
    for attribute, value in told.items():
        assert value == seen(getattr(layer, attribute)), attribute
