"""Size comments: the notation, what they are bound to, and when they disagree. Lengths come from torch's own layers."""

from __future__ import annotations

import random
from pathlib import PurePath

import pytest
import size_comments
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from convt_lint.expectations.notation import read
from convt_lint.facts import Multiple
from convt_lint.findings import Finding
from convt_lint.linting import check_bytes
from convt_lint.selection import Selection

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"


def found(body: str) -> list[Finding]:
    return [finding for finding in check_bytes((HEAD + body).encode(), PurePath("net.py")).findings if finding.code == "CVT208"]


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("256 x 8 x 8", ["256 8 8"]),
        ("256x8x8", ["256 8 8"]),
        ("state size. (ngf*8) x 4 x 4", ["(ngf*8) 4 4"]),
        ("62 -> 125", ["62", "125"]),
        ("62 → 125", ["62", "125"]),
        ("62 to 125", ["62", "125"]),
        ("(batch, 128, 90) -> (batch, 64, 180)", ["batch 128 90", "batch 64 180"]),
        ("[B, 16, 14, 14]", ["B 16 14 14"]),
        ("b, 16, 5, 5", ["b 16 5 5"]),
        ("-> (N, 32, 21, 21)", ["N 32 21 21"]),
        ("62 -> 125 -> 250 -> 500", ["62", "125", "250", "500"]),
        ("64×64 → 128×128", ["64 64", "128 128"]),
        ("torch.Size([1, 64, 64, 64])", ["1 64 64 64"]),
        ("Output: (nc) x 64 x 64", ["(nc) 64 64"]),
        ("(B, C, L/2) -> (B, C, L)", ["B C L/2", "B C L"]),
        ("输出: (batch, 64, 32, 60)", ["batch 64 32 60"]),
        ("8³ → 16³", ["8 8 8", "16 16 16"]),
        ("N x 64 x 7 x 8 x 6 --> N x 32 x 13 x 15 x 12", ["N 64 7 8 6", "N 32 13 15 12"]),
        ("(ngf*2) x 16 x 16      # 40 x 5 x 5", ["40 5 5"]),
        ("First layer: 7x7 -> 14x14", ["7 7", "14 14"]),
    ],
)
def test_read(text: str, shapes: list[str]) -> None:
    reading = read(f"# {text}")
    assert reading is not None
    assert [" ".join(dim.text for dim in shape) for shape in reading.shapes] == shapes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stride 2",
        "4x4 kernel",
        "7x7 convolution",
        "receptive field 5",
        "values within [-1, 1]",
        "[0, 1]",
        "about 14 x 14",
        "~ 14 x 14",
        "maybe (B, 64, 14, 14)",
        "TODO (B, 64, 14, 14)",
        "if stride is 2: 14 x 14",
        "nn.ConvTranspose2d(64, 32, 4, 2, 1),  # 4x4 -> 8x8",
        "x = self.up(x)",
        "print(x.shape)",
        "512 -> 256 channels",
        "channels 64 -> 32 -> 16",
        "198 output tracks",
        "see section 3.2, page 14",
        "2016-11-25",
        "1, 2 or 3 layers",
        "needs torch 2.13",
        "8 GPUs, 40 fps",
        "for 10 to 20 speakers",
        "epochs 10 to 20",
    ],
)
def test_states_no_size(text: str) -> None:
    reading = read(f"# {text}")
    assert reading is None or not reading.shapes


@pytest.mark.parametrize(
    ("text", "size"), [("2L", Multiple("L", 2)), ("L/2", Multiple("L", over=2)), ("2*T + 1", Multiple("T", 2, 1)), ("28", 28), ("ngf*8", Multiple("ngf", 8))]
)
def test_sizes_in_names(text: str, size: object) -> None:
    reading = read(f"# (B, C, {text})")
    assert reading is not None
    assert reading.shapes[0][-1].size == size


def test_ratios() -> None:
    assert [str(reading.ratio) for text in ("8x upsampling", "×2", "x2", "2×") if (reading := read(text)) is not None] == ["8", "2", "2", "2"]


# -- against torch -------------------------------------------------------------------------------------------------------------

LAYERS = st.lists(st.tuples(st.integers(2, 7), st.integers(1, 4), st.integers(0, 2), st.integers(0, 3)), min_size=2, max_size=4)
STYLES = ["same", "tuple", "pair", "arrow", "between", "label"]


