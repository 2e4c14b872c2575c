"""The `# convt:` directive: what it accepts, what it says of a layer, and where it is looked for."""

from __future__ import annotations

from pathlib import PurePath

import pytest
import torch

from convt_lint.expectations.directives import Misread, parse
from convt_lint.linting import check_bytes

HEAD = "import torch\nfrom torch import nn\n"


def codes(body: str) -> list[tuple[int, str]]:
    """Row (of `body`) and code of each finding."""
    return [(finding.row - 2, finding.code) for finding in check_bytes((HEAD + body).encode(), PurePath("x.py")).findings]


@pytest.mark.parametrize(
    "text",
    [
        "10 -> 80",
        "-> 80",
        "10 => 80",
        "10 --> 80",
        "10 → 80",
        "(B, 512, L) -> (B, 256, 8*L)",
        "[1, 80, 10] -> [1, 40, 20]",
        "L -> 2*L + 1",
        "(..., L) -> (..., L // 2)",
        "exact",
    ],
)
def test_understood(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    "text", ["", "80", "10 ->", "10 -> 20 -> 40", "ten samples", "(1, 2 -> 3", "f(10) -> 20", "10 -> x.y", "10 -> 'a'", "10 -> 20 // 0", "10 -> " + "9" * 300]
)
def test_not_understood(text: str) -> None:
    with pytest.raises(Misread):
        parse(text)
    assert codes(f"up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: {text}\n") == [(1, "CVT002")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: 10 -> 20\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: 10 -> 21\n", [(1, "CVT201")]),
        ("# convt: 10 -> 21\nup = nn.ConvTranspose1d(4, 4, 4, 2, 1)\n", [(2, "CVT201")]),
        ("# convt: 10 -> 21\n# the upsampler\n\nup = nn.ConvTranspose1d(4, 4, 4, 2, 1)\n", [(4, "CVT201")]),
        ("up = nn.ConvTranspose1d(\n    4, 4, 4, 2, 1\n)  # convt: 10 -> 21\n", [(1, "CVT201")]),
        ("up = nn.ConvTranspose1d(4, 4, 4, 4)  # convt: -> 30\n", [(1, "CVT202")]),
        ("up = nn.ConvTranspose1d(4, 4, 4, 4)  # convt: -> 32\n", []),
        ("up = nn.ConvTranspose2d(4, 4, 4, 2, 1)  # convt: (B, C, 8, 9) -> (B, C, 16, 19)\n", [(1, "CVT201")]),
        ("up = nn.ConvTranspose2d(4, 4, 4, 2, 1)  # convt: 8 -> 16\n", [(1, "CVT002")]),
        ("up = nn.ConvTranspose1d(4, 4, 3, 2, 1)  # convt: L -> 2*L\n", [(1, "CVT201")]),
        ("up = nn.ConvTranspose1d(4, 4, 3, 2, 1, 1)  # convt: L -> 2*L\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 3, 2, 1)  # convt: L -> T\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 16, 8, 4)  # convt: exact\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 15, 8, 4)  # convt: exact\n", [(1, "CVT201")]),
        ("s = '# convt: 10 -> 21'; up = nn.ConvTranspose1d(4, 4, 4, 2, 1)\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 4, 2, 1)\ny = up(torch.randn(1, 4, 10))  # convt: -> 21\n", [(2, "CVT201")]),
        ("# convt: TransposedConvolution, convp: the way back\nnames = []\nup = nn.ConvTranspose1d(4, 4, 4, 2, 1)\n", []),
        ("# convt: the way back\nup = nn.ConvTranspose1d(4, 4, 4, 2, 1)\n", [(1, "CVT002")]),
        ("for s in (2, 3):\n    up = nn.ConvTranspose1d(4, 4, 4, s)  # convt: 10 -> 22\n", []),
    ],
)
def test_judged(body: str, expected: list[tuple[int, str]]) -> None:
    assert codes(body) == expected


@pytest.mark.parametrize(("kernel", "stride", "padding", "extra"), [(3, 2, 1, 0), (3, 2, 1, 1), (16, 8, 4, 0), (5, 3, 1, 0), (7, 5, 1, 0), (4, 4, 0, 0)])
def test_exact_is_what_torch_gives_for_every_length(kernel: int, stride: int, padding: int, extra: int) -> None:
    layer = torch.nn.ConvTranspose1d(1, 1, kernel, stride, padding, extra)
    exact = all(layer(torch.zeros(1, 1, length)).shape[-1] == stride * length for length in range(2, 12))
    assert (codes(f"up = nn.ConvTranspose1d(1, 1, {kernel}, {stride}, {padding}, {extra})  # convt: exact\n") == []) is exact
