"""Programs in the Python that models are written in. `C` is `nn.ConvTranspose1d`; `#?` marks a line whose kernel size is not followed."""

from __future__ import annotations

RECORDS: list[tuple[str, str]] = [
    (
        "dataclass-positional-keyword-default",
        """
from dataclasses import dataclass
@dataclass
class Config:
    kernel: int
    stride: int = 2
a = Config(4)
C(1, 1, a.kernel, a.stride)
b = Config(stride=1, kernel=7)
C(1, 1, b.kernel + b.stride)
""",
    ),
    (
        "dataclass-with-arguments",
        """
import dataclasses
@dataclasses.dataclass(frozen=True, eq=True, order=True)
class Config:
    kernel: int = 4
@dataclasses.dataclass(kw_only=True, slots=True)
class Other:
    kernel: int
    extra: int = 3
C(1, 1, Config().kernel)
C(1, 1, Other(kernel=5).kernel + Other(kernel=6, extra=1).extra)
""",
    ),
    (
        "dataclass-field",
        """
from dataclasses import dataclass, field
from typing import List
@dataclass
class Config:
    kernels: List[int] = field(default_factory=lambda: [16, 11, 4])
    rates: list = field(default_factory=list)
    kernel: int = field(default=5, metadata={"help": "kernel"})
    hidden: int = field(init=False, default=9)
config = Config()
for kernel in config.kernels:
    C(1, 1, kernel)
config.rates.append(3)
C(1, 1, config.rates[0] + len(Config().rates))
C(1, 1, config.kernel)
C(1, 1, config.hidden)
""",
    ),
    (
        "dataclass-inheritance",
        """
from dataclasses import dataclass
@dataclass
class Base:
    kernel: int = 3
    stride: int = 2
@dataclass
class Child(Base):
    extra: int = 1
    stride: int = 4
class Plain(Child):
    kernel = 99
child = Child(5)
C(1, 1, child.kernel + child.stride + child.extra)
C(1, 1, Child(1, 2, 3).extra)
C(1, 1, Plain().kernel)
C(1, 1, Plain.kernel)
""",
    ),
    (
        "dataclass-post-init-and-initvar",
        """
from dataclasses import dataclass, field, InitVar
from typing import ClassVar
@dataclass
class Config:
    rates: tuple = (8, 5)
    scale: InitVar[int] = 2
    unit: ClassVar[int] = 6
    kernel: int = field(init=False)
    def __post_init__(self, scale):
        self.kernel = self.rates[0] * scale
C(1, 1, Config().kernel)
C(1, 1, Config((3,), 3).kernel)
C(1, 1, Config.unit)
C(1, 1, Config().unit)
""",
    ),
    (
        "dataclass-post-init-of-frozen-and-of-base",
        """
from dataclasses import dataclass
@dataclass(frozen=True)
class Config:
    stride: int = 4
    kernel: int = None
    def __post_init__(self):
        if self.kernel is None:
            object.__setattr__(self, "kernel", 2 * self.stride)
@dataclass
class Base:
    rate: int = 2
    def __post_init__(self):
        self.double = self.rate * 2
@dataclass
class Child(Base):
    more: int = 1
    def __post_init__(self):
        super().__post_init__()
        self.all = self.double + self.more
C(1, 1, Config().kernel)
C(1, 1, Config(3, 5).kernel)
C(1, 1, Child(3).all)
""",
    ),
    (
        "dataclass-replace-asdict-astuple-fields",
        """
import dataclasses
from dataclasses import dataclass, replace, asdict, astuple, fields
@dataclass
class Inner:
    kernel: int = 4
@dataclass
class Config:
    stride: int = 2
    inner: Inner = dataclasses.field(default_factory=Inner)
config = Config(3)
other = replace(config, stride=5)
C(1, 1, other.stride)
C(1, 1, config.stride + other.inner.kernel)
C(1, 1, asdict(config)["inner"]["kernel"])
C(1, 1, astuple(config)[0])
def make(stride, inner):
    return C(1, 1, stride + inner["kernel"])
make(**asdict(other))
for field in fields(config):
    if field.name == "stride":
        C(1, 1, getattr(config, field.name))
C(1, 1, len(fields(Config)))
""",
    ),
    (
        "dataclass-in-a-model",
        """
from dataclasses import dataclass, field
@dataclass
class Config:
    rates: list[int] = field(default_factory=lambda: [8, 5])
    kernels: list[int] = field(default_factory=lambda: [16, 11])
    @property
    def hop(self) -> int:
        total = 1
        for rate in self.rates:
            total *= rate
        return total
    @classmethod
    def small(cls, **kwargs):
        return cls(rates=[2], kernels=[4], **kwargs)
    def kernel(self, i):
        return self.kernels[i]
class Generator(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.ups = nn.ModuleList()
        for i, (rate, kernel) in enumerate(zip(config.rates, config.kernels)):
            self.ups.append(C(1, 1, kernel, rate, padding=(kernel - rate) // 2))
        self.last = C(1, 1, config.hop)
        self.other = C(1, 1, self.config.kernel(0))
Generator(Config())
Generator(Config.small())
""",
    ),
    (
        "dataclass-that-is-a-module",
        """
from dataclasses import dataclass
@dataclass(eq=False)
class Up(nn.Module):
    kernel: int
    stride: int = 1
    def __post_init__(self):
        super().__init__()
        self.up = C(1, 1, self.kernel + self.stride)
Up(3)
""",
    ),
    (
        "dataclass-annotated-in-strings",
        """
import dataclasses as dc
import typing as t
@dc.dataclass
class Config:
    unit: t.ClassVar[int] = 7
    kernel: int | None = 3
    _: dc.KW_ONLY
    extra: "int" = 4
C(1, 1, Config(5).kernel)
C(1, 1, Config(extra=6).extra + Config.unit)
""",
    ),
    (
        "dataclass-own-init",
        """
from dataclasses import dataclass
@dataclass
class Config:
    kernel: int = 3
    def __init__(self, k):
        self.kernel = 2 * k
C(1, 1, Config(4).kernel)
""",
    ),
    (
        "named-tuple-class",
        """
from typing import NamedTuple
class Stage(NamedTuple):
    kernel: int
    stride: int = 2
    @property
    def both(self):
        return self.kernel + self.stride
    def times(self, n):
        return self.kernel * n
stage = Stage(4)
C(1, 1, stage.kernel)
C(1, 1, stage[1])
kernel, stride = stage
C(1, 1, kernel + stride)
C(1, 1, stage.both)
C(1, 1, stage.times(2))
C(1, 1, stage._replace(kernel=9).kernel)
C(1, 1, stage._asdict()["stride"])
C(1, 1, len(Stage._fields) + len(stage))
for k, s in [Stage(3), Stage(5, 1)]:
    C(1, 1, k + s)
C(1, 1, *stage)
C(1, 1, Stage._make([6, 7]).stride)
""",
    ),
    (
        "named-tuple-function",
        """
from collections import namedtuple
import collections
Stage = namedtuple("Stage", ["kernel", "stride"], defaults=[2])
Other = collections.namedtuple("Other", "a, b c")
C(1, 1, Stage(5).stride + Stage(stride=1, kernel=3).kernel)
C(1, 1, Other(1, 2, 3).c)
stages = [Stage(4, 2), Stage(kernel=6)]
for stage in stages:
    C(1, 1, stage.kernel, stage.stride)
""",
    ),
    (
        "named-tuple-functional-typing",
        """
from typing import NamedTuple
Stage = NamedTuple("Stage", [("kernel", int), ("stride", int)])
C(1, 1, Stage(5, 2).kernel)
""",
    ),
    (
        "enums",
        """
from enum import Enum, IntEnum, auto
class Mode(Enum):
    SMALL = 3
    LARGE = 7
    BIG = 7
class Kind(Enum):
    A = auto()
    B = auto()
class Rate(IntEnum):
    LOW = 2
    HIGH = 8
C(1, 1, Mode.SMALL.value)
C(1, 1, Mode["LARGE"].value)
C(1, 1, Mode(3).value + len(Mode))
for mode in Mode:
    C(1, 1, mode.value)
C(1, 1, Kind.B.value)
C(1, 1, Rate.HIGH)
C(1, 1, Rate.HIGH // Rate.LOW)
C(1, 1, {Mode.SMALL: 4, Mode.LARGE: 5}[Mode.BIG])
C(1, 1, 3 if Mode.BIG is Mode.LARGE else 4)
C(1, 1, 3 if Mode.SMALL == Mode.LARGE else 4)
C(1, 1, 3 if Mode.SMALL == 3 else 4)
C(1, 1, 3 if Rate.LOW == 2 else 4)
C(1, 1, 3 if Mode.SMALL.name == "SMALL" else 4)
C(1, 1, len(Rate.HIGH.name) + Rate(2))
C(1, 1, [m.value for m in Mode][1])
C(1, 1, 3 if isinstance(Mode.SMALL, Mode) else 4)
C(1, 1, len(list(Mode.__members__)))
""",
    ),
    (
        "enum-of-texts-with-methods",
        """
from enum import Enum
class Mode(str, Enum):
    UP = "up"
    DOWN = "down"
    @property
    def kernel(self):
        return 4 if self is Mode.UP else 6
    def scaled(self, n):
        return self.kernel * n
    @classmethod
    def default(cls):
        return cls.DOWN
C(1, 1, Mode.UP.kernel)
C(1, 1, Mode.DOWN.scaled(2))
C(1, 1, Mode("up").kernel)
C(1, 1, Mode.default().kernel)
C(1, 1, 3 if Mode.UP == "up" else 4)
C(1, 1, {"up": 8}[Mode.UP])
def make(mode="down"):
    mode = Mode(mode)
    if mode == Mode.UP:
        return C(1, 1, 2)
    elif mode is Mode.DOWN:
        return C(1, 1, 3)
make()
make(Mode.UP)
""",
    ),
    (
        "fields-and-values-overridden",
        """
from collections import namedtuple
from enum import Enum
class Stage(namedtuple("Stage", "kernel stride")):
    @property
    def kernel(self):
        return 2 * self[0]
class Mode(Enum):
    A = 3
    @property
    def value(self):
        return 8
C(1, 1, Stage(3, 1).kernel)
C(1, 1, Stage(3, 1).stride + 1)
C(1, 1, Mode.A.value)
C(1, 1, Mode.A._value_)
""",
    ),
    (
        "enum-str-enum",
        """
from enum import StrEnum, auto
class Mode(StrEnum):
    UP = auto()
    DOWN = auto()
C(1, 1, len(Mode.DOWN))
C(1, 1, 3 if Mode.UP == "up" else 4)
C(1, 1, len(f"{Mode.UP}") + len(str(Mode.DOWN)))
""",
    ),
    (
        "simple-namespace",
        """
from types import SimpleNamespace
import argparse
h = SimpleNamespace(kernel=4, rates=[2, 3])
h.step = 2
C(1, 1, h.kernel + h.step)
for rate in h.rates:
    C(1, 1, rate)
args = argparse.Namespace(kernel=6)
C(1, 1, args.kernel)
class Model(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.up = C(1, 1, h.kernel, h.step)
Model(h)
C(1, 1, SimpleNamespace(**{"kernel": 9}).kernel)
""",
    ),
    (
        "attribute-dict",
        """
class AttrDict(dict):
    def __init__(self, *args, **kwargs):
        super(AttrDict, self).__init__(*args, **kwargs)
        self.__dict__ = self
h = AttrDict({"kernel": 4, "rates": [2, 3]})
C(1, 1, h.kernel)
C(1, 1, h["kernel"] + h.rates[0])
h.step = 5
C(1, 1, h["step"])
h["other"] = 6
C(1, 1, h.other)
C(1, 1, h.get("other", 1))
C(1, 1, 2 if isinstance(h, AttrDict) and isinstance(h, dict) else 3)
for name, value in AttrDict(a=3).items():
    C(1, 1, value)
""",
    ),
    (
        "attribute-dict-by-getattr",
        """
class Config(dict):
    __getattr__ = dict.get
    __setattr__ = dict.__setitem__
class Other(dict):
    def __getattr__(self, name):
        return self[name]
    def __setattr__(self, name, value):
        self[name] = value
h = Config(kernel=4)
C(1, 1, h.kernel)
o = Other(kernel=6)
o.step = 2
C(1, 1, o.kernel + o["step"])
""",
    ),
    (
        "typed-dict",
        """
from typing import TypedDict
class Config(TypedDict, total=False):
    kernel: int
    stride: int
config: Config = {"kernel": 4, "stride": 2}
C(1, 1, config["kernel"])
C(1, 1, Config(kernel=5)["kernel"])
""",
    ),
]

