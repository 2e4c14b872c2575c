"""How far a run of a function is followed: to its end where a layer is named, and no long way to one that is only used."""

from __future__ import annotations

import textwrap
from pathlib import PurePath

from convt_lint.facts import LayerApplied
from convt_lint.interpret.program import Interpretation, interpret
from convt_lint.linting import check_bytes
from convt_lint.selection import ALL
from convt_lint.syntax.parsing import Parsed, parse

HEAD = "import torch\nfrom torch import nn\n"
LONG = 2_000  # statements, of three steps each
DECODER = """
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)

    def forward(self, x):
        return self.up(x)
"""


def interpreted(source: str) -> Interpretation:
    parsed = parse((HEAD + textwrap.dedent(source)).encode())
    assert isinstance(parsed, Parsed)
    return interpret(parsed.module, {})


def applied(found: Interpretation) -> list[LayerApplied]:
    return [fact for fact in found.facts if isinstance(fact, LayerApplied)]


def codes(source: str) -> set[str]:
    return {finding.code for finding in check_bytes((HEAD + textwrap.dedent(source)).encode(), PurePath("model.py"), ALL).findings}


def test_a_way_to_a_layer_that_is_long_is_followed_where_the_layer_is_named() -> None:
    lines = "\n".join(f"    n{index} = {index}" for index in range(LONG))
    assert codes(f"def decode():\n{lines}\n    return nn.ConvTranspose1d(8, 8, 3, stride=2, output_padding=2)\n") == {"CVT102"}


def test_a_way_to_a_layer_that_is_long_ends_where_it_is_only_used() -> None:
    lines = "\n".join(f"    n{index} = {index}" for index in range(LONG))
    found = interpreted(DECODER + f"\ndef generate(x):\n{lines}\n    return Decoder()(x)\n")
    assert found.exhausted
    assert len(applied(found)) == 1  # by the run of its own
    short = interpreted(DECODER + "\ndef generate(x):\n    return Decoder()(x)\n")
    assert not short.exhausted
    assert len(applied(short)) == 2


def test_a_long_way_that_meets_layers_goes_on() -> None:
    lines = "\n".join(f"    n{index} = {index}" + ("\n    x = Decoder()(x)" if index % 500 == 0 else "") for index in range(LONG))
    found = interpreted(DECODER + f"\ndef generate(x):\n{lines}\n    return x\n")
    assert not found.exhausted
    assert len(applied(found)) == 1 + LONG // 500


def test_a_helper_that_makes_modules_is_followed_whatever_it_is_given() -> None:
    helpers = {
        "a function": "def block(width):\n    return nn.Sequential(nn.Conv1d(width, width, 3, padding=1), nn.ReLU())\n",
        "a class": "class Block(nn.Sequential):\n    def __init__(self, width):\n        super().__init__(nn.Conv1d(width, width, 3, padding=1), nn.ReLU())\n\n"
        "def block(width):\n    return Block(width)\n",
        "through another": "def layer(width):\n    return nn.Conv1d(width, width, 3, padding=1)\n\ndef block(width):\n    return nn.Sequential(layer(width))\n",
        "torch under another name": "import torch.nn as tnn\n\ndef block(width):\n    return tnn.Conv1d(width, width, 3, padding=1)\n",
    }
    network = """
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.down = block(width)
        self.pool = nn.MaxPool1d(2)
        self.up = nn.ConvTranspose1d(width, width, 2, stride=2)

    def forward(self, x):
        skip = self.down(x)
        return torch.cat([skip, self.up(self.pool(skip))], 1)
"""
    assert {what: codes(helper + network) for what, helper in helpers.items()} == {what: {"CVT301"} for what in helpers}


def test_runs_with_defaults_have_a_share_of_their_own() -> None:
    """However much the runs with any arguments take."""
    lines = "\n".join(f"        n = {index}" for index in range(LONG))
    methods = "\n".join(f"\n    def m{index}(self, x):\n{lines}\n        return self.up(x)" for index in range(4))
    network = f"""
class Net(nn.Module):
    def __init__(self, width=4, wide=False, deep=False):
        super().__init__()
        self.up = nn.ConvTranspose1d(8, width, 5 if wide else 3)
        self.other = nn.Conv1d(2, 2, 5 if deep else 3)
        self.out = nn.Conv1d(6, 1, 3)

    def first(self, x):
        return self.out(self.up(x))
{methods}
"""
    assert interpreted(network).exhausted
    assert codes(network) == {"CVT205"}
