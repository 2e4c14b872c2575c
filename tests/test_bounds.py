"""How much the interpreter does: a run of its own for what matters, once for what is the same, and no long way to a layer that has runs of its own."""

from __future__ import annotations

import textwrap
from pathlib import PurePath

import pytest

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


@pytest.mark.parametrize("optional", ["self.note = Note()", "self.names = []", "names = [[], [], {}]"])
def test_what_is_built_behind_an_option_is_the_same_on_both_ways(optional: str) -> None:
    """`forward` runs once: an option that has to do with no length leaves nothing else different, whatever it makes."""
    found = interpreted(f"""
    class Note:
        pass

    class Net(nn.Module):
        def __init__(self, optional):
            super().__init__()
            self.up = nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)
            if optional:
                {optional}
            else:
                pass
            self.down = nn.Conv1d(8, 8, 4, stride=2, padding=1)
            self.rates = [2, 2]
            self.post = nn.Sequential(nn.Conv1d(8, 8, 3, padding=1), nn.ReLU())

        def forward(self, x):
            return self.post(self.up(self.down(x)))
    """)
    assert len(applied(found)) == 1


def test_a_layer_that_one_way_changes_is_not_taken_for_that_of_the_other() -> None:
    source = """
    class Net(nn.Module):
        def __init__(self, wide):
            super().__init__()
            for _ in range(1):
                self.down = nn.Conv1d(8, 8, 4, stride=2, padding=1)
            self.up = nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)
            {change}

        def forward(self, x):
            return torch.zeros(1, 8, 15) + self.up(self.down(torch.zeros(1, 8, 15)))
    """
    assert "CVT206" in codes(source.format(change="pass"))
    assert "CVT206" not in codes(source.format(change="self.down.stride = (1,)"))


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
