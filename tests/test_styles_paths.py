"""Programs in `styles_paths`: each runs, and none of the rules but the hazards says anything."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import pytest
from styles_paths import PATHS

from convt_lint.linting import check_bytes
from convt_lint.selection import Selection

ALL = Selection(("CVT",), ("CVT302", "CVT303", "CVT304", "CVT305"))


@pytest.mark.parametrize("program", [program for _, program in PATHS], ids=[name for name, _ in PATHS])
def test_silent(program: str) -> None:
    assert check_bytes(program.encode(), PurePath("program.py"), ALL).findings == ()


@pytest.mark.parametrize("program", [program for _, program in PATHS], ids=[name for name, _ in PATHS])
def test_torch_runs_it(program: str) -> None:
    names: dict[str, Any] = {"__name__": "program"}
    exec(compile(program, "program.py", "exec"), names)
