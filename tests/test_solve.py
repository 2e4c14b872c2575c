"""`convt-lint solve`: every answer is run by torch, and where small parameters would do there is an answer."""

from __future__ import annotations

import json
from itertools import product

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from convt_lint.cli import main
from convt_lint.geometry import Axis, output_length, problems
from convt_lint.solver import Answer, Wish, joint, solve

LAYERS = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}


def only(number: int) -> range:
    return range(number, number + 1)


def run(axis: Axis, length: int) -> int:
    """The length that torch gives."""
    with torch.no_grad():
        return int(nn.ConvTranspose1d(1, 1, *axis[:4], dilation=axis.dilation)(torch.zeros(1, 1, length)).shape[-1])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 40), st.integers(1, 200), st.integers(1, 3))
def test_every_answer_reaches_the_target_in_torch(length: int, target: int, dilation: int) -> None:
    answers = solve(Wish(only(length), only(target), dilation=only(dilation)))
    assert answers
    for answer in answers[:6]:
        assert run(answer.axis, length) == target


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 16), st.lists(st.integers(1, 50), min_size=2, max_size=3))
def test_a_factor_holds_for_every_length(factor: int, lengths: list[int]) -> None:
    answers = solve(Wish(factor=factor))
    assert answers
    for answer in answers[:6]:
        assert [run(answer.axis, length) for length in lengths] == [factor * length for length in lengths]


SMALL = [Axis(*values) for values in product(range(1, 8), range(1, 5), range(3), range(4), (1, 2))]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SMALL), st.integers(1, 12))
def test_where_a_small_layer_does_it_there_is_an_answer(axis: Axis, length: int) -> None:
    target = output_length(length, axis)
    assume(not problems(axis) and target >= 1)
    fixed = {"kernel_size": only(axis.kernel_size), "stride": only(axis.stride), "dilation": only(axis.dilation)}
    for more in ({}, {"padding": only(axis.padding)}, {"output_padding": only(axis.output_padding)}):
        answers = solve(Wish(only(length), only(target), **fixed, **more))
        if more or axis.padding <= axis.dilation * (axis.kernel_size - 1):
            legal = [answer.axis for answer in answers]
            assert legal or (axis.padding > axis.dilation * (axis.kernel_size - 1) and "padding" not in more)
        assert all(run(answer.axis, length) == target for answer in answers)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 40), st.integers(1, 40), st.integers(2, 3))
def test_answers_for_several_axes_are_layers(a: int, b: int, c: int, d: int, dims: int) -> None:
    lengths, targets = ([a, b, a], [c, d, c])
    rows = joint([solve(Wish(only(n), only(t))) for n, t in zip(lengths[:dims], targets[:dims], strict=True)], 4)
    for row in rows:
        columns = [tuple(getattr(answer.axis, name) for answer in row) for name in Axis._fields]
        layer = LAYERS[dims](1, 1, *columns[:4], dilation=columns[4])
        with torch.no_grad():
            assert tuple(layer(torch.zeros(1, 1, *lengths[:dims])).shape[2:]) == tuple(targets[:dims])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 30), st.integers(1, 120), st.integers(1, 8), st.integers(0, 5))
def test_one_fixed_parameter_leaves_an_answer(length: int, target: int, stride: int, padding: int) -> None:
    fixings = [{"stride": only(stride)}, {"padding": only(padding)}]
    for fixed in fixings if target >= length - 2 * padding else fixings[:1]:  # a kernel of 1 and a stride of 1 give no less
        answers = solve(Wish(only(length), only(target), **fixed))
        assert answers
        assert run(answers[0].axis, length) == target


@pytest.mark.parametrize(
    "wish", [Wish(only(0), only(5)), Wish(only(5), only(0)), Wish(only(4), only(8), dilation=only(0)), Wish(only(4), only(8), stride=only(0))]
)
def test_what_torch_refuses_is_no_answer(wish: Wish) -> None:
    assert solve(wish) == []


def test_common_sense_comes_first() -> None:
    assert solve(Wish(only(10), only(30)))[0] == Answer(Axis(3, 3), 10, 30)
    assert solve(Wish(only(10), only(20), kernel_size=range(3, 9)))[0].axis == Axis(4, 2, 1)
    assert solve(Wish(factor=5, kernel_size=only(10)))[0].axis == Axis(10, 5, 3, 1)


@pytest.mark.parametrize("huge", [2**31 - 1, 10**30])
def test_huge_numbers_cost_nothing(huge: int) -> None:
    assert solve(Wish(only(huge), only(huge * 2)))[0].axis == Axis(2, 2)
    assert solve(Wish(only(1), only(huge)))
    assert solve(Wish(only(huge), only(1)))
    assert solve(Wish(factor=huge))[0].axis == Axis(huge, huge)
    assert solve(Wish(range(1, huge), range(1, huge), None, range(1, huge), range(1, huge), range(huge), range(huge)))


# -- the command -----------------------------------------------------------------------------------------------------------------


