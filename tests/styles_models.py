"""Whole small programs as people write models: `RIGHT` ones run, `WRONG` ones fail in torch, at the line where a finding must stand."""

from __future__ import annotations

RIGHT = [
    """\
class Crop(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.n = n
    def forward(self, x):
        return x[..., :-self.n] if self.n else x
class Net(nn.Module):
    def __init__(self, trim=True):
        super().__init__()
        self.down = nn.Conv1d(1, 4, 4, 2, 1)
        self.up = nn.ConvTranspose1d(4, 1, 5, 2, 1)
        self.crop = Crop(1 if trim else 0)
    def forward(self, x):
        return x + self.crop(self.up(self.down(x)))
print(Net()(torch.randn(2, 1, 64)).shape)
""",
    """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.ModuleList([nn.Conv2d(c, c * 2, 3, 2, 1) for c in (1, 2, 4)])
        self.dec = nn.ModuleList([nn.ConvTranspose2d(c, c // 2, 3, 2, 1) for c in (8, 4, 2)])
    def forward(self, x):
        sizes = []
        for layer in self.enc:
            sizes.append(x.size())
            x = layer(x).relu_()
        for layer, size in zip(self.dec, reversed(sizes)):
            x = layer(x, output_size=size[2:])
        return x
y = Net()(torch.randn(1, 1, 45, 31))
assert y.shape == (1, 1, 45, 31)
""",
    """\
import contextlib
class Cfg(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__
cfg = Cfg(ch=16, k=4, s=2)
cfg.p = 1
net = nn.Sequential(nn.ConvTranspose1d(cfg.ch, 1, cfg.k, cfg.s, cfg["p"]))
assert net(torch.zeros(1, 16, 8)).shape[-1] == 16
cfg.update(k=16, s=8, p=4)
net = nn.Sequential(nn.ConvTranspose1d(cfg.ch, 1, cfg.k, cfg.s, cfg["p"]))
assert net(torch.zeros(1, 16, 8)).shape[-1] == 64
""",
    """\
class Base(nn.Module):
    kernel = 3
    def __init__(self):
        super().__init__()
        self.up = self.make()
    def make(self):
        return nn.ConvTranspose1d(4, 4, self.kernel, 2, output_padding=self.extra())
    def extra(self):
        return 0
class Child(Base):
    kernel = 4
    def extra(self):
        return 1
assert Child().up(torch.zeros(1, 4, 10)).shape[-1] == 23
assert Base().up(torch.zeros(1, 4, 10)).shape[-1] == 21
""",
    """\
def build(kind, **kw):
    registry = {"up": nn.ConvTranspose1d, "down": nn.Conv1d}
    return registry[kind](**kw)
a = build("down", in_channels=1, out_channels=8, kernel_size=4, stride=4)
b = build("up", in_channels=8, out_channels=1, kernel_size=4, stride=4)
x = torch.randn(3, 1, 100)
assert b(a(x)).shape == x.shape
x = torch.randn(3, 1, 101)
y = b(a(x))
assert y.shape[-1] != x.shape[-1]
""",
    """\
x = torch.randn(1, 1, 10)
up = nn.ConvTranspose1d(1, 1, 3, 2)
try:
    y = up(x) + torch.randn(1, 1, 20)
except RuntimeError:
    y = up(x)[..., :20] + torch.randn(1, 1, 20)
""",
    """\
x = torch.randn(1, 4, 16)
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
for i in range(3):
    x = up(x)
    if x.shape[-1] > 50:
        break
else:
    x = None
assert x.shape[-1] == 64
""",
    """\
x = torch.randn(1, 4, 16)
ups = [nn.ConvTranspose1d(4, 4, 2 * r, r, r // 2 + r % 2, output_padding=r % 2) for r in (2, 3, 5)]
n = 16
for r, u in zip((2, 3, 5), ups):
    x = u(x); n *= r
    assert x.size(-1) == n, (x.size(-1), n)
""",
    """\
@torch.no_grad()
def gen(z):
    return nn.Sequential(nn.Linear(10, 64), nn.Unflatten(1, (4, 16)), nn.ConvTranspose1d(4, 2, 4, 2, 1))(z)
out = gen(torch.randn(7, 10))
assert out.shape == (7, 2, 32)
""",
    """\
class T(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv1d(1, 1, 3, padding="same")
        self.t = nn.ConvTranspose1d(1, 1, 3, 1, 1)
    def forward(self, x):
        r = self.t(self.c(x)) - x
        r *= 2
        r += x[:, :, :1]
        return r.mean(-1, keepdim=True) + r
T()(torch.randn(2, 1, 9))
""",
    """\
x = torch.randn(2, 3, 8)
w = torch.randn(3, 5, 4)
y = F.conv_transpose1d(x, w, stride=2, padding=1)
assert y.shape == (2, 5, 16)
y = F.conv_transpose1d(x, weight=torch.randn(3, 2, 4), groups=3, stride=4)
assert y.shape == (2, 6, 32)
y = F.conv_transpose1d(x[0], torch.randn(3, 2, 4), None, 4)
assert y.shape == (2, 32)
""",
    """\
from dataclasses import dataclass, field, replace
@dataclass(frozen=True)
class C:
    rates: tuple = (2, 2)
    kernels: list = field(default_factory=lambda: [4, 4])
    @property
    def hop(self):
        n = 1
        for r in self.rates: n *= r
        return n
def net(c):
    return nn.Sequential(*[nn.ConvTranspose1d(1, 1, k, r, (k - r) // 2) for k, r in zip(c.kernels, c.rates)])
c = C()
assert net(c)(torch.zeros(1, 1, 5)).shape[-1] == 5 * c.hop
d = replace(c, rates=(8, 8), kernels=[16, 16])
assert net(d)(torch.zeros(1, 1, 5)).shape[-1] == 5 * d.hop
""",
    """\
class Skip(nn.Module):
    def __init__(self, inner=None):
        super().__init__()
        self.down = nn.Conv2d(4, 4, 3, 2, 1)
        self.inner = inner or nn.Identity()
        self.up = nn.ConvTranspose2d(4, 4, 2, 2)
    def forward(self, x):
        y = self.up(self.inner(self.down(x)))
        dh = x.shape[2] - y.shape[2]; dw = x.shape[3] - y.shape[3]
        y = F.pad(y, [dw // 2, dw - dw // 2, dh // 2, dh - dh // 2])
        return torch.cat([x, y], 1)[:, :4]
net = Skip(Skip(Skip()))
assert net(torch.zeros(1, 4, 27, 33)).shape == (1, 4, 27, 33)
""",
    """\
x = torch.randn(4, 1, 28, 28)
enc = nn.Sequential(nn.Conv2d(1, 16, 3, 3, 1), nn.ReLU(True), nn.MaxPool2d(2, 2), nn.Conv2d(16, 8, 3, 2, 1), nn.ReLU(True), nn.MaxPool2d(2, 1))
dec = nn.Sequential(nn.ConvTranspose2d(8, 16, 3, 2), nn.ReLU(True), nn.ConvTranspose2d(16, 8, 5, 3, 1), nn.ReLU(True), nn.ConvTranspose2d(8, 1, 2, 2, 1), nn.Tanh())
loss = nn.MSELoss()(dec(enc(x)), x)
""",
    """\
lens = [11, 12, 13]
for n in lens:
    x = torch.randn(1, 1, n)
    y = F.max_pool1d(x, 2)
    z = F.interpolate(y, size=n)
    assert (x + z).shape[-1] == n
    t = F.conv_transpose1d(y, torch.ones(1, 1, 2), stride=2, output_padding=n % 2)
    assert t.shape[-1] == n
    (t + x).sum()
""",
    """\
import functools
Up = functools.partial(nn.ConvTranspose1d, kernel_size=4, stride=2, padding=1, bias=False)
class G(nn.Module):
    def __init__(self, chans=(8, 4, 2)):
        super().__init__()
        self.body = nn.Sequential()
        for i, (a, b) in enumerate(zip(chans, chans[1:])):
            self.body.add_module(f"up{i}", Up(a, b))
            self.body.add_module(f"bn{i}", nn.BatchNorm1d(b))
        self.body.append(nn.Conv1d(chans[-1], 1, 1))
    def forward(self, z):
        return self.body(z.view(-1, 8, 3)).squeeze(1)
assert G()(torch.randn(5, 24)).shape == (5, 12)
""",
    """\
x = torch.randn(2, 4, 10)
lstm = nn.LSTM(4, 6, bidirectional=True, batch_first=True)
o, (h, c) = lstm(x.transpose(1, 2))
up = nn.ConvTranspose1d(12, 4, 2, 2)
y = up(o.permute(0, 2, 1))
assert y.shape == (2, 4, 20)
z = torch.cat([y[..., ::2], x], dim=1)
a = nn.MultiheadAttention(8, 2, batch_first=True)
q, w = a(z.mT, z.mT, z.mT)
assert q.shape == (2, 10, 8)
""",
    """\
class Meta(type(nn.Module)):
    def __call__(cls, *args, **kw):
        kw.setdefault("k", 3)
        return super().__call__(*args, **kw)
class N(nn.Module, metaclass=Meta):
    def __init__(self, k=2):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, k, k - 1, output_padding=k - 2)
    def forward(self, x):
        return self.up(x)
N()(torch.zeros(1, 1, 5))
""",
    """\
def up(n):
    if n == 0:
        return nn.Identity()
    return nn.Sequential(nn.ConvTranspose1d(1, 1, 2, 2), up(n - 1))
assert up(4)(torch.zeros(1, 1, 3)).shape[-1] == 48
""",
    """\
class Lin(nn.Linear):
    def forward(self, x):
        return super().forward(x.flatten(1)).view(x.shape[0], -1, 4)
net = nn.Sequential(nn.Conv1d(1, 2, 3, 1, 1), Lin(2 * 16, 16), nn.ConvTranspose1d(4, 2, 4, 4))
assert net(torch.zeros(3, 1, 16)).shape == (3, 2, 16)
""",
    """\
x = torch.zeros(1, 2, 10)
y = nn.ConvTranspose1d(2, 2, 3)(x)
x.resize_(1, 2, 12)
z = x + y
""",
    """\
class W(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 2, 3))
        self.register_buffer("win", torch.hann_window(8))
    def forward(self, x):
        y = F.conv_transpose1d(x, self.weight, stride=2, padding=1, output_padding=1)
        return y.unfold(-1, 8, 4) * self.win
assert W()(torch.zeros(1, 4, 8)).shape == (1, 2, 3, 8)
""",
    """\
spec = torch.stft(torch.randn(2, 1000), 256, 64, window=torch.hann_window(256), return_complex=True)
mag = spec.abs()
net = nn.Sequential(nn.Conv1d(129, 64, 4, 2, 1), nn.ConvTranspose1d(64, 129, 4, 2, 1))
m = net(mag)
m = F.pad(m, (0, mag.shape[-1] - m.shape[-1]))
wav = torch.istft(spec * m, 256, 64, window=torch.hann_window(256), length=1000)
assert wav.shape == (2, 1000)
""",
    """\
class D(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.ModuleDict({"a": nn.ConvTranspose1d(1, 1, 2, 2), "b": nn.ConvTranspose1d(1, 1, 3, 3)})
    def forward(self, x, which="a"):
        n = {"a": 2, "b": 3}[which] * x.shape[-1]
        y = self.net[which](x)
        return y + torch.zeros(n)
d = D()
d(torch.zeros(1, 1, 5)); d(torch.zeros(1, 1, 5), "b")
""",
    """\
x = torch.zeros(2, 1, 8)
layers = [nn.ConvTranspose1d(1, 1, 4, 2, 1)]
layers *= 3
for l in layers: x = l(x)
assert x.shape[-1] == 64
layers[1:2] = [nn.Identity()]
x = torch.zeros(2, 1, 8)
for l in layers: x = l(x)
assert x.shape[-1] == 32
del layers[0]
x = layers[-1](layers[0](torch.zeros(2, 1, 8)))
assert x.shape[-1] == 16
""",
    """\
import unittest
class TestUp(unittest.TestCase):
    def setUp(self):
        self.up = nn.ConvTranspose1d(2, 2, 3, 2)
    def test_bad(self):
        with self.assertRaises(RuntimeError):
            self.up(torch.zeros(1, 3, 4))
        with self.assertRaisesRegex(ValueError, "output size"):
            self.up(torch.zeros(1, 2, 4), output_size=(100,))
    def test_ok(self):
        self.assertEqual(self.up(torch.zeros(1, 2, 4)).shape[-1], 9)
        self.assertTupleEqual(tuple(self.up(torch.zeros(1, 2, 4)).shape), (1, 2, 9))
        self.assertNotEqual(self.up(torch.zeros(1, 2, 4)).shape[-1], 8)
t = TestUp(); t.setUp(); t.test_bad(); t.test_ok()
""",
    """\
class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.LazyConv1d(8, 3, 2, 1)
        self.b = nn.LazyConvTranspose1d(1, 3, 2, 1, output_padding=1)
        self.c = nn.LazyLinear(5)
    def forward(self, x):
        return self.c(self.b(self.a(x)))
assert Lazy()(torch.zeros(1, 3, 16)).shape == (1, 1, 5)
""",
    """\
x = torch.zeros(1, 1, 8)
up = nn.utils.parametrizations.weight_norm(nn.ConvTranspose1d(1, 4, 4, 2, 1))
up = torch.nn.utils.spectral_norm(nn.ConvTranspose1d(1, 4, 4, 2, 1))
up = up.to("cpu").train().requires_grad_(False)
y = up(x).chunk(2, dim=1)
assert len(y) == 2 and y[0].shape == (1, 2, 16)
a, b = up(x).split([1, 3], 1)
assert (torch.tanh(y[0]) * torch.sigmoid(y[1])).shape == (1, 2, 16)
assert b.shape[1] == 3
""",
    """\
class Up(nn.ConvTranspose1d):
    def __init__(self, c, r):
        super().__init__(c, c, 2 * r, r, r // 2 + r % 2, output_padding=r % 2)
        self.r = r
    def forward(self, x, output_size=None):
        y = super().forward(x, output_size)
        return y[..., : x.shape[-1] * self.r]
x = torch.zeros(1, 2, 7)
for r in (2, 3, 4, 5):
    assert Up(2, r)(x).shape[-1] == 7 * r
""",
    """\
class CausalUp(nn.Module):
    def __init__(self, k, s):
        super().__init__()
        self.conv = nn.ConvTranspose1d(1, 1, k, s)
        total = k - s
        self.right = int(total * 1.0)
        self.left = total - self.right
    def forward(self, x):
        y = self.conv(x)
        end = y.shape[-1] - self.right
        return y[..., self.left:end]
x = torch.zeros(1, 1, 9)
y = CausalUp(8, 4)(x)
assert y.shape[-1] == 36
y + torch.zeros(36)
""",
    """\
def pad_to(x, m):
    n = x.shape[-1]
    return F.pad(x, (0, (m - n % m) % m)), n
enc = nn.Conv1d(1, 2, 8, 8); dec = nn.ConvTranspose1d(2, 1, 8, 8)
for n in (100, 104, 107):
    x = torch.zeros(1, 1, n)
    p, m = pad_to(x, 8)
    y = dec(enc(p))[..., :m]
    assert y.shape == x.shape
    F.l1_loss(y, x)
""",
    """\
state = {"extra": 0}
def mk():
    state["extra"] += 1
    return nn.ConvTranspose1d(1, 1, 4, 4, output_padding=state["extra"])
a = mk(); b = mk(); c = mk()
assert [l(torch.zeros(1, 1, 2)).shape[-1] for l in (a, b, c)] == [9, 10, 11]
""",
    """\
class Config:
    def __init__(self, **kw):
        self.__dict__.update(kw)
    def get(self, k, d=None):
        return getattr(self, k, d)
c = Config(k=4, s=2, p=1)
up = nn.ConvTranspose1d(1, 1, c.k, c.s, c.p, c.get("op", 0))
assert up(torch.zeros(1, 1, 8)).shape[-1] == 16
""",
    """\
from collections import OrderedDict, defaultdict, deque, ChainMap, Counter
net = nn.Sequential(OrderedDict(fc=nn.Linear(8, 8), up=nn.ConvTranspose1d(8, 4, 2, 2)))
net.up = nn.ConvTranspose1d(4, 4, 2, 2)
x = torch.zeros(1, 4, 8)
assert net(x).shape == (1, 4, 16)
net[1] = nn.Identity()
assert net(x).shape == (1, 4, 8)
q = deque()
for n in (8, 16): q.append(torch.zeros(1, 1, n))
up = nn.ConvTranspose1d(1, 1, 2, 2)
a = q.popleft(); b = q.popleft()
up(a) + b
""",
    """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up1 = nn.ConvTranspose2d(4, 4, 2, 2)
        self.up2 = nn.ConvTranspose2d(4, 4, 4, 2, 1)
    def forward(self, x, skip):
        y = getattr(self, f"up{1 + (x.shape[2] % 2)}")(x)
        if y.shape[2:] != skip.shape[2:]:
            y = F.interpolate(y, size=skip.shape[2:], mode="bilinear", align_corners=False)
        return torch.cat((skip, y), dim=1)
Net()(torch.zeros(1, 4, 5, 5), torch.zeros(1, 4, 11, 11))
Net()(torch.zeros(1, 4, 4, 4), torch.zeros(1, 4, 8, 8))
""",
    """\
x = torch.zeros(1, 3, 10)
up = nn.ConvTranspose1d(3, 3, 3, 2, 1)
y = up(x, output_size=[20])
y = up(x, output_size=torch.Size([20]))
y = up(x, output_size=(1, 3, 20))
y = y[None].expand(4, -1, -1, -1).reshape(4, 3, 20)
(y + torch.zeros(4, 1, 1)).sum((1, 2), keepdim=True).view(4)
""",
    """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = []
        c = 8
        while c > 1:
            l = nn.ConvTranspose1d(c, c // 2, 4, 2, 1)
            self.layers.append(l)
            self.add_module("l%d" % c, l)
            c //= 2
    def forward(self, x):
        from functools import reduce
        return reduce(lambda h, l: F.leaky_relu(l(h)), self.layers, x)
assert Net()(torch.zeros(2, 8, 3)).shape == (2, 1, 24)
""",
    """\
class View(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape
    def forward(self, x):
        return x.view(x.size(0), *self.shape)
G = nn.Sequential(nn.Linear(100, 128 * 7 * 7), View(128, 7, 7), nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.ConvTranspose2d(64, 1, 4, 2, 1))
D = nn.Sequential(nn.Conv2d(1, 64, 4, 2, 1), nn.Conv2d(64, 128, 4, 2, 1), nn.Flatten(), nn.Linear(128 * 49, 1))
assert D(G(torch.zeros(5, 100))).shape == (5, 1)
nn.BCEWithLogitsLoss()(D(G(torch.zeros(5, 100))), torch.ones(5, 1))
nn.BCEWithLogitsLoss()(D(G(torch.zeros(5, 100))).squeeze(), torch.ones(5))
""",
    """\
x = torch.zeros(2, 1, 16)
e = nn.Conv1d(1, 4, 3, 2, 1)(x)
d = nn.ConvTranspose1d(4, 1, 3, 2, 1, 1)(e)
mask = torch.ones(2, 16).bool()
l = ((d - x) ** 2)[mask[:, None]].mean()
idx = torch.tensor([0, 3, 5])
assert d[..., idx].shape == (2, 1, 3)
assert d[:, :, [1, 2]].shape[-1] == 2
d[:, :, ::2] = 0
d[mask.unsqueeze(1)] = 1
d[0] = x[1]
d[..., 3:5] += x[..., :1]
x[x > 0] = 0
""",
    """\
class A(nn.Module):
    def __init__(self, n=1):
        super().__init__()
        self.net = nn.Sequential(*(nn.ConvTranspose1d(2, 2, 2, 2) for _ in range(n)))
        self.n = n
    def forward(self, x):
        return self.net(x)
class B(A):
    def __init__(self):
        super().__init__(n=2)
        self.net[0] = nn.ConvTranspose1d(2, 2, 3, 3)
        self.net = self.net[:1]
    def forward(self, x):
        return super(B, self).forward(x) + torch.zeros(2, 15)
B()(torch.zeros(1, 2, 5))
""",
    """\
xs = [torch.zeros(1, 1, n) for n in (5, 6, 7)]
m = max(x.shape[-1] for x in xs)
b = torch.cat([F.pad(x, (0, m - x.size(-1))) for x in xs])
assert b.shape == (3, 1, 7)
y = nn.ConvTranspose1d(1, 1, 2, 2)(b)
for o, x in zip(y, xs):
    assert o[:, : 2 * x.shape[-1]].shape[-1] == 2 * x.shape[-1]
s = torch.stack([F.adaptive_avg_pool1d(x, 4) for x in xs], 1).flatten(1, 2).squeeze(0)
assert s.shape == (3, 4)
""",
    """\
up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
up.stride = (4,)
up.output_padding = (2,)
assert up(torch.zeros(1, 1, 4)).shape[-1] == 16
""",
    """\
up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
object.__setattr__(up, "stride", (4,))
y = up(torch.zeros(1, 1, 4))
assert y.shape[-1] == 14
""",
    """\
up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
vars(up)["stride"] = (4,)
y = up(torch.zeros(1, 1, 4))
assert y.shape[-1] == 14
""",
    """\
up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
up.__dict__.update(stride=(4,))
assert up(torch.zeros(1, 1, 4)).shape[-1] == 14
""",
    """\
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
up.weight = nn.Parameter(torch.zeros(8, 4, 6))
assert up(torch.zeros(1, 8, 4)).shape[-1] == 10
""",
    """\
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
up.weight.data = torch.zeros(8, 4, 6)
assert up(torch.zeros(1, 8, 4)).shape[-1] == 10
""",
    """\
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
with torch.no_grad():
    up.weight.set_(torch.zeros(8, 4, 6))
assert up(torch.zeros(1, 8, 4)).shape[-1] == 10
""",
    """\
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
del up.weight
up.weight = torch.zeros(8, 4, 6)
assert up(torch.zeros(1, 8, 4)).shape[-1] == 10
""",
    """\
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
up._parameters["weight"] = nn.Parameter(torch.zeros(8, 4, 6))
assert up(torch.zeros(1, 8, 4)).shape[-1] == 10
""",
    """\
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
up.forward = lambda x: x
assert up(torch.zeros(1, 8, 4)).shape[-1] == 4
""",
    """\
import types
up = nn.ConvTranspose1d(4, 4, 4, 2, 1)
up.forward = types.MethodType(lambda self, x: x[:, :4], up)
assert up(torch.zeros(1, 8, 4)).shape == (1, 4, 4)
""",
    """\
class S(nn.Sequential):
    def forward(self, x):
        for i, m in enumerate(self):
            x = m(x)
            if i == 0:
                x = x[..., :-1]
        return x
s = S(nn.ConvTranspose1d(1, 1, 3, 2), nn.ConvTranspose1d(1, 1, 2, 2))
assert s(torch.zeros(1, 1, 4)).shape[-1] == 16
s(torch.zeros(1, 1, 4)) + torch.zeros(16)
""",
    """\
class ResUp(nn.Module):
    def __init__(self, c, upsample=None, learn=True):
        super().__init__()
        if upsample is None:
            self.up = self.short = nn.Identity()
        elif learn:
            self.up = nn.ConvTranspose2d(c, c, upsample * 2, upsample, upsample // 2)
            self.short = nn.Upsample(scale_factor=upsample)
        else:
            self.up = self.short = nn.Upsample(scale_factor=upsample)
    def forward(self, x):
        return self.up(x) + self.short(x)
for u in (None, 2, 4):
    for l in (True, False):
        ResUp(2, u, l)(torch.zeros(1, 2, 5, 5))
""",
    """\
x = torch.zeros(8)
y = nn.ConvTranspose1d(1, 1, 4, 2, 1)(x[None])
y = nn.ConvTranspose1d(1, 1, 4, 2, 1)(x.unsqueeze(0).unsqueeze(0)).squeeze()
assert y.ndim == 1 and len(y) == 16
y = y.view(4, 4).t().contiguous().view(-1)
assert y.numel() == 16
h, w = torch.zeros(3, 5).shape
z = nn.ConvTranspose2d(1, 1, (h, w), (h, w))(torch.zeros(1, 2, 2))
assert z.shape == (1, 6, 10)
""",
    """\
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv1d(4, 4, 3, 1, 1, groups=2)
        self.u = nn.ConvTranspose1d(4, 4, 4, 2, 1, groups=4)
        self.g = nn.GroupNorm(2, 4)
        self.glu = nn.GLU(dim=1)
    def forward(self, x):
        y = self.g(self.u(self.c(x)))
        return torch.cat([self.glu(y), y.narrow(1, 0, 2)], 1) + y.roll(1, -1).flip(-1)
N()(torch.zeros(2, 4, 8))
""",
    """\
class P(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool1d(2, return_indices=True)
        self.unpool = nn.MaxUnpool1d(2)
        self.up = nn.ConvTranspose1d(1, 1, 3, 1, 1)
    def forward(self, x):
        y, i = self.pool(x)
        return self.up(self.unpool(y, i, output_size=x.size())) - x
P()(torch.zeros(1, 1, 9))
""",
    """\
x = torch.zeros(2, 6, 10)
e = torch.einsum("bct,cd->bdt", x, torch.zeros(6, 3))
y = nn.ConvTranspose1d(3, 3, 2, 2)(e)
q = torch.einsum("b c t, b d t -> b c d", y, y)
assert q.shape == (2, 3, 3)
m = torch.einsum("...t,t->...", y, torch.zeros(20))
assert m.shape == (2, 3)
k = y @ y.mT
assert k.shape == (2, 3, 3)
v = torch.baddbmm(k, y, y.transpose(-1, -2)); u = torch.bmm(y, y.permute(0, 2, 1)) + v
""",
    """\
def f(x, *, up=nn.ConvTranspose1d(1, 1, 2, 2)):
    return up(x)
assert f(torch.zeros(1, 1, 3)).shape[-1] == 6
assert f(torch.zeros(1, 1, 3), up=nn.ConvTranspose1d(1, 1, 3, 3)).shape[-1] == 9
""",
    """\
gen = (nn.ConvTranspose1d(1, 1, k, k) for k in (2, 3))
x = torch.zeros(1, 1, 2)
x = next(gen)(x)
x = next(gen)(x)
assert x.shape[-1] == 12 and next(gen, None) is None
""",
    """\
x = torch.zeros(1, 1, 5)
up = nn.ConvTranspose1d(1, 1, 2, 2)
y, z = up(x), x
y, z = z, y
assert (y.shape[-1], z.shape[-1]) == (5, 10)
*rest, last = [up(x), x, up(up(x))]
assert last.shape[-1] == 20 and rest[1].shape[-1] == 5
(a, b), c = (up(x).shape[1:], 3)
assert b == 10
""",
    """\
class Ctx:
    def __enter__(self): return self
    def __exit__(self, *a): return True
x = torch.zeros(1, 1, 5)
with Ctx():
    nn.ConvTranspose1d(1, 1, 2, 2)(x) + torch.zeros(7)
import contextlib
with contextlib.suppress(RuntimeError):
    nn.ConvTranspose1d(3, 1, 2, 2)(x)
""",
    """\
x = torch.zeros(1, 1, 5)
if False:
    nn.ConvTranspose1d(3, 1, 2, 2)(x)
if not __debug__:
    nn.ConvTranspose1d(3, 1, 2, 2)(x)
if torch.__version__ < "1.0":
    nn.ConvTranspose1d(3, 1, 2, 2)(x)
def never():
    raise NotImplementedError
    nn.ConvTranspose1d(3, 1, 2, 2)(x)
""",
    """\
class N(nn.Module):
    def __init__(self, mode="a"):
        super().__init__()
        assert mode in ("a", "b")
        self.mode = mode
        self.op = 1 if mode == "a" else 0
        self.k = 4 if mode == "b" else 3
        self.up = nn.ConvTranspose1d(1, 1, self.k, 2, 1, self.op)
    def forward(self, x):
        y = self.up(x)
        assert y.shape[-1] == 2 * x.shape[-1]
        return y + x.repeat_interleave(2, -1)
N()(torch.zeros(1, 1, 4)); N("b")(torch.zeros(1, 1, 4))
""",
    """\
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
    def forward(self, x):
        return self.up(x)
n = N()
n._modules["up"] = nn.ConvTranspose1d(1, 1, 3, 3)
assert n(torch.zeros(1, 1, 4)).shape[-1] == 12
s = nn.Sequential(nn.ConvTranspose1d(1, 1, 4, 2, 1))
s._modules["0"] = nn.ConvTranspose1d(1, 1, 3, 3)
assert s(torch.zeros(1, 1, 4)).shape[-1] == 12
""",
    """\
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
    def forward(self, x):
        return self.up(x)
def swap(m):
    for name, child in m.named_children():
        if isinstance(child, nn.ConvTranspose1d):
            setattr(m, name, nn.ConvTranspose1d(1, 1, 3, 3))
n = N(); swap(n)
assert n(torch.zeros(1, 1, 4)).shape[-1] == 12
m = N()
m.apply(lambda x: setattr(x, "stride", (3,)) if isinstance(x, nn.ConvTranspose1d) else None)
assert m(torch.zeros(1, 1, 4)).shape[-1] == 11
""",
    """\
n = nn.Sequential(nn.ConvTranspose1d(1, 1, 4, 2, 1))
for m in n.modules():
    if isinstance(m, nn.ConvTranspose1d):
        m.stride = (3,); m.padding = (0,)
assert n(torch.zeros(1, 1, 4)).shape[-1] == 13
""",
    """\
class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(1, 1, 4, 2, 1)
def patch(model):
    model.up = nn.ConvTranspose1d(1, 1, 3, 3)
    return model
n = patch(N())
assert n.up(torch.zeros(1, 1, 4)).shape[-1] == 12
k = N(); patch(k)
assert k.up(torch.zeros(1, 1, 4)).shape[-1] == 12
""",
    """\
import copy
a = nn.Sequential(nn.ConvTranspose1d(1, 1, 4, 2, 1))
b = copy.deepcopy(a)
b[0] = nn.ConvTranspose1d(1, 1, 3, 3)
c = a
c.append(nn.ConvTranspose1d(1, 1, 2, 2))
x = torch.zeros(1, 1, 4)
assert a(x).shape[-1] == 16 and b(x).shape[-1] == 12
""",
    """\
def f(a, b=[]):
    b.append(a)
    return nn.ConvTranspose1d(1, 1, len(b) + 1, len(b) + 1)(torch.zeros(1, 1, 3))
assert f(1).shape[-1] == 6
assert f(1).shape[-1] == 9
""",
    """\
k = 3
def mk():
    return nn.ConvTranspose1d(1, 1, k, k)
a = mk(); k = 5; b = mk()
x = torch.zeros(1, 1, 2)
assert a(x).shape[-1] == 6 and b(x).shape[-1] == 10
def bump():
    global k
    k += 1
bump()
assert mk()(x).shape[-1] == 12
""",
    """\
fs = [lambda x: nn.ConvTranspose1d(1, 1, i, i)(x) for i in (2, 3)]
assert [f(torch.zeros(1, 1, 2)).shape[-1] for f in fs] == [6, 6]
gs = [lambda x, i=i: nn.ConvTranspose1d(1, 1, i, i)(x) for i in (2, 3)]
assert [f(torch.zeros(1, 1, 2)).shape[-1] for f in gs] == [4, 6]
""",
    """\
x = torch.zeros(3, 1, 4)
out = []
for row in x:
    out.append(nn.ConvTranspose1d(1, 1, 2, 2)(row))
y = torch.stack(out)
assert y.shape == (3, 1, 8)
assert torch.cat(out, -1).shape == (1, 24)
a, b, c = x
nn.ConvTranspose1d(1, 1, 2, 2)(a)
for i, r in enumerate(x.unbind(-1)): assert r.shape == (3, 1)
""",
    """\
class E(Exception):
    def __init__(self, n): self.n = n
def risky(n):
    if n % 2:
        raise E(n + 1)
    return n
try:
    n = risky(7)
except E as e:
    n = e.n
y = nn.ConvTranspose1d(1, 1, 2, 2)(torch.zeros(1, 1, n))
assert y.shape[-1] == 16
""",
    """\
def g():
    x = yield 1
    while True:
        x = yield x * 2
it = g(); next(it)
n = it.send(4)
z = nn.ConvTranspose1d(1, 1, 2, 2)(torch.zeros(1, 1, n))
w = z + torch.zeros(1, 1, 16)
""",
    """\
import numpy as np
rates = np.array([8, 5, 2])
hop = int(np.prod(rates))
x = torch.zeros(1, 1, 3)
for r in rates:
    x = nn.ConvTranspose1d(1, 1, int(2 * r), int(r), int(r // 2 + r % 2), int(r % 2))(x)
assert x.shape[-1] == 3 * hop
n = int(np.ceil(10 / 4)) * 4
assert nn.ConvTranspose1d(1, 1, 4, 4)(torch.zeros(1, 1, n // 4)).shape[-1] == 12
""",
    """\
import math
L = 44100
n = L
for _ in range(4):
    n = math.ceil((n - 8) / 4) + 1
for _ in range(4):
    n = (n - 1) * 4 + 8
x = F.pad(torch.zeros(1, 1, L), (0, n - L))
enc = nn.Sequential(*[nn.Conv1d(1, 1, 8, 4) for _ in range(4)])
dec = nn.Sequential(*[nn.ConvTranspose1d(1, 1, 8, 4) for _ in range(4)])
assert dec(enc(x)).shape == x.shape
""",
    """\
class Add(nn.Module):
    def __init__(self, fn):
        super().__init__(); self.fn = fn
    def forward(self, x): return self.fn(x) + x
net = nn.Sequential(Add(nn.Sequential(nn.Conv1d(2, 2, 3, 1, 1), nn.ReLU())), nn.ConvTranspose1d(2, 1, 2, 2), nn.Flatten(0), nn.Unflatten(0, (2, -1)))
assert net(torch.zeros(3, 2, 8)).shape == (2, 24)
""",
    """\
x = torch.zeros(1, 2, 8)
up = nn.ConvTranspose1d(2, 2, 3, 2)
y = up(x)
y = y[:, :, : -(y.size(2) - 16)] if y.size(2) > 16 else F.pad(y, (0, 16 - y.size(2)))
y + torch.zeros(16)
t = up(x); d = t.shape[-1] - 16; l = d // 2
t = t[..., l : t.shape[-1] - (d - l)]
t + torch.zeros(16)
s = slice(None, 16)
up(x)[..., s] + torch.zeros(16)
up(x).narrow(2, 0, 16) + torch.zeros(16)
up(x).split(16, -1)[0] + torch.zeros(16)
torch.narrow(up(x), -1, 1, 16) + torch.zeros(16)
up(x).index_select(2, torch.arange(16)) + torch.zeros(16)
up(x).unfold(2, 2, 1)[..., 0] + torch.zeros(16)
up(x).as_strided((1, 2, 16), (0, 17, 1)) + torch.zeros(16)
up(x)[0, 0][torch.randperm(17)[:16]] + torch.zeros(16)
up(x).diff() + torch.zeros(16)
F.avg_pool1d(up(x), 2, 1) + torch.zeros(16)
F.interpolate(up(x), 16) + torch.zeros(16)
torch.nn.functional.pad(up(x), [0, -1]) + torch.zeros(16)
up(x).gather(2, torch.zeros(1, 2, 16).long()) + torch.zeros(16)
torch.take_along_dim(up(x), torch.zeros(1, 1, 16).long(), 2) + torch.zeros(16)
torch.masked_select(up(x), torch.ones(17).bool())
up(x).topk(16).values + torch.zeros(16)
up(x).sort()[0][..., 1:] + torch.zeros(16)
torch.tensor_split(up(x), [16], 2)[0] + torch.zeros(16)
torch.hsplit(up(x)[0], [16])[0] + torch.zeros(16)
up(x).cumsum(-1)[..., -16:] + torch.zeros(16)
up(x).max(1, keepdim=True)[0].expand(-1, 5, -1)[..., 1:] + torch.zeros(16)
""",
    """\
x = torch.zeros(4, 3, 9, 9)
u = nn.ConvTranspose2d(3, 3, (3, 4), (1, 2), (1, 1))
y = u(x)
assert y.shape == (4, 3, 9, 18)
y = y.view(4, 3, 9, 9, 2).mean(-1) + x
y = y.permute(0, 2, 3, 1).reshape(4, 81, 3) @ torch.zeros(3, 7)
y = y.transpose(1, 2).unflatten(-1, (9, 9))
assert y.shape == (4, 7, 9, 9)
y = torch.movedim(y, 1, -1)
assert y.shape == (4, 9, 9, 7)
y = torch.roll(y, (1, 2), (1, 2)).rot90(1, (1, 2)).flip([0, 1])
p = nn.PixelShuffle(3)(torch.zeros(1, 18, 4, 4)); q = F.pixel_unshuffle(p, 2)
assert q.shape == (1, 8, 6, 6)
f = F.unfold(x, 3, padding=1); g = F.fold(f, (9, 9), 3, padding=1)
assert g.shape == x.shape
""",
    """\
class Enc(nn.Module):
    def __init__(self, L, depth):
        super().__init__()
        self.depth = depth
        self.L = L
        self.convs = nn.ModuleList(); self.ups = nn.ModuleList()
        n = L; self.ops = []
        for i in range(depth):
            self.ops.insert(0, (n + 1) % 2 if n > 1 else 0)
            self.convs.append(nn.Conv1d(1, 1, 3, 2, 1))
            n = (n - 1) // 2 + 1
        for op in self.ops:
            self.ups.append(nn.ConvTranspose1d(1, 1, 3, 2, 1, op))
    def forward(self, x):
        assert x.shape[-1] == self.L
        for c in self.convs: x = c(x)
        for u in self.ups: x = u(x)
        return x
for L in (33, 34, 35, 36, 100, 101):
    assert Enc(L, 4)(torch.zeros(1, 1, L)).shape[-1] == L
""",
]

