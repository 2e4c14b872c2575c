"""Exactness stated for a layer whose arguments are names: torch shows every counterexample, and where nothing is said there is none."""

from __future__ import annotations

from itertools import product
from math import prod
from pathlib import PurePath
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from convt_lint.findings import Finding
from convt_lint.linting import check_bytes

HEAD = "import math\nimport torch\nimport torch.nn as nn\n"


def found(body: str) -> list[Finding]:
    return list(check_bytes((HEAD + body).encode(), PurePath("layer.py")).findings)


def layer(k: int, u: int, padding: str, extra: str, length: int = 10) -> int | None:
    """What torch makes of an input; None where it refuses the layer."""
    values = {"k": k, "u": u}
    try:
        built = nn.ConvTranspose1d(1, 1, k, u, eval(padding, values), eval(extra, values))
        with torch.no_grad():
            return int(built(torch.zeros(1, 1, length)).shape[-1])
    except (ValueError, RuntimeError):
        return None


FORMS = st.recursive(
    st.sampled_from(["k", "u", "1", "2"]),
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
        st.builds("({} // {})".format, inner, st.sampled_from(["2", "3"])),
        st.builds("({} % {})".format, inner, st.sampled_from(["2", "3"])),
    ),
    max_leaves=4,
)
PADDINGS = st.one_of(FORMS, st.sampled_from(["(k - u) // 2", "(k - u + 1) // 2", "u // 2 + u % 2", "(k - u + 1) // 2 + 0", "-(-(k - u) // 2)"]))
EXTRAS = st.one_of(st.just("0"), FORMS, st.sampled_from(["(k - u) % 2", "u % 2", "(u - k) % 2"]))


@settings(max_examples=300, deadline=None)
@given(PADDINGS, EXTRAS)
def test_verdicts_are_what_torch_shows(padding: str, extra: str) -> None:
    findings = found(f"def up(k, u):\n    return nn.ConvTranspose1d(1, 1, k, u, padding={padding}, output_padding={extra})  # convt: exact\n")
    findings = [finding for finding in findings if finding.code == "CVT207"]
    if findings:
        values = findings[0].evidence["values"]
        length = findings[0].evidence["length"]
        assert layer(values.get("k", 1), values.get("u", 1), padding, extra, length) == findings[0].evidence["given"]
        assert findings[0].evidence["given"] != length * values["u"]
    else:
        real = [(layer(k, u, padding, extra), u) for k, u in product(range(1, 13), range(1, 8))]
        assert all(length in (None, 10 * u) for length, u in real)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12), st.integers(0, 24))
def test_the_repair_is_exact(u: int, more: int) -> None:
    (finding,) = found("def up(k, u):\n    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact\n")
    (text,) = finding.suggestions
    padding, extra = text.partition(" is exact")[0].removeprefix("padding=").split(", output_padding=")
    assert layer(u + more, u, padding, extra) == 10 * u


FOUND = [
    ("def up(k, u):\n    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact", "with k=2, u=1 it gives 11 from 10, not 10"),
    ("def up(s):\n    return nn.ConvTranspose1d(1, 1, 2 * s, s, math.ceil(s / 2))  # convt: exact", "with s=1 it gives 9 from 10, not 10"),
    ("def up(cfg):\n    return nn.ConvTranspose2d(1, 1, (3, cfg.k), (1, cfg.u), (1, (cfg.k - cfg.u) // 2))  # convt: exact", "on spatial axis 1: not exact"),
    ("def up(k, u, mode):\n    if mode == 'deconv':\n        return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)  # convt: exact", "with k=2, u=1"),
    ("def up(k, u):\n    if u == 4:\n        return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)  # convt: exact", "with k=5 it gives 41 from 10, not 40"),
    ("def up(k, u):\n    assert u > 1\n    return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)  # convt: exact", "with k=3, u=2"),
    ("class U(nn.Module):\n    def __init__(self, rate, kernel):\n        super().__init__()\n"
     "        self.up = nn.ConvTranspose1d(4, 4, kernel, rate, padding=(kernel - rate) // 2)  # convt: exact", "with kernel=2, rate=1"),
]  # fmt: skip
SILENT = [
    "def up(k, u):\n    return nn.ConvTranspose1d(1, 1, k, u, (k - u + 1) // 2, (k - u) % 2)  # convt: exact",
    "def up(s):\n    return nn.ConvTranspose1d(1, 1, 2 * s, s, s // 2 + s % 2, s % 2)  # convt: exact",
    "def up(k, u):\n    assert (k - u) % 2 == 0\n    return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)  # convt: exact",
    "def up(s):\n    if s % 2:\n        raise ValueError\n    return nn.ConvTranspose1d(1, 1, 2 * s, s, s // 2)  # convt: exact",
    "def up(k, u):\n    check(k, u)\n    assert fits(k, u)\n    return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)  # convt: exact",
    "def up(k, u):\n    assert k >= u and k % u == 0\n    return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)  # convt: exact",
    "def up(k, u):\n    return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)  # convt: exact\nup(16, 8)",
    "def up(k, u):\n    return nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)",
    "def up(k, u):\n    return nn.ConvTranspose1d(1, 1, k, u, pad(k, u))  # convt: exact",
    "def up(k, u):\n    k = k * 2 if k % 2 else k\n    return nn.ConvTranspose1d(1, 1, int(k), 2, int(k / 2) - 1)  # convt: exact",
    "def up(k, u, p):\n    y = nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2)(p, output_size=[3])  # convt: exact",
    "RATES = load()\nups = [nn.ConvTranspose1d(1, 1, k, u, (k - u) // 2) for k, u in RATES]  # convt: exact",
]