CLASSES: list[tuple[str, str]] = [
    (
        "properties",
        """
from functools import cached_property
class Config:
    def __init__(self, rates):
        self.rates = rates
        self._kernel = 3
    @property
    def hop(self):
        return self.rates[0] * self.rates[1]
    @cached_property
    def kernels(self):
        return [2 * rate for rate in self.rates]
    @property
    def kernel(self):
        return self._kernel
    @kernel.setter
    def kernel(self, value):
        self._kernel = value + 1
config = Config([2, 3])
C(1, 1, config.hop)
for kernel in config.kernels:
    C(1, 1, kernel)
config.kernels.append(8)
C(1, 1, config.kernels[-1])
C(1, 1, config.kernel)
config.kernel = 5
C(1, 1, config.kernel)
""",
    ),
    (
        "constructors",
        """
class Up(nn.Module):
    kernel = 4
    def __init__(self, stride, **kwargs):
        super().__init__()
        self.up = C(1, 1, kwargs.get("kernel", self.kernel), stride)
    @classmethod
    def of(cls, stride, **kwargs):
        return cls(stride, **kwargs)
    @staticmethod
    def doubled(stride):
        return Up(stride, kernel=2 * stride)
class Wide(Up):
    kernel = 8
Up.of(2)
Wide.of(2)
Wide.doubled(3)
Wide(1).doubled(5)
Wide(2).of(1, kernel=9)
""",
    ),
    (
        "class-attributes-and-super-chains",
        """
class Base(nn.Module):
    kernel = 3
    rates = (2, 2)
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.build(*args, **kwargs)
    def build(self, extra=0):
        self.up = C(1, 1, self.kernel + extra, self.rates[0])
class Middle(Base):
    def __init__(self, scale, *args, **kwargs):
        self.scale = scale
        super(Middle, self).__init__(*args, **kwargs)
class Child(Middle):
    kernel = 5
    def build(self, extra=0, more=0):
        super().build(extra=extra * self.scale)
        self.other = C(1, 1, self.kernel + more)
Base()
Middle(2, 1)
Child(3, 2, more=4)
""",
    ),
    (
        "mixins-and-diamonds",
        """
class Root:
    def kernel(self):
        return 2
class Left(Root):
    def kernel(self):
        return super().kernel() + 3
class Right(Root):
    def kernel(self):
        return super().kernel() * 4
class Both(Left, Right):
    pass
C(1, 1, Both().kernel())
class SizeMixin:
    size = 6
    def sized(self):
        return self.size
class Model(SizeMixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.up = C(1, 1, self.sized())
Model()
""",
    ),
    (
        "nested-classes-and-type",
        """
class Model(nn.Module):
    class Config:
        kernel = 4
        def __init__(self, stride=2):
            self.stride = stride
    def __init__(self, kernel=None):
        super().__init__()
        self.config = self.Config()
        self.up = C(1, 1, kernel or Model.Config.kernel, self.config.stride)
    def again(self):
        return type(self)(7)
    def once_more(self):
        return self.__class__(9)
Model().again().once_more()
C(1, 1, len(type(Model()).__name__))
C(1, 1, len(Model(5).__class__.__name__))
""",
    ),
    (
        "special-methods",
        """
class Schedule:
    def __init__(self, kernels):
        self.kernels = kernels
    def __len__(self):
        return len(self.kernels)
    def __getitem__(self, i):
        return self.kernels[i]
    def __iter__(self):
        return iter(self.kernels)
    def __call__(self, n):
        return self.kernels[0] * n
    def __contains__(self, k):
        return k in self.kernels
    def __bool__(self):
        return True
schedule = Schedule([3, 4])
C(1, 1, len(schedule))
C(1, 1, schedule[1])
for kernel in schedule:
    C(1, 1, kernel)
C(1, 1, schedule(3))
C(1, 1, 2 if 3 in schedule else 5)
C(1, 1, 2 if schedule else 5)
a, b = schedule
C(1, 1, a + b)
C(1, 1, sum(schedule))
""",
    ),
    (
        "iteration-by-a-generator",
        """
class Yielding:
    def __iter__(self):
        for k in (3, 5):
            yield k
for k in Yielding():
    C(1, 1, k)
C(1, 1, list(Yielding())[1])
""",
    ),
    (
        "arithmetic-of-own-classes",
        """
class Size:
    def __init__(self, n):
        self.n = n
    def __add__(self, other):
        return Size(self.n + other.n)
    def __mul__(self, k):
        return Size(self.n * k)
    def __rmul__(self, k):
        return self * k
    def __eq__(self, other):
        return self.n == other.n
C(1, 1, (Size(2) + Size(3)).n)
C(1, 1, (Size(2) * 4).n)
C(1, 1, (3 * Size(2)).n)
C(1, 1, 2 if Size(1) == Size(1) else 3)
""",
    ),
    (
        "methods-and-attributes-overridden",
        """
class Base(nn.Module):
    kernel = 3
    def size(self):
        return 4
    def build(self):
        self.a = C(1, 1, self.kernel)
        self.b = C(1, 1, self.size())
class Derived(Base):
    kernel = 5
    def size(self):
        return super().size() + 2
Derived().build()
""",
    ),
    (
        "own-container-with-setitem",
        """
class Table:
    def __init__(self):
        self.kernel = 3
    def __setitem__(self, name, value):
        setattr(self, name, value)
class Other(dict):
    def __getitem__(self, name):
        return 9
t = Table()
t["kernel"] = 6
C(1, 1, t.kernel)
o = Other(a=3)
C(1, 1, o["a"])
""",
    ),
    (
        "class-tables",
        """
class A(nn.Module):
    def __init__(self, k):
        super().__init__()
        self.up = C(1, 1, k)
class B(A):
    def __init__(self, k):
        super().__init__(k + 1)
TABLE = {"a": A, "b": B}
TABLE["b"](4)
for cls in TABLE.values():
    cls(6)
def make(name, **kwargs):
    return TABLE[name](**kwargs)
make("a", k=9)
""",
    ),
    (
        "default-init-of-base",
        """
class Base:
    def __init__(self, kernel=4):
        self.kernel = kernel
class Child(Base):
    def up(self):
        return C(1, 1, self.kernel)
Child(6).up()
Child().up()
""",
    ),
    (
        "attributes-of-a-class",
        """
class Registry:
    sizes = {}
    @classmethod
    def add(cls, name, size):
        cls.sizes[name] = size
Registry.add("a", 4)
C(1, 1, Registry.sizes["a"])
Registry.total = 9
C(1, 1, Registry.total)
""",
    ),
]