def lengths_of(layers: list[tuple[int, int, int, int]], length: int) -> list[int] | None:
    """The lengths after each layer, as torch gives them; None where it refuses one."""
    out, x = [length], torch.zeros(1, 1, length)
    for k, s, p, o in layers:
        try:
            with torch.no_grad():
                x = nn.ConvTranspose1d(1, 1, k, s, p, min(o, s - 1))(x)
        except (RuntimeError, ValueError):
            return None
        out.append(x.shape[-1])
    return out if min(out) > 0 else None


def written(layers: list[tuple[int, int, int, int]], lengths: list[int], style: str) -> str:
    """A Sequential with its sizes noted."""
    lines = []
    for index, (k, s, p, o) in enumerate(layers):
        before, after = lengths[index], lengths[index + 1]
        before_channels, channels = 64 >> index, 64 >> (index + 1)
        note = {
            "same": f"  # {channels} x {after}",
            "tuple": f"  # (B, {channels}, {after})",
            "pair": f"  # {before} -> {after}",
            "arrow": f"  # -> (N, {channels}, {after})",
        }.get(style, "")
        lines.append(f"    nn.ConvTranspose1d({before_channels}, {channels}, {k}, {s}, {p}, {min(o, s - 1)}),{note}")
        if style == "between":
            lines += ["    nn.ReLU(),", f"    # state size. {channels} x {after}"]
        if style == "label":
            lines += [f"    nn.BatchNorm1d({channels}),", f"    # output: (batch, {channels}, {after})"]
    return "\n".join(["net = nn.Sequential(", *lines, ")", ""])


def judged(layers: list[tuple[int, int, int, int]], length: int, style: str, rng: random.Random) -> tuple[bool, bool] | None:
    """Holds right comments and one stale one against torch; says whether the stale one is told, and whether no input explains it."""
    lengths = lengths_of(layers, length)
    if lengths is None:
        return None
    assert found(written(layers, lengths, style)) == []
    stale = list(lengths)
    stale[rng.randrange(1, len(stale))] += rng.choice([-1, 1])
    explained = any((other := lengths_of(layers, first)) is not None and other[style != "pair" :] == stale[style != "pair" :] for first in range(1, 120))
    told = bool(found(written(layers, stale, style)))
    assert not (told and explained), written(layers, stale, style)
    return told, not explained


@settings(max_examples=60, deadline=None)
@given(LAYERS, st.integers(3, 40), st.sampled_from(STYLES), st.randoms(use_true_random=False))
def test_right_comments_are_silent(layers: list[tuple[int, int, int, int]], length: int, style: str, rng: random.Random) -> None:
    judged(layers, length, style, rng)


def test_stale_comments_are_told() -> None:
    """Most of them: some fit another way of reading the comments of a block."""
    rng = random.Random(5)
    drawn = [([(rng.randint(2, 7), rng.randint(2, 4), rng.randint(0, 2), rng.randint(0, 3)) for _ in range(3)], rng.randint(3, 40)) for _ in range(60)]
    results = [result for layers, length in drawn if (result := judged(layers, length, rng.choice(STYLES), rng)) is not None]
    wrong = [told for told, certain in results if certain]
    assert len(wrong) > 20
    assert sum(wrong) / len(wrong) > 0.8


def test_the_number_that_is_told_is_torchs() -> None:
    (finding,) = found("net = nn.Sequential(\n    nn.ConvTranspose1d(8, 4, 4, 2, 1),  # 62 -> 125\n)\n")
    assert finding.message.endswith('the comment says 125 ("62 -> 125"), but this layer gives 124 from 62')
    assert finding.suggestions == ("write 124 in the comment", "output_padding=1 gives 125 from 62")
    assert finding.severity == "warning"
    assert nn.ConvTranspose1d(8, 4, 4, 2, 1, output_padding=1)(torch.zeros(1, 8, 62)).shape[-1] == 125


