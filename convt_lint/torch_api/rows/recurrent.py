"""RNN, LSTM, GRU and their cells.

Sizes: T steps, N sequences, D directions. Source: torch/nn/modules/rnn.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from convt_lint.lengths import Size, Symbol, computed, differ, known
from convt_lint.torch_api.dims import filled
from convt_lint.torch_api.rows.linear import check_features
from convt_lint.torch_api.shapes import UNKNOWN, NotFollowed, Refused, Result, Row, Tensor, Values, tensor

_EITHER = Tensor(None, (), (2, 3))
"""A batch of sequences, or one."""

_GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


def _directions(values: Values) -> int | None:
    both = values["bidirectional"]
    return None if isinstance(both, Symbol) else 2 if both else 1


def _sizes(values: Values) -> tuple[Size, Size, Size]:
    """The features of the output on each direction, those of the cell's state, and the first dimension of the states.

    Raises NotFollowed for arguments that torch refuses."""
    hidden, projected, layers = known(values["hidden_size"]), known(values.get("proj_size", 0)), known(values["num_layers"])
    if (hidden is not None and hidden < 1) or (layers is not None and layers < 1):
        raise NotFollowed
    if projected is not None and hidden is not None and not 0 <= projected < hidden:
        raise NotFollowed
    features = None if projected is None else projected if projected > 0 else hidden
    return features, hidden, computed(lambda layers, directions: layers * directions, layers, _directions(values))


def _check_state(state: Any, expected: Tensor) -> None:
    """Refuses a state that surely has not the expected shape."""
    if not isinstance(state, Tensor):
        return
    shape = expected.shape
    if shape is None:
        check_features(state, expected.last[-1], "the state")
        return
    found = state.of_ranks(len(shape)).shape
    assert found is not None
    for index, (mine, theirs) in enumerate(zip(found, shape, strict=True)):
        if differ(mine, theirs):
            kind = "features" if index == len(shape) - 1 else "sizes"
            raise Refused(kind, f"expects size {theirs} in dimension {index} of the state, which has {mine}", ("the state", mine))


def _batch(state: Any) -> Size:
    """The number of sequences that a state for a batch is for, None where that is not known."""
    return state.size(-2) if isinstance(state, Tensor) and state.shape is not None and len(state.shape) == 3 else None


def _output(source: Tensor, batch_first: Any, features: Size, state: Any) -> tuple[Tensor, Size]:
    """The tensor of all steps, for (T, N, features), (N, T, features) or, unbatched, (T, features), and N."""
    if source.shape is None:
        return Tensor(None, (features,), source.ranks), None
    if len(source.shape) == 2:
        return Tensor((source.shape[0], features)), None
    if isinstance(batch_first, Symbol):
        return Tensor((*source.shape[:2], features)), None
    at = 0 if batch_first else 1
    sequences = filled(source.shape[at], _batch(state))
    return Tensor((*source.shape[:at], sequences, *source.shape[at + 1 : 2], features)), sequences


def _states(source: Tensor, layers: Size, sequences: Size, features: Size) -> Tensor:
    """A state after the last step: (layers * D, N, features), or (layers * D, features) for an input that is not batched."""
    if source.shape is None:
        return Tensor(None, (features,), (2, 3))
    return Tensor((layers, features)) if len(source.shape) == 2 else Tensor((layers, sequences, features))


def _recurrent(kind: str, values: Values) -> Result:
    """A rule: (input, hx) -> (output, the last state), which of an LSTM is (h, c)."""
    features, hidden, layers = _sizes(values)
    if isinstance(values["input"], Symbol):
        # It may be a PackedSequence.
        source, output, sequences = _EITHER, cast(Result, UNKNOWN), None
    else:
        source = tensor(values["input"])
        check_features(source, known(values["input_size"]))
        source = source.of_ranks(2, 3)
        every = computed(lambda size, directions: size * directions, features, _directions(values))
        state = values["hx"][0] if isinstance(values["hx"], tuple) and values["hx"] else values["hx"]
        output, sequences = _output(source, values["batch_first"], every, state)
    last = _states(source, layers, sequences, features)
    if kind != "LSTM":
        if isinstance(values["hx"], tuple):
            raise NotFollowed
        _check_state(values["hx"], last)
        return output, last
    cell = _states(source, layers, sequences, hidden)
    if isinstance(values["hx"], tuple):
        if len(values["hx"]) != 2:
            raise NotFollowed
        _check_state(values["hx"][0], last)
        _check_state(values["hx"][1], cell)
    elif isinstance(values["hx"], Tensor):
        raise NotFollowed
    return output, (last, cell)


def _passes_for_one(source: Tensor, state: Tensor, hidden: Size) -> bool:
    """Whether torch may take a state (hidden_size, ...) for that of a single input; what comes of it differs, and some cells crash."""
    return source.may_have_rank(1) and state.may_have_rank(2) and (state.shape is None or not differ(state.shape[0], hidden))


def _one_step(values: Values, state: Any) -> Tensor:
    """The next state of a cell: (N, hidden_size) or (hidden_size)."""
    source = tensor(values["input"])
    check_features(source, known(values["input_size"]))
    source = source.of_ranks(1, 2)
    hidden = known(values["hidden_size"])
    if hidden is not None and hidden < 1:
        raise NotFollowed
    after = Tensor(None, (hidden,), (1, 2)) if source.shape is None else Tensor((*source.shape[:-1], hidden))
    if isinstance(state, Tensor):
        if after.shape is not None and len(after.shape) == 2 and state.shape is not None and len(state.shape) == 2:
            after = Tensor((filled(after.shape[0], state.shape[0]), hidden))
        if _passes_for_one(source, state, hidden):
            raise NotFollowed
        _check_state(state, after)
    return after


def _cell(values: Values) -> Tensor:
    """A rule of RNNCell and GRUCell."""
    if isinstance(values["hx"], tuple):
        raise NotFollowed
    return _one_step(values, values["hx"])


def _lstm_cell(values: Values) -> Result:
    """A rule of LSTMCell: (h, c)."""
    states = values["hx"] if isinstance(values["hx"], tuple) else (values["hx"],) * 2
    if len(states) != 2 or isinstance(values["hx"], Tensor):
        raise NotFollowed
    after = _one_step(values, states[0])
    _one_step(values, states[1])
    return after, after


def _weights(gates: int, features: Size, values: Values, suffix: str) -> Mapping[str, Any]:
    """The tensors of the first layer (of a cell's only one), forwards; `features` are those that a state brings back."""
    rows = computed(lambda hidden: gates * hidden, values["hidden_size"])
    found: dict[str, Any] = {f"weight_ih{suffix}": Tensor((rows, known(values["input_size"]))), f"weight_hh{suffix}": Tensor((rows, features))}
    if values["bias"] is True:
        found.update({f"bias_ih{suffix}": Tensor((rows,)), f"bias_hh{suffix}": Tensor((rows,))})
    return found


def _attributes(kind: str, values: Values) -> Mapping[str, Any]:
    names = ("input_size", "hidden_size", "num_layers", "bias", "batch_first", "bidirectional")
    found: dict[str, Any] = {name: values[name] for name in names}
    found["proj_size"] = values.get("proj_size", 0)
    return {**found, **_weights(_GATES[kind], _sizes(values)[0], values, "_l0")}


def _cell_attributes(kind: str, values: Values) -> Mapping[str, Any]:
    found = {name: values[name] for name in ("input_size", "hidden_size", "bias")}
    return {**found, **_weights(_GATES[kind], known(values["hidden_size"]), values, "")}


_HEAD = "input_size, hidden_size"
_TAIL = "bias=True, batch_first=False, dropout=0.0, bidirectional=False"
_DEVICE = "device=None, dtype=None"
_SIGNATURES = {
    "RNN": f"{_HEAD}, num_layers=1, nonlinearity='tanh', {_TAIL}, {_DEVICE}",
    "GRU": f"{_HEAD}, num_layers=1, {_TAIL}, {_DEVICE}",
    "LSTM": f"{_HEAD}, num_layers=1, {_TAIL}, proj_size=0, {_DEVICE}",
}

MODULES: dict[str, Row] = {kind: Row(text, partial(_recurrent, kind), "input, hx=None", partial(_attributes, kind)) for kind, text in _SIGNATURES.items()}
MODULES["RNNCell"] = Row(f"{_HEAD}, bias=True, nonlinearity='tanh', {_DEVICE}", _cell, "input, hx=None", partial(_cell_attributes, "RNN"))
MODULES["GRUCell"] = Row(f"{_HEAD}, bias=True, {_DEVICE}", _cell, "input, hx=None", partial(_cell_attributes, "GRU"))
MODULES["LSTMCell"] = Row(f"{_HEAD}, bias=True, {_DEVICE}", _lstm_cell, "input, hx=None", partial(_cell_attributes, "LSTM"))
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}