FUNCTIONS: list[tuple[str, str]] = [
    (
        "wrapping-decorators",
        """
import functools
from functools import wraps
def logged(fn):
    @wraps(fn)
    def wrapper(*args, **kwargs):
        result = fn(*args, **kwargs)
        return result
    return wrapper
def doubled(times):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapper(k, *args, **kwargs):
            return fn(k * times, *args, **kwargs)
        return wrapper
    return decorate
@logged
def make(k, s=1):
    return C(1, 1, k, s)
@doubled(3)
def triple(k):
    return C(1, 1, k)
@logged
@doubled(2)
def both(k):
    return C(1, 1, k)
make(4)
make(k=6, s=2)
triple(3)
both(5)
class Model(nn.Module):
    @logged
    def __init__(self, k):
        super().__init__()
        self.up = self.build(k)
    @doubled(4)
    def scaled(self, k):
        return k
    @logged
    def build(self, k):
        return C(1, 1, k + 1)
Model(7)
""",
    ),
    (
        "registries",
        """
MODELS = {}
def register(name):
    def decorate(cls):
        MODELS[name] = cls
        return cls
    return decorate
def plain(fn):
    MODELS[fn.__name__] = fn
    return fn
@register("up")
class Up(nn.Module):
    kernel = 4
    def __init__(self, k=None):
        super().__init__()
        self.up = C(1, 1, k or self.kernel)
@plain
def make(k):
    return C(1, 1, k)
Up()
MODELS["up"](6)
make(3)
MODELS["make"](5)
""",
    ),
    (
        "keeping-decorators",
        """
import functools
import torch
@functools.lru_cache(maxsize=None)
def kernel(s):
    return 2 * s
@functools.cache
def other(s):
    return 3 * s
@torch.no_grad()
def make(k):
    return C(1, 1, k)
C(1, 1, kernel(2))
C(1, 1, other(2))
make(5)
""",
    ),
    (
        "lambdas-and-closures",
        """
TABLE = {"double": lambda k: 2 * k, "same": lambda k: k}
C(1, 1, TABLE["double"](3))
def maker(k):
    def make(s=1):
        return C(1, 1, k + s)
    return make
maker(4)()
maker(4)(s=3)
def counter():
    count = 2
    def step():
        nonlocal count
        count += 1
        return count
    return step
step = counter()
step()
C(1, 1, step())
makers = [lambda k=k: C(1, 1, k) for k in (3, 5)]
for make in makers:
    make()
late = [lambda: k for k in (3, 5)]
C(1, 1, late[0]())
""",
    ),
    (
        "recursion",
        """
def build(depth, kernel):
    if depth == 0:
        return []
    return [C(1, 1, kernel)] + build(depth - 1, kernel + 2)
build(5, 2)
class Block(nn.Module):
    def __init__(self, depth, kernel=2):
        super().__init__()
        self.inner = Block(depth - 1, kernel + 1) if depth > 0 else nn.Identity()
        self.up = C(1, 1, kernel)
Block(4)
def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)
C(1, 1, factorial(4))
""",
    ),
    (
        "arguments",
        """
def make(a, /, k=3, *rest, s=1, **options):
    return C(a, 1, k + len(rest), s, **options)
make(1)
make(1, 4, 0, 0, s=2, padding=1)
options = {"k": 6}
make(1, **options, s=2)
def forward(*args, **kwargs):
    return make(*args, **kwargs)
forward(1, k=7)
def gather(item, into=[]):
    into.append(item)
    return into
gather(1)
C(1, 1, len(gather(2)))
def only(*, kernel):
    return C(1, 1, kernel)
only(kernel=5)
""",
    ),
    (
        "functools",
        """
import functools
import operator
from functools import partial, reduce
Up = partial(C, 1, 1)
Up(4)
Up(kernel_size=5)
Wide = partial(Up, 8, stride=2)
Wide()
Wide(stride=1)
C(1, 1, reduce(lambda a, b: a * b, [2, 3, 2]))
C(1, 1, reduce(operator.mul, (2, 5)))
C(1, 1, functools.reduce(operator.add, [1, 2], 4))
C(1, 1, operator.floordiv(9, 2))
""",
    ),
    (
        "itertools",
        """
import itertools
from itertools import chain, product, repeat, islice, accumulate, pairwise, zip_longest, count, starmap, permutations, combinations, tee, cycle
for k in chain([2, 3], (4,)):
    C(1, 1, k)
for k in itertools.chain.from_iterable([[2], [5]]):
    C(1, 1, k)
for a, b in product((1, 2), [3, 4]):
    C(1, 1, a + b)
for a, b in itertools.product(range(2), repeat=2):
    C(1, 1, a + b + 1)
for k, _ in zip(repeat(7), range(2)):
    C(1, 1, k)
for k in repeat(6, 2):
    C(1, 1, k)
for k in islice([2, 3, 4, 5], 1, 3):
    C(1, 1, k)
for k in accumulate([2, 3, 4]):
    C(1, 1, k)
for k in accumulate([2, 3, 4], lambda a, b: a * b):
    C(1, 1, k)
for a, b in pairwise([2, 3, 5]):
    C(1, 1, a * b)
for a, b in zip_longest([2, 3], [4], fillvalue=1):
    C(1, 1, a * b)
for i, k in zip(count(2), [5, 6]):
    C(1, 1, i * k)
for k in starmap(pow, [(2, 2), (3, 2)]):
    C(1, 1, k)
C(1, 1, len(list(permutations([1, 2, 3]))))
C(1, 1, [a + b for a, b in combinations((1, 2, 4), 2)][2])
for k in itertools.takewhile(lambda k: k < 4, [2, 3, 4, 1]):
    C(1, 1, k)
for k, s in zip([3, 4, 5], cycle([1, 2])):
    C(1, 1, k + s)
""",
    ),
    (
        "generators",
        """
def kernels(n):
    for i in range(n):
        yield 2 * i + 2
    yield from (11, 13)
for k in kernels(2):
    C(1, 1, k)
C(1, 1, list(kernels(1))[0])
C(1, 1, sum(kernels(0)))
C(1, 1, max(kernels(2)))
def layers(ks):
    for k in ks:
        yield C(1, 1, k)
nn.Sequential(*layers([3, 4]))
class Model(nn.Module):
    def __init__(self, rates):
        super().__init__()
        self.rates = rates
        self.ups = nn.ModuleList(self.blocks())
        self.more = []
        for up in self.blocks():
            self.more.append(up)
    def blocks(self):
        for rate in self.rates:
            yield C(1, 1, 2 * rate, rate)
Model([2, 3])
for i, k in enumerate(kernels(1)):
    C(1, 1, k + i)
""",
    ),
    (
        "map-filter-iter-next",
        """
for k in map(lambda r: 2 * r, [2, 3]):
    C(1, 1, k)
for k in map(int, ["4", "5"]):
    C(1, 1, k)
for k in map(lambda a, b: a + b, (2, 3), (1, 1)):
    C(1, 1, k)
for k in filter(lambda r: r > 2, [2, 3, 4]):
    C(1, 1, k)
C(1, 1, list(filter(None, [0, 5, None]))[0])
it = iter([3, 4, 5])
C(1, 1, next(it))
C(1, 1, next(it))
for k in it:
    C(1, 1, k)
C(1, 1, next(it, 9))
C(1, 1, next(iter({"a": 6}.values())))
C(1, 1, len(set(map(abs, (-2, 2, 3)))))
numbers = [2, 3]
jt = iter(numbers)
next(jt)
numbers.append(9)
C(1, 1, list(jt)[-1])
pairs = iter([2, 3, 4, 5, 6])
for a, b in zip(pairs, pairs):
    C(1, 1, a * b)
for a, b in zip(*[iter("4567")] * 2):
    C(1, 1, int(a) + int(b))
kernel, *rest = map(int, "4 5 6".split())
C(1, 1, kernel + rest[1])
""",
    ),
]