@pytest.mark.parametrize(
    "body",
    [
        # the size of all layers together
        "# 16x16 -> 64x64\nnet = nn.Sequential(\n    nn.ConvTranspose2d(8, 4, 4, 2, 1),\n    nn.ConvTranspose2d(4, 2, 4, 2, 1),\n)\n",
        # an input, not an output
        "net = nn.Sequential(\n    nn.ConvTranspose2d(8, 4, 3, 2, 1),  # 8 x 7 x 7\n    nn.ConvTranspose2d(4, 2, 3, 2, 1),  # 4 x 13 x 13\n)\n",
        # what the line below gives
        "net = nn.Sequential(\n    # 13 x 13\n    nn.ConvTranspose2d(8, 4, 3, 2, 1),\n    # 25 x 25\n    nn.ConvTranspose2d(4, 2, 3, 2, 1),\n)\n",
        # channels
        "net = nn.Sequential(\n    nn.ConvTranspose1d(512, 256, 4, 2, 1),  # 512 -> 256\n    nn.ConvTranspose1d(256, 128, 4, 2, 1),  # 256 -> 128\n)\n",
        # another layer stands between
        "net = nn.Sequential(\n    nn.ConvTranspose2d(8, 4, 4, 2, 1),\n    nn.Conv2d(4, 4, 3),\n    # 4 x 13 x 13\n)\n",
        # a helper makes the layer, with its own arguments
        "def up(k):\n    return nn.ConvTranspose1d(4, 4, k, 2, 1)\n\nnet = nn.Sequential(\n    up(4),  # 10 -> 20\n    up(3),  # 20 -> 39\n)\n",
        # a batch axis and two lengths
        "net = nn.Sequential(\n    nn.ConvTranspose2d(256, 3, 7, stride=3),  # N, 256, 256\n)\n",
        # one line, two layers
        "net = nn.Sequential(nn.ConvTranspose1d(4, 4, 4, 2, 1), nn.ConvTranspose1d(4, 4, 4, 2, 1))  # 10 -> 40\n",
        # channels last
        "net = nn.Sequential(\n    nn.ConvTranspose2d(8, 4, 4, 2, 1),  # (B, 14, 14, 4)\n)\n",
        # a length that the code leaves open
        "class Net(nn.Module):\n    def __init__(self, k):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(4, 4, k, 2)  # 10 -> 21\n",
        # the output is asked for
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(4, 4, 3, 2, 1)\n\n"
        "    def forward(self, x):\n        return self.up(x, output_size=[20])  # (B, 4, 20)\n",
        # a name for whatever is there
        "up = nn.ConvTranspose2d(1, 32, 3, 2)\n# image (batch, channels, height, width)\ny = up(torch.randn(1, 1, 17, 129))\n",
    ],
)
def test_silent(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("(B, 48, 20)", True),
        ("(B, 32, 20)", False),
        ("(B, 64, 10)", False),
        ("(B, 20, 32)", False),
        ("48 x 20", False),
        ("(B, C, 20)", False),
        ("10 -> 20", False),
        ("(B, 48, 10) -> (B, 32, 20)", False),
    ],
)
def test_stale_channels(note: str, told: bool) -> None:
    source = f"{HEAD}up = nn.ConvTranspose1d(64, 32, 4, 2, 1)  # {note}\n".encode()
    findings = check_bytes(source, PurePath("net.py"), Selection(("CVT",))).findings
    assert [finding.code for finding in findings] == ["CVT305"] * told


@pytest.mark.parametrize("half", size_comments.HALVES)
def test_comments_of_public_code(half: str) -> None:
    """The table's figures do not fall, and what is reported there is wrong in torch's eyes too (or at odds with another comment)."""
    readings, findings, count = size_comments.judge(half)
    assert count >= 190
    assert readings.precision >= 0.94
    assert readings.recall >= 0.7
    false = [text for text in findings.wrong if ": false: " in text]
    assert [text.split(":")[:2] for text in false] == [["s077", "31"]] * (half == "open")


# -- comments of which each layer has one, chains, ratios ----------------------------------------------------------------------------------


def sequence(layers: list[tuple[int, int, int, int]], notes: list[str], above: str = "") -> str:
    """A Sequential with a note behind each layer, of channels that no length is."""
    lines = [
        f"    nn.ConvTranspose1d({9001 + index}, {9002 + index}, {k}, {s}, {p}, {min(o, s - 1)}),{note}"
        for index, ((k, s, p, o), note) in enumerate(zip(layers, notes, strict=True))
    ]
    return "\n".join([*([f"# {above}"] if above else []), "net = nn.Sequential(", *lines, ")", ""])


