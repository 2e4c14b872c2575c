"""The Python that models are written in, against Python itself.

Every program is run by Python with torch, which says on which line a layer of which kernel size is built; the interpreter must find
the same. A line marked `#?` builds a layer whose kernel size must not be taken for known: what decides it is not followed.
"""

from __future__ import annotations

import re
import sys
import time
from typing import Any

import pytest
from python_programs import FOLLOWED, UNFOLLOWED

from convt_lint.analysis import analyse
from convt_lint.facts import LayerBuilt

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import ConvTranspose1d as C\n"
FILE = "feature.py"
_UNKNOWN = re.compile(r"#\?")

Kernels = dict[int, list[int]]


def built_by_python(program: str) -> Kernels:
    """The kernel sizes of the layers that Python builds, by the line that builds them, each once."""
    from torch.nn.modules import conv

    found: Kernels = {}
    base = conv._ConvTransposeNd
    init = base.__init__

    def recording_init(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        frame = sys._getframe(1)
        while frame.f_code.co_filename != FILE:
            assert frame.f_back is not None
            frame = frame.f_back
        _note(found, frame.f_lineno, self.kernel_size[0])

    base.__init__ = recording_init
    names = {"__name__": "__main__"}
    module = type(sys)("__main__")
    module.__dict__.update(names)
    before = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        exec(compile(HEAD + program, FILE, "exec", dont_inherit=True), module.__dict__)
    finally:
        base.__init__ = init
        sys.modules["__main__"] = before
    return found


def _note(found: Kernels, row: int, kernel: int) -> None:
    rows = found.setdefault(row, [])
    if kernel not in rows:
        rows.append(kernel)


def built_for_sure(program: str) -> Kernels:
    """The kernel sizes that the interpreter found without an assumption, by line."""
    analysis = analyse((HEAD + program).encode())
    analysis.locate()
    found: Kernels = {}
    for fact in analysis.facts:
        if isinstance(fact, LayerBuilt) and not fact.path.assumptions and not fact.path.with_defaults:
            kernel = fact.arguments["kernel_size"]
            if isinstance(kernel, tuple) and len(kernel) == 1:
                kernel = kernel[0]
            if isinstance(kernel, int):
                _note(found, fact.site.row, kernel)
    return found


def unknown_rows(program: str) -> set[int]:
    return {row for row, line in enumerate((HEAD + program).split("\n"), start=1) if _UNKNOWN.search(line)}


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in FOLLOWED])
def test_followed(program: str) -> None:
    expected = built_by_python(program)
    assert expected, "the program builds layers"
    assert built_for_sure(program) == expected


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in UNFOLLOWED])
def test_not_taken_for_known(program: str) -> None:
    expected = built_by_python(program)
    unknown = unknown_rows(program)
    assert unknown, "a program of this table says what is not followed in it"
    assert unknown <= expected.keys(), "each marked line builds a layer"
    found = built_for_sure(program)
    assert not unknown & found.keys()
    assert {row: kernels for row, kernels in expected.items() if row not in unknown} == found


def test_the_tables_are_sound() -> None:
    for table in (FOLLOWED, UNFOLLOWED):
        assert len({name for name, _ in table}) == len(table)
        assert len({program for _, program in table}) == len(table)
    assert not any(unknown_rows(program) for _, program in FOLLOWED)


BOUNDED = [
    ("tuples-of-tuples", "s = (1, 2)\nfor i in range(60):\n    s = tuple([s, s])\nC(1, 1, len(s))"),
    (
        "rows-of-rows",
        "from collections import namedtuple\nP = namedtuple('P', 'a b')\ns = P(1, 2)\nfor i in range(60):\n    s = P(s, s)\nC(1, 1, len(s))",
    ),
    ("zips-of-zips", "s = (1, 2)\nfor i in range(60):\n    s = list(zip(s, s))[0]\nC(1, 1, len(s))"),
    ("texts", "s = 'a'\nfor i in range(60):\n    s = s.replace('a', 'aa').join(['a', 'b'])\nC(1, 1, len(s))"),
    ("wide-format", "C(1, 1, len(f'{3:99999999999}') + len('{:>99999999999}'.format(3)))"),
    ("products", "from itertools import product\nC(1, 1, len(list(product(range(1000), repeat=50))))"),
    ("endless", "from itertools import count, cycle\nfor k in count(): C(1, 1, k)\nfor k in cycle([1]): C(1, 1, k)\nlist(zip(count(), cycle([1])))"),
    ("generator-without-end", "def g():\n    while True:\n        yield 3\nfor k in g(): C(1, 1, k)\n"),
    ("generators-of-themselves", "def g(n):\n    yield from g(n + 1)\n    yield n\nfor k in g(0): C(1, 1, k)\n"),
    ("recursion-without-end", "def f(n):\n    return f(n + 1) + f(n + 2)\nC(1, 1, f(1))"),
    (
        "special-methods-of-themselves",
        "class A:\n    def __len__(self):\n        return len(self)\n    def __iter__(self):\n        return self\nC(1, 1, len(A()))",
    ),
    ("property-of-itself", "class A:\n    @property\n    def k(self):\n        return self.k\nC(1, 1, A().k)"),
    (
        "dataclass-of-itself",
        "from dataclasses import *\n@dataclass\nclass A:\n    a: object = None\nx = A()\nx.a = x\nasdict(x)\nimport copy\ncopy.deepcopy(x)\nC(1, 1, 3)",
    ),
    ("large-factorials", "import math\nC(1, 1, math.factorial(10**9) + math.comb(10**9, 10**8))"),
    ("decorators-of-themselves", "def d(f):\n    @d\n    def w(): return f()\n    return w\n@d\ndef g(): return 3\nC(1, 1, g())"),
]


@pytest.mark.parametrize("program", [pytest.param(program, id=name) for name, program in BOUNDED])
def test_bounded(program: str) -> None:
    """What never ends, or grows without end, is given up in good time."""
    start = time.process_time()
    analyse((HEAD + program).encode())
    assert time.process_time() - start < 5
