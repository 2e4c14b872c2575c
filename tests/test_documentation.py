"""README and docs/: what they show is what the commands print, their Python is as they say, and the pages are built without a warning."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePath

import pytest
from documentation import NOT_RUN, PAGES, blocks, matches, ran, reader
from surface import ROOT, environment

from convt_lint import lint_bytes
from convt_lint.config import load
from convt_lint.linting import check_bytes
from convt_lint.output import FORMATS
from convt_lint.rules import RULES
from convt_lint.selection import DEFAULT_SELECT, Selection

NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_commands_print_what_the_page_shows(name: str, tmp_path: Path) -> None:
    """A block of commands that shows no output at all is a list of usages: none of them may be refused."""
    with reader(ROOT / name, tmp_path):
        for block, results in ran(ROOT / name):
            for command, shown, code, printed in results:
                told = f"{name}:{block.row}: {command}\n--- shown\n{shown}\n--- printed\n{printed}\n(python tests/documentation.py writes it anew)"
                assert matches(shown, printed) if block.shows_output else code in (0, 1) and "error:" not in printed, told


@pytest.mark.parametrize("name", NAMES)
def test_python_in_a_page_is_as_it_should_be(name: str) -> None:
    """Python that is no file is correct: it is parsed, and nothing is found in it. Files are linted, or run, by the page's own commands."""
    for block in blocks(ROOT / name):
        if block.language == "python" and block.name is None:
            assert lint_bytes(block.text.encode(), PurePath("block.py")) == [], f"{name}:{block.row}"
            compile(block.text, f"{name}:{block.row}", "exec")


@pytest.mark.parametrize("name", NAMES)
def test_tables_in_a_page_are_as_they_should_be(name: str, tmp_path: Path) -> None:
    """As with Python: one that is no file can be put into pyproject.toml as it stands."""
    path = tmp_path / "pyproject.toml"
    for block in blocks(ROOT / name):
        if block.language == "toml" and block.name is None:
            path.write_text(block.text, encoding="utf-8")
            load(path)


def test_every_code_block_says_its_language() -> None:
    """A block without one would be passed over by the tests above."""
    untold = [f"{page.name}:{block.row}" for page in PAGES for block in blocks(page) if not block.language and not block.text.startswith((":", "\n"))]
    assert untold == []


def test_what_is_not_run_is_shown_somewhere_and_shows_no_output() -> None:
    found = [(command, output, page.name) for page in PAGES for block in blocks(page) for command, output in block.commands]
    for start in NOT_RUN:
        assert any(command.startswith(start) for command, _, _ in found), start
    assert [(command, name) for command, output, name in found if output and command.startswith(tuple(NOT_RUN))] == []


def test_there_is_a_sample_of_each_format() -> None:
    commands = [command.split() for block in blocks(ROOT / "docs" / "output.md") for command, _ in block.commands]
    assert [words[2] for words in commands if "--statistics" not in words] == list(FORMATS)


def test_the_readme_lists_all_rules() -> None:
    assert re.findall(r"^\| (CVT\d+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE) == list(RULES)


def test_the_comparison_says_what_is_found() -> None:
    """The column of convt-lint in the table, program by program; `benchmarks/faults.py` makes all of it."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import faults

    table = dict(re.findall(r"^\| `(\w+\.py)` \| (yes|-) \|", faults.PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    programs = faults.programs()
    assert table.keys() == faults.FAULTS.keys() <= programs.keys()
    for name, cell in table.items():
        findings = check_bytes(programs[name].encode(), PurePath(name), Selection((*DEFAULT_SELECT, "CVT301"))).findings
        assert {finding.row for finding in findings} == ({faults.FAULTS[name]} if cell == "yes" else set()), name


@pytest.mark.slow
def test_the_pages_are_built_without_a_warning(tmp_path: Path) -> None:
    """Broken links are warnings, too. Each rule has its page where `urls.rule_url` says that it is, and says what the command prints."""
    pages, source = tmp_path / "pages", tmp_path / "docs"
    # A copy: the pages of the rules are written beside the others.
    shutil.copytree(ROOT / "docs", source, ignore=shutil.ignore_patterns("rules", "__pycache__"))
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dirhtml", str(source), str(pages)]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment(), timeout=300, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    for rule in RULES.values():
        page = (pages / "rules" / rule.name / "index.html").read_text(encoding="utf-8")
        assert f"{rule.name} ({rule.code})" in page
        assert "example.py:" in page
