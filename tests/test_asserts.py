"""Sizes stated by asserts and tests: each spelling is run with a number that holds, and with one that does not, by Python and by the checker."""

from __future__ import annotations

import re
import textwrap
from pathlib import PurePath
from typing import Any

import pytest

from convt_lint.linting import check_bytes

HEAD = """\
import unittest
import numpy as np
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 1, 3, 2, 1)
x = torch.randn(1, 4, 10)
y = up(x)
"""
LENGTH, OTHER = 19, 20


def codes(program: str) -> list[str]:
    return [finding.code for finding in check_bytes(program.encode(), PurePath("test_x.py")).findings]


def raises(program: str) -> bool:
    try:
        exec(compile(program, "x.py", "exec"), {"__name__": "x"})
    except Exception:
        return True
    return False


# `N` stands for the length: 19, or 20, which is wrong.
SPELLINGS = """
assert y.shape[-1] == N
assert N == y.shape[-1]
assert y.shape[-1] == N == N
assert (y.shape[-1] == N), "message"
assert y.ndim == 3 and y.shape[-1] == N
assert not (y.shape[-1] != N)
assert not (y.ndim != 3 or y.shape[-1] != N)
assert tuple(y.shape) == (1, 1, N)
assert list(y.shape) == [1, 1, N]
assert [*y.shape] == [1, 1, N]
assert y.shape == torch.Size([1, 1, N])
assert torch.Size((1, 1, N)) == y.shape
assert y.size() == (1, 1, N)
assert y.size(-1) == N
assert y.size(dim=-1) == N
assert y.shape[2:] == (N,)
assert y.shape[-1:] == (N,)
assert y.shape[1:] == torch.Size([1, N])
assert y.shape[-1] in (N,)
assert y.shape[-1] in [N]
assert y.shape[-1] in {N, 100}
assert y.shape[-1] - N == 0
assert int(y.shape[-1]) == N
assert y.numel() == N
assert len(y[0, 0]) == N
assert y.detach().cpu().numpy().shape == (1, 1, N)
assert y.shape == torch.zeros(1, 1, N).shape
assert y.shape[-1:] == torch.zeros(1, 1, N).shape[-1:]
assert all([y.shape[0] == 1, y.shape[-1] == N])
assert y.shape[-1] <= 38 - N
assert 38 - N >= y.shape[-1]
assert x is None or y.shape[-1] == N
torch.testing.assert_close(y * 0, torch.zeros(1, 1, N))
torch.testing.assert_close(y.shape, torch.Size([1, 1, N]))
np.testing.assert_equal(y.shape, (1, 1, N))
np.testing.assert_equal(y.shape[-1], N)
np.testing.assert_array_equal(y.shape, (1, 1, N))
np.testing.assert_array_equal((y * 0).detach().numpy(), np.zeros((1, 1, N)))
np.testing.assert_allclose(y.detach().numpy(), np.ones((1, 1, N)), atol=1e9)
torch._assert(y.shape[-1] == N, "message")
torch._check(y.shape[-1] == N)
torch._check(y.shape == (1, 1, N), lambda: f"{y.shape}")
if y.shape[-1] != N: raise ValueError
if not y.shape[-1] == N: raise ValueError("message")
if y.shape != (1, 1, N): raise RuntimeError(f"{y.shape}")
if y.shape[0] != 1 or y.shape[-1] != N: raise ValueError
if x is not None and y.shape[-1] != N: raise ValueError
if y.shape[-1] not in (N,): raise ValueError
if y.shape[-1] > 38 - N: raise ValueError
""".strip().splitlines()
BLOCKS = """
if y.shape[-1] == N:
    z = y
else:
    raise ValueError

if y.shape[-1] != N:
    message = f"{y.shape}"
    print(message)
    raise ValueError(message)

if y.shape[-1] != N:
    raise ValueError
else:
    z = y

if isinstance(x, str):
    z = y
elif y.shape[-1] != N:
    raise ValueError

def check(t, n):
    assert t.shape[-1] == n
check(y, N)
""".strip().split("\n\n")
METHODS = """
self.assertEqual(y.shape[-1], N)
self.assertEqual(first=y.shape[-1], second=N)
self.assertEqual(y.shape, (1, 1, N))
self.assertEqual(list(y.shape), [1, 1, N])
self.assertEqual(y.size(), torch.Size([1, 1, N]), "message")
self.assertEqual(y.numel(), N)
self.assertTupleEqual(tuple(y.shape), (1, 1, N))
self.assertListEqual(list(y.shape), [1, 1, N])
self.assertSequenceEqual(y.shape, [1, 1, N])
self.assertTrue(y.shape[-1] == N)
self.assertTrue(y.shape == (1, 1, N), "message")
self.assertTrue(y.dim() == 3 and y.shape[-1] == N)
self.assertFalse(y.shape[-1] != N)
""".strip().splitlines()


