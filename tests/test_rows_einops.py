"""einops: drawn patterns, once by the rows and once by the real package; and what the checker says of a network that rearranges."""

from __future__ import annotations

from pathlib import PurePath
from random import Random
from typing import Any

import einops
import pytest
import torch
from einops.layers.torch import Rearrange, Reduce
from hypothesis import given, settings
from hypothesis import strategies as st
from row_check import NOT_FOLLOWED, REFUSED, blurred

from convt_lint.lengths import part, same, sized
from convt_lint.linting import check_bytes
from convt_lint.torch_api.rows.einops import parse
from convt_lint.torch_api.shapes import NotFollowed, Refused, Tensor
from convt_lint.torch_api.signatures import bind
from convt_lint.torch_api.table import function_row, module_name, module_row

NAMES = "abcdefg"


def drawn(random: Random) -> tuple[str, str, tuple[int, ...], dict[str, int]]:
    """A function's name, a pattern, a shape and stated lengths; mostly they fit."""
    kind = random.choice(["rearrange", "rearrange", "reduce", "repeat"])
    names = list(NAMES[: random.randint(1, 5)])
    sizes = {name: random.choice([1, 2, 3, 4, 6]) for name in NAMES}
    left = grouped(names, random)
    opened = random.random() < 0.3
    if opened:
        left.insert(random.randint(0, len(left)), ["..."])
    kept = names if kind != "reduce" else random.sample(names, random.randint(0, len(names)))
    right_names = random.sample(kept, len(kept))
    lengths: dict[str, int] = {}
    if kind == "repeat":
        right_names.insert(random.randint(0, len(right_names)), "g")
        lengths["g"] = sizes["g"]
    right = grouped(right_names, random)
    if opened and random.random() < 0.9:
        right.insert(random.randint(0, len(right)), ["..."])
    for group in left:
        for name in group[1:] if random.random() < 0.9 else group:
            if name in names:
                lengths[name] = sizes[name]
    shape: list[int] = []
    for group in left:
        if group == ["..."]:
            shape += [random.choice([1, 2, 5]) for _ in range(random.randint(0, 2))]
        else:
            total = 1
            for name in group:
                total *= sizes.get(name, 1)
            shape.append(total)
    if random.random() < 0.3 and shape:
        shape[random.randrange(len(shape))] += random.choice([1, 2])
    if random.random() < 0.1:
        shape.append(2)
    return kind, f"{written(left)} -> {written(right)}", tuple(shape), lengths


def grouped(names: list[str], random: Random) -> list[list[str]]:
    groups: list[list[str]] = []
    for name in names:
        if groups and random.random() < 0.35:
            groups[-1].append(name)
        else:
            groups.append([name])
        if random.random() < 0.1:
            groups.append([])
    return groups


def written(groups: list[list[str]]) -> str:
    return " ".join(group[0] if len(group) == 1 else "1" if not group else f"({' '.join(group)})" for group in groups)


def real(kind: str, pattern: str, shape: tuple[int, ...], lengths: dict[str, int]) -> Any:
    """What einops makes of the call: a shape, or `REFUSED`."""
    more = ("sum",) if kind == "reduce" else ()
    try:
        return tuple(getattr(einops, kind)(torch.zeros(shape), pattern, *more, **lengths).shape)
    except einops.EinopsError:
        return REFUSED


def ours(kind: str, source: Tensor, pattern: str, lengths: dict[str, Any]) -> Any:
    row = function_row(f"einops.{kind}")
    assert row is not None
    more = ("sum",) if kind == "reduce" else ()
    try:
        return row.rule(bind(row.signature, [source, pattern, *more], lengths))
    except Refused:
        return REFUSED
    except NotFollowed:
        return NOT_FOLLOWED


