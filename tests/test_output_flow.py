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


# -- what was found since: each is correct, and true of what is meant ---------------------------------------------------------------------

JOINED = {
    "a sample behind": "y = self.up(x)\nreturn torch.cat([y, torch.zeros(y.size(0), 32, 1)], -1)",
    "a cache before": "x = torch.cat([rest[0], x], dim=2)\nreturn self.up(x)",
    "a batch, one by one": "wav = self.up(x)\nreturn [w[:, :n] for w, n in zip(wav, rest[0])]",
    "a canvas": "y = self.up(x)\ncanvas = torch.zeros(1, 32, 80)\ncanvas[..., 4:84] = y\nreturn canvas",
    "overlap and add": "y = self.up(x)\nout = rest[0]\nout[..., 4:92] += y\nreturn out",
    "a generator that is unpacked": "y = self.up(x)\nn = 80\ny, skip = (t[..., :n] for t in (y, rest[0]))\nreturn y + skip",
    "a dict of the caller's": "batch = rest[0]\nbatch['y'] = self.up(x)\nreturn batch",
    "kept for another method": "self.last = self.up(x)\nreturn None",
    "a resize": "y = self.up(x)\nreturn TF.resize(y, size=rest[0].shape[2:])",
    "an argument that is called": "return self.tail(self.up(x))",
    "a checkpoint": "return torch.utils.checkpoint.checkpoint(self.tail, self.up(x))",
    "a gathering": "return torch.gather(self.up(x), 2, rest[0])",
    "what is not known before": "return self.up(extend_left(x, 1))",
}


@pytest.mark.parametrize("body", JOINED.values(), ids=JOINED.keys())
def test_what_joins_or_leaves_is_counted_in(body: str) -> None:
    source = network(body, "        self.tail = tail\n", "import torchvision.transforms.functional as TF\nfrom lib import extend_left\n\n\n")
    assert comments_found(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "net = nn.Sequential(Causal(\n    nn.ConvTranspose1d(64, 32, 16, 8),  # 10 -> 80\n))\n",
        "up = Crop(nn.ConvTranspose1d(64, 32, 16, 8))  # 10 -> 80\n",
        "class UpMixin:\n    def make(self):\n        self.up = nn.ConvTranspose1d(64, 32, 16, 8)  # 10 -> 80\n",
        "class Base(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(64, 32, 16, 8)  # 10 -> 80\n\n\n"
        "class Child(Base):\n    def forward(self, x):\n        for m in self.children():\n            x = m(x)[..., :-8]\n        return x\n",
    ],
)
def test_what_others_complete_is_not_judged(source: str) -> None:
    assert comments_found(f"{HEAD}from lib import Causal, Crop\n\n{source}") == []


@pytest.mark.parametrize(
    "hook",
    [
        "for m in net.modules():\n    if isinstance(m, nn.ConvTranspose1d):\n        m.register_forward_hook(crop)\n",
        "net.apply(lambda m: m.register_forward_hook(crop) and None)\n",
        "for m in net.modules():\n    m.__dict__['output_padding'] = (1,)\n",
        "for m in net.modules():\n    m.forward = crop\n",
    ],
)
def test_what_is_hung_on_any_layer_makes_sizes_unknown(hook: str) -> None:
    source = f"{HEAD}net = nn.Sequential(nn.ConvTranspose1d(64, 32, 4, 2, 1), nn.ReLU())\n\n\ndef crop(m, i, o):\n    return o[..., :-1]\n\n\n{hook}"
    assert check_bytes(f"{source}assert net(torch.zeros(1, 64, 62)).shape[-1] == 123\n".encode(), PurePath("net.py")).findings == ()


NOTES = ["L -> (L-1)*2 - 2 + 4", "T -> (T - 1) * 2 + 2", "62 -> 125 (?)", "62 -> 125 ± 1", "62 -> 126 (-2)", "62 -> 125 [1]", "12.5 -> 25 -> 51", "62 -> 125 %"]


@pytest.mark.parametrize("note", NOTES)
def test_formulas_and_notes_behind_numbers_are_not_cut_short(note: str) -> None:
    assert comments_found(f"{HEAD}up = nn.ConvTranspose1d(64, 32, 4, 2, 1)  # {note}\n") == []


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        ("nn.ConvTranspose2d(64, 32, (4, 1), (2, 1), (1, 0))", "H -> 2H"),
        ("nn.ConvTranspose2d(64, 32, 4, 2, 1)", "(B, 196, 64) -> (B, 784, 32)"),
        ("nn.ConvTranspose2d(64, 32, 4, 2, 1)", "3x3"),
    ],
)
def test_one_axis_and_rows_of_tokens_are_no_image(layer: str, note: str) -> None:
    assert comments_found(f"{HEAD}up = {layer}  # {note}\n") == []


@pytest.mark.parametrize("shape", ["(H, W) -> (2H, 2W)", "4 x 4 -> 8 x 8", "(B, T) -> (B, 2T)"])
def test_a_docstring_of_fewer_dimensions_says_nothing_of_a_volume(shape: str) -> None:
    body = network("return self.up(x)").replace("ConvTranspose1d(64, 32, 16, 8)  # 10 -> 80", "ConvTranspose3d(64, 32, 2, 2)")
    source = body.replace("        return self.up", f'        """{shape}"""\n        return self.up')
    assert check_bytes(source.encode(), PurePath("net.py")).findings == ()


AGAIN = """class D(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(64, 64, 4, 2, 1)  # {note}

    def forward(self, x):
        return self.up(self.up(self.up(x)))
"""
MANY = [
    "ups = nn.ModuleList([nn.ConvTranspose1d(64, 64, 4, 2, 1) for _ in range(3)])  # 8x upsampling\n",
    "ups = nn.ModuleList()\nfor i in range(3):\n    # upsample 8x\n    ups.append(nn.ConvTranspose1d(64, 64, 4, 2, 1))\n",
    "net = nn.Sequential(*[nn.ConvTranspose2d(64, 64, 4, 2, 1)] * 3)  # 4x4 -> 32x32\n",
    AGAIN.format(note="8x upsampling"),
    AGAIN.format(note="T -> 8T"),
]


@pytest.mark.parametrize("source", MANY)
def test_a_size_may_be_of_several_layers_or_runs(source: str) -> None:
    assert comments_found(HEAD + source) == []


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        ("nn.ConvTranspose1d(64, 64, 3, 2)", "T//2 -> T"),
        ("nn.ConvTranspose1d(64, 64, 3, 2)", "[B, 64, L/2] -> [B, 64, L]"),
        ("nn.ConvTranspose1d(64, 64, 3, 2, 1)", "T//2 + 1 -> T"),
        ("nn.ConvTranspose1d(16 * d, 8 * d, 8, 4, 2)", "(64, 8d)"),
        ("nn.ConvTranspose2d(8 * d, 4 * d, 4, 2, 1)", "(B, H, W, 8d) -> (B, 2H, 2W, 4d)"),
        ("nn.ConvTranspose2d(64, 32, 4, 2, 1)", "3x3 -> 4x4"),
        ("nn.ConvTranspose2d(64, 32, 4, 2, 1)", "B, N, C -> B, 4N, C/2"),
    ],
)
def test_notes_that_are_true_as_they_are_meant(layer: str, note: str) -> None:
    assert comments_found(f"{HEAD}d = 64\nup = {layer}  # {note}\n") == []


def test_a_division_that_no_rounding_makes_true_is_told() -> None:
    assert len(comments_found(f"{HEAD}up = nn.ConvTranspose1d(64, 64, 3, 2, 1)  # T/2 -> T\n")) == 1