@pytest.mark.parametrize(("body", "words"), FOUND)
def test_found(body: str, words: str) -> None:
    (finding,) = found(body + "\n")
    assert finding.code == "CVT207"
    assert words in finding.message


@pytest.mark.parametrize("body", SILENT)
def test_silent(body: str) -> None:
    assert [finding.message for finding in found(body + "\n")] == []


ASSERTED = """class Up(nn.Module):
    def __init__(self, k, u, hop):
        super().__init__()
        self.u, self.hop = u, hop
        self.up = nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)

    def forward(self, x, other):
        y = self.up(x)
        assert y.shape[-1] == {stated}
        return y
"""


@pytest.mark.parametrize(
    ("stated", "reported"),
    [
        ("x.shape[-1] * self.u", True),
        ("self.u * x.shape[-1] + 1", True),
        ("other.shape[-1] * self.hop", False),  # what two tensors have to do with each other is the caller's to say
        ("x.shape[-1] * self.hop", False),
        ("other.shape[-1]", False),
    ],
)
def test_what_an_assert_states_of_the_layer_itself(stated: str, reported: bool) -> None:
    assert [finding.code for finding in found(ASSERTED.format(stated=stated))] == ["CVT207"] * reported


@pytest.mark.parametrize(
    ("stated", "reported"),
    [("L -> u*L", True), ("L -> u*L + (k - u) % 2", False), ("(B, C, L) -> (B, C, L*u)", True), ("L -> hop*L", False)],
)
def test_a_directive_states_a_formula_in_names(stated: str, reported: bool) -> None:
    body = f"def up(k, u, hop):\n    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: {stated}\n"
    assert [finding.code for finding in found(body)] == ["CVT207"] * reported
    for k, u in product(range(1, 9), range(1, 5)):
        length = layer(k, u, "(k - u) // 2", "0")
        assert length is None or length == 10 * u + (k - u) % 2


RATES = st.lists(st.tuples(st.integers(2, 5), st.integers(0, 6), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=3)
NETWORK = """
import numpy as np

class Vocoder(nn.Module):
    def __init__(self):
        super().__init__()
        rates, hop = {rates}, {hop}
        {statement}
        self.pre = nn.Conv1d(1, 1, {before})
        self.ups = nn.ModuleList()
        for u, (k, p, o) in zip(rates, {rest}):
            self.ups.append(nn.ConvTranspose1d(1, 1, k, u, p, o))

    def forward(self, mel):
        x = self.pre(mel)
        for up in self.ups:
            x = up(x)
        return x{after}
"""
STATEMENTS = ["assert np.prod(rates) == hop", "assert hop == int(np.prod(rates))", "if math.prod(rates) != hop:\n            raise ValueError"]


@settings(max_examples=100, deadline=None)
@given(RATES, st.sampled_from(STATEMENTS), st.sampled_from([1, 1, 3]), st.sampled_from(["", "", "[..., :-1]", "[:, :, 1:]", "[..., :mel.shape[-1]]"]))
def test_a_stated_hop_is_what_torch_makes_of_a_frame(stages: list[tuple[int, int, int, int]], statement: str, before: int, after: str) -> None:
    rates = [u for u, _, _, _ in stages]
    rest = [(u + more, p, o) for u, more, p, o in stages]
    hop = prod(rates)
    source = HEAD + NETWORK.format(rates=rates, hop=hop, statement=statement, rest=rest, before=before, after=after)
    findings = [finding for finding in check_bytes(source.encode(), PurePath("net.py")).findings if finding.code == "CVT207"]
    names: dict[str, Any] = {}
    exec(source, names)
    with torch.no_grad():
        lengths = [names["Vocoder"]()(torch.zeros(1, 1, frames)).shape[-1] for frames in (40, 41)]
    uneven = lengths[1] - lengths[0] == hop and lengths[0] % hop != 0
    blamed = any(k - u - 2 * p + o for u, (k, p, o) in zip(rates, rest, strict=True))
    assert bool(findings) is (uneven and blamed), source
    if findings:
        assert findings[0].evidence["surplus"] == lengths[0] - 40 * hop
        assert findings[0].evidence["lengths"][-1] == lengths[0] - 30 * hop
