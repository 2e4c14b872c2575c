"""The action, and docs/ci.md: each snippet goes through the tool it is written for, or its commands are run; what is shown is what is printed."""

from __future__ import annotations

import configparser
import contextlib
import io
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from surface import BAD_CALL, IMPORT, ROOT, environment, run_flake8

from convt_lint.cli import main

yaml = pytest.importorskip("yaml")

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
FILES = {name: text for text, name in re.findall(r"^```\w+\n(# (\S+)\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)}
SHOWN = dict(re.findall(r"^```text\n\$ ([^\n]*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
WORKFLOWS = [name for name in FILES if name.startswith(".github/workflows/")]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
OURS = "OWNER/convt-lint@"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder that the page speaks of."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


# --- the action


@pytest.mark.parametrize(
    ("schema", "names"), [("github-actions", ["action.yml"]), ("github-workflows", WORKFLOWS), ("gitlab-ci", [".gitlab-ci.yml"])], ids=lambda value: str(value)
)
def test_schemas(project: Path, schema: str, names: list[str]) -> None:
    checker = pytest.importorskip("check_jsonschema")
    from click.testing import CliRunner

    paths = [str(ROOT / name if name == "action.yml" else project / name) for name in names]
    result = CliRunner().invoke(checker.main, ["--builtin-schema", f"vendor.{schema}", *paths])
    assert result.exit_code == 0, result.output


def step(name: str, inputs: dict[str, str], folder: Path, temporary: Path) -> subprocess.CompletedProcess[str]:
    """One step of the action, run as the runner does: expressions stand in its environment alone, and are what is given or the default."""
    (found,) = (each for each in ACTION["runs"]["steps"] if each["name"] == name)
    assert "${{" not in found["run"]
    unknown = inputs.keys() - ACTION["inputs"].keys()
    assert not unknown
    values = {f"inputs.{key}": str(inputs.get(key, given["default"])) for key, given in ACTION["inputs"].items()}
    values |= {"github.action_path": str(ROOT), "runner.temp": str(temporary)}
    given = {key: re.sub(r"\$\{\{ *(.*?) *\}\}", lambda expression: values[expression[1]], value) for key, value in found["env"].items()}
    (temporary / "step.sh").write_text(found["run"])
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(temporary / "step.sh")]
    return subprocess.run(command, cwd=folder, env=environment(**given), capture_output=True, text=True, timeout=500, check=False)


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's temporary folder, with this checkout in place of what the first step installs."""
    folder = tmp_path_factory.mktemp("runner temp")
    program = folder / "convt-lint" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    program.chmod(0o755)
    return folder


def inputs_of(workflow: str) -> dict[str, str]:
    (job,) = yaml.safe_load(FILES[workflow])["jobs"].values()
    return next(each["with"] for each in job["steps"] if each.get("uses", "").startswith(OURS))


def test_annotations(project: Path, temporary: Path) -> None:
    given = inputs_of(".github/workflows/convt-lint.yml")
    done = step("Run convt-lint", given, project, temporary)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == SHOWN[f"convt-lint --output-format github {given['args']} {given['paths']}"]


def test_sarif_for_an_upload(project: Path, temporary: Path) -> None:
    given = inputs_of(".github/workflows/convt-lint-sarif.yml")
    done = step("Run convt-lint", given, project, temporary)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    steps = yaml.safe_load(FILES[".github/workflows/convt-lint-sarif.yml"])["jobs"]["convt-lint"]["steps"]
    (uploaded,) = (each["with"]["sarif_file"] for each in steps if "upload-sarif" in each.get("uses", ""))
    (result,) = json.loads((project / uploaded).read_text())["runs"][0]["results"]
    assert result["ruleId"] == "CVT102"


def test_inputs_are_words_and_no_script(project: Path, temporary: Path) -> None:
    spaced = project / "a folder" / "-x $(touch made); `touch made`.py"
    spaced.parent.mkdir()
    spaced.write_text(f"{IMPORT}up = {BAD_CALL}\n")
    (project / "args").touch()
    done = step("Run convt-lint", {"paths": f"'a folder' {shlex.quote(spaced.name)}", "output-format": "concise"}, spaced.parent.parent, temporary)
    assert done.returncode == 2
    assert done.stdout.startswith("a folder/-x $(touch made); `touch made`.py:2:6: CVT102 ")
    assert "no such file" in done.stderr
    broken = step("Run convt-lint", {"args": "--select 'CVT1"}, project, temporary)
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr == "::error title=convt-lint::args: No closing quotation\n"
    everything = step("Run convt-lint", {"args": "--exit-zero", "output-file": "the report.txt"}, project, temporary)
    assert (everything.returncode, everything.stdout) == (0, "")
    assert (project / "the report.txt").read_text().count("CVT102 ") == 2
    assert not list(project.rglob("made"))


@pytest.mark.slow
def test_the_action_installs_its_own_source(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("runner")
    installed = step("Install convt-lint", {}, project, folder)
    assert installed.returncode == 0, installed.stderr
    done = subprocess.run([folder / "convt-lint" / "bin" / "convt-lint", "model.py"], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "CVT102" in done.stdout


def test_a_version_is_installed_where_one_is_given(project: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its programs here only says how it was called; the folder of the environment is there."""
    for name in ("python3", "convt-lint/bin/python"):
        (temporary / name).write_text(f'#!/bin/sh\necho {name.rpartition("/")[2]} "$@"\n')
        (temporary / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{temporary}:{os.environ['PATH']}")
    made, default = step("Install convt-lint", {}, project, temporary).stdout.splitlines()
    assert made == f"python3 -m venv {temporary}/convt-lint"
    assert default == f"python -m pip install --quiet --disable-pip-version-check {ROOT}"
    assert step("Install convt-lint", {"version": "1.2"}, project, temporary).stdout.splitlines()[1].endswith(" convt-lint==1.2")


# --- the other snippets


def ran(command: str, folder: Path) -> tuple[int, str]:
    program, *words = shlex.split(command)
    assert program == "convt-lint"
    # in this process: most of a run is the loading of the linter
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()) as out:
        code = main([*words, "--no-cache", "--color", "never"])
    return code, out.getvalue()


def only_model(project: Path) -> None:
    for path in project.glob("*.py"):
        if path.name != "model.py":
            path.unlink()


def test_a_job_without_the_action(project: Path) -> None:
    only_model(project)
    steps = yaml.safe_load(FILES[".github/workflows/plain.yml"])["jobs"]["convt-lint"]["steps"]
    command = steps[-1]["run"]
    assert ran(command, project) == (1, next(shown for shown in SHOWN.values() if shown.startswith("::error")))


def test_gitlab(project: Path) -> None:
    only_model(project)
    job = yaml.safe_load(FILES[".gitlab-ci.yml"])["convt-lint"]
    report, log = (ran(command, project) for command in job["script"] if command.startswith("convt-lint "))
    assert report == (0, "")
    (finding,) = json.loads((project / job["artifacts"]["reports"]["codequality"]).read_text())
    assert finding["check_name"] == "CVT102"
    assert log == (1, SHOWN["convt-lint --output-format concise model.py"])


def test_tox(project: Path) -> None:
    only_model(project)
    config = configparser.ConfigParser(interpolation=None)
    config.read(project / "tox.ini")
    command = re.sub(r"\{posargs:(.*?)\}", r"\1", config["testenv:convt-lint"]["commands"])
    assert ran(command, project) == (1, SHOWN["convt-lint --output-format concise model.py"])


def test_nox(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[str, ...]] = []
    nox: Any = ModuleType("nox")
    nox.Session, nox.session = object, lambda name: lambda function: function
    monkeypatch.setitem(sys.modules, "nox", nox)
    made = runpy.run_path(str(project / "noxfile.py"))
    made["convt_lint"](SimpleNamespace(posargs=["model.py"], install=lambda *words: steps.append(words), run=lambda *words: steps.append(words)))
    assert steps[0] == ("convt-lint",)
    assert ran(shlex.join(steps[1]), project) == (1, SHOWN["convt-lint --output-format concise model.py"])


def test_flake8(project: Path) -> None:
    done = run_flake8("model.py", cwd=project, config=project / ".flake8", settings=FILES[".flake8"].partition("[flake8]\n")[2])
    assert (done.returncode, done.stdout.decode()) == (1, SHOWN["flake8 model.py"])


def test_pre_commit_takes_the_snippet(project: Path) -> None:
    pytest.importorskip("pre_commit")
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(project / ".pre-commit-config.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PRE_COMMIT_HOME": str(project / "home")})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in yaml.safe_load(FILES[".pre-commit-config.yaml"])["repos"][0]["hooks"]] == [hook["id"] for hook in hooks]


# --- beside ruff


def test_ruff_leaves_the_noqa_where_it_is_told_whose_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = f"{IMPORT}\nup = {BAD_CALL}  # noqa: CVT102\n"
    (told,) = re.findall(r"^```toml\n(\[tool\.ruff.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

    def left(settings: str) -> str:
        (tmp_path / "model.py").write_text(source)
        (tmp_path / "pyproject.toml").write_text(settings)
        command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "RUF102", "--fix", "--quiet", "model.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        return (tmp_path / "model.py").read_text()

    assert left(told) == source
    assert main([str(tmp_path / "model.py"), "--isolated", "--no-cache"]) == 0
    assert "noqa" not in left("")
    assert main([str(tmp_path / "model.py"), "--isolated", "--no-cache"]) == 1
    capsys.readouterr()
    main(["explain", "CVT102"])
    assert re.search(r"# noqa: CVT102\b.*lint\.external = \[\"CVT\"\]", capsys.readouterr().out, re.DOTALL)
