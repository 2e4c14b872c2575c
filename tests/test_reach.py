"""A method of an object that can come to a transposed convolution is run; one of an object that cannot costs nothing."""

from __future__ import annotations

from pathlib import PurePath
from textwrap import indent

import libcst as cst
import pytest

from convt_lint.interpret.program import Program
from convt_lint.linting import check_bytes

HEAD = """
import functools
import torch
import torch.nn.functional as F
from torch import nn


def upsampler():
    return nn.ConvTranspose1d(8, 4, 3)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(8, 4, 3)

    def go(self, x):
        return self.up(x)


class Helper:
    def go(self, x):
        return F.conv_transpose1d(x, torch.zeros(8, 4, 3))


def block_of(layer):
    class Made(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = layer(8, 4, 3)

        def go(self, x):
            return self.layer(x)

    return Made


LAYERS = []
LAYERS += [nn.ConvTranspose1d]


"""

PLAIN = f"""{HEAD}class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = (Block, nn.Identity())[1]

    def forward(self, x):
        return self.a(x)
"""

WAYS = {
    # how `__init__` leaves the object: how a method comes to the layer
    "attribute": ("self.a = nn.ConvTranspose1d(8, 4, 3)", "self.a(x)"),
    "list": ("self.a = [nn.Identity(), nn.ConvTranspose1d(8, 4, 3)]", "self.a[1](x)"),
    "tuple": ("self.a = (1, (nn.ConvTranspose1d(8, 4, 3),))", "self.a[1][0](x)"),
    "dict": ("self.a = {'up': nn.ConvTranspose1d(8, 4, 3)}", "self.a['up'](x)"),
    "module list": ("self.a = nn.ModuleList([nn.ConvTranspose1d(8, 4, 3)])", "self.a[0](x)"),
    "module dict": ("self.a = nn.ModuleDict({'up': nn.ConvTranspose1d(8, 4, 3)})", "self.a['up'](x)"),
    "sequential": ("self.a = nn.Sequential(nn.Identity(), nn.ConvTranspose1d(8, 4, 3))", "self.a(x)"),
    "object": ("self.a = Block()", "self.a.go(x)"),
    "function of torch": ("self.a = F.conv_transpose1d", "self.a(x, torch.zeros(8, 4, 3))"),
    "class of torch": ("self.a = nn.ConvTranspose1d", "self.a(8, 4, 3)(x)"),
    "class of the file": ("self.a = Block", "self.a().go(x)"),
    "function of the file": ("self.a = upsampler", "self.a()(x)"),
    "lambda": ("self.a = lambda: nn.ConvTranspose1d(8, 4, 3)", "self.a()(x)"),
    "closure": ("up = nn.ConvTranspose1d(8, 4, 3)\nself.a = lambda x: up(x)", "self.a(x)"),
    "inner function": ("up = nn.ConvTranspose1d(8, 4, 3)\ndef run(x):\n    return up(x)\nself.a = run", "self.a(x)"),
    "partial": ("self.a = functools.partial(nn.ConvTranspose1d, 8, 4)", "self.a(3)(x)"),
    "method of a layer": ("self.a = nn.ConvTranspose1d(8, 4, 3).forward", "self.a(x)"),
    "method of an object": ("self.a = Block().go", "self.a(x)"),
    "name": ("self.a = 'ConvTranspose1d'", "getattr(nn, self.a)(8, 4, 3)(x)"),
    "piece of a name": ("known = ['ConvTranspose1d']\nself.a = 'Transpose'", "getattr(nn, f'Conv{self.a}1d')(8, 4, 3)(x)"),
    "key": ("self.a = {'ConvTranspose1d': (8, 4, 3)}", "[getattr(nn, name)(*given) for name, given in self.a.items()][0](x)"),
    "class that a function makes": ("self.a = block_of(nn.ConvTranspose1d)", "self.a().go(x)"),
    "object of a class that a function makes": ("self.a = block_of(nn.ConvTranspose1d)()", "self.a.go(x)"),
    "class with a layer that was set": ("class Held:\n    pass\nsetattr(Held, 'up', nn.ConvTranspose1d)\nself.a = Held", "self.a.up(8, 4, 3)(x)"),
    "default": ("self.a = 'conv_transpose'", "self.other()(x)\n\ndef other(self, kind=LAYERS[0]):\n    return kind(8, 4, 3)"),
    "object whose method runs one": ("self.a = Helper()", "self.a.go(x)"),
    "object in a list": ("self.a = [Helper()]", "self.a[0].go(x)"),
    "the method itself": ("self.a = 1", "F.conv_transpose1d(x, torch.zeros(8, 4, 3))"),
    "another method": ("self.a = 1", "self.other(x)\n\ndef other(self, x):\n    return upsampler()(x)"),
    "property": ("self.a = 1", "self.other(x)\n\n@property\ndef other(self):\n    return upsampler()"),
    "attribute of the class": ("self.a = 1", "self.other(x)\n\nother = nn.ConvTranspose1d(8, 4, 3)"),
    "class attribute": ("self.a = 1", "self.other(8, 4, 3)(x)\n\nother = nn.ConvTranspose1d"),
}


