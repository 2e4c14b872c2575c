"""Activations, dropouts, pointwise functions, casts and fillings: the rows against torch."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import torch
from row_check import Hidden, outcome, seen
from row_draws import compare, disagreement, method, shape_near, some_shape, zeros
from torch import nn
from torch.nn import functional as F

from convt_lint.torch_api.rows import activation, pointwise
from convt_lint.torch_api.shapes import UNKNOWN, same_shape
from convt_lint.torch_api.signatures import formals
from convt_lint.torch_api.table import function_row, method_row, module_row

pytestmark = pytest.mark.filterwarnings("ignore")
NO_SIGNATURE = {"Sigmoid", "Tanh", "LogSigmoid", "Softsign", "Tanhshrink", "Identity", "Softmax2d"}
WITH_ARGUMENTS: dict[str, dict[str, Any]] = {
    "Threshold": {"threshold": 0.5, "value": 1.0},
    "Identity": {},
    "threshold": {"threshold": 0.5, "value": 1.0},
    "threshold_": {"threshold": 0.5, "value": 1.0},
    "polygamma": {"n": 1},
    "polygamma_": {"n": 1},
    "mvlgamma": {"p": 1},
    "mvlgamma_": {"p": 1},
    "multigammaln": {"p": 1},
    "geometric_": {"p": 0.5},
    "type_as": {"other": torch.zeros(1)},
}
NEEDS_A_DEVICE = {"cuda", "xpu", "ipu", "mtia", "pin_memory"}
NEEDS_INTEGERS = {"bitwise_not", "bitwise_not_"}


@pytest.mark.parametrize("name", sorted(activation.MODULES.keys() - NO_SIGNATURE))
def test_signatures_of_modules(name: str) -> None:
    row = activation.MODULES[name]
    assert not disagreement(row.signature, getattr(nn, name).__init__, bound=True)
    assert not disagreement(row.inputs, getattr(nn, name).forward, bound=True)


PYTHON_FUNCTIONS = [
    "relu relu6 selu silu mish hardsigmoid hardswish elu celu leaky_relu hardtanh threshold rrelu softmax log_softmax softmin gumbel_softmax glu",
    "sigmoid softsign tanh tanhshrink dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout",
]


@pytest.mark.parametrize("name", " ".join(PYTHON_FUNCTIONS).split())
def test_signatures_of_functions(name: str) -> None:
    assert not disagreement(activation.FUNCTIONS[f"torch.nn.functional.{name}"].signature, getattr(F, name))


@pytest.mark.parametrize("name", sorted(name for name in pointwise.FUNCTIONS if name.startswith("torch.nn.init.") and name.endswith("_")))
def test_signatures_of_initialisers(name: str) -> None:
    assert not disagreement(pointwise.FUNCTIONS[name].signature, getattr(nn.init, name.rpartition(".")[2]))


@pytest.mark.parametrize("name", sorted(name for name, row in activation.MODULES.items() if row.rule is same_shape))
def test_modules_that_keep_the_shape(name: str) -> None:
    random = Random(name)
    for _ in range(20):
        assert not compare(random, module_row(name), getattr(nn, name), WITH_ARGUMENTS.get(name, {}), {"input": zeros(*some_shape(random))})


def _keeping(rows: dict[str, Any]) -> list[str]:
    return sorted(name for name, row in rows.items() if row.rule is same_shape)


def _source(random: Random, name: str) -> torch.Tensor:
    source = torch.full(some_shape(random), 0.5)
    return source.bool() if name in NEEDS_INTEGERS else source.cfloat() if name == "imag" else source


@pytest.mark.parametrize("name", _keeping(activation.FUNCTIONS | pointwise.FUNCTIONS))
def test_functions_that_keep_the_shape(name: str) -> None:
    random = Random(name)
    row = function_row(name)
    assert row is not None
    home, _, short = name.rpartition(".")
    function = getattr({"torch": torch, "torch.special": torch.special, "torch.nn.functional": F}[home], short)
    if not any(formal.name == "input" for formal in formals(row.signature)):
        pytest.fail("a rule that keeps the input's shape needs an input")
    for _ in range(20):
        assert not compare(random, row, function, {**WITH_ARGUMENTS.get(short, {}), "input": _source(random, short)})


@pytest.mark.parametrize("name", _keeping(activation.METHODS | pointwise.METHODS))
def test_methods_that_keep_the_shape(name: str) -> None:
    random = Random(name)
    row = method_row(name)
    assert row is not None
    assert hasattr(torch.Tensor, name)
    if name in NEEDS_A_DEVICE:
        return
    arguments = {**WITH_ARGUMENTS.get(name, {}), **({"args": (torch.float64,)} if name == "to" else {}), **({"callable": abs} if name == "apply_" else {})}
    for _ in range(20):
        args = arguments.get("args", ())
        given = {key: value for key, value in arguments.items() if key != "args"}

        def call(*positional: Any, args: Any = args, **keywords: Any) -> Any:
            source = keywords.pop("input") if "input" in keywords else positional[0]
            if name == "apply_":
                return source.apply_(abs)
            return getattr(source, name)(*positional[1:], *args, **keywords)

        assert not compare(random, row, call, {**given, "input": _source(random, name)})


def test_along_a_dimension() -> None:
    random = Random(1)
    modules = {"softmax": "Softmax", "log_softmax": "LogSoftmax", "softmin": "Softmin"}
    refused = 0
    for _ in range(700):
        source, dim = zeros(*some_shape(random)), random.randint(-4, 3)
        name = random.choice(list(modules))
        given = {"input": source, "dim": dim} if random.random() < 0.9 else {"input": source}
        refused += compare(random, function_row(f"torch.nn.functional.{name}"), getattr(F, name), given)
        compare(random, module_row(modules[name]), getattr(nn, modules[name]), {"dim": dim}, {"input": source})
        if name != "softmin":
            compare(random, function_row(f"torch.{name}"), getattr(torch, name), {"input": source, "dim": dim})
        compare(random, function_row("torch.nn.functional.gumbel_softmax"), F.gumbel_softmax, {"logits": source, "dim": dim})
        refused += compare(random, module_row("GLU"), nn.GLU, {"dim": dim}, {"input": source})
        compare(random, function_row("torch.nn.functional.glu"), F.glu, {"input": source, "dim": dim})
    assert 150 < refused < 1_200


def test_ranks_and_channels() -> None:
    random = Random(2)
    refused = 0
    for _ in range(1_000):
        source = zeros(*some_shape(random, 0, 5))
        weights = random.choice([1, 1, 2, 3])
        refused += compare(random, module_row("PReLU"), nn.PReLU, {"num_parameters": weights}, {"input": source})
        weight = zeros(weights) if weights > 1 or random.random() < 0.8 else zeros()
        refused += compare(random, function_row("torch.prelu"), torch.prelu, {"input": source, "weight": weight})
        compare(random, module_row("Softmax2d"), nn.Softmax2d, {}, {"input": source})
        compare(random, module_row("Dropout1d"), nn.Dropout1d, {"p": 0.1}, {"input": source})
        compare(random, function_row("torch.nn.functional.dropout1d"), F.dropout1d, {"input": source, "p": random.choice([0.5, 2.0])})
        for name in ("Dropout", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"):
            compare(random, module_row(name), getattr(nn, name), {"p": random.choice([0.5, 0.5, 2.0])}, {"input": source}, all_told=source.dim() > 1)
    assert 200 < refused < 1_500


def test_bounds_and_copies() -> None:
    random = Random(3)
    refused = 0
    for _ in range(1_000):
        shape = some_shape(random, 0, 3)
        low, high = zeros(*shape_near(random, shape)), zeros(*shape_near(random, shape[1:]))
        bounds: dict[str, Any] = random.choice([{"min": low}, {"min": low, "max": high}, {"max": high}, {"min": 0.0}, {"min": 0.0, "max": 1.0}])
        for name in ("clamp", "clip", "clamp_"):
            refused += compare(random, function_row(f"torch.{name}"), getattr(torch, name), {"input": zeros(*shape), **bounds})
        for name, key in (("clamp_min", "min"), ("clamp_max", "max")):
            compare(random, function_row(f"torch.{name}"), getattr(torch, name), {"input": zeros(*shape), key: low})
        for name in ("fill_", "fill"):
            compare(random, function_row(f"torch.{name}"), getattr(torch, name), {"input": zeros(*shape), "value": random.choice([1.0, low])})
        refused += compare(random, method_row("copy_"), method("copy_"), {"input": zeros(*shape), "other": low})
    assert 300 < refused < 3_000


@pytest.mark.parametrize("name", sorted(name for name in pointwise.FUNCTIONS if name.startswith("torch.nn.init.")))
def test_initialisers(name: str) -> None:
    random = Random(name)
    short = name.rpartition(".")[2]
    more = {"constant": {"val": 1.0}, "sparse": {"sparsity": 0.1}}.get(short.removesuffix("_"), {})
    refused = 0
    for _ in range(150):
        shape = some_shape(random, 0, 6)
        if "xavier" in short:
            shape = tuple(max(1, size) for size in shape)
        refused += compare(random, function_row(name), getattr(nn.init, short), {"tensor": zeros(*shape), **more}, all_told=0 not in shape)
    takes_all = short.rstrip("_") in {"zeros", "ones", "constant", "normal", "uniform", "trunc_normal"}
    assert refused == 0 if takes_all else 20 < refused < 140


def test_types_pairs_and_none() -> None:
    source, half = torch.zeros(2, 3), torch.zeros(2, 3).half()
    assert not compare(Random(4), function_row("torch.frexp"), torch.frexp, {"input": source})
    assert source.type() == "torch.FloatTensor"
    assert outcome(pointwise.METHODS["type"], {"input": seen(source), "dtype": None}) is UNKNOWN
    assert outcome(pointwise.METHODS["type"], {"input": seen(source), "dtype": Hidden()}) == seen(half)
    assert outcome(pointwise.METHODS["retain_grad"], {"input": seen(source)}) is None
    assert compare(Random(5), method_row("fill_diagonal_"), method("fill_diagonal_"), {"input": zeros(3), "fill_value": 1.0})
    assert not compare(Random(5), method_row("fill_diagonal_"), method("fill_diagonal_"), {"input": zeros(3, 3), "fill_value": 1.0})
