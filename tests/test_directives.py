"""The `# convt:` directive: what it accepts, what it says of a layer, and where it is looked for."""

from __future__ import annotations

from pathlib import PurePath

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from convt_lint.expectations.directive_texts import Misread, parse
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
        "L in 1..8192",
        "L in 16..",
        "L in [1, 64]",
        "L -> 8*L, L in 1..8192",
        "(B, C, H, W) -> (B, C, 2*H, 2*W) for H in 1..64, W in 1..32",
        "exact; L in 4..9",
    ],
)
def test_understood(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "L in",
        "L in 5",
        "L in 0..4",
        "L in -1..4",
        "L in 9..3",
        "L in 1..99999999999999999999",
        "L in 1..2, L in 3..4",
        "",
        "80",
        "10 ->",
        "10 -> 20 -> 40",
        "ten samples",
        "(1, 2 -> 3",
        "f(10) -> 20",
        "10 -> x.y",
        "10 -> 'a'",
        "10 -> 20 // 0",
        "10 -> " + "9" * 300,
    ],
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
        ("up = nn.ConvTranspose1d(4, 4, 3, padding=3)  # convt: L in 1..100\n", [(1, "CVT203")]),
        ("up = nn.ConvTranspose1d(4, 4, 3, padding=3)  # convt: L in 5..100\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: L -> 2*L + L//64, L in 1..60\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: L -> 2*L + L//64  # convt: L in 1..60\n", []),
        ("up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: L -> 2*L + L//64, L in 1..64\n", [(1, "CVT201")]),
        ("up = nn.ConvTranspose2d(4, 4, 3, padding=(0, 3))  # convt: (H, W) -> (H + 2, W - 4)  # convt: H in 1..9, W in 5..9\n", []),
        ("up = nn.ConvTranspose2d(4, 4, 3, padding=(0, 3))  # convt: H in 5..9, W in 1..9\n", [(1, "CVT203")]),
        ("up = nn.ConvTranspose2d(4, 4, 3, padding=(0, 3))  # convt: a in 5..9, b in 1..9\n", [(1, "CVT002")]),
        ("up = nn.ConvTranspose2d(4, 4, 3, padding=(0, 3))  # convt: n in 1..9\n", [(1, "CVT203")]),
        ("x = 1  # convt: 10 -> 20\n", [(1, "CVT002")]),
        ("a, b = nn.ConvTranspose1d(4, 4, 4), nn.ConvTranspose1d(4, 4, 5)  # convt: 10 -> 13\n", [(1, "CVT002")]),
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


# -- calls of networks ------------------------------------------------------------------------------------------------------------------

GEOMETRY = st.tuples(st.integers(1, 6), st.integers(1, 3), st.integers(0, 2))


