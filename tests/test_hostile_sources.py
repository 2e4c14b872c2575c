"""Sources that are broken, huge, deep or endless: each ends, crashes nothing, and says the same under every hash seed.

They go through the linter in a process of their own, so that a crash or a hang of the parser is seen and costs one source; some go
through the command.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from surface import ROOT, environment, run

pytestmark = pytest.mark.slow

TIME_LIMIT = 30  # seconds for one source: a bound against endlessness, not a measurement
HEAD = "import torch\nfrom torch import nn\n"
BAD = "nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)"
FIND = f"found = {BAD}\n"
BUILD = "nn.ConvTranspose1d(4, 4, 3, stride=s, output_padding=1)"


def program(text: str, tail: str = FIND) -> bytes:
    """A source that imports torch, then `text`, then a layer that must be found in spite of it."""
    return (HEAD + textwrap.dedent(text) + "\n" + tail).encode()


def indented(levels: int, opening: str, body: str) -> str:
    lines = [" " * depth + opening.format(depth) for depth in range(levels)]
    return "\n".join([*lines, " " * levels + body]) + "\n"


def numbers(count: int) -> str:
    return ", ".join(map(str, range(count)))


# --- what is no Python: CVT001 and nothing else

REFUSED: dict[str, bytes] = {
    "syntax error": program("def f(:\n    pass\n"),
    "unclosed bracket": program("x = (1, 2\n"),
    "unclosed string": program("x = 'abc\n"),
    "unclosed triple quotes": program("x = '''abc\n"),
    "bad indentation": program("if True:\n        x = 1\n    y = 2\n"),
    "bad dedent under tabs": program("if True:\n\tx = 1\n    y = 2\n"),
    "python 2 print": program("print 'x'\n"),
    "null byte": program("x = 1\0\n"),
    "null bytes alone": b"\0" * 100 + b"ConvTranspose1d",
    "latin-1 without a cookie": HEAD.encode() + b"x = '\xe9'\n" + FIND.encode(),
    "unknown encoding": b"# -*- coding: no-such-codec -*-\n" + program(""),
    "encoding that is no text": b"# coding: hex\n" + program(""),
    "ascii cookie, utf-8 text": b"# coding: ascii\n" + HEAD.encode() + "x = 'é'\n".encode() + FIND.encode(),
    "lone surrogate": HEAD.encode() + b"x = '\xed\xa0\x80'\n" + FIND.encode(),
    "2,000 round brackets": program("x = " + "(" * 2000 + "1" + ")" * 2000),
    "2,000 square brackets": program("x = " + "[" * 2000 + "]" * 2000),
    "2,000 curly brackets": program("x = " + "{" * 2000 + "}" * 2000),
    "2,000 mixed brackets": program("x = " + "([{" * 700 + "}])" * 700),
    "2,000 brackets never closed": program("x = " + "(" * 2000),
    "2,000 calls": program("x = " + "f(" * 2000 + ")" * 2000),
    "2,000 brackets in an f-string": program('x = f"{' + "(" * 2000 + "1" + ")" * 2000 + '}"'),
    "2,000 brackets in a triple f-string": program('x = f"""{' + "[" * 2000 + "]" * 2000 + '}"""'),
    "2,000 brackets closed wrongly": program("x = " + "(" * 2000 + "]" * 2000),
    "sum of 5,000 terms": program("x = " + " + ".join(["1"] * 5000)),
    "sum of 5,000 names over lines": program("x = (" + "\n+ ".join(["a"] * 5000) + ")"),
    "5,000 elifs": program("x = 3\nif x == -1:\n    y = 0\n" + "".join(f"elif x == {i}:\n    y = {i}\n" for i in range(5000))),
    "attribute chain": program("x = a" + ".b" * 5000),
    "call chain": program("x = f" + "()" * 5000),
    "subscript chain": program("x = a" + "[0]" * 5000),
    "ternary chain": program("x = " + "1 if a else " * 3000 + "2"),
    "unary chain": program("x = " + "-" * 5000 + "1"),
    "not chain": program("x = " + "not " * 5000 + "a"),
    "tilde chain": program("x = " + "~" * 5000 + "1"),
    "power chain": program("x = " + "**".join(["2"] * 5000)),
    "and chain": program("x = " + " and ".join(["a"] * 5000)),
    "string concatenation": program("x = (" + "'a' " * 5000 + ")"),
}

# --- strange but sound: the layer at the end is found

FOUND: dict[str, bytes] = {
    "byte order mark": b"\xef\xbb\xbf" + program(""),
    "cr only": program("x = 1\n").replace(b"\n", b"\r"),
    "crlf": program("x = 1\n").replace(b"\n", b"\r\n"),
    "mixed newlines": b"import torch\r\nfrom torch import nn\rx = 1\n" + FIND.encode(),
    "form feeds": program("\f\nx = 1\n\f\n"),
    "form feed before indentation": program("def f():\n\f    return 1\n"),
    "no newline at the end": program("", FIND.rstrip()),
    "trailing blanks": program("x = 1   \n   \n\t\n"),
    "backslash continuation": program("x = 1 + \\\n    2\n"),
    "tabs": program("if True:\n\tx = 1\n\tif x:\n\t\ty = 2\n"),
    "tabs and spaces in different blocks": program("if True:\n\tx = 1\nif True:\n        y = 2\n"),
    "latin-1 cookie": b"# -*- coding: latin-1 -*-\n" + HEAD.encode() + b"x = '\xe9'\n" + FIND.encode(),
    "cp1252 cookie on the second line": b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n" + HEAD.encode() + b"x = '\x80'\n" + FIND.encode(),
    "bom and a utf-8 cookie": b"\xef\xbb\xbf# coding: utf-8\n" + program(""),
    "unicode names": program("größe = 1\nК = 2\n"),
    "emoji and combining marks": program("x = '👩\u200d👩\u200d👧 e\u0301 \u202e'\n"),
    "huge string": program(f'x = "{"a" * 2_000_000}"\n'),
    "huge docstring": program('x = """' + "a ( [ {\n" * 100_000 + '"""\n'),
    "huge comment": program("# " + "([{" * 300_000 + "\n"),
    "huge integer text": program(f"x = {'1' * 5000}\n"),
    "huge integer converted": program('x = int("1" * 5000)\ny = int("9" * 10_000_000)\n'),
    "tower of powers": program("x = 10**10**10\n"),
    "tower of powers in pieces": program("a = 10\nb = a**a\nc = a**b\nd = c**c\n"),
    "shift": program("x = 1 << (1 << 40)\n"),
    "factorial": program("import math\nx = math.factorial(10**8)\n"),
    "binomials and powers by function": program("import math\nx = math.comb(10**8, 5 * 10**7)\ny = pow(10, 10**10)\nz = math.perm(10**7)\n"),
    "repeated list": program("x = [0] * 10**10\ny = (1, 2) * 10**9\nz = 'ab' * 10**11\n"),
    "repeated doubling": program("x = [1]\nfor i in range(60):\n    x = x + x\ny = 'a'\nfor i in range(60):\n    y += y\n"),
    "nested tuples doubled": program("x = (1,)\nfor i in range(60):\n    x = (x, x)\n"),
    "squared sixty times": program("x = 3\nfor i in range(60):\n    x = x * x\n"),
    "huge range": program("x = list(range(10**12))\ny = sum(range(10**12))\nfor i in range(10**12):\n    pass\n"),
    "huge range with layers": program(f"for s in range(2, 10**12):\n    {BUILD}\n"),
    "format width": program("x = '%10000000000d' % 1\ny = f'{1:10000000000}'\nz = '{:>10000000000}'.format(1)\nw = 'a'.ljust(10**11)\n"),
    "100,000 numbers": program(f"x = [{numbers(100_000)}]\n"),
    "100,000 numbers in a tuple": program(f"x = ({numbers(100_000)})\n"),
    "100,000 numbers in a set": program(f"x = {{{numbers(100_000)}}}\n"),
    "100,000 pairs in a dict": program("x = {" + ", ".join(f"{i}: {i}" for i in range(100_000)) + "}\n"),
    "100,000 numbers in a call": program(f"x = max({numbers(100_000)})\n"),
    "100,000 numbers over lines": program("x = [\n" + ",\n".join(map(str, range(100_000))) + ",\n]\n"),
    "rows of numbers": program("x = [\n" + ",\n".join(f"[{numbers(50)}]" for _ in range(2500)) + "\n]\n"),
    "100,000 strings": program("x = [" + ", ".join(f"'w{i}'" for i in range(100_000)) + "]\n"),
    "a loop over 100,000 numbers": program(f"for s in [{numbers(100_000)}]:\n    {BUILD}\n"),
    "10,000 assignments": program("".join(f"x{i} = {i}\n" for i in range(10_000))),
    "10,000 statements on a line": program("; ".join(f"x{i} = {i}" for i in range(5_000)) + "\n"),
    "3,000 layers": program("".join(f"l{i} = nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=1)\n" for i in range(3000))),
    "100 nested blocks of if": program(indented(90, "if x{}:", "y = 1")),
    "90 nested functions": program(indented(90, "def f{}():", "return 1")),
    "90 nested classes": program(indented(90, "class C{}:", "x = 1")),
    "recursion": program("def f():\n    return f()\nf()\n"),
    "recursion with layers": program(f"def f(s):\n    {BUILD}\n    return f(s + 1)\nf(2)\n"),
    "double recursion": program("def f(n):\n    return f(n - 1) + f(n - 2)\nx = f(100)\n"),
    "mutual recursion": program(f"def f(s):\n    {BUILD}\n    return g(s + 1)\ndef g(s):\n    return f(s) or g(s)\nf(2)\n"),
    "ackermann": program("def a(m, n):\n    return n + 1 if m == 0 else a(m - 1, 1) if n == 0 else a(m - 1, a(m, n - 1))\nx = a(4, 4)\n"),
    "recursion by the y combinator": program("y = lambda f: (lambda x: x(x))(lambda x: f(lambda v: x(x)(v)))\nz = y(lambda r: lambda n: r(n + 1))(0)\n"),
    "self application": program("w = lambda x: x(x)\nw(w)\n"),
    "recursive init": program("class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = A()\nA\n"),
    "recursive property": program(
        "class A:\n    @property\n    def x(self):\n        return self.x\n    def __getattr__(self, name):\n        return getattr(self, name)\n"
    ),
    "endless while": program("def f():\n    while True:\n        pass\n"),
    "endless while with layers": program(f"def f():\n    s = 2\n    while True:\n        {BUILD}\n        s += 1\nnet = f\n"),
    "endless while that appends": program(f"def f(x):\n    layers = []\n    while x:\n        layers.append({BUILD.replace('=s', '=2')})\n    return layers\n"),
    "while over a growing list": program("def f():\n    todo = [1]\n    for t in todo:\n        todo.append(t)\n"),
    "40 unknown ifs": program("def f(c):\n    s = 2\n" + "".join(f"    if c[{i}]:\n        s += {2**i}\n" for i in range(40)) + f"    return {BUILD}\n"),
    "40 unknown ternaries": program("def f(c):\n    s = 2\n" + "".join(f"    s = s + 1 if c.a{i} else s * 2\n" for i in range(40)) + f"    return {BUILD}\n"),
    "40 unknown ifs that return": program(
        "def f(c):\n    s = 2\n" + "".join(f"    if c.a{i}:\n        return {BUILD}\n    s += 1\n" for i in range(40)) + f"    return {BUILD}\n"
    ),
    "40 ifs in a loop": program(
        "def f(c):\n    s = 2\n    for x in c:\n" + "".join(f"        if x.a{i}:\n            s += {i}\n" for i in range(40)) + f"        {BUILD}\n"
    ),
    "30 nested try": program(
        "def f(c):\n    s = 2\n" + "".join(f"    try:\n        s += c({i})\n    except E{i}:\n        s = {i + 2}\n" for i in range(30)) + f"    {BUILD}\n"
    ),
    "200 elifs with layers": program(
        "def f(s, k):\n    if k == -1:\n        pass\n" + "".join(f"    elif k == {i}:\n        return {BUILD}\n" for i in range(200)) + "f(2, 7)\n"
    ),
    "200 cases with layers": program(
        "def f(s, k):\n    match k:\n" + "".join(f"        case {i}:\n            return {BUILD}\n" for i in range(200)) + "f(2, 7)\n"
    ),
    "and or of many": program(
        "def f(c):\n    s = 2\n    if " + " and ".join(f"(c.a{i} or c.b{i})" for i in range(60)) + f":\n        s = 3\n    return {BUILD}\n"
    ),
    "class that is its own base": program("A = object\nclass A(A):\n    pass\nclass A(A):\n    pass\n"),
    "200 classes deep": program(
        "class C0(nn.Module):\n    def __init__(self, s):\n        super().__init__()\n        self.up = "
        + BUILD
        + "\n"
        + "".join(f"class C{i}(C{i - 1}):\n    def __init__(self, s):\n        super().__init__(s)\n" for i in range(1, 200))
        + "C199(2)\n"
    ),
    "diamonds": program(
        "class A0:\n    pass\n"
        + "".join(f"class L{i}(A{i}):\n    pass\nclass R{i}(A{i}):\n    pass\nclass A{i + 1}(L{i}, R{i}):\n    pass\n" for i in range(30))
        + "A30()\n"
    ),
    "metaclass and odd bases": program("class A(type(nn.Module), metaclass=type):\n    pass\nclass B(*[object], **{}):\n    pass\n"),
    "dict that holds itself": program("d = {}\nd['d'] = d\nd.update(d)\nx = d['d']['d']\ne = {**d, 'e': d}\nd == e\n"),
    "list that holds itself as an argument": program("a = [2]\na.append(a)\nup = nn.ConvTranspose1d(4, 4, 3, stride=a[0], output_padding=1, bias=a)\n"),
    "object that holds itself": program("class A:\n    pass\na = A()\na.a = a\na.b = [a]\nx = a.a.a.b[0].a\n"),
    "modules that hold each other": program("class A(nn.Module):\n    pass\na, b = A(), A()\na.b = b\nb.a = a\na(b(a))\n"),
    "generators": program("def g():\n    while True:\n        yield from g()\nfor x in g():\n    break\nx = (i for i in g())\nnext(x)\n"),
    "generator of layers": program(f"def g(s):\n    while True:\n        yield {BUILD}\n        s += 1\nlayers = [x for x, _ in zip(g(2), range(9))]\n"),
    "coroutines": program(
        "import asyncio\nasync def f():\n    async with f() as x:\n        async for y in x:\n            await y\n    return [z async for z in f()]\n"
    ),
    "star chains": program("def f(*a, **k):\n    return f(*a, *a, **k)\nf(1, 2)\n"),
    "star chains of wrappers": program(
        "def w0(*a, **k):\n    return nn.ConvTranspose1d(*a, **k)\n"
        + "".join(f"def w{i}(*a, **k):\n    return w{i - 1}(*a, **k)\n" for i in range(1, 150))
        + "w149(4, 4, 3, stride=2)\n"
    ),
    "300 functions in a chain": program(
        "def f0(s):\n    return " + BUILD + "\n" + "".join(f"def f{i}(s):\n    return f{i - 1}(s)\n" for i in range(1, 300)) + "f299(2)\n"
    ),
    "300 methods that call each other": program(
        "class A:\n"
        + "".join(f"    def m{i}(self, s):\n        {BUILD}\n        self.m{(i + 1) % 300}(s)\n        return self.m{(i * 7) % 300}(s)\n" for i in range(300))
    ),
    "decorators on decorators": program("def d(f):\n    return d(f)\n" + "@d\n" * 200 + "def f():\n    pass\nf()\n"),
    "names rebound as builtins": program("range = len = zip = int = None\nfor x in range(3):\n    pass\n"),
    "dunder tricks": program("__name__ = 5\n__builtins__ = None\nclass A:\n    __slots__ = property\n    __class__ = None\n    __init__ = None\nA()\n"),
    "a directive on every line": program("".join("x = nn.ConvTranspose1d(1, 1, 2)  # convt: 1 -> 2\n" for _ in range(1500))),
    "walrus and lambdas everywhere": program("x = (y := lambda z=(w := 3): (q := z))()\n"),
    "a tab beside spaces": program("if True:\n    if True:\n    \tx = 1\n"),
    "cyclic classes": program("class B:\n    pass\nclass A(B):\n    pass\nclass B(A):\n    pass\nclass A(B):\n    pass\nA()\n"),
    "list that holds itself": program("a = []\na.append(a)\nb = [a, a]\nx = a[0][0][0]\nfor y in a:\n    y.append(b)\nprint(a, tuple(a), list(a), len(a))\n"),
    "a name deleted that is not there": program("try:\n    del x\nexcept NameError:\n    pass\n"),
    "deep unpacking": program("a, (b, (c, (d, *e))) = 1, (2, (3, (4, 5, 6)))\n(*f,) = (a,)\n"),
    "type annotations of every kind": program("x: 'List[int]' = 1\ndef f(x: 'T', /, y, *, z) -> 'T': ...\n"),
    "f-strings in f-strings": program("x = f'{f\"{1}\"} {{}} {1!r:>{2}}'\n"),
    "nested slices": program("x = " + "a[b:c, " * 60 + "1" + "]" * 60),
    "3,000 numbers returned": program(f"def f():\n    return ({numbers(3000)})\n"),
    "membership among 3,000 numbers": program(f"x = 3 in ({numbers(3000)})\n"),
    "3,000 names imported": program("from other import (" + ", ".join(f"n{i}" for i in range(3000)) + ")\n"),
    "a default of 3,000 numbers": program(f"def f(x=({numbers(3000)}), *, y=[{numbers(3000)}]):\n    return x\n"),
    "assignment to 10,000 names in a chain": program("x = " * 10_000 + "1"),
}

# --- what may be refused or be too much to follow, as long as it ends

ENDS: dict[str, bytes] = {
    "20 nested loops": program(indented(20, "for i{} in range(10):", "y = 1")),
    "10 nested loops with layers": program(indented(10, "for i{} in range(10):", "s = 2; " + BUILD)),
    "10 nested comprehensions": program("x = [0 " + " ".join(f"for i{d} in range(10)" for d in range(10)) + "]\n"),
    "comprehension with layers": program(f"x = [{BUILD} " + " ".join(f"for i{d} in range(10)" for d in range(9)) + " for s in range(2, 9)]\n"),
    "300 functions that call two others": program(
        "def f0(s):\n    return " + BUILD + "\n" + "".join(f"def f{i}(s):\n    f{i - 1}(s)\n    return f{i - 1}(s + 1)\n" for i in range(1, 300)) + "f299(2)\n"
    ),
    "300 functions that call all": program(
        "".join(f"def f{i}(s):\n    {BUILD}\n    return f{(i * 7 + 1) % 300}(s) + f{(i * 13 + 5) % 300}(s)\n" for i in range(300)) + "f0(2)\n"
    ),
    "lambda chain": program("x = " + "lambda: " * 3000 + "1"),
    "20,000 lambdas": program("x = " + "lambda: " * 20_000 + "1"),
    "lambdas with defaults": program("x = " + "lambda x, y=1: " * 20_000 + "1"),
    "lambdas in ternaries": program("x = " + "a if b else lambda: " * 5000 + "1"),
    "lambdas in a dict": program("x = {1: " + "lambda: " * 20_000 + "1}"),
    "del of nested tuples": program("del " + "(" * 60 + "a" + ", b)" * 60),
    "del of nested lists": program("del " + "[" * 60 + "a" + ", b]" * 60),
    "case of nested tuples": program("match x:\n  case " + "(" * 60 + "a" + ", b)" * 60 + ":\n    pass\n"),
    "case of nested lists": program("match x:\n  case " + "[" * 60 + "a" + "]" * 60 + ":\n    pass\n"),
    "case of nested classes": program("match x:\n  case " + "f(" * 60 + "a" + ")" * 60 + ":\n    pass\n"),
    "case of nested mappings": program("match x:\n  case " + "{1: " * 60 + "a" + "}" * 60 + ":\n    pass\n"),
    "targets of nested tuples": program("for " + "(" * 60 + "a" + ", b)" * 60 + " in x:\n    pass\n"),
}

# --- nothing to find, nothing to refuse

SILENT: dict[str, bytes] = {
    "utf-16 without a cookie": program("").decode().encode("utf-16"),
    "empty": b"",
    "one newline": b"\n",
    "one carriage return": b"\r",
    "byte order mark alone": b"\xef\xbb\xbf",
    "comment alone": b"# ConvTranspose1d",
    "random bytes": bytes(range(256)) * 40,
    "form feed alone": b"\f# ConvTranspose1d\n",
    "blanks after a mention": b"   \n\t\n# conv_transpose1d\n   ",
}

TABLES = {"refused": REFUSED, "found": FOUND, "ends": ENDS, "silent": SILENT}
ALL: dict[str, bytes] = {f"{kind}: {name}": source for kind, table in TABLES.items() for name, source in table.items()}

_CHILD = """
import faulthandler, json, sys, time
from pathlib import PurePath
sys.path.insert(0, sys.argv[1])
from test_hostile_sources import ALL, TIME_LIMIT
from convt_lint.linting import check_bytes
for name in list(ALL)[int(sys.argv[2]):]:
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    began = time.perf_counter()
    result = check_bytes(ALL[name], PurePath("hostile.py"))
    told = [[f.code, f.row, f.column, f.end_row, f.end_column, f.message, list(f.trace)] for f in result.findings]
    print(json.dumps([name, told, result.constructions, round(time.perf_counter() - began, 2)]), flush=True)
