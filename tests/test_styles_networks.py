"""Correct programs about shapes: torch runs them, the checker says nothing."""

from __future__ import annotations

import warnings
from pathlib import PurePath

import pytest
from styles_networks import HEAD, NETWORKS

from convt_lint.linting import check_bytes


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in NETWORKS])
def test_silent(program: str) -> None:
    found = check_bytes((HEAD + program + "\n").encode(), PurePath("network.py")).findings
    assert [(finding.row - 3, finding.code, finding.message) for finding in found] == []


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in NETWORKS])
def test_torch_runs_it(program: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(HEAD + program, "network.py", "exec"), {"__name__": "__main__"})
