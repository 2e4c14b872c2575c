"""Any value may stand anywhere: odd ones as bases, as arguments of `super`, as decorators, ... may be errors of the program, and none of the checker."""

from __future__ import annotations

import textwrap
from pathlib import PurePath

import pytest

from convt_lint.linting import check_bytes

HEAD = """
import math
import numpy as np
import torch
from torch import nn
from typing import NamedTuple
from enum import Enum
from dataclasses import dataclass
from functools import partial


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3)


class Row(NamedTuple):
    a: int = 1


class Mode(Enum):
    A = 1


@dataclass
class Data:
    a: int = 1


def function(*args, **kwargs):
    return args


registry = {"a": Base}
names = [Base, "a"]
endless = iter([1, 2])
generator = (i for i in range(3))
"""
VALUES = {
    "int": "3",
    "negative": "-1",
    "huge": "10**40",
    "float": "2.5",
    "infinite": "math.inf",
    "nan": 'float("nan")',
    "bool": "True",
    "None": "None",
    "text": '"text"',
    "bytes": 'b"x"',
    "f-string": 'f"{unknown}"',
    "ellipsis": "...",
    "tuple": "(1, 2)",
    "empty tuple": "()",
    "tuple of classes": "(Base, dict)",
    "list": "[1, 2]",
    "named list": "names",
    "dict": '{"a": 1}',
    "empty dict": "{}",
    "named dict": "registry",
    "set": "{1, 2}",
    "lambda": "(lambda *a, **k: 1)",
    "function": "function",
    "partial": "partial(function, 1)",
    "class": "Base",
    "instance": "Base()",
    "named tuple class": "Row",
    "named tuple": "Row()",
    "enum": "Mode",
    "member": "Mode.A",
    "data class": "Data",
    "data object": "Data()",
    "new class": 'type("New", (), {})',
    "module": "math",
    "torch": "torch",
    "layer class": "nn.ConvTranspose1d",
    "layer": "nn.ConvTranspose1d(1, 1, 3)",
    "linear": "nn.Linear(2, 2)",
    "container": "nn.Sequential(nn.ReLU())",
    "module list": "nn.ModuleList([nn.ReLU()])",
    "tensor": "torch.zeros(1, 2)",
    "shape": "torch.zeros(1, 2).shape",
    "array": "np.zeros((1, 2))",
    "unknown": "unknown",
    "iterator": "endless",
    "generator": "generator",
    "view": "registry.items()",
    "slice": "slice(1, 2)",
    "range": "range(3)",
    "super": "super",
    "method": "names.append",
    "exception": "ValueError",
    "builtin class": "dict",
    "type": "type",
    "object": "object()",
}
METHODS = """
    @property
    def half(self):
        return self.up

    def __init__(self, a=1):
        super().__init__()
        super({name}, self).__init__()
        self.a = a
        self.up = nn.ConvTranspose1d(1, 1, 3)

    def forward(self, x):
        return self.up(x)
"""
PLACES = {
    "base": "class Net({0}):" + METHODS.format(name="Net") + "\n\nnet = Net()\nnet(torch.zeros(1, 1, 3))\nnet.half\nNet.a\nNet.half\nisinstance(net, Net)\n",
    "second base": "class Net(nn.Module, {0}):" + METHODS.format(name="Net") + "\n\nclass More(Net):\n    pass\n\nnet = More()\nnet.half, net.b, net == net\n",
    "first base": "class Net({0}, nn.Module):" + METHODS.format(name="Net") + "\n\nfor x in Net():\n    x()\n",
    "bare base": "class Net({0}):\n    pass\n\n\nnet = Net()\nnet.a\nnet(1)\nnet[0]\nlen(net)\nlist(net)\nnet + 1\nbool(net)\nwith net as n:\n    pass\n",
    "base by name": "B = {0}\n\n\nclass Net(B):" + METHODS.format(name="B") + "\n\nNet()\n",
    "record's base": "@dataclass\nclass Net({0}):\n    a: int = 1\n\n\nNet().a\nNet(a=2) == Net(1)\n",
    "enum's base": "class Net({0}, Enum):\n    A = 1\n    B = 2\n\n\nNet.A.value\nNet(1)\nlist(Net)\n",
    "base by type()": "Net = type('Net', ({0},), {{'a': 1}})\nNet()\nNet.a\n",
    "super's class": "class Net(nn.Module):" + METHODS.format(name="{0}") + "\n\nNet()(torch.zeros(1, 1, 3))\n",
    "super's object": "class Net(nn.Module):\n    def __init__(self):\n        super(Net, {0}).__init__()\n        super(Net, {0}).a.b\n"
    "        super(Net, {0}).a = 1\n\n\nNet()\n",
    "super's only argument": "class Net(nn.Module):\n    def __init__(self):\n        super({0}).__init__()\n\n\nNet()\n",
    "super outside a class": "super({0}, {0}).__init__()\nsuper({0}, 1).a\n",
    "function's decorator": "@{0}\ndef f(x):\n    return nn.ConvTranspose1d(1, 1, x)\n\n\nf(3)\nf.a\n",
    "called decorator": "@({0})(1)\ndef f(x):\n    return nn.ConvTranspose1d(1, 1, x)\n\n\nf(3)\n",
    "method's decorator": "class Net(nn.Module):\n    @{0}\n    def make(self):\n        return 1\n\n    @{0}\n    def forward(self, x):\n"
    "        return x\n\n\nNet().make()\nNet().make\nNet()(1)\n",
    "class's decorator": "@{0}\nclass Net(nn.Module):" + METHODS.format(name="Net") + "\n\nNet()\nNet.a\n",
    "metaclass": "class Net(nn.Module, metaclass={0}):" + METHODS.format(name="Net") + "\n\nNet()\nNet.a\n",
    "class keyword": "class Net(nn.Module, key={0}, **{0}):" + METHODS.format(name="Net") + "\n\nNet()\n",
    "starred base": "class Net(*{0}):" + METHODS.format(name="Net") + "\n\nNet()\n",
    "except": "try:\n    function(1)\nexcept {0} as e:\n    e.a\nexcept ({0}, ValueError):\n    pass\n",
    "raise": "def f():\n    try:\n        raise {0} from {0}\n    except ValueError:\n        pass\n\n\nf()\n",
    "with": "with {0} as a, {0} as (b, *c):\n    a.b\n",
    "call": "({0})()\n({0})(1, 2, a=3)\n({0})(*names, **registry)\n",
    "star arguments": "function(*{0}, **{0})\nnn.ConvTranspose1d(*{0}, **{0})\n",
    "subscript": "({0})[0]\n({0})[-1]\n({0})['a']\n({0})[1:2]\n({0})[()]\n({0})[..., None]\n({0})[{0}]\nregistry[{0}]\nnames[{0}]\n",
    "subscript set": "v = {0}\nv[0] = 1\nv['a'] = v\nv[1:2] = v\nv[0] += v\ndel v[0]\n",
    "attribute": "({0}).a\n({0}).__class__\n({0}).__name__\n({0}).__dict__\n({0}).shape\n({0}).__init__\n({0}).a.b()\n({0}).shape[0]\n"
    "({0}).__class__.__name__\n",
    "attribute set": "v = {0}\nv.a = v\nv.a += 1\ndel v.a\nsetattr(v, 'a', 1)\ngetattr(v, 'a', v)\nhasattr(v, 'a')\ngetattr({0}, {0})\n",
    "method called": "({0}).append(1)\n({0}).update({0})\n({0}).items()\n({0}).size()\n({0}).size(0)\n({0}).view(1)\n({0}).join('a')\n({0}).forward(1)\n",
    "operator": "v = {0}\nv + v\nv * 3\n3 * v\nv // v\nv % v\nv ** 2\n-v\n~v\nnot v\nv @ v\nv < v\nv == v\nv in v\nv is v\nv | v\nv and v\nv += v\n",
    "comparison": "if {0} == unknown or {0} < 3:\n    v = {0}\nelse:\n    v = 1\nnn.ConvTranspose1d(1, 1, v)\n",
    "loop": "for a in {0}:\n    a.b\nfor a, (b, *c) in {0}:\n    pass\n[x for x in {0} if x]\nlist(zip({0}, {0}))\nwhile {0}:\n    break\n",
    "unpacked": "a, b = {0}\n(a, *b), c = {0}\n[*{0}]\n{{**{0}}}\n{{*{0}}}\n{{{0}: 1}}\n",
    "match": "match {0}:\n    case {{'a': a}}:\n        pass\n    case [a, *b]:\n        pass\n    case Base(a=1):\n        pass\n"
    "    case str() | int():\n        pass\n",
    "built-in": "len({0})\nint({0})\nfloat({0})\nstr({0})\nlist({0})\ndict({0})\nset({0})\nmax({0})\nsum({0})\nsorted({0})\nrange({0})\nabs({0})\nround({0})\n"
    "isinstance({0}, {0})\nissubclass({0}, {0})\ntype({0})\nvars({0})\nnext({0})\niter({0})\nenumerate({0})\nprint({0})\nmap({0}, {0})\nhash({0})\n"
    "divmod({0}, {0})\npow({0}, {0})\n",
    "math": "math.ceil({0})\nmath.floor({0})\nmath.log2({0})\nmath.prod({0})\nmath.gcd({0}, 2)\nnp.prod({0})\nmath.sqrt({0})\npartial({0}, 1)()\n",
    "format": "f'{{ {0} }} {{ {0} !r:>{{3}}}}'\n'%s' % {0}\n'{{}}'.format({0})\n'{{a}}'.format(**{0})\n",
    "layer's argument": "nn.ConvTranspose1d(1, 1, {0})\nnn.ConvTranspose1d(1, 1, 3, stride={0})\n"
    "nn.ConvTranspose1d(1, 1, 3, 2, padding={0}, output_padding={0})\n"
    "nn.ConvTranspose1d({0}, {0}, 3)\nnn.ConvTranspose2d(1, 1, ({0}, 3), dilation={0})\nnn.ConvTranspose1d(4, 4, 3, groups={0}, bias={0}, padding_mode={0})\n",
    "layer's input": "nn.ConvTranspose1d(1, 1, 3)({0})\nnn.ConvTranspose1d(1, 1, 3)(torch.zeros(1, 1, 4), output_size={0})\nnn.Linear(2, 2)({0})\n"
    "nn.functional.conv_transpose1d({0}, {0})\nnn.Sequential({0})\nnn.Sequential(*{0})\nnn.ModuleList({0})\nnn.ModuleDict({0})\n",
    "torch's argument": "torch.zeros({0})\ntorch.zeros(1, {0})\ntorch.cat({0})\ntorch.cat([torch.zeros(1, 2), {0}], dim={0})\ntorch.zeros(1, 2).view({0})\n"
    "torch.zeros(1, 2).size({0})\ntorch.zeros(4, 4)[{0}]\ntorch.stack({0})\nnn.functional.pad(torch.zeros(1, 2), {0})\ntorch.zeros(1, 2) + {0}\n",
    "default": "def f(a={0}, *, b={0}):\n    return nn.ConvTranspose1d(1, 1, a, stride=b)\n\n\nf()\n",
    "annotation": "class Net(nn.Module):\n    a: {0} = 1\n\n    def forward(self, x: {0}) -> {0}:\n        return nn.ConvTranspose1d(1, 1, 3)(x)\n",
    "class attribute": "class Net(nn.Module):\n    a = {0}\n    __init__ = {0}\n    forward = {0}\n    __call__ = {0}\n\n\nNet()\nNet()(1)\nNet().a()\n",
    "special method": "class Net:\n    __len__ = {0}\n    __getitem__ = {0}\n    __iter__ = {0}\n    __eq__ = {0}\n    __bool__ = {0}\n"
    "    __enter__ = {0}\n    __exit__ = {0}\n    __add__ = {0}\n"
    "    __new__ = {0}\n    __getattr__ = {0}\n    __post_init__ = {0}\n    __match_args__ = {0}\n    __slots__ = {0}\n\n\n"
    "n = Net()\nlen(n)\nn[0]\nlist(n)\nn == n\nbool(n)\nn + 1\nn.a\nwith n:\n    pass\n",
    "assert": "assert {0}\nassert {0} == 3, {0}\nassert torch.zeros(1, 2).shape == {0}\nassert torch.zeros(1, 2).shape[{0}] == {0}\n",
    "returned": "def f():\n    return {0}\n\n\nf().a\nf()[0]\nf()()\n",
    "yielded": "def f():\n    yield {0}\n    yield from {0}\n\n\nlist(f())\nnext(f())\n",
    "deleted": "v = {0}\ndel v\nv\n",
    "record's argument": "Row({0})\nRow(a={0}).a\nMode({0})\nMode[{0}]\nData({0}).a\nData(a={0}) == Data({0})\nRow(*{0})\n",
}


