"""Tables of little programs in the styles that people write, for the linter and for torch itself.

A program in `SILENT` draws no finding; one in `FOUND` draws exactly those that its lines are marked with: `#! CVT102`, several
apart by blanks. `#| statement` is a line for torch alone: it shows that the program does, or does not, work. `#- reason` says
that the program cannot be run here. What the linter sees has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

import pytest
from styles_found import FOUND, LIMITS
from styles_silent import SILENT as WRITTEN
from styles_unseen import UNSEEN

from convt_lint.linting import check_bytes

SILENT = [*WRITTEN, *((f"unseen-{name}", program) for name, program in UNSEEN)]
_MARK = re.compile(r"[ ]*#! ((?:CVT\d{3} ?)+)$", re.MULTILINE)
_DRIVER = re.compile(r"^#\| (.*)$", re.MULTILINE)
_NOT_RUN = re.compile(r"^#- .*$", re.MULTILINE)
LENGTH = 16


def linted(program: str) -> bytes:
    """What the linter sees: the program without marks and drivers, every line in its place."""
    return _NOT_RUN.sub("", _DRIVER.sub("", _MARK.sub("", program))).encode()


def marked(program: str) -> list[tuple[int, str]]:
    lines = enumerate(program.split("\n"), start=1)
    return [(row, code) for row, line in lines for mark in _MARK.finditer(line) for code in mark[1].split()]


def found(program: str) -> list[tuple[int, str]]:
    return [(finding.row, finding.code) for finding in check_bytes(linted(program), PurePath("styles.py")).findings]


def runnable(table: list[tuple[str, str]]) -> list[Any]:
    return [pytest.param(program, id=name) for name, program in table if not _NOT_RUN.search(program)]


@contextmanager
def layers_not_run() -> Iterator[list[Any]]:
    """The transposed convolutions built inside that nothing has been put through."""
    from torch.nn.modules import conv

    built: list[Any] = []
    base = conv._ConvTransposeNd
    init = base.__init__
    forwards = {kind: kind.forward for kind in (conv.ConvTranspose1d, conv.ConvTranspose2d, conv.ConvTranspose3d)}

    def recording_init(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        built.append(self)

    def recording(kind: Any) -> Any:
        def forward(self: Any, *args: Any, **kwargs: Any) -> Any:
            built[:] = [layer for layer in built if layer is not self]
            return forwards[kind](self, *args, **kwargs)

        return forward

    base.__init__ = recording_init
    for kind in forwards:
        kind.forward = recording(kind)
    try:
        yield built
    finally:
        base.__init__ = init
        for kind, forward in forwards.items():
            kind.forward = forward


def run(program: str) -> None:
    """Runs a program and then each layer that it built and did not use."""
    import torch

    text = _MARK.sub("", _DRIVER.sub(r"\1", program))
    with layers_not_run() as idle:
        exec(compile(text, "styles.py", "exec"), {"__name__": "__main__"})
        for layer in list(idle):
            axes = next(n for n in (1, 2, 3) if isinstance(layer, getattr(torch.nn, f"ConvTranspose{n}d")))
            layer(torch.randn(1, max(layer.in_channels, 1), *[LENGTH] * axes))


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in SILENT])
def test_silent(program: str) -> None:
    assert found(program) == []


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in FOUND])
def test_found(program: str) -> None:
    expected = marked(program)
    assert expected, "a program of this table says what is found in it"
    assert found(program) == expected


@pytest.mark.parametrize("program", runnable(SILENT))
def test_torch_runs_what_is_silent(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(program)


@pytest.mark.xfail(strict=True, reason="not followed yet")
@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in LIMITS])
def test_limits(program: str) -> None:
    assert found(program) == marked(program)


@pytest.mark.parametrize("program", runnable([*FOUND, *LIMITS]))
def test_torch_refuses_what_is_found(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises((RuntimeError, ValueError, TypeError, AssertionError)):
        run(program)


def test_the_tables_are_sound() -> None:
    for table in (SILENT, FOUND, LIMITS):
        assert len({name for name, _ in table}) == len(table)
        assert len({program for _, program in table}) == len(table)
    assert not any(marked(program) for _, program in SILENT)
    assert len(SILENT) > len(FOUND)