BUILTINS: list[tuple[str, str]] = [
    (
        "dicts",
        """
d = {"k": 4, "s": 2}
for name, value in d.items():
    C(1, 1, value)
C(1, 1, list(d.keys()).index("s") + len(d))
C(1, 1, sum(d.values()))
C(1, 1, d.get("x", 5))
C(1, 1, d.setdefault("y", 6))
C(1, 1, d.pop("y") + len(d))
d.update(k=7, z=8)
d.update({"s": 3})
C(1, 1, d["k"])
C(1, 1, d["s"])
C(1, 1, d.popitem()[1])
e = dict.fromkeys(["a", "b"], 3)
C(1, 1, e["b"])
f = {**d, "k": 9}
C(1, 1, f["k"])
g = d | {"k": 2}
C(1, 1, g["k"])
d |= {"s": 5}
C(1, 1, d["s"])
del d["s"]
C(1, 1, 3 if "s" in d else 4)
C(1, 1, len({k: v for k, v in f.items() if v > 3}))
C(1, 1, dict(zip("ab", (3, 4)))["b"])
C(1, 1, max(f, key=f.get) and f[max(f, key=f.get)])
C(1, 1, sorted(f.items(), key=lambda item: item[1])[0][1])
keys = d.keys()
d["new"] = 1
C(1, 1, len(keys))
""",
    ),
    (
        "lists",
        """
a = [5, 3, 4]
a.sort()
C(1, 1, a[0])
a.sort(key=lambda x: -x)
C(1, 1, a[0])
a.sort(reverse=False)
C(1, 1, a[1])
a[1:] = [7, 8, 9]
C(1, 1, a[3])
del a[0]
C(1, 1, a[0])
del a[1:]
C(1, 1, len(a))
a += [2, 6]
C(1, 1, a[-1])
a.insert(0, 11)
C(1, 1, a[0])
C(1, 1, a.pop(0) - 1)
a.remove(2)
C(1, 1, a.index(6) + 1)
a.extend(range(3))
C(1, 1, len(a))
a.reverse()
C(1, 1, a[0])
b = a[::-1]
C(1, 1, b[0])
c = a.copy()
c.append(1)
C(1, 1, len(c))
C(1, 1, [[2, 3], [4, 5]][1][0])
a[0] = 13
C(1, 1, a[0])
a[-1] += 3
C(1, 1, a[-1])
d = [0] * 3
d[1] = 5
C(1, 1, d[1])
C(1, 1, (a + d)[0])
C(1, 1, a.count(13))
""",
    ),
    (
        "numbers",
        """
import math
C(1, 1, sum([1, 2], 3))
C(1, 1, math.prod([2, 3]) + math.prod((2,), start=2))
C(1, 1, min(5, 3))
C(1, 1, max([2, 7], key=lambda x: -x))
C(1, 1, max([], default=4))
C(1, 1, min("bb", "a", key=len) and 6)
C(1, 1, sorted([3, 1, 2], reverse=True)[0])
C(1, 1, sorted(["bbb", "a"], key=len)[0].__len__() + 1)
C(1, 1, list(reversed([2, 5]))[0])
C(1, 1, 3 if any(x > 2 for x in [1, 3]) else 4)
C(1, 1, 3 if all([]) else 4)
q, r = divmod(17, 5)
C(1, 1, q + r)
C(1, 1, round(3.6))
C(1, 1, int(round(2.5, 0)))
C(1, 1, math.ceil(7 / 2))
C(1, 1, int(math.log2(16)))
C(1, 1, int("12", 16) - int("7"))
C(1, 1, int(float("3.0")))
C(1, 1, int(math.sqrt(16)) + math.gcd(4, 6))
C(1, 1, abs(-4))
C(1, 1, pow(2, 3))
C(1, 1, (5).bit_length())
C(1, 1, 2 if (2.0).is_integer() else 3)
C(1, 1, int(math.pi))
C(1, 1, len(list(zip([1, 2], [3, 4], strict=True))))
C(1, 1, math.factorial(3))
C(1, 1, math.comb(4, 2))
C(1, 1, 2 if 1 < 2 <= 2 < 3 else 4)
C(1, 1, ord("a") - 90)
""",
    ),
    (
        "texts",
        """
kind, size = "up_4".split("_")
C(1, 1, int(size))
C(1, 1, len(f"{kind}-{3}"))
C(1, 1, len("x".join(["a", "b"])))
C(1, 1, {"k3": 5}[f"k{3}"])
C(1, 1, {"k03": 6}[f"k{3:02d}"])
C(1, 1, {"k-4": 7}["k-{}".format(4)])
C(1, 1, {"k-4": 8}["k-%d" % 4])
C(1, 1, {"a_b": 9}["{x}_{y}".format(x="a", y="b")])
C(1, 1, getattr(nn, f"ConvTranspose{1}d")(1, 1, 3).kernel_size[0])
C(1, 1, len("abc".upper().replace("A", "")))
C(1, 1, 3 if "up" in kind else 4)
C(1, 1, [int(k) for k in "4,5".split(",")][1])
C(1, 1, len(str(1234)))
C(1, 1, len("a-b".partition("-")))
C(1, 1, len(repr(12)) + len("ab" * 2))
C(1, 1, len("ab"[1:]) + "abc".find("c"))
C(1, 1, 3 if "up4".endswith(("3", "4")) else 4)
C(1, 1, int("k=5"[2:]))
C(1, 1, {"c": 6}["abc"[-1]])
C(1, 1, len("{" + "}"))
C(1, 1, len(f"{{}}{kind!r}"))
""",
    ),
    (
        "collections",
        """
from collections import defaultdict, OrderedDict, deque
d = defaultdict(list)
d["a"].append(3)
d["a"].append(4)
C(1, 1, d["a"][1])
C(1, 1, len(d["b"]) + len(d))
n = defaultdict(int)
n["x"] += 5
C(1, 1, n["x"])
t = defaultdict(lambda: 7)
C(1, 1, t["q"])
o = OrderedDict([("a", 3), ("b", 6)])
for name, k in o.items():
    C(1, 1, k)
o["c"] = 8
C(1, 1, list(o.values())[-1])
q = deque([2, 3])
q.append(4)
q.appendleft(5)
C(1, 1, q[0])
C(1, 1, q.popleft())
C(1, 1, len(q))
C(1, 1, q.pop())
for k in q:
    C(1, 1, k)
""",
    ),
    (
        "copies",
        """
import copy
from copy import deepcopy
a = {"k": [3]}
b = copy.copy(a)
c = deepcopy(a)
a["k"].append(4)
a["k"][0] = 9
C(1, 1, b["k"][0])
C(1, 1, c["k"][0])
class H:
    def __init__(self):
        self.k = 4
        self.ks = [5]
h = H()
i = copy.copy(h)
j = copy.deepcopy(h)
h.k = 6
h.ks[0] = 7
C(1, 1, i.k)
C(1, 1, i.ks[0])
C(1, 1, j.k)
C(1, 1, j.ks[0])
""",
    ),
    (
        "sets",
        """
s = {3, 4}
C(1, 1, len(s))
s.add(5)
C(1, 1, len(s))
C(1, 1, 2 if 4 in s else 3)
C(1, 1, max(s))
C(1, 1, sorted(s | {9})[-1])
C(1, 1, sum({2, 3}))
C(1, 1, len(s & {3}))
C(1, 1, len(set([1, 1, 2])))
C(1, 1, 2 if s.issuperset({3}) else 3)
s.discard(3)
C(1, 1, len(s))
""",
    ),
    (
        "unpacking-and-walrus",
        """
(a, b), *c = (1, 2), 3, 4
C(1, 1, a + b + len(c))
if (k := 4) > 3:
    C(1, 1, k)
first, *_, last = [2, 3, 4, 5]
C(1, 1, first + last)
x = y = 6
C(1, 1, x)
x, y = y, 2
C(1, 1, y)
[p, q] = 3, 4
C(1, 1, p * q)
for i, (u, v) in enumerate(zip([2, 3], [4, 5]), start=1):
    C(1, 1, i * u * v)
C(1, 1, *(5,), **{"stride": 2})
print(n := 7, C(1, 1, n))
C(1, 1, [*range(3), 8][-1])
""",
    ),
]