@settings(max_examples=150, deadline=None)
@given(st.lists(GEOMETRY, min_size=1, max_size=3), st.integers(1, 8), st.integers(-3, 3), st.integers(1, 30), st.sampled_from(["numbers", "names", "output"]))
def test_a_directive_at_the_call_of_a_network_is_held_against_torch(layers: list[tuple[int, int, int]], times: int, plus: int, length: int, form: str) -> None:
    network = torch.nn.Sequential(*(torch.nn.ConvTranspose1d(1, 1, *layer) for layer in layers))

    def run(length: int) -> int | None:
        try:
            return network(torch.zeros(1, 1, length)).shape[-1]
        except RuntimeError:
            return None

    written = ", ".join(f"nn.ConvTranspose1d(1, 1, {', '.join(map(str, layer))})" for layer in layers)
    wanted = times * length + plus
    texts = {"numbers": f"{length} -> {wanted}", "names": f"(B, 1, L) -> (B, 1, {times}*L + {plus})", "output": f"-> {wanted}"}
    if wanted < 1 or any(run(size) is None for size in (1, length)):
        return
    found = codes(f"net = nn.Sequential({written}, nn.ReLU())\ndef f(x):\n    return net(x)  # convt: {texts[form]}\n")
    sizes = [size for size in (*range(1, 75), 1000) if times * size + plus >= 1]
    if form == "numbers":
        expected = [(3, "CVT201")] if run(length) != wanted else []
    elif form == "names":
        expected = [(3, "CVT201")] if any(run(size) != times * size + plus for size in sizes) else []
    else:
        expected = [] if any(run(size) == wanted for size in range(1, wanted + 20)) else [(3, "CVT202")]
    assert found == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("y = self.net(x)  # convt: L -> 4*L", [(10, "CVT201")]),
        ("y = self.net(x)  # convt: L -> 4*L + 1", []),
        ("y = self.net(x)  # convt: L -> T", []),
        ("y = self.net(x)  # convt: 10 -> 41", []),
        ("y = self.net(x)[..., :-1]  # convt: 10 -> 41", [(10, "CVT002")]),
        ("y = self.whole(x)  # convt: (B, C, 10) -> (B, C, 40)", [(10, "CVT201")]),
        ("y = torch.tanh(self.net(x))  # convt: 10 -> 41", []),
        ("y = self.net(self.net(x))  # convt: 10 -> 41", [(10, "CVT002")]),
        ("y = self.elsewhere(x)  # convt: 10 -> 41", [(10, "CVT002")]),
    ],
)
def test_calls(line: str, expected: list[tuple[int, str]]) -> None:
    body = (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.net = nn.Sequential(nn.ConvTranspose1d(4, 4, 4, 2, 1), nn.Identity(), nn.ConvTranspose1d(4, 4, 5, 2, 1))\n"
        "    def whole(self, x):\n        '''All of it.'''\n        return self.net(x)\n"
        f"    def forward(self, x):\n        '''Runs.'''\n        {line}\n        return y\n"
    )
    assert codes(body) == expected


def test_a_misread_directive_shows_what_was_expected() -> None:
    (finding,) = check_bytes((HEAD + "up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: doubles it\n").encode(), PurePath("x.py")).findings
    assert "there is no arrow between input and output" in finding.message
    assert "(B, C, L) -> (B, C, 8*L)" in finding.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10 -> 21", "expected (10, 10) -> (21, 21)"),
        ("2*L -> 5*L", "no number and no name"),
        ("L in 1..9 -> 3*L", "the input's name is missing"),
        ("(B, C, H, W) -> (B, C, 2*h, 2*w)", "H is"),
        ("(B, 5, H, W) -> (B, 4, 2*H, 2*W)", "5 channels"),
    ],
)
def test_a_directive_that_would_check_nothing_is_told(text: str, said: str) -> None:
    (finding,) = check_bytes((HEAD + f"up = nn.ConvTranspose2d(4, 4, 4, 2, 1)  # convt: {text}\n").encode(), PurePath("x.py")).findings
    assert finding.code == "CVT002"
    assert said in finding.message


@pytest.mark.parametrize("text", ["L -> 2L", "T' -> 2*T'", "(B, 4, L) -> (B, 4, 2L)"])
def test_lengths_as_people_write_them(text: str) -> None:
    assert codes(f"up = nn.ConvTranspose1d(4, 4, 4, 2, 1)  # convt: {text}\n") == []
    assert codes(f"up = nn.ConvTranspose1d(4, 4, 3, 2, 1)  # convt: {text}\n") == [(1, "CVT201")]


@pytest.mark.parametrize("before", ["\x0c\n", "s = 'a\x0cb\u2028c'\n", "# a\x0bb\x1cc\n"])
def test_rows_behind_odd_line_breaks(before: str) -> None:
    assert codes(f"{before}# convt: 10 -> 21\nup = nn.ConvTranspose1d(4, 4, 4, 2, 1)\n") == [(before.count("\n") + 2, "CVT201")]


def test_a_crop_beside_a_directive_is_told() -> None:
    assert codes("up = nn.ConvTranspose1d(4, 4, 5, 2, 1)\ny = up(torch.randn(1, 4, 10))[..., :-1]  # convt: -> 20\n") == [(2, "CVT002")]
