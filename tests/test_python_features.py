"""The Python that models are written in, against Python itself.

Every program is run by Python with torch, which says on which line a layer of which kernel size is built; the interpreter must find
the same. A line marked `#?` builds a layer whose kernel size must not be taken for known: what decides it is not followed.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from python_programs import FOLLOWED, UNFOLLOWED

from convt_lint.analysis import analyse
from convt_lint.facts import LayerBuilt

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import ConvTranspose1d as C\n"
FILE = "feature.py"
_UNKNOWN = re.compile(r"#\?")

Kernels = dict[int, list[int]]


def built_by_python(program: str) -> Kernels:
    """The kernel sizes of the layers that Python builds, by the line that builds them, each once."""
    from torch.nn.modules import conv

    found: Kernels = {}
    base = conv._ConvTransposeNd
    init = base.__init__

    def recording_init(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        frame = sys._getframe(1)
        while frame.f_code.co_filename != FILE:
            assert frame.f_back is not None
            frame = frame.f_back
        _note(found, frame.f_lineno, self.kernel_size[0])

    base.__init__ = recording_init
    names = {"__name__": "__main__"}
    module = type(sys)("__main__")
    module.__dict__.update(names)
    before = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        exec(compile(HEAD + program, FILE, "exec", dont_inherit=True), module.__dict__)
    finally:
        base.__init__ = init
        sys.modules["__main__"] = before
    return found


def _note(found: Kernels, row: int, kernel: int) -> None:
    rows = found.setdefault(row, [])
    if kernel not in rows:
        rows.append(kernel)


def built_for_sure(program: str) -> Kernels:
    """The kernel sizes that the interpreter found without an assumption, by line."""
    analysis = analyse((HEAD + program).encode())
    analysis.locate()
    found: Kernels = {}
    for fact in analysis.facts:
        if isinstance(fact, LayerBuilt) and not fact.path.assumptions and not fact.path.with_defaults:
            kernel = fact.arguments["kernel_size"]
            if isinstance(kernel, tuple) and len(kernel) == 1:
                kernel = kernel[0]
            if isinstance(kernel, int):
                _note(found, fact.site.row, kernel)
    return found


def unknown_rows(program: str) -> set[int]:
    return {row for row, line in enumerate((HEAD + program).split("\n"), start=1) if _UNKNOWN.search(line)}


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in FOLLOWED])
def test_followed(program: str) -> None:
    expected = built_by_python(program)
    assert expected, "the program builds layers"
    assert built_for_sure(program) == expected


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in UNFOLLOWED])
def test_not_taken_for_known(program: str) -> None:
    expected = built_by_python(program)
    unknown = unknown_rows(program)
    assert unknown
    assert unknown <= expected.keys(), "each marked line builds a layer"
    found = built_for_sure(program)
    assert not unknown & found.keys()
    assert {row: kernels for row, kernels in expected.items() if row not in unknown} == found


def test_the_tables_are_sound() -> None:
    for table in (FOLLOWED, UNFOLLOWED):
        assert len({name for name, _ in table}) == len(table)
        assert len({program for _, program in table}) == len(table)
    assert not any(unknown_rows(program) for _, program in FOLLOWED)
