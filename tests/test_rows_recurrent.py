"""RNN, LSTM, GRU, their cells, attention and transformers: the rows against torch."""

from __future__ import annotations

import inspect
from random import Random
from typing import Any

import pytest
import torch
from row_check import NOT_FOLLOWED, Hidden, outcome, seen
from row_draws import compare, disagreement, shape_near, zeros
from torch import nn
from torch.nn import functional as F

from convt_lint.torch_api.rows import attention, recurrent
from convt_lint.torch_api.shapes import UNKNOWN, Tensor
from convt_lint.torch_api.signatures import bind, formals
from convt_lint.torch_api.table import function_row, module_row

pytestmark = pytest.mark.filterwarnings("ignore")
KINDS = ["RNN", "GRU", "LSTM"]


@pytest.mark.parametrize("name", ["RNNCell", "GRUCell", "LSTMCell", "MultiheadAttention", "TransformerEncoder", "TransformerDecoder"])
def test_signatures(name: str) -> None:
    row = module_row(name)
    assert not disagreement(row.signature, getattr(nn, name).__init__, bound=True)
    assert not disagreement(row.inputs, getattr(nn, name).forward, bound=True)


@pytest.mark.parametrize("name", ["TransformerEncoderLayer", "TransformerDecoderLayer", "Transformer"])
def test_signatures_with_a_function_as_default(name: str) -> None:
    row = module_row(name)
    real = list(inspect.signature(getattr(nn, name).__init__).parameters.values())[1:]
    assert [formal.name for formal in formals(row.signature)] == [parameter.name for parameter in real]
    mine = {formal.name: formal.default for formal in formals(row.signature) if formal.name not in ("activation", "d_model", "nhead")}
    assert all(mine[parameter.name] == parameter.default for parameter in real if parameter.name in mine)
    assert not disagreement(row.inputs, getattr(nn, name).forward, bound=True)