def files(value: str) -> dict[str, bytes]:
    """A file for each place, with the value in it."""
    tail = "\nlast = nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)\n"
    return {place: f"{HEAD}\n\n{text.format(VALUES[value])}{tail}".encode() for place, text in PLACES.items()}


FEW = ("infinite", "None", "list", "named dict", "function", "unknown")


@pytest.mark.parametrize("value", [pytest.param(value, marks=() if value in FEW else pytest.mark.slow) for value in VALUES])
def test_no_value_breaks_the_checker(value: str) -> None:
    for place, source in files(value).items():
        found = check_bytes(source, PurePath(f"{place}.py")).findings
        failed = [finding.message for finding in found if finding.code == "CVT001"]
        assert not failed, f"{value} as {place}: {failed}\n{source.decode().rpartition('range(3))')[2]}"


@pytest.mark.parametrize(("text", "said"), [("math.inf", "the float inf"), ('float("nan")', "the float nan"), ('float("-inf")', "the float -inf")])
def test_floats_that_are_no_number_are_refused(text: str, said: str) -> None:
    source = textwrap.dedent(f"import math\nfrom torch import nn\nnn.ConvTranspose1d(1, 1, {text})\n").encode()
    (finding,) = check_bytes(source, PurePath("float.py")).findings
    assert (finding.code, said in finding.message) == ("CVT107", True)
    assert "kernel_size=" not in "".join(finding.suggestions)