@settings(max_examples=150, deadline=None)
@given(LAYERS, st.integers(1, 40), st.booleans(), st.booleans())
def test_right_numbers_and_chains_are_silent(layers: list[tuple[int, int, int, int]], length: int, given_as_inputs: bool, chain: bool) -> None:
    lengths = lengths_of(layers, length)
    if lengths is None:
        return
    if chain:
        body = sequence(layers, [""] * len(layers), " -> ".join(map(str, lengths)))
    else:
        body = sequence(layers, [f"  # {size}" for size in (lengths[:-1] if given_as_inputs else lengths[1:])])
    assert found(body) == [], body


@settings(max_examples=150, deadline=None)
@given(LAYERS, st.integers(1, 40), st.integers(1, 4), st.integers(1, 3))
def test_a_wrong_number_in_a_chain_is_told(layers: list[tuple[int, int, int, int]], length: int, at: int, more: int) -> None:
    lengths = lengths_of(layers, length)
    if lengths is None or at >= len(lengths):
        return
    stated = [size + more * (index == at) for index, size in enumerate(lengths)]
    body = sequence(layers, [""] * len(layers), " -> ".join(map(str, stated)))
    reports = found(body)
    if any(after <= before and s > 1 for before, after, (_, s, _, _) in zip(stated, stated[1:], layers, strict=False)):
        assert reports == [], body  # numbers that fall are channels, or kernels
        return
    assert reports, body
    real = lengths_of(layers, stated[0])
    assert real is not None
    assert str(stated[at]) in reports[0].message or str(stated[at + 1]) in reports[0].message


@pytest.mark.parametrize(
    ("notes", "rows"),
    [
        (["8x upsampling", "8x upsampling", "2x upsampling"], []),
        (["8x upsampling", "64x upsampling", "128x upsampling"], []),
        (["8x upsampling", "8x upsampling", "4x upsampling"], [8]),
        (["x8", "x8", "x2"], []),
        (["x8", "x8", "x3"], [8]),
        (["x8", "", "x3"], []),
        (["x 3 heads", "x8", "3 times"], []),
    ],
)
def test_ratios_are_held_against_strides(notes: list[str], rows: list[int]) -> None:
    layers = [(16, 8, 4, 0), (16, 8, 4, 0), (4, 2, 1, 0)]
    assert [finding.row for finding in found(sequence(layers, [f"  # {note}" if note else "" for note in notes]))] == rows


@pytest.mark.parametrize(
    ("notes", "rows"),
    [
        (["4", "8", "16"], []),
        (["4", "8", "17"], [8]),
        (["9002", "9003", "9004"], []),
        (["4", "8", ""], []),
        (["1", "2", "3"], []),
        (["0", "1", "2"], []),
    ],
)
def test_numbers_of_which_each_layer_has_one(notes: list[str], rows: list[int]) -> None:
    """Channels are none, and what counts the layers."""
    layers = [(4, 1, 0, 0), (4, 2, 1, 0), (4, 2, 1, 0)]
    assert [finding.row for finding in found(sequence(layers, [f"  # {note}" if note else "" for note in notes]))] == rows


# -- what else is noted beside layers ------------------------------------------------------------------------------------------------------

OTHER = (size_comments.TABLE / "other.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", OTHER)
def test_what_is_no_size_of_the_layer_is_silent(text: str) -> None:
    """Results, versions, rates, configurations, data sets and their kin, beside a layer and on a line of their own."""
    assert found(f"up = nn.ConvTranspose1d(64, 32, 4, 2, 1)  # {text}\n") == []
    assert found(f"up = nn.Sequential(\n    nn.ConvTranspose1d(64, 32, 4, 2, 1),\n    # {text}\n    nn.ConvTranspose1d(32, 16, 4, 2, 1),\n)\n") == []


NETWORK = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(64, 32, 5, 2, 1)
        self.post = nn.Conv1d(32, 32, 8)
        self.net = nn.Sequential(nn.ConvTranspose1d(64, 32, 4, 2, 1), nn.Conv1d(32, 16, 3))

    def forward(self, x, cond=None):
        {}
