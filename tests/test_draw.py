"""`convt-lint draw`: what the picture says of each output sample is what torch does with an input of ones."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from convt_lint.cli import main
from convt_lint.geometry import Axis, output_length, problems
from convt_lint.picture import picture

AXES = st.builds(Axis, st.integers(1, 8), st.integers(1, 5), st.integers(0, 6), st.integers(0, 4), st.integers(1, 3))


def reached(axis: Axis, inputs: torch.Tensor) -> list[int]:
    """The outputs of a layer whose weights are all 1 and whose bias is 0."""
    layer = nn.ConvTranspose1d(1, 1, *axis[:4], dilation=axis.dilation, bias=False)
    nn.init.ones_(layer.weight)
    with torch.no_grad():
        return [round(value) for value in layer(inputs.view(1, 1, -1)).flatten().tolist()]


@settings(max_examples=800, deadline=None)
@given(AXES, st.integers(1, 9))
def test_the_picture_is_what_torch_does(axis: Axis, length: int) -> None:
    assume(not problems(axis) and output_length(length, axis) >= 1)
    drawn = picture(length, axis)
    assert list(drawn.coverage()) == reached(axis, torch.ones(length))
    assert drawn.bare() == tuple(index for index, value in enumerate(reached(axis, torch.ones(length))) if value == 0)
    for index in range(length):
        one = torch.zeros(length)
        one[index] = 1
        mine = [position - axis.padding for position in drawn.taps[index] if not drawn.is_cropped(position)]
        assert mine == [place for place, value in enumerate(reached(axis, one)) if value]
    whole = reached(axis._replace(padding=0, output_padding=0), torch.ones(length))
    left, right = drawn.cropped()
    last = axis.padding + drawn.outputs
    assert (left, right) == (sum(map(bool, whole[: axis.padding])), sum(map(bool, whole[last:])))


@settings(max_examples=300, deadline=None)
@given(AXES)
def test_uneven_is_seen_in_the_middle(axis: Axis) -> None:
    plain = axis._replace(padding=0, output_padding=0)
    assume(not problems(plain))
    length = 70
    values = reached(plain, torch.ones(length))
    middle = values[30:-30]  # no kernel is longer than 22
    assert picture(length, plain).is_uneven() == (len(set(middle)) > 1)


def test_the_command_draws(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", *["--kernel", "4", "--stride", "2", "--padding", "1", "--output-padding", "1", "--in", "5"]]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "kernel_size=4, stride=2, padding=1, output_padding=1: 5 -> 11",
        "",
        "                    1",
        "output    01234567890",
        "input 0  x###........",
        "input 1   .####......",
        "input 2   ...####....",
        "input 3   .....####..",
        "input 4   .......####",
        "reached   12222222211",
        "",
        "formula: (5 - 1)*2 - 2*1 + 1*(4 - 1) + 1 + 1 = 11",
        "cropped by padding: 1 on the left, 0 on the right",
    ]


def test_svg_holds_a_square_for_each_cell(tmp_path: Path) -> None:
    file = tmp_path / "picture.svg"
    assert main(["draw", *f"--kernel 3 --stride 2 --output-padding 1 --in 4 -o {file}".split()]) == 0
    root = ElementTree.fromstring(file.read_text())
    squares = [node for node in root if node.tag.endswith("rect") and node.get("width") == "16"]
    drawn = picture(4, Axis(3, 2, 0, 1))
    assert len(squares) == 4 * drawn.columns
    assert sum(node.get("fill") == "#4c78a8" for node in squares) == sum(map(len, drawn.taps))
    assert "only the bias reaches output 9" in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--kernel 3 --stride 2 --output-padding 2", "must be smaller than stride or dilation"),
        ("--kernel 0", "torch refuses kernel_size=0"),
        ("--kernel 3 --in 0", "nothing to draw"),
        ("--kernel 3 --in 100000", "too many to draw"),
        ("--kernel 2000000000", "too many to draw"),
        ("--kernel three", "is no number of samples"),
        ("--kernel 2..4", "'2..4' is no number of samples: write one number, such as 3"),
        ("--kernel 4,4", "'4,4' is no number of samples: write one number, such as 3"),
        ("--kernel 3 --padding -1", "-1 is less than 0"),
        ("--kernel 3 -o x.png", "x.png: draw writes SVG alone"),
        ("--kernel 3 -o /nowhere/at/all.svg", "No such file"),
    ],
)
def test_what_cannot_be_drawn_is_said(capsys: pytest.CaptureFixture[str], arguments: str, words: str) -> None:
    try:
        code = main(["draw", *arguments.split()])
    except SystemExit as end:
        code = int(str(end.code))
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--stride 2 --padding 1 --output-padding 1 --in 1", "uneven for longer inputs: "),
        ("--stride 2 --padding 1 --output-padding 1 --in 2", "uneven: "),
        ("--stride 2 --in 5", "uneven: "),
        ("--stride 3 --in 1", ""),
    ],
)
def test_uneven_is_said_of_what_is_shown(capsys: pytest.CaptureFixture[str], arguments: str, said: str) -> None:
    assert main(["draw", "--kernel", "3", *arguments.split()]) == 0
    remarks = [line for line in capsys.readouterr().out.splitlines() if line.startswith("uneven")]
    assert len(remarks) == bool(said)
    assert all(remark.startswith(f"{said}different numbers of inputs reach neighbouring outputs") for remark in remarks)


@pytest.mark.parametrize("name", ["picture.SVG", "picture"])
def test_a_name_without_another_ending_will_do(tmp_path: Path, name: str) -> None:
    assert main(["draw", "--kernel", "3", "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text().startswith("<svg")


def test_padding_that_takes_all_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", *["--kernel", "1", "--padding", "3", "--in", "2"]]) == 0
    assert "nothing is left" in capsys.readouterr().out
