"""Types as stated sizes: how annotations are read, what is held against them, and correct programs that draw no finding."""

from __future__ import annotations

import textwrap
from math import lcm
from pathlib import PurePath
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float

from convt_lint.expectations.shape_texts import is_no_prose, parse
from convt_lint.linting import check_bytes
from convt_lint.symbolic import evaluate, names

HEAD = """\
from __future__ import annotations
from typing import Annotated, Optional, TYPE_CHECKING
import torch
from torch import Tensor, nn
from jaxtyping import Bool, Float, Int, Num, Shaped
"""


def codes(body: str, head: str = HEAD) -> list[tuple[int, str]]:
    """Row (of `body`) and code of each finding."""
    return [(finding.row - head.count("\n"), finding.code) for finding in check_bytes((head + body).encode(), PurePath("x.py")).findings]


# -- texts ---------------------------------------------------------------------------------------------------------------------

SIZES = st.one_of(st.integers(0, 5).map(str), st.sampled_from(["a", "b", "_", "n=3", "#a", "#4", "2*a", "a+1", "a-1", "_x"]))


@settings(max_examples=600, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=4), st.integers(0, 5), st.booleans(), st.lists(st.integers(1, 6), max_size=5), st.integers(1, 6), st.integers(1, 6))
def test_a_text_means_what_jaxtyping_takes_it_for(words: list[str], at: int, is_open: bool, shape: list[int], a: int, b: int) -> None:
    """jaxtyping refuses a tensor that ours says does not fit; where ours leaves a size open jaxtyping may refuse it all the same."""
    if is_open:
        words.insert(at % (len(words) + 1), "...")
    text = " ".join(words)
    stated = parse(text)
    assert stated is not None
    values: dict[Any, int] = {"a": a, "b": b}

    def takes(sizes: tuple[Any, ...], given: tuple[int, ...]) -> bool:
        pairs = list(zip(sizes, given, strict=True))
        return all(size is None or not names(size) <= values.keys() or evaluate(size, values) == real for size, real in pairs)

    fits = stated.fits_rank(len(shape))
    if fits:
        head, tail = tuple(shape[: len(stated.head)]), tuple(shape[len(shape) - len(stated.tail) :])
        fits = takes(stated.head, head) and takes(stated.tail, tail)
    if not fits:
        assert not _jaxtyping_takes(text, tuple(shape), a, b)
    elif not any(mark in text for mark in "#"):
        assert _jaxtyping_takes(text, tuple(shape), a, b)


def _jaxtyping_takes(text: str, shape: tuple[int, ...], a: int, b: int) -> bool:
    from jaxtyping import jaxtyped

    with jaxtyped("context"):
        return isinstance(torch.zeros(a, b), Float[torch.Tensor, "a b"]) and isinstance(torch.zeros(shape), Float[torch.Tensor, text])


@pytest.mark.parametrize("text", ["b, c, t", "b ... ...", "b -> c", "a b)", "b *x ..."])
def test_what_jaxtyping_does_not_take_states_nothing(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "shape"), [("b c t", True), ("batch 80 time", True), ("B C 2*T", True), ("the noisy input", False), ("audio", False), ("", False)]
)
def test_prose_is_no_shape(text: str, shape: bool) -> None:
    assert is_no_prose(text) is shape


# -- findings -------------------------------------------------------------------------------------------------------------------

UP = "nn.ConvTranspose1d(64, 32, 4, 2, {})"


