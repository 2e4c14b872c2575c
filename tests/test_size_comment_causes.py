"""Size comments that are true, or of something else: blocks of comments, channels last, crops and pads that are not on the layer's line, frame rates,
what remains. Lengths come from torch's own layers."""

from __future__ import annotations

from pathlib import PurePath

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from convt_lint.linting import check_bytes

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"


def messages(body: str, code: str = "CVT208") -> list[str]:
    return [finding.message for finding in check_bytes((HEAD + body).encode(), PurePath("net.py")).findings if finding.code == code]


# -- blocks of comments ------------------------------------------------------------------------------------------------------------

BLOCKS = [
    ["Without output_padding this would be", "10 -> 19"],
    ["Keras gives 15 x 15 here:", "(None, 32, 19)"],
    ["receptive field:", "3 -> 7"],
    ["3 -> 7", "(receptive field after each layer)"],
    ["The old layer had kernel 5 and made 125 of 62:", "62 -> 125", "which broke the loss."],
    ["NOTE: do not use kernel_size=3, it gives", "[B, 32, 2T - 1]"],
    ["Usage on a 3 second clip at 16 kHz:", "  150 -> 48000"],
    ["Skip connections:", "", "(B, 32, 125)"],
    ["编码器：", "62 -> 125"],
    ["Champ réceptif :", "62 -> 125"],
    ["y = self.old(x)", "(B, 32, 125)"],
]


@pytest.mark.parametrize("lines", BLOCKS, ids=lambda lines: lines[0])
def test_a_block_of_comments_is_read_as_a_whole(lines: list[str]) -> None:
    block = "".join(f"# {line}".rstrip() + "\n" for line in lines)
    assert messages(f"{block}up = nn.ConvTranspose1d(64, 32, 4, 2, 1)\n") == []


@pytest.mark.parametrize("lines", [["62 -> 125"], ["Output shape:", "62 -> 125"], ["decoder", "", "(B, 64, 62) -> (B, 32, 125)"]], ids=str)
def test_a_block_of_nothing_but_sizes_is_judged(lines: list[str]) -> None:
    block = "".join(f"# {line}".rstrip() + "\n" for line in lines)
    (message,) = messages(f"{block}up = nn.ConvTranspose1d(64, 32, 4, 2, 1)\n")
    assert "125" in message


@pytest.mark.parametrize("note", ["up: 62 -> 125", "y: (B, 32, 125)", "output (B, 32, 125)"])
def test_a_label_is_one_of_the_grammars_or_the_name_that_is_bound(note: str) -> None:
    held = "class D(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(64, 32, 4, 2, 1)"
    at_layer = note.startswith("up")
    body = (
        f"{held}{f'  # {note}' if at_layer else ''}\n\n    def forward(self, x):\n        y = self.up(x){'' if at_layer else f'  # {note}'}\n        return y\n"
    )
    assert messages(body) != []
    assert messages(body.replace(note.split()[0], "skip:")) == []


# -- layouts ----------------------------------------------------------------------------------------------------------------------

SIZES = [16, 32, 64, 128]
NOTES = ["{b}, {sizes}, {c}", "{sizes}, {c}"]


def written(channels: list[int], lengths: list[tuple[int, ...]], form: str, arrows: bool, layout: str) -> str:
    """A Sequential of layers that double, with its sizes noted channels last, or as (T, B, C)."""

    def shape(index: int) -> str:
        sizes = ", ".join(map(str, lengths[index]))
        text = f"{sizes}, 8, {channels[index]}" if layout == "time" else form.format(b="B", sizes=sizes, c=channels[index])
        return f"({text})"

    dims = len(lengths[0])
    lines = [
        f"    nn.ConvTranspose{dims}d({channels[i]}, {channels[i + 1]}, 4, 2, 1),  # {shape(i) + ' -> ' if arrows else ''}{shape(i + 1)}"
        for i in range(len(channels) - 1)
    ]
    return "\n".join(["net = nn.Sequential(", *lines, ")", ""])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*SIZES, 3]), min_size=2, max_size=4),
    st.lists(st.sampled_from(SIZES), min_size=1, max_size=2),
    st.sampled_from(NOTES),
    st.booleans(),
    st.sampled_from(["last", "time"]),
)
def test_channels_behind_the_sizes_are_silent_where_true(channels: list[int], first: list[int], form: str, arrows: bool, layout: str) -> None:
    lengths = [tuple(size * 2**index for size in first) for index in range(len(channels))]
    x = torch.zeros(1, 1, *(min(size, 32) for size in first))
    with torch.no_grad():
        made = (nn.ConvTranspose1d if len(first) == 1 else nn.ConvTranspose2d)(1, 1, 4, 2, 1)(x)
    assert tuple(made.shape[2:]) == tuple(2 * size for size in x.shape[2:])
    body = written(channels, lengths, form, arrows, layout)
    assert messages(body) == [], body


