"""Several processes and the cache: the same answer, whatever is shared, broken or lost."""

from __future__ import annotations

import concurrent.futures
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from convt_lint import cache
from convt_lint.cache import FOLDER, open_cache
from convt_lint.cli import main
from convt_lint.codes import CODES
from convt_lint.jobs import run_all
from convt_lint.project import Project
from convt_lint.runner import FileReport, lint_paths, report_lost
from convt_lint.selection import DEFAULT, FileIgnores, choose
from convt_lint.sources import Target

BAD = "import torch.nn as nn\nup = nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=5)\n"
GOOD = "import torch.nn as nn\nup = nn.ConvTranspose1d(1, 1, 4, stride=2, padding=1)\n"
PADDING = "x = [\n" + "    1,\n" * 1500 + "]\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with files of every kind, of which none counts as new."""
    monkeypatch.setattr(cache, "RACY_NS", 0)
    for index in range(12):
        (tmp_path / f"m{index:02}.py").write_text((BAD if index % 3 == 0 else GOOD if index % 3 == 1 else "x = 1\n") + PADDING, encoding="utf-8")
    for path in tmp_path.glob("*.py"):
        _age(path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _age(path: Path, seconds: int = 100) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["--output-format=concise", *arguments])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "99999"])
def test_no_number_of_jobs(tree: Path, jobs: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main([f"--jobs={jobs}"])
    assert error.value.code == 2
    assert "is no number of processes" in capsys.readouterr().err


def _die_of_three(target: Target) -> FileReport:
    if target.path.name == "m03.py":
        os._exit(9)
    return FileReport(target.name)


def test_what_kills_its_process_costs_its_own_file(tree: Path) -> None:
    targets = [Target(str(path)) for path in sorted(tree.glob("*.py"))]
    reports = list(run_all(_die_of_three, targets, 2, lost=partial(report_lost, selection=DEFAULT)))
    assert [report.path for report in reports] == [target.path for target in targets]
    assert {report.path.name: [finding.code for finding in report.findings] for report in reports if report.findings} == {"m03.py": ["CVT001"]}


def test_an_executor_gives_the_same_findings(tree: Path) -> None:
    alone = lint_paths([tree])
    assert len(alone) == 4
    for executor in (ThreadPoolExecutor(2), concurrent.futures.ProcessPoolExecutor(2)):
        with executor:
            assert lint_paths([tree], executor=executor) == alone


# -- the cache -----------------------------------------------------------------------------------------------------------------------------


def _files(tree: Path) -> list[Path]:
    return list((tree / FOLDER).glob("*.json"))


def test_the_second_run_reads_no_clean_file(tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = _run(capsys)
    (path,) = _files(tree)
    assert len(json.loads(path.read_text(encoding="utf-8"))) == 8
    looked_at: list[str] = []
    import convt_lint.runner as runner

    original = runner.read
    monkeypatch.setattr(runner, "read", lambda path: looked_at.append(Path(path).name) or original(path))
    assert _run(capsys, "--jobs=1") == first
    assert set(looked_at) == {"m00.py", "m03.py", "m06.py", "m09.py"}


@pytest.mark.parametrize("keep_times", [False, True])
def test_a_changed_file_is_never_taken_for_the_old_one(tree: Path, capsys: pytest.CaptureFixture[str], keep_times: bool) -> None:
    _run(capsys)
    path = tree / "m01.py"
    before = path.stat()
    text = path.read_text(encoding="utf-8").replace("stride=2", "stride=0")
    path.write_text(text, encoding="utf-8")
    if keep_times:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "m01.py:2" in _run(capsys)[1]


def test_a_touched_file_is_known_by_its_content(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _run(capsys)
    _age(tree / "m01.py", 50)
    assert _run(capsys) == first


def test_a_file_that_is_new_is_not_remembered(tree: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "RACY_NS", 10**12)
    (tree / "new.py").write_text(GOOD, encoding="utf-8")
    _run(capsys)
    assert _files(tree) == []  # its times, and those of all others here, may be those of a later change too


def test_other_settings_have_a_cache_of_their_own(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, "--ignore=CVT102")[0] == 0
    assert _run(capsys)[1].count("CVT102") == 4
    assert len(_files(tree)) == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": [1, 2]}', b"\xff\xfe", b"null", b"[" * 100_000])
def test_a_broken_cache_is_ignored_and_made_anew(tree: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    first = _run(capsys)
    (path,) = _files(tree)
    path.write_bytes(content)
    assert _run(capsys) == first
    assert len(json.loads(path.read_text(encoding="utf-8"))) == 8


def test_a_cache_that_cannot_be_written_is_not_missed(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = _run(capsys, "--no-cache")
    assert not (tree / FOLDER).exists()
    (tree / FOLDER).write_text("no folder", encoding="utf-8")
    assert _run(capsys) == first
    assert _run(capsys, "--cache-dir=/dev/full/nowhere") == first


def test_runs_side_by_side_share_a_cache(tree: Path) -> None:
    time.sleep(2.1)
    command = [sys.executable, "-m", "convt_lint", "--output-format=concise"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") for _ in range(4)]
    outputs = {process.communicate(timeout=120)[0] for process in processes}
    assert len(outputs) == 1
    (path,) = _files(tree)
    assert len(json.loads(path.read_text(encoding="utf-8"))) == 8
    assert not list((tree / FOLDER).glob(".new-*"))


def test_the_cache_keeps_itself_out_of_version_control(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(capsys)
    assert (tree / FOLDER / ".gitignore").read_text(encoding="utf-8").endswith("*\n")
    assert (tree / FOLDER / "CACHEDIR.TAG").exists()


def test_a_cache_is_of_its_settings(tmp_path: Path) -> None:
    ignores = FileIgnores((("a.py", ("CVT1",)),), "/")
    projects = (Project(), Project({"a.B": "torch.nn.ReLU"}), Project({}, {"f:x": "(B, L)"}))
    cases = [*((DEFAULT, project) for project in projects), (replace(DEFAULT, files=ignores), Project()), (choose(None, ["CVT1"], [], CODES), Project())]
    names = {open_cache(tmp_path, selection, project).path for selection, project in cases}
    assert len(names) == len(cases)