def function(parameter: str, returned: str, padding: int, body: str = "") -> str:
    return f"def up(x: {parameter}) -> {returned}:\n    layer = {UP.format(padding)}\n    return {body or 'layer(x)'}\n"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('Float[Tensor, "b 64 t"]', 'Float[Tensor, "b 32 2*t"]'),
        ('Float[torch.Tensor, "*b 64 t"]', 'Float[torch.Tensor, "*b 32 2*t"]'),
        ('Shaped[Tensor, "b 64 t"]', 'Num[Tensor, "... 2*t"]'),
        ("\"Float[Tensor, 'b 64 t']\"", "\"Float[Tensor, 'b 32 2*t']\""),
        ('Float["Tensor", "b 64 t"]', 'Float["Tensor", "b 32 t+t"]'),
        ('Float[Tensor, "b in_channels=64 t"]', 'Float[Tensor, "_ 32 2*t"]'),
        ('Float[Tensor, "b c t"]', 'Float[Tensor, "b _ 2*t"]'),
        ('Annotated[Tensor, Shape("b 64 t")]', 'Annotated[Tensor, Shape("b", 32, "2*t")]'),
        ('Annotated[Tensor, "b c t"]', 'Annotated[Tensor, "b c2 2*t"]'),
        ("Annotated[Tensor, Shape(B, 64, T)]", "Annotated[Tensor, Shape(B, 32, '2*T')]"),
        ("Annotated[Tensor, Shape[B, 64, T]]", 'Annotated[Tensor, Shape("B 32 2*T")]'),
        ("Tensor[[B, 64, T]]", 'Tensor[[B, 32, "2*T"]]'),
        ('TensorType["b", 64, "t"]', 'TensorType["b", 32, "2*t", torch.float32]'),
        ('TensorType["b", "c": 64, "t"]', 'TensorType[..., "2*t"]'),
    ],
)
def test_a_formula_is_meant_for_every_length(given: str, wanted: str) -> None:
    head = HEAD + "from torchtyping import TensorType\nfrom shapes import Shape, B, T\n"
    assert codes(function(given, wanted, 1), head) == []
    assert codes(function(given, wanted, 0), head) == [(3, "CVT206")]


def test_the_finding_shows_a_length() -> None:
    (finding,) = check_bytes((HEAD + function('Float[Tensor, "b 64 t"]', 'Float[Tensor, "b 32 2*t"]', 0)).encode(), PurePath("x.py")).findings
    assert finding.message.startswith('type "b 32 2*t": with x.shape[-1] = 10, ')
    assert "22) is not" in finding.message
    assert any("gives 20 from 10" in text for text in finding.suggestions)


