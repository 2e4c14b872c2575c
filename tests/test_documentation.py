"""README and docs/: what they show is what the commands print, their Python is as they say, and the pages are built without a warning."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path, PurePath

import pytest
from documentation import PAGES, Block, blocks, call, matches
from surface import ROOT, environment

from convt_lint import lint_bytes
from convt_lint.config import load
from convt_lint.output import FORMATS
from convt_lint.rules import RULES

NOT_RUN = {
    "pip install": "installs",
    "python3 -m venv": "makes an environment, and installs",
    "python docs/examples/lint_corpus.py": "tests/test_executors.py runs it with a cluster",
    ".ci/run": "runs these tests",
    "python -m pytest": "runs these tests",
    "python benchmarks/": "downloads packages, or takes many minutes",
    "ruff check .": "part of .ci/run",
    "mypy --strict": "part of .ci/run",
    "sphinx-build": "the last test of this file builds the pages",
    "python docs/picture.py": "tests/test_picture.py holds what it draws against the file",
}
"""Commands that are shown and not run here, by how they begin, and why."""

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader tries a page: a directory of their own, with the fixtures and documents of the checkout in reach."""
    for name in ("fixtures", "docs", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    for name in ("CI_PROJECT_DIR", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_commands_print_what_the_page_shows(name: str, reader: Path) -> None:
    """From top to bottom: a block that begins with a file's name is that file, one that begins with `$ ` is commands and what they print."""
    for block in blocks(ROOT / name):
        if block.name is not None:
            target = reader / block.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        compare(block, f"{name}:{block.row}")


def compare(block: Block, place: str) -> None:
    """Runs a block's commands. One that shows no output at all is a list of usages: none of them may be refused."""
    shows = any(output for _, output in block.commands)
    for command, output in block.commands:
        if command.startswith(tuple(NOT_RUN)):
            assert not output, f"{place}: {command}: shows what it prints, and is not run"
            continue
        code, printed = call(command)
        if shows:
            assert matches(output, printed), f"{place}: {command}\n--- shown\n{output}\n--- printed\n{printed}"
        else:
            assert code in (0, 1), f"{place}: {command}\n{printed}"
            assert "error:" not in printed, f"{place}: {command}\n{printed}"


@pytest.mark.parametrize("name", NAMES)
def test_python_in_a_page_is_as_it_should_be(name: str) -> None:
    """Python that is no file is correct: it is parsed, and nothing is found in it. Files are linted, or run, by the page's own commands."""
    for block in blocks(ROOT / name):
        if block.language == "python" and block.name is None:
            assert lint_bytes(block.text.encode(), PurePath("block.py")) == [], f"{name}:{block.row}"
            compile(block.text, f"{name}:{block.row}", "exec")


@pytest.mark.parametrize("name", NAMES)
def test_tables_of_the_configuration_are_taken(name: str, tmp_path: Path) -> None:
    for block in blocks(ROOT / name):
        if block.language == "toml":
            path = tmp_path / "pyproject.toml"
            path.write_text(block.text, encoding="utf-8")
            tomllib.loads(block.text)
            load(path)


def test_every_code_block_says_its_language() -> None:
    """A block without one would be passed over by the tests above."""
    untold = [f"{page.name}:{block.row}" for page in PAGES for block in blocks(page) if not block.language and not block.text.startswith((":", "\n"))]
    assert untold == []


def test_what_is_said_not_to_be_run_is_shown_somewhere() -> None:
    commands = [command for page in PAGES for block in blocks(page) for command, _ in block.commands]
    for start in NOT_RUN:
        assert any(command.startswith(start) for command in commands), start


def test_there_is_a_sample_of_each_format() -> None:
    commands = [command.split() for block in blocks(ROOT / "docs" / "output.md") for command, _ in block.commands]
    assert [words[2] for words in commands if "--statistics" not in words] == list(FORMATS)


def test_the_readme_lists_all_rules() -> None:
    assert re.findall(r"^\| (CVT\d+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE) == list(RULES)


@pytest.mark.slow
def test_the_pages_are_built_without_a_warning(tmp_path: Path) -> None:
    """Broken links are warnings, too. Each rule has its page where `urls.rule_url` says that it is, and says what the command prints."""
    pages = tmp_path / "pages"
    # A copy: pages of the rules are written beside the others.
    source = tmp_path / "docs"
    source.mkdir()
    for path in (ROOT / "docs").iterdir():
        if path.name != "rules":
            (source / path.name).symlink_to(path)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dirhtml", str(source), str(pages)]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment(), timeout=300, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    for rule in RULES.values():
        page = (pages / "rules" / rule.name / "index.html").read_text(encoding="utf-8")
        assert f"example.py:" in page and rule.code in page, rule.code
