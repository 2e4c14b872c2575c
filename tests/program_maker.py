"""Draws small Python programs that build transposed convolutions, as users write them: the raw material of the tests against torch.

A program is text with probes: `PROBE(n, expression)` stands where an int is computed. `Program.render` makes of them whatever a test
needs; the opaque inputs are read from `os.environ` and from the arguments of functions that nobody calls in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

IMPORTS = (
    "import copy\nimport functools\nimport math\nimport os\nfrom contextlib import suppress\nfrom dataclasses import dataclass, field\n"
    "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
)
LAYER_NAMES = {
    "nn.ConvTranspose1d": "",
    "torch.nn.ConvTranspose1d": "",
    "CT": "from torch.nn import ConvTranspose1d as CT\n",
    "conv.ConvTranspose1d": "from torch.nn.modules import conv\n",
    "Alias": "Alias = nn.ConvTranspose1d\n",
    "Up": "class Up(nn.ConvTranspose1d):\n    pass\n",
    "Wrapped": (
        "class Wrapped(nn.ConvTranspose1d):\n    def __init__(self, i, o, kernel_size, *args, **kwargs):\n"
        "        super().__init__(i, o, kernel_size, *args, **kwargs)\n"
    ),
    "make": "def make(*args, **kwargs):\n    return nn.ConvTranspose1d(*args, **kwargs)\n",
    "part": "part = functools.partial(nn.ConvTranspose1d, bias=False)\n",
}
HOLE = re.compile(r"<(\w|-?\d+-\d+)>")
ARITHMETIC = (
    "(<e> + <e>)", "(<e> - <e>)", "(<e> * <e>) % 11", "(<e> // <1-3>)", "(<e> % <2-5>)", "(-<e>)", "abs(<e>)", "min(<e>, <e>)", "max(<e>, <e>)",
    "((<e> % 4) ** 2)", "(<e> if <c> else <e>)", "round(<e> / 2)", "int(<e> / 2)", "math.ceil(<e> / 2)", "(<e> & 3)", "(<e> >> 1)", "(<e> ^ 1)",
    "divmod(<e>, 3)[1]", "int(<c>)", "math.gcd(<e>, 6)", "int('<0-9>')",
)  # fmt: skip
ODDITIES = (
    "(lambda v: v + <e>)(<e>)", "(lambda v=<e>, *w: v + len(w))()", "(<e> or <e>)", "(<e> and <e>)", "((not <e>) + <e>)",
    "torch.zeros(1, 2, <e> % 5 + 1).shape[-1]", "torch.randn(1, <e> % 3 + 1, 4).size(1)", "[<e>, <e>][<c>]", "functools.reduce(lambda p, q: p - q, <l>, <e>)",
    "(<e>, <e>)[<-2-1>]", "{1: <e>, 2: <e>}[<1-2>]", "int(str(abs(<e>)))", "int(f'{<0-9>}')", "next(iter([<e>, <e>]))", "{'a': <e>, 'b': <e>}['b']",
    "len('ab' * (<e> % 3))", "max(<l>, default=<e>)", "min(<l>, key=lambda q: -q, default=<e>)", "len({<e>, <e>})",
)  # fmt: skip
FROM_LIST = ("<x>[<-1-1>]", "len(<x>)", "sum(<x>)", "<x>[0]", "<x>[-1]", "<x>.count(2)", "max(<x>)", "<x>[:2][-1]")
FROM_DICT = ("<x>['a']", "<x>['b']", "<x>.get('c', <0-4>)", "<x>.get('a')", "len(<x>)", "sum(<x>.values())", "('c' in <x>) + 1", "list(<x>.values())[-1]")
FROM_CONTAINER = (
    "len(<l>)", "sum(<l>)", "[*<l>, <e>][-1]", "(<e>, *<l>)[-1]", "sum(<l>[1:])", "sorted(<l> + [1])[<-1-0>]", "(<l> + [<0-3>])[::-1][0]",
    "math.prod(<l>) % 7", "sum(v * i for i, v in enumerate(<l>))", "len([v for v in <l> if v > <0-3>])", "sum(p + q for p, q in zip(<l>, <l>))",
    "<d>.get('a', <0-4>)", "dict(a=<e>, **{'z': 1})['a']", "(<d> | {'b': <e>})['b']", "sum(<d>.values())", "len(<d>)", "list(range(<0-3>, <4-6>))[<-1-1>]",
    "int(any(v > 2 for v in <l>))", "int(all(<l>))", "sum(map(abs, <l>))", "list(zip(<l> + [1], <l> + [2]))[-1][1]", "sum(filter(None, <l>))",
    "(<l> + [3]).index(3)", "list(reversed(<l> + [1]))[0]", "{**<d>, 'c': <e>}['c']", "sum((<l> * 2)[::2])", "len(set(<l>))",
    "list(<d> | {'a': 1}).index('a')", "sum([p * q for p in <l> for q in range(2)])", "{k: v + 1 for k, v in <d>.items()}.get('a', 2)",
    "tuple(<l> + [4])[-1]",
)  # fmt: skip
FROM_OBJECT = (
    "<x>.a", "<x>.b", "<x>.total()", "<x>.twice", "getattr(<x>, 'a')", "getattr(<x>, 'zz', <1-3>)", "type(<x>).base", "<x>.base", "<x>.plus(<e>)",
    "len(<x>.items)",
)  # fmt: skip
CALLS = ("<x>(<e>, <e>)", "<x>(<e>)", "<x>(<e>, b=<e>)", "<x>(b=<e>, a=<e>)", "<x>(*[<e>, <e>])", "<x>(**{'a': <e>, 'b': <e>})", "<x>(<e>, *(<e>,))")
LISTS = (
    "[<e>, <e>]", "[<e>, <e>, <e>]", "[<e>] * <1-3>", "list(range(<1-4>))", "(<x> + [<e>])", "<x>[:2]", "list(<x>)", "[v + <e> for v in <x>]", "sorted(<x>)",
    "<x>[::-1]", "[*<x>, <e>]", "<x>.copy()", "[i + v for i, v in enumerate(<x>)]", "[v for v in <x> if v % 2]", "list(map(lambda v: v + 1, <x>))",
    "(<x> or [1])", "(<x> if <c> else [<e>, 2])", "[p - q for p, q in zip(<x>, <x>[1:])]", "[v for v in (<e>, <e>)]", "list(range(<3-5>, 0, -1))",
    "[i for i in range(4) if i != <e>]", "copy.deepcopy(<x>)",
)  # fmt: skip
DICTS = ("{'a': <e>, 'b': <e>}", "dict(a=<e>, c=<e>)", "{k: <e> for k in 'ab'}", "dict(zip('abc', [<e>, <e>]))", "{**{'a': <e>}}", "dict(a=<e>) | {'b': <e>}")
CONDITIONS = (
    "<e> < <e>", "<e> <= <e>", "<e> > <e>", "<e> >= <e>", "<e> == <e>", "<e> != <e>", "<e> in (<0-3>, <0-3>)", "<e> not in <l>", "<e> < <e> <= <e>",
    "<e> is None", "<e> is not None", "isinstance(<e>, int)", "bool(<e>)", "<e> % 2 == <0-1>", "<l> == [1, 2]", "<l> == (1, 2)", "not <l>", "'a' in <d>",
)  # fmt: skip
LOOPS = (
    "for <t> in list(<i>):", "for <t> in range(<1-3>):", "for <t>, <s> in enumerate(list(<i>)):", "for <t>, <s> in zip(list(<i>), [1, 2]):",
    "for <t> in reversed(list(<i>)):", "for <s>, <t> in [(1, 2), (3, 4)]:", "for _, <t> in list(<d>.items()):", "for <t> in (<0-3>, <0-3>):",
    "for <t> in set(<i>):",
)  # fmt: skip
INTERRUPTIONS = ("pass", "raise KeyError('a')", "[][<e>]", "{}['a']", "if <c>: raise KeyError", "<I> = {'a': 1}['b']", "<I> = <e>; raise IndexError")

PROBE = re.compile(r"PROBE\((\d+), ")


@dataclass(frozen=True)
class Program:
    """A program's text with its probes, the values its opaque inputs can take, and whether it keeps to straight lines of plain code."""

    text: str
    opaque: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    plain: bool = False

    def render(self, replace: Callable[[int, str], str]) -> str:
        """The text with each probe replaced by `replace(number, expression)`."""
        out, text = [], self.text
        while match := PROBE.search(text):
            end, depth = match.end(), 1
            while depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
            out += [text[: match.start()], replace(int(match[1]), text[match.end() : end - 1])]
            text = text[end:]
        return "".join([*out, text])