@settings(max_examples=800, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_rows_say_what_einops_does(random: Random) -> None:
    kind, pattern, shape, lengths = drawn(random)
    truth, said = real(kind, pattern, shape, lengths), ours(kind, Tensor(shape), pattern, lengths)
    if said == NOT_FOLLOWED:
        assert truth == REFUSED, (kind, pattern, shape, lengths)
    else:
        assert (said if said == REFUSED else said.shape) == truth, (kind, pattern, shape, lengths)


@settings(max_examples=600, deadline=None)
@given(st.randoms(use_true_random=False))
def test_less_known_says_nothing_that_is_false(random: Random) -> None:
    kind, pattern, shape, lengths = drawn(random)
    truth, said = real(kind, pattern, shape, lengths), ours(kind, blurred(Tensor(shape), random), pattern, lengths)
    if isinstance(said, Tensor) and said.shape is not None and truth != REFUSED:
        assert len(said.shape) == len(truth)
        assert all(mine == theirs for mine, theirs in zip(said.shape, truth, strict=True) if isinstance(mine, int))


@pytest.mark.parametrize(
    "pattern",
    ["a b", "a -> b -> c", "a (b -> a b", "a b) -> a b", "a a -> a", "a 3 -> a", "a (b (c d)) -> a b c d", "a -> a ...", "(a ...) -> a ...", "a_ -> a_"],
)
def test_a_pattern_that_is_wrong_in_itself_is_not_followed(pattern: str) -> None:
    assert ours("rearrange", Tensor((2, 3)), pattern, {}) == NOT_FOLLOWED
    with pytest.raises((einops.EinopsError, ValueError)):
        einops.rearrange(torch.zeros(2, 3), pattern)


def test_symbols_are_followed() -> None:
    t = part(("parameter", 1, "x"), -1)
    said = ours("rearrange", Tensor((2, 6, t)), "b (c u) l -> b c (l u)", {"u": 3})
    assert said.shape[:2] == (2, 2)
    assert same(said.shape[2], sized(t.expression * 3))
    back = ours("rearrange", said, "b c (l u) -> b (c u) l", {"u": 3})
    assert back.shape[1] == 6
    assert same(back.shape[2], t)


def test_layers_are_the_functions() -> None:
    assert module_name("einops.layers.torch.Rearrange") == "Rearrange"
    assert module_name("torch.nn.Rearrange") is None
    row = module_row("Reduce")
    values = {**bind(row.signature, ["b c (l u) -> b c l", "mean"], {"u": 2}), "input": Tensor((2, 3, 10))}
    assert row.rule(values).shape == tuple(Reduce("b c (l u) -> b c l", "mean", u=2)(torch.zeros(2, 3, 10)).shape)
    assert tuple(Rearrange("b c l -> b l c")(torch.zeros(2, 3, 4)).shape) == (2, 4, 3)


def codes(body: str) -> list[tuple[int, str]]:
    return [(finding.row, finding.code) for finding in check_bytes(body.encode(), PurePath("x.py")).findings]


HEAD = """\
import torch
from torch import nn
from einops import rearrange, repeat
from einops.layers.torch import Rearrange
up = nn.ConvTranspose1d(8, 6, 4, 2, {padding})
y = up(torch.randn(1, 8, 10))
"""


@pytest.mark.parametrize(
    ("padding", "body", "runs"),
    [
        (1, "rearrange(y, 'b (c u) l -> b c (l u)', u=3)", True),
        (1, "rearrange(y, 'b (c u) l -> b c (l u)', u=4)", False),
        (1, "rearrange(y, 'b c (l u) -> b (c u) l', u=5)", True),
        (0, "rearrange(y, 'b c (l u) -> b (c u) l', u=5)", False),
        (0, "rearrange(y, 'b c l -> b l c').shape == (1, 22, 6) or 1/0", True),
        (1, "rearrange(y, 'b c h w -> b (c h) w')", False),
        (1, "Rearrange('b c (l u) -> b (c u) l', u=4)(y)", True),
        (0, "Rearrange('b c (l u) -> b (c u) l', u=4)(y)", False),
        (1, "repeat(y, 'b c l -> b c (l r)', r=2) + torch.zeros(40)", True),
        (0, "repeat(y, 'b c l -> b c (l r)', r=2) + torch.zeros(40)", False),
    ],
)
def test_findings_are_what_raises(padding: int, body: str, runs: bool) -> None:
    program = HEAD.format(padding=padding) + body + "\n"
    if runs:
        exec(program, {})
        assert codes(program) == []
    else:
        with pytest.raises((einops.EinopsError, RuntimeError)):
            exec(program, {})
        assert codes(program) == [(7, "CVT206")]


def test_parsing_is_cached() -> None:
    assert parse("a b -> b a") is parse("a b -> b a")
