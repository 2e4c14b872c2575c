"""What a network's output length is as a function of its input's: torch.export with a dynamic length finds the same relation."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch import nn
from torch.export import Dim, export

from convt_lint.analysis import analyse
from convt_lint.facts import Facts, LayerApplied, LayerBuilt
from convt_lint.symbolic import Expression, evaluate, names

LENGTHS = range(200, 330)


def layers(rng: random.Random) -> list[str]:
    """A chain of 1d layers as source text, a transposed convolution at its end. Not MaxPool1d: export itself fixes the length there."""
    made: list[str] = []
    for _ in range(rng.randint(1, 3)):
        k, s, p = rng.randint(1, 7), rng.randint(1, 4), rng.randint(0, 3)
        made.append(
            rng.choice(
                [
                    f"nn.Conv1d(1, 1, {k}, {s}, {p}, dilation={rng.randint(1, 3)})",
                    f"nn.AvgPool1d({k}, {s}, {min(p, k // 2)})",
                    "nn.Upsample(scale_factor=2)",
                    f"nn.ConvTranspose1d(1, 1, {k}, {s}, {min(p, k // 2)}, {rng.randint(0, s - 1)})",
                    f"nn.ConstantPad1d(({p}, {k}), 0.0)",
                    "nn.LeakyReLU()",
                ]
            )
        )
    return [*made, f"nn.ConvTranspose1d(1, 1, {2 + rng.randint(0, 6)}, 2, 0, {rng.randint(0, 1)})"]


def relation(made: list[str]) -> Expression:
    """The output length as the analysis has it."""
    source = "import torch.nn as nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    source += f"        self.net = nn.Sequential({', '.join(made)})\n\n    def forward(self, x):\n        return self.net(x)\n"
    facts = Facts(analyse(source.encode()).facts)
    final = list(facts.of(LayerBuilt))[-1]
    last = next(fact for fact in facts.of(LayerApplied) if fact.layer.site is final.site)
    length = last.forms[0]
    assert length is not None
    found = last.layer.output_form(0, length)
    assert found is not None
    return found


def exported(made: list[str]) -> Any:
    """The output length that torch.export traces, as a function of the input's."""
    network = nn.Sequential(*(eval(text) for text in made)).eval()
    program = export(network, (torch.zeros(1, 1, 256),), dynamic_shapes=({2: Dim("L", min=200, max=4096)},))
    output = next(node for node in program.graph.nodes if node.op == "output").args[0][0]
    size = output.meta["val"].shape[2]
    expression = size.node.expr
    (symbol,) = expression.free_symbols
    return lambda length: int(expression.subs(symbol, length))


@pytest.mark.parametrize("seed", range(24))
def test_export_finds_the_same_relation(seed: int) -> None:
    made = layers(random.Random(seed))
    ours, theirs = relation(made), exported(made)
    (name,) = names(ours)
    assert [evaluate(ours, {name: length}) for length in LENGTHS] == [theirs(length) for length in LENGTHS]