STATEMENTS: list[tuple[str, str]] = [
    (
        "match",
        """
from types import SimpleNamespace
from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int = 3
def make(spec):
    match spec:
        case "small":
            return C(1, 1, 2)
        case int(k) if k > 10:
            return C(1, 1, k)
        case int() as k:
            return C(1, 1, k + 1)
        case [k, s]:
            return C(1, 1, k, s)
        case [k, *rest]:
            return C(1, 1, k + len(rest))
        case {"kernel": k, **others}:
            return C(1, 1, k + len(others))
        case Point(x=0, y=y):
            return C(1, 1, y)
        case Point(x, y):
            return C(1, 1, x * y)
        case None | False:
            return C(1, 1, 20)
        case _:
            return C(1, 1, 21)
make("small")
make(12)
make(4)
make((5, 2))
make([6, 0, 0])
make({"kernel": 3, "a": 1})
make(Point(0, 4))
make(Point(2, 5))
make(None)
make(2.5)
""",
    ),
    (
        "while",
        """
k = 2
while k < 20:
    C(1, 1, k)
    k *= 2
else:
    C(1, 1, k + 1)
stack = [3, 4]
while stack:
    C(1, 1, stack.pop())
items = iter([5, 6])
while (item := next(items, None)) is not None:
    C(1, 1, item)
n = 0
while True:
    n += 1
    if n == 2:
        continue
    if n > 3:
        break
    C(1, 1, n + 30)
""",
    ),
    (
        "try",
        """
try:
    k = 4
except ValueError:
    k = 5
else:
    k += 1
finally:
    s = 2
C(1, 1, k, s)
""",
    ),
    (
        "try-import",
        """
try:
    import math
except ImportError:
    math = None
C(1, 1, math.ceil(3.5))
""",
    ),
    (
        "with",
        """
class Scope:
    def __init__(self, kernel):
        self.kernel = kernel
    def __enter__(self):
        self.kernel += 1
        return self
    def __exit__(self, *args):
        self.kernel = 9
scope = Scope(3)
with scope as inside:
    C(1, 1, inside.kernel)
C(1, 1, scope.kernel)
with torch.no_grad():
    k = 5
C(1, 1, k)
""",
    ),
    (
        "global-and-main",
        """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    KERNEL = 99
else:
    KERNEL = 4
def main():
    C(1, 1, KERNEL)
if __name__ == "__main__":
    main()
assert isinstance(KERNEL, int)
if not isinstance(KERNEL, (list, tuple)):
    ks = [KERNEL] * 2
C(1, 1, ks[1])
""",
    ),
    (
        "argparse-without-a-command-line",
        """
import argparse
def parse():
    parser = argparse.ArgumentParser(description="x")
    parser.add_argument("--kernel", "-k", type=int, default=4, help="size")
    parser.add_argument("--up-rate", type=int, default=2)
    parser.add_argument("-s", default=7)
    parser.add_argument("--flag", action="store_true")
    parser.add_argument("--name", default="up", dest="kind")
    return parser.parse_args([])
args = parse()
C(1, 1, args.kernel, args.up_rate)
C(1, 1, args.s)
C(1, 1, 3 if args.flag else 5)
C(1, 1, len(args.kind))
args.kernel = 6
C(1, 1, args.kernel)
""",
    ),
    (
        "vars-unpacked",
        """
class H:
    def __init__(self):
        self.kernel = 4
        self.stride = 2
def make(kernel, stride):
    return C(1, 1, kernel, stride)
make(**vars(H()))
make(**H().__dict__)
""",
    ),
    (
        "hasattr-and-getattr",
        """
class H:
    kernel = 4
    def __init__(self):
        self.stride = 2
h = H()
C(1, 1, getattr(h, "kernel"))
C(1, 1, getattr(h, "missing", 6))
C(1, 1, 3 if hasattr(h, "stride") else 5)
C(1, 1, 3 if hasattr(h, "missing") else 5)
setattr(h, "kernel", 8)
C(1, 1, h.kernel)
C(1, 1, 2 if isinstance(h, H) else 3)
delattr(h, "kernel")
C(1, 1, h.kernel + 5)
""",
    ),
]