FOUND = [
    ('def f(x: Float[Tensor, "b 64 10"]) -> Float[Tensor, "b 32 20"]:\n    return nn.ConvTranspose1d(64, 32, 3, 2, 1)(x)\n', [(2, "CVT201")]),
    ('def f(x: Float[Tensor, "b 64 t"]) -> Float[Tensor, "b 32 20"]:\n    return nn.ConvTranspose1d(64, 32, 3, 2, 1)(x)\n', [(2, "CVT202")]),
    ('def f(x):\n    y: Float[Tensor, "b 32 20"] = nn.ConvTranspose1d(64, 32, 3, 2, 1)(x)\n    return y\n', [(2, "CVT202")]),
    ('def f(x: Float[Tensor, "b 64 t"]) -> Float[Tensor, "b 16 2*t"]:\n    return nn.ConvTranspose1d(64, 32, 4, 2, 1)(x)\n', [(2, "CVT206")]),
    ('def f(x: Float[Tensor, "b c t"]) -> Float[Tensor, "b c 2*t"]:\n    return nn.ConvTranspose1d(64, 32, 4, 2, 1)(x)\n', [(2, "CVT206")]),
    ('def f(x: Float[Tensor, "b 64 t"]) -> Float[Tensor, "b t"]:\n    return nn.ConvTranspose1d(64, 32, 4, 2, 1)(x)\n', [(2, "CVT206")]),
    ('def f(x: Float[Tensor, "b 32 t"]):\n    return nn.ConvTranspose1d(64, 32, 4, 2, 1)(x)\n', [(2, "CVT205")]),
    ('def f(x: Float[Tensor, "b h w c"]):\n    return nn.ConvTranspose1d(64, 32, 4, 2, 1)(x)\n', [(2, "CVT206")]),
    (
        'def f(x: Float[Tensor, "b 64 t"], skip: Float[Tensor, "b 32 t"]):\n    return torch.cat([nn.ConvTranspose1d(64, 32, 4, 2, 1)(x), skip], dim=1)\n',
        [(2, "CVT206")],
    ),
    (
        'def f(x: Float[Tensor, "b 3 t"]):\n    return x\nf(nn.ConvTranspose1d(1, 4, 4)(torch.randn(1, 1, 10)))\n',
        [(3, "CVT206")],
    ),
    ('def f(x: Float[Tensor, "b c 20"]):\n    return x\nf(nn.ConvTranspose1d(1, 4, 3, 2, 1)(torch.randn(1, 1, 10)))\n', [(3, "CVT201")]),
    (
        'def f(x: Float[Tensor, "b c t"], y: Float[Tensor, "b c t"]):\n    return x\nx = torch.randn(1, 1, 10)\nf(x, nn.ConvTranspose1d(1, 1, 4)(x))\n',
        [(4, "CVT201")],
    ),
    (
        'def f(x: Float[Tensor, "b 1 t"]) -> Float[Tensor, "b 1 t"]:\n    return nn.ConvTranspose1d(8, 1, 4, 2, 1)(nn.Conv1d(1, 8, 4, 2, 1)(x))\n',
        [],  # right for every even length
    ),
    (
        "def f(xs):\n    for x in xs:\n        y: Float[Tensor, 'b 8 t'] = nn.ConvTranspose1d(8, 8, 4, 2, 1)(x)\n    return y\n",
        [],
    ),
    ('Audio = Float[Tensor, "b 1 t"]\ndef f(x: Audio) -> Audio:\n    return nn.ConvTranspose1d(1, 1, 4, 2, 1)(x)\n', [(3, "CVT206")]),
    (
        'def f(x: Float[Tensor, "b 1 t"]) -> tuple[Float[Tensor, "b 1 2*t"], Float[Tensor, "b 1 t"]]:\n    return nn.ConvTranspose1d(1, 1, 3, 2, 1)(x), x\n',
        [(2, "CVT206")],
    ),
    (
        "if TYPE_CHECKING:\n    from jaxtyping import Float32\n"
        'def f(x: Float32[Tensor, "b 1 t"]) -> Float32[Tensor, "b 1 2*t"]:\n    return nn.ConvTranspose1d(1, 1, 3, 2, 1)(x)\n',
        [(4, "CVT206")],
    ),
    (
        "class Up(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.up = nn.ConvTranspose2d(8, 4, 3, 2, 1)\n\n"
        '    def forward(self, x: Float[Tensor, "b 8 h w"]) -> Float[Tensor, "b 4 2*h 2*w"]:\n        return self.up(x)\n',
        [(7, "CVT206")],
    ),
    (
        "from jaxtyping import jaxtyped\nfrom beartype import beartype\n@jaxtyped(typechecker=beartype)\n"
        'def f(x: Float[Tensor, "b 1 t"]) -> Float[Tensor, "b 1 2*t"]:\n    return nn.ConvTranspose1d(1, 1, 3, 2, 1)(x)\n',
        [(5, "CVT206")],
    ),
]


@pytest.mark.parametrize(("body", "expected"), FOUND, ids=range(len(FOUND)))
def test_reported(body: str, expected: list[tuple[int, str]]) -> None:
    assert codes(body) == expected


# -- correct programs --------------------------------------------------------------------------------------------------------------

