"""The table `[tool.convt_lint]`: what each key does, what is said of a wrong one, and how options go before it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from surface import BAD, GOOD, write_flake8_config

from convt_lint.cli import main
from convt_lint.codes import CODES
from convt_lint.config import BadConfig, load
from convt_lint.flake8_plugin import Plugin
from convt_lint.selection import Selection, choose
from convt_lint.toml_places import row_of

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "tests/t.py", "pkg/old.py", "pkg/new.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BAD)
    return tmp_path


@pytest.fixture
def command(here: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command in this process: exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(("--no-cache", *arguments))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def found(command: Command) -> Callable[..., list[str]]:
    """The files that have findings."""
    return lambda *arguments: [line.partition(":")[0] for line in command("--output-format=concise", *arguments)[1].splitlines()[:-1]]


def configure(folder: Path, text: str) -> Path:
    path = folder / "pyproject.toml"
    path.write_text(f"[tool.convt_lint]\n{text}\n")
    return path


ALL = ["a.py", "pkg/new.py", "pkg/old.py", "tests/t.py"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ALL),
        ('select = ["CVT2"]', []),
        ('select = ["ALL"]', ALL),
        ('ignore = ["CVT102"]', []),
        ('ignore = ["CVT"]\nextend-select = ["CVT102"]', ALL),
        ('per-file-ignores = { "tests/*" = ["CVT1"], "old.py" = ["CVT102"] }', ["a.py", "pkg/new.py"]),
        ('per-file-ignores = { "!pkg/**" = ["CVT1"] }', ["pkg/new.py", "pkg/old.py"]),
        ('per-file-ignores = { "**/t.py" = ["CVT2"] }', ALL),
        ('per-file-ignores = { "a.py" = ["CVT"] }\nextend-per-file-ignores = { "t.py" = ["CVT102"] }\nselect = ["CVT102"]', ["pkg/new.py", "pkg/old.py"]),
        ('extend-exclude = ["pkg/o*", "tests"]', ["a.py", "pkg/new.py"]),
        ('exclude = ["./pkg"]', ["a.py", "tests/t.py"]),
        ('exclude = ["**/new.py"]', ["a.py", "pkg/old.py", "tests/t.py"]),
        ('exclude = ["{old,new}.py", "{pkg/x,tests}/*"]', ["a.py"]),
        ('exclude = ["pkg/[^n]*", "[!a-st-z].py"]', ["a.py", "pkg/new.py", "tests/t.py"]),
        ('exclude = ["{{old,new},t}.p{y,}", "\\\\a.py"]', []),
        ('exclude = ["pkg/../a.py", "tests/./"]', ["pkg/new.py", "pkg/old.py"]),
        ('per-file-ignores = { "{a,t}.py" = ["CVT1"], "pkg/../pkg/o*" = ["CVT1"] }', ["pkg/new.py"]),
    ],
)
def test_rules_and_files(found: Callable[..., list[str]], here: Path, text: str, left: list[str]) -> None:
    configure(here, text)
    assert found() == left


def test_paths_count_from_the_folder_of_the_file(found: Callable[..., list[str]], here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(here, 'extend-exclude = ["pkg/old.py"]\nper-file-ignores = { "tests/*" = ["CVT1"] }')
    monkeypatch.chdir(here / "pkg")
    assert found() == ["new.py"]
    assert found("..") == ["../a.py", "../pkg/new.py"]
    assert found(str(here)) == [str(here / "a.py"), str(here / "pkg/new.py")]
    assert found("--extend-exclude", "./new.py") == []
    assert found("--isolated") == ["new.py", "old.py"]
    assert found("--isolated", "--exclude", "../tests,../a.py", "..") == ["../pkg/new.py", "../pkg/old.py"]
    assert found("--isolated", "--exclude", f"{here}/tests/,{{old,{{new,x}}}}.py", "..") == ["../a.py"]
    assert found("--isolated", "--exclude", "../tests", "--force-exclude", "../tests/t.py", "../a.py") == ["../a.py"]
    assert found("--isolated", "--per-file-ignores", "{new,old}.py:CVT1,../a.py:CVT", "..") == ["../tests/t.py"]


def test_options_go_before_the_table(found: Callable[..., list[str]], here: Path) -> None:
    configure(here, 'select = ["CVT1"]\nignore = ["CVT102"]\nexclude = ["pkg"]\nextend-exclude = ["tests"]\nper-file-ignores = { "a.py" = ["CVT102"] }')
    assert found() == []
    assert found("--select", "CVT102") == []
    assert found("--select", "CVT102", "--per-file-ignores", "new.py:CVT1,old.py:CVT3") == ["a.py"]
    assert found("--select", "CVT102", "--per-file-ignores", "x:CVT1", "--exclude", "old.py") == ["a.py", "pkg/new.py"]
    assert found("--extend-select", "CVT102", "--exclude=x") == ["pkg/new.py", "pkg/old.py"]
    assert found("--extend-select=CVT2", "--exclude=x") == [], "what is selected besides does not take back what is ignored"
    assert found("--config", 'ignore = ["CVT3"]', "--config=per-file-ignores={}", "--extend-select=CVT102") == ["a.py"]


def test_a_later_place_decides() -> None:
    project = choose(["CVT1", "CVT2"], ["CVT102"], [], CODES)
    assert [code for code in ("CVT102", "CVT108", "CVT201", "CVT301") if code in choose(None, ["CVT2"], ["CVT3"], CODES, project)] == ["CVT108", "CVT301"]
    assert "CVT102" in choose(None, [], ["CVT1"], CODES, project)
    assert choose(None, [], [], CODES, project) is project
    assert choose(["CVT"], [], [], CODES, project) == Selection(("CVT",), ())


def test_excluded_directories_can_be_had(found: Callable[..., list[str]], here: Path) -> None:
    (here / "build").mkdir()
    (here / "build" / "b.py").write_text(BAD)
    assert found() == ALL
    assert "build/b.py" in found("--exclude", "x")
    configure(here, "force-exclude = true")
    assert found("build/b.py", "a.py") == ["a.py"]
    assert found("--no-force-exclude", "build/b.py") == ["build/b.py"]


def test_output_format_and_cache(command: Command, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(here, 'output-format = "json-lines"\ncache-dir = "kept"')
    assert json.loads(command("a.py")[1])["code"] == "CVT102"
    assert command("a.py", "--output-format=concise")[1].startswith("a.py:2:9: ")
    assert main(["a.py"]) == 1
    assert main(["a.py", "--cache-dir", "a.py"]) == 1
    assert capsys.readouterr().err == f"convt-lint: warning: nothing is remembered: {here}/a.py is no directory\n"
    configure(here, 'output-format = "sarif"')
    with pytest.raises(SystemExit):
        command("--statistics")
    assert "cannot be written as sarif" in capsys.readouterr().err


GENERATOR = """\
import torch.nn as nn
class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.Sequential(nn.Conv1d(80, 64, 7, padding=3), nn.ConvTranspose1d(64, 32, 4, 2, 1))
    def forward(self, x, skip=None):
        y = self.up(x)
        return y if skip is None else y + skip
