"""Where torch keeps a size, a row passes on the very object that came in."""

from __future__ import annotations

from typing import Any

import pytest

from convt_lint.torch_api.shapes import Tensor
from convt_lint.torch_api.signatures import bind
from convt_lint.torch_api.table import function_row, method_row, module_row


class Length(int):
    """A size that knows where it comes from."""


BATCH, STEPS, FEATURES = Length(2), Length(5), Length(4)
SOURCE = Tensor((BATCH, STEPS, FEATURES))


@pytest.mark.parametrize(
    ("name", "given", "inputs", "kept"),
    [
        ("Linear", {"in_features": 4, "out_features": 7}, {"input": SOURCE}, 2),
        ("LayerNorm", {"normalized_shape": 4}, {"input": SOURCE}, 3),
        ("BatchNorm1d", {"num_features": 5}, {"input": SOURCE}, 3),
        ("InstanceNorm1d", {"num_features": 5}, {"input": SOURCE}, 3),
        ("GroupNorm", {"num_groups": 1, "num_channels": 5}, {"input": SOURCE}, 3),
        ("Embedding", {"num_embeddings": 5, "embedding_dim": 3}, {"input": SOURCE}, 3),
        ("LSTM", {"input_size": 4, "hidden_size": 7, "batch_first": True}, {"input": SOURCE}, 2),
        ("MultiheadAttention", {"embed_dim": 4, "num_heads": 2, "batch_first": True}, {"query": SOURCE, "key": SOURCE, "value": SOURCE}, 3),
        ("TransformerEncoderLayer", {"d_model": 4, "nhead": 2}, {"src": SOURCE}, 3),
        ("MSELoss", {"reduction": "none"}, {"input": SOURCE, "target": Tensor((2, 5, 4))}, 3),
        ("BCELoss", {"reduction": "none"}, {"input": SOURCE, "target": Tensor((None, None, None))}, 3),
        ("GLU", {"dim": -1}, {"input": SOURCE}, 2),
        ("Flatten", {"start_dim": 2}, {"input": SOURCE}, 3),
        ("Unflatten", {"dim": 2, "unflattened_size": (1, -1)}, {"input": SOURCE}, 2),
    ],
)
def test_modules(name: str, given: dict[str, Any], inputs: dict[str, Any], kept: int) -> None:
    row = module_row(name)
    result = row.rule({**bind(row.signature, (), given), **bind(row.inputs, (), inputs)})
    result = result[0] if isinstance(result, tuple) else result
    assert all(mine is theirs for mine, theirs in zip(result.shape[:kept], SOURCE.shape[:kept], strict=True))


def test_functions_and_methods() -> None:
    one = Tensor((1, 1, 1))
    for row, more in (
        (function_row("torch.clamp"), {"min": one}),
        (function_row("torch.nn.functional.scaled_dot_product_attention"), {}),
        (method_row("to"), {"dtype": None}),
        (method_row("copy_"), {"other": one}),
    ):
        assert row is not None
        given = {"query": SOURCE, "key": SOURCE, "value": SOURCE} if "query" in row.signature else {"input": SOURCE, **more}
        result = row.rule(bind(row.signature, (), given))
        assert all(mine is theirs for mine, theirs in zip(result.shape, SOURCE.shape, strict=True))


def test_sizes_that_a_layer_implies() -> None:
    """A size of which nothing was known is the layer's, since torch takes no other."""
    for name, given, shape in (
        ("LayerNorm", {"normalized_shape": (3, 4)}, (None, 3, 4)),
        ("BatchNorm1d", {"num_features": 3}, (None, 3, None)),
    ):
        row = module_row(name)
        assert row.rule({**bind(row.signature, (), given), "input": Tensor((None, None, None))}) == Tensor(shape)
