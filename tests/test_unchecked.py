"""What could not be decided is visible, with the name that stopped it; and every construction is either decided or listed."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from convt_lint.linting import check_bytes

HEAD = "import torch\nfrom torch import nn\n"


def unchecked(body: str) -> list[tuple[int, str]]:
    result = check_bytes((HEAD + body).encode(), PurePath("x.py"), unchecked=True)
    assert not result.findings
    return [(item.row - 2, item.cause) for item in result.unchecked]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("up = nn.ConvTranspose1d(4, 4, 4, 2, 1)\n", []),
        ("def make(k):\n    return nn.ConvTranspose1d(4, 4, k)\n", [(2, "kernel_size: parameter k")]),
        ("from settings import RATE\nup = nn.ConvTranspose1d(4, 4, 4, RATE)\n", [(2, "stride: settings.RATE (imported)")]),
        ("def make(h):\n    return [nn.ConvTranspose1d(4, 4, 4, u) for u in h.rates]\n", [(2, "stride: an item of h.rates")]),
        ("def make(*args):\n    return nn.ConvTranspose1d(*args)\n", [(2, "kernel_size: kernel_size (*args)")]),
        ("def make():\n    return None\n    nn.ConvTranspose1d(4, 4, 4)\n", [(3, "no path that can be followed leads here")]),
        ("class ConvTranspose1d: pass\ndef make():\n    return None\n    ConvTranspose1d(4, 4, 4)\n", []),
    ],
)
def test_cause(body: str, expected: list[tuple[int, str]]) -> None:
    assert unchecked(body) == expected


def test_a_default_that_decides_is_enough() -> None:
    assert unchecked("def make(k=4):\n    return nn.ConvTranspose1d(4, 4, k)\n") == []


def test_places_cost_nothing_unless_asked_for() -> None:
    source = (HEAD + "def make(k):\n    return nn.ConvTranspose1d(4, 4, k)\n").encode()
    result = check_bytes(source, PurePath("x.py"))
    assert (result.unchecked, result.constructions) == ((), 1)