"""


@pytest.mark.parametrize(
    "body",
    [
        "return self.up(x)[..., :-1]  # 10 -> 20",
        "x = self.up(x)[:, :, :20]  # (B, 32, 20)\n        return x",
        "x = F.pad(self.up(x), (1, 0))  # (2, 32, 22)\n        return x",
        "x = self.up(F.pad(x, (1, 1)))  # 10 -> 25\n        return x",
        "x = self.up(x[..., 1:-1])  # 10 -> 17\n        return x",
        "x = F.interpolate(self.up(x), size=33)  # (2, 32, 33)\n        return x",
        "x = self.post(self.up(x))  # 10 -> 14\n        return x",
        "x = self.up(x).narrow(2, 0, 16)  # (2, 32, 16)\n        return x",
        "# 10 -> 20\n        y = self.up(x)\n        y = y[:, :, :-1]\n        return y",
        "y = self.up(x)  # (B, 32, 20)\n        return y[..., 1:]",
        "x = (\n            self.up(x)  # (2, 32, 20)\n            [..., :-1]\n        )\n        return x",
        "return self.net(x)  # (B, 64, 10) -> (B, 16, 18)",
        "x = self.up(x)\n        # pooled, 20 -> 10\n        x = F.avg_pool1d(x, 2)\n        return x",
        "x = self.up(x)\n        # cond: (B, 80, 98)\n        c = cond.mean(-1, keepdim=True)\n        return x, c",
        "y = self.up(x)\n        print(x.shape)  # torch.Size([1, 64, 12])\n        return y",
        "y = self.up(x)\n        print(self.up.weight.shape)  # torch.Size([64, 32, 5])\n        return y",
    ],
)
def test_a_line_that_does_more_than_the_layer_is_silent(body: str) -> None:
    assert found(NETWORK.format(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "net = nn.Sequential(nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.Conv2d(32, 16, 3))  # 10x10 -> 18x18\n",
        "net = nn.Sequential(*[nn.ConvTranspose1d(64, 64, 4, 2, 1) for _ in range(3)])  # 10 -> 80\n",
        "# 10 -> 40\nnet = nn.Sequential(nn.ConvTranspose1d(64, 64, 4, 2, 1), nn.Upsample(scale_factor=2))\n",
        "net = nn.Sequential(\n    nn.ConvTranspose2d(64, 32, 4, 2, 1),\n    # 20x20 -> 18x18\n    nn.Conv2d(32, 16, 3),\n)\n",
        "net = nn.Sequential(\n    nn.ConvTranspose2d(8, 8, 4, 2, 1),  # 8 x 32 x 32\n    nn.ConvTranspose2d(8, 3, 4, 2, 1),  # 3 x 64 x 64\n)\n"
        "print(net(torch.zeros(1, 8, 4, 4)).shape)\n",
        "up = nn.ConvTranspose2d(16, 3, 4, 2, 1)\nx = torch.zeros(1, 16, 24, 32)  # 32x24\ny = up(x)  # 64 x 48\n",
        "up = nn.ConvTranspose1d(\n    64,  # 128 -> 64\n    32,\n    4,  # 3 -> 4\n    stride=2,  # 4 -> 2\n    padding=1,  # 0 -> 1\n)\n",
        "class U(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(16, 3, 3, 2, 1)  # 17 -> 34\n"
        "    def forward(self, x, size):\n        return self.up(x, output_size=size)\n",
    ],
)
def test_a_comment_on_more_than_one_layer_is_silent(body: str) -> None:
    assert found(body) == []


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("62 -> 125  # noqa: E501", True),
        ("62 -> 125  # type: ignore[attr-defined]", True),
        ("62 -> 124  # noqa: E501", False),
        ("never 62 -> 125", False),
        ("keras gives 62 -> 125", False),
        ("62 -> 125 is wrong", False),
        ("ca. 62 -> 125", False),
        ("paper: 62 -> 125", False),
        ("62 -> 125ish", False),
    ],
)
def test_other_comments_behind_it_and_hedges(note: str, told: bool) -> None:
    assert bool(found(f"up = nn.ConvTranspose1d(64, 32, 4, 2, 1)  # {note}\n")) is told


def test_a_long_sequential_is_judged() -> None:
    lines = "".join(f"    nn.ConvTranspose1d(64, 64, 4, 2, 1),  # (B, 64, {100 + index % 7})\n" for index in range(150))
    assert found(f"net = nn.Sequential(\n{lines})\n") != []
