"""Attention: MultiheadAttention, the layers of transformers, scaled_dot_product_attention.

Sizes: L steps of the query, S of the key and value, N sequences, E features. Masks are not checked.
Source: torch/nn/modules/activation.py, transformer.py, torch/nn/functional.py, aten/src/ATen/native/transformers/attention.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from convt_lint.lengths import Size, Symbol, computed, differ, known
from convt_lint.torch_api.dims import at_least, broadcast, filled, kept, place, possible_ranks, with_last
from convt_lint.torch_api.rows.linear import check_features
from convt_lint.torch_api.shapes import UNKNOWN, NotFollowed, Refused, Result, Row, Tensor, Values, tensor


def _check_heads(features: Any, heads: Any) -> None:
    if computed(lambda e, h: e % h if e > 0 and h > 0 else 1, features, heads):
        raise NotFollowed


def _sequences(source: Tensor, batch_first: Any) -> Size:
    """N of (L, N, E) or (N, L, E)."""
    if isinstance(batch_first, Symbol) or source.shape is None or len(source.shape) != 3:
        return None
    return source.shape[0 if batch_first else 1]


def _steps(source: Tensor, batch_first: Any) -> Size:
    """L of (L, N, E), (N, L, E) or (L, E)."""
    if source.shape is None:
        return None
    if len(source.shape) == 2:
        return source.shape[0]
    return None if isinstance(batch_first, Symbol) else source.shape[1 if batch_first else 0]


def _of_rank(source: Tensor, like: Tensor, whose: str) -> Tensor:
    """The source, which must have as many dimensions as the query."""
    ranks = possible_ranks(like)
    if not any(source.may_have_rank(rank) for rank in ranks):
        raise Refused("rank", f"takes {whose} of as many dimensions as the query")
    return source.of_ranks(*ranks)


def _check_pair(key: Tensor, value: Tensor) -> None:
    """Refuses a key and a value whose steps or sequences surely differ."""
    if key.shape is None or value.shape is None or len(key.shape) != len(value.shape):
        return
    for index, (mine, theirs) in enumerate(zip(key.shape[:-1], value.shape[:-1], strict=True)):
        if differ(mine, theirs):
            raise Refused("sizes", f"the key has {mine} and the value {theirs} on dimension {index}", ("the key", mine), ("the value", theirs))


def _check_sequences(query: Tensor, key: Tensor, values: Values) -> None:
    mine, theirs = _sequences(query, values["batch_first"]), _sequences(key, values["batch_first"])
    steps = known(_steps(key, values["batch_first"]))
    if differ(mine, theirs) and steps is not None and steps > 0:
        raise Refused("sizes", f"the query holds {mine} sequences and the key {theirs}", ("the query", mine), ("the key", theirs))


def _weights(query: Tensor, key: Tensor, values: Values) -> Result:
    """The attention weights: (N, L, S), or (N, heads, L, S) where they are not averaged; without N for an input that is not batched."""
    if values["need_weights"] is False:
        return None
    if values["need_weights"] is not True:
        return UNKNOWN
    first = values["batch_first"]
    more = [values[name] for name in ("add_bias_kv", "add_zero_attn")]
    steps = computed(lambda s, a, b: s + a + b, _steps(key, first), *(int(flag) if isinstance(flag, bool) else None for flag in more))
    if query.shape is None:
        return Tensor(None)
    if not any(more) and first in (True, False):
        # The very size that came in.
        steps = _steps(key, first)  # type: ignore[assignment]
    tail = (_steps(query, first), steps)
    if not isinstance(values["average_attn_weights"], bool):
        return Tensor(None, tail)
    heads = () if values["average_attn_weights"] else (known(values["num_heads"]),)
    return Tensor((*((_sequences(query, first),) if len(query.shape) == 3 else ()), *heads, *tail))


def _multihead(values: Values) -> Result:
    """A rule of MultiheadAttention: (query, key, value) -> (output, weights); the output is like the query."""
    features = known(values["embed_dim"])
    _check_heads(features, values["num_heads"])
    query = tensor(values["query"]).of_ranks(2, 3)
    key, value = (_of_rank(tensor(values[name]), query, f"a {name}") for name in ("key", "value"))
    check_features(query, features, "the query")
    for name, source in (("kdim", key), ("vdim", value)):
        own = features if values[name] is None else known(values[name])
        check_features(source, own, f"the {(name[0] == 'k' and 'key') or 'value'}")
    _check_pair(key, value)
    _check_sequences(query, key, values)
    return with_last(query, filled(query.size(-1), features)), _weights(query, key, values)


def _encoder_layer(values: Values) -> Tensor:
    """A rule of TransformerEncoderLayer: the shape stays."""
    _check_heads(values["d_model"], values["nhead"])
    return _like(tensor(values["src"]), known(values["d_model"]))


def _like(source: Tensor, features: Size) -> Tensor:
    """A batch of sequences, or one, with so many features."""
    source = source.of_ranks(2, 3)
    check_features(source, features)
    return with_last(source, filled(source.size(-1), features))


def _decoder_layer(name: str, values: Values) -> Tensor:
    """A rule of TransformerDecoderLayer and, for tensors called otherwise, of Transformer. name: the other tensor's parameter."""
    _check_heads(values["d_model"], values["nhead"])
    features = known(values["d_model"])
    target, memory = _like(tensor(values["tgt"]), features), tensor(values[name])
    memory = _of_rank(memory, target, f"a {name}")
    check_features(memory, features, f"the {name}")
    mine, theirs = _sequences(target, values["batch_first"]), _sequences(memory, values["batch_first"])
    steps = known(_steps(memory, values["batch_first"]))
    if differ(mine, theirs) and steps is not None and steps > 0:
        raise Refused("sizes", f"tgt holds {mine} sequences and {name} {theirs}", ("tgt", mine), (name, theirs))
    return target


