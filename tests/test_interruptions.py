"""What happens meanwhile: files that change or vanish, full disks, readers that go away, signals. The run ends cleanly and nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest
from slow_work import BAD, PADDING, slow_command, write_files
from surface import GOOD, ROOT, environment, run

from convt_lint import cache, jobs, sources
from convt_lint.cli import main
from convt_lint.jobs import run_all
from convt_lint.project import NOTHING_SAID
from convt_lint.runner import FileReport, report_lost, report_targets
from convt_lint.selection import DEFAULT
from convt_lint.sources import Target, discover

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")
not_root = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")

SOON_S = 5
"""What counts as promptly: a second on an idle machine, and some patience with a busy one."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    monkeypatch.chdir(folder)
    write_files(folder, 6, PADDING)
    return folder


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


# ---- files that change


def _turned_into_nothing(path: Path) -> None:
    path.unlink()


def _turned_into_a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _turned_into_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _turned_into_a_socket(path: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


def _turned_into_a_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _without_permission(path: Path) -> None:
    path.chmod(0)


@posix
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_turned_into_nothing, "no such file or directory"),
        (_turned_into_a_directory, "is a directory"),
        (_turned_into_a_pipe, "not a regular file"),
        (_turned_into_a_socket, "no such device or address"),
        (_turned_into_a_loop, "too many levels of symbolic links"),
        pytest.param(_without_permission, "permission denied", marks=not_root),
    ],
)
def test_a_file_that_is_no_longer_what_was_found_costs_itself(tree: Path, change: Callable[[Path], None], words: str, count: int) -> None:
    found = discover(["."])
    change(tree / "m02.py")
    reports = list(report_targets(found, DEFAULT, NOTHING_SAID, jobs=count))
    assert [[finding.code for finding in report.findings] for report in reports] == [["CVT102"]] * 2 + [["CVT001"]] + [["CVT102"]] * 3
    assert reports[2].findings[0].message == f"this file could not be read: {words}"


@posix
def test_a_file_that_vanishes_during_the_run_is_said(tree: Path, tmp_path: Path) -> None:
    started = tmp_path / "started"
    command = slow_command(0.5, "--no-cache", "--output-format=concise", "--jobs=1", "m00.py", "m01.py")
    with subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, env=environment(STARTED_FILE=str(started))) as process:
        _wait_for(started.exists)
        (tree / "m01.py").unlink()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out.splitlines()[1:] == [b"m01.py:1:1: CVT001 this file could not be read: no such file or directory", b"Found 2 errors."]


def test_a_directory_that_vanishes_during_the_walk_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tree / name).mkdir()
        write_files(tree / name, 1)
    original = os.scandir

    def scan(path: Any) -> Any:
        if isinstance(path, int):  # not the walk, but what deletes
            return original(path)
        if Path(path).name == "a" and (tree / "b").exists():
            shutil.rmtree(tree / "b")
        if Path(path).name == "b" and (tree / "a").exists():
            shutil.rmtree(tree / "a")
        return original(path)

    monkeypatch.setattr(os, "scandir", scan)
    found = discover(["."])
    assert len(found.targets) == 8
    assert [target.problem for target in found.targets if target.problem] == ["no such file or directory"]


