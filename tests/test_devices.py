"""`convt-lint devices`: what the survey says of answers that no device here gives, and what the devices here do."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from convt_lint.confirm import Workers
from convt_lint.confirm.catalogue import KINDS, Case, cases
from convt_lint.confirm.survey import MAX_LOSSES, Outcome, outcome_of, record, survey

CASES = {(case.kind.name, case.variant): case for case in cases()}
LEGAL = CASES["legal", "1d float32"]
RIGHT: list[float] = [2, 3, 2, 3, 2, 3, 2, 3, 2, 2]


def answer(shape: tuple[int, ...], values: list[float] | None = None) -> dict[str, Any]:
    return {"built": None, "runs": [{"shape": list(shape), **({} if values is None else {"values": values})}], "spoilt": False, "dead": False}


@pytest.mark.parametrize(
    ("case", "seen", "outcome"),
    [
        (LEGAL, answer((1, 1, 10), RIGHT), Outcome.ACCEPTS),
        (LEGAL, answer((1, 1, 10)), Outcome.ACCEPTS),
        (LEGAL, answer((1, 1, 10), [*RIGHT[:-1], float("nan")]), Outcome.WRONG_VALUES),
        (LEGAL, answer((1, 1, 9), RIGHT[:-1]), Outcome.WRONG_SHAPE),
        (LEGAL, answer((1, 1, 0), []), Outcome.EMPTY),
        (CASES["output-padding-far-too-large", "1d float32"], answer((1, 1, 20), [2, 3, 2, 3, 2, 3, 2, 3, 2, 2, *[1] * 10]), Outcome.ACCEPTS),
        (CASES["output-padding-far-too-large", "1d float32"], answer((1, 1, 10), RIGHT), Outcome.WRONG_SHAPE),
        (CASES["other-channels", "1d float32"], answer((1, 1, 7), [0] * 7), Outcome.ACCEPTS),
        (CASES["stride-none", "1d float32"], answer((1, 1, 7), [0] * 7), Outcome.ACCEPTS),
    ],
)
def test_an_answer_has_its_outcome(case: Case, seen: dict[str, Any], outcome: Outcome) -> None:
    assert outcome_of(case, seen)[0] is outcome


FAKE = """
import json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if "device" in request:
        print(json.dumps({"ready": "9.9", "about": {"name": "A device"}}), flush=True)
        continue
    arguments = request["arguments"]
    if arguments.get("stride") == -1: os._exit(7)
    if arguments.get("padding") == "same" and request["dtype"] == "float64": os._exit(8)
    error = {"type": "RuntimeError", "text": "CUDA error: not implemented for it", "of_device": True}
    dead = arguments.get("dilation") == 0
    print(json.dumps({"built": None, "runs": [{"error": error} if dead else {"shape": [1, 1, 10]}], "spoilt": dead, "dead": dead}), flush=True)
"""


def test_a_crash_costs_one_case_and_many_end_its_kind(tmp_path: Path) -> None:
    program = tmp_path / "fake.py"
    program.write_text(FAKE)
    with Workers("cpu", command=(sys.executable, str(program))) as workers:
        seen = survey(workers)
    outcomes = {kind.name: Counter(each.outcome for each in seen.seen if each.case.kind is kind) for kind in KINDS}
    assert outcomes["negative-stride"] == {Outcome.CRASHES: MAX_LOSSES}
    assert outcomes["padding-same"][Outcome.CRASHES] == 3
    assert outcomes["padding-same"][Outcome.ACCEPTS] > 3
    assert outcomes["zero-dilation"][Outcome.BREAKS] == MAX_LOSSES
    rows = record(seen)["results"]
    assert [group["outcome"] for group in rows["padding-same"]] == ["accepts", "crashes"]
    assert rows["padding-same"][1]["detail"] == "the worker ended with exit status 8"
    assert rows["negative-stride"][0]["variants"] == ["1d float32", "1d float64", "1d float16"]
