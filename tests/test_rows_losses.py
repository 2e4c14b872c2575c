"""Losses, as modules and functions: the rows against torch."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import torch
from row_draws import compare, disagreement, shape_near, some_shape, zeros
from torch import nn
from torch.nn import functional as F

from convt_lint.torch_api.rows import losses
from convt_lint.torch_api.table import function_row, module_row

pytestmark = pytest.mark.filterwarnings("ignore")
PAIRS = {
    "MSELoss": "mse_loss",
    "L1Loss": "l1_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "HuberLoss": "huber_loss",
    "KLDivLoss": "kl_div",
    "HingeEmbeddingLoss": "hinge_embedding_loss",
    "SoftMarginLoss": "soft_margin_loss",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "PoissonNLLLoss": "poisson_nll_loss",
    "MultiLabelSoftMarginLoss": "multilabel_soft_margin_loss",
    "GaussianNLLLoss": "gaussian_nll_loss",
}
CLASSES = {"CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss", "MultiMarginLoss": "multi_margin_loss"}
THREE = {"TripletMarginLoss": "triplet_margin_loss", "MarginRankingLoss": "margin_ranking_loss", "CosineEmbeddingLoss": "cosine_embedding_loss"}


@pytest.mark.parametrize("name", sorted(losses.MODULES.keys() - {"NLLLoss2d"}))
def test_signatures_of_modules(name: str) -> None:
    row = module_row(name)
    assert not disagreement(row.signature, getattr(nn, name).__init__, bound=True)
    assert not disagreement(row.inputs, getattr(nn, name).forward, bound=True)


@pytest.mark.parametrize("name", sorted(losses.FUNCTIONS))
def test_signatures_of_functions(name: str) -> None:
    assert not disagreement(losses.FUNCTIONS[name].signature, getattr(F, name.rpartition(".")[2]))


def _reduced(random: Random, name: str) -> dict[str, Any]:
    """A reduction, at times by the older arguments."""
    way = random.random()
    if way < 0.2 and name not in ("HuberLoss", "GaussianNLLLoss", "CTCLoss"):
        return {"size_average": random.choice([None, True, False]), "reduce": random.choice([None, True, False])}
    return {"reduction": random.choice(["none", "none", "mean", "sum", "batchmean"])} if way < 0.9 else {}


def _both(random: Random, name: str, function: str, given: dict[str, Any], inputs: dict[str, Any], told: bool) -> bool:
    """One call of the module and the same of the function."""
    as_function = {"input" if key == "log_input" else key: value for key, value in inputs.items()}
    compare(random, function_row(f"torch.nn.functional.{function}"), getattr(F, function), {**given, **as_function}, all_told=told)
    return compare(random, module_row(name), getattr(nn, name), given, inputs, all_told=told)


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_pairs(name: str) -> None:
    random = Random(name)
    refused = 0
    for _ in range(700):
        shape = some_shape(random, 0, 3)
        source, target = zeros(*shape), zeros(*shape_near(random, shape))
        inputs = {("log_input" if name == "PoissonNLLLoss" else "input"): source, "target": target}
        given = _reduced(random, name)
        if name in ("BCELoss", "BCEWithLogitsLoss") and random.random() < 0.4:
            given["weight"] = zeros(*shape_near(random, shape[random.randint(0, len(shape)) :]))
        if name == "BCEWithLogitsLoss" and random.random() < 0.4:
            given["pos_weight"] = zeros(*shape_near(random, shape[random.randint(0, len(shape)) :]))
        if name == "GaussianNLLLoss":
            inputs["var"] = random.choice([1.0, torch.ones(shape), torch.ones(shape[:-1]), torch.ones(shape_near(random, shape))])
        refused += _both(random, name, PAIRS[name], given, inputs, told=True)
    assert 10 < refused < 550


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "huber_loss"])
def test_weighted(name: str) -> None:
    random = Random(name)
    refused = 0
    for _ in range(500):
        shape = some_shape(random, 0, 3)
        given = {"input": zeros(*shape), "target": zeros(*shape), "weight": zeros(*shape_near(random, shape)), "reduction": random.choice(["none", "mean"])}
        refused += compare(random, function_row(f"torch.nn.functional.{name}"), getattr(F, name), given)
    assert 30 < refused < 400


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_classes(name: str) -> None:
    random = Random(name)
    refused = 0
    for _ in range(1_500):
        shape = some_shape(random, 0, 2 if name == "MultiMarginLoss" else 5)
        given = _reduced(random, name)
        probabilities = name == "CrossEntropyLoss" and random.random() < 0.3
        like = shape if probabilities else (shape[:1] if len(shape) > 1 else ()) + shape[2:]
        wanted = shape_near(random, like)
        target = zeros(*wanted) if name == "CrossEntropyLoss" and wanted == shape else torch.zeros(wanted, dtype=torch.long)
        if random.random() < 0.3 and shape:
            classes = shape[1] if len(shape) > 1 else shape[0]
            given["weight"] = zeros(classes if random.random() < 0.6 else random.randint(1, 3))
        if name == "CrossEntropyLoss" and random.random() < 0.2:
            given["label_smoothing"] = 0.1
        # A single class for one sample is refused with label smoothing, though not for its shape.
        smoothed_single = len(shape) == 1 and "label_smoothing" in given
        told = 0 not in shape + wanted and name != "MultiMarginLoss" and not smoothed_single
        refused += _both(random, name, CLASSES[name], given, {"input": zeros(*shape), "target": target}, told)
    assert 300 < refused < 1_200


@pytest.mark.parametrize("name", sorted(THREE))
def test_three(name: str) -> None:
    random = Random(name)
    refused = 0
    for _ in range(1_200):
        shape = random.choice([(2, 3), (3,), (1, 2)]) if name == "CosineEmbeddingLoss" else some_shape(random, 0, 3)
        shapes = [shape, shape_near(random, shape), shape_near(random, shape[:-1] if name == "CosineEmbeddingLoss" else shape)]
        first, second, third = (zeros(*sizes) for sizes in shapes)
        given = _reduced(random, name)
        if name == "TripletMarginLoss":
            given["swap"] = random.random() < 0.3
            inputs = {"anchor": first, "positive": second, "negative": third}
        else:
            inputs = {"input1": first, "input2": second, "target": third}
        refused += _both(random, name, THREE[name], given, inputs, told=not given.get("swap"))
    assert 100 < refused < 900


def test_multilabel_margin() -> None:
    random = Random(1)
    refused = 0
    for _ in range(1_000):
        shape = some_shape(random, 0, 3)
        wanted = shape_near(random, shape)
        inputs = {"input": zeros(*shape), "target": torch.zeros(wanted, dtype=torch.long)}
        told = 0 not in shape + wanted and len(shape) > 1
        refused += _both(random, "MultiLabelMarginLoss", "multilabel_margin_loss", _reduced(random, "MultiLabelMarginLoss"), inputs, told)
    assert 150 < refused < 800


def test_ctc() -> None:
    random = Random(2)
    for _ in range(200):
        steps, samples, classes = random.randint(2, 4), random.randint(1, 3), random.randint(2, 4)
        batch = random.choice([(), (samples,)])
        targets = torch.ones((*batch, 2), dtype=torch.long)
        lengths = [torch.full(batch, length, dtype=torch.long) for length in (steps, 2)]
        inputs = {"log_probs": zeros(steps, *batch, classes), "targets": targets, "input_lengths": lengths[0], "target_lengths": lengths[1]}
        assert not _both(random, "CTCLoss", "ctc_loss", {"reduction": random.choice(["none", "mean", "sum"])}, inputs, told=True)
    assert compare(random, module_row("CTCLoss"), nn.CTCLoss, {}, {**inputs, "log_probs": zeros(4)})