@posix
def test_a_current_directory_that_is_gone_is_no_obstacle(tree: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    script = 'cd "$1" && rmdir "$1" && exec "$2" -m convt_lint --output-format=concise "$3"'
    command = ["sh", "-c", script, "sh", str(gone), sys.executable, str(tree / "m00.py")]
    gone.mkdir()
    done = subprocess.run(command, capture_output=True, env=environment(), timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"CVT102" in done.stdout


def test_a_file_that_grows_is_read_to_some_end(tree: Path) -> None:
    path, over = tree / "grows.py", threading.Event()
    path.write_text(BAD, encoding="utf-8")

    def grow() -> None:
        with path.open("a", encoding="utf-8") as stream:
            while not over.is_set() and stream.tell() < 50 * 2**20:
                stream.write("x = 1\n" * 300)
                stream.flush()

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        source = sources.read(PurePath(path))
    finally:
        over.set()
        thread.join()
    assert source.startswith(BAD.encode())
    assert len(source) <= path.stat().st_size


@pytest.mark.parametrize("count", [1, 2])
def test_a_file_that_changes_during_its_analysis_is_not_remembered_as_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], count: int
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cache, "RACY_NS", 0)
    monkeypatch.setattr(jobs, "ENOUGH_BYTES", 1)
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(GOOD, encoding="utf-8")
    original = cache.Cache.note_verdict

    def change_before(self: cache.Cache, name: str) -> None:
        if name.endswith("a.py"):
            Path(name).write_text(BAD, encoding="utf-8")
        original(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(cache.Cache, "note_verdict", change_before)
        assert main([f"--jobs={count}"]) == 0
    capsys.readouterr()
    assert main(["--output-format=concise"]) == 1
    assert "a.py:2:6: CVT102" in capsys.readouterr().out


# ---- disks that are full


def _without_space(command: list[str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Runs a command that cannot write a byte to any file."""
    resource = pytest.importorskip("resource")
    script = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); os.execv(sys.argv[1], sys.argv[1:])"
    assert resource.RLIMIT_FSIZE is not None
    return subprocess.run([sys.executable, "-c", script, *command], cwd=cwd, capture_output=True, env=environment(), timeout=60, check=False)


@posix
def test_a_full_disk_costs_the_cache_and_nothing_else(tree: Path) -> None:
    for path in tree.iterdir():
        path.write_text(GOOD, encoding="utf-8")
    time.sleep(cache.RACY_NS / 10**9 + 0.1)  # so that there is something to remember
    done = _without_space([sys.executable, "-m", "convt_lint"], tree)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"All checks passed!\n", b"")
    folder = tree / cache.FOLDER
    assert not [path for path in folder.iterdir() if path.stat().st_size or path.name.startswith(".new-")]
    assert run(cwd=tree).stdout == b"All checks passed!\n"
    assert (folder / ".gitignore").read_text(encoding="utf-8").endswith("*\n")
    assert len(list(folder.glob("*.json"))) == 1


@posix
def test_findings_that_find_no_space_are_said(tree: Path) -> None:
    done = _without_space([sys.executable, "-m", "convt_lint", "-o", "findings", "m00.py"], tree)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"convt-lint: error: findings: File too large\n")


@not_root
def test_a_cache_that_may_not_be_written_is_not_missed(tree: Path) -> None:
    tree.chmod(0o500)
    try:
        done = run("--output-format=concise", cwd=tree)
    finally:
        tree.chmod(0o700)
    assert (done.returncode, done.stderr, done.stdout.count(b"CVT102")) == (1, b"", 6)


# ---- readers that go away


@posix
@pytest.mark.parametrize("options", ["--jobs=1", "--jobs=4", "--jobs=4 --output-format=json"])
def test_a_reader_that_has_seen_enough_ends_the_run(tree: Path, options: str) -> None:
    (tree / "m00.py").write_text(BAD + f"{BAD.splitlines()[1]}\n" * 300)
    script = f'"$1" -m convt_lint --no-cache {options} | head -n 1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", script, "bash", sys.executable], cwd=tree, capture_output=True, env=environment(), timeout=60, check=False)
    assert done.stderr == b""
    first, code = done.stdout.splitlines()
    assert first.startswith(b"[" if "json" in options else b"m00.py:2:6")
    assert code == b"141"


@posix
def test_what_cannot_be_said_on_a_closed_standard_error_is_not_said_on_the_output(tree: Path) -> None:
    script = '"$1" -m convt_lint --no-cache --output-format=json nowhere m00.py --show-unchecked 2>&-'
    done = subprocess.run(["sh", "-c", script, "sh", sys.executable], cwd=tree, capture_output=True, env=environment(), timeout=60, check=False)
    assert done.returncode == 2
    assert done.stdout.startswith(b"[")
    assert b"nowhere" not in done.stdout


# ---- signals


@contextlib.contextmanager
def _at_work(tree: Path, count: int, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command with so many jobs, in a group of processes of its own, in the middle of files that take a minute each."""
    started = tmp_path / "started"
    command = slow_command(60, "--no-cache", f"--jobs={count}")
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=tree, env=environment(STARTED_FILE=str(started)), start_new_session=True, **pipes)
    try:
        _wait_for(lambda: started.exists() and len(_group(process.pid)) >= (count + 1 if count > 1 else 1))
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)


def _group(leader: int) -> list[int]:
    """The living processes of a group."""
    psutil = pytest.importorskip("psutil")
    living = []
    for process in psutil.process_iter(["pid", "status"]):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if process.info["status"] != psutil.STATUS_ZOMBIE and os.getpgid(process.info["pid"]) == leader:
                living.append(process.info["pid"])
    return living


@posix
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("whole_group", [True, False], ids=["from the keyboard", "to the command alone"])
def test_an_interrupt_ends_everything_at_once(tree: Path, tmp_path: Path, count: int, whole_group: bool) -> None:
    with _at_work(tree, count, tmp_path) as process:
        begin = time.monotonic()
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - begin < SOON_S
        assert (process.returncode, out, err) == (130, b"", b"")
        assert _group(process.pid) == []


@posix
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL, signal.SIGHUP], ids=lambda sent: sent.name)
def test_no_process_outlives_the_command(tree: Path, tmp_path: Path, sent: signal.Signals) -> None:
    with _at_work(tree, 3, tmp_path) as process:
        begin = time.monotonic()
        process.send_signal(sent)
        # The pipes are held by the workers too: they are read to their end only when these are gone.
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (-sent, b"", b"")
        _wait_for(lambda: _group(process.pid) == [])
        assert time.monotonic() - begin < SOON_S