"""


@cache
def results(seed: str) -> dict[str, list[Any]]:
    """What the linter says of every source in a process of its own: [findings, constructions, seconds], or why the process ended there."""
    done: dict[str, list[Any]] = {}
    while len(done) < len(ALL):
        command = [sys.executable, "-X", "faulthandler", "-c", _CHILD, str(Path(__file__).parent), str(len(done))]
        child = subprocess.run(command, cwd=ROOT, env=environment(PYTHONHASHSEED=seed), capture_output=True)
        done.update({name: rest for name, *rest in map(json.loads, child.stdout.splitlines())})
        if len(done) < len(ALL):
            done[list(ALL)[len(done)]] = [f"the process ended with {child.returncode}: {child.stderr.decode(errors='replace')[:1500]}"]
    return done


def findings(kind: str, name: str, seed: str = "0") -> list[Any]:
    told = results(seed)[f"{kind}: {name}"][0]
    assert isinstance(told, list), told
    return told


def last_row(source: bytes) -> int:
    return len(source.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_analysed_is_said_and_placed(name: str) -> None:
    ((code, row, column, _, _, message, _),) = findings("refused", name)
    assert code == "CVT001"
    assert 1 <= row <= last_row(REFUSED[name]) + 1
    assert column >= 1
    assert "the checker itself failed" not in message


@pytest.mark.parametrize("name", FOUND)
def test_the_layer_after_it_is_found(name: str) -> None:
    assert [(code, row) for code, row, *_ in findings("found", name)] == [("CVT102", last_row(FOUND[name]))]


@pytest.mark.parametrize("name", ENDS)
def test_it_ends(name: str) -> None:
    told = findings("ends", name)
    assert {(code, row) for code, row, *_ in told if code != "CVT001"} <= {("CVT102", last_row(ENDS[name]))}
    assert not any("the checker itself failed" in message for *_, message, _ in told)


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_made_of_nothing(name: str) -> None:
    assert findings("silent", name) == []


def test_the_same_under_another_hash_seed() -> None:
    one, other = results("0"), results("4242")
    assert [name for name in ALL if one[name][:-1] != other[name][:-1]] == []


def test_the_command_tells_the_others_as_ever(tmp_path: Path) -> None:
    files = {"deep.py": REFUSED["2,000 round brackets"], "nul.py": REFUSED["null byte"], "sum.py": REFUSED["sum of 5,000 terms"], "cr.py": FOUND["cr only"]}
    files |= {"tower.py": FOUND["tower of powers"], "numbers.py": FOUND["100,000 numbers"], "empty.py": b"", "lambdas.py": ENDS["lambdas in ternaries"]}
    for name, source in files.items():
        (tmp_path / name).write_bytes(source)
    done = run("check", "--output-format=json", ".", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    told = {Path(record["filename"]).name: record["code"] for record in json.loads(done.stdout)}
    told.pop("lambdas.py", None)
    assert told == {"deep.py": "CVT001", "nul.py": "CVT001", "sum.py": "CVT001", "cr.py": "CVT102", "tower.py": "CVT102", "numbers.py": "CVT102"}
