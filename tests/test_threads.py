"""Programs after public threads, each beside its corrected twin: torch says that the one fails and the other runs, the checker is asked for the same.

The first line of each says what its user saw and, where the case follows one thread, the address; the other cases are of the same kinds of trouble.
A bug file says on one line what is expected there: `# expect: CVT206`. Its twin, `<slug>_fixed.py`, and the programs named `ok_<slug>.py`,
which look suspicious and are right, have no such line.
"""

from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_fixtures import expected

from convt_lint.linting import check_bytes

THREADS = Path(__file__).parent.parent / "fixtures" / "threads"
FILES = sorted(THREADS.glob("*.py"))
RIGHT = [path for path in FILES if path.stem.startswith("ok_") or path.stem.endswith("_fixed")]
WRONG = [path for path in FILES if path not in RIGHT]
# What the arguments alone show is reported where the layer is built; torch raises there or where the layer is run.
_ARGUMENTS = re.compile(r"CVT10\d")
CODES = {"CVT101", "CVT102", "CVT103", "CVT104", "CVT105", "CVT106", "CVT107", "CVT108", "CVT201", "CVT203", "CVT204", "CVT205", "CVT206"}


def name(path: Path) -> str:
    return path.stem


@contextmanager
def settled(*, gradients: bool) -> Iterator[None]:
    """Torch on one thread, with a fixed seed, without gradients unless they are asked for; everything is put back."""
    import torch

    threads, grad, state = torch.get_num_threads(), torch.is_grad_enabled(), torch.get_rng_state()
    torch.set_num_threads(1)
    torch.set_grad_enabled(gradients)
    torch.manual_seed(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_grad_enabled(grad)
        torch.set_rng_state(state)


def run(path: Path) -> Exception | None:
    """Run a program of these fixtures as a script, in a namespace of its own; what it raises is returned."""
    source = path.read_text(encoding="utf-8")
    with settled(gradients=".backward(" in source):
        try:
            exec(compile(source, str(path), "exec"), {"__name__": "__main__", "__file__": str(path)})
        except Exception as error:
            return error
    return None


def rows_raised_at(error: Exception, path: Path) -> list[int]:
    """The lines of the file that the traceback passes through, the innermost last."""
    return [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path) and frame.lineno is not None]


def found(path: Path) -> list[tuple[int, str]]:
    return [(finding.row, finding.code) for finding in check_bytes(path.read_bytes(), path).findings]


def test_threads_are_in_pairs() -> None:
    twins = {path.stem.removesuffix("_fixed") for path in RIGHT if path.stem.endswith("_fixed")}
    assert {path.stem for path in WRONG} == twins
    assert len(twins) >= 60


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_one_line_is_marked(path: Path) -> None:
    ((_, code),) = expected(path)
    assert code in CODES


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_no_line_is_marked(path: Path) -> None:
    assert expected(path) == []


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_torch_refuses_it_on_the_marked_line(path: Path) -> None:
    pytest.importorskip("torch")
    error = run(path)
    assert error is not None
    ((row, code),) = expected(path)
    rows = rows_raised_at(error, path)
    assert rows, error
    if not _ARGUMENTS.match(code):
        assert rows[-1] == row, error


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_torch_runs_it(path: Path) -> None:
    pytest.importorskip("torch")
    error = run(path)
    assert error is None, rows_raised_at(error, path)


@pytest.mark.parametrize("path", WRONG, ids=name)
def test_checker_finds_it_on_the_marked_line(path: Path) -> None:
    assert found(path) == expected(path)


@pytest.mark.parametrize("path", RIGHT, ids=name)
def test_checker_is_silent(path: Path) -> None:
    assert found(path) == []
