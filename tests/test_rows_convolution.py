"""Conv1d, Conv2d and Conv3d: the rows against torch."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import torch
from row_check import REFUSED, blurred, contradiction, outcome, seen, tells_all, truth
from torch import nn
from torch.nn import functional as F

from convt_lint.torch_api.signatures import bind
from convt_lint.torch_api.table import function_row, module_row

DRAWS = 1_500


def _spread(random: Random, dims: int, value: Any) -> Any:
    return value() if random.random() < 0.6 else tuple(value() for _ in range(dims))


def _draw(random: Random, dims: int) -> tuple[dict[str, Any], torch.Tensor]:
    groups = random.choice([1, 1, 2])
    arguments = {
        "in_channels": 2 * random.randint(1, 2),
        "out_channels": 2 * random.randint(1, 2),
        "kernel_size": _spread(random, dims, lambda: random.randint(1, 5)),
        "stride": _spread(random, dims, lambda: random.randint(1, 3)),
        "padding": random.choice(["same", "valid"]) if random.random() < 0.2 else _spread(random, dims, lambda: random.randint(0, 3)),
        "dilation": _spread(random, dims, lambda: random.randint(1, 3)),
        "groups": groups,
    }
    channels = arguments["in_channels"] + random.choice([0, 0, 0, 1])
    lead = random.choice([[1], [2], [], [1, 1]] if random.random() < 0.3 else [[2]])
    shape = [*lead, channels, *(random.randint(1, 9) for _ in range(dims))]
    return arguments, torch.zeros(shape)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_modules(dims: int) -> None:
    random = Random(dims)
    row = module_row(f"Conv{dims}d")
    seen_refusals = 0
    for _ in range(DRAWS):
        arguments, source = _draw(random, dims)
        values = {**bind(row.signature, (), arguments), **bind(row.inputs, (seen(source),), {})}
        real = truth(lambda arguments=arguments, source=source: getattr(nn, f"Conv{dims}d")(**arguments)(source))
        said = outcome(row, values)
        assert not contradiction(said, real), (arguments, source.shape)
        assert tells_all(said, real), (arguments, source.shape, said, real)
        hidden = outcome(row, {name: blurred(value, random) for name, value in values.items()})
        assert not contradiction(hidden, real), (arguments, source.shape)
        seen_refusals += real == REFUSED
    assert DRAWS / 20 < seen_refusals < DRAWS / 1.5


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_functions(dims: int) -> None:
    random = Random(dims)
    row = function_row(f"torch.nn.functional.conv{dims}d")
    assert row is not None
    for _ in range(DRAWS // 3):
        arguments, source = _draw(random, dims)
        layer = nn.Conv1d(1, 1, 1) if isinstance(arguments["padding"], str) else getattr(nn, f"Conv{dims}d")(**arguments)
        given = {name: arguments[name] for name in ("stride", "padding", "dilation", "groups")}
        real = truth(lambda layer=layer, source=source, given=given: getattr(F, f"conv{dims}d")(source, layer.weight, **given))
        values = bind(row.signature, (seen(source), seen(layer.weight)), given)
        said = outcome(row, values)
        assert not contradiction(said, real)
        assert tells_all(said, real), (arguments, source.shape, said, real)
        assert not contradiction(outcome(row, {name: blurred(value, random) for name, value in values.items()}), real)