FOLLOWED = [*RECORDS, *CLASSES, *FUNCTIONS, *BUILTINS, *STATEMENTS]

UNFOLLOWED: list[tuple[str, str]] = [
    (
        "dataclass-made-by-another-library",
        """
import sys, types
lib = types.ModuleType("lib")
def dataclass(cls):
    cls.__init__ = lambda self, kernel=9: setattr(self, "kernel", kernel)
    return cls
lib.dataclass = dataclass
sys.modules["lib"] = lib
from lib import dataclass
@dataclass
class Config:
    kernel: int = 3
C(1, 1, Config().kernel)  #?
""",
    ),
    (
        "dataclass-with-an-unknown-decorator-above",
        """
import sys, types
lib = types.ModuleType("lib")
def doubled(cls):
    before = cls.__init__
    def init(self, kernel=3):
        before(self, 2 * kernel)
    cls.__init__ = init
    return cls
lib.doubled = doubled
sys.modules["lib"] = lib
from dataclasses import dataclass
from lib import doubled
@doubled
@dataclass
class Config:
    kernel: int = 3
C(1, 1, Config().kernel)  #?
C(1, 1, Config(2).kernel)  #?
""",
    ),
    (
        "dataclass-changed-by-a-function",
        """
from dataclasses import dataclass
@dataclass
class Config:
    kernel: int = 3
config = Config()
def change(c):
    for name in ("ker" + "nel",):
        exec("c.kernel = 8")
change(config)
C(1, 1, config.kernel)  #?
C(1, 1, Config().kernel)
""",
    ),
    (
        "dataclass-with-setattr",
        """
from dataclasses import dataclass
@dataclass
class Config:
    kernel: int = 3
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value + 1)
C(1, 1, Config().kernel)  #?
""",
    ),
    (
        "dataclass-with-getattribute",
        """
from dataclasses import dataclass
@dataclass
class Config:
    kernel: int = 3
    def __getattribute__(self, name):
        return 7
C(1, 1, Config().kernel)  #?
""",
    ),
    (
        "dataclass-whose-body-decides",
        """
from dataclasses import dataclass
import os
@dataclass
class Config:
    if os.sep == "nothing":
        extra: int = 1
    kernel: int = 3
C(1, 1, Config(5).kernel)  #?
""",
    ),
    (
        "dataclass-with-new-and-init-patched",
        """
from dataclasses import dataclass
@dataclass
class Config:
    kernel: int = 3
    def __new__(cls, *args):
        made = object.__new__(Config)
        return made
@dataclass
class Other:
    kernel: int = 3
def init(self):
    self.kernel = 6
Other.__init__ = init
C(1, 1, Config().kernel)  #?
C(1, 1, Other().kernel)
""",
    ),
    (
        "dataclass-default-of-a-descriptor",
        """
from dataclasses import dataclass
class Doubling:
    def __get__(self, owner, cls):
        return 2 if owner is None else owner.held * 2
    def __set__(self, owner, value):
        owner.held = value
@dataclass
class Config:
    kernel: int = Doubling()
C(1, 1, Config(3).kernel)  #?
""",
    ),
    (
        "enum-with-values-of-its-own",
        """
from enum import Enum
class Mode(Enum):
    A = 1
    B = 2
    def __init__(self, value):
        self.kernel = 2 * value
    @property
    def value(self):
        return 9
class Odd(Enum):
    def _generate_next_value_(name, start, count, last):
        return 7
    from enum import auto
    A = auto()
C(1, 1, Mode.A.kernel)  #?
C(1, 1, Mode.A.value)  #?
C(1, 1, Odd.A.value)  #?
""",
    ),
    (
        "enum-with-missing",
        """
from enum import Enum
class Mode(Enum):
    A = 3
    B = 4
    @classmethod
    def _missing_(cls, value):
        return cls.B
C(1, 1, Mode(3).value)
C(1, 1, Mode(99).value)  #?
""",
    ),
    (
        "metaclass-and-init-subclass",
        """
class Meta(type):
    def __new__(meta, name, bases, space):
        space["kernel"] = 8
        return super().__new__(meta, name, bases, space)
class A(metaclass=Meta):
    kernel = 3
class Base:
    def __init_subclass__(cls):
        cls.kernel = 6
class B(Base):
    kernel = 3
C(1, 1, A.kernel)  #?
C(1, 1, A().kernel)  #?
C(1, 1, B.kernel)  #?
C(1, 1, B().kernel)  #?
""",
    ),
    (
        "getattr-and-descriptors",
        """
class Lazy:
    def __getattr__(self, name):
        return 5
class Field:
    def __get__(self, owner, cls):
        return 4
class Holder:
    kernel = Field()
C(1, 1, Lazy().kernel)  #?
C(1, 1, Holder().kernel)  #?
C(1, 1, Holder.kernel)  #?
C(1, 1, getattr(Lazy(), "kernel", 9))  #?
C(1, 1, 3 if hasattr(Lazy(), "kernel") else 4)  #?
""",
    ),
    (
        "property-made-otherwise",
        """
class H:
    def __init__(self):
        self._k = 3
    def get(self):
        return self._k + 1
    kernel = property(get)
class Own:
    def __init__(self):
        self.kernel = 3
    @property
    def kernel(self):
        return self._k
    @kernel.setter
    def kernel(self, value):
        self._k = value * 2
C(1, 1, H().kernel)  #?
C(1, 1, Own().kernel)
""",
    ),
    (
        "decorators-that-change-the-call",
        """
import functools
def doubled(fn):
    return functools.partial(fn, 8)
class Wrapper:
    def __init__(self, fn):
        self.fn = fn
    def __call__(self, k):
        return self.fn(2 * k)
@doubled
def make(k):
    return C(1, 1, k)
@Wrapper
def other(k):
    return k + 1
@functools.singledispatch
def single(k):
    return k
@single.register
def _(k: int):
    return 2 * k
make()
C(1, 1, other(2))  #?
C(1, 1, single(2))  #?
""",
    ),
    (
        "generators-that-see-changes",
        """
rates = [2, 3]
def numbers():
    for rate in rates:
        yield rate
for k in numbers():
    C(1, 1, k)  #?
    if len(rates) < 3:
        rates.append(7)
log = []
def layers():
    for k in (2, 3, 4):
        log.append(k)
        yield k
first = next(layers())
C(1, 1, first)  #?
C(1, 1, len(log))  #?
for k in layers():
    break
C(1, 1, len(log) + 1)  #?
""",
    ),
    (
        "generators-read-in-part",
        """
def layers(kernels):
    for k in kernels:
        yield C(1, 1, k)  #?
it = layers([2, 3])
next(it)
for up in layers([4, 5]):
    break
""",
    ),
    (
        "generators-with-send",
        """
def counting():
    got = yield 3
    while got is not None:
        got = yield got + 1
g = counting()
C(1, 1, next(g))  #?
C(1, 1, g.send(6))  #?
""",
    ),
    (
        "views-and-aliases",
        """
d = {"a": 3}
e = d
f = {"inner": d}
e["a"] = 5
C(1, 1, d["a"])
C(1, 1, f["inner"]["a"])
def unknown_code(x):
    return eval("x.update(a=7)")
unknown_code(d)
C(1, 1, d["a"])  #?
s = {3}
t = s
t.add(4)
C(1, 1, len(s))
eval("s.add(5)")
C(1, 1, len(s))  #?
""",
    ),
    (
        "sets-have-no-order",
        """
s = {"a", "bb", "ccc"}
for x in s:
    C(1, 1, len(x) // 9 + 2)  #?
C(1, 1, len(list(s)[0]) // 9 + 3)  #?
C(1, 1, len(max(s, key=lambda x: 1)) // 9 + 4)  #?
""",
    ),
    (
        "cached-results-are-one-object",
        """
import functools
@functools.lru_cache
def sizes():
    return [3]
sizes().append(4)
C(1, 1, len(sizes()) + 1)  #?
""",
    ),
    (
        "defaultdict-of-unknown-make",
        """
from collections import defaultdict, Counter, deque, ChainMap
import sys, types
lib = types.ModuleType("lib")
lib.make = lambda: 6
sys.modules["lib"] = lib
from lib import make
d = defaultdict(make)
C(1, 1, d["a"])  #?
c = Counter([1, 1, 2])
C(1, 1, c[1])  #?
C(1, 1, c[9] + 1)  #?
q = deque([1, 2, 3], maxlen=2)
C(1, 1, q[0])  #?
m = ChainMap({"a": 3}, {"a": 4})
C(1, 1, m["a"])  #?
""",
    ),
    (
        "argparse-not-certain",
        """
import argparse, sys
sys.argv = ["program", "--kernel", "6"]
parser = argparse.ArgumentParser()
parser.add_argument("--kernel", type=int, default=3)
C(1, 1, parser.parse_args().kernel)  #?
C(1, 1, parser.parse_args(["--kernel", "7"]).kernel)  #?
parser.add_argument("--doubled", type=lambda text: 2 * int(text), default="4")
parser.add_argument("place", nargs="?", default=9)
parser.add_argument("--many", action="append", default=None)
args = parser.parse_args([])
C(1, 1, args.kernel)
C(1, 1, args.doubled)  #?
C(1, 1, args.place)  #?
C(1, 1, 3 if args.many is None else 4)  #?
subparsers = parser.add_subparsers()
C(1, 1, parser.parse_args([]).kernel)  #?
""",
    ),
    (
        "attribute-dicts-that-do-more",
        """
class Doubling(dict):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.__dict__ = self
    def __getitem__(self, name):
        return 2 * super().__getitem__(name)
class Nested(dict):
    def __init__(self, values):
        for name, value in values.items():
            self[name] = value + 1
        self.__dict__ = self
class Reading(dict):
    def __getattr__(self, name):
        return self.get(name, 5)
    def __setattr__(self, name, value):
        self[name] = value + 1
C(1, 1, Doubling(kernel=3)["kernel"])  #?
C(1, 1, Nested({"kernel": 3}).kernel)  #?
h = Reading(kernel=3)
h.other = 4
C(1, 1, h.missing)  #?
C(1, 1, h.other)  #?
""",
    ),
    (
        "texts-not-exact",
        """
from enum import Enum
class Mode(str, Enum):
    A = "a"
class Rate(int, Enum):
    LOW = 2
class H:
    def __str__(self):
        return "abc"
    def __format__(self, spec):
        return "abcd"
C(1, 1, len(f"{Mode.A}"))  #?
C(1, 1, len(str(Mode.A)))  #?
C(1, 1, len(f"{Rate.LOW}"))  #?
C(1, 1, len("{}".format(Mode.A)))  #?
C(1, 1, len(str(H())))  #?
C(1, 1, len(f"{H()}"))  #?
C(1, 1, len(f"{3=}"))  #?
C(1, 1, len("{0:>{1}}".format(3, 5)))  #?
C(1, 1, len("%5d" % 3))  #?
""",
    ),
    (
        "match-not-certain",
        """
import os
class Even:
    def __init__(self, k):
        self.k = k
    def __eq__(self, other):
        return os.sep == "/"
def make(spec):
    match spec:
        case [k, *rest] if os.sep == "/":
            return C(1, 1, k)  #?
        case {"kernel": k}:
            return C(1, 1, k)
        case 3:
            return C(1, 1, 5)  #?
    return None
make([4, 5])
make({"kernel": 6})
make(Even(3))
""",
    ),
    (
        "swallowing-context-and-own-exit",
        """
class Swallow:
    def __enter__(self):
        return 3
    def __exit__(self, *args):
        return True
k = 2
with Swallow() as inside:
    k = 4
    raise ValueError
C(1, 1, k)  #?
""",
    ),
    (
        "try-that-fails-in-the-middle",
        """
k = 2
try:
    k = 3
    if k == 3:
        raise ValueError
    k = 4
except ValueError:
    pass
C(1, 1, k)  #?
""",
    ),
    (
        "iterators-shared",
        """
it = iter([2, 3, 4])
other = map(int, [5, 6])
for a, b, c in zip(it, other, it):
    C(1, 1, a + b)  #?
""",
    ),
    (
        "partial-and-lambda-over-unknown",
        """
import os, functools
size = int(os.environ.get("SIZE_OF_KERNEL", "3"))
Up = functools.partial(C, 1, 1, kernel_size=size)
Up()  #?
C(1, 1, functools.reduce(lambda a, b: a + b, [size, 1]))  #?
C(1, 1, sorted([size, 9])[0])  #?
C(1, 1, max([size, 2], key=lambda k: k))  #?
C(1, 1, {"a": size}.get("a", 4))  #?
C(1, 1, [3, 4][size - 3])  #?
""",
    ),
    (
        "attribute-of-a-function",
        """
def make(k):
    return k
make.kernel = 5
C(1, 1, make.kernel)  #?
""",
    ),
    (
        "class-of-a-parameter",
        """
class A:
    kernel = 3
class B(A):
    kernel = 4
def make(x):
    return C(1, 1, type(x).kernel)
make(A())
make(B())
class K:
    def size(self):
        return type(self).kernel + 1
    kernel = 3
class L(K):
    kernel = 5
C(1, 1, L().size())
import os
C(1, 1, (A if os.sep == "/" else B)().kernel)  #?
""",
    ),
    (
        "pydantic-like",
        """
import sys, types
lib = types.ModuleType("lib")
class BaseModel:
    def __init__(self, **values):
        for name in self.__annotations__:
            setattr(self, name, int(values.get(name, getattr(type(self), name, 0))) + 1)
lib.BaseModel = BaseModel
sys.modules["lib"] = lib
from lib import BaseModel
class Config(BaseModel):
    kernel: int = 3
C(1, 1, Config().kernel)  #?
C(1, 1, Config(kernel=5).kernel)  #?
""",
    ),
]