LAYERS = """
up = nn.ConvTranspose1d(8, 8, 4, 2, 1)
odd = nn.ConvTranspose1d(8, 8, 3, 2, 1)
down = nn.Conv1d(8, 8, 4, 2, 1)
"""
SILENT = {
    "exact": 'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 2*t"]:\n    return up(x)\nf(torch.randn(1, 8, 11))',
    "odd and said so": 'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 2*t-1"]:\n    return odd(x)\nf(torch.randn(1, 8, 11))',
    "another name": 'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 t_out"]:\n    return odd(x)\nf(torch.randn(1, 8, 11))',
    "open": 'def f(x: Float[Tensor, "... t"]) -> Float[Tensor, "..."]:\n    return odd(x)\nf(torch.randn(8, 11))',
    "star": 'def f(x: Float[Tensor, "*batch c t"]) -> Float[Tensor, "*batch c 2*t"]:\n    return up(x)\nf(torch.randn(8, 11))',
    "may be one": 'def f(x: Float[Tensor, "b 8 #t"]) -> Float[Tensor, "b 8 #t"]:\n    return odd(x)\nf(torch.randn(1, 8, 1))',
    "any": 'def f(x: Float[Tensor, "b 8 _"]) -> Float[Tensor, "b 8 _"]:\n    return odd(x)\nf(torch.randn(1, 8, 11))',
    "an f-string": 'u = 2\ndef f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, f"b 8 {u}*t"]:\n    return up(x)\nf(torch.randn(1, 8, 11))',
    "an expression of the object": (
        "class N(nn.Module):\n    def __init__(self, u=2):\n        super().__init__()\n        self.u = u\n        self.up = nn.ConvTranspose1d(8, 8, 2 * u, u, u // 2)\n"
        '    def forward(self, x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 {self.u}*t"]:\n        return self.up(x)\nN()(torch.randn(1, 8, 11))'
    ),
    "rounded": 'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 2*(t//2)"]:\n    return up(down(x))\nf(torch.randn(1, 8, 11))',
    "asked to be even": (
        'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 t"]:\n    assert x.shape[-1] % 2 == 0\n    return up(down(x))\nf(torch.randn(1, 8, 10))'
    ),
    "refused where odd": (
        'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 t"]:\n    if x.shape[-1] % 2 != 0:\n        raise ValueError\n'
        "    return up(down(x))\nf(torch.randn(1, 8, 10))"
    ),
    "padded": (
        'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 t"]:\n    n = x.shape[-1]\n    x = nn.functional.pad(x, (0, n % 2))\n'
        "    return up(down(x))[..., :n]\nf(torch.randn(1, 8, 11))"
    ),
    "sized": 'def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 t"]:\n    return up(down(x), output_size=x.shape[2:])\nf(torch.randn(1, 8, 11))',
    "a sum that lets even ones through": ('def f(x: Float[Tensor, "b 8 t"]) -> Float[Tensor, "b 8 t"]:\n    return x + up(down(x))\nf(torch.randn(1, 8, 10))'),
    "a sum on one of two ways": (
        'def f(x: Float[Tensor, "b 8 t"], add) -> Float[Tensor, "b 8 t"]:\n    y = up(down(x))\n    if add:\n        y = torch.cat([x, y], 1)\n    else:\n'
        "        y = torch.cat([y, x], 1)\n    return y[:, :8]\nf(torch.randn(1, 8, 10), True)"
    ),
    "optional": (
        'def f(x: Float[Tensor, "b 8 t"], s: Optional[Float[Tensor, "b 8 t"]] = None, r: Float[Tensor, "b 8 t"] | None = None):\n'
        "    return up(x) if s is None else up(x) + s\nf(torch.randn(1, 8, 10))\nf(torch.randn(1, 8, 10), torch.randn(1, 8, 20))"
    ),
    "none by default": 'def f(x: Float[Tensor, "b 8 t"] = None):\n    return up(torch.randn(1, 8, 4) if x is None else x)\nf()',
    "a Float of the file's": 'class Float:\n    def __class_getitem__(cls, item):\n        return cls\ndef f(x: Float[Tensor, "b 1 t"]):\n    return up(x)\nf(torch.randn(1, 8, 4))',
    "prose": 'def f(x: Annotated[Tensor, "the noisy input signal"]) -> Annotated[Tensor, "samples, twice as many"]:\n    return odd(x)\nf(torch.randn(8, 4))',
    "plain tensors": "def f(x: Tensor, y: torch.Tensor) -> Tensor:\n    return odd(x) + y\nf(torch.randn(1, 8, 4), torch.randn(1, 8, 7))",
    "a pair": (
        'def f(x: Float[Tensor, "b 8 t"]) -> tuple[Float[Tensor, "b 8 2*t"], Float[Tensor, "b 8 2*t-1"]]:\n    return up(x), odd(x)\nf(torch.randn(1, 8, 4))'
    ),
    "a variable in a loop": (
        'def f(x: Float[Tensor, "b 8 t"]):\n    for _ in range(3):\n        y: Float[Tensor, "b 8 n"] = up(x)\n        x = y\n    return x\nf(torch.randn(1, 8, 4))'
    ),
    "names of two functions": (
        'def f(x: Float[Tensor, "b c t"]) -> Float[Tensor, "b c n"]:\n    return up(x)\ndef g(x: Float[Tensor, "b c t"]) -> Float[Tensor, "b c n"]:\n'
        "    return odd(x)\nf(g(torch.randn(1, 8, 4)))"
    ),
    "names at the top": 'x: Float[Tensor, "b c t"] = torch.randn(1, 8, 4)\ny: Float[Tensor, "b c t"] = up(x)',
    "a dataclass": (
        'from dataclasses import dataclass\n@dataclass\nclass Batch:\n    audio: Float[Tensor, "b 8 t"]\n    mel: Float[Tensor, "b 80 f"]\n'
        "b = Batch(torch.randn(1, 8, 4), torch.randn(1, 80, 2))\nup(b.audio)"
    ),
    "overloads": (
        "from typing import overload\n@overload\ndef f(x: Float[Tensor, 'b 8 t']) -> Float[Tensor, 'b 8 t']: ...\n@overload\n"
        "def f(x: Float[Tensor, '8 t']) -> Float[Tensor, '8 t']: ...\ndef f(x):\n    return odd(x)\nf(torch.randn(1, 8, 4))"
    ),
    "a type variable": "from typing import TypeVar\nT = TypeVar('T', bound=Tensor)\ndef f(x: T) -> T:\n    return odd(x)\nf(torch.randn(8, 4))",
    "unsqueezed": 'def f(x: Float[Tensor, "8 t"]) -> Float[Tensor, "1 8 2*t"]:\n    if x.dim() == 2:\n        x = x.unsqueeze(0)\n    return up(x)\nf(torch.randn(8, 4))',
    "a list of tensors": 'def f(xs: list[Float[Tensor, "b 8 t"]]) -> list[Float[Tensor, "b 8 t"]]:\n    return [odd(x) for x in xs]\nf([torch.randn(1, 8, 4)])',
    "a generator": (
        "from collections.abc import Iterator\ndef f(x: Float[Tensor, 'b 8 t']) -> Iterator[Float[Tensor, 'b 8 t']]:\n    yield odd(x)\nlist(f(torch.randn(1, 8, 4)))"
    ),
    "skips of the same length": (
        "def f(x: Float[Tensor, 'b 8 t'], skip: Float[Tensor, 'b 4 2*t']):\n    return torch.cat([up(x), skip], 1)\nf(torch.randn(1, 8, 4), torch.randn(1, 4, 8))"
    ),
    "wrapped": (
        "import functools\ndef logged(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n    return inner\n"
        "@logged\ndef f(x: Float[Tensor, 'b 8 t']) -> Float[Tensor, 'b 8 2*t']:\n    return up(x)\nf(torch.randn(1, 8, 4))"
    ),
    "interpolated": (
        "def f(x: Float[Tensor, 'b 8 t']) -> Float[Tensor, 'b 8 t']:\n    return nn.functional.interpolate(up(down(x)), size=x.shape[-1])\nf(torch.randn(1, 8, 11))"
    ),
    "only long ones": (
        "def f(x: Float[Tensor, 'b 8 t']) -> Float[Tensor, 'b 8 t']:\n    n = x.shape[-1]\n    y = up(down(x))\n"
        "    return torch.cat([y, x[..., y.shape[-1] :]], -1)\nf(torch.randn(1, 8, 11))"
    ),
    "ints and masks": "def f(x: Float[Tensor, 'b 8 t'], i: Int[Tensor, 'b'], m: Bool[Tensor, 'b 1 t']):\n    return up(x * m)\nf(torch.randn(1, 8, 4), torch.zeros(1, dtype=int), torch.ones(1, 1, 4, dtype=bool))",
}


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT.keys())
def test_silent(body: str) -> None:
    program = HEAD + LAYERS + body + "\n"
    exec(compile(program, "x.py", "exec"), {"__name__": "__main__"})
    assert codes(body + "\n", HEAD + LAYERS) == []