WRONG = [
    """\
class Gen(nn.Module):
    def __init__(self, nz=100, ngf=64):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, ngf * 8, 4, 1, 0, bias=False), nn.BatchNorm2d(ngf * 8), nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 8, ngf * 4, 4, 2, 1, bias=False), nn.BatchNorm2d(ngf * 2), nn.ReLU(True))
    def forward(self, z):
        return self.main(z)
Gen()(torch.randn(2, 100, 1, 1))
""",
    """\
import itertools
dims = [8, 4, 2]
layers = []
for a, b in itertools.pairwise(dims):
    layers += [nn.ConvTranspose1d(a, b, 3, 2, 1), nn.ReLU()]
net = nn.Sequential(*layers)
y = net(torch.zeros(1, 8, 8))
assert y.shape[-1] == 32
""",
    """\
from typing import NamedTuple
class Spec(NamedTuple):
    cin: int
    cout: int
    k: int = 3
    s: int = 2
specs = [Spec(4, 8), Spec(8, 4, 5)]
net = nn.Sequential(*[nn.ConvTranspose1d(*s) for s in specs])
net(torch.zeros(1, 4, 4)) + torch.zeros(1, 4, 22)
""",
    """\
from enum import Enum
class Mode(Enum):
    UP = 2
    BIG = 4
def block(m):
    return nn.ConvTranspose1d(1, 1, m.value * 2, m.value, m.value // 2)
x = block(Mode.BIG)(torch.zeros(1, 1, 4))
F.mse_loss(x, torch.zeros(1, 1, 15))
y = x.view(1, 4, 5)
""",
    """\
def make(kind):
    match kind:
        case "up":
            return nn.ConvTranspose1d(4, 4, 4, 2, 1)
        case "big":
            return nn.ConvTranspose1d(4, 4, 8, 4, 2)
        case _:
            raise ValueError
x = torch.zeros(1, 4, 8)
torch.cat([make("up")(x), make("big")(x)], dim=1)
""",
    """\
if (n := 7) > 5:
    y = nn.ConvTranspose1d(1, 1, 2, 2)(torch.zeros(1, 1, n))
    y.reshape(1, 3, 5)
""",
    """\
net = nn.Sequential(nn.Conv1d(1, 4, 3, 2, padding="valid"), nn.ConvTranspose1d(4, 1, 3, 2))
x = torch.zeros(1, 1, 10)
loss = nn.L1Loss()
net(x) - x
""",
    """\
pool = nn.AvgPool1d(3, 2, ceil_mode=True)
up = nn.ConvTranspose1d(1, 1, 2, 2)
x = torch.zeros(1, 1, 10)
torch.cat((up(pool(x)), x, torch.zeros(1, 1, 12)), 1)
""",
    """\
x = torch.zeros(1, 1, 10)
y, i = F.max_pool1d(x, 2, return_indices=True)
z = F.max_unpool1d(y, i, 2)
nn.ConvTranspose1d(1, 1, 2, 2)(z) * torch.zeros(21)
""",
    """\
net = nn.Sequential(nn.Linear(10, 60), nn.Unflatten(1, (4, 16)), nn.ConvTranspose1d(4, 1, 2, 2))
net(torch.zeros(2, 10))
""",
    """\
net = nn.Sequential(nn.ConvTranspose2d(3, 8, 2, 2), nn.PixelShuffle(3))
net(torch.zeros(1, 3, 4, 4))
""",
    """\
gru = nn.GRU(8, 16, batch_first=True)
up = nn.ConvTranspose1d(16, 4, 4, 4)
x = torch.zeros(2, 5, 8)
h, _ = gru(x)
up(h)
""",
    """\
att = nn.MultiheadAttention(16, 4, batch_first=True)
up = nn.ConvTranspose1d(8, 16, 2, 2)
y = up(torch.zeros(1, 8, 6))
att(y, y, y)
""",
    """\
x = torch.zeros(2, 6, 10)
y = nn.ConvTranspose1d(6, 3, 2, 2)(x)
torch.einsum("bct,bct->bt", x[:, :3], y)
""",
    """\
s = torch.stft(torch.zeros(1, 1024), 64, 16, return_complex=True)
up = nn.ConvTranspose1d(33, 33, 2, 2)
m = up(s.abs())
s * m
""",
    """\
x = torch.zeros(1, 4, 4, 4)
y = F.unfold(nn.ConvTranspose2d(4, 4, 2, 2)(x), 3)
F.fold(y, (4, 4), 3)
""",
    """\
x = torch.zeros(1, 1, 10)
y = nn.ConvTranspose1d(1, 1, 3, 2)(x)
y.narrow(2, 10, 12)
""",
    """\
x = torch.zeros(1, 1, 10)
y = nn.ConvTranspose1d(1, 1, 3, 2)(x).repeat(1, 1, 2)
y + torch.zeros(1, 1, 40)
""",
    """\
crit = nn.CrossEntropyLoss()
net = nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ConvTranspose2d(8, 5, 2, 2))
crit(net(torch.zeros(2, 3, 33, 32)), torch.zeros(2, 33, 32).long())
""",
    """\
class U(nn.Module):
    def __init__(self, c=8):
        super().__init__()
        self.d1 = nn.Sequential(nn.Conv2d(1, c, 3, 1, 1), nn.ReLU())
        self.pool = nn.MaxPool2d(2)
        self.d2 = nn.Conv2d(c, 2 * c, 3, 1, 1)
        self.up = nn.ConvTranspose2d(2 * c, c, 2, 2)
        self.out = nn.Conv2d(2 * c, 1, 1)
    def forward(self, x):
        a = self.d1(x)
        b = self.d2(self.pool(a))
        return self.out(torch.cat([a, self.up(b)], 1))
U()(torch.zeros(1, 1, 28, 28))
model = U().cuda() if torch.cuda.is_available() else U()
for _ in range(2):
    img = torch.rand(4, 1, 35, 28)
    model(img)
""",
    """\
cfg = {"gen": {"rates": [8, 5, 2], "kernels": [16, 10, 4], "ch": 32}}
class Voc(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.ups = nn.ModuleList()
        for i, (u, k) in enumerate(zip(h["rates"], h["kernels"])):
            self.ups.append(nn.utils.weight_norm(nn.ConvTranspose1d(h["ch"] // 2**i, h["ch"] // 2 ** (i + 1), k, u, padding=(k - u) // 2)))
    def forward(self, x):
        for up in self.ups:
            x = up(F.leaky_relu(x, 0.1))
        return x
y = Voc(cfg["gen"])(torch.zeros(1, 32, 10))
target = torch.zeros(1, 4, 800)
F.l1_loss(y, target)
torch.stack([y, target])
""",
    """\
import copy
base = nn.Sequential(nn.ConvTranspose1d(2, 2, 3, 2))
net = copy.deepcopy(base)
net.extend([nn.Conv1d(2, 2, 3)])
net.insert(0, nn.Conv1d(3, 2, 1))
net(torch.zeros(1, 2, 8))
""",
    """\
class Wrap(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.m = m
    def __call__(self, *a, **k):
        return self.m(*a, **k)
w = Wrap(nn.ConvTranspose1d(1, 1, 3, 2))
w(torch.zeros(1, 1, 5), output_size=[13])
""",
    """\
from functools import partial, reduce
import operator
Up = partial(nn.ConvTranspose1d, kernel_size=4, stride=2)
ups = [Up(c, c // 2) for c in (8, 4)]
y = reduce(lambda h, u: u(h), ups, torch.zeros(1, 8, 4))
operator.add(y, torch.zeros(16))
""",
    """\
def enc(x, depth=3):
    if depth == 0:
        return x
    y = nn.Conv1d(1, 1, 3, 2, 1)(x)
    y = enc(y, depth - 1)
    y = nn.ConvTranspose1d(1, 1, 4, 2, 1)(y)
    return y + x
enc(torch.zeros(1, 1, 36))
""",
    """\
d = {}
d.setdefault("up", []).append(nn.ConvTranspose1d(1, 1, 2, 2))
d["up"].extend([nn.ConvTranspose1d(1, 1, 3, 3)])
x = torch.zeros(1, 1, 3)
for up in reversed(d.pop("up")):
    x = up(x)
assert x.size(-1) == 19
""",
    """\
class P(nn.Module):
    @property
    def out(self):
        return self.k * 4
    def __init__(self, k):
        super().__init__()
        self.k = k
        self.up = nn.ConvTranspose1d(1, 1, k, k)
        self.fc = nn.Linear(self.out, 3)
    def forward(self, x):
        return self.fc(self.up(x))
P(3)(torch.zeros(1, 1, 5))
""",
    """\
try:
    import apex
    K = 3
except ImportError:
    K = 4
up = nn.ConvTranspose1d(1, 1, K, 2, 1)
x = torch.zeros(1, 1, 7)
torch.stack((up(x), torch.zeros(1, 1, 15)))
""",
    """\
up = torch.compile(nn.ConvTranspose1d(3, 1, 2, 2))
up(torch.zeros(1, 2, 4))
""",
    """\
net = nn.ModuleDict({"up": nn.ConvTranspose1d(1, 1, 2, 2), "bn": nn.BatchNorm1d(2)})
x = torch.zeros(1, 1, 4)
for name, m in net.items():
    x = m(x)
""",
    """\
x = torch.zeros(4, 1, 8)
m = nn.ConvTranspose1d(1, 1, 2, 2)(x).mean(1).permute(1, 0)
m @ torch.zeros(5, 2)
""",
    """\
x = torch.zeros(4, 1, 8)
y = nn.ConvTranspose1d(1, 1, 2, 2)(x)
torch.bmm(y.transpose(1, 2), y.transpose(1, 2))
""",
    """\
pl = nn.LPPool2d(2, 3, stride=2)
x = torch.zeros(1, 1, 11, 11)
y = nn.ConvTranspose2d(1, 1, 2, 2)(pl(x))
y += x
""",
    """\
x = torch.zeros(1, 1, 11)
buf = torch.zeros(1, 1, 20)
buf[..., :] = nn.ConvTranspose1d(1, 1, 2, 2)(x)
""",
    """\
x = torch.zeros(1, 1, 11)
y = nn.functional.conv_transpose1d(x, torch.zeros(2, 1, 3))
""",
    """\
with torch.no_grad():
    x = torch.ones(1, 16, 50)
    a = nn.ConvTranspose1d(16, 8, 3, 3)(x)
    b = nn.Upsample(scale_factor=2)(x)
    c = torch.cat([a, b], dim=1)
""",
    """\
B, C, T = 2, 4, 25
x = torch.randn(B, C, T)
mu, logvar = nn.Conv1d(4, 8, 5, 5)(x).chunk(2, dim=1)
z = mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)
dec = nn.Sequential(nn.ConvTranspose1d(4, 4, 5, 4), nn.Tanh())
rec = dec(z)
loss = F.binary_cross_entropy(torch.sigmoid(rec), torch.sigmoid(x))
""",
    """\
class Block(nn.Module):
    def __init__(self, cin, cout, up=True):
        super().__init__()
        conv = nn.ConvTranspose2d if up else nn.Conv2d
        self.net = nn.Sequential(conv(cin, cout, 3, 2, 1), nn.InstanceNorm2d(cout), nn.ReLU(inplace=True))
    def forward(self, x):
        return self.net(x)
class Gen(nn.Module):
    def __init__(self, chans=[3, 16, 32]):
        super().__init__()
        self.down = nn.ModuleList(Block(a, b, up=False) for a, b in zip(chans[:-1], chans[1:]))
        self.up = nn.ModuleList(Block(b, a) for a, b in reversed(list(zip(chans[:-1], chans[1:]))))
    def forward(self, x):
        skips = []
        for d in self.down:
            skips.append(x)
            x = d(x)
        for u in self.up:
            x = u(x) + skips.pop()
        return x
g = Gen()
g(torch.randn(1, 3, 64, 64))
""",
    """\
import argparse
p = argparse.ArgumentParser()
p.add_argument("--ch", type=int, default=16)
p.add_argument("--kernel", type=int, default=5)
args = p.parse_args([])
class D(nn.Module):
    def __init__(self, opt):
        super().__init__()
        self.l1 = nn.Sequential(nn.Linear(10, opt.ch * 7 * 7))
        self.ch = opt.ch
        self.up = nn.Sequential(nn.ConvTranspose2d(opt.ch, 8, opt.kernel, 2, 2), nn.ReLU(), nn.ConvTranspose2d(8, 1, opt.kernel, 2, 2))
    def forward(self, z):
        h = self.l1(z)
        h = h.view(h.shape[0], self.ch, 7, 7)
        return self.up(h)
imgs = torch.zeros(8, 1, 28, 28)
fake = D(args)(torch.randn(8, 10))
loss = nn.MSELoss()(fake, imgs)
torch.cat([fake, imgs])
""",
    """\
class VAE(nn.Module):
    def __init__(self, in_dim=1, latent=8, hidden=None):
        super().__init__()
        hidden = hidden or [16, 32]
        mods = []
        c = in_dim
        for h in hidden:
            mods.append(nn.Sequential(nn.Conv2d(c, h, 3, stride=2, padding=1), nn.BatchNorm2d(h), nn.LeakyReLU()))
            c = h
        self.encoder = nn.Sequential(*mods)
        self.fc_mu = nn.Linear(hidden[-1] * 4, latent)
        self.dec_in = nn.Linear(latent, hidden[-1] * 4)
    def encode(self, x):
        h = torch.flatten(self.encoder(x), start_dim=1)
        return self.fc_mu(h)
    def decode(self, z):
        h = self.dec_in(z).view(-1, 32, 2, 2)
        return nn.functional.conv_transpose2d(h, torch.zeros(32, 1, 4, 4), stride=2)
v = VAE()
v.encode(torch.zeros(2, 1, 28, 28))
""",
    """\
class EEG(nn.Module):
    def __init__(self, n=64, t=256):
        super().__init__()
        self.temporal = nn.Conv2d(1, 8, (1, 64), padding=(0, 32))
        self.spatial = nn.Conv2d(8, 16, (n, 1), groups=8)
        self.pool = nn.AvgPool2d((1, 4))
        self.unpool = nn.ConvTranspose2d(16, 8, (1, 4), (1, 4))
        self.back = nn.ConvTranspose2d(8, 1, (n, 1))
    def forward(self, x):
        y = self.back(self.unpool(self.pool(self.spatial(self.temporal(x)))))
        return F.mse_loss(y, x, reduction="none").sum() + (y - x[..., :250]).abs().sum()
EEG()(torch.zeros(2, 1, 64, 256))
""",
    """\
class SEANet(nn.Module):
    def __init__(self, ratios=(8, 5, 4, 2), dim=16):
        super().__init__()
        self.hop = 1
        mult = 2 ** len(ratios)
        layers = [nn.Conv1d(dim, mult * 4, 7, padding=3)]
        for r in ratios:
            layers += [nn.ELU(), nn.ConvTranspose1d(mult * 4, mult * 2, kernel_size=r * 2, stride=r, padding=r // 2)]
            mult //= 2
            self.hop *= r
        self.model = nn.Sequential(*layers)
    def forward(self, z):
        y = self.model(z)
        assert y.shape[-1] == z.shape[-1] * self.hop, y.shape
        return y
SEANet()(torch.zeros(1, 16, 10))
""",
    """\
class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_module("up", nn.ConvTranspose1d(4, 2, 4, 2, 1))
        self.norm = nn.LayerNorm(16)
    def forward(self, x):
        return self.norm(self.up(x).transpose(1, 2))
A()(torch.zeros(1, 4, 8))
""",
    """\
emb = nn.Embedding(100, 16)
up = nn.ConvTranspose1d(16, 8, 2, 2)
tok = torch.zeros(2, 12).long()
up(emb(tok))
""",
    """\
class R(nn.Module):
    def __init__(self, **kw):
        super().__init__()
        opts = {"kernel_size": 4, "stride": 2, **kw}
        self.up = nn.ConvTranspose1d(4, 4, **opts)
    def forward(self, x, *skips):
        for s in skips:
            x = self.up(x) + s
        return x
R(padding=1)(torch.zeros(1, 4, 5), torch.zeros(1, 4, 10), torch.zeros(1, 4, 21))
""",
    """\
x = torch.zeros(1, 4, 9)
up = nn.ConvTranspose1d(4, 4, 2, 2)
dn = nn.Conv1d(4, 4, 2, 2)
res = x - up(dn(x))
""",
    """\
x = torch.zeros(3, 8, 8)
up = nn.ConvTranspose2d(1, 1, 2, 2)
up(x.unsqueeze(0))
""",
    """\
x = torch.zeros(8, 8)
up = nn.ConvTranspose2d(1, 1, 2, 2)
up(x)
""",
    """\
x = torch.zeros(1, 2, 3, 8, 8)
up = nn.ConvTranspose2d(2, 1, 2, 2)
up(x)
""",
    """\
up = nn.ConvTranspose3d(2, 1, (1, 2, 2), (1, 2, 2))
x = torch.zeros(1, 2, 3, 8, 8)
y = up(x)
assert y.shape == (1, 1, 6, 16, 16)
""",
    """\
up = nn.ConvTranspose1d(1, 1, 3, 2, 1)
a, b = torch.zeros(2, 1, 9).split(1)
t = torch.cat([up(a), up(b)], dim=0)
u = torch.stack([t, torch.zeros(2, 1, 18)], dim=1)
""",
    """\
def up_block(i, o, k=4):
    return nn.Sequential(nn.ConvTranspose1d(i, o, k, 2, 1), nn.BatchNorm1d(o))
net = nn.Sequential(up_block(16, 8), up_block(8, 4, 3), up_block(8, 2))
net(torch.zeros(4, 16, 4))
""",
    """\
class H:
    up_init_kernel = 16
h = H()
h.rates = (8, 8)
ups = [nn.ConvTranspose1d(1, 1, h.up_init_kernel, r, (h.up_init_kernel - r) // 2) for r in h.rates]
x = torch.zeros(1, 1, 4)
for u in ups:
    x = u(x)
mel = torch.zeros(1, 1, 4 * 8 * 8 + 1)
(x - mel).abs().mean()
""",
    """\
x = torch.zeros(1, 1, 6)
y = nn.ConvTranspose1d(1, 1, 3, 3)(x)
z = y.view(y.size(0), 1, -1, 4)
""",
    """\
x = torch.zeros(1, 1, 6)
y = nn.ConvTranspose1d(1, 1, 3, 3)(x).unflatten(-1, (4, 5))
""",
    """\
x = torch.zeros(5, 1, 6)
y = nn.ConvTranspose1d(1, 4, 3, 3)(x)
nn.Linear(70, 10)(y.flatten(1))
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
y.squeeze(0).t()
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
y.permute(0, 1, 2, 3)
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
y[:, 4]
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
b, c, h, w = y.shape
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
y.expand(5, 8, 18)
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
torch.where(y > 0, y, torch.zeros(17))
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
torch.addcmul(y, torch.zeros(4, 1), torch.zeros(3))
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
y.masked_fill_(torch.zeros(5, 1, 17).bool(), 0)
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
F.softmax(y, dim=3)
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
F.cosine_similarity(y, torch.zeros(5, 4, 17))
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
torch.outer(y, y)
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
F.pad(y, (1, 1, 1, 1), mode="reflect") + torch.zeros(19)
""",
    """\
x = torch.zeros(5, 2, 6)
y = nn.ConvTranspose1d(2, 4, 3, 3)(x)
F.pad(y, (1, 20), mode="reflect")
""",
    """\
m = nn.Sequential(nn.ReflectionPad1d(3), nn.Conv1d(1, 4, 7), nn.ConvTranspose1d(4, 1, 3, 2, 1, 1))
x = torch.zeros(1, 1, 3)
m(x)
""",
    """\
m = nn.Sequential(nn.Conv1d(1, 4, 7), nn.ConvTranspose1d(4, 1, 3, 2, 1, 1))
x = torch.zeros(1, 1, 3)
m(x)
""",
    """\
m = nn.ConvTranspose1d(1, 4, 1, 1, 1)
m(torch.zeros(1, 1, 2))
""",
    """\
x = torch.zeros(2, 3, 16)
nn.GLU(1)(nn.ConvTranspose1d(3, 5, 2, 2)(x))
""",
    """\
x = torch.zeros(2, 3, 16)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x)
nn.PReLU(4)(y)
""",
    """\
x = torch.zeros(2, 3, 16)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x)
nn.BatchNorm2d(5)(y)
""",
    """\
x = torch.zeros(2, 3, 16, 16)
y = nn.ConvTranspose2d(3, 5, 2, 2)(x)
nn.Conv2d(5, 5, 3, groups=5)(y[:, 1:])
""",
    """\
rnn = nn.LSTM(5, 7, num_layers=2)
x = torch.zeros(2, 3, 16)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x).permute(2, 0, 1)
o, (h, c) = rnn(y, (torch.zeros(2, 3, 7), torch.zeros(2, 2, 7)))
""",
    """\
x = torch.zeros(2, 3, 16)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x)
torch.istft(torch.complex(y, y), n_fft=16, hop_length=4)
""",
    """\
x = torch.zeros(2, 3, 16)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x)
dist = torch.cdist(y, torch.zeros(2, 5, 31))
""",
    """\
x = torch.zeros(2, 3, 16)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x)
nn.functional.nll_loss(y.log_softmax(1), torch.zeros(2, 31).long())
""",
    """\
x = torch.zeros(2, 3, 16)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x)
nn.Bilinear(32, 16, 4)(y, x)
""",
    """\
x = torch.zeros(2, 3, 16)
enc = nn.TransformerEncoderLayer(d_model=8, nhead=2, batch_first=True)
y = nn.ConvTranspose1d(3, 5, 2, 2)(x)
enc(y)
""",
]
