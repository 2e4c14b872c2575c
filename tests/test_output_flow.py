"""What becomes of a layer's output, and what made its input, decides whether a size beside the layer is its own: a crop anywhere on the way may be counted in.

Every program here is correct where its comment is read as the author means it: the layer makes 88 of 10, and what follows (or leads) makes it 80.
"""

from __future__ import annotations

from pathlib import PurePath

import pytest

from convt_lint.linting import check_bytes

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"
NETWORK = """{above}class Decoder(nn.Module):
    def __init__(self, tail=None):
        super().__init__()
        self.up = nn.ConvTranspose1d(64, 32, 16, 8)  # 10 -> 80
        self.conv = nn.Conv1d(32, 32, 3, padding=1)
        self.act = nn.LeakyReLU(0.1)
        self.norm = nn.BatchNorm1d(32)
{more}
    def forward(self, x, *rest):
{body}
"""


def network(body: str, more: str = "", above: str = "") -> str:
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    return HEAD + NETWORK.format(above=above, more=more, body=lines.rstrip())


def comments_found(source: str) -> list[str]:
    return [finding.message for finding in check_bytes(source.encode(), PurePath("net.py")).findings if finding.code == "CVT208"]


PLAIN = {
    "returned": "return self.up(x)",
    "activated": "y = self.act(self.norm(self.up(x)))\nreturn torch.tanh(y) * 2",
    "a layer behind": "y = self.up(x)\nreturn self.conv(y)",
    "channels cut": "y = self.up(torch.reshape(x, (1, 64, 10)))\na, b = y.chunk(2, dim=1)\nreturn a * torch.sigmoid(b)",
    "channels sliced": "y = self.up(torch.reshape(x, (1, 64, 10)))\nreturn y[:, :16]",
    "a crop of the skip": "y = self.up(x)\nskip = rest[0][..., : y.shape[-1]]\nreturn torch.cat([y, skip], 1)",
    "a loss": "y = self.up(x)\nreturn F.l1_loss(y, rest[0])",
    "a crop that takes nothing": "y = self.up(torch.reshape(x, (1, 64, 10)))\nreturn y[..., :88]",
    "a crop of something else": "z = rest[0][..., :-8]\nreturn self.up(x), z",
}


@pytest.mark.parametrize("body", PLAIN.values(), ids=PLAIN.keys())
def test_a_size_that_is_surely_the_layers_is_judged(body: str) -> None:
    (message,) = comments_found(network(body))
    assert "88 from 10" in message
    assert comments_found(network(body).replace("10 -> 80", "10 -> 88")) == []


