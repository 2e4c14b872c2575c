"""Normalisation layers and their functional forms: the rows against torch."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import torch
from row_check import seen
from row_draws import compare, disagreement, shape_near, some_shape, zeros
from torch import nn
from torch.nn import functional as F

from convt_lint.torch_api.rows import normalisation
from convt_lint.torch_api.signatures import bind
from convt_lint.torch_api.table import function_row, module_row

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("name", sorted(normalisation.MODULES))
def test_signatures_of_modules(name: str) -> None:
    row = normalisation.MODULES[name]
    assert not disagreement(row.signature, getattr(nn, name).__init__, bound=True)
    assert not disagreement(row.inputs, getattr(nn, name).forward, bound=True)


@pytest.mark.parametrize("name", ["batch_norm", "instance_norm", "group_norm", "layer_norm", "rms_norm", "local_response_norm", "normalize"])
def test_signatures_of_functions(name: str) -> None:
    assert not disagreement(normalisation.FUNCTIONS[f"torch.nn.functional.{name}"].signature, getattr(F, name))


def _evaluated(name: str) -> Any:
    """The class, built for evaluation: in training what batch norm refuses depends on more than shapes."""
    return lambda *positional, **keywords: getattr(nn, name)(*positional, **keywords).eval()


def _near_batch(random: Random, dims: int, channels: int) -> torch.Tensor:
    sizes = [1, 2, 3] if random.random() < 0.9 else [0, 1]
    lengths = [random.choice(sizes) for _ in range(dims)]
    return zeros(*shape_near(random, (random.choice(sizes), channels, *lengths)))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", ["BatchNorm", "InstanceNorm", "LazyBatchNorm", "LazyInstanceNorm"])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_batch_and_instance_norm(kind: str, dims: int, training: bool) -> None:
    random = Random(f"{kind}{dims}")
    name, refused = f"{kind}{dims}d", 0
    for _ in range(300):
        channels = random.randint(1, 3)
        lazy = {} if kind.startswith("Lazy") else {"num_features": channels}
        given = {**lazy, "affine": random.random() < 0.5, "track_running_stats": random.random() < 0.5}
        source = _near_batch(random, dims, channels)
        make = getattr(nn, name) if training else _evaluated(name)
        # In training single values per channel are refused too; a lazy layer takes the second dimension of an unbatched input for the channels.
        unbatched_lazy = kind == "LazyInstanceNorm" and source.dim() == dims + 1
        told = not training and not unbatched_lazy and 0 not in source.shape
        refused += compare(random, module_row(name), make, given, {"input": source}, told, hide=0 not in source.shape)
    assert 10 < refused < 250


def test_group_norm() -> None:
    random = Random(1)
    refused = 0
    for _ in range(1_500):
        groups, channels = random.randint(1, 3), random.randint(1, 6)
        given = {"num_groups": groups, "num_channels": channels, "affine": random.random() < 0.6}
        source = _near_batch(random, random.randint(0, 2), channels)
        refused += compare(random, module_row("GroupNorm"), nn.GroupNorm, given, {"input": source})
        weight = random.choice([None, zeros(channels)])
        refused += compare(random, function_row("torch.nn.functional.group_norm"), F.group_norm, {"input": source, "num_groups": groups, "weight": weight})
        refused += compare(random, function_row("torch.group_norm"), torch.group_norm, {"input": source, "num_groups": groups, "weight": weight})
    assert 300 < refused < 4_000


def test_layer_norm() -> None:
    random = Random(2)
    refused = 0
    for _ in range(1_500):
        shape = some_shape(random, 1, 4)
        wanted: Any = shape_near(random, shape[random.randint(0, len(shape) - 1) :])
        for name in ("layer_norm", "rms_norm"):
            given = {"input": zeros(*shape), "normalized_shape": wanted}
            refused += compare(random, function_row(f"torch.nn.functional.{name}"), getattr(F, name), given)
        if len(wanted) == 1 and random.random() < 0.5:
            wanted = wanted[0]
        refused += compare(random, module_row("LayerNorm"), nn.LayerNorm, {"normalized_shape": wanted}, {"input": zeros(*shape)})
        refused += compare(random, module_row("RMSNorm"), nn.RMSNorm, {"normalized_shape": wanted}, {"x": zeros(*shape)})
    assert 600 < refused < 4_500


def test_functional_batch_and_instance_norm() -> None:
    random = Random(3)
    refused = 0
    for _ in range(1_500):
        channels = random.randint(1, 3)
        source = _near_batch(random, random.randint(0, 2), channels)
        told = 0 not in source.shape
        tensors = {name: zeros(channels) for name in ("running_mean", "running_var")}
        more = {"weight": random.choice([None, zeros(channels)]), "bias": random.choice([None, zeros(channels)])}
        given = {"input": source, **tensors, **more}
        refused += compare(random, function_row("torch.nn.functional.batch_norm"), F.batch_norm, given, all_told=told, hide=told)
        compare(random, function_row("torch.nn.functional.batch_norm"), F.batch_norm, {**given, "training": True}, all_told=False, hide=told)
        no_running = {"input": source, "running_mean": None, "running_var": None, **more}
        compare(random, function_row("torch.nn.functional.batch_norm"), F.batch_norm, {**no_running, "training": True}, all_told=False, hide=told)
        refused += compare(random, function_row("torch.nn.functional.instance_norm"), F.instance_norm, no_running, all_told=told, hide=told)
        refused += compare(
            random, function_row("torch.nn.functional.instance_norm"), F.instance_norm, {**given, "use_input_stats": False}, all_told=told, hide=told
        )
    assert 600 < refused < 4_000


def test_the_others() -> None:
    random = Random(4)
    refused = 0
    for _ in range(800):
        source = zeros(*some_shape(random, 0, 5))
        size = random.randint(1, 4)
        refused += compare(random, module_row("LocalResponseNorm"), nn.LocalResponseNorm, {"size": size}, {"input": source})
        compare(random, function_row("torch.nn.functional.local_response_norm"), F.local_response_norm, {"input": source, "size": size})
        dim = random.choice([1, 0, -1, 2, (1, 2), (0, -1)])
        refused += compare(random, function_row("torch.nn.functional.normalize"), F.normalize, {"input": source, "dim": dim})
        compare(random, module_row("SyncBatchNorm"), _evaluated("SyncBatchNorm"), {"num_features": 2}, {"input": source}, all_told=False)
        compare(random, module_row("CrossMapLRN2d"), nn.CrossMapLRN2d, {"size": 3}, {"input": source}, all_told=0 not in source.shape)
    assert 200 < refused < 1_400


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("BatchNorm2d", {"num_features": 3}),
        ("BatchNorm1d", {"num_features": 3, "affine": False}),
        ("BatchNorm3d", {"num_features": 3, "track_running_stats": False, "bias": False}),
        ("InstanceNorm1d", {"num_features": 3}),
        ("InstanceNorm2d", {"num_features": 3, "affine": True, "track_running_stats": True}),
        ("GroupNorm", {"num_groups": 2, "num_channels": 4}),
        ("GroupNorm", {"num_groups": 2, "num_channels": 4, "affine": False}),
        ("LayerNorm", {"normalized_shape": (3, 4)}),
        ("LayerNorm", {"normalized_shape": 3, "bias": False}),
        ("LayerNorm", {"normalized_shape": 3, "elementwise_affine": False}),
        ("RMSNorm", {"normalized_shape": 3}),
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