def _program(init: str, run: str, base: str = "nn.Module") -> str:
    body = f"def __init__(self):\n    super().__init__()\n{indent(init, '    ')}\n\ndef forward(self):\n    x = torch.zeros(1, 3, 10)\n    return {run}\n"
    return f"{HEAD}class Net({base}):\n{indent(body, '    ')}"


def _codes(source: str) -> set[str]:
    return {finding.code for finding in check_bytes(source.encode(), PurePath("x.py")).findings}


@pytest.mark.parametrize("way", WAYS)
def test_a_method_that_comes_to_a_layer_is_run(way: str) -> None:
    assert "CVT205" in _codes(_program(*WAYS[way]))


def test_a_way_that_is_known_by_a_condition_is_come_to() -> None:
    source = _program("self.a = kind\nif kind != 'ConvTranspose1d':\n    raise ValueError", "getattr(nn, self.a)(8, 4, 3)(x)")
    net = source.index("class Net")
    assert "CVT205" in _codes(source[:net] + source[net:].replace("__init__(self)", "__init__(self, kind)"))


def test_a_class_that_names_a_layer_is_run_whatever_its_object_holds() -> None:
    """Which of two modules it is cannot be told here, and the fault is elsewhere."""
    init = "self.a = nn.ConvTranspose1d(8, 8, 3) if torch.__version__ > '2.1' else nn.Identity()\nself.out = nn.Conv1d(8, 8, 3)"
    assert "CVT205" in _codes(_program(init, "self.out(x)"))


def test_what_a_base_holds_is_come_to() -> None:
    assert "CVT205" in _codes(_program("self.a = 1", "self.go(x)", "Block"))


def test_a_class_in_a_function_comes_to_what_stands_around_it() -> None:
    source = _program("self.a = upsampler", "self.a()(x)")
    inner = source[source.index("class Net") :]
    assert "CVT205" in _codes(f"{HEAD}def make():\n    up = 1\n{indent(inner, '    ')}\n    return Net\n")


LOCAL = {
    "a name": "up = nn.ConvTranspose1d(8, 4, 3)\nself.a = nn.Sequential(up)",
    "an annotated name": "up: nn.Module = nn.ConvTranspose1d(8, 4, 3)\nself.a = nn.Sequential(up)",
    "two names": "up, down = nn.ConvTranspose1d(8, 4, 3), nn.Identity()\nself.a = nn.Sequential(up)",
    "append": "layers = []\nlayers.append(nn.ConvTranspose1d(8, 4, 3))\nself.a = nn.Sequential(*layers)",
    "added to": "layers = [nn.Identity()]\nlayers += [nn.ConvTranspose1d(8, 4, 3)]\nself.a = nn.Sequential(*layers)",
    "a loop": "layers = []\nfor _ in range(1):\n    layers += [nn.ConvTranspose1d(8, 4, 3)]\nself.a = nn.Sequential(*layers)",
    "one after the other": "layers = [nn.ConvTranspose1d(8, 4, 3)]\nmore = [*layers]\nnet = nn.Sequential(*more)\nself.a = net",
    "a dict": "layers = {}\nlayers['up'] = nn.ConvTranspose1d(8, 4, 3)\nself.a = nn.Sequential(*layers.values())",
    "a lambda": "up = nn.ConvTranspose1d(8, 4, 3)\nself.a = lambda x: up(x)",
    "a function": "up = nn.ConvTranspose1d(8, 4, 3)\ndef run(x):\n    return up(x)\nself.a = run",
    "added to the attribute": "self.b = [nn.Identity()]\nself.b += [nn.ConvTranspose1d(8, 4, 3)]\nself.a = nn.Sequential(*self.b)",
}


@pytest.mark.parametrize("way", LOCAL)
def test_what_a_name_of_init_leads_to_is_worth_a_run(way: str) -> None:
    """No `forward` here: only names tell that the method is worth a look."""
    assert "CVT205" in _codes(_program(LOCAL[way], "self.a(x)").replace("def forward", "def sample"))


BOTH = """
from elsewhere import MODES

class Net(nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.pool = nn.MaxPool1d(2)
        if mode in MODES:
            self.up = nn.Upsample(scale_factor=2)
        else:
            self.up = nn.ConvTranspose1d(8, 8, 2, stride=2)

    def forward(self):
        x = torch.zeros(1, 8, 101)
        return torch.cat([x, self.up(self.pool(x))], 1)
"""


def test_what_happens_with_and_without_a_layer_is_found() -> None:
    """Which way it is, is not to be chosen: what happens on both is certain, and what happens on one is not."""
    assert _codes(HEAD + BOTH) == {"CVT206"}
    assert _codes(HEAD + BOTH.replace("nn.Upsample(scale_factor=2)", "nn.Upsample(101)")) == set()


def _runs(source: str) -> set[str]:
    """The names of the functions and methods that were run on their own."""
    program, run = Program(), set()
    entry = program.entry

    def noted(function, world, **options):  # type: ignore[no-untyped-def]
        run.add(function.name)
        return entry(function, world, **options)

    program.entry = noted  # type: ignore[method-assign]
    program.run(cst.parse_module(source))
    return run


def test_a_method_of_an_object_without_a_layer_is_not_run() -> None:
    """The class is looked at for its option's sake; the object that it makes holds none."""
    assert "forward" not in _runs(PLAIN)
    assert "forward" in _runs(PLAIN.replace("Identity())[1]", "Identity())[0]()"))
