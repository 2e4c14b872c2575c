"""Rows that a project adds for its own layers and functions, from pyproject.toml or the API."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from convt_lint.cli import main
from convt_lint.config import BadConfig, find, load
from convt_lint.linting import check_bytes
from convt_lint.project import Project
from convt_lint.torch_api.own import Misread, parse

HEAD = "import torch\nfrom acme.layers import Up, Block, halve, Conv\n"
ROWS = {
    "acme.layers.Conv": "torch.nn.ConvTranspose1d",
    "acme.layers.Up": "(N, C, L) -> (N, C, 4*L)",
    "layers.Block": "in_channels, out_channels, rate=2: (N, in_channels, L) -> (N, out_channels, rate*L)",
    "halve": "x=2: (N, C, L) -> (N, C, L//x)",
}


def found(program: str) -> list[tuple[int, str]]:
    return [(finding.row - 2, finding.code) for finding in check_bytes((HEAD + program).encode(), PurePath("own.py"), project=Project(ROWS)).findings]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("Conv(4, 4, 3, stride=2, output_padding=2)", [(1, "CVT102")]),
        ("Conv(4, 4, 3, stride=2, output_padding=1)", []),
        ("y = Up(anything=1)(torch.randn(1, 2, 10))\nassert y.shape == (1, 2, 40)", []),
        ("y = Up()(torch.randn(1, 2, 10))\nassert y.shape == (1, 2, 30)", [(2, "CVT206")]),
        ("Block(8, 4)(torch.randn(1, 4, 10))", [(1, "CVT205")]),
        ("y = Block(4, 8, rate=3)(torch.randn(1, 4, 10))\nassert y.shape == (1, 8, 30)", []),
        ("y = Block(4, 8)(torch.randn(1, 4, 10))\nassert y.shape == (1, 8, 30)", [(2, "CVT206")]),
        ("y = halve(torch.randn(1, 4, 10))\nassert y.shape[-1] == 5", []),
        ("y = halve(torch.randn(1, 4, 10), 3)\nassert y.shape[-1] == 5", [(2, "CVT206")]),
        ("y = halve(torch.randn(1, 4, 10), x=0)\nassert y.shape[-1] == 5", []),
        ("y = Up()(torch.randn(2, 10))", [(1, "CVT206")]),
        ("y = Up()(unknown)\nassert y.shape[-1] == 5", []),
    ],
)
def test_rows_are_followed(program: str, expected: list[tuple[int, str]]) -> None:
    assert found(program) == expected


@pytest.mark.parametrize(
    "text", ["", "nothing", "torch.nn.Nothing", "(N, C, L)", "(N) -> M", "(N, C) -> (N, K)", "(N, C) -> (N, C**2)", "a b: (N, C) -> (N, C)", "() -> (1,)"]
)
def test_what_is_no_row_is_refused(text: str) -> None:
    with pytest.raises(Misread):
        parse(text)


def project(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(text)
    return path


def test_the_nearest_configuration_is_found_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    path = project(tmp_path, '[tool.convt_lint.layers]\n"acme.Up" = "(N, C, L) -> (N, C, 4*L)"\n')
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert find(inner) == path
    assert load(path).values["layers"] == {"acme.Up": "(N, C, L) -> (N, C, 4*L)"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.convt_lint]\nlayer = 1\n", "did you mean layers?"),
        ("[tool.convt_lint]\nlayers = 1\n", "must be a table"),
        ("[tool.convt_lint.layers]\nUp = 3\n", "layers.Up: must be a text"),
        ('[tool.convt_lint.layers]\nUp = "2*L"\n', "layers.Up: a row is"),
        ("[tool.convt_lint", "pyproject.toml"),
        ("[tool]\nconvt_lint = 3\n", "must be a table"),
    ],
)
def test_a_bad_configuration_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig, match=r"pyproject\.toml") as error:
        load(project(tmp_path, text))
    assert said in str(error.value)


def test_the_command_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    project(tmp_path, '[tool.convt_lint.layers]\n"acme.Up" = "torch.nn.ConvTranspose1d"\n')
    (tmp_path / "model.py").write_text("from acme import Up\nup = Up(1, 1, 3, output_padding=1)\n")
    monkeypatch.chdir(tmp_path)
    assert main(["--output-format", "concise"]) == 1
    assert "model.py:2:6: CVT102" in capsys.readouterr().out
    assert main(["--isolated"]) == 0
    project(tmp_path, "[tool.convt_lint]\nlayer = 1\n")
    assert main([]) == 2
    assert "unknown key tool.convt_lint.layer" in capsys.readouterr().err
    assert main(["--config", "missing.toml"]) == 2