@pytest.mark.parametrize(
    "note", ["32x32x64 -> 65x65x32", "(B, 16, 64) -> (B, 33, 32)", "[10, 8, 64] -> [21, 8, 32]", "B * 64 * 10 -> B * 32 * 21", "B * 64 * T -> B * 32 * 3T"]
)
def test_a_shape_that_no_layout_explains_is_told(note: str) -> None:
    dims = 2 if "x" in note else 1
    assert len(messages(f"up = nn.ConvTranspose{dims}d(64, 32, 4, 2, 1)  # {note}\n")) == 1


@pytest.mark.parametrize("note", ["B * 64 * 10 -> B * 32 * 20", "B * 64 * T -> B * 32 * 2T", "-> 32*20", "10 * 32 * ? * 64", "20x-1x32"])
def test_stars_between_sizes(note: str) -> None:
    assert messages(f"up = nn.ConvTranspose1d(64, 32, 4, 2, 1)  # {note}\n") == []


# -- what belongs to a layer elsewhere -------------------------------------------------------------------------------------------------

CLASS = "class D({base}):\n    def __init__(self):\n        super().__init__()\n        self.pad = nn.ReplicationPad1d(1)\n        self.up = nn.ConvTranspose1d(64, 32, 16, 8{padding})  # 10 -> 80\n{rest}"
ELSEWHERE = {
    "a crop behind it": "net = nn.Sequential(\n    nn.ConvTranspose1d(64, 32, 16, 8),  # 10 -> 80\n    Crop1d(8),\n)\n",
    "a blur behind it": "net = nn.Sequential(\n    nn.ConvTranspose2d(64, 32, 3, 2),  # 4 -> 8\n    nn.AvgPool2d(2, 1),\n)\n",
    "a pad before it": "net = nn.Sequential(\n    nn.ConstantPad1d((0, 1), 0.0),\n    nn.ConvTranspose1d(64, 32, 16, 8, 8),  # 10 -> 80\n)\n",
    "a pad in forward": CLASS.format(base="nn.Module", padding=", 12", rest="\n    def forward(self, x):\n        return self.up(self.pad(x))\n"),
    "a pad above": CLASS.format(
        base="nn.Module", padding=", 12", rest="\n    def forward(self, x):\n        x = self.pad(x)\n        x = self.up(x)\n        return x\n"
    ),
    "a split": CLASS.format(
        base="nn.Module", padding="", rest="\n    def forward(self, x):\n        y = self.up(x)\n        y = torch.split(y, [80, 8], -1)[0]\n        return y\n"
    ),
    "a method": CLASS.format(
        base="nn.Module",
        padding="",
        rest="\n    def forward(self, x, state):\n        y = self.up(x)\n        y, state = self.fold(y, state)\n        return y, state\n",
    ),
    "a base": CLASS.format(base="Base", padding="", rest=""),
    "a base of the file": "class Base(nn.Module):\n    def forward(self, x):\n        for up in self.ups:\n            x = up(x)[..., : x.shape[-1] * 8]\n        return x\n\n\n"
    "class D(Base):\n    def __init__(self):\n        super().__init__()\n        self.ups = nn.ModuleList([\n            nn.ConvTranspose1d(64, 32, 16, 8),  # 10 -> 80\n        ])\n",
    "a function": CLASS.format(base="nn.Module", padding="", rest="\n\ndef run(d, x):\n    return d.up(x)[..., :-8]\n"),
}


