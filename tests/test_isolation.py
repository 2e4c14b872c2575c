"""Sources that the parser does not survive, or takes too long for: each costs itself its findings, in the command, in flake8 and in Python alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePath

import pytest
from surface import BAD, ROOT, environment

from convt_lint import isolation
from convt_lint.linting import check_bytes, check_here
from convt_lint.project import NOTHING_SAID
from convt_lint.runner import lint_bytes
from convt_lint.selection import DEFAULT
from convt_lint.syntax.guard import SAFE, Refusal, guard

DEEP = "x = " + "(" * 90 + "1" + ")" * 90 + "\n" + BAD
DEEPEST = "".join(f"{' ' * depth}if x:\n" for depth in range(95)) + f"{' ' * 95}y = {'f(' * 90}1{')' * 90}\n{BAD}"
SLOW = "x = a" + "()" * 590 + "\n"


def codes(source: str, name: str = "deep.py") -> list[tuple[str, int]]:
    return [(finding.code, finding.row) for finding in lint_bytes(source.encode(), name)]


def test_ordinary_sources_start_no_process() -> None:
    for path in sorted((ROOT / "fixtures").rglob("*.py")):
        assert not isinstance(guard(path.read_bytes(), SAFE), Refusal), path
    isolation._apart.close()
    assert codes(BAD) == [("CVT102", 2)]
    assert isolation._apart._process is None


def test_what_is_deep_is_found_by_a_process_that_is_kept() -> None:
    assert codes(DEEP) == [("CVT102", 3)]
    kept = isolation._apart._process
    assert kept is not None
    assert codes(DEEPEST) == [("CVT102", 98)]
    assert isolation._apart._process is kept
    (finding,) = check_bytes(DEEP.encode(), PurePath("deep.py")).findings
    assert (finding,) == check_here(DEEP.encode(), PurePath("deep.py"), DEFAULT, False, NOTHING_SAID).findings


def test_what_takes_too_long_is_said_and_the_next_one_done(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(isolation, "LIMIT_S", 0.05)
        (finding,) = lint_bytes((SLOW * 20 + BAD).encode(), "slow.py")
    assert (finding.code, finding.row) == ("CVT001", 1)
    assert finding.message == "cannot analyse: an expression of more than 60 terms, and its analysis came to no end: no answer within 0.05 s"
    assert codes(DEEP) == [("CVT102", 3)]


def test_without_processes_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    isolation._apart.close()
    monkeypatch.setattr(sys, "executable", "")
    assert codes(DEEP) == [("CVT001", 1)]
    assert codes(BAD) == [("CVT102", 2)]


def test_several_threads_share_it() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(codes, [DEEP, DEEPEST] * 4)) == [[("CVT102", 3)], [("CVT102", 98)]] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_fork_has_a_process_of_its_own() -> None:
    assert codes(DEEP) == [("CVT102", 3)]
    child = os.fork()
    if not child:
        os._exit(isolation._apart._process is not None or codes(DEEP) != [("CVT102", 3)])
    assert os.waitpid(child, 0)[1] == 0
    assert codes(DEEP) == [("CVT102", 3)]


def cell(source: str) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


@pytest.fixture
def deepest(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(DEEPEST, encoding="utf-8")
    (tmp_path / "b.py").write_text(BAD, encoding="utf-8")
    notebook = {"cells": [cell("y = 1"), cell(DEEPEST)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "c.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return tmp_path


def on_a_small_stack(folder: Path, *command: str) -> list[str]:
    """What a command prints where its process and those that it starts have a stack of 1 MB, as some systems give."""
    limited = ["sh", "-c", 'ulimit -s 1024 && exec "$@"', "sh", sys.executable, *command]
    return sorted(subprocess.run(limited, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60).stdout.splitlines())


DIED = "CVT001 cannot analyse: more than 12 nested blocks, and its analysis came to no end: the process was killed by signal 11 (SIGSEGV)"


@pytest.mark.skipif(os.name != "posix", reason="ulimit")
def test_a_parser_that_dies_costs_its_file_alone(deepest: Path) -> None:
    command = on_a_small_stack(deepest, "-m", "convt_lint", "--isolated", "--no-cache", "--jobs=1", "--output-format=concise", ".")
    assert command[1:3] == [f"a.py:14:1: {DIED}", command[2]]
    assert command[2].startswith("b.py:2:9: CVT102 ")
    assert command[3] == f"c.ipynb:cell 2:14:1: {DIED}"


@pytest.mark.skipif(os.name != "posix", reason="ulimit")
def test_flake8_goes_on(deepest: Path) -> None:
    told = on_a_small_stack(deepest, "-m", "flake8", "--isolated", "--select=CVT", "--jobs=2", "a.py", "b.py")
    assert told[0] == f"a.py:14:1: {DIED}"
    assert told[1].startswith("b.py:2:9: CVT102 ")