@posix
def test_an_interrupt_at_any_time_is_quiet(tree: Path) -> None:
    # What comes before is Python's own start, which nobody can quieten.
    script = "import sys; from convt_lint.__main__ import main; print('ready', flush=True); sys.exit(main())"
    command = [sys.executable, "-c", script, "--no-cache", "--output-format=concise", "--jobs=3"]
    codes = set()
    for step in range(12):
        with subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), start_new_session=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.05 * step)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=60)
        assert err == b"", f"after {0.05 * step} s"
        codes.add(process.returncode)
    assert 130 in codes
    assert codes <= {130, 1, -signal.SIGINT}


# ---- processes that cannot be had


def test_without_processes_the_command_does_the_work_itself(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import concurrent.futures

    def refuse(*_: Any, **__: Any) -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(concurrent.futures, "ProcessPoolExecutor", refuse)
    reports = list(report_targets(discover(["."]), DEFAULT, NOTHING_SAID, jobs=3))
    assert [len(report.findings) for report in reports] == [1] * 6


def _lost(target: Target, message: str) -> FileReport:
    return report_lost(target, message, DEFAULT)


def _leave(target: Target) -> FileReport:
    if target.path.name == "m01.py":
        raise SystemExit(7)
    if target.path.name == "m03.py":
        raise MemoryError("no more")
    if target.path.name == "m04.py":
        return FileReport(target.name, (lambda: None,))  # type: ignore[arg-type]  # what no process can send
    return FileReport(target.name)


def test_what_is_raised_in_a_process_costs_its_own_file(tree: Path) -> None:
    reports = list(run_all(_leave, discover(["."]).targets, 3, lost=_lost))
    said = {report.path.name: report.findings[0].message for report in reports if report.findings}
    assert said.keys() == {"m01.py", "m03.py", "m04.py"}
    assert said["m01.py"] == "the analysis of this file failed (SystemExit: 7)"
    assert said["m03.py"] == "the analysis of this file failed (MemoryError: no more)"


def _die(target: Target) -> FileReport:
    os._exit(9)


def test_a_file_that_kills_its_process_is_not_said_where_that_is_not_selected(tree: Path) -> None:
    from functools import partial

    from convt_lint.selection import choose

    lost = partial(report_lost, selection=choose(None, ["CVT001"], [], ["CVT001", "CVT102"]))
    reports = list(run_all(_die, discover(["."]).targets, 2, lost=lost))
    assert [report.findings for report in reports] == [()] * 6


# ---- the same, however many


def test_any_number_of_jobs_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(jobs, "ENOUGH_BYTES", 1)
    paths = [str(path) for path in sorted(Path("fixtures").glob("*.py")) + sorted(Path("fixtures").rglob("*.py"))[::9]]
    assert main(["--no-cache", "--jobs=1", "--output-format=json", *paths]) == 1
    one = capsysbinary.readouterr().out
    assert one.count(b'"code"') > 30, "enough for a difference to show"
    for count in (2, 16):
        assert main(["--no-cache", f"--jobs={count}", "--output-format=json", *paths]) == 1
        assert capsysbinary.readouterr().out == one