@pytest.mark.parametrize("body", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_what_is_cropped_or_padded_elsewhere_is_silent(body: str) -> None:
    assert messages(body) == []


@pytest.mark.parametrize(
    "line",
    [
        "return self.up(x)",
        "return F.relu(self.bn(self.up(x)))",
        "y = self.up(x)\n        y = self.conv(y)\n        return y",
        "for m in [self.up]:\n            x = m(x)\n        return x",
    ],
)
def test_plain_uses_leave_it_to_the_layer(line: str) -> None:
    (message,) = messages(CLASS.format(base="nn.Module", padding="", rest=f"\n    def forward(self, x):\n        {line}\n"))
    assert "gives 88 from 10" in message


# -- frame rates, chains, ratios, loops ----------------------------------------------------------------------------------------------------


def stack(layers: list[str], notes: list[str], above: str = "") -> str:
    lines = [f"    nn.ConvTranspose1d({layer}),  # {note}" for layer, note in zip(layers, notes, strict=True)]
    return "\n".join([*([f"# {above}"] if above else []), "net = nn.Sequential(", *lines, ")", ""])


RATES = ["80, 64, 16, 8, 4", "64, 32, 16, 8, 4", "32, 1, 8, 4, 2"]
SILENT = {
    "rounded frame rates": stack(RATES, ["86 -> 689", "689 -> 5512", "5512 -> 22050"]),
    "a chain of frame rates": stack(RATES, ["", "", ""], "86 -> 689 -> 5512 -> 22050"),
    "what remains": stack(["4, 4, 4, 2, 1"] * 4, ["8x", "4x", "2x", "1x"]),
    "a chain of channels": "def net(c):\n    # 256 -> 128 -> 64\n    return nn.Sequential(\n        nn.ConvTranspose1d(c, c // 2, 4, 2, 1),\n        nn.ConvTranspose1d(c // 2, c // 4, 4, 2, 1),\n    )\n",
    "a layer and an Upsample": "class D(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(64, 32, 2, 2)  # 4x upsampling\n        self.up2 = nn.Upsample(scale_factor=2)\n",
    "a loop": "up = nn.ConvTranspose1d(64, 64, 4, 2, 1)\n\n\ndef f(x):\n    for _ in range(2):\n        x = up(x)  # 160 -> 640\n    return x\n",
    "above a loop": "up = nn.ConvTranspose1d(64, 32, 4, 2, 1)\n\n\ndef f(x, downs):\n    x = up(x)\n    # (B, 32, 5)\n    for d in downs:\n        x = d(x)\n    return x\n",
    "above a try": "up = nn.ConvTranspose1d(64, 32, 4, 2, 1)\n\n\ndef f(x, g):\n    x = up(x)\n    # (B, 32, 77)\n    try:\n        x = g(x)\n    except RuntimeError:\n        pass\n    return x\n",
}


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT.keys())
def test_silent(body: str) -> None:
    assert messages(body) == []


def test_rates_hide_no_more_than_rounding() -> None:
    (message,) = messages(stack(RATES, ["86 -> 700", "689 -> 5512", "5512 -> 22050"]))
    assert "700" in message


# -- messages -----------------------------------------------------------------------------------------------------------------------


def test_one_stale_number_is_told_once() -> None:
    (message,) = messages(stack(["64, 32, 4, 2, 1", "32, 16, 16, 8, 4", "16, 8, 4, 2, 1"], ["31 -> 61", "61 -> 496", "496 -> 992"]))
    assert "gives 62 from 31" in message


def test_what_a_layer_makes_is_told_in_the_comments_name() -> None:
    (message,) = messages("up = nn.ConvTranspose1d(8, 4, 9, 4, 2)  # T -> 4T\n")
    assert message.endswith("but this layer makes 4*T + 1")


@pytest.mark.parametrize(("text", "form"), [("7 -> 15", "(7, 7) -> (15, 15)"), ("-> 15", "-> (15, 15)"), ("L -> 2*L", "(H, W) -> (2*H, 2*W)")])
def test_a_directive_of_one_size_is_shown_for_each_axis(text: str, form: str) -> None:
    (message,) = messages(f"up = nn.ConvTranspose2d(8, 4, 4, 2, 1)  # convt: {text}\n", "CVT002")
    assert message.endswith(f"expected {form}")


# -- docstrings and types -----------------------------------------------------------------------------------------------------------------

MODULE = 'class Up(nn.Module):\n    """{text}\n    """\n\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(64, 32, 4, 2, 1)\n\n    def forward(self, x):\n        return self.up(x)\n'
PROSE = [
    "Inverse of {}.",
    "Undoes {}",
    "Mirrors the encoder: {}",
    "Used to be {}.",
    "The counterpart of Down, which maps {}.",
    "Teacher model: {}",
    "Adjoint of the map {}",
    "编码器的逆：{}",
    "Gegenstück zu {}",
    "Upsamples.\n\n    Inverse of\n\n        {}",
    "Upsamples.\n\n    Teacher model:\n        {}",
    "Upsamples.\n\n    {}\n    in the old version.",
]
LEADS = ["{}", "Upsamples {}.", "Upsamples by two.\n\n    {}", "Upsamples.\n\n    Shape:\n        {}", "Maps {}.", "Shape: {}"]