def stating(text: str, number: int) -> str:
    return re.sub(r"\bN\b", str(number), text)


def in_a_test(line: str) -> str:
    return HEAD + "class Test(unittest.TestCase):\n    def test_it(self):\n        y = up(torch.randn(1, 4, 10))\n        " + line + "\n"


PROGRAMS = [HEAD + text + "\n" for text in (*SPELLINGS, *BLOCKS)] + [in_a_test(line) for line in METHODS]


@pytest.mark.parametrize("program", PROGRAMS, ids=[text.split("\n")[0] for text in (*SPELLINGS, *BLOCKS, *METHODS)])
def test_every_spelling_states_its_size(program: str) -> None:
    run = "" if "unittest.TestCase" not in program else "Test('test_it').debug()\n"
    right, wrong = (stating(program, number) for number in (LENGTH, OTHER))
    assert not raises(right + run)
    assert codes(right) == []
    assert raises(wrong + run)
    assert codes(wrong) in (["CVT201"], ["CVT206"])


@pytest.mark.parametrize("line", ["assert y.ndim == N", "assert N == y.dim()", "assert len(y.shape) == N", "assert len(y.size()) == N"])
def test_a_stated_number_of_dimensions(line: str) -> None:
    for number in (3, 4):
        program = HEAD + stating(line, number) + "\n"
        assert codes(program) == (["CVT206"] if raises(program) else [])
    for number in (2, 3):  # with or without a batch axis: the caller knows
        body = textwrap.indent(stating(line, number), "    ")
        assert codes(HEAD + f"def f(x):\n    y = up(x)\n{body}\n    return y\n") == []


SILENT = """
if y.shape[-1] != 20:
    y = nn.functional.pad(y, (0, 20 - y.shape[-1]))

if y.shape[-1] == 20:
    print("twice")
elif y.shape[-1] == 19:
    print("one less")
else:
    raise ValueError

if y.shape[-1] == 21:
    y = y[..., 1:]
elif y.shape[-1] != 19:
    raise ValueError

def f(x):
    y = up(x)
    if y.shape[-1] == 20:
        return y
    elif y.shape[-1] == 22:
        return y[..., 1:]
    else:
        return y

while y.shape[-1] != 20:
    y = nn.functional.pad(y, (0, 1))

for n in (18, 19, 20):
    if y.shape[-1] != n:
        continue

try:
    assert y.shape[-1] == 20
except AssertionError:
    pass

assert y.shape[-1] == 20 or y.shape[-1] == 19

assert y.shape[-1] in (19, 20)

assert abs(y.shape[-1] - 20) <= 1

assert y.shape[-1] != 20

assert y.shape[-1] >= 19 and y.shape[-1] < 20

same = y.shape[-1] == 20
if not same:
    y = nn.functional.pad(y, (0, 1))

def items(tensors):
    for t in tensors:
        if t.shape[-1] != 20:
            raise StopIteration
        yield t

unittest.TestCase().assertNotEqual(y.shape[-1], 20)

unittest.TestCase().assertGreater(20, y.shape[-1])

unittest.TestCase().assertIn(y.shape[-1], (19, 20))

unittest.TestCase().assertTrue(y.shape[-1] == 19)

torch._check_is_size(y.shape[-1])

np.testing.assert_array_equal(y.detach().numpy() * 0, 0)

np.testing.assert_allclose(y.detach().numpy() * 0, np.zeros(()))

torch.testing.assert_close(y[..., :10], y[..., :10])

assert torch.equal(y, y)

assert not torch.equal(y, torch.zeros(1, 1, 20))

def check(flag=False):
    if flag and y.shape[-1] != 20:
        raise ValueError
check()

with unittest.TestCase().assertRaises(AssertionError):
    assert y.shape[-1] == 20

def f(x, exact):
    y = up(x)
    assert not exact or y.shape[-1] == 2 * x.shape[-1] - 1
    return y

def f(x):
    y = up(x)
    if y.shape[-1] % 2 == 0:
        raise ValueError
    return y
f(x)
""".strip().split("\n\n")


