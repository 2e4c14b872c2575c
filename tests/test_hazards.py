"""The rules about hazards say what torch does: they are held against the output of layers whose weights and inputs are all 1."""

from __future__ import annotations

import re
from pathlib import PurePath

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from convt_lint.findings import Finding
from convt_lint.geometry import Axis, has_gaps, heard_phases, output_length, overlap, problems, silent_tail
from convt_lint.linting import check_bytes
from convt_lint.selection import ALL, DEFAULT

AXES = st.builds(Axis, st.integers(1, 9), st.integers(1, 6), st.integers(0, 3), st.integers(0, 5), st.integers(1, 4))
HEAD = "import torch.nn as nn\n"


def findings(axis: Axis) -> dict[str, Finding]:
    source = HEAD + f"nn.ConvTranspose1d(1, 1, {', '.join(f'{name}={value}' for name, value in axis._asdict().items())})\n"
    return {finding.code: finding for finding in check_bytes(source.encode(), PurePath("layer.py"), ALL).findings}


def outputs(axis: Axis, length: int) -> list[int]:
    layer = nn.ConvTranspose1d(1, 1, *axis[:4], dilation=axis.dilation, bias=False)
    nn.init.ones_(layer.weight)
    with torch.no_grad():
        return [round(value) for value in layer(torch.ones(1, 1, length)).flatten().tolist()]


@settings(max_examples=500, deadline=None)
@given(AXES)
def test_hazards_are_what_torch_shows(axis: Axis) -> None:
    length = 90
    assume(not problems(axis))
    values = outputs(axis, length)
    whole = outputs(axis._replace(padding=0, output_padding=0), length)
    middle = whole[33:-33]  # no kernel is longer
    found = findings(axis)
    tail = silent_tail(axis)
    assert ("CVT302" in found) == (tail > 0)
    assert values[len(values) - tail :] == [0] * tail
    assert ("CVT303" in found) == (0 in middle)
    assert ("CVT304" in found) == (0 not in middle and len(set(middle)) > 1)
    assert has_gaps(axis) == (0 in middle)
    assert overlap(axis) == (min(middle), max(middle))
    period = middle[: axis.stride]
    assert heard_phases(axis) == sum(value > 0 for value in period)


@settings(max_examples=500, deadline=None)
@given(AXES, st.integers(1, 30))
def test_what_is_proposed_gives_the_same_lengths_without_a_hazard(axis: Axis, length: int) -> None:
    assume(not problems(axis) and output_length(length, axis) >= 1)
    for finding in findings(axis).values():
        for text in finding.suggestions:
            numbers = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", text)}
            better = Axis(**numbers)
            assert len(outputs(better, length)) == len(outputs(axis, length))
            assert findings(better) == {}


def test_they_are_off_by_default() -> None:
    source = f"{HEAD}nn.ConvTranspose1d(1, 1, 3, 2)\nnn.ConvTranspose1d(1, 1, 2, 3, output_padding=1)\n".encode()
    assert check_bytes(source, PurePath("layer.py"), DEFAULT).findings == ()
    assert [finding.code for finding in check_bytes(source, PurePath("layer.py"), ALL).findings] == ["CVT304", "CVT302", "CVT303"]


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (
            "nn.ConvTranspose1d(1, 1, 4, 4, output_padding=1)",
            ["the last output sample receives nothing but the bias: output_padding (1) is larger than padding (0)"],
        ),
        ("nn.ConvTranspose1d(1, 1, 2, 5)", ["3 of every 5 output samples receive nothing but the bias: kernel_size (2) is smaller than stride (5)"]),
        (
            "nn.ConvTranspose1d(1, 1, 4, 4, dilation=2)",
            ["2 of every 4 output samples receive nothing but the bias: dilation (2) and stride (4) have a common factor"],
        ),
        (
            "nn.ConvTranspose2d(1, 1, 4, (2, 3))",
            ["on spatial axis 1: kernel_size (4) is no multiple of stride (3): 1 and 2 taps reach neighbouring output samples"],
        ),
        ("nn.ConvTranspose1d(1, 1, 4, 2, 1, output_padding=2)", ["output_padding (2) must be smaller"]),
        ("nn.ConvTranspose1d(1, 1, k, 2, 1)", []),
    ],
)
def test_words(layer: str, words: list[str]) -> None:
    found = [finding.message for finding in check_bytes(f"{HEAD}{layer}\n".encode(), PurePath("layer.py"), ALL).findings]
    assert len(found) == len(words)
    assert all(part in message for part, message in zip(words, found, strict=True))


def test_a_layer_run_with_output_size_has_no_tail_of_its_own() -> None:
    body = "up = nn.ConvTranspose1d(1, 1, 4, 4, output_padding=1)\nup(x, output_size=[8])\n"
    assert check_bytes((HEAD + body).encode(), PurePath("layer.py"), ALL).findings == ()


@pytest.mark.parametrize("huge", [10**6, 2**31 - 1, 10**40])
def test_huge_numbers_cost_nothing(huge: int) -> None:
    assert overlap(Axis(3, huge)) == (0, 1)
    assert overlap(Axis(huge, 2)) == (huge // 2, -(-huge // 2))
    assert "CVT303" in findings(Axis(3, huge))


def test_the_outputs_are_named_where_the_input_is_known() -> None:
    body = "a = nn.ConvTranspose1d(1, 1, 3, 2, 0, 1)\na(torch.zeros(1, 1, 5))\nb = nn.ConvTranspose1d(1, 1, 2, 3)\nb(torch.zeros(1, 1, 5))\n"
    found = [finding.message for finding in check_bytes(("import torch\n" + HEAD + body).encode(), PurePath("layer.py"), ALL).findings]
    ends = [message.partition("; ")[2] for message in sorted(found)]
    heard = functional.conv_transpose1d(torch.ones(1, 1, 5), torch.ones(1, 1, 3), stride=2, output_padding=1)[0, 0]
    assert [index for index, value in enumerate(heard) if not value] == [11]
    gaps = functional.conv_transpose1d(torch.ones(1, 1, 5), torch.ones(1, 1, 2), stride=3)[0, 0]
    assert [index for index, value in enumerate(gaps) if not value] == [2, 5, 8, 11]
    assert "from length 5: output 11" in ends
    assert "from length 5: outputs 2, 5, 8 and 11" in ends
    assert f"from length 5: outputs get {', '.join(str(int(value)) for value in heard[:8])}, ... taps" in ends