@pytest.mark.parametrize("text", PROSE)
@pytest.mark.parametrize("arrow", ["(B, 32, T) -> (B, 64, T/2)", "(B, 64, T) -> (B, 32, 2T - 1)"])
def test_an_arrow_in_prose_is_of_something_else(text: str, arrow: str) -> None:
    assert messages(MODULE.format(text=text.format(arrow))) == []


@pytest.mark.parametrize("text", LEADS)
def test_an_arrow_that_stands_alone_is_held_against_the_module(text: str) -> None:
    assert len(messages(MODULE.format(text=text.format("(B, 64, T) -> (B, 32, 2T - 1)")))) == 1
    assert messages(MODULE.format(text=text.format("(B, 32, T) -> (B, 64, T/2)"))) == []


@pytest.mark.parametrize(("given", "codes"), [("B C T", 0), ("B C 3*T", 1)])
def test_letters_that_nothing_checks_are_used_again(given: str, codes: int) -> None:
    body = f'from typing import Annotated\n\nup = nn.ConvTranspose1d(64, 64, 4, 2, 1)\n\n\ndef f(x: Annotated[torch.Tensor, "B C T"]) -> Annotated[torch.Tensor, "{given}"]:\n    return up(x)\n'
    found = [finding.code for finding in check_bytes((HEAD + body).encode(), PurePath("net.py")).findings]
    assert len(found) == codes


# -- a layer under another name ----------------------------------------------------------------------------------------------------

NAMED = {
    "an alias": CLASS.format(base="nn.Module", padding="", rest="\n    def forward(self, x):\n        up = self.up\n        return causal(up, x)\n"),
    "a part of a Sequential": CLASS.format(
        base="nn.Module",
        padding="",
        rest="        self.crop = Crop(8)\n        self.net = nn.Sequential(self.up, self.crop)\n\n    def forward(self, x):\n        return self.net(x)\n",
    ),
    "a hook": CLASS.format(
        base="nn.Module",
        padding="",
        rest="\n    def forward(self, x):\n        return self.up(x)\n\n\nd = D()\nd.up.register_forward_hook(lambda m, i, o: o[..., :-8])\n",
    ),
    "a local name": "def make():\n    up = nn.ConvTranspose1d(64, 32, 16, 8)  # 10 -> 80\n    return Cropped(up, 8)\n",
    "a module of the file that crops, whatever its name": "class Head(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.conv = nn.Conv1d(32, 1, 3, padding=1)\n\n    def forward(self, x):\n        return self.conv(x)[..., 1:-1]\n\n\n"
    "class D(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(64, 32, 3, 2)  # 10 -> 19\n        self.head = Head()\n\n    def forward(self, x):\n        return self.head(self.up(x))\n",
    "a module of another file under a usual name": "from .blocks import Tail\n\n\nclass D(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose1d(64, 32, 3, 2)  # 10 -> 19\n        self.out = Tail()\n\n    def forward(self, x):\n        return self.out(self.up(x))\n",
    "a list that grows": "layers = []\nlayers.append(nn.ConvTranspose1d(64, 32, 16, 8))  # 10 -> 80\nlayers.append(Crop(8))\nnet = nn.Sequential(*layers)\n",
    "a nested Sequential": "net = nn.Sequential(\n    nn.Sequential(\n        nn.ConvTranspose1d(64, 32, 16, 8),  # 10 -> 80\n        nn.ReLU(),\n    ),\n    Crop(8),\n)\n",
    "a heading of a Sequential": "# sizes without padding\nnet = nn.Sequential(\n    nn.ConvTranspose1d(64, 32, 4, 2, 1),  # 62 -> 125\n)\n",
    "a blank line between": "# Without output_padding this would be\n\n# 10 -> 19\nup = nn.ConvTranspose1d(64, 32, 4, 2, 1)\n",
}


@pytest.mark.parametrize("body", NAMED.values(), ids=NAMED.keys())
def test_what_is_cropped_under_another_name_is_silent(body: str) -> None:
    assert messages(body) == []
