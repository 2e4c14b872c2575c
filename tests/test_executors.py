"""`lint_paths` over executors: the same findings in the same order, whatever becomes of the workers."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from surface import ROOT, environment

from convt_lint import executors, lint_paths, report_paths, runner
from convt_lint.findings import Finding

distributed = pytest.importorskip("distributed")

BAD = "import torch.nn as nn\nup = nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=5)\n"
QUIET = "import torch.nn as nn\nup = nn.ConvTranspose1d(1, 1, 3, stride=2, padding=1, output_padding=5)  # noqa: CVT102\n"
GOOD = "import torch.nn as nn\nup = nn.ConvTranspose1d(1, 1, 4, stride=2, padding=1)\n"
KINDS = (BAD, GOOD, "x = 1\n", QUIET, "import torch.nn as nn\nup = nn.ConvTranspose1d(\n")
FILES = 60


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of all kinds, and one that cannot be read, under the relative path that is returned."""
    for index in range(FILES):
        folder = tmp_path / "corpus" / f"p{index % 4}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"m{index:02}.py").write_text(KINDS[index % len(KINDS)], encoding="utf-8")
    (tmp_path / "corpus" / "broken.py").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    return Path("corpus")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes, which a task may kill but once."""
    import dask

    os.environ["PYTHONPATH"], before = str(ROOT), os.environ.get("PYTHONPATH")
    try:
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 1}),
            distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made,
        ):
            yield made
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


@pytest.fixture
def client(cluster: Any) -> Iterator[Any]:
    with distributed.Client(cluster) as client:
        yield client


def _silently(corpus: Path, executor: Executor) -> list[Finding]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return lint_paths([corpus], executor=executor)


class Wrapped(Executor):
    """Another executor, with something done to each function before it is called there."""

    def __init__(self, inner: Executor, change: Callable[[Any], Any]) -> None:
        self.inner = inner
        self.change = change

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        return self.inner.submit(self.change(function), *arguments, **named)


class Here(Executor):
    """Does the work at once, and keeps what it was given."""

    def __init__(self) -> None:
        self.parcels: list[list[tuple[Any, bytes]]] = []

    def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        self.parcels.append(arguments[0])
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except BaseException as error:
            future.set_exception(error)
        return future


# ---- the same findings


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_a_pool_finds_what_a_run_here_finds(corpus: Path, kind: type[Executor]) -> None:
    alone = lint_paths([corpus])
    assert [finding.code for finding in alone].count("CVT102") == FILES // 5
    assert {finding.code for finding in alone} == {"CVT001", "CVT102"}
    with kind(2) as executor:  # type: ignore[call-arg]
        assert _silently(corpus, executor) == alone


def test_a_cluster_finds_what_a_run_here_finds(corpus: Path, client: Any) -> None:
    assert _silently(corpus, client.get_executor()) == lint_paths([corpus])


def test_only_what_needs_an_analysis_travels_in_parcels(corpus: Path) -> None:
    executor = Here()
    lint_paths([corpus], executor=executor)
    sent = [source for parcel in executor.parcels for _, source in parcel]
    assert len(sent) == FILES * 4 // 5
    assert b"x = 1\n" not in sent
    sizes = [len(parcel) for parcel in executor.parcels]
    assert sizes[0] == 1
    assert sizes[-2] == 2 == max(sizes)  # the third size is for more than these


def test_parcels_of_a_large_corpus_hold_no_more_than_a_few_files(tmp_path: Path) -> None:
    for index in range(1000):
        (tmp_path / f"{index}.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "large.py").write_text(GOOD + "# " + "x" * executors.PARCEL_BYTES, encoding="utf-8")

    class Nowhere(Here):
        def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
            return super().submit(lambda sources: [runner.FileReport(str(path)) for path, _ in sources], *arguments)

    executor = Nowhere()
    assert lint_paths([tmp_path], executor=executor) == []
    assert sum(map(len, executor.parcels)) == 1001
    assert len(executor.parcels) < 250
    assert max(map(len, executor.parcels)) == executors.PARCEL_FILES
    large = next(parcel for parcel in executor.parcels if parcel[-1][0].name == "large.py")
    assert sum(len(source) for _, source in large[:-1]) < executors.PARCEL_BYTES


def test_workers_need_not_see_the_files(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere, here = tmp_path_factory.mktemp("elsewhere"), os.getcwd()

    def moved(function: Any) -> Any:
        def call(*arguments: Any) -> Any:
            os.chdir(elsewhere)
            try:
                return function(*arguments)
            finally:
                os.chdir(here)

        return call

    assert _silently(corpus, Wrapped(Here(), moved)) == lint_paths([corpus])


def test_reports_come_as_soon_as_they_are_there(corpus: Path) -> None:
    executor = Here()
    reports = report_paths([corpus], executor=executor)
    first = next(reports)
    assert first.path.name == "broken.py"
    assert len(executor.parcels) == 1
    assert len(list(reports)) == FILES


def test_no_more_than_so_many_parcels_are_out(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "IN_FLIGHT", 3)
    waiting: list[Future[Any]] = []
    most = 0

    class Late(Future[Any]):
        """Done when its result is asked for."""

        def exception(self, timeout: float | None = None) -> BaseException | None:
            waiting.remove(self)
            self.set_result(self.work())
            return super().exception(timeout)

    class Slow(Executor):
        def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
            nonlocal most
            future = Late()
            future.work = lambda: function(*arguments)
            waiting.append(future)
            most = max(most, len(waiting))
            return future

    assert _silently(corpus, Slow()) == lint_paths([corpus])
    assert most == 4


def test_work_that_nobody_waits_for_is_cancelled(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    futures: list[Future[Any]] = []

    class Never(Executor):
        def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
            futures.append(Future())
            if len(futures) == 1:
                futures[0].set_result(function(*arguments))
            return futures[-1]

    monkeypatch.setattr(executors, "IN_FLIGHT", 5)
    reports = report_paths([corpus], executor=Never())
    next(reports)
    monkeypatch.setattr(executors, "PARCEL_SLOTS", 1)
    next(reports)
    reports.close()  # type: ignore[attr-defined]
    assert all(future.done() for future in futures)


# ---- lost workers


def _deadly(function: Any) -> Any:
    return Deadly(function)


class Deadly:
    """A function that ends its process where the file m05.py is among its sources."""

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, sources: Any) -> Any:
        if any(path.name == "m05.py" for path, _ in sources):
            os._exit(9)
        return self.function(sources)


def test_a_pool_that_breaks_loses_nothing(corpus: Path) -> None:
    with ProcessPoolExecutor(2) as pool, pytest.warns(RuntimeWarning, match="BrokenProcessPool"):
        assert lint_paths([corpus], executor=Wrapped(pool, _deadly)) == lint_paths([corpus])


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="the process that is started here must know the changed function")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_file_that_ends_every_process_is_said(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = lint_paths([corpus])
    original, parent = runner.report_bytes, os.getpid()

    def report(source: bytes, path: Any, *rest: Any, **named: Any) -> Any:
        if path.name == "m05.py" and os.getpid() != parent:
            os._exit(9)
        return original(source, path, *rest, **named)

    monkeypatch.setattr(runner, "report_bytes", report)
    with ProcessPoolExecutor(2) as pool:
        found = lint_paths([corpus], executor=pool)
    assert [finding for finding in found if finding.filename.name != "m05.py"] == [finding for finding in alone if finding.filename.name != "m05.py"]
    (lost,) = [finding for finding in found if finding.filename.name == "m05.py"]
    assert (lost.code, lost.row, lost.column, lost.message) == ("CVT001", 1, 1, "the analysis of this file ended its process")


@pytest.mark.parametrize("error", [SystemExit(3), MemoryError(), KeyError("x"), BaseException("odd")], ids=repr)
def test_whatever_a_future_raises_loses_nothing(corpus: Path, error: BaseException) -> None:
    def raising(function: Any) -> Any:
        def call(sources: Any) -> Any:
            raise error

        return call

    with pytest.warns(RuntimeWarning, match=type(error).__name__):
        assert lint_paths([corpus], executor=Wrapped(Here(), raising)) == lint_paths([corpus])


def test_an_executor_that_takes_no_work_loses_nothing(corpus: Path) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.warns(RuntimeWarning, match="cannot schedule new futures after shutdown"):
        assert lint_paths([corpus], executor=executor) == lint_paths([corpus])


def test_an_executor_that_cancels_its_work_loses_nothing(corpus: Path) -> None:
    class Cancelling(Executor):
        def submit(self, function: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            return future

    with pytest.warns(RuntimeWarning, match="cancelled"):
        assert lint_paths([corpus], executor=Cancelling()) == lint_paths([corpus])


def test_a_worker_that_is_lost_once_is_made_up_for_by_the_cluster(corpus: Path, client: Any, tmp_path: Path) -> None:
    mark = tmp_path / "has died"

    def once(function: Any) -> Any:
        def call(sources: Any) -> Any:
            if any(path.name == "m05.py" for path, _ in sources) and not mark.exists():
                mark.touch()
                os._exit(9)
            return function(sources)

        return call

    assert _silently(corpus, Wrapped(client.get_executor(), once)) == lint_paths([corpus])
    assert mark.exists()


def test_work_that_kills_every_worker_of_the_cluster_is_done_here(corpus: Path, client: Any) -> None:
    def deadly(function: Any) -> Any:
        def call(sources: Any) -> Any:
            if any(path.name == "m05.py" for path, _ in sources):
                os._exit(9)
            return function(sources)

        return call

    with pytest.warns(RuntimeWarning, match="KilledWorker"):
        assert lint_paths([corpus], executor=Wrapped(client.get_executor(), deadly)) == lint_paths([corpus])


# ---- the documented example


def test_the_example_writes_what_the_command_says(corpus: Path, cluster: Any) -> None:
    example = [sys.executable, str(ROOT / "docs/examples/lint_corpus.py"), str(corpus), "-o", "findings.jsonl", "--scheduler", cluster.scheduler_address]
    done = subprocess.run(example, env=environment(), capture_output=True, text=True, timeout=100, check=True)
    command = [sys.executable, "-m", "convt_lint", "--no-cache", "--output-format=json", str(corpus)]
    expected = json.loads(subprocess.run(command, env=environment(), capture_output=True, timeout=100, check=False).stdout)
    lines = Path("findings.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == expected
    assert len(expected) > FILES // 5
    assert done.stdout == f"{len(expected)} findings in findings.jsonl\n"
