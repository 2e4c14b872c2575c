"""CVT301: for which lengths a network runs, against torch that runs it. Networks are drawn, written as source, linted, and executed."""

from __future__ import annotations

import random
import re
from pathlib import Path, PurePath
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from convt_lint.dependence import lengths_that_work
from convt_lint.linting import check_bytes
from convt_lint.selection import Selection

ONLY = Selection(("CVT203", "CVT205", "CVT206", "CVT301"))
SHORT = range(1, 40)
LONG = range(1000, 1030)


class Network:
    """An encoder and a decoder of 1d layers with skip connections, as source text."""

    def __init__(self, rng: random.Random) -> None:
        self.init: list[str] = []
        self.forward: list[str] = []
        depth = rng.randint(1, 3)
        self.named = rng.random() < 0.4
        if self.named:
            self.forward.append(rng.choice(["b, c, t = x.shape", "t = x.size(2)", "t = x.shape[2]", "t = x.size(-1)", "_, _, t = x.size()"]))
        if rng.random() < 0.15:
            multiple = rng.choice([2, 4, 8])
            padded, refused = (
                f"x = F.pad(x, (0, -{rng.choice(['x.shape[-1]', 'x.size(2)'])} % {multiple}))",
                f"if {'t' if self.named else 'x.shape[-1]'} % {multiple} != 0:\n            raise ValueError",
            )
            self.forward.append(rng.choice([padded, refused]))
        self.down: list[tuple[int, int, int]] = []
        for stage in range(depth):
            self.forward.append(f"s{stage} = x")
            self.encoder(stage, rng)
        for stage in reversed(range(depth)):
            self.decoder(stage, rng)
        if self.named:
            self.forward += rng.choice([["x = x[..., :t]"], ["x = x[:, :, :t] + s0"], ["x = F.pad(x, (0, t - x.shape[2])) + s0"], ["x = x + s0[..., :t]"], []])

    def layer(self, text: str) -> str:
        self.init.append(f"self.l{len(self.init)} = {text}")
        return f"self.l{len(self.init) - 1}"

    def encoder(self, stage: int, rng: random.Random) -> None:
        kind = rng.choice(["conv", "conv", "pool", "average"])
        if kind == "conv":
            k, s, p, d = rng.randint(1, 6), rng.randint(1, 3), rng.randint(0, 2), rng.choice([1, 1, 1, 2])
            self.down.append((k, s, p))
            layer = self.layer(f"nn.Conv1d(2, 2, {k}, {s}, {p}, {d})")
        elif kind == "pool":
            k, s = rng.randint(2, 3), rng.randint(2, 3)
            p = rng.randint(0, k // 2)
            self.down.append((k, s, p))
            layer = self.layer(f"nn.MaxPool1d({k}, {s}, {p}, ceil_mode={rng.random() < 0.3})")
        else:
            k = rng.randint(2, 3)
            self.down.append((k, k, 0))
            layer = self.layer(f"nn.AvgPool1d({k})")
        self.forward.append(f"x = {rng.choice(['', '', 'F.relu'])}({layer}(x))")

    def decoder(self, stage: int, rng: random.Random) -> None:
        k, s, p = self.down[stage] if rng.random() < 0.9 else (rng.randint(1, 6), rng.randint(1, 3), rng.randint(0, 2))
        layer = self.layer(f"nn.ConvTranspose1d(2, 2, {k}, {s}, {p}, {rng.choice([0, 0, rng.randint(0, s - 1)])})")
        way = rng.choice(["plain"] * 8 + ["size", "size", "crop", "crop", "scale", "trim", "tail"])
        if way == "size":
            self.forward.append(f"x = {layer}(x, output_size=s{stage}.shape[-1:])")
        elif way == "scale":
            self.forward.append(f"x = F.interpolate({layer}(x), scale_factor={rng.choice([2, 0.5])})")
        else:
            self.forward.append(f"x = {layer}(x)")
        if way == "crop":
            self.forward.append(f"x = x[..., :s{stage}.shape[-1]]")
        elif way == "trim":
            self.forward.append(f"x = x[:, :, {rng.choice([':-1', '1:', '1:-1', '::2'])}]")
        elif way == "tail":
            self.forward.append(f"x = x[..., :{rng.randint(1, 4)} - 9]")
        if rng.random() < 0.6:
            back = self.layer("nn.Conv1d(4, 2, 1)")
            self.forward.append(f"x = {back}(torch.cat([x, s{stage}], dim=1))")
        else:
            self.forward.append(f"x = x + s{stage}")

    def source(self) -> str:
        init = "\n        ".join(["super().__init__()", *self.init])
        forward = "\n        ".join([*self.forward, "return x"])
        head = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
        return f"{head}\n\nclass Net(nn.Module):\n    def __init__(self):\n        {init}\n\n    def forward(self, x):\n        {forward}\n"


def runs(source: str) -> Any:
    """Whether torch runs the network on an input of a length."""
    names: dict[str, Any] = {}
    exec(source, names)
    network = names["Net"]().to("cpu")

    def ask(length: int) -> bool:
        try:
            with torch.no_grad():
                network(torch.zeros(1, 2, length))
        except (RuntimeError, ValueError):
            return False
        return True

    return ask


def judge(rng: random.Random) -> tuple[bool, bool]:
    """Holds the finding against torch; says whether there is one, and whether torch refuses some long input."""
    source = Network(rng).source()
    found = check_bytes(source.encode(), PurePath("net.py"), ONLY).findings
    ask = runs(source)
    refused = [length for length in LONG if not ask(length)]
    if not found:
        return False, bool(refused)
    if any(finding.code != "CVT301" for finding in found):
        assert not any(ask(length) for length in (*SHORT, *LONG)), source
        return True, True
    evidence = found[0].evidence
    for length in (*SHORT, *LONG):
        if ask(length):
            period, residues, short = evidence["period"], evidence["residues"], evidence["short"]
            assert length % period in residues or length in short, (source, length, evidence)
    assert not ask(evidence["bad"]), (source, evidence)
    assert evidence["good"] is None or ask(evidence["good"]), (source, evidence)
    return True, bool(refused)


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_is_said_is_so(rng: random.Random) -> None:
    judge(rng)


@pytest.mark.slow
def test_what_is_found_of_what_torch_refuses() -> None:
    """Of drawn networks that torch refuses for some long inputs, nearly all are found; of the others, none is."""
    results = [judge(random.Random(seed)) for seed in range(80)]
    assert all(refused for found, refused in results if found)
    found = sum(found for found, refused in results if refused)
    assert found / sum(refused for _, refused in results) > 0.9


def test_short_lengths_are_listed() -> None:
    dependence = lengths_that_work(1, lambda length: 97 <= length <= 100 or length == 7, 1000)
    assert dependence is not None
    assert dependence.said() == "7 or 97..100"
    assert (dependence.good, dependence.bad) == (7, 1000)


def test_classes_are_named_by_the_smallest_divisor() -> None:
    dependence = lengths_that_work(48, lambda length: length % 8 == 4, 1000)
    assert dependence is not None
    assert dependence.said() == "4 modulo 8"


def test_what_is_too_short_alone_is_no_dependence() -> None:
    assert lengths_that_work(4, lambda length: length >= 30, 1000) is None


NETWORKS = Path(__file__).parent.parent / "fixtures" / "lengths" / "networks.py"


def test_the_families_of_networks() -> None:
    rows = enumerate(NETWORKS.read_text(encoding="utf-8").splitlines(), start=1)
    expected = [(row, found[1]) for row, line in rows if (found := re.search(r"# expect: CVT301 (.*)", line))]
    findings = check_bytes(NETWORKS.read_bytes(), PurePath(NETWORKS), Selection(("CVT",), ("CVT303", "CVT304"))).findings
    assert [(finding.row, finding.code) for finding in findings] == [(row, "CVT301") for row, _ in expected]
    for finding, (_, text) in zip(findings, expected, strict=True):
        assert finding.message.startswith(f"runs only where {text}:")


def test_the_families_of_networks_under_torch() -> None:
    names: dict[str, Any] = {"__name__": "networks"}
    exec(NETWORKS.read_text(encoding="utf-8"), names)

    def works(network: nn.Module, *shape: int) -> bool:
        try:
            with torch.no_grad():
                network(torch.zeros(shape))
        except (RuntimeError, AssertionError):
            return False
        return True

    assert all(works(names["UNet"]().eval(), 1, 3, length, 16) is (length % 8 == 0) for length in range(16, 34))
    assert all(works(names["WaveUNet"](), 1, 1, length) is (length % 64 in range(20, 24)) for length in range(1040, 1110))
    assert all(works(names["Autoencoder"](), 1, 1, length) is (97 <= length <= 100) for length in range(80, 120))
    assert all(works(names["Vocoder"](), 1, 1, length) is (length % 8 == 0) for length in range(80, 120))
    assert all(works(names["Volume"](), 1, 1, 3, length, 4) is (length % 2 == 0 or length == 1) for length in range(1, 20))