PARAMETERS = """\
class A(nn.Module):
    def __init__(self, ch, frames):
        super().__init__()
        self.up = nn.ConvTranspose1d(ch, 32, 4, 2, 1)
        self.conv = nn.Conv1d(ch, 32, 3, 1, 1)
        self.lin = nn.Linear(frames, frames)
        self.down = nn.Conv1d(ch, ch, 4, 2, 1)
        self.same = nn.ConvTranspose1d(ch, ch, 4, 2, 1)
        self.long = nn.ConvTranspose1d(ch, ch, 4, 2, 0)
"""
OF_PARAMETERS = {
    "channels that are given": ("def forward(self, x: Float[Tensor, 'b c t']) -> Float[Tensor, 'b c 2*t']:\n    return self.up(x)", False),
    "channels of a layer of the table": ("def forward(self, x: Float[Tensor, 'b c t']) -> Float[Tensor, 'b c t']:\n    return self.conv(x)", False),
    "a length that is given": (
        "def forward(self, x: Float[Tensor, 'b c t']) -> Float[Tensor, 'b c t']:\n    return self.same(self.down(self.lin(x)))",
        False,
    ),
    "halves of channels that are given": (
        "def forward(self, x: Float[Tensor, 'b c t']) -> Float[Tensor, 'b c t']:\n    return self.same(self.conv(torch.cat(x.chunk(2, 1), 1)))",
        False,
    ),
    "with a batch axis or without one": (
        "def forward(self, x) -> Float[Tensor, 'b c t']:\n    y = self.same(x)\n    if y.dim() == 3:\n        y = y[:, :, :]\n    return self.head(y)\n"
        "def head(self, y: Float[Tensor, 'b c t']) -> Float[Tensor, 'b c t']:\n    return self.conv(y)",
        False,
    ),
    "a length that one input has": ("def forward(self, x: Float[Tensor, 'b 64 t']) -> Float[Tensor, 'b c 20']:\n    return self.same(x)[..., 1:-1] + 1", False),
    "a length": ("def forward(self, x: Float[Tensor, 'b 64 t']) -> Float[Tensor, 'b 64 2*t']:\n    return self.long(x)", True),
    "a length that is rounded": ("def forward(self, x: Float[Tensor, 'b 64 t']) -> Float[Tensor, 'b c t']:\n    return self.same(self.down(x))", False),
}