def _draw_recurrent(random: Random, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    hidden = random.randint(1, 4)
    given: dict[str, Any] = {
        "input_size": random.randint(1, 3),
        "hidden_size": hidden,
        "num_layers": random.randint(1, 2),
        "bias": random.random() < 0.5,
        "batch_first": random.random() < 0.5,
        "bidirectional": random.random() < 0.5,
    }
    if kind == "LSTM" and random.random() < 0.4:
        given["proj_size"] = random.randint(0, hidden)
    shape = (random.randint(1, 3), random.randint(1, 3), given["input_size"])
    shape = shape if random.random() < 0.7 else shape[1:]
    source = shape_near(random, shape)
    inputs: dict[str, Any] = {"input": zeros(*source)}
    if random.random() < 0.5 and len(shape) > 1:
        batch = (shape[0 if given["batch_first"] else 1],) if len(shape) == 3 else ()
        layers = given["num_layers"] * (2 if given["bidirectional"] else 1)
        state = zeros(*shape_near(random, (layers, *batch, given.get("proj_size") or hidden)))
        cell = zeros(*shape_near(random, (layers, *batch, hidden)))
        inputs["hx"] = (state, cell) if kind == "LSTM" else state
    return given, inputs


@pytest.mark.parametrize("kind", KINDS)
def test_recurrent(kind: str) -> None:
    random = Random(kind)
    refused = sum(compare(random, module_row(kind), getattr(nn, kind), *_draw_recurrent(random, kind)) for _ in range(1_000))
    assert 40 < refused < 700


@pytest.mark.parametrize("kind", KINDS)
def test_cells(kind: str) -> None:
    random = Random(kind)
    name, refused = f"{kind}Cell", 0
    for _ in range(1_000):
        given = {"input_size": random.randint(1, 3), "hidden_size": random.randint(1, 3), "bias": random.random() < 0.5}
        shape = (random.randint(1, 3), given["input_size"]) if random.random() < 0.7 else (given["input_size"],)
        inputs: dict[str, Any] = {"input": zeros(*shape_near(random, shape))}
        if random.random() < 0.5:
            states = [zeros(*shape_near(random, (*shape[:-1], given["hidden_size"]))) for _ in range(2)]
            if inputs["input"].dim() == 1 and any(state.shape[:1] == (given["hidden_size"],) and state.dim() == 2 for state in states):
                continue  # Torch takes some of these, and dies of others.
            inputs["hx"] = tuple(states) if kind == "LSTM" else states[0]
        refused += compare(random, module_row(name), getattr(nn, name), given, inputs)
    assert 150 < refused < 700


def test_a_state_that_a_cell_takes_for_a_batch() -> None:
    assert nn.RNNCell(3, 4)(torch.zeros(3), torch.zeros(4, 4)).shape == (4, 4)
    row = module_row("RNNCell")
    values = {**bind(row.signature, (3, 4), {}), "input": Tensor((3,)), "hx": Tensor((4, 4))}
    assert outcome(row, values) == NOT_FOLLOWED


def test_a_packed_sequence_may_come_in() -> None:
    row = module_row("LSTM")
    layer = nn.LSTM(3, 4, bidirectional=True)
    packed = nn.utils.rnn.pack_padded_sequence(torch.zeros(5, 2, 3), [5, 4])
    output, (state, _) = layer(packed)
    assert not isinstance(output, torch.Tensor)
    values = {**bind(row.signature, (3, 4), {"bidirectional": True}), "input": Hidden(), "hx": None}
    said = outcome(row, values)
    assert said[0] is UNKNOWN
    assert said[1][0] == Tensor(None, (state.shape[-1],), (2, 3))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        *[(kind, {"input_size": 3, "hidden_size": 4, "num_layers": 2, "bidirectional": True}) for kind in KINDS],
        ("LSTM", {"input_size": 3, "hidden_size": 4, "proj_size": 2, "batch_first": True}),
        *[(f"{kind}Cell", {"input_size": 3, "hidden_size": 4}) for kind in KINDS],
        ("MultiheadAttention", {"embed_dim": 4, "num_heads": 2, "kdim": 3}),
        ("Transformer", {"d_model": 4, "nhead": 2, "num_encoder_layers": 1, "num_decoder_layers": 1, "dim_feedforward": 4}),
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


def _attended(random: Random, features: tuple[int, int, int]) -> tuple[bool, list[torch.Tensor]]:
    """Whether the batch comes first, and a query, a key and a value that fit or nearly fit."""
    first = random.random() < 0.5
    target, memory, batch = (random.randint(1, 3) for _ in range(3))
    batched = random.random() < 0.7
    shapes = []
    for steps, size in zip((target, memory, memory), features, strict=True):
        shape = ((batch, steps) if first else (steps, batch)) if batched else (steps,)
        shapes.append(shape_near(random, (*shape, size)) if random.random() < 0.4 else (*shape, size))
    return first, [zeros(*shape) for shape in shapes]


@pytest.mark.parametrize("training", [True, False])
def test_multihead_attention(training: bool) -> None:
    random = Random(1)
    refused = 0
    for _ in range(1_000):
        heads = random.randint(1, 2)
        features = heads * random.randint(1, 2)
        kdim, vdim = random.choice([None, 3]), random.choice([None, 3, 2])
        first, (query, key, value) = _attended(random, (features, kdim or features, vdim or features))
        given = {"embed_dim": features, "num_heads": heads, "kdim": kdim, "vdim": vdim, "batch_first": first}
        given |= {name: random.random() < 0.3 for name in ("add_bias_kv", "add_zero_attn")}
        inputs = {"query": query, "key": key, "value": value}
        inputs |= {"need_weights": random.random() < 0.7, "average_attn_weights": random.random() < 0.6}
        refused += compare(random, module_row("MultiheadAttention"), _built("MultiheadAttention", training), given, inputs)
    assert 150 < refused < 700


def _built(name: str, training: bool) -> Any:
    return lambda *positional, **keywords: getattr(nn, name)(*positional, **keywords).train(training)


@pytest.mark.parametrize("training", [True, False])
def test_transformers(training: bool) -> None:
    random = Random(2)
    refused = 0
    for _ in range(300):
        first, (target, memory, _) = _attended(random, (4, 4, 4))
        given = {"d_model": 4, "nhead": random.choice([1, 2]), "dim_feedforward": 3, "norm_first": random.random() < 0.5, "batch_first": first}
        refused += compare(random, module_row("TransformerEncoderLayer"), _built("TransformerEncoderLayer", training), given, {"src": target})
        inputs = {"tgt": target, "memory": memory}
        refused += compare(random, module_row("TransformerDecoderLayer"), _built("TransformerDecoderLayer", training), given, inputs)
        whole = {**given, "num_encoder_layers": 1, "num_decoder_layers": 1}
        refused += compare(random, module_row("Transformer"), _built("Transformer", training), whole, {"src": memory, "tgt": target})
    assert 40 < refused < 700


def test_stacks_of_the_users_layers_are_not_known() -> None:
    for name in ("TransformerEncoder", "TransformerDecoder"):
        assert outcome(attention.MODULES[name], {}) is UNKNOWN
    assert outcome(attention.MODULES["Transformer"], {"custom_encoder": Hidden(), "custom_decoder": None}) is UNKNOWN
    assert set(recurrent.MODULES) == {"RNN", "GRU", "LSTM", "RNNCell", "GRUCell", "LSTMCell"}


def test_scaled_dot_product() -> None:
    random = Random(3)
    refused = 0
    for _ in range(2_000):
        lead = tuple(random.randint(1, 2) for _ in range(random.randint(0, 2)))
        steps, memory, features, other = (random.randint(1, 3) for _ in range(4))
        shapes = [(*lead, steps, features), (*lead, memory, features), (*lead, memory, other)]
        query, key, value = (zeros(*(shape_near(random, shape) if random.random() < 0.3 else shape)) for shape in shapes)
        mask = random.choice([None, None, zeros(*shape_near(random, (steps, memory)))])
        given = {"query": query, "key": key, "value": value, "attn_mask": mask}
        # Some fused kernels for four dimensions take values of another number of steps than the keys.
        told = mask is None and not (value.dim() == 4 and key.shape[-2] != value.shape[-2])
        row = function_row("torch.nn.functional.scaled_dot_product_attention")
        refused += compare(random, row, F.scaled_dot_product_attention, given, all_told=told)
        compare(random, row, F.scaled_dot_product_attention, {**given, "enable_gqa": True}, all_told=False)
    assert 120 < refused < 1_500