TRIM = "def trim(x, n):\n    return x[:, :, :-n]\n\n\n"
CROP = "class Crop(nn.Module):\n    def forward(self, x):\n        return x[..., :-8]\n\n\n"
OUTER = """

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = Decoder()

    def forward(self, x):
        return torch.tanh(self.d(x))[..., :-8]
"""
CHILDREN = """class N(nn.Module):
    def __init__(self):
        super().__init__()
        up = nn.ConvTranspose1d(64, 32, 16, 8)  # 10 -> 80
        self.add_module("up", up)
        self.add_module("crop", Crop())

    def forward(self, x):
        for m in self.children():
            x = m(x)
        return x
"""
TURNS = """class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.ups = nn.ModuleList([
            nn.ConvTranspose1d(64, 32, 16, 8),  # 10 -> 80
            nn.ConvTranspose1d(32, 16, 16, 8),  # 80 -> 640
        ])

    def forward(self, x):
        for up in self.ups:
            n = x.shape[-1]
            x = torch.relu(up(x))
            x = x[..., : n * 8]
        return x
"""
TOUCHED = {
    "many statements later": network("y = self.up(x)\ny = self.act(y)\ny = self.norm(y)\ny = self.conv(y)\ny = torch.tanh(y)\ny = y * 2\nreturn y[..., :80]"),
    "a pad long before": network("y = F.pad(x, (1, 0))\ny = self.act(y)\ny = y * 1.0\nreturn self.up(y)"),
    "a slice long before": network("y = x[..., : rest[0]]\ny = self.act(y)\nreturn self.up(y)"),
    "a function of the file": network("y = self.act(self.up(x))\nreturn trim(y, 8)", above=TRIM),
    "a method": network("return self.fix(self.act(self.up(x)))", "\n    def fix(self, y):\n        return y.narrow(-1, 0, y.shape[-1] - 8)\n"),
    "a lambda": network("f = lambda t: t[..., 4:-4]\nreturn f(self.up(x))"),
    "the length of a target": network("y = self.up(x)\nn = rest[0].shape[-1]\ny = self.act(y)\nreturn y[..., :n]"),
    "interpolation": network("y = self.conv(self.act(self.up(x)))\nreturn F.interpolate(y, size=80)"),
    "a pool": network("return self.pool(self.act(self.up(x)))", "        self.pool = nn.AvgPool1d(9, 1)\n"),
    "a fixed filter": network("return F.conv1d(self.up(x), self.k, groups=32)", "        self.register_buffer('k', torch.ones(32, 1, 9))\n"),
    "an import": network("y = self.conv(self.act(self.up(x)))\nreturn unpad1d(y, (4, 4))", above="from lib import unpad1d\n\n\n"),
    "a module of another file": network("return self.tail(self.act(self.up(x)))", "        self.tail = CausalTrim(8)\n", "from lib import CausalTrim\n\n\n"),
    "a module that is made elsewhere": network("return self.tail(self.up(x))", "        self.tail = build('trim', 8)\n", "from lib import build\n\n\n"),
    "another axis": network("y = self.up(x).transpose(1, 2)\nreturn y[:, :80].transpose(1, 2)"),
    "one way of two": network("y = self.up(x)\nif self.training:\n    y = self.act(y)\nif y.shape[-1] > 80:\n    y = y[..., :80]\nreturn y"),
    "five ways": network("y = self.up(x)\n" + "".join(f"if rest[{i}]:\n    y = self.norm(y)\n" for i in range(5)) + "return y[..., :80]"),
    "a dict": network("out = {}\nout['y'] = self.up(x)\nout['y'] = out['y'][..., :-8]\nreturn out"),
    "an attribute": network("self.y = self.act(self.up(x))\nreturn self.y[..., 4:-4]"),
    "a list of unknown length": network("ys = [self.up(t) for t in x]\nreturn torch.stack([y[..., :-8] for y in ys])"),
    "a list that grows": network("ys = []\nfor t in x:\n    ys.append(self.up(t))\nreturn torch.stack([y[..., :-8] for y in ys])"),
    "a loop of unknown length": network("y = x\nwhile rest:\n    y = self.up(y)\nreturn y[..., :-8]"),
    "a function that others call": network("def run(t):\n    return self.up(t)\ny = torch.utils.checkpoint.checkpoint(run, x)\nreturn y[..., :-8]"),
    "a decorator": network("return self.up(x)").replace("    def forward", "    @cropped\n    def forward"),
    "an array": network("y = self.up(x)\nreturn y.detach().cpu().numpy()[..., :-8]"),
    "a step of training": network(
        "return self.up(x)",
        "\n    def training_step(self, batch, index):\n        x, y = batch\n        p = self(x)\n        return F.l1_loss(p[..., : y.shape[-1]], y)\n",
    ),
    "another class": network("return self.act(self.up(x))") + OUTER,
    "a function outside": network("return self.act(self.up(x))") + "\n\nmodel = Decoder()\n\n\ndef infer(x):\n    return model(x)[..., :-8]\n",
    "a list of layers": HEAD
    + CROP
    + "layers = [\n    nn.ConvTranspose1d(64, 32, 16, 8),  # 10 -> 80\n    nn.ReLU(),\n    Crop(),\n]\nnet = nn.Sequential(*layers)\n",
    "a list that is never run": HEAD + "from lib import Chomp\n\nlayers = [nn.ConvTranspose1d(64, 32, 16, 8)]  # 10 -> 80\nlayers.append(Chomp(8))\n",
    "a class of its own": HEAD
    + "class Up(nn.ConvTranspose1d):\n    def forward(self, x):\n        return super().forward(x)[..., :-8]\n\n\n"
    + "net = nn.Sequential(\n    Up(64, 32, 16, 8),  # 10 -> 80\n    nn.ReLU(),\n)\n",
    "children": HEAD + CROP + CHILDREN,
    "each turn of a loop": HEAD + TURNS,
}


@pytest.mark.parametrize("source", TOUCHED.values(), ids=TOUCHED.keys())
def test_a_size_that_may_be_the_crops_is_not_judged(source: str) -> None:
    assert comments_found(source) == []


def test_two_classes_do_not_share_their_doubts() -> None:
    plain = network("return self.up(x)").replace("Decoder", "Plain")
    cropped = network("return self.up(x)[..., :-8]").removeprefix(HEAD).replace("# 10 -> 80", "")
    (message,) = comments_found(f"{plain}\n\n{cropped}")
    assert "88 from 10" in message
