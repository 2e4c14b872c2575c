"""RNN, LSTM, GRU and their cells; attention and transformers.

Source: torch/nn/modules/rnn.py, activation.py (MultiheadAttention), transformer.py.
"""

from __future__ import annotations

from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, known
from convt_lint.torch_api.rows.linear import check_features, with_last
from convt_lint.torch_api.shapes import SOME_TENSOR, UNKNOWN, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}


def _recurrent(has_cell: bool) -> Any:
    """(L, N, features), (N, L, features) with batch_first, or (L, features); a PackedSequence may come instead of a tensor."""

    def rule(values: Values) -> Any:
        if isinstance(values["input"], Symbol):
            return UNKNOWN
        source = tensor(values["input"]).of_ranks(2, 3)
        check_features(source, known(values["input_size"]))
        ways = {True: 2, False: 1}.get(values["bidirectional"]) if isinstance(values["bidirectional"], bool) else None
        projected = known(values.get("proj_size", 0))
        size = None if projected is None else values["hidden_size"] if projected == 0 else projected
        out = with_last(source, computed(lambda n, w: n * w, size, ways))
        state = _state(values, source, ways, known(size))
        if not has_cell:
            return out, state
        return out, (state, _state(values, source, ways, known(values["hidden_size"])))

    return rule


def _state(values: Values, source: Tensor, ways: int | None, size: Size) -> Tensor:
    """The hidden state: (layers * ways, N, size), without N for an input that has no batch axis."""
    count = computed(lambda a, b: a * b, values["num_layers"], ways)
    if source.shape is None:
        return Tensor(None, (size,), source.ranks)
    if len(source.shape) == 2:
        return Tensor((count, size))
    first = values["batch_first"]
    batch = source.shape[0 if first else 1] if isinstance(first, bool) else None
    return Tensor((count, batch, size))


def _cell(pair: bool) -> Any:
    def rule(values: Values) -> Any:
        source = tensor(values["input"]).of_ranks(1, 2)
        check_features(source, known(values["input_size"]))
        out = with_last(source, known(values["hidden_size"]))
        return (out, out) if pair else out

    return rule


def _attention(values: Values) -> Any:
    """The output has the query's shape; the weights are (N, L, S)."""
    query = tensor(values["query"]).of_ranks(2, 3)
    check_features(query, known(values["embed_dim"]))
    key = tensor(values["key"])
    check_features(key, known(values["kdim"]) if values["kdim"] is not None else known(values["embed_dim"]))
    if values["need_weights"] is False:
        return query, None
    return query, SOME_TENSOR if values["need_weights"] is True else UNKNOWN


def _encoder_layer(values: Values) -> Tensor:
    source = tensor(values["src"]).of_ranks(2, 3)
    check_features(source, known(values["d_model"]))
    return source


def _decoder_layer(values: Values) -> Tensor:
    source = tensor(values["tgt"]).of_ranks(2, 3)
    check_features(source, known(values["d_model"]))
    check_features(tensor(values["memory"]), known(values["d_model"]))
    return source


def _dot_product(values: Values) -> Tensor:
    """query (..., L, E), key (..., S, E), value (..., S, Ev) -> (..., L, Ev)."""
    query, key, value = (tensor(values[name]) for name in ("query", "key", "value"))
    if query.last and key.last and differ(query.last[-1], key.last[-1]):
        a, b = query.last[-1], key.last[-1]
        raise Refused("sizes", f"features of query and key differ: {a} and {b}", ("the query", a), ("the key", b))
    return with_last(query, value.last[-1]) if value.last and query.last else SOME_TENSOR


_COMMON = "num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False"
MODULES["RNN"] = Row(
    "input_size, hidden_size, num_layers=1, nonlinearity='tanh', bias=True, batch_first=False, dropout=0.0, bidirectional=False, device=None, dtype=None",
    _recurrent(False),
    "input, hx=None",
)
MODULES["GRU"] = Row(f"input_size, hidden_size, {_COMMON}, device=None, dtype=None", _recurrent(False), "input, hx=None")
MODULES["LSTM"] = Row(f"input_size, hidden_size, {_COMMON}, proj_size=0, device=None, dtype=None", _recurrent(True), "input, hx=None")
MODULES["RNNCell"] = Row("input_size, hidden_size, bias=True, nonlinearity='tanh', device=None, dtype=None", _cell(False), "input, hx=None")
MODULES["GRUCell"] = Row("input_size, hidden_size, bias=True, device=None, dtype=None", _cell(False), "input, hx=None")
MODULES["LSTMCell"] = Row("input_size, hidden_size, bias=True, device=None, dtype=None", _cell(True), "input, hx=None")
MODULES["MultiheadAttention"] = Row(
    "embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, batch_first=False, device=None, dtype=None",
    _attention,
    "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, is_causal=False",
)
_LAYER = (
    "d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-05, batch_first=False, norm_first=False, bias=True, "
    "device=None, dtype=None"
)
MODULES["TransformerEncoderLayer"] = Row(_LAYER, _encoder_layer, "src, src_mask=None, src_key_padding_mask=None, is_causal=False")
MODULES["TransformerDecoderLayer"] = Row(
    _LAYER,
    _decoder_layer,
    "tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False",
)
MODULES["TransformerEncoder"] = Row(
    "encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True",
    lambda values: tensor(values["src"]),
    "src, mask=None, src_key_padding_mask=None, is_causal=None",
)
FUNCTIONS["torch.nn.functional.scaled_dot_product_attention"] = Row(
    "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False", _dot_product
)
