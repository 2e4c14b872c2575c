"""The project's addresses, links to the rules' pages, and what `--statistics` is written as."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from surface import BAD, ROOT, run

from convt_lint.output.terminals import shows_links

PAGE = "https://example.org/convt/rules/output-padding-too-large"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"VTE_VERSION": "7200"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"VTE_VERSION": "odd"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "dumb", "TERM_PROGRAM": "vscode"}, False),
        ({"TERM": "linux", "VTE_VERSION": "7200"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"WT_SESSION": "1", "CI": "true"}, False),
        ({"WT_SESSION": "1", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
    ],
    ids=str,
)
def test_terminals_that_show_links(environment: dict[str, str], shown: bool) -> None:
    assert shows_links(Terminal(), environment) is shown
    assert shows_links(io.StringIO(), environment) is ("1" in environment.get("FORCE_HYPERLINK", ""))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(BAD)
    return tmp_path


@pytest.fixture
def installed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A path for imports on which the package is installed with addresses."""
    folder = tmp_path_factory.mktemp("installed")
    info = folder / "convt_lint-9.dist-info"
    info.mkdir()
    urls = "Project-URL: Documentation, https://example.org/convt/\nProject-URL: Homepage, https://example.org\n"
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: convt-lint\nVersion: 9\n{urls}\n")
    return f"{folder}:{ROOT}"


def test_addresses_of_the_package_are_told(here: Path, installed: str) -> None:
    for name in ("json", "json-lines"):
        text = run("a.py", f"--output-format={name}", cwd=here, PYTHONPATH=installed).stdout
        record = json.loads(text)[0] if name == "json" else json.loads(text)
        assert record["url"] == PAGE
    driver = json.loads(run("a.py", "--output-format=sarif", cwd=here, PYTHONPATH=installed).stdout)["runs"][0]["tool"]["driver"]
    assert (driver["informationUri"], driver["rules"][0]["helpUri"]) == ("https://example.org", PAGE)


@pytest.mark.parametrize("name", ["full", "concise", "grouped"])
def test_codes_are_links_where_that_is_wanted(here: Path, installed: str, name: str) -> None:
    wanted = ["a.py", f"--output-format={name}", "--color=always"]
    linked = run(*wanted, cwd=here, PYTHONPATH=installed, FORCE_HYPERLINK="1").stdout.decode()
    assert linked.count(f"\033]8;;{PAGE}\033\\") == 1
    bare = re.sub(r"\033\]8;;[^\033]*\033\\", "", linked)
    assert bare == run(*wanted, cwd=here, PYTHONPATH=installed, FORCE_HYPERLINK="0").stdout.decode()
    for arguments in (["--color=never"], ["-o", "out.txt"]):
        assert b"\033]8" not in run(*wanted, *arguments, cwd=here, PYTHONPATH=installed, FORCE_HYPERLINK="1").stdout
    assert "\033]8" not in (here / "out.txt").read_text()


def test_statistics_are_written_in_formats_that_can_hold_them(here: Path) -> None:
    row = {"code": "CVT102", "count": 1, "name": "output-padding-too-large"}
    assert json.loads(run("a.py", "--statistics", "--output-format=json-lines", cwd=here).stdout) == row
    assert run("a.py", "--statistics", "--output-format=grouped", cwd=here).stdout.startswith(b"1  CVT102")
    for name in ("github", "gitlab", "sarif", "junit"):
        refused = run("a.py", "--statistics", f"--output-format={name}", cwd=here)
        assert (refused.returncode, refused.stdout) == (2, b"")
        assert b"--statistics cannot be written as" in refused.stderr
