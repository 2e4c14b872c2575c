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


HOSTILE = [
    "net = nn.Sequential(*[nn.ConvTranspose1d(1, 1, 3) for _ in range(10**9)])",
    "y = x.view(10**50, -1)",
    "z = torch.cat([x]*10**6)",
    "w = torch.zeros(*range(100000))",
    "def f(n): return f(n)",
    "f(nn.ConvTranspose1d(1,1,1))",
    "l = [x]; l.append(l); torch.stack(l)",
    "m = nn.ModuleList(); m.append(m); m(x)",
    "s = nn.Sequential(); s.append(s); s(x)",
    "t = x[(None,)*1000]",
    "u = x.expand(*[2]*1000)",
    "v = torch.einsum('a'*1000, x)",
    "q = F.interpolate(torch.zeros(1,1,4), scale_factor=1e308)",
    "q = F.interpolate(torch.zeros(1,1,4), scale_factor=float('inf'))",
    "q = F.interpolate(torch.zeros(1,1,4), scale_factor=float('nan'))",
    "a = torch.arange(0, 1e308, 1e-308); b = torch.arange(float('nan'))",
    "c = torch.zeros(5).chunk(10**12); d = torch.zeros(10**9).split(1); e = torch.zeros(10**9).unbind(0)",
    "for t in torch.zeros(10**9): nn.ConvTranspose1d(1,1,2)(t)",
    "nn.Conv1d(1,1,0)(torch.zeros(1,1,5)); nn.Conv1d(1,1,2,0)(torch.zeros(1,1,5)); nn.MaxPool1d(0)(torch.zeros(1,1,5)); nn.MaxPool1d(2,0)(torch.zeros(1,1,5))",
    "nn.Fold(5, 0)(torch.zeros(1, 4, 4))",
    "nn.PixelShuffle(0)(torch.zeros(1, 4, 2, 2))",
    "torch.stft(torch.zeros(9), 0, 0)",
    "nn.GroupNorm(0, 0)(torch.zeros(1, 2))",
    "torch.zeros(3).unfold(0, 1, 0)",
    "g = torch.zeros(2).repeat_interleave(-1); h = torch.zeros(-1); i = torch.zeros(2).view(0,-1); torch.zeros(0).view(-1,0)",
]
START = "x = torch.zeros(2, 3, 4)\nnn.ConvTranspose1d(1, 1, 1)\n"


@pytest.mark.parametrize("line", HOSTILE)
def test_hostile_values_cost_nothing_but_themselves(line: str) -> None:
    broken = START + line + "\nnn.ConvTranspose1d(1, 1, 1, output_padding=1)\n"
    found = check_bytes((HEAD + broken).encode(), PurePath("network.py")).findings
    assert [finding.code for finding in found][-1] == "CVT102"
    assert "CVT001" not in [finding.code for finding in found]