@dataclass
class Scope:
    """Names by what they hold: ints, lists, tuples, dicts, functions of two ints, objects with `a` and `b`, functions of a list."""

    kinds: dict[str, list[str]] = field(default_factory=dict)

    def of(self, kind: str) -> list[str]:
        return self.kinds.setdefault(kind, [])


class Maker:
    """Writes one program from a source of random numbers; `opaque` allows inputs that a reader of the file can not know."""

    def __init__(self, random: Random, opaque: bool = False, plain: bool = False) -> None:
        self.random = random
        self.opaque = opaque
        self.plain = plain
        self.lines: list[str] = []
        self.depth = 0
        self.scopes = [Scope()]
        self.counter = 0
        self.probes = 0
        self.prelude: dict[str, str] = {}
        self.in_function = False
        self.in_loop = False
        self.not_here = {"a", "b", "p", "q", "self.s", "r", "s"}  # names that a nested function can not call nonlocal
        self.flags: list[str] = []
        self.entries: list[str] = []
        self.budget = 0
        self.nesting = 0

    # -- small tools ---------------------------------------------------------------------------------------------------

    def n(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def one(self, *items: str) -> str:
        return self.random.choice(items)

    def chance(self, percent: int) -> bool:
        return self.random.randint(1, 100) <= percent

    def write(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    @contextmanager
    def indented(self, head: str) -> Iterator[None]:
        self.write(head)
        self.depth += 1
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.write("pass")
        self.depth -= 1

    @contextmanager
    def scope(self) -> Iterator[Scope]:
        scope = Scope()
        self.scopes.append(scope)
        yield scope
        self.scopes.pop()

    def fresh(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def names(self, kind: str) -> list[str]:
        return [name for scope in self.scopes for name in scope.of(kind)]

    def name(self, kind: str) -> str | None:
        found = self.names(kind)
        return self.random.choice(found) if found else None

    def own_name(self, kind: str) -> str:
        """A name to assign to: one of this scope's or a new one, sometimes one that shadows an outer name."""
        own = self.scopes[-1].of(kind)
        if own and self.chance(50):
            return self.random.choice(own)
        outer = self.names(kind)
        if outer and self.chance(10):
            return self.declare(kind, self.random.choice(outer))
        return self.declare(kind, self.fresh(kind[0]))

    def declare(self, kind: str, name: str) -> str:
        if name not in self.scopes[-1].of(kind):
            self.scopes[-1].of(kind).append(name)
        return name

    # -- expressions ---------------------------------------------------------------------------------------------------

    def fill(self, templates: tuple[str, ...], depth: int, **names: str | None) -> str:
        """One of the templates with its holes filled: <e> int, <l> list, <d> dict, <c> condition, <1-3> a number, <I> <L> names to bind, <x> as given."""

        def hole(match: re.Match[str]) -> str:
            key = match[1]
            if key in names:
                return str(names[key])
            if "-" in key[1:]:
                low, high = re.fullmatch(r"(-?\d+)-(-?\d+)", key).groups()  # type: ignore[union-attr]
                return str(self.n(int(low), int(high)))
            if key in ("I", "L"):
                return self.own_name({"I": "integer", "L": "list"}[key])
            return {"e": self.integer, "l": self.items, "d": self.table, "c": self.condition}[key](depth)

        return HOLE.sub(hole, self.random.choice(templates))

    def integer(self, depth: int = 2) -> str:
        """An expression whose value is an int."""
        name = self.name("integer")
        if depth <= 0 or self.chance(25):
            return name if name and self.chance(75) else str(self.n(0, 5))
        roll = self.n(0, 9)
        if roll <= 2 or (self.plain and roll < 7):
            return self.fill(ARITHMETIC, depth - 1)
        if roll <= 6 or self.plain:
            return self.from_container(depth)
        if roll == 7:
            return self.fill(ODDITIES if self.nesting else (*ODDITIES, "(<I> := <e>)", "(<I> := <e>)"), depth - 1)
        return self.from_call(depth)

    def from_container(self, depth: int) -> str:
        items, table = self.name("list"), self.name("dict")
        if items and self.chance(50):
            return self.fill(FROM_LIST, depth - 1, x=items)
        if table and self.chance(40):
            return self.fill(FROM_DICT, depth - 1, x=table)
        return self.fill(FROM_CONTAINER, depth - 1)

    def from_call(self, depth: int) -> str:
        function, thing = self.name("function"), self.name("object")
        if thing and self.chance(50):
            return self.fill(FROM_OBJECT, depth - 1, x=thing)
        if function:
            return self.fill(CALLS, depth - 1, x=function)
        return self.from_container(depth)

    def items(self, depth: int = 1) -> str:
        """An expression whose value is a list of ints."""
        name = self.name("list")
        if name and (depth <= 0 or self.chance(45)):
            return name
        if depth <= 0:
            return f"[{self.integer(0)}, {self.n(0, 4)}]"
        with self.inner():
            return self.fill(LISTS, depth - 1, x=name or f"[{self.integer(0)}, {self.integer(0)}]")

    @contextmanager
    def inner(self) -> Iterator[None]:
        """No walrus within: a comprehension's may clash with its target."""
        self.nesting += 1
        yield
        self.nesting -= 1

    def table(self, depth: int = 1) -> str:
        """An expression whose value is a dict of ints."""
        name = self.name("dict")
        if name and (depth <= 0 or self.chance(60)):
            return name
        with self.inner():
            return self.fill(DICTS, depth - 1)

    def condition(self, depth: int = 2) -> str:
        if self.flags and self.chance(40):
            return self.fill(("<x>", "not <x>", "(<x> and <e> > 1)", "(<x> or <e> > 1)"), depth - 1, x=self.random.choice(self.flags))
        if depth > 0 and self.chance(25):
            return self.fill(("(<c> and <c>)", "(<c> or <c>)", "(not <c>)"), depth - 1)
        return self.fill(CONDITIONS, depth - 1)

    # -- statements ----------------------------------------------------------------------------------------------------

    def block(self, most: int = 3) -> None:
        for _ in range(self.n(1, most)):
            self.statement()

    def statement(self) -> None:
        self.budget -= 1
        simple = self.budget < 0 or self.depth > 3
        roll = self.n(0, 99)
        if roll < 20:
            self.assign()
        elif roll < 38:
            self.mutate()
        elif roll < 50:
            self.probe()
        elif roll < 62:
            self.layer()
        elif simple or self.plain:
            self.assign()
        elif roll < 72:
            self.branch()
        elif roll < 81:
            self.loop()
        elif roll < 86:
            self.attempt()
        elif roll < 93:
            self.function()
        elif roll < 97:
            self.klass()
        else:
            self.net()

    def assign(self) -> None:
        roll = self.n(0, 15)
        if roll < 6:
            value = self.integer()
            self.write(f"{self.own_name('integer')} = {value}")
        elif roll < 8:
            value = self.items()
            self.write(f"{self.own_name('list')} = {value}")
        elif roll == 8:
            value = self.table()
            self.write(f"{self.own_name('dict')} = {value}")
        elif roll == 9:
            first, second = self.integer(), self.integer()
            self.write(f"{self.own_name('integer')}, {self.own_name('integer')} = {first}, {second}")
        elif roll == 10:
            value = self.integer()
            self.write(f"{self.own_name('integer')} = {self.own_name('integer')} = {value}")
        elif roll == 11:
            source = f"[{self.integer(1)}, *{self.items()}]"
            self.write(self.fill(("<I>, *<L> = <s>", "*<L>, <I> = <s>"), 1, s=source))
        elif roll == 12 and len(self.scopes[-1].of("integer")) > 1:
            a, b = self.random.sample(self.scopes[-1].of("integer"), 2)
            self.write(f"{a}, {b} = {b}, {a}")
        elif roll == 13:
            value = self.integer()
            self.write(f"{self.own_name('integer')}: int = {value}")
        elif roll == 14 and (name := self.name("object")) is not None and not self.plain:
            self.write(f"{self.own_name('object')} = {self.one(name, f'copy.deepcopy({name})', f'copy.copy({name})')}")
        else:
            name = self.name("list")
            self.write(f"{self.own_name('list')} = {name or '[1, 2]'}")

    def mutate(self) -> None:
        """A change in place: through the name, an alias, an attribute, a call."""
        items, table, thing, e = self.name("list"), self.name("dict"), self.name("object"), self.integer(1)
        own = self.scopes[-1].of("integer")
        options = []
        if own:
            name = self.random.choice(own)
            options += [f"{name} += {e}", f"{name} -= {e}", f"{name} *= 2", f"{name} //= 2", f"{name} %= 5"]
        if items and not self.plain:
            options += [
                f"{items}.append({e})",
                f"{items}.extend([{e}, 1])",
                f"{items}.insert({self.n(0, 2)}, {e})",
                f"{items}.pop()",
                f"{items}.pop(0)",
                f"{items}.reverse()",
                f"{items}.sort()",
                f"{items}[0] = {e}",
                f"{items}[-1] += {e}",
                f"del {items}[0]",
                f"{items}[1:] = [{e}]",
                f"{items}.clear()",
                f"[{items}.append(v) for v in range({self.n(1, 2)})]",
                f"{items}.extend(v for v in [{e}])",
                f"{items}.append({items}.pop(0))",
            ]
            if items in self.scopes[-1].of("list"):
                options += [f"{items} += [{e}]", f"{items} = {items} + [{e}]", f"{items} *= 2"]
        if table and not self.plain:
            options += [
                f"{table}['a'] = {e}",
                f"{table}.update(b={e})",
                f"{table}.update({{'c': {e}}})",
                f"{table}.setdefault('{self.one('a', 'c')}', {e})",
                f"{table}.pop('c', None)",
                f"{table}['b'] = {table}.get('b', 0) + 1",
                f"del {table}['a']",
            ]
            if table in self.scopes[-1].of("dict"):
                options += [f"{table} |= {{'a': {e}}}"]
        if thing and not self.plain:
            options += [
                f"{thing}.a = {e}",
                f"{thing}.b += {e}",
                f"setattr({thing}, 'a', {e})",
                f"{thing}.grow()",
                f"type({thing}).base = {e}",
                f"{thing}.base = {e}",
                f"{thing}.items.append({e})",
            ]
        changer = self.name("changer")
        if changer and items:
            options += [f"{changer}({items})"] * 3
        if not options:
            return self.assign()
        self.write(self.random.choice(options))
        return None

    def probe(self) -> None:
        """A layer that is legal just where the expression has one of the values it really takes."""
        self.probes += 1
        with self.inner():
            value = self.integer()
        self.write(f"nn.ConvTranspose1d(1, 1, 3, output_padding=PROBE({self.probes}, {value}))")

    def number(self, low: int, high: int) -> str:
        """An argument of a layer: mostly written out, else computed and brought into range."""
        if self.chance(55):
            return str(self.n(low, high))
        with self.inner():
            return self.one(
                f"{self.integer(1)} % {high - low + 1} + {low}", f"max({low}, min({high}, {self.integer(1)}))", f"min(abs({self.integer(1)}), {high})"
            )

    def arguments(self) -> str:
        kernel, stride, padding, extra = self.number(1, 4), self.number(1, 4), self.number(0, 1), self.number(0, 2)
        written = self.one(
            f"{kernel}, {stride}, {padding}, {extra}",
            f"{kernel}, stride={stride}, padding={padding}, output_padding={extra}",
            f"kernel_size={kernel}, stride={stride}, output_padding={extra}",
            f"{kernel}, {stride}",
            f"{kernel}, stride=({stride},), output_padding=({extra},)",
            f"{kernel}, {stride}, padding={padding}, dilation={self.number(1, 3)}, output_padding={extra}",
            f"{kernel}, **{{'stride': {stride}, 'padding': {padding}}}",
            f"*[{kernel}, {stride}], padding={padding}, output_padding={extra}",
            f"{kernel}, **dict(stride={stride}, output_padding={extra})",
        )
        return written

    def construction(self) -> str:
        """A layer's construction with 2 input channels and 2 output channels."""
        spelling = self.random.choice(list(LAYER_NAMES)) if self.chance(40) and not self.plain else "nn.ConvTranspose1d"
        if LAYER_NAMES[spelling]:
            self.prelude[spelling] = LAYER_NAMES[spelling]
        made = f"{spelling}(2, 2, {self.arguments()})"
        if self.chance(15):
            return self.one(f"nn.utils.parametrizations.weight_norm({made})", f"nn.Sequential({made}, nn.ReLU())", f"nn.utils.weight_norm({made})")
        return made

    def layer(self) -> None:
        """A layer built, run on an input and, often, asserted to give a size."""
        made = self.construction()
        name, result, length = self.fresh("layer"), self.fresh("y"), self.number(3, 8)
        self.write(f"{name} = {made}")
        source = self.one(f"torch.randn(1, 2, {length})", f"torch.zeros(1, 2, {length})", f"torch.ones((1, 2, {length}))", f"torch.randn(2, {length})")
        if self.chance(25):
            self.write(f"x = {source}")
            source = self.one("x", "x", "F.relu(x)", "x[:, :]", "x * 2")
        if self.chance(15):
            with self.indented("with torch.no_grad():"):
                self.write(f"{result} = {name}({source})")
        else:
            self.write(f"{result} = {name}({source})")
        if self.chance(40):
            self.probes += 1
            size = f"{result}.{self.one('shape[-1]', 'size(-1)', 'shape[-1]')}"
            self.write(f"nn.ConvTranspose1d(1, 1, 3, output_padding=PROBE({self.probes}, {size}))")
        elif self.chance(40):
            self.write(f"assert {result}.shape[-1] == {self.n(4, 24)}" if self.chance(30) else f"assert {result}.shape[-1] > 0")
        if self.chance(30):
            self.declare("integer", name := self.fresh("n"))
            self.write(f"{name} = {self.one(f'{result}.shape[-1]', f'{result}.size(2)', f'len({result}[0])')}")

    def branch(self) -> None:
        if self.chance(15):
            with self.indented(f"match {self.integer(1)}:"):
                with self.indented(f"case {self.n(0, 3)}:"):
                    self.block(2)
                with self.indented(
                    self.one(f"case {self.n(0, 3)}:", f"case {self.n(0, 2)} | {self.n(3, 5)}:", "case int():", f"case v if v > {self.n(0, 3)}:")
                ):
                    self.block(2)
                if self.chance(60):
                    with self.indented("case _:"):
                        self.block(2)
            return
        with self.indented(f"if {self.condition()}:"):
            self.block()
            self.leave()
        while self.chance(25):
            with self.indented(f"elif {self.condition()}:"):
                self.block(2)
        if self.chance(50):
            with self.indented("else:"):
                self.block(2)
                self.leave()

    def leave(self) -> None:
        """Sometimes the end of a branch leaves the loop or the function."""
        if self.in_loop and self.chance(30):
            self.write(self.one("break", "continue"))
        elif self.in_function and self.chance(30):
            self.write(f"return {self.integer(1)}")

    def loop(self) -> None:
        before, self.in_loop = self.in_loop, True
        target, items = self.fresh("i"), self.items()
        if self.chance(20):
            self.write(f"{target} = {self.n(1, 4)}")
            self.declare("integer", target)
            with self.indented(self.one(f"while {target} > 0:", f"while {target} > 0 and {self.condition(1)}:", f"while ({target} := {target} - 1) > 0:")):
                self.write(f"{target} -= 1")
                self.block(2)
                self.leave()
        else:
            self.declare("integer", target)
            second = self.declare("integer", self.fresh("j"))
            head = self.fill(LOOPS, 1, t=target, s=second, i=items)
            with self.indented(head):
                self.block()
                self.leave()
        self.in_loop = before
        if self.chance(25):
            with self.indented("else:"):
                self.block(2)

    def attempt(self) -> None:
        roll = self.n(0, 3)
        if roll == 0:
            with self.indented(f"with {self.one('torch.no_grad()', 'suppress(KeyError, IndexError)', 'torch.inference_mode()')}:"):
                self.block()
            return
        with self.indented("try:"):
            self.block(2)
            self.write(self.fill(INTERRUPTIONS, 1))
            if self.chance(40):
                self.block(1)
        with self.indented(self.one("except (KeyError, IndexError):", "except LookupError as error:", "except KeyError:")):
            self.block(2)
        if self.chance(30):
            with self.indented("else:"):
                self.block(2)
        if self.chance(30):
            with self.indented("finally:"):
                self.block(2)

    def function(self) -> None:
        """A function of two ints, or one that changes a list given to it."""
        roll = self.n(0, 9)
        if roll < 2:
            name = self.fresh("change")
            with self.indented(self.one(f"def {name}(items, extra=[{self.n(0, 3)}]):", f"def {name}(items, *, extra=[{self.n(0, 3)}]):")):
                self.write(
                    self.one("items.append(len(items))", "items[0] = 5", "items += extra", "extra.append(1)", "items = items + [1]", "items.extend(extra)")
                )
                self.write(self.one("items.append(sum(extra))", "extra += [2]", "return items", "items.pop()"))
            self.declare("changer", name)
            return
        name = self.fresh("f")
        with self.inner():
            default = self.integer(1)
        head = self.one(
            f"def {name}(a, b={default}):",
            f"def {name}(a, b={default}, *rest, **options):",
            f"def {name}(a: int = 1, b: int = {default}) -> int:",
            f"def {name}(a, b=None):",
        )
        if self.chance(10):
            self.write(self.one("@functools.lru_cache(None)", "@functools.cache", "@torch.no_grad()"))
        before, self.in_function, loop, self.in_loop = self.in_function, True, self.in_loop, False
        moved = self.scopes[0].of("integer")
        with self.indented(head), self.scope() as scope:
            if self.chance(25) and moved and len(self.scopes) == 2:
                other = self.random.choice(moved)
                self.write(f"global {other}")
                self.not_here.add(other)
                scope.of("integer").append(other)
            elif self.chance(40) and (outer := [name for name in self.scopes[-2].of("integer") if len(self.scopes) > 2 and name not in self.not_here]):
                other = self.random.choice(outer)
                self.write(f"nonlocal {other}")
                scope.of("integer").append(other)
            if "None" in head:
                self.write(self.one(f"b = {default} if b is None else b", "b = b or 2", f"if b is None: b = {default}", f"if b is None: return {default}"))
            scope.of("integer").extend(["a", "b"])
            self.block(4)
            self.write(f"return {self.integer(1)}")
        self.in_function, self.in_loop = before, loop
        self.declare("function", name)
        if self.chance(70):
            call = f"{name}({self.integer(1)}, {self.integer(1)})"
            self.write(f"{self.own_name('integer')} = {call}")

    def klass(self) -> None:
        """A class with attributes `a`, `b`, `base`, `items`, a property and methods; or a dataclass; or one that inherits."""
        name, parent = self.fresh("C"), self.name("class")
        roll = self.n(0, 2)
        with self.inner():
            first, second = self.integer(1), self.integer(1)
        if roll == 0 and parent:
            with self.indented(f"class {name}({parent}):"):
                self.write(self.one(f"base = {second}", "other = 1", f"a = {first}"))
                if self.chance(60):
                    with self.indented("def __init__(self, *args, **kwargs):"):
                        self.write("super().__init__(*args, **kwargs)")
                        self.write(self.one(f"self.a = {second}", "self.b += 1", "self.a, self.b = self.b, self.a"))
                if self.chance(50):
                    with self.indented("def total(self):"):
                        self.write(self.one("return super().total() + 1", f"return self.a - {second}"))
        elif roll == 1:
            self.write("@dataclass")
            with self.indented(f"class {name}:"):
                self.write(f"a: int = {first}")
                self.write(f"b: int = {second}")
                self.write(self.one("items: list = field(default_factory=list)", f"items: list = field(default_factory=lambda: [{second}])"))
                if self.chance(30):
                    with self.indented("def __post_init__(self):"):
                        self.write(self.one("self.a += 1", "self.b = self.a * 2"))
                self.methods()
                self.write("base = 1")
        else:
            with self.indented(f"class {name}:"):
                self.write(f"base = {second}")
                self.write("items = []" if self.chance(30) else "zero = 0")
                with self.indented(self.one(f"def __init__(self, a={first}, b={second}):", f"def __init__(self, a=1, b={first}, **rest):")):
                    self.write(self.one("self.a = a", "self.a: int = a", "setattr(self, 'a', a)"))
                    self.write(self.one("self.b = b", "self.b = b if b else a", "self.b = b + self.base"))
                    self.write(self.one("self.items = [a]", "self.items = []", "self.items = [self.base, b]"))
                self.methods()
        self.declare("class", name)
        if "__init__" not in "".join(self.lines[-3:]):
            self.write(f"{self.declare('object', self.fresh('o'))} = {name}({self.one('', '2', 'a=3', '1, 2', f'b={self.integer(1)}')})")
        self.write(f"{self.declare('object', self.fresh('o'))} = {name}()")

    def methods(self) -> None:
        with self.indented("def total(self):"):
            self.write(self.one("return self.a + self.b", "return self.a if self.a > self.b else self.base", "return len(self.items) + self.a"))
        self.write(self.one("@property", "@property", "@functools.cached_property"))
        with self.indented("def twice(self):"):
            self.write(self.one("return self.a * 2", "return self.total() * 2"))
        with self.indented("def grow(self):"):
            self.write(self.one("self.a += 1", "self.a, self.b = self.b, self.a + 1", "type(self).base += 1", "self.items.append(1)", "self.base = 7"))
        self.write(self.one("@staticmethod", "@classmethod"))
        with self.indented("def plus(v):" if "static" in self.lines[-1] else "def plus(cls, v):"):
            self.write("return v + 1" if "static" in self.lines[-2] else self.one("return v + cls.base", "return v + 2"))

    def net(self) -> None:
        """A module with layers of its own, run once or more."""
        name, style = self.fresh("Net"), self.n(0, 3)
        before = self.in_function, self.in_loop
        self.in_function = self.in_loop = False
        with self.indented(f"class {name}(nn.Module):"):
            with self.indented(f"def __init__(self, s={self.n(1, 4)}, p={self.n(0, 1)}, rates=({self.n(1, 3)}, {self.n(1, 3)})):"), self.scope() as scope:
                scope.of("integer").extend(["s", "p"])
                self.write("super().__init__()")
                self.write(self.one("self.s = s", f"self.s = {self.integer(1)} % 4 + 1", "self.s = max(s, 2)"))
                scope.of("integer").append("self.s")
                if style == 0:
                    self.write(f"self.up = {self.construction()}")
                elif style == 1:
                    self.write("self.up = nn.ModuleList()")
                    with self.indented(self.one("for r in rates:", "for i, r in enumerate(rates):")):
                        scope.of("integer").append("r")
                        self.write(
                            self.one(
                                "self.up.append(nn.ConvTranspose1d(2, 2, r * 2, r, padding=r // 2, output_padding=r % 2))",
                                f"self.up.append({self.construction()})",
                            )
                        )
                elif style == 2:
                    self.write(f"self.up = nn.Sequential({self.construction()}, nn.ReLU(), {self.construction()})")
                else:
                    self.write("layers = []")
                    with self.indented("for r in rates:"):
                        scope.of("integer").append("r")
                        self.write(f"layers += [{self.construction()}, nn.ReLU()]")
                    self.write("self.up = nn.Sequential(*layers)")
            with self.indented("def forward(self, x):"):
                if style == 1:
                    with self.indented("for layer in self.up:"):
                        self.write("x = layer(x)")
                    self.write("return x")
                else:
                    self.write(self.one("return self.up(x)", "y = self.up(x)\n" + "    " * self.depth + "return y", "return F.relu(self.up(x))"))
        self.in_function, self.in_loop = before
        for _ in range(self.n(1, 2)):
            arguments = self.one(
                "",
                f"{self.n(1, 4)}",
                f"s={self.number(1, 4)}",
                f"rates=[{self.n(1, 4)}, {self.number(1, 3)}, 2]",
                f"p={self.n(0, 1)}, **{{'s': {self.n(1, 3)}}}",
            )
            net, result = self.fresh("net"), self.fresh("y")
            self.write(f"{net} = {name}({arguments})")
            self.write(f"{result} = {net}(torch.randn(1, 2, {self.number(3, 8)}))")
            self.probes += 1
            self.write(f"nn.ConvTranspose1d(1, 1, 3, output_padding=PROBE({self.probes}, {result}.shape[-1]))")

    # -- programs ------------------------------------------------------------------------------------------------------

    def inputs(self) -> list[str]:
        """Opaque inputs: ints and flags from the environment."""
        names = []
        for _ in range(self.n(4, 8) // 4):
            key = f"V{len(names)}"
            name = self.declare("integer", self.fresh("v"))
            names.append(key)
            self.write(f"{name} = int(os.environ.get('{key}', '2'))")
        for _ in range(self.n(0, 1)):
            key = f"B{len(names)}"
            name = self.fresh("flag")
            names.append(key)
            self.flags.append(name)
            self.write(f"{name} = os.environ.get('{key}') == '1'")
        return names

    def entry(self) -> None:
        """A function that the file itself never calls."""
        name = self.fresh("entry")
        self.in_function = True
        with self.indented(f"def {name}(p, q{self.one('', ' = 1', ': int = 3')}):"), self.scope() as scope:
            scope.of("integer").extend(["p", "q"])
            self.block(5)
            self.write(f"return {self.integer(1)}")
        self.in_function = False
        self.entries.append(name)

    def program(self, statements: int = 8) -> Program:
        self.budget = 14
        opaque = self.inputs() if self.opaque else []
        for _ in range(self.n(2, statements)):
            self.statement()
            if self.opaque and self.chance(10):
                self.entry()
        self.probe() if self.chance(50) else self.layer()
        head = IMPORTS + "".join(self.prelude.values())
        return Program(head + "\n".join(self.lines) + "\n", tuple(opaque), tuple(self.entries), self.plain)


def make_program(random: Random, *, opaque: bool = False, plain: bool = False) -> Program:
    """One program; opaque ones read values that the file does not hold, plain ones are straight lines of simple code."""
    return Maker(random, opaque, plain).program()