@pytest.mark.parametrize(("methods", "reported"), OF_PARAMETERS.values(), ids=OF_PARAMETERS.keys())
def test_what_hangs_on_parameters_is_reported_only_where_no_value_of_theirs_makes_it_hold(methods: str, reported: bool) -> None:
    found = [code for _, code in codes(textwrap.indent(methods, "    ") + "\n", HEAD + PARAMETERS)]
    assert found == (["CVT206"] if reported else [])


# -- drawn layers -----------------------------------------------------------------------------------------------------------------


@settings(max_examples=250, deadline=None)
@given(
    st.tuples(st.integers(1, 7), st.integers(1, 4), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2)) | st.none(),
    st.tuples(st.integers(1, 4), st.integers(-3, 3), st.integers(1, 3)),
    st.booleans(),
)
def test_a_type_is_reported_just_where_torch_breaks_it(
    geometry: tuple[int, int, int, int], before: tuple[int, int, int] | None, formula: tuple[int, int, int], meant: bool
) -> None:
    kernel, stride, padding, extra = geometry
    extra = min(extra, stride - 1)
    layers = [] if before is None else [f"nn.Conv1d(1, 1, {before[0]}, {before[1]}, {min(before[2], before[0] // 2)})"]
    layers.append(f"nn.ConvTranspose1d(1, 1, {kernel}, {stride}, {padding}, {extra})")
    factor, shift, divisor = formula
    if meant and before is None:
        factor, shift, divisor = stride, kernel - stride - 2 * padding + extra, 1
    said = f"{factor}*t{shift:+}" if divisor == 1 else f"{factor}*(t//{divisor}){shift:+}"
    body = f"net = nn.Sequential({', '.join(layers)})\ndef f(x: Float[Tensor, 'b 1 t']) -> Float[Tensor, 'b 1 {said}']:\n    return net(x)\n"
    space: dict[str, Any] = {}
    exec(HEAD + body, space)
    step = lcm(divisor, 1 if before is None else before[1])  # a network is meant for the lengths that its strides divide
    broken = [t for t in range(30 * step, 54 * step, step) if space["net"](torch.zeros(1, 1, t)).shape[-1] != eval(said, {"t": t})]
    found = codes(body)
    assert [code for _, code in found] == (["CVT206"] if broken else []), (body, broken, found)