"""


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, ""),
        ({"Generator.forward:x": "(B, 80, L)"}, ""),
        ({"Generator.forward:x": "(B, 100, L)"}, "gen.py:7:13: CVT205"),
        ({"pkg.gen.Generator.forward:x": "(B, 100, L)"}, "gen.py:7:13: CVT205"),
        ({"other.Generator.forward:x": "(B, 100, L)"}, ""),
        ({"forward:x": "(B, 100, L)"}, ""),
        ({"Generator.forward:x": "(..., 100, L)"}, "gen.py:7:13: CVT205"),
        ({"Generator.forward:x": "(..., C, L)"}, ""),
        ({"Generator.forward:x": "(B, 80, L)", "Generator.forward:skip": "(B, 32, 2*L)"}, ""),
        ({"Generator.forward:x": "(B, 80, L)", "Generator.forward:skip": "(B, 32, L)"}, ""),
        ({"Generator.forward:x": "(B, 80, 10)", "Generator.forward:skip": "(B, 32, 25)"}, "gen.py:8:39: CVT206"),
        ({"Generator.forward:x": "(B, 80, L)", "Generator.forward:skip": "(B, 32, 2*L + 3)"}, "gen.py:8:39: CVT206"),
    ],
)
def test_inputs(command: Command, here: Path, inputs: dict[str, str], said: str) -> None:
    (here / "pkg" / "gen.py").write_text(GENERATOR)
    configure(here, "[tool.convt_lint.inputs]\n" + "".join(f'"{name}" = "{shape}"\n' for name, shape in inputs.items()))
    code, out, err = command("pkg/gen.py", "--output-format=concise")
    assert (code, err) == (int(bool(said)), "")
    assert out.startswith(f"pkg/{said}" if said else "All checks passed!")


def test_layers_reach_the_check_of_one_file(command: Command, here: Path) -> None:
    (here / "own.py").write_text("from acme import Up\nup = Up(1, 1, 3, output_padding=1)\n")
    configure(here, '[tool.convt_lint.layers]\n"acme.Up" = "torch.nn.ConvTranspose1d"')
    assert command("own.py", "--output-format=concise")[1].startswith("own.py:2:6: CVT102")


# ---- what cannot be used


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tool.convt_lint]\nselct = ["CVT1"]', ":2: unknown key tool.convt_lint.selct; did you mean select?"),
        ("[tool.convt_lint]\n\n# a\nper_file_ignores = {}", ":4: unknown key tool.convt_lint.per_file_ignores; did you mean per-file-ignores?"),
        ('[tool.convt_lint]\nselect = [\n  "CVT1",\n  "CVT1O2",\n]', ":4: tool.convt_lint.select: unknown rule code 'CVT1O2'; did you mean CVT102?"),
        ('[tool.convt_lint]\nignore = [""]', ":2: tool.convt_lint.ignore: unknown rule code ''\n"),
        ('[tool.convt_lint]\nselect = "ALL"', ":2: tool.convt_lint.select: must be a list of texts"),
        ('x = 1\n[tool]\nconvt_lint.ignore = ["E501"]', ":3: tool.convt_lint.ignore: unknown rule code 'E501'\n"),
        ("[tool.convt_lint]\nline-length = 3", ":2: unknown key tool.convt_lint.line-length\n"),
        ("[tool.convt_lint]\nlint.select = []", ":2: unknown key tool.convt_lint.lint\n"),
        ('[tool.convt_lint]\nbaseline = "a\\u0000b"', ":2: tool.convt_lint.baseline: must be a path"),
        ('[tool.convt_lint.per-file-ignores]\n"a" = ["CVT1"]\n"b/*" = ["CVT9"]', ':3: tool.convt_lint.per-file-ignores."b/*": unknown rule code'),
        ("[tool.convt_lint]\nper-file-ignores = 3", ":2: tool.convt_lint.per-file-ignores: must be a table such as"),
        ("[tool.convt_lint]\nexclude = [3]", ":2: tool.convt_lint.exclude: must be a list of globs"),
        ('[tool.convt_lint]\nexclude = [\n"a",\n"[m.py"]', ":4: tool.convt_lint.exclude: '[m.py' is no glob: a [ without its ]"),
        ('[tool.convt_lint]\nextend-include = ["{a"]', ":2: tool.convt_lint.extend-include: '{a' is no glob: a { without its }"),
        ("[tool.convt_lint]\nexclude = ['[b-a]']", ":2: tool.convt_lint.exclude: '[b-a]' is no glob: the range b-a is empty"),
        ('[tool.convt_lint.per-file-ignores]\n"a}" = ["CVT1"]', """:2: tool.convt_lint.per-file-ignores."a}": 'a}' is no glob: a } without its {"""),
        (f'[tool.convt_lint]\nexclude = ["{"{a,b}" * 20}"]', "is no glob: it stands for more than 1000"),
        ('[tool.convt_lint]\nforce-exclude = "yes"', ":2: tool.convt_lint.force-exclude: must be true or false"),
        ('[tool.convt_lint]\noutput-format = "jsn"', ":2: tool.convt_lint.output-format: must be one of full,"),
        ("[tool.convt_lint]\noutput-format = []", ":2: tool.convt_lint.output-format: must be one of full,"),
        ('[tool.convt_lint.inputs]\n"forward" = "(B, L)"', ":2: tool.convt_lint.inputs.forward: a parameter is named as"),
        ('[tool.convt_lint.inputs]\n"f:x" = "B 80"', """:2: tool.convt_lint.inputs."f:x": 'B 80' is no shape"""),
        ('[tool.convt_lint.inputs]\n"f:x" = "(..., 2, ...)"', "is no shape: it may hold one ..."),
        ('[tool.convt_lint.inputs]\n"f:x" = "(B, -1)"', "-1 is no size"),
        ("[tool.convt-lint]\nselect = []", ":1: the table is called tool.convt_lint, not tool.convt-lint"),
        ("[tool.convt_lint]\nselect = [\n", "pyproject.toml: "),
        ("[tool.convt_lint]\nselect = ]\n", ":2:10: Invalid value"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(command: Command, here: Path, text: str, said: str) -> None:
    (here / "pyproject.toml").write_text(text)
    code, out, err = command()
    assert (code, out) == (2, "")
    assert err.startswith("convt-lint: error: pyproject.toml")
    assert said in err


def test_configurations_given_by_hand(command: Command, here: Path) -> None:
    assert command("--config", "nope.toml")[2] == "convt-lint: error: nope.toml: No such file or directory\n"
    assert "one file can be given" in command("--config=a.toml", "--config=b.toml")[2]
    assert "--config: unknown key tool.convt_lint.x" in command("--config", "x = 1")[2]
    assert "neither a file nor a key" in command("--config", "x = ")[2]
    assert "without tool.convt_lint" in command("--config", "tool.convt_lint.select = []")[2]
    (here / "b.toml").write_bytes(b'\xef\xbb\xbf[tool.convt_lint]\nignore = ["CVT1"]')
    assert command("--config", "b.toml")[0] == 0
    (here / "b.toml").write_text(f'[tool.convt_lint.inputs]\n"f:x" = "{"(" * 40_000}"')
    assert len(command("--config", "b.toml")[2]) < 600
    assert "--isolated" in command("--isolated", "--config", str(configure(here, "")))[2]


def test_a_file_that_only_names_the_project_configures_nothing(found: Callable[..., list[str]], here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(here, 'ignore = ["CVT102"]')
    (here / "pkg" / "pyproject.toml").write_text('[project]\ndependencies = ["convt_lint"]\n')
    monkeypatch.chdir(here / "pkg")
    assert found() == []


def test_bytes_that_are_no_text(here: Path) -> None:
    (here / "pyproject.toml").write_bytes(b"[tool.convt_lint]\n\xff")
    with pytest.raises(BadConfig, match=r"pyproject\.toml:2: not valid UTF-8: byte 0xff"):
        load(here / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "keys", "row"),
    [
        ("[a]\nb = 1\n[a.c]\nd = 2\n", ("a", "c", "d"), 4),
        ("[a]\nb = 1\n[a.c]\nd = 2\n", ("a", "c"), 3),
        ("a.b = [\n 1,\n 2,\n]\na.c = 3\n", ("a", "c"), 5),
        ('a.b = """\nc = 1\n"""\n\n# c\na.c = 3', ("a", "c"), 6),
        ("a = 1", ("a", "b"), None),
        ("[a\n", ("a",), None),
    ],
)
def test_the_row_of_a_key(text: str, keys: tuple[str, ...], row: int | None) -> None:
    assert row_of(text, keys) == row


# ---- what holds


def test_show_settings_is_toml_and_says_where_from(command: Command, here: Path) -> None:
    text = 'ignore = ["CVT108"]\nextend-exclude = ["pkg/*"]\nper-file-ignores = { "a.py" = ["CVT2"] }\n[tool.convt_lint.inputs]\n"f:x" = "(B, L)"\n'
    configure(here, text)
    code, out, err = command("--show-settings", "--extend-select=CVT304", "--config", 'output-format = "json"')
    assert (code, err) == (0, "")
    shown = tomllib.loads(out)
    assert shown["ignore"] == ["CVT108"]
    assert shown["inputs"] == {"f:x": "(B, L)"}
    places = {line.partition(" = ")[0]: line.rpartition("  # ")[2] for line in out.splitlines()}
    assert places["select"] == places["confirm-device"] == "default"
    assert places["ignore"] == "pyproject.toml:2"
    assert tomllib.loads(command("--show-settings", "--exclude", "a\x7fb")[1])["exclude"] == ["a\x7fb"]
    assert places['inputs."f:x"'] == "pyproject.toml:6"
    assert (places["extend-select"], places["output-format"]) == ("--extend-select", "--config")
    rules = out.splitlines()[-1]
    assert "CVT304" in rules
    assert "CVT108" not in rules


def test_show_files(command: Command, here: Path) -> None:
    configure(here, 'extend-exclude = ["tests"]')
    assert command("--show-files") == (0, "a.py\npkg/new.py\npkg/old.py\n", "")
    assert command("--show-files", "a.py", "nope.py")[0] == 2


# ---- flake8


def test_flake8_reads_the_table_and_its_own_options_go_before_it(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from flake8.main.cli import main as flake8

    monkeypatch.setattr(Plugin, "_configured", None)
    write_flake8_config(here / "flake8.cfg")
    configure(here, 'extend-select = ["CVT304"]\nignore = ["CVT102"]\nextend-exclude = ["pkg/*"]\nper-file-ignores = { "t.py" = ["CVT3"] }')
    for name in ("a.py", "pkg/old.py", "tests/t.py"):
        (here / name).write_text(f"{GOOD}{BAD.splitlines()[1]}\n")

    def by_flake8(*arguments: str) -> list[str]:
        flake8(["--jobs=1", "--config=flake8.cfg", *arguments, "."])
        lines = capsys.readouterr().out.splitlines()
        return [f"{line.split(':')[0]} {line.split()[1]}" for line in lines if "CVT" in line]

    assert by_flake8() == by_flake8("--ignore=E501") == ["./a.py CVT304"]
    assert by_flake8("--select=CVT1") == ["./a.py CVT102", "./tests/t.py CVT102"]
    assert by_flake8("--extend-ignore=CVT304") == by_flake8("--select=E") == []
    configure(here, "selct = 1")
    assert flake8(["--config=flake8.cfg", "."]) == 1
    assert "pyproject.toml:2: unknown key tool.convt_lint.selct; did you mean select?" in capsys.readouterr().out
