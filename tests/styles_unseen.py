"""Correct programs that change things where a reader of one line would not look: each runs, and must stay without a finding.

Effects of code that is not followed, aliases, layers mended or run to fail, correlated conditions, iterators, class hierarchies.
"""

from __future__ import annotations

UNSEEN: list[tuple[str, str]] = [
    (
        "list-append-unbound",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# list.append unbound
s = [1]
list.insert(s, 0, 2)
nn.ConvTranspose1d(1,1,3,stride=s[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "dict-update-unbound",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# dict.update unbound
c = dict(stride=1)
dict.update(c, stride=2)
nn.ConvTranspose1d(1,1,3,stride=c['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "object-setattr",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# object.__setattr__
class C:
    def __init__(self):
        self.stride = 1
        object.__setattr__(self, 'stride', 2)
c = C()
nn.ConvTranspose1d(1,1,3,stride=c.stride,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "self-setattr",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# self.__setattr__
class C:
    def __init__(self, **kw):
        self.stride = 1
        for k, v in kw.items():
            self.__setattr__(k, v)
c = C(stride=2)
nn.ConvTranspose1d(1,1,3,stride=c.stride,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "vars-update",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# vars update
class C:
    def __init__(self, **kw):
        self.stride = 1
        vars(self).update(kw)
c = C(stride=2)
nn.ConvTranspose1d(1,1,3,stride=c.stride,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "typing-cast-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# typing.cast alias
import typing
s: object = [1]
typing.cast(list, s)[0] = 2
nn.ConvTranspose1d(1,1,3,stride=s[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "cast-alias-2",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# cast alias 2
from typing import cast
s = [1]
t = cast(list, s)
t.insert(0, 2)
nn.ConvTranspose1d(1,1,3,stride=s[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "dict-of-lists-unknown-key",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# dict of lists unknown key
import os
d = {'a': [1]}
for k in map(str.lower, ['A']):
    d[k].insert(0, 2)
nn.ConvTranspose1d(1,1,3,stride=d['a'][0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "setdefault-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# setdefault alias
d = {'a': [1]}
d.setdefault('a', []).insert(0, 2)
nn.ConvTranspose1d(1,1,3,stride=d['a'][0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "setdefault-unknown-key-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# setdefault unknown key alias
d = {'a': [1]}
k = 'A'.lower()
d.setdefault(k, []).insert(0, 2)
nn.ConvTranspose1d(1,1,3,stride=d['a'][0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "get-k-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# .get(k) alias
d = {'a': [1]}
k = 'A'.lower()
d.get(k).insert(0, 2)
nn.ConvTranspose1d(1,1,3,stride=d['a'][0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "values-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# values alias
d = {'a': [1], 'b': [1]}
for v in d.values():
    v.insert(0, 2)
nn.ConvTranspose1d(1,1,3,stride=d['a'][0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "next-iter-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# next iter alias
d = [[1]]
next(iter(d)).insert(0, 2)
nn.ConvTranspose1d(1,1,3,stride=d[0][0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "filter-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# filter alias
d = [[1]]
for x in filter(None, d):
    x[0] = 2
nn.ConvTranspose1d(1,1,3,stride=d[0][0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "chain-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# chain alias
import itertools
a, b = [1], [1]
for x in itertools.chain([a], [b]):
    x[0] = 2
nn.ConvTranspose1d(1,1,3,stride=a[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "ordereddict-alias",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# OrderedDict alias
from collections import OrderedDict, deque, defaultdict, ChainMap
a = [1]
q = deque([a])
q.popleft()[0] = 2
nn.ConvTranspose1d(1,1,3,stride=a[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "chainmap",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# ChainMap
from collections import ChainMap
base = {'stride': 1}
m = ChainMap(base)
m['stride'] = 2
nn.ConvTranspose1d(1,1,3,stride=base['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "partial-keeps-list",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# partial keeps list
from functools import partial
a = [1]
add = partial(a.insert, 0)
add(2)
nn.ConvTranspose1d(1,1,3,stride=a[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "bound-method-stored",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# bound method stored
a = [1]
ins = a.insert
ins(0, 2)
nn.ConvTranspose1d(1,1,3,stride=a[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "reduce-w-lambda-mutate",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# reduce w/ lambda mutate
from functools import reduce
a = [1]
reduce(lambda acc, v: acc.insert(0, v) or acc, [2], a)
nn.ConvTranspose1d(1,1,3,stride=a[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "model-apply-nonlocal",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# model.apply nonlocal
cfg = {'stride': 1}
def look(m):
    if isinstance(m, nn.Conv1d):
        cfg['stride'] = m.stride[0]
nn.Sequential(nn.Conv1d(1,1,3,stride=2)).apply(look)
nn.ConvTranspose1d(1,1,3,stride=cfg['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "map-with-mutating-fn",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# map with mutating fn
cfg = {'stride': 1}
def look(m):
    cfg['stride'] = m
list(map(look, [2]))
nn.ConvTranspose1d(1,1,3,stride=cfg['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "sorted-key-mutates",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# sorted key mutates
cfg = {'stride': 1}
def look(m):
    cfg['stride'] = m
    return m
sorted([2], key=look)
nn.ConvTranspose1d(1,1,3,stride=cfg['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "thread",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# thread
import threading
cfg = {'stride': 1}
def look():
    cfg['stride'] = 2
t = threading.Thread(target=look); t.start(); t.join()
nn.ConvTranspose1d(1,1,3,stride=cfg['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "generator-mutates",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# generator mutates
cfg = {'stride': 1}
def gen():
    cfg['stride'] = 2
    yield 1
for _ in gen(): pass
nn.ConvTranspose1d(1,1,3,stride=cfg['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "decorator-runs-immediately",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# decorator runs immediately
cfg = {'stride': 1}
def now(f):
    f()
    return f
@now
def look():
    cfg['stride'] = 2
nn.ConvTranspose1d(1,1,3,stride=cfg['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "contextmanager-mutates",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# contextmanager mutates
from contextlib import contextmanager
cfg = {'stride': 1}
@contextmanager
def use(s):
    old = cfg['stride']
    cfg['stride'] = s
    yield
    cfg['stride'] = old
with use(2):
    nn.ConvTranspose1d(1,1,3,stride=cfg['stride'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "class-contextmanager-global",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class contextmanager global
class use:
    stride = 1
    def __enter__(self): use.stride = 2; return self
    def __exit__(self, *a): use.stride = 1
with use():
    nn.ConvTranspose1d(1,1,3,stride=use.stride,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "class-attr-via-type-self",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class attr via type(self)
class U(nn.Module):
    stride = 1
    def __init__(self):
        super().__init__()
        type(self).stride = 2
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
U().up(torch.randn(1,1,4))
""",
    ),
    (
        "class-attr-via-class",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class attr via __class__
class U(nn.Module):
    stride = 1
    def __init__(self):
        super().__init__()
        self.__class__.stride += 1
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
U().up(torch.randn(1,1,4))
""",
    ),
    (
        "init-subclass-sets",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# init_subclass sets
class Base(nn.Module):
    stride = 1
    def __init_subclass__(cls, stride=1, **kw):
        cls.stride = stride
class U(Base, stride=2):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
U().up(torch.randn(1,1,4))
""",
    ),
    (
        "init-subclass-w-o-keywords",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# init_subclass w/o keywords
class Base(nn.Module):
    stride = 1
    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        cls.stride = len(cls.__name__)
class Up(Base):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
Up().up(torch.randn(1,1,4))
""",
    ),
    (
        "class-decorator-with-plain-attr",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class decorator with plain attr
def two(cls):
    cls.stride = 2
    return cls
@two
class Up(nn.Module):
    stride = 1
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
Up().up(torch.randn(1,1,4))
""",
    ),
    (
        "new-changes",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# __new__ changes
class Up(nn.Module):
    stride = 1
    def __new__(cls, *a):
        o = super().__new__(cls)
        cls.stride = 2
        return o
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
Up().up(torch.randn(1,1,4))
""",
    ),
    (
        "getattribute",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# __getattribute__
class Cfg:
    stride = 1
    def __getattribute__(self, n):
        return 2
nn.ConvTranspose1d(1,1,3,stride=Cfg().stride,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "descriptor",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# descriptor
class Two:
    def __get__(self, o, t): return 2
    def __bool__(self): return False
class Up(nn.Module):
    stride = Two()
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
Up().up(torch.randn(1,1,4))
""",
    ),
    (
        "setattr-loop-over-class",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# setattr loop over class
class Cfg:
    stride = 1
for k, v in {'stride': 2}.items():
    setattr(Cfg, k, v)
nn.ConvTranspose1d(1,1,3,stride=Cfg.stride,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "vars",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# vars()
STRIDE = 1
vars()['STRIDE'] = 2
nn.ConvTranspose1d(1,1,3,stride=STRIDE,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "try-fn-raises-after-set",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try fn raises after set
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.stride = 1
        try:
            self._load()
        except KeyError:
            pass
        self.up = nn.ConvTranspose1d(1,1,3,stride=self.stride,output_padding=1)
    def _load(self):
        self.stride = 2
        {}['x']
A().up(torch.randn(1,1,4))
""",
    ),
    (
        "try-fn-raise-stmt-after-set-dict",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try fn raise stmt after set dict
cfg = {'s': 1}
def load():
    cfg['s'] = 2
    raise KeyError('x')
try:
    load()
except KeyError:
    pass
nn.ConvTranspose1d(1,1,3,stride=cfg['s'],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "try-list-mutated-through-fn",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try list mutated through fn
cfg = [1]
def load(c):
    c.insert(0, 2)
    raise KeyError('x')
try:
    load(cfg)
except KeyError:
    pass
nn.ConvTranspose1d(1,1,3,stride=cfg[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "class-attr-in-try",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class attr in try
class Cfg: s = 1
def load():
    Cfg.s = 2
    raise KeyError('x')
try:
    load()
except KeyError:
    pass
nn.ConvTranspose1d(1,1,3,stride=Cfg.s,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "class-attr-in-try-direct",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class attr in try direct
class Cfg: s = 1
try:
    Cfg.s = 2
    raise KeyError('x')
except KeyError:
    pass
nn.ConvTranspose1d(1,1,3,stride=Cfg.s,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "suppress",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# suppress
from contextlib import suppress
s = 1
with suppress(KeyError):
    s = 2
    {}['x']
nn.ConvTranspose1d(1,1,3,stride=s,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "suppress-alias-import",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# suppress alias import
import contextlib as cl
s = 1
with cl.suppress(KeyError):
    s = 2
    raise KeyError
nn.ConvTranspose1d(1,1,3,stride=s,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "own-suppress-class",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# own suppress class
class Ign:
    def __enter__(self): return self
    def __exit__(self, *a): return True
s = 1
with Ign():
    s = 2
    raise KeyError
nn.ConvTranspose1d(1,1,3,stride=s,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "own-suppress-class-layer-fails",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# own suppress class layer fails
class Ign:
    def __enter__(self): return self
    def __exit__(self, *a): return True
with Ign() as i:
    nn.ConvTranspose1d(1,1,3,stride=1,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "finally-with-return-swallow",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# finally with return swallow
def probe():
    try:
        nn.ConvTranspose1d(1,1,3,stride=1,output_padding=1)(torch.randn(1,1,4))
        return True
    finally:
        return False
probe()
""",
    ),
    (
        "try-finally-raising-inner",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try/finally raising inner
s = 1
try:
    try:
        s = 2
        raise KeyError
    finally:
        t = s
except KeyError:
    nn.ConvTranspose1d(1,1,3,stride=s,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "finally-on-raise-path-sets",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# finally on raise path sets
s = [1]
try:
    try:
        raise KeyError
    finally:
        s[0] = 2
except KeyError:
    nn.ConvTranspose1d(1,1,3,stride=s[0],output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "stopiteration-control-flow",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# StopIteration control flow
it = iter([1, 2])
s = 0
try:
    while True:
        s = next(it)
except StopIteration:
    nn.ConvTranspose1d(1,1,3,stride=s,output_padding=1)(torch.randn(1,1,4))
""",
    ),
    (
        "unsqueeze-inplace",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# unsqueeze_ inplace
x = torch.randn(1, 10)
x.unsqueeze_(0)
y = nn.ConvTranspose1d(1,1,4,2,1)(x)
assert y.shape == (1, 1, 20)
""",
    ),
    (
        "resize",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# resize_
x = torch.zeros(1, 1, 10)
x.resize_(1, 1, 20)
y = nn.ConvTranspose1d(1,1,4,2,1)(x)
assert y.shape[-1] == 40
""",
    ),
    (
        "x-data",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x.data=
x = torch.zeros(1, 1, 10)
x.data = torch.zeros(1, 1, 20)
y = nn.ConvTranspose1d(1,1,4,2,1)(x)
assert y.shape[-1] == 40
""",
    ),
    (
        "transpose",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# transpose_
x = torch.zeros(1, 20, 1)
x.transpose_(1, 2)
y = nn.ConvTranspose1d(1,1,4,2,1)(x)
assert y.shape[-1] == 40
""",
    ),
    (
        "program-out",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# out=
x = torch.empty(0)
torch.cat([torch.zeros(1,1,5), torch.zeros(1,1,5)], dim=-1, out=x)
y = nn.ConvTranspose1d(1,1,4,2,1)(x)
assert y.shape[-1] == 20
""",
    ),
    (
        "program-set",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# set_
x = torch.empty(1,1,3)
x.set_(torch.zeros(1,1,10))
y = nn.ConvTranspose1d(1,1,4,2,1)(x)
assert y.shape[-1] == 20
""",
    ),
    (
        "randn-with-generator-kw-names",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# randn with generator kw names
x = torch.randn((1, 1, 10), generator=torch.Generator())
y = nn.ConvTranspose1d(1,1,4,2,1)(x)
assert y.shape[-1] == 20
""",
    ),
    (
        "randn-shape",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# randn(*shape)
shape = [1, 1]
shape.append(10)
x = torch.randn(*shape)
assert nn.ConvTranspose1d(1,1,4,2,1)(x).shape[-1] == 20
""",
    ),
    (
        "randn-size-list-mutated",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# randn(size list mutated)
x = torch.rand(size=(1, 1, 10))
assert nn.ConvTranspose1d(1,1,4,2,1)(x).size()[2] == 20
""",
    ),
    (
        "assert-or",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# assert or
y = nn.ConvTranspose1d(1,1,4,2,1)(torch.randn(1,1,10))
assert y.shape[-1] == 21 or y.shape[-1] == 20
""",
    ),
    (
        "assert-not",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# assert not
y = nn.ConvTranspose1d(1,1,4,2,1)(torch.randn(1,1,10))
assert not y.shape[-1] == 21
""",
    ),
    (
        "assert-is-false",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# assert (..) is False
y = nn.ConvTranspose1d(1,1,4,2,1)(torch.randn(1,1,10))
assert (y.shape[-1] == 21) is False
assert (y.shape[-1] == 21) == False
assert y.shape[-1] != 21
assert y.shape[-1] in (20, 21)
assert abs(y.shape[-1] - 21) <= 1
assert [s == 21 for s in y.shape] == [False]*3
assert 21 > y.shape[-1]
assert y.shape[-1] // 2 == 10
assert y.shape[-1] % 7 == 6
assert -y.shape[-1] == -20
assert y.shape[-1] == 20 == y.numel()
assert y[..., 1:].shape[-1] == 19
assert y[..., :-1].size(-1) == 19
assert y.mT.shape == (1, 20, 1)
assert y.T.shape[0] == 20
assert y.squeeze().shape == (20,)
assert y.squeeze(0).shape == (1, 20)
assert y.unsqueeze(0).shape == (1, 1, 1, 20)
assert y.transpose(1, 2).shape[-1] == 1
assert y.permute(0, 2, 1).shape == (1, 20, 1)
assert y.flatten().shape[0] == 20
assert y.reshape(2, 10).shape[-1] == 10
assert y.view(-1).shape == (20,)
assert y.mean(-1).shape == (1, 1)
assert y.sum(dim=-1).shape[-1] == 1
assert y.unfold(-1, 2, 2).shape[-1] == 2
assert y.repeat(1, 1, 2).shape[-1] == 40
assert y.chunk(2, -1)[0].shape[-1] == 10
assert y.narrow(-1, 0, 5).shape[-1] == 5
assert y.expand(3, 1, 20).shape[0] == 3
assert y.to(torch.float64).shape[-1] == 20
assert y.long().shape[-1] == 20
assert y.new_zeros(1, 1, 7).shape[-1] == 7
assert torch.fft.rfft(y).shape[-1] == 11
assert y.type(torch.complex64).shape[-1] == 20
assert torch.view_as_real(y.to(torch.complex64)).shape[-1] == 2
assert y.view(torch.int16).shape[-1] == 40
assert y.cpu().numpy if False else True
assert y.detach().numpy().shape[-1] == 20
assert y.relu().shape[-1] == 20
""",
    ),
    (
        "to-sparse-etc-with-type",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# to(sparse) etc with type
y = nn.ConvTranspose1d(1,1,4,2,1)(torch.randn(1,1,10))
y = y[:, :, : y.shape[-1] - 1]
assert y.shape[-1] == 19
""",
    ),
    (
        "del-crop-loop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# del & crop loop
y = nn.ConvTranspose1d(1,1,4,2,1)(torch.randn(1,1,10))
while y.shape[-1] > 16:
    y = y[..., :-1]
assert y.shape[-1] == 16
""",
    ),
    (
        "if-crop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# if crop
y = nn.ConvTranspose1d(1,1,4,2)(torch.randn(1,1,10))
if y.shape[-1] != 20:
    y = F.interpolate(y, size=20)
assert y.shape[-1] == 20
""",
    ),
    (
        "setattr-y-data-crop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# setattr y.data crop
y = nn.ConvTranspose1d(1,1,4,2)(torch.randn(1,1,10))
y.data = y.data[..., :20]
assert y.shape[-1] == 20
""",
    ),
    (
        "subclass-with-cropping-forward",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# subclass with cropping forward
class Up(nn.ConvTranspose1d):
    def forward(self, x, output_size=None):
        return super().forward(x)[..., :x.shape[-1] * self.stride[0]]
y = Up(1,1,4,2)(torch.randn(1,1,10))
assert y.shape[-1] == 20
""",
    ),
    (
        "subclass-with-own-forward-that-ignores-output-padd",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# subclass with own forward that ignores output_padding (functional)
class Up(nn.ConvTranspose1d):
    def forward(self, x, output_size=None):
        y = F.conv_transpose1d(x, self.weight, self.bias, self.stride, self.padding, 0, self.groups, self.dilation)
        return F.pad(y, (0, self.output_padding[0]))
y = Up(1,1,4,2,0,output_padding=3)(torch.randn(1,1,10))
assert y.shape[-1] == 25
""",
    ),
    (
        "subclass-using-negative-padding-as-crop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# subclass using negative padding as crop
class Up(nn.ConvTranspose1d):
    def __init__(self, i, o, k, s):
        super().__init__(i, o, k, s, padding=-1)
    def forward(self, x, output_size=None):
        y = F.conv_transpose1d(x, self.weight, self.bias, self.stride, 0)
        return F.pad(y, (self.padding[0], self.padding[0]))
assert Up(1,1,4,2)(torch.randn(1,1,10)).shape[-1] == 20
""",
    ),
    (
        "subclass-sets-output-padding-after-super-init",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# subclass sets output_padding after super init
class Up(nn.ConvTranspose1d):
    def __init__(self, i, o, k, s):
        super().__init__(i, o, k, s, output_padding=s)
        self.output_padding = (s - 1,)
assert Up(1,1,4,2)(torch.randn(1,1,10)).shape[-1] == 23
""",
    ),
    (
        "fix-through-modules",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# fix through modules()
m = nn.Sequential(nn.ConvTranspose1d(1,1,4,2,output_padding=2))
for l in m.modules():
    if isinstance(l, nn.ConvTranspose1d):
        l.output_padding = (0,)
m(torch.randn(1,1,4))
""",
    ),
    (
        "fix-through-m-0",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# fix through m[0]
m = nn.Sequential(nn.ConvTranspose1d(1,1,4,2,output_padding=2))
m[0].output_padding = (0,)
m(torch.randn(1,1,4))
""",
    ),
    (
        "fix-through-attr",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# fix through attr
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1,1,4,2,output_padding=2)
n = N()
n.up.output_padding = (1,)
n.up(torch.randn(1,1,4))
""",
    ),
    (
        "fix-through-loop-in-method",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# fix through loop in method
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1,1,4,2,output_padding=2)
        self._fix()
    def _fix(self):
        for m in self.modules():
            if hasattr(m, 'output_padding'):
                m.output_padding = tuple(min(o, s - 1) for o, s in zip(m.output_padding, m.stride))
N().up(torch.randn(1,1,4))
""",
    ),
    (
        "fix-through-apply",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# fix through apply
def fix(m):
    if isinstance(m, nn.ConvTranspose1d):
        m.output_padding = (0,)
m = nn.Sequential(nn.ConvTranspose1d(1,1,4,2,output_padding=2))
m.apply(fix)
m(torch.randn(1,1,4))
""",
    ),
    (
        "fix-via-vars",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# fix via vars()
l = nn.ConvTranspose1d(1,1,4,2,output_padding=2)
vars(l)['output_padding'] = (0,)
l(torch.randn(1,1,4))
""",
    ),
    (
        "pre-hook-changes-input-length",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# pre hook changes input length
l = nn.ConvTranspose1d(1,1,4,2,1)
l.register_forward_pre_hook(lambda m, a: (F.pad(a[0], (1, 1)),))
assert l(torch.randn(1,1,10)).shape[-1] == 24
""",
    ),
    (
        "forward-hook-crops",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# forward hook crops
l = nn.ConvTranspose1d(1,1,4,2,0)
l.register_forward_hook(lambda m, a, o: o[..., 1:-1])
assert l(torch.randn(1,1,10)).shape[-1] == 20
""",
    ),
    (
        "setattr-forward",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# setattr forward
l = nn.ConvTranspose1d(1,1,4,2,0)
setattr(l, 'forward', lambda x: x)
assert l(torch.randn(1,1,10)).shape[-1] == 10
""",
    ),
    (
        "meta-device-only",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# meta device only
with torch.device('meta'):
    l = nn.ConvTranspose1d(1,1,4,2)
assert l(torch.randn(1,1,4,device='meta')).shape[-1] == 10
""",
    ),
    (
        "fake-class-f",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# fake class F
class F:
    @staticmethod
    def conv_transpose1d(x, w, stride): return x
F.conv_transpose1d(1, 2, stride=-1)
""",
    ),
    (
        "nn-shadowed-by-argument",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# nn shadowed by argument
def build(nn):
    return nn.ConvTranspose1d(1, 1, 3, stride=1, output_padding=5)
class Fake:
    def ConvTranspose1d(self, *a, **k): return None
build(Fake())
""",
    ),
    (
        "nn-shadowed-by-loop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# nn shadowed by loop
import types
for nn in [types.SimpleNamespace(ConvTranspose1d=lambda *a, **k: 1)]:
    nn.ConvTranspose1d(1, 1, 3, stride=1, output_padding=5)
""",
    ),
    (
        "nn-shadowed-by-with-as-except-as-walrus-comprehens",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# nn shadowed by with as / except as / walrus / comprehension
import types
def g(): return types.SimpleNamespace(ConvTranspose1d=lambda *a, **k: 1)
[nn.ConvTranspose1d(1, 1, 3, stride=1, output_padding=5) for nn in [g()]]
(lambda nn: nn.ConvTranspose1d(1, 1, 3, stride=1, output_padding=5))(g())
if (nn := g()):
    nn.ConvTranspose1d(1, 1, 3, stride=1, output_padding=5)
""",
    ),
    (
        "list-attr-dict-w-numeric-conf",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# list attr dict w/ numeric conf
conf = dict(up=[2, 3, 5])
def mk(ch, up):
    for i, u in enumerate(up):
        yield nn.ConvTranspose1d(ch >> i, ch >> (i + 1), 2 * u, u, padding=u // 2 + u % 2, output_padding=u % 2)
net = nn.Sequential(*mk(64, **conf))
assert net(torch.randn(1, 64, 4)).shape == (1, 8, 120)
""",
    ),
    (
        "decoder-w-channel-halving-to-zero",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# Decoder w/ channel halving to zero
def mk(ch, n):
    layers = []
    while n:
        layers += [nn.ConvTranspose1d(ch, max(ch // 2, 1), 4, 2, 1)]
        ch = max(ch // 2, 1)
        n -= 1
    return nn.Sequential(*layers)
assert mk(4, 5)(torch.randn(1, 4, 2)).shape[-1] == 64
""",
    ),
    (
        "recursion",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# recursion
class Unet(nn.Module):
    def __init__(self, depth, ch=1, factor=1):
        super().__init__()
        self.up = nn.ConvTranspose2d(ch, ch, 3, factor, 1, output_padding=factor - 1)
        self.sub = Unet(depth - 1, ch, factor * 2) if depth > 0 else None
    def forward(self, x):
        x = self.up(x)
        return x if self.sub is None else self.sub(x)
Unet(2)(torch.randn(1, 1, 3, 3))
""",
    ),
    (
        "pix2pix-recursion",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# pix2pix recursion
class Blk(nn.Module):
    def __init__(self, o, i, sub=None, outermost=False, innermost=False):
        super().__init__()
        if outermost:
            up = nn.ConvTranspose2d(i * 2, o, kernel_size=4, stride=2, padding=1)
        elif innermost:
            up = nn.ConvTranspose2d(i, o, kernel_size=4, stride=2, padding=1, bias=False)
        else:
            up = nn.ConvTranspose2d(i * 2, o, kernel_size=4, stride=2, padding=1, bias=False)
        self.up = up
b = Blk(8, 8, innermost=True)
for _ in range(3): b = Blk(8, 8, b)
assert b.up(torch.randn(1, 16, 3, 3)).shape[2:] == (6, 6)
""",
    ),
    (
        "match",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# match
def make(kind, s):
    match kind, s:
        case ('same', 1): return nn.Identity()
        case (_, 1): return nn.Conv1d(1, 1, 3)
        case ('up', s) if s % 2: return nn.ConvTranspose1d(1, 1, s, s)
        case ('up', n): return nn.ConvTranspose1d(1, 1, 2 * n, n, n // 2, output_padding=n - 2)
        case _: raise ValueError
for k, s in [('same', 1), ('x', 1), ('up', 3), ('up', 2)]:
    make(k, s)(torch.randn(1, 1, 8))
""",
    ),
    (
        "match-class-patterns",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# match class patterns
from dataclasses import dataclass
@dataclass
class Up: s: int; op: int = 1
@dataclass
class No: s: int = 1
def make(c):
    match c:
        case Up(s=1): return nn.Identity()
        case Up(s=s, op=op): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
        case No(): return nn.Conv1d(1, 1, 3)
for c in [Up(2), Up(1), No()]: make(c)(torch.randn(1, 1, 8))
""",
    ),
    (
        "match-mapping",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# match mapping
def make(c):
    match c:
        case {'kind': 'up', 'stride': 1}: return nn.Identity()
        case {'kind': 'up', 'stride': int(s), **rest}: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
        case [1, *_]: return nn.Identity()
        case [s, *rest]: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
for c in [{'kind': 'up', 'stride': 1}, {'kind': 'up', 'stride': 2}, [1, 2], [2]]: make(c)(torch.randn(1, 1, 8))
""",
    ),
    (
        "while-else-for-else",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# while-else / for-else
for s in (1, 2, 3):
    if s > 1:
        break
else:
    s = 1
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 4))
""",
    ),
    (
        "loop-var-after-break",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# loop var after break
for k in range(1, 10):
    if k % 2 == 0 and k > 2: break
nn.ConvTranspose1d(1, 1, k, 2, (k - 2) // 2)(torch.randn(1, 1, 4))
""",
    ),
    (
        "ceil-division",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# ceil division
for s in [2, 3, 4, 5, 7]:
    k = 2 * s
    p = -(-s // 2)
    op = (2 * p - s)
    l = nn.ConvTranspose1d(1, 1, k, s, p, output_padding=op)
    assert l(torch.randn(1, 1, 6)).shape[-1] == 6 * s
""",
    ),
    (
        "output-size",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# output_size
up = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)
down = nn.Conv2d(1, 1, 3, stride=2, padding=1)
for hw in [(8, 8), (7, 9), (12, 11)]:
    x = torch.randn(1, 1, *hw)
    h = down(x)
    assert up(h, output_size=x.size()).shape == x.shape
    assert up(h, output_size=x.shape[2:]).shape == x.shape
    assert up(h, output_size=hw).shape == x.shape
""",
    ),
    (
        "output-size-list-known",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# output_size list known
up = nn.ConvTranspose1d(1, 1, 3, 2, 1)
x = torch.randn(1, 1, 10)
assert up(x, output_size=[20]).size(2) == 20
assert up(x, output_size=(1, 1, 19)).size(2) == 19
assert up(x, [20]).size(2) == 20
assert up(x, output_size=torch.Size([20])).size(2) == 20
s = [19]; s[0] += 1
assert up(x, output_size=s).size(2) == 20
n = 21
n -= 1
assert up(x, output_size=[n]).size(2) == n
""",
    ),
    (
        "output-size-unbatched",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# output_size unbatched
up = nn.ConvTranspose1d(1, 1, 3, 2, 1)
x = torch.randn(1, 10)
assert up(x, output_size=[20]).shape == (1, 20)
assert up(x, output_size=[1, 20]).shape == (1, 20)
""",
    ),
    (
        "per-axis-tuples",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# per axis tuples
up = nn.ConvTranspose2d(1, 1, (1, 3), stride=(1, 2), padding=(0, 1), output_padding=(0, 1))
assert up(torch.randn(1, 1, 5, 5)).shape == (1, 1, 5, 10)
up = nn.ConvTranspose3d(1, 1, (1, 3, 3), (1, 2, 2), (0, 1, 1), (0, 1, 1))
assert up(torch.randn(1, 1, 5, 5, 5)).shape[-3:] == (5, 10, 10)
up = nn.ConvTranspose2d(1, 1, [1, 3], stride=[1, 2], padding=[0, 1], output_padding=[0, 1])
up(torch.randn(1, 5, 5))
up = nn.ConvTranspose2d(1, 1, 3, output_padding=(1, 2), dilation=(2, 3))
up(torch.randn(1, 1, 5, 5))
up = nn.ConvTranspose2d(1, 1, torch.Size([3, 3]), stride=torch.Size((2, 2)))
up(torch.randn(1, 1, 5, 5))
up = nn.ConvTranspose1d(1, 1, (3,), stride=(2,), padding=[1], output_padding=(1,))
up(torch.randn(1, 1, 5))
""",
    ),
    (
        "numpy-ints",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# numpy ints
import numpy as np
s = np.int64(2)
nn.ConvTranspose1d(1, 1, 4, int(s), 1)(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 4, s.item(), 1)(torch.randn(1, 1, 5))
a = np.array([1, 2])
nn.ConvTranspose1d(1, 1, 3, int(a[1]), output_padding=1)(torch.randn(1, 1, 5))
a = np.array([1, 2]) + 1
nn.ConvTranspose1d(1, 1, 3, int(a[0]), output_padding=1)(torch.randn(1, 1, 5))
b = np.array([1, 1]) * 2
nn.ConvTranspose1d(1, 1, 3, int(b[0]), output_padding=1)(torch.randn(1, 1, 5))
b = (np.array([1]) * 2).tolist() * 1
nn.ConvTranspose1d(1, 1, 3, b[0], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "functional-order",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# functional order
w = torch.randn(1, 1, 3)
assert F.conv_transpose1d(torch.randn(1,1,10), w, None, 2, 1, 1).shape[-1] == 20
assert F.conv_transpose1d(torch.randn(1,1,10), w, None, 1, 0, 0, 1, 2).shape[-1] == 14
assert torch.conv_transpose1d(torch.randn(1,1,10), w, stride=2).shape[-1] == 21
assert F.conv_transpose1d(torch.randn(1,1,10), w.expand(1, 1, 3), stride=2).shape[-1] == 21
assert F.conv_transpose1d(torch.randn(1,1,10), w[..., :2], stride=2).shape[-1] == 20
assert F.conv_transpose1d(torch.randn(1,4,10), w.expand(4, 1, 3), stride=2, groups=4).shape[1:] == (4, 21)
assert F.conv_transpose2d(torch.randn(1,4,10,10), torch.ones(4, 1, 2, 2), stride=2, groups=4).shape[1:] == (4, 20, 20)
""",
    ),
    (
        "register-buffer-weight",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# register buffer weight
class Up(nn.Module):
    def __init__(self, k=4):
        super().__init__()
        self.register_buffer('w', torch.ones(1, 1, k))
        self.p = nn.Parameter(torch.ones(1, 1, 3))
        self.p = nn.Parameter(torch.ones(1, 1, 4))
    def forward(self, x):
        y = F.conv_transpose1d(x, self.w, stride=2, padding=1)
        assert y.shape[-1] == x.shape[-1] * 2
        z = F.conv_transpose1d(x, self.p, stride=2, padding=1)
        assert z.shape == y.shape
        return y
Up()(torch.randn(1, 1, 5))
""",
    ),
    (
        "parameter-data-swap",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# Parameter data swap
p = nn.Parameter(torch.ones(1, 1, 3))
p.data = torch.ones(1, 1, 4)
assert F.conv_transpose1d(torch.randn(1,1,10), p, stride=2, padding=1).shape[-1] == 20
""",
    ),
    (
        "directives-as-comments",
        '''
import torch
import torch.nn as nn
import torch.nn.functional as F
# directives as comments
up = nn.ConvTranspose1d(1, 1, 16, stride=8, padding=4)   # convt: 10 -> 80
# convt: (B, 1, L) -> (B, 1, 8*L)
up = nn.ConvTranspose1d(1, 1, 16, stride=8, padding=4)
up = nn.ConvTranspose1d(1, 1, 16, stride=8, padding=4)   # convt: -> 80
up = nn.ConvTranspose1d(1, 1, 16, stride=8, padding=4)   # convt: exact
up(torch.randn(1, 1, 10))
s = "# convt: 10 -> 81"
t = """
up = nn.ConvTranspose1d(1, 1, 16, stride=8, padding=4)  # convt: 10 -> 81
"""
up = nn.ConvTranspose1d(1, 1, 16, stride=8, padding=4, output_padding=1)   # convt: 10 -> 81
up = nn.ConvTranspose2d(1, 1, 16, stride=8, padding=4)   # convt: (10, 10) -> (80, 80)
up = nn.ConvTranspose2d(1, 1, 16, stride=8, padding=4)   # convt: (1, 10, 10) -> (1, 80, 80)
# note: ConvTranspose1d # convt: is a nice tool
''',
    ),
    (
        "pytest-skip-param-guard",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# pytest skip/param guard
try:
    import pytest
except ImportError:
    pytest = None
@pytest.mark.parametrize('s,op', [(2, 1), (3, 2)])
def test_up(s, op):
    l = nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
    assert l(torch.randn(1, 1, 5)).shape[-1] == 4 * s + 3 + op
@pytest.mark.parametrize('s', [1])
def test_bad(s):
    with pytest.raises(RuntimeError):
        nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
def test_bad2():
    l = nn.ConvTranspose1d(1, 1, 3, 1, output_padding=1)
    with pytest.raises(RuntimeError):
        l(torch.randn(1, 1, 5))
def test_bad3():
    l = nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=-1)
    x = torch.randn(1, 1, 5)
    with pytest.raises(RuntimeError, match='negative'):
        l(x)
test_up(2, 1); test_bad(1); test_bad2(); test_bad3()
""",
    ),
    (
        "unittest-bad",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# unittest bad
import unittest
class T(unittest.TestCase):
    def test_a(self):
        up = nn.ConvTranspose1d(1, 1, 3, 1, output_padding=1)
        self.assertRaises(RuntimeError, up, torch.randn(1, 1, 5))
        self.assertRaises(RuntimeError, lambda: up(torch.randn(1, 1, 5)))
    def test_b(self):
        up = nn.ConvTranspose1d(1, 1, 3, 1, output_padding=1)
        def go(): return up(torch.randn(1, 1, 5))
        with self.assertRaises(RuntimeError):
            go()
    def setUp(self):
        self.bad = nn.ConvTranspose1d(1, 1, 3, 1, output_padding=1)
    def test_c(self):
        with self.assertRaisesRegex(RuntimeError, 'output'):
            self.bad(torch.randn(1, 1, 5))
""",
    ),
    (
        "try-except-else-flow-with-layer-failing-expected",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try except else flow with layer failing expected
l = nn.ConvTranspose1d(1, 1, 3, 1, output_padding=1)
try:
    l(torch.randn(1, 1, 5))
except RuntimeError as e:
    print('as expected', e)
""",
    ),
    (
        "failing-in-function-called-by-try",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# failing in function called by try
def go(s):
    return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
for s in (1, 2):
    try:
        go(s)
    except RuntimeError:
        continue
""",
    ),
    (
        "try-retry-with-reraise-type",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try-retry with reraise type
def build(op):
    try:
        l = nn.ConvTranspose1d(1, 1, 3, 1, output_padding=op)
        l(torch.randn(1, 1, 5))
        return l
    except RuntimeError as e:
        if op == 0: raise
        return build(op - 1)
build(2)
""",
    ),
    (
        "validation-in-torch-error-table",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# validation in torch error table
ERRORS = [dict(stride=1, output_padding=1), dict(padding=-1)]
for kw in ERRORS:
    l = nn.ConvTranspose1d(1, 1, 3, **kw)
    ok = True
    try: l(torch.randn(1, 1, 5))
    except Exception: ok = False
    assert not ok
""",
    ),
    (
        "encodec-sconvtranspose1d",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# EnCodec SConvTranspose1d
import math
def unpad1d(x, paddings):
    l, r = paddings
    end = x.shape[-1] - r
    return x[..., l:end]
class NormCT(nn.Module):
    def __init__(self, *args, causal=False, norm='none', norm_kwargs={}, **kwargs):
        super().__init__()
        self.convtr = nn.ConvTranspose1d(*args, **kwargs)
    def forward(self, x): return self.convtr(x)
class SCT(nn.Module):
    def __init__(self, i, o, k, stride=1, causal=False, norm='none', trim_right_ratio=1.):
        super().__init__()
        self.convtr = NormCT(i, o, k, stride, causal=causal, norm=norm)
        self.causal = causal
        self.trim_right_ratio = trim_right_ratio
        assert self.causal or self.trim_right_ratio == 1.
    def forward(self, x):
        k = self.convtr.convtr.kernel_size[0]
        s = self.convtr.convtr.stride[0]
        pt = k - s
        y = self.convtr(x)
        if self.causal:
            pr = math.ceil(pt * self.trim_right_ratio)
            y = unpad1d(y, (pt - pr, pr))
        else:
            pr = pt // 2
            y = unpad1d(y, (pt - pr, pr))
        return y
for c in (True, False):
    assert SCT(1, 1, 16, 8, causal=c)(torch.randn(1, 1, 10)).shape[-1] == 80
""",
    ),
    (
        "dac-decoderblock",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# DAC DecoderBlock
def WNConvTranspose1d(*args, **kwargs):
    return nn.utils.parametrizations.weight_norm(nn.ConvTranspose1d(*args, **kwargs))
import math
class DB(nn.Module):
    def __init__(self, i=16, o=8, stride=1):
        super().__init__()
        self.block = nn.Sequential(nn.Tanh(), WNConvTranspose1d(i, o, kernel_size=2 * stride, stride=stride, padding=math.ceil(stride / 2), output_padding=stride % 2))
    def forward(self, x): return self.block(x)
for s in (2, 3, 4, 5, 8): assert DB(16, 8, s)(torch.randn(1, 16, 10)).shape[-1] == 10 * s
""",
    ),
    (
        "snac-output-padding-stride-2-default-stride-1-outp",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# snac: output_padding = stride % 2 default stride 1 -> output_padding 1 >= stride 1
import math
class DB(nn.Module):
    def __init__(self, i=16, o=8, *, stride):
        super().__init__()
        self.block = nn.ConvTranspose1d(i, o, kernel_size=2 * stride, stride=stride, padding=math.ceil(stride / 2), output_padding=stride % 2)
DB(stride=3).block(torch.randn(1, 16, 3))
""",
    ),
    (
        "registry",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# registry
R = {}
def register(name):
    def deco(fn):
        R[name] = fn
        return fn
    return deco
@register('up')
def up(s=2, op=1): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
@register('one')
def one(s=1): return nn.Conv1d(1, 1, 3, s)
for n in R: R[n]()(torch.randn(1, 1, 5))
""",
    ),
    (
        "decorator-that-overrides-defaults",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# decorator that overrides defaults
import functools
def defaults(**d):
    def deco(fn):
        @functools.wraps(fn)
        def inner(*a, **k): return fn(*a, **{**d, **k})
        return inner
    return deco
@defaults(s=2)
def up(s=1, op=1): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
up()(torch.randn(1, 1, 5))
""",
    ),
    (
        "functools-wraps-only-decorator-imported-lru-cache",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# functools.wraps-only decorator imported? lru_cache
from functools import lru_cache, wraps
@lru_cache
def stride(i): return (2, 3)[i]
for i in range(2): nn.ConvTranspose1d(1, 1, 3, stride(i), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "stateful-counter-through-closure",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# stateful counter through closure
def counter():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
c = counter(); c()
nn.ConvTranspose1d(1, 1, 3, c(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "mutable-default",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# mutable default
def nxt(acc=[]):
    acc.append(1)
    return len(acc)
nxt()
nn.ConvTranspose1d(1, 1, 3, nxt(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "function-attribute",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# function attribute
def f():
    f.n += 1
    return f.n
f.n = 0
f()
nn.ConvTranspose1d(1, 1, 3, f(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "class-counter",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class counter
class B(nn.Module):
    count = 0
    def __init__(self):
        super().__init__()
        B.count += 1
        self.up = nn.ConvTranspose1d(1, 1, 3, B.count + 1, output_padding=1)
B(); B()
B().up(torch.randn(1, 1, 5))
""",
    ),
    (
        "instances-sharing-list",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# instances sharing list
class B:
    s = [1]
    def __init__(self): self.s.append(2)
B()
nn.ConvTranspose1d(1, 1, 3, B.s[-1], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "subclass-override-method",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# subclass override method
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3, self.stride(), output_padding=1)
    def stride(self): return 1
class Bb(A):
    def stride(self): return 2
Bb().up(torch.randn(1, 1, 5))
""",
    ),
    (
        "property-override",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# property override
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3, self.stride, output_padding=1)
    @property
    def stride(self): return 1
class Bb(A):
    stride = 2
Bb().up(torch.randn(1, 1, 5))
""",
    ),
    (
        "abstract-property",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# abstract property
import abc
class A(nn.Module, abc.ABC):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3, self.stride, output_padding=1)
    @property
    @abc.abstractmethod
    def stride(self): return 1
class Bb(A):
    @property
    def stride(self): return super().stride + 1
Bb().up(torch.randn(1, 1, 5))
""",
    ),
    (
        "mixin-mro",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# mixin MRO
class S1:
    stride = 1
class S2(S1):
    stride = 2
class S3(S1): pass
class N(S3, S2, nn.Module):
    def __init__(self):
        nn.Module.__init__(self)
        self.up = nn.ConvTranspose1d(1, 1, 3, self.stride, output_padding=1)
N().up(torch.randn(1, 1, 5))
""",
    ),
    (
        "diamond-super",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# diamond super()
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = 1
class B1(A):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
class C1(A):
    def __init__(self):
        super().__init__()
        self.s = 2
class D(B1, C1): pass
D().up(torch.randn(1, 1, 5))
""",
    ),
    (
        "setattr-before-super",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# setattr before super
class A(nn.Module):
    s = 1
    def __init__(self, **kw):
        super().__init__()
        for k, v in kw.items(): setattr(self, k, v)
        self.up = nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
A(s=2).up(torch.randn(1, 1, 5))
""",
    ),
    (
        "slots-config-merge",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# slots + config merge
D = dict(s=1, op=1)
def merge(a, b):
    out = dict(a)
    for k in b: out[k] = b[k]
    return out
c = merge(D, {'s': 2})
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
c = {**D, **dict([('s', 2)])}
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
c = D.copy(); c.update(s=2)
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
c = D.copy(); c |= {'s': 2}
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
c = D | {'s': 2}
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
import copy
c = copy.deepcopy(D); c['s'] += 1
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
c = copy.copy(D); c.setdefault('s', 5); c['s'] = c.pop('s') + 1
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
c = dict.fromkeys(['s', 'op'], 1); c['s'] <<= 1
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=c['op'])(torch.randn(1, 1, 5))
""",
    ),
    (
        "shallow-alias-dict-copy",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# shallow alias dict copy
D = dict(a=[1])
c = D.copy()
c['a'].insert(0, 2)
nn.ConvTranspose1d(1, 1, 3, D['a'][0], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "list-ops",
        r"""
import torch
import torch.nn as nn
import torch.nn.functional as F
# list ops
s = [1, 2, 3]
s.reverse()
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2, 3]
s.sort(reverse=True)
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2]
s.pop(0)
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2]
del s[0]
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2]
s[:1] = []
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2]
s[0], s[1] = s[1], s[0]
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2]
s.remove(1)
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1]
s.clear(); s += (2,)
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [1]
s *= 2
s[0] <<= 1
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = t = [1]
t[0] = 2
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = [[1]] * 2
s[0][0] = 2
nn.ConvTranspose1d(1, 1, 3, s[1][0], output_padding=1)(torch.randn(1, 1, 5))
s = sorted([1, 2], reverse=True)
nn.ConvTranspose1d(1, 1, 3, s[0], output_padding=1)(torch.randn(1, 1, 5))
s = max([1, 2], key=lambda v: v)
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = sum([1], 1)
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = int('10', 2)
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = int('10', base=2)
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = round(1.5)
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = round(2.5)
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = -7 // 3 % 5
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = ~-3
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = 1 << 1 | 0
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = 1 or 2
s += s == 1
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = (1, 2)[True]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2][-1:][0]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2, 3][::-2][0]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
a, *b = 1, 2, 3
nn.ConvTranspose1d(1, 1, 3, b[0], output_padding=1)(torch.randn(1, 1, 5))
(a, (b, c)), d = (1, (2, 3)), 4
nn.ConvTranspose1d(1, 1, 3, b, output_padding=1)(torch.randn(1, 1, 5))
s = {1: 2, True: 3}[1]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = len({1, 1.0, 2})
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = len("é\n")
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = len("a" "b")
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = len(b"\x00a")
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = len(r"\n")
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = 0b10, 0x2, 0o2, 1_0
for v in s: nn.ConvTranspose1d(1, 1, 3, v, output_padding=1)(torch.randn(1, 1, 5))
s = [i for i in range(3) if i > 1][0]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = [i * j for i in (1, 2) for j in (2, 1)][0]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
i = 2
[i for i in (1,)]
nn.ConvTranspose1d(1, 1, 3, i, output_padding=1)(torch.randn(1, 1, 5))
i = 1
[i := j for j in (1, 2)]
nn.ConvTranspose1d(1, 1, 3, i, output_padding=1)(torch.randn(1, 1, 5))
fs = [lambda: i for i in (1, 2)]
nn.ConvTranspose1d(1, 1, 3, fs[0](), output_padding=1)(torch.randn(1, 1, 5))
fs = []
for q in (1, 2):
    fs.append(lambda: q)
nn.ConvTranspose1d(1, 1, 3, fs[0](), output_padding=1)(torch.randn(1, 1, 5))
s = 3 if 0.1 + 0.2 == 0.3 else 2
nn.ConvTranspose1d(1, 1, 3, s, output_padding=s - 1)(torch.randn(1, 1, 5))
s = 1 < 2 < 3
nn.ConvTranspose1d(1, 1, 3, s + 1, output_padding=1)(torch.randn(1, 1, 5))
s = (None or 2) and 3
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = "ab".find("b") + 1
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = [1, 2].index(2) + 1
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = "aab".count("a")
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = (5).bit_length() - 1
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = 2 .__add__(0)
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = list(zip((1, 2), (2, 3)))[-1][0]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = [v for _, v in enumerate((1, 2), start=5)][1]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = dict(zip("ab", (1, 2)))["b"]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = list(dict(a=1, b=2).values())[1]
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
s = eval("1 + 1")
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
exec("s = 2")
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "unfollowed-fn-mutates-global-list-opaque-arg",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# unfollowed fn mutates global list, opaque arg
import os
S = [1]
def conf(env):
    if env: S.insert(0, 2)
    else: S[0] = 3
conf(os.environ)
nn.ConvTranspose1d(1, 1, 3, S[0], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "unfollowed-method-w-unknown-arg-sets-class-attr",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# unfollowed method w/ unknown arg sets class attr
import os
class Cfg:
    s = 1
    def load(self, env): Cfg.s = 2
Cfg().load(os.environ)
nn.ConvTranspose1d(1, 1, 3, Cfg.s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "unfollowed-method-no-arg",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# unfollowed method no arg
class Cfg:
    s = 1
    d = {'s': 1}
    def load(self):
        Cfg.s = 2
        self.d['s'] = 2
Cfg().load()
nn.ConvTranspose1d(1, 1, 3, Cfg.s, output_padding=1)(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 3, Cfg.d['s'], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "classmethod-unfollowed",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# classmethod unfollowed
class Cfg:
    s = 1
    @classmethod
    def load(cls): cls.s = 2
Cfg.load()
nn.ConvTranspose1d(1, 1, 3, Cfg.s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "staticmethod-w-unknown",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# staticmethod w/ unknown
import os
class Cfg:
    s = 1
    @staticmethod
    def load(p): Cfg.s = 2
Cfg.load(os.getcwd())
nn.ConvTranspose1d(1, 1, 3, Cfg.s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "property-setter-on-other",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# property setter on other
class Cfg:
    def __init__(self): self._s = 1
    @property
    def s(self): return self._s
    @s.setter
    def s(self, v): self._s = v * 2
c = Cfg()
c.s = 1
nn.ConvTranspose1d(1, 1, 3, c._s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "setitem-dict-subclass",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# __setitem__ dict subclass
class Cfg(dict):
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
c = Cfg(s=1)
c['s'] = 1
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "missing",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# __missing__
class Cfg(dict):
    def __missing__(self, k): return 2
c = Cfg()
nn.ConvTranspose1d(1, 1, 3, c['s'], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "operator-overload-on-own-class",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# operator overload on own class
class Sz:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return True
    def __bool__(self): return False
    def __len__(self): return 0
    def __index__(self): return 2
    def __sub__(self, o): return 1
a = Sz(1)
nn.ConvTranspose1d(1, 1, 3, 2 if a == 5 else 1, output_padding=1)(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 3, 1 if a else 2, output_padding=1)(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 3, 2 if not a else 1, output_padding=1)(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 3, 2 if a != 6 or a == 6 else 1, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "list-subclass",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# list subclass
class L(list):
    def __getitem__(self, i): return 2
    def __len__(self): return 2
l = L([1])
nn.ConvTranspose1d(1, 1, 3, l[0], output_padding=1)(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 3, len(l), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "int-subclass",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# int subclass
class I(int):
    def __new__(cls, v): return super().__new__(cls, v * 2)
nn.ConvTranspose1d(1, 1, 3, I(1), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "callable-instance",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# callable instance
class F1:
    n = 0
    def __call__(self):
        self.n += 1
        return self.n
f = F1(); f()
nn.ConvTranspose1d(1, 1, 3, f(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "shadow-builtin",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# shadow builtin
def max(*a): return 2
def len(x): return 2
nn.ConvTranspose1d(1, 1, 3, max(1, 1), output_padding=1)(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 3, len([1]), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "generator-send-state",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# generator send state
def g():
    s = 1
    while True:
        s = yield s
it = g(); next(it)
nn.ConvTranspose1d(1, 1, 3, it.send(2), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "generator-expr-late-binding",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# generator expr late binding
s = 1
ge = (s for _ in range(1))
s = 2
nn.ConvTranspose1d(1, 1, 3, next(ge), output_padding=1)(torch.randn(1, 1, 5))
nn.Sequential(*(nn.ConvTranspose1d(1, 1, 3, s, output_padding=1) for _ in range(1)))
""",
    ),
    (
        "gen-expr-late-binding-2",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# gen expr late binding 2
s = 1
ge = (s for _ in range(1))
s = 2
for v in ge: nn.ConvTranspose1d(1, 1, 3, v, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "gen-expr-late-binding-list",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# gen expr late binding list
s = 1
ge = (s for _ in range(1))
s = 2
nn.ConvTranspose1d(1, 1, 3, list(ge)[0], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "gen-layers-late-binding",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# gen layers late binding
s = 1
ge = (nn.ConvTranspose1d(1, 1, 3, s, output_padding=1) for _ in range(1))
s = 2
nn.Sequential(*ge)(torch.randn(1, 1, 5))
""",
    ),
    (
        "gen-never-consumed",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# gen never consumed
ge = (nn.ConvTranspose1d(1, 1, -3, s, output_padding=1) for s in (1,))
""",
    ),
    (
        "zip-exhausted-iterator",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# zip exhausted iterator
z = zip((1, 2), (1, 1))
next(z)
for s, o in z: nn.ConvTranspose1d(1, 1, 3, s, output_padding=o)(torch.randn(1, 1, 5))
""",
    ),
    (
        "iter-shared",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# iter shared
it = iter([1, 2])
for a in it: break
for s in it: nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "enumerate-consumed",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# enumerate consumed
e = enumerate([1, 2], 1)
next(e)
s = 1
for i, s in e: pass
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
z = zip((2,), (1,))
list(z)
for s, o in z: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=o)(torch.randn(1, 1, 5))
""",
    ),
    (
        "reversed-consumed",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# reversed consumed
r = reversed([1, 2])
a = list(r); b = list(r)
nn.ConvTranspose1d(1, 1, 3, 2 if not b else 1, output_padding=1)(torch.randn(1, 1, 5))
for s in map(int, "2"): nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "zip-twice",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# zip twice
z = zip((1,), (1,))
a = list(z)
b = list(z)
nn.ConvTranspose1d(1, 1, 3, 2 if len(b) == 0 else 1, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "gen-twice",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# gen twice
g = (i for i in (1,))
a = sum(g)
nn.ConvTranspose1d(1, 1, 3, 2 + sum(g), output_padding=1 + sum(g))(torch.randn(1, 1, 5))
nn.ConvTranspose1d(1, 1, 3, 2 - sum(g), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "mutate-list-while-iterating",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# mutate list while iterating
s = [1]
for v in s:
    if len(s) < 2: s.append(2)
nn.ConvTranspose1d(1, 1, 3, v, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "class-body-order",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# class body order
class N(nn.Module):
    a = 1
    b = a + 1
    a = 3
    def __init__(self, s=b):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
N().up(torch.randn(1, 1, 5))
""",
    ),
    (
        "default-evaluated-once",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# default evaluated once
s = 2
def f(s=s): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
s = 1
f()(torch.randn(1, 1, 5))
""",
    ),
    (
        "rebind-functions",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# rebind functions
def f(): return 1
def f(): return 2
nn.ConvTranspose1d(1, 1, 3, f(), output_padding=1)(torch.randn(1, 1, 5))
f = lambda: 3
nn.ConvTranspose1d(1, 1, 3, f(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "module-globals-assigned-later",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# module globals assigned later
def f(): return nn.ConvTranspose1d(1, 1, 3, S, output_padding=1)
S = 1
S = 2
f()(torch.randn(1, 1, 5))
S = 3
f()
""",
    ),
    (
        "del-and-nameerror",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# del and NameError
S = 1
try:
    del S
    S
except NameError:
    S = 2
nn.ConvTranspose1d(1, 1, 3, S, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "except-as-name-deleted",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# except as name deleted
e = 1
try: raise ValueError
except ValueError as e: pass
try: e
except NameError: e = 2
nn.ConvTranspose1d(1, 1, 3, e, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "try-else-return-finally-overriding",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try else return finally overriding
def f():
    for i in (1, 2):
        try:
            continue
        finally:
            s = i
    return s
nn.ConvTranspose1d(1, 1, 3, f(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "finally-overrides-return",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# finally overrides return
def f():
    try: return 1
    finally: return 2
nn.ConvTranspose1d(1, 1, 3, f(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "finally-break",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# finally break
def f():
    while True:
        try: return 1
        finally: break
    return 2
nn.ConvTranspose1d(1, 1, 3, f(), output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "nested-exceptions",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# nested exceptions
class Stop(Exception):
    def __init__(self, v): self.v = v
def find(xs):
    for x in xs:
        if x > 1: raise Stop(x)
try: find([1, 2])
except Stop as st:
    s = st.v
nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "while-true-w-counter",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# while True w/ counter
n = 1
while True:
    if n * n > 3: break
    n += 1
nn.ConvTranspose1d(1, 1, 3, n, output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "random",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# random
import random
s = random.choice([2, 3])
nn.ConvTranspose1d(1, 1, 3, s, output_padding=s - 1)(torch.randn(1, 1, 5))
random.seed(0); l = [1, 2]; random.shuffle(l); l.sort()
nn.ConvTranspose1d(1, 1, 3, l[1], output_padding=1)(torch.randn(1, 1, 5))
""",
    ),
    (
        "correlated-conditions",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated conditions
def f(n):
    s = 1 if n % 2 else 2
    if n % 2 == 0:
        return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f(4)(torch.randn(1, 1, 5))
""",
    ),
    (
        "correlated-2",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 2
def f(mode):
    s = 2 if mode in ('a', 'b') else 1
    if mode not in ('a', 'b'): return nn.Identity()
    return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f('a')(torch.randn(1, 1, 5))
""",
    ),
    (
        "correlated-3-len",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 3: len
def f(xs):
    s = 1 if len(xs) == 0 else 2
    for x in xs: nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
f([1])
""",
    ),
    (
        "correlated-4-any",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 4: any
def f(xs):
    s = 1 if not xs else 2
    for x in xs: nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)(torch.randn(1, 1, 5))
f([1]); f([])
""",
    ),
    (
        "correlated-5-flags-computed",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 5: flags computed
def f(up, s=1):
    is_up = up and s > 1
    if is_up: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
    return nn.Conv1d(1, 1, 3)
f(True); f(True, 2); f(False)
""",
    ),
    (
        "correlated-6-helper-predicates",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 6: helper predicates
def need(s): return s != 1
def f(s):
    if not need(s): return nn.Identity()
    return nn.ConvTranspose1d(1, 1, 3, s, output_padding=s - 1)
f(1); f(2)
""",
    ),
    (
        "correlated-7",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 7
def f(cfg):
    op = cfg.get('op', 0)
    s = cfg.get('s', 1)
    if op: assert s > op
    return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
f({'op': 1, 's': 2}); f({})
""",
    ),
    (
        "correlated-8-str",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 8 str
def f(mode):
    if mode == 'none': s = 1
    elif mode == 'x2': s = 2
    if mode.startswith('x'): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f('none'); f('x2')
""",
    ),
    (
        "correlated-9-isinstance",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 9 isinstance
def f(s):
    if not isinstance(s, tuple): k = (s, s); one = True
    else: k = s; one = False
    st = 1 if one else 2
    return nn.ConvTranspose2d(1, 1, 3, st, output_padding=0 if not isinstance(s, tuple) else 1)
f(1)(torch.randn(1, 1, 4, 4)); f((1, 2))(torch.randn(1, 1, 4, 4))
""",
    ),
    (
        "correlated-10-loop-index",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated 10: loop index
class D(nn.Module):
    def __init__(self, n=3):
        super().__init__()
        for i in range(n):
            first = i == 0
            s = 1 if first else 2
            self.add_module(f'l{i}', nn.Conv1d(1, 1, 3) if i == 0 else nn.ConvTranspose1d(1, 1, 3, s, output_padding=1))
D()(torch.randn(1)) if False else D()
""",
    ),
    (
        "correlated-unknown-n",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# correlated unknown n
class D(nn.Module):
    def __init__(self, n):
        super().__init__()
        for i in range(n):
            s = 1 if i == 0 else 2
            if i > 0: self.up = nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
D(3)
""",
    ),
    (
        "flag-from-unknown-loop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# flag from unknown loop
def f(xs):
    found = False
    s = 1
    for x in xs:
        if x: found = True; s = 2
    if found: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f([1])(torch.randn(1, 1, 4)); f([0])
""",
    ),
    (
        "none-guard-pairs",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# None-guard pairs
def f(a=None, b=None):
    if (a is None) != (b is None): raise ValueError
    s = 1 if a is None else a
    if b is not None: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=b)
f(); f(2, 1)
""",
    ),
    (
        "try-int-conversion",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# try int conversion
def f(s):
    try: s = int(s)
    except ValueError: s = 2
    if s == 1: return None
    return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f('a'); f(1); f(3)
""",
    ),
    (
        "min-max-clamps",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# min/max clamps
def f(s):
    s = max(s, 2)
    op = min(1, s - 1)
    if s < 2: return nn.ConvTranspose1d(1, 1, 3, 1, output_padding=op + 5)
    return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
f(1)(torch.randn(1, 1, 4))
""",
    ),
    (
        "program-abs",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# abs
def f(s):
    if abs(s) < 0: return nn.ConvTranspose1d(1, 1, 3, 1, output_padding=s * 0 + 1)
    if len([s]) == 0: return nn.ConvTranspose1d(1, 1, 3, 1, output_padding=s * 0 + 1)
    if s * s < 0: return nn.ConvTranspose1d(1, 1, 3, 1, output_padding=1 + 0 * 1)
f(2)
""",
    ),
    (
        "infeasible-derived",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# infeasible derived
def f(s, xs, st):
    if s % 2 == 2: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "program-2",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 2
def f(s, xs, st):
    if len(xs) < 0: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "program-4",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 4
def f(s, xs, st):
    if min(s, 1) > 1: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "program-5",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 5
def f(s, xs, st):
    if max(s, 2) == 1: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "program-6",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 6
def f(s, xs, st):
    if int(s) == 0.5: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "program-7",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 7
def f(s: int, xs, st):
    if isinstance(s, int) and s is None: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "program-8",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 8
def f(s: int, xs, st):
    if s * 2 == 3: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "program-9",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 9
def f(s: int, xs, st):
    if len(xs) == 0.5: nn.ConvTranspose1d(1, 1, 3, 1, output_padding=len('a'))
""",
    ),
    (
        "11-range-n",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 11 range(n)
def f(n):
    s = 1 if n == 0 else 2
    for i in range(n): nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f(0); f(2)
""",
    ),
    (
        "12-while",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 12 while
def f(n):
    s = 1 if n == 0 else 2
    while n:
        nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
        n -= 1
f(0); f(2)
""",
    ),
    (
        "13-enumerate-zip",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 13 enumerate/zip
def f(xs):
    s = 2 if xs else 1
    for i, x in enumerate(xs): nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f([]); f([1])
""",
    ),
    (
        "14-comprehension",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 14 comprehension
def f(xs):
    s = 2 if xs else 1
    return [nn.ConvTranspose1d(1, 1, 3, s, output_padding=1) for x in xs]
f([]); f([1])
""",
    ),
    (
        "15-x-in-xs",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 15 x in xs
def f(xs, x):
    s = 2 if xs else 1
    if x in xs: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f([], 1); f([1], 1)
""",
    ),
    (
        "16-attr-of-none",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 16 attr of None
def f(cfg):
    s = 1 if cfg is None else 2
    if getattr(cfg, 'up', False): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f(None)
""",
    ),
    (
        "17-d-get",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 17 d.get
def f(d):
    s = 2 if 'up' in d else 1
    if d.get('up'): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f({}); f({'up': 1})
""",
    ),
    (
        "18-hasattr",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 18 hasattr
def f(c):
    s = 2 if hasattr(c, 'up') else 1
    if getattr(c, 'up', None) is not None: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
f(1)
""",
    ),
    (
        "19-two-attrs-dependent-by-construction-self",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 19 two attrs dependent by construction (self)
class A(nn.Module):
    def __init__(self, up):
        super().__init__()
        self.up = up
        self.s = 2 if up else 1
        self.build()
    def build(self):
        if self.up: self.l = nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
A(True); A(False)
""",
    ),
    (
        "20-method-call-later",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 20 method call later
class A(nn.Module):
    def __init__(self, up):
        super().__init__()
        self.up = up
        self.s = 2 if up else 1
    def build(self):
        if self.up: return nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
A(True).build(); A(False).build()
""",
    ),
    (
        "21-state-set-by-another-method",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 21 state set by another method
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = 1
    def configure(self, s): self.s = s; return self
    def build(self): return nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
A().configure(2).build()
""",
    ),
    (
        "22-state-set-from-outside",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 22 state set from outside
class A:
    def __init__(self): self.s = 1
    def build(self): return nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
a = A(); a.s = 2; a.build()
""",
    ),
    (
        "23-state-set-from-outside-in-function",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 23 state set from outside in function
class A:
    s = 1
    def build(self): return nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
def main():
    a = A()
    a.s = 2
    return a.build()
main()
""",
    ),
    (
        "24-forward-state",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 24 forward state
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.k = None
    def forward(self, x):
        if self.k is None:
            self.k = x.shape[1]
        w = torch.ones(self.k, 1, 4)
        return F.conv_transpose1d(x, w, stride=2, groups=self.k)
A()(torch.randn(1, 3, 5))
""",
    ),
    (
        "25-cached-property",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 25 cached property
from functools import cached_property
class A(nn.Module):
    n = 1
    @cached_property
    def s(self):
        self.n += 1
        return self.n
    def build(self): return nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
A().build()
""",
    ),
    (
        "26-template-method-hooks-default-no-op",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 26 template method hooks default no-op
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.setup()
        self.up = nn.ConvTranspose1d(1, 1, 3, self.s, output_padding=1)
    def setup(self): self.s = 1
class B(A):
    def setup(self): self.s = 2
B()
""",
    ),
    (
        "27-defaults-used-only-with-kwargs",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 27 defaults used only with kwargs
class A(nn.Module):
    def __init__(self, s=1, op=1):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
class B(A):
    def __init__(self): super().__init__(s=2)
B()
""",
    ),
    (
        "28-partial-factory",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 28 partial factory
from functools import partial
def up(s=1, op=1): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
up2 = partial(up, s=2)
up2()
""",
    ),
    (
        "29-dict-of-factories",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 29 dict of factories
def up(s=1, op=1): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
R = {'up2': lambda: up(2), 'up3': lambda **k: up(s=3, **k)}
R['up2']()
""",
    ),
    (
        "30-list-of-kwargs",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 30 list of kwargs
class A(nn.Module):
    def __init__(self, s=1, op=1):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
for kw in [dict(s=2), dict(s=3, op=2), dict(op=0)]: A(**kw)
""",
    ),
    (
        "31-click",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 31 click
def option(*a, **k): return lambda f: (lambda **kw: f(**{**{'s': 2}, **kw}))
@option('--s', default=2)
def main(s=1, op=1): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=op)
main()
""",
    ),
    (
        "32-fixture",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 32 fixture
import pytest
@pytest.fixture
def s(): return 2
def test_a(s=2): nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
""",
    ),
    (
        "33-assert-in-forward-on-unknown-len",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 33 assert in forward on unknown len
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
    def forward(self, x):
        y = self.up(x)
        assert y.shape[-1] == 2 * x.shape[-1]
        assert y.size(2) == 30
        if x.shape[-1] % 2:
            y = y[..., 1:]
            assert y.shape[-1] == 29
        return y
A()(torch.randn(1, 1, 15)) if False else None
""",
    ),
    (
        "34-dtype-shape-var",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 34 dtype/shape var
shape = (1, 1, 10)
x = torch.randn(shape)
shape = (1, 1, 11)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape[-1] == 20
x = torch.randn(1, 1, 10)[..., :5]
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape[-1] == 10
x = torch.randn(10).view(1, 1, -1)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape[-1] == 20
x = torch.randn(1, 10, 1).transpose(1, 2)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape[-1] == 20
x = torch.randn(1, 1, 10) @ torch.randn(10, 5)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape[-1] == 10
x = torch.randn(1, 1, 10) + torch.randn(3, 1, 1)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (3, 1, 20)
x = torch.randn(1, 1, 1) + torch.randn(1, 1, 10)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.randn(1, 1, 1).add(torch.randn(1, 1, 10))
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.randn(1, 1, 1); x = x * torch.ones(10)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.randn(1, 1, 1).clamp(min=torch.zeros(10))
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.randn(1, 1, 10).clone(memory_format=torch.contiguous_format)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.nn.Parameter(torch.randn(1, 1, 10))
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.empty(1, 1, 10, 2).select(-1, 0)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.zeros(1, 10)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x[None]).shape == (1, 1, 20)
x = torch.zeros(1, 10)
x = x[:, None]
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
for _ in range(2):
    x = nn.ConvTranspose1d(1, 1, 4, 2, 1)(x)
assert x.shape[-1] == 40
x = torch.full((1, 1, 10), 3.)
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.randint(5, (1, 1, 10)).float()
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.randint(0, 5, (1, 1, 10)).float()
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.randint(0, 5, size=(1, 1, 10)).float()
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.zeros_like(torch.ones(1, 1, 10))
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
x = torch.rand(1, 1, 10).type(torch.float32).view(torch.int32).float()
assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape == (1, 1, 20)
y = nn.LazyConvTranspose1d(1, 4, 2, 1)(torch.rand(1, 7, 10))
assert y.shape == (1, 1, 20)
y = nn.ConvTranspose1d(1, 1, 4, 2, 1)(torch.rand(1, 1, 10)).cpu()
assert y.shape[1:] == (1, 20) and y.shape[:2] == (1, 1) and y.ndim == 3 and y.dim() == 3 and len(y.shape) == 3
assert y.shape[-2:] == torch.Size((1, 20)) and y.size()[-1:] == (20,) and [*y.shape] == [1, 1, 20]
assert y.shape.numel() == 20 and y.nelement() == 20 and y.shape[::2] == (1, 20) and y.shape[2:3] == (20,)
assert str(y.shape) == 'torch.Size([1, 1, 20])' and hash(y.shape) and sum(y.shape) == 22 and max(y.shape) == 20
assert y.size(-1) - 1 == 19 and y.size(-1) * 2 == 40 and y.size(-1) / 2 == 10 and y.size(-1) ** 1 == 20 and divmod(y.size(-1), 3) == (6, 2)
assert int(y.size(-1)) == 20 and float(y.size(-1)) == 20.0 and -y.size(2) == -20 and abs(y.size(2)) == 20 and round(y.size(2)) == 20
assert min(y.size(2), 5) == 5 and max(y.size(2), 50) == 50 and y.size(2) in range(21) and y.size(2) == True * 20
assert (y.size(2) == 20) == True and (y.size(2), 1) == (20, 1) and [y.size(2)] == [20] and {y.size(2): 1} == {20: 1}
assert y.size(2) if False else 1
assert (y.size(2) == 7) if False else True
assert False or y.size(2) == 20
assert y.size(2) == 7 or True
assert any(y.size(2) == k for k in (19, 20))
assert lambda: y.size(2) == 5
assert (y.size(2) == 5) in (True, False)
assert (y.size(2) == 20) + 1 == 2
assert (y.size(2) == 5) < 1
assert [y.size(2) == 5]
assert y.size(2) == 20 is not None
assert y.shape != (1, 1, 21)
assert (y.shape == (1, 1, 21)) is False
assert bool(y.size(2) == 5) is False
assert not (y.size(2) == 5 and True)
assert not all([y.size(2) == 5])
assert 1 if y.size(2) == 20 else 0
assert y.size(2) == (20 if y.size(1) == 1 else 10)
assert y.size(2) == y.size(2)
assert y.shape == y.shape
assert y.size(2) == 2 * 10 == 20
assert 5 != y.size(2) == 20
""",
    ),
    (
        "35-meta-tests-in-loops-with-varying-expected",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 35 meta tests in loops with varying expected
for L, T in [(5, 10), (10, 20)]:
    x = torch.randn(1, 1, L)
    assert nn.ConvTranspose1d(1, 1, 4, 2, 1)(x).shape[-1] == T
import itertools
for L, s in itertools.product((5, 10), (2, 4)):
    x = torch.randn(1, 1, L)
    assert nn.ConvTranspose1d(1, 1, 2 * s, s, s // 2)(x).shape[-1] == L * s
""",
    ),
    (
        "36-mro-super-w-mixin-and-layer",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 36 mro super w mixin and layer
class Crop:
    def forward(self, x): return super().forward(x)[..., :-1]
class Up(Crop, nn.ConvTranspose1d): pass
assert Up(1, 1, 3, 2)(torch.randn(1, 1, 10)).shape[-1] == 20
""",
    ),
    (
        "37-subclass-call",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 37 subclass __call__
class Up(nn.ConvTranspose1d):
    def __call__(self, x): return super().__call__(x)[..., :-1]
assert Up(1, 1, 3, 2)(torch.randn(1, 1, 10)).shape[-1] == 20
""",
    ),
    (
        "38-subclass-output-padding-override",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 38 subclass _output_padding override
class Up(nn.ConvTranspose1d):
    def _output_padding(self, *a, **k): return [0]
assert Up(1, 1, 3, 2, output_padding=2)(torch.randn(1, 1, 10)).shape[-1] == 21
""",
    ),
    (
        "39-subclass-init-ignoring-args",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 39 subclass init ignoring args
class Up(nn.ConvTranspose1d):
    def __init__(self, i, o, k, s, output_padding=0):
        super().__init__(i, o, k, s, output_padding=min(output_padding, s - 1))
assert Up(1, 1, 3, 1, output_padding=2)(torch.randn(1, 1, 10)).shape[-1] == 12
""",
    ),
    (
        "40-subclass-where-init-in-a-mixin",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 40 subclass where __init__ in a mixin
class Clip:
    def __init__(self, *a, **k):
        k['output_padding'] = 0
        super().__init__(*a, **k)
class Up(Clip, nn.ConvTranspose1d): pass
Up(1, 1, 3, 1, output_padding=2)(torch.randn(1, 1, 10))
""",
    ),
    (
        "41-metaclass-call",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 41 metaclass __call__
class Meta(type):
    def __call__(cls, *a, **k):
        k['output_padding'] = 0
        return super().__call__(*a, **k)
class Up(nn.ConvTranspose1d, metaclass=Meta): pass
Up(1, 1, 3, 1, output_padding=2)(torch.randn(1, 1, 10))
""",
    ),
    (
        "42-new-returns-other",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 42 __new__ returns other
class Up(nn.ConvTranspose1d):
    def __new__(cls, *a, **k): return nn.Identity()
Up(1, 1, 3, 1, output_padding=2)(torch.randn(1, 1, 10))
""",
    ),
    (
        "43-decorated-class",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# 43 decorated class
def clip(cls):
    return lambda *a, **k: cls(*a, **{**k, 'output_padding': 0})
@clip
class Up(nn.ConvTranspose1d): pass
Up(1, 1, 3, 1, output_padding=2)(torch.randn(1, 1, 10))
""",
    ),
    (
        "v1-no-loop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v1 no loop
def pick(func, a, b, c):
    if func is F.conv1d: return a
    if func is F.conv2d: return b
    return c
def grad(func, x, w):
    op = (0,) * pick(func, 1, 2, 3)
    t = pick(func, F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)
    return t(x, w, None, 2, 0, op)
grad(F.conv2d, torch.randn(1, 1, 4, 4), torch.randn(1, 1, 3, 3))
""",
    ),
    (
        "v2-strings",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v2 strings
def pick(func, a, b, c):
    if func == '1d': return a
    if func == '2d': return b
    return c
def grad(func, x, w):
    op = (0,) * pick(func, 1, 2, 3)
    t = pick(func, F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)
    return t(x, w, None, 2, 0, op)
grad('2d', torch.randn(1, 1, 4, 4), torch.randn(1, 1, 3, 3))
""",
    ),
    (
        "v3-ints",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v3 ints
def pick(n, a, b, c):
    if n == 1: return a
    if n == 2: return b
    return c
def mk(n):
    return pick(n, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)(1, 1, pick(n, (3,), (3, 3), (3, 3, 3)))
mk(2)
""",
    ),
    (
        "v4-direct-ifs-function-identity",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v4 direct ifs, function identity
def mk(func):
    if func is F.conv1d: op = (0,)
    else: op = (0, 0)
    if func is F.conv1d: t = F.conv_transpose1d
    else: t = F.conv_transpose2d
    return t(torch.randn(1, 1, 4), torch.randn(1, 1, 3), None, 2, 0, op)
mk(F.conv1d)
""",
    ),
    (
        "v5-class-identity",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v5 class identity
def mk(cls):
    s = 2 if cls is nn.ConvTranspose1d else 1
    if cls is nn.ConvTranspose1d: return cls(1, 1, 3, s, output_padding=1)
    return nn.Identity()
mk(nn.ConvTranspose1d)
""",
    ),
    (
        "v6-enum-module-constant-identity",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v6 enum / module constant identity
import enum
class K(enum.Enum):
    UP = 1
    DOWN = 2
def mk(k):
    s = 2 if k is K.UP else 1
    if k is K.UP: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
    return nn.Identity()
mk(K.UP)
""",
    ),
    (
        "v7-enum",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v7 enum ==
import enum
class K(enum.Enum):
    UP = 1
    DOWN = 2
def mk(k):
    s = 2 if k == K.UP else 1
    if k == K.UP: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
    return nn.Identity()
mk(K.UP)
""",
    ),
    (
        "v8-isinstance-class-of-file",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v8 isinstance class of file
class A: pass
def mk(k):
    s = 2 if isinstance(k, A) else 1
    if isinstance(k, A): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
    return nn.Identity()
mk(A())
""",
    ),
    (
        "v9-compare-of-two-unknowns",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v9 compare of two unknowns
def mk(a, b):
    s = 2 if a > b else 1
    if a > b: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
    if b >= a: return nn.Identity()
mk(2, 1)
""",
    ),
    (
        "v9b-mirrored-compare",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v9b mirrored compare
def mk(a, b):
    s = 2 if a > b else 1
    if b < a: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
mk(2, 1)
""",
    ),
    (
        "v10-loop-with-range-dims-alone",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v10 loop with range(dims) alone
def pick(n, a, b):
    if n == 1: return a
    return b
def mk(n, q):
    op = []
    for i in range(pick(n, 1, 2)): op.append(q[i] % 2)
    return pick(n, nn.ConvTranspose1d, nn.ConvTranspose2d)(1, 1, 3, stride=2, output_padding=tuple(op))
mk(2, [1, 1])
""",
    ),
    (
        "v11-is-function-with-loop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v11 is-function with loop
def mk(func, q):
    n = 1 if func is F.conv1d else 2
    op = []
    for i in range(n): op.append(q[i] % 2)
    c = nn.ConvTranspose1d if func is F.conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
mk(F.conv2d, [1, 1])
""",
    ),
    (
        "v12-unknown-subject-method-call-each-time",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# v12 unknown-subject method call each time
def mk(cfg):
    s = 2 if cfg.is_up() else 1
    if cfg.is_up(): return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
class C:
    def is_up(self): return True
mk(C())
""",
    ),
    (
        "x1-conditional-exp-with-append-unknown",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x1 conditional exp with ==, append unknown
def mk(k, q):
    n = 1 if k == 1 else 2
    op = []
    for i in range(n): op.append(q[i] % 2)
    c = nn.ConvTranspose1d if k == 1 else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
mk(2, [1, 1])
""",
    ),
    (
        "x2-is-none",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x2 is None
def mk(k, q):
    n = 1 if k is None else 2
    op = []
    for i in range(n): op.append(q[i] % 2)
    c = nn.ConvTranspose1d if k is None else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
mk(2, [1, 1])
""",
    ),
    (
        "x3-truthy",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x3 truthy
def mk(k, q):
    n = 1 if k else 2
    op = []
    for i in range(n): op.append(q[i] % 2)
    c = nn.ConvTranspose1d if k else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
mk(0, [1, 1])
""",
    ),
    (
        "x4-external-no-append-tuples",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x4 external, no append: tuples
def mk(k, q):
    op = (q[0],) if k is F.conv1d else (q[0], q[1])
    c = nn.ConvTranspose1d if k is F.conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=op)
mk(2, [1, 1])
""",
    ),
    (
        "x5-external-list",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x5 external ==, list
def mk(k, q):
    op = [q[0]] if k == F.conv1d else [q[0], q[1]]
    c = nn.ConvTranspose1d if k == F.conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=op)
mk(2, [1, 1])
""",
    ),
    (
        "x6-is-torch-float",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x6 is torch.float
def mk(k):
    s = 2 if k is torch.float32 else 1
    if k is torch.float32: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
mk(torch.float32)
""",
    ),
    (
        "x7-torch-float",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x7 ==  torch.float
def mk(x):
    s = 2 if x.dtype == torch.float32 else 1
    if x.dtype == torch.float32: return nn.ConvTranspose1d(1, 1, 3, s, output_padding=1)
mk(torch.ones(1))
""",
    ),
    (
        "x8-class-is-tuple-vs-int",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x8 class is, tuple vs int
def mk(k):
    op = (1,) if k is nn.Conv1d else (1, 1)
    c = nn.ConvTranspose1d if k is nn.Conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=op)
mk(nn.Conv2d)
""",
    ),
    (
        "x9-class-is-ks-known-list-via-loop",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x9 class is, ks known list via loop
def mk(k):
    op = []
    for i in range(1 if k is nn.Conv1d else 2): op.append(1)
    c = nn.ConvTranspose1d if k is nn.Conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
mk(nn.Conv2d)
""",
    ),
    (
        "x10-local-sentinel",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x10 local sentinel
NO = object()
def mk(k=NO, q=(1, 1)):
    op = (q[0],) if k is NO else (q[0], q[1])
    c = nn.ConvTranspose1d if k is NO else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=op)
mk()
""",
    ),
    (
        "x11-list-equality",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x11 list equality
def mk(k, q):
    op = (q[0],) if k == [1] else (q[0], q[1])
    c = nn.ConvTranspose1d if k == [1] else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=op)
mk([1], [1, 1])
""",
    ),
    (
        "x12-dict-lookup",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# x12 dict lookup
def mk(k, q):
    op = {1: (q[0],), 2: (q[0], q[1])}[k]
    c = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d}[k]
    return c(1, 1, 3, stride=2, output_padding=op)
mk(1, [1, 1])
""",
    ),
    (
        "y1-no-call",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# y1 no call
def mk(func, q):
    n = 1 if func is F.conv1d else 2
    op = []
    for i in range(n): op.append(q[i] % 2)
    c = nn.ConvTranspose1d if func is F.conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
""",
    ),
    (
        "y2-no-loop-appends",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# y2 no loop, appends
def mk(func, q):
    op = [q[0] % 2]
    if func is not F.conv1d: op.append(q[1] % 2)
    c = nn.ConvTranspose1d if func is F.conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
""",
    ),
    (
        "y3-loop-w-o-append",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# y3 loop w/o append
def mk(func, q):
    n = 1 if func is F.conv1d else 2
    op = ()
    for i in range(n): op += (q[i] % 2,)
    c = nn.ConvTranspose1d if func is F.conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=op)
""",
    ),
    (
        "y4-without-modulo",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# y4 without modulo
def mk(func, q):
    n = 1 if func is F.conv1d else 2
    op = []
    for i in range(n): op.append(q[i])
    c = nn.ConvTranspose1d if func is F.conv1d else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
""",
    ),
    (
        "y5-1",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
# y5 == 1
def mk(func, q):
    n = 1 if func == 1 else 2
    op = []
    for i in range(n): op.append(q[i] % 2)
    c = nn.ConvTranspose1d if func == 1 else nn.ConvTranspose2d
    return c(1, 1, 3, stride=2, output_padding=tuple(op))
""",
    ),
]
