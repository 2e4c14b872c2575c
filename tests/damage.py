"""Sources changed at random, by characters, tokens and lines: what an editor holds while someone types, and worse. Pure: all chance comes from `rng`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
ODD = (
    *("0", "-1", "1", "2**64", "10**400", "1e999", "-0.0", "1j", "True", "None", "...", "''", "b''", "()", "[]", "{}", "{1}", "f'{x}'", "lambda *a, **k: a"),
    *("*", "**", ":=", "->", "@", "if", "else", "for", "in", "not", "await", "yield", "yield from", "return", "del", "global", "nonlocal", "async", "match"),
    *(
        "self",
        "super()",
        "type",
        "object",
        "print",
        "range(10**9)",
        "iter(int, 1)",
        "x[1:]",
        "x.shape",
        "torch.zeros(1, 2, 3)",
        "int('9' * 10**6)",
        "1 << 10**9",
    ),
    *(
        "nn.ConvTranspose1d(1, 1, 3, stride=2)",
        "nn.Module",
        "F.conv_transpose1d",
        "# convt: L -> 2*L",
        "# noqa",
        "'''",
        '"""',
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\\",
    ),
    *("\n", "\n    ", "\t", "\f", "\r", "\0", "\ufeff", "é", "𝔘", "\u2028"),
)
LINES = (
    *("return", "pass", "raise", "break", "continue", "yield x", "x = x", "del x", "global x", "import *", "x += x", "x = [x, x]", "x.append(x)", "x[x] = x"),
    *("while True:", "for x in x:", "if x:", "else:", "try:", "except:", "finally:", "with x as x:", "def x(x=x, *a, **k):", "class x(x, metaclass=x):"),
    *(
        "match x:",
        "case [x, *y]:",
        "@x",
        "lambda: x",
        "x: x = x",
        "assert x.shape == (1, 2)",
        "x = nn.ConvTranspose2d(*x, **x)",
        "up = nn.ConvTranspose1d(1, 1, 3)",
    ),
    *(
        "self.x = self",
        "super().__init__()",
        "x = yield",
        "from __future__ import annotations",
        "# convt: 10 -> 20",
        "# (B, C, L) -> (B, C, 2*L)",
        "# 62 -> 125",
    ),
)


def _line_left_out(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    del lines[rng.randrange(len(lines))]


def _line_repeated(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))


def _lines_swapped(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _line_put_in(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    at = rng.randrange(len(lines) + 1)
    before = lines[at - 1] if at else ""
    indent = before[: len(before) - len(before.lstrip())] + rng.choice(("", "", "    "))
    lines.insert(at, indent + rng.choice(LINES))


def _line_indented(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    at = rng.randrange(len(lines))
    lines[at] = rng.choice(("    " + lines[at], lines[at].removeprefix("    "), "\t" + lines[at]))


def _lines_of_another(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    foreign = rng.choice(others).split("\n")
    start = rng.randrange(len(foreign))
    at = rng.randrange(len(lines) + 1)
    lines[at:at] = foreign[start : start + rng.randint(1, 8)]


def _cut_off(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    del lines[rng.randrange(len(lines)) + 1 :]
    lines[-1] = lines[-1][: rng.randint(0, len(lines[-1]))]


def _token_changed(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    at = rng.randrange(len(lines))
    tokens = _TOKEN.findall(lines[at]) or [""]
    there = rng.randrange(len(tokens))
    pool = _TOKEN.findall(rng.choice(lines)) or [""]
    tokens[there] = rng.choice((rng.choice(ODD), rng.choice(pool), tokens[there] * 2, ""))
    lines[at] = "".join(tokens)


def _character_changed(lines: list[str], rng: Random, others: Sequence[str]) -> None:
    at = rng.randrange(len(lines))
    there = rng.randint(0, len(lines[at]))
    lines[at] = lines[at][:there] + chr(rng.choice((rng.randrange(128), rng.randrange(0x3000)))) + lines[at][there + rng.randint(0, 1) :]


WAYS: tuple[Callable[[list[str], Random, Sequence[str]], None], ...] = (
    *(_line_left_out, _line_repeated, _lines_swapped, _line_put_in, _line_indented, _lines_of_another, _cut_off),
    *(_token_changed, _token_changed, _token_changed, _character_changed),
)


def damaged(source: str, rng: Random, others: Sequence[str], steps: int = 3) -> str:
    """A source after some random changes; `others` lend it lines."""
    lines = source.split("\n")
    for _ in range(steps):
        rng.choice(WAYS)(lines, rng, others)
        lines = lines or [""]
    return "\n".join(lines)


def bytes_damaged(source: bytes, rng: Random) -> bytes:
    """A source with some bytes changed, left out or put in."""
    data = bytearray(source)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        data[at : at + rng.choice((0, 1, 1, 40))] = bytes(rng.randrange(256) for _ in range(rng.choice((0, 1, 2))))
    return bytes(data)