def command(capsys: pytest.CaptureFixture[str], text: str) -> tuple[int, str, str]:
    try:
        code = main(["solve", *text.split()])
    except SystemExit as end:
        code = int(str(end.code))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    ("arguments", "lengths", "targets"),
    [
        ("--in 10 --out 30", [10], [30]),
        ("--in 10 --out 30 --stride 2", [10], [30]),
        ("--in 100 --out 300 --stride 2", [100], [300]),
        ("--exact-factor 5", [13], [65]),
        ("--in 8 --out 17 --kernel 3..6 --dilation 2", [8], [17]),
        ("--dims 2 --in 7 --out 14,28", [7, 7], [14, 28]),
        ("--dims 3 --in 4 --out 8", [4, 4, 4], [8, 8, 8]),
    ],
)
def test_the_code_of_every_row_runs(capsys: pytest.CaptureFixture[str], arguments: str, lengths: list[int], targets: list[int]) -> None:
    code, out, _ = command(capsys, f"{arguments} --output-format json")
    rows = json.loads(out)
    assert code == 0
    assert 0 < len(rows) <= 8
    for row in rows:
        assert list(row) == ["kernel_size", "stride", "padding", "output_padding", "dilation", "formula", "code"]
        layer = eval(row["code"], {"nn": nn, "in_channels": 1, "out_channels": 1})
        assert tuple(layer(torch.zeros(1, 1, *lengths)).shape[2:]) == tuple(targets)
    _, table, _ = command(capsys, arguments)
    assert [line.partition("  #")[0].rstrip() for line in table.splitlines()] == [row["code"] for row in rows]


def test_a_chain_multiplies(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capsys, "--chain 8,5,2 --hop 80 --kernel 16,10,4")
    first, *layers = out.splitlines()
    assert code == 0
    assert first == "3 layers, 8 * 5 * 2 = 80 times as long, for every length"
    built = [eval(line.partition("#")[0], {"nn": nn, "in_channels": 1, "out_channels": 1}) for line in layers]
    assert nn.Sequential(*built)(torch.zeros(1, 1, 7)).shape[-1] == 560


def test_a_chain_of_one_layer(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(capsys, "--chain 5 --hop 5")[1].splitlines()[0] == "1 layer, 5 = 5 times as long, for every length"


def test_padding_may_be_fixed_at_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(capsys, "--in 10 --out 30 --padding 0 --output-padding 0")[0] == 0


def test_what_cannot_be_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = command(capsys, "--in 10 --out 30 --stride 2 --kernel 3 --padding 0")
    assert code == 1
    assert out == "no transposed convolution takes 10 to 30 with kernel_size=3, stride=2, padding=0: it reaches 21..22\n"
    code, out, _ = command(capsys, "--exact-factor 5 --stride 4")
    assert code == 1
    assert "the stride must be 5" in out
    assert command(capsys, "--in 10 --out 30 --stride 2 --kernel 3 --padding 0 --output-format json")[:2] == (1, "[]\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("", "say what is asked"),
        ("--in 3", "say what is asked"),
        ("--in 3 --out 4 --exact-factor 2", "--in and --exact-factor exclude each other"),
        ("--exact-factor 5 --in 10", "--in and --exact-factor exclude each other"),
        ("--chain 8,8 --in 10 --out 640", "--in and --chain exclude each other"),
        ("--chain 8,8 --exact-factor 64", "--exact-factor and --chain exclude each other"),
        ("--in 0 --out 30", "--in must be at least 1"),
        ("--in 10 --out 0", "--out must be at least 1"),
        ("--in 10 --out 30 --stride 0", "--stride must be at least 1"),
        ("--in 10 --out 30 --kernel 0..3", "--kernel must be at least 1"),
        ("--in 10 --out 30 --dilation 0", "--dilation must be at least 1"),
        ("--chain 5 --kernel 0", "--kernel must be at least 1"),
        ("--in 10 --out 30 --padding -1", "argument --padding: -1 is less than 0"),
        ("--in 10 --out 30 --limit 0", "argument --limit: 0 shows nothing: at least 1"),
        ("--in 10 --out 30 --limit -1", "argument --limit: -1 is less than 0"),
        ("--in 10 --out 30..x", "'30..x' is no number of samples: write 3, 2..5, or 3,4 for two axes"),
        ("--in x --out 3", "'x' is no number of samples"),
        ("--in 5..2 --out 3", "is an empty range"),
        ("--in 1,2 --out 3", "--in takes one number"),
        ("--chain 2,3 --hop 5", "come to 6, not to 5"),
        ("--exact-factor 0", "at least 1"),
        ("--in 99999999999 --out 3", "more than torch takes"),
        ("--hop 3 --in 1 --out 2", "--hop goes with --chain"),
    ],
)
def test_bad_usage(capsys: pytest.CaptureFixture[str], arguments: str, words: str) -> None:
    code, out, err = command(capsys, arguments)
    assert (code, out) == (2, "")
    assert words in err