@pytest.mark.parametrize("body", SILENT, ids=range(len(SILENT)))
def test_what_only_chooses_a_way_states_nothing(body: str) -> None:
    program = HEAD + body + "\n"
    assert not raises(program)
    assert codes(program) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("import chex\nchex.assert_shape(y, (1, 1, 20))", ["CVT201"]),
        ("import chex\nchex.assert_shape(y, (1, None, 19))", []),
        ("import chex\nchex.assert_shape(y, (None, ..., 20))", []),
        ("import chex\nchex.assert_shape(y, (1, 19))", ["CVT206"]),
        ("import chex\nchex.assert_equal_shape([y, torch.zeros(1, 1, 20)])", ["CVT201"]),
        ("from misc import assert_shape\nassert_shape(y, [None, 1, 20])", ["CVT201"]),
        ("from misc import assert_shape\nassert_shape(y, [1, 19])", []),
        ("def assert_shape(t, shape):\n    assert t.shape[1:] == shape\nassert_shape(y, (1, 19))", []),
    ],
)
def test_functions_that_are_asserts(body: str, expected: list[str]) -> None:
    assert codes(HEAD + body + "\n") == expected


def test_what_follows_a_wrong_channel_is_told_beside_a_right_length() -> None:
    program: Any = HEAD + "assert y.shape == (1, 8, 19)\n"
    assert raises(program)
    assert codes(program) == ["CVT206"]


@pytest.mark.parametrize(
    "test",
    [
        "@pytest.mark.skip\ndef test_it():\n    {}",
        "@pytest.mark.xfail(strict=True)\ndef test_it():\n    {}",
        "@unittest.skipIf(True, 'no')\ndef test_it():\n    {}",
        "def test_it():\n    pytest.skip('later')\n    {}",
        "def test_it():\n    pytest.xfail('later')\n    {}",
        "class T(unittest.TestCase):\n    def test_it(self):\n        self.skipTest('no')\n        {}",
    ],
)
def test_a_test_that_is_not_run_states_nothing(test: str) -> None:
    body = "assert nn.ConvTranspose1d(4, 2, 4, 2, 1)(torch.zeros(1, 4, 10)).shape[-1] == 21"
    source = "import pytest\nimport unittest\nimport torch\nimport torch.nn as nn\n" + test.format(body) + "\n"
    assert check_bytes(source.encode(), PurePath("x.py")).findings == ()


@pytest.mark.parametrize(("statement", "told"), [("pytest.fail('no')", True), ("print('no')", False)])
def test_a_failure_that_is_called(statement: str, told: bool) -> None:
    source = (
        "import pytest\nimport torch\nimport torch.nn as nn\ndef test_it():\n    y = nn.ConvTranspose1d(4, 2, 4, 2, 1)(torch.zeros(1, 4, 10))\n"
        f"    if y.shape[-1] != 21:\n        {statement}\n"
    )
    assert bool(check_bytes(source.encode(), PurePath("x.py")).findings) is told


@pytest.mark.parametrize("tolerance", ["atol=1", "rtol=0.1", "atol=1, rtol=0"])
def test_sizes_that_need_be_close_alone(tolerance: str) -> None:
    source = (
        "import numpy as np\nimport torch\nimport torch.nn as nn\ny = nn.ConvTranspose1d(4, 2, 4, 2, 1)(torch.zeros(1, 4, 10))\n"
        f"np.testing.assert_allclose(y.shape[-1], 21, {tolerance})\n"
    )
    assert check_bytes(source.encode(), PurePath("x.py")).findings == ()
