"""What is left out for speed costs no finding, and makes none: each file is linted twice, as always and with nothing left out."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from surface import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import pruning


def _differing(root: Path) -> tuple[int, list[str]]:
    found, differing = 0, []
    for path in pruning.files([root]):
        short, long, *_ = pruning.both(path.read_bytes())
        found += len(long.findings)
        differing += [f"{path}: {line}" for line in pruning.differences(short, long)]
    return found, differing


def test_on_the_fixtures() -> None:
    found, differing = _differing(ROOT / "fixtures")
    assert differing == []
    assert found > 200


def test_on_torch_itself() -> None:
    spec = find_spec("torch")
    assert spec is not None
    assert spec.origin is not None
    for part in ("nn", "ao"):
        _, differing = _differing(Path(spec.origin).parent / part)
        assert differing == []


def test_what_is_left_out_is_told() -> None:
    """The comparison can fail: a fault of another layer, in code that comes to no transposed convolution."""
    source = b"""
import torch
from torch import nn

up = nn.ConvTranspose1d(8, 4, 3)


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv1d(8, 4, 3)

    def forward(self):
        return self.convolution(torch.zeros(1, 3, 10))
"""
    short, long, *_ = pruning.both(source)
    (line,) = pruning.differences(short, long)
    assert line.startswith("- 14:16: CVT205")