def _transformer(values: Values) -> Result:
    """A rule of Transformer; with the user's own encoder or decoder nothing is known."""
    if values["custom_encoder"] is not None or values["custom_decoder"] is not None:
        return UNKNOWN
    return _decoder_layer("src", values)


def _stack(values: Values) -> Result:
    """A rule of TransformerEncoder and TransformerDecoder: their layers may be the user's own, so nothing is known."""
    return UNKNOWN


def _scaled_dot_product(values: Values) -> Tensor:
    """A rule: (*, L, E), (*, S, E), (*, S, Ev) -> (*, L, Ev), with the leading dimensions broadcast."""
    query, key, value = (at_least(tensor(values[name]), 2) for name in ("query", "key", "value"))
    if differ(query.size(-1), key.size(-1)):
        raise Refused("features", f"the query has {query.size(-1)} features and the key {key.size(-1)}", ("the query", query.size(-1)),
                      ("the key", key.size(-1)))  # fmt: skip
    # Only without the fused kernels, which take four dimensions, are these sizes surely compared.
    if differ(key.size(-2), value.size(-2)) and any(source.rank not in (None, 4) for source in (query, key, value)):
        raise Refused("sizes", f"the key has {key.size(-2)} steps and the value {value.size(-2)}", ("the key", key.size(-2)), ("the value", value.size(-2)))
    tail = (query.size(-2), value.size(-1))
    if values["enable_gqa"] is not False:
        return kept(query, tail) if query.rank is not None and query.rank == key.rank == value.rank else Tensor(None, tail)
    leading = broadcast(_leading(query), _leading(key), ("the query", "the key"))
    leading = broadcast(leading, _leading(value), ("the query", "the value"))
    if leading.shape is not None:
        return Tensor((*leading.shape, *tail))
    return Tensor(None, (*leading.tail, *tail), tuple(rank + 2 for rank in leading.ranks))


def _leading(source: Tensor) -> Tensor:
    """All dimensions but the last two."""
    if source.shape is not None:
        return Tensor(source.shape[:-2])
    return Tensor(None, source.tail[:-2], tuple(rank - 2 for rank in source.ranks if rank >= 2))


def _attributes(names: str, values: Values) -> Mapping[str, Any]:
    return {name: values[name] for name in names.split()}


def _multihead_attributes(values: Values) -> Mapping[str, Any]:
    found = dict(_attributes("embed_dim num_heads batch_first dropout", values))
    for name in ("kdim", "vdim"):
        found[name] = values["embed_dim"] if values[name] is None else values[name]
    found["head_dim"] = computed(lambda e, h: e // h if h else 0, values["embed_dim"], values["num_heads"])
    return found


_DEVICE = "device=None, dtype=None"
_LAYER = (
    f"d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-05, batch_first=False, norm_first=False, bias=True, {_DEVICE}"
)
_DECODED = "tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None"

MODULES: dict[str, Row] = {
    "MultiheadAttention": Row(
        f"embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, batch_first=False, {_DEVICE}",
        _multihead,
        "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, is_causal=False",
        _multihead_attributes,
    ),
    "TransformerEncoderLayer": Row(_LAYER, _encoder_layer, "src, src_mask=None, src_key_padding_mask=None, is_causal=False"),
    "TransformerDecoderLayer": Row(_LAYER, partial(_decoder_layer, "memory"), f"{_DECODED}, tgt_is_causal=False, memory_is_causal=False"),
    "TransformerEncoder": Row("encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True", _stack,
                              "src, mask=None, src_key_padding_mask=None, is_causal=None"),
    "TransformerDecoder": Row("decoder_layer, num_layers, norm=None", _stack, f"{_DECODED}, tgt_is_causal=None, memory_is_causal=False"),
    "Transformer": Row(
        "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1, activation='relu', custom_encoder=None,"
        f" custom_decoder=None, layer_norm_eps=1e-05, batch_first=False, norm_first=False, bias=True, {_DEVICE}",
        _transformer,
        "src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None,"
        " src_is_causal=None, tgt_is_causal=None, memory_is_causal=False",
        partial(_attributes, "d_model nhead batch_first"),
    ),
}  # fmt: skip
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
place(FUNCTIONS, METHODS, "F", "scaled_dot_product_attention",
      Row("query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False", _scaled_dot_product))  # fmt: skip
