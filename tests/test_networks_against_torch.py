"""Drawn networks: the interpreter's shapes against those that torch has when the text is run, and its findings against torch's errors."""

from __future__ import annotations

import os
import re
import traceback
import warnings
from collections import Counter
from pathlib import PurePath
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_maker import draw

from convt_lint.analysis import analyse
from convt_lint.facts import LayerBuilt
from convt_lint.linting import check_bytes

PROBE = re.compile(r"PROBE\((\d+), (\w+)\)")
MARK = 7_000


def executed(program: str) -> tuple[dict[int, list[tuple[int, ...]]], int | None, str]:
    """The shapes at each probe, in their order, and the line at which the program raises, with torch's words."""
    shapes: dict[int, list[tuple[int, ...]]] = {}

    def probe(number: int, tensor: Any) -> None:
        shapes.setdefault(number, []).append(tuple(tensor.shape))

    torch.manual_seed(0)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(program, "network.py", "exec"), {"__name__": "__main__", "PROBE": probe})
    except Exception as error:
        rows = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "network.py"]
        return shapes, rows[-1], f"{type(error).__name__}: {error}"
    return shapes, None, ""


def believed(program: str) -> dict[int, set[Any]]:
    """What the checker takes each probe's shape for, on the ways on which all of it is known."""
    spied = PROBE.sub(rf"nn.ConvTranspose1d({MARK} + \1, 1, tuple(\2.shape))", program)
    found: dict[int, set[Any]] = {}
    for fact in analyse(spied.encode()).facts:
        number = fact.arguments.get("in_channels") if isinstance(fact, LayerBuilt) else None
        if isinstance(fact, LayerBuilt) and isinstance(number, int) and number >= MARK:
            shape = fact.arguments["kernel_size"]
            if isinstance(shape, tuple) and all(isinstance(size, int) for size in shape):
                found.setdefault(number - MARK, set()).add(shape)
    return found


def reported(program: str) -> dict[int, list[str]]:
    plain = PROBE.sub("pass", program)
    found: dict[int, list[str]] = {}
    for finding in check_bytes(plain.encode(), PurePath("network.py")).findings:
        found.setdefault(finding.row, []).append(f"{finding.code} {finding.message}")
    return found


def judged(program: str, tally: Counter[str]) -> str:
    """What is wrong with the checker's view of a drawn network; empty if nothing is."""
    shapes, row, words = executed(program)
    beliefs, findings = believed(program), reported(program)
    for number, real in shapes.items():
        tally["shapes"] += len(set(real))
        tally["known"] += len(set(real) & beliefs.get(number, set()))
        if row is None and not beliefs.get(number, set()) <= set(real):
            return f"probe {number}: {beliefs[number]} is not {real}\n{program}"
    if row is None:
        tally["ran"] += 1
        return f"{findings} on a program that runs\n{program}" if findings else ""
    tally["failed"] += 1
    built = [line for line, said in findings.items() if any(text.startswith(("CVT10", "CVT2")) for text in said)]
    tally["found"] += row in findings or bool(built)
    tally["at the line"] += row in findings
    if not findings:
        tally[f"missed: {words[:60]}"] += 1
    early = [line for line in findings if line < row and not any(text.startswith("CVT10") for text in findings[line])]
    ran_before = [line for line in early if _ran(program, line, row)]
    return f"{findings}, but torch fails at line {row}: {words}\n{program}" if ran_before else ""


def _ran(program: str, line: int, row: int) -> bool:
    """Whether a line stands, like the one that fails, at the top of the module, before it: then it ran without an error."""
    lines = program.split("\n")
    return not lines[line - 1].startswith(" ") and not lines[row - 1].startswith(" ") and line < row


def run(count: int) -> None:
    """Draws so many networks: none may be misjudged, and most of what there is to know must be known."""
    tally: Counter[str] = Counter()

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False))
    def check(random: Random) -> None:
        tally["drawn"] += 1
        wrong = judged(draw(random), tally)
        assert not wrong, wrong

    check()
    print(dict(tally))
    assert tally["ran"] > tally["drawn"] / 6
    assert tally["failed"] > tally["drawn"] / 8
    assert tally["known"] >= 0.95 * tally["shapes"]
    assert tally["found"] >= 0.9 * tally["failed"]


def test_drawn_networks() -> None:
    run(300)


@pytest.mark.slow
def test_many_drawn_networks() -> None:
    run(int(600 * float(os.environ.get("CONVT_FUZZ_SCALE", "1"))))
