"""Programs in the styles of real code that must stay without a finding; each id says why. `test_styles` says how to read them."""

from __future__ import annotations

SILENT: list[tuple[str, str]] = [
    # --- imports, all of legal layers
    (
        "plain-import",
        """
import torch
up = torch.nn.ConvTranspose1d(4, 2, 4, stride=2, padding=1)
y = up(torch.randn(1, 4, 10))
assert y.shape[-1] == 20
""",
    ),
    (
        "import-torch-as-th",
        """
import torch as th
up = th.nn.ConvTranspose1d(4, 2, 4, 2, 1)
assert up(th.zeros(1, 4, 10)).shape == (1, 2, 20)
""",
    ),
    (
        "import-nn-as-tnn",
        """
import torch
import torch.nn as tnn
up = tnn.ConvTranspose2d(4, 2, (4, 3), (2, 1), (1, 1))
assert up(torch.ones(1, 4, 10, 7)).shape[2:] == (20, 7)
""",
    ),
    (
        "from-import-as",
        """
from torch.nn import ConvTranspose1d as CT
import torch
assert CT(4, 2, 16, 8, 4)(torch.rand(1, 4, 10)).size(-1) == 80
""",
    ),
    (
        "star-import",
        """
import torch
from torch.nn import *
up = ConvTranspose1d(4, 2, 3, stride=2, padding=1, output_padding=1)
assert up(torch.rand(1, 4, 10)).size(2) == 20
""",
    ),
    (
        "try-except-import",
        """
try:
    import torch
    import torch.nn as nn
except ImportError:
    torch = None
    nn = None

if nn is not None:
    up = nn.ConvTranspose1d(4, 2, 3, stride=2, padding=1, output_padding=1)
""",
    ),
    (
        "import-inside-function",
        """
def make():
    from torch import nn
    return nn.ConvTranspose1d(4, 2, 3, stride=2, padding=1, output_padding=1)

make()
""",
    ),
    (
        "modules-conv",
        """
from torch.nn.modules.conv import ConvTranspose1d
ConvTranspose1d(4, 2, 3, stride=2, output_padding=1)
""",
    ),
    (
        "lazy",
        """
import torch
from torch import nn
up = nn.LazyConvTranspose1d(2, 4, stride=2, padding=1)
assert up(torch.randn(1, 7, 10)).shape[-1] == 20
""",
    ),
    (
        "quantized",
        """
import torch.ao.nn.quantized as nnq
up = nnq.ConvTranspose1d(4, 4, 3, stride=2, padding=1, output_padding=1)
#- quantized engines differ between machines
""",
    ),
    (
        "functional-known-weight",
        """
import torch
import torch.nn.functional as F
w = torch.randn(4, 2, 3)
y = F.conv_transpose1d(torch.randn(1, 4, 10), w, stride=2, padding=1, output_padding=1)
assert y.shape[-1] == 20
""",
    ),
    (
        "functional-weight-of-unknown-kernel",
        """
import torch
import torch.nn.functional as F

def synth(frames, window, hop):
    weight = torch.eye(window.numel())[:, None]
    y = F.conv_transpose1d(frames, weight, stride=hop)
    assert y.shape[-1] == 17
    return y
#| synth(torch.randn(1, 8, 10), torch.ones(8), 1)
""",
    ),
    (
        "functional-positional-order-of-its-own",
        """
import torch
from torch.nn import functional as F
# input, weight, bias, stride, padding, output_padding, groups, dilation
y = F.conv_transpose2d(torch.randn(1, 4, 5, 5), torch.randn(4, 2, 3, 3), None, 2, 1, 1, 1, 1)
assert list(y.shape) == [1, 2, 10, 10]
""",
    ),
    (
        "torch-level-function",
        """
import torch
y = torch.conv_transpose1d(torch.ones(1, 1, 10), torch.ones(1, 1, 4), stride=4)
assert y.shape[2] == 40
""",
    ),
    # --- look-alikes
    (
        "own-class-of-that-name",
        """
class ConvTranspose1d:
    def __init__(self, i, o, k, stride=1, output_padding=0):
        self.k = k

up = ConvTranspose1d(1, 1, 3, stride=2, output_padding=11)
""",
    ),
    (
        "own-class-shadows-star-import",
        """
from torch.nn import *

class ConvTranspose1d(Module):
    def __init__(self, i, o, k, stride=1, padding=-1):
        super().__init__()
        self.padding = (k - stride) // 2 if padding < 0 else padding

ConvTranspose1d(1, 1, 4, 2)
""",
    ),
    (
        "own-class-minus-one-means-choose",
        """
import torch.nn as nn

class ConvTranspose1d(nn.ConvTranspose1d):
    def __init__(self, i, o, k, stride=1, padding=-1, output_padding=-1):
        if padding == -1:
            padding = (k - stride) // 2
        if output_padding == -1:
            output_padding = (k - stride) % 2
        super().__init__(i, o, k, stride, padding, output_padding)

up = ConvTranspose1d(4, 2, 5, 2)
""",
    ),
    (
        "tinygrad",
        """
from tinygrad import nn
up = nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
#- another library
""",
    ),
    (
        "paddle-import-as-nn",
        """
import paddle.nn as nn
up = nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
#- another library
""",
    ),
    (
        "mlx-nn",
        """
import mlx.nn as nn
up = nn.ConvTranspose1d(1, 1, 3, stride=2, padding="same")
#- another library
""",
    ),
    (
        "jittor-nn",
        """
import jittor as jt
from jittor import nn
up = nn.ConvTranspose2d(1, 1, 3, stride=2, output_padding=5)
#- another library
""",
    ),
    (
        "mindspore-under-torchs-alias",
        """
import mindspore as torch
up = torch.nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
#- another library
""",
    ),
    (
        "detectron2-wrapper",
        """
from detectron2.layers import ConvTranspose2d, cat
deconv = ConvTranspose2d(256, 256, 2, stride=2, padding=-1, output_padding=9)
#- another library
""",
    ),
    (
        "mmcv-registry",
        """
from mmcv.cnn import build_upsample_layer
layer = build_upsample_layer(dict(type="deconv", in_channels=4, out_channels=4, kernel_size=3, stride=2, output_padding=7))
#- another library
""",
    ),
    (
        "star-import-of-another-library-after-torchs",
        """
from torch.nn import ConvTranspose1d
from mlx.nn import *
up = ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
#- another library
""",
    ),
    (
        "rebound-by-a-later-import",
        """
from torch import nn
from paddle import nn
nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
#- another library
""",
    ),
    (
        "local-function-of-that-name",
        """
def ConvTranspose2d(*args, **kwargs):
    kwargs.pop("output_padding", None)
    return args

ConvTranspose2d(1, 1, 3, stride=2, output_padding=5)
""",
    ),
    (
        "parameter-named-nn",
        """
def build(nn):
    return nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
""",
    ),
    (
        "parameter-shadows-global-nn",
        """
from torch import nn

def build(nn):
    return nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
""",
    ),
    (
        "conditional-backend",
        """
import os
if os.environ.get("BACKEND") == "paddle":
    import paddle.nn as nn
else:
    import torch.nn as nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=1)
#- another library on one path
""",
    ),
    (
        "attribute-nn-of-own-object",
        """
class Backend:
    ConvTranspose1d = dict

class nn:
    ConvTranspose1d = dict

nn.ConvTranspose1d(output_padding=5, stride=2)
""",
    ),
    (
        "layer-replaced-before-use",
        """
import torch.nn as nn

class Fixed(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()

nn.ConvTranspose1d = Fixed
nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=5)
#- it would change torch for the tests after it
""",
    ),
    (
        "name-in-strings-and-comments",
        '''
"""nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=11)"""
import torch.nn as nn
# nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=11)
text = "nn.ConvTranspose1d(1, 1, 3, stride=2, output_padding=11)"
isinstance(text, nn.ConvTranspose1d)
''',
    ),
    # --- arguments
    (
        "output-padding-below-dilation",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 2, 3, stride=2, padding=1, output_padding=2, dilation=3)
y = up(torch.randn(1, 4, 10))
assert y.shape[-1] == 18 - 2 + 6 + 2 + 1
""",
    ),
    (
        "all-positional",
        """
from torch import nn
nn.ConvTranspose1d(4, 2, 3, 2, 1, 1, 1, True, 1, "zeros")
""",
    ),
    (
        "lists-for-tuples",
        """
import torch
from torch import nn
up = nn.ConvTranspose2d(4, 2, [4, 3], stride=[2, 1], padding=[1, 1])
assert up(torch.randn(1, 4, 5, 6)).shape == torch.Size([1, 2, 10, 6])
""",
    ),
    (
        "one-tuples-in-1d",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 2, kernel_size=(4,), stride=(2,), padding=(1,))
assert up(torch.randn(1, 4, 5)).shape[-1] == 10
""",
    ),
    (
        "kwargs-dict",
        """
import torch
from torch import nn
config = dict(kernel_size=4, stride=2, padding=1)
up = nn.ConvTranspose1d(4, 2, **config)
assert up(torch.randn(1, 4, 5)).shape[-1] == 10
""",
    ),
    (
        "kwargs-dict-overridden",
        """
from torch import nn
base = {"kernel_size": 3, "stride": 2, "output_padding": 5}
nn.ConvTranspose1d(4, 2, **{**base, "output_padding": 1})
""",
    ),
    (
        "kwargs-dict-changed-by-update",
        """
from torch import nn
base = {"kernel_size": 3, "stride": 2, "output_padding": 5}
base.update(output_padding=1)
nn.ConvTranspose1d(4, 2, **base)
""",
    ),
    (
        "kwargs-dict-merged-by-bar",
        """
from torch import nn
base = {"kernel_size": 3, "stride": 2, "output_padding": 5}
nn.ConvTranspose1d(4, 2, **(base | {"output_padding": 1}))
""",
    ),
    (
        "kwargs-dict-popped",
        """
from torch import nn
base = {"kernel_size": 3, "stride": 2, "output_padding": 5}
base.pop("output_padding")
nn.ConvTranspose1d(4, 2, **base)
""",
    ),
    (
        "kwargs-dict-item-deleted",
        """
from torch import nn
base = {"kernel_size": 3, "stride": 2, "output_padding": 5}
del base["output_padding"]
nn.ConvTranspose1d(4, 2, **base)
""",
    ),
    (
        "kwargs-passed-through-a-wrapper",
        """
from torch import nn
from torch.nn.utils import weight_norm

def WNConvTranspose1d(*args, **kwargs):
    return weight_norm(nn.ConvTranspose1d(*args, **kwargs))

WNConvTranspose1d(4, 2, kernel_size=16, stride=8, padding=4)
WNConvTranspose1d(4, 2, 10, 5, 3, 1)
""",
    ),
    (
        "star-arguments-of-unknown",
        """
from torch import nn

def up(args, kwargs):
    return nn.ConvTranspose1d(4, 2, 3, output_padding=1, *args, **kwargs)
#| up((), {"stride": 2})
""",
    ),
    (
        "stride-may-come-by-kwargs",
        """
from torch import nn

def up(**kwargs):
    return nn.ConvTranspose1d(4, 2, 3, output_padding=1, **kwargs)

up(stride=2)
""",
    ),
    (
        "star-list-known",
        """
from torch import nn
sizes = [4, 2, 3]
nn.ConvTranspose1d(*sizes, stride=2, output_padding=1)
""",
    ),
    (
        "numpy-integers-untouched",
        """
import numpy as np
from torch import nn
k = int(np.prod([2, 2]))
nn.ConvTranspose1d(4, 2, k, stride=k // 2, padding=k // 4, output_padding=k % 2)
""",
    ),
    # --- the ways to a class
    (
        "getattr-literal",
        """
import torch.nn as nn
up = getattr(nn, "ConvTranspose1d")(4, 2, 3, stride=2, padding=1, output_padding=1)
""",
    ),
    (
        "getattr-formatted",
        """
import torch.nn as nn

def conv_transpose_nd(dims, *args, **kwargs):
    return getattr(nn, f"ConvTranspose{dims}d")(*args, **kwargs)

conv_transpose_nd(2, 4, 2, (3, 3), stride=(2, 2), output_padding=(1, 1))
""",
    ),
    (
        "getattr-of-unknown-name",
        """
import torch.nn as nn

def layer(name):
    return getattr(nn, name)(4, 2, 3, padding="same")
#| layer("Conv1d")
""",
    ),
    (
        "table-of-classes",
        """
from torch import nn
LAYERS = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}

def conv_t(dims, *args, **kwargs):
    return LAYERS[dims](*args, **kwargs)

conv_t(3, 4, 2, (1, 2, 2), stride=(1, 2, 2))
""",
    ),
    (
        "subscripted-dict-literal",
        """
from torch import nn
{1: nn.Conv1d, 2: nn.ConvTranspose1d}[1](4, 2, 3, padding="same")
""",
    ),
    (
        "partial",
        """
from functools import partial
from torch import nn
Up = partial(nn.ConvTranspose1d, kernel_size=4, padding=1)
Up(4, 2, stride=2)
""",
    ),
    (
        "partial-overridden",
        """
from functools import partial
from torch import nn
Up = partial(nn.ConvTranspose1d, kernel_size=3, stride=2, output_padding=7)
Up(4, 2, output_padding=1)
""",
    ),
    (
        "conditional-alias",
        """
from torch import nn

def build(dims):
    conv = nn.Conv1d if dims == 1 else nn.ConvTranspose1d
    return conv(4, 2, 3, padding="same" if dims == 1 else 1)

build(1), build(2)
""",
    ),
    (
        "conditional-alias-of-unknown",
        """
from torch import nn

def build(transposed):
    conv = nn.ConvTranspose1d if transposed else nn.Conv1d
    kwargs = {"output_padding": 1} if transposed else {"padding_mode": "reflect"}
    return conv(4, 2, 3, stride=2, **kwargs)
#| build(True), build(False)
""",
    ),
    (
        "class-attribute-holds-the-class",
        """
from torch import nn

class Block(nn.Module):
    conv = nn.Conv1d

    def __init__(self):
        super().__init__()
        self.layer = self.conv(4, 4, 3, padding="same")

class Up(Block):
    conv = None

    def __init__(self):
        nn.Module.__init__(self)
        self.layer = nn.ConvTranspose1d(4, 4, 3)

Block(), Up()
""",
    ),
    # --- loops
    (
        "hifigan-loop",
        """
import torch
from torch import nn
from torch.nn.utils import weight_norm

class Generator(nn.Module):
    def __init__(self, rates=(8, 8, 2, 2), kernels=(16, 16, 4, 4), channels=32):
        super().__init__()
        self.ups = nn.ModuleList()
        for i, (u, k) in enumerate(zip(rates, kernels)):
            self.ups.append(weight_norm(nn.ConvTranspose1d(channels // 2**i, channels // 2 ** (i + 1), k, u, padding=(k - u) // 2)))

    def forward(self, x):
        for up in self.ups:
            x = up(x)
        return x

y = Generator()(torch.randn(1, 32, 10))
assert y.shape[-1] == 10 * 8 * 8 * 2 * 2
""",
    ),
    (
        "odd-rates-with-output-padding",
        """
from torch import nn
ups = nn.Sequential()
for u in [5, 4, 3, 2]:
    ups.append(nn.ConvTranspose1d(4, 4, 2 * u, stride=u, padding=u // 2 + u % 2, output_padding=u % 2))
""",
    ),
    (
        "range-with-subscripts",
        """
from torch import nn
strides, kernels = [2, 4, 5], [4, 8, 11]
layers = [nn.ConvTranspose1d(4, 4, kernels[i], strides[i], padding=(kernels[i] - strides[i]) // 2) for i in range(len(strides))]
""",
    ),
    (
        "reversed-and-sliced",
        """
from torch import nn
ratios = [2, 4, 5, 8]
for r in ratios[::-1]:
    nn.ConvTranspose1d(4, 4, 2 * r, stride=r, padding=(r + 1) // 2, output_padding=r % 2)
for r in reversed(ratios[1:]):
    nn.ConvTranspose1d(4, 4, 2 * r, stride=r)
""",
    ),
    (
        "loop-over-unknown",
        """
from torch import nn

def build(rates):
    return nn.ModuleList(nn.ConvTranspose1d(4, 4, 2 * r, r, output_padding=r - 1) for r in rates)
#| build([2, 3])
""",
    ),
    (
        "loop-variable-kept-legal-by-continue",
        """
from torch import nn
for s in (1, 2, 3):
    if s == 1:
        continue
    nn.ConvTranspose1d(4, 4, 2 * s, s, output_padding=1)
""",
    ),
    (
        "loop-left-by-break",
        """
from torch import nn
for s in (4, 3, 2, 1, 0):
    if s < 2:
        break
    nn.ConvTranspose1d(4, 4, 3, s, output_padding=1)
""",
    ),
    (
        "while-loop",
        """
from torch import nn
layers, factor = [], 8
while factor > 1:
    layers.append(nn.ConvTranspose1d(4, 4, 4, stride=2, padding=1))
    factor //= 2
""",
    ),
    (
        "for-else",
        """
from torch import nn
for k in (2, 4, 6):
    if k > 5:
        break
else:
    nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=5)
""",
    ),
    # --- attributes
    (
        "self-attributes",
        """
import torch
from torch import nn

class Decoder(nn.Module):
    def __init__(self, hop=8):
        super().__init__()
        self.hop = hop
        self.kernel = 2 * self.hop
        self.up = nn.ConvTranspose1d(4, 1, self.kernel, self.hop, padding=self.hop // 2)

    def forward(self, x):
        y = self.up(x)
        assert y.shape[-1] == x.shape[-1] * self.hop
        return y

Decoder()(torch.randn(2, 4, 10))
""",
    ),
    (
        "attribute-rebound-outside-init",
        """
from torch import nn

class Decoder:
    def __init__(self):
        self.extra = 5

    def set_extra(self, extra):
        self.extra = extra

    def build(self):
        return nn.ConvTranspose1d(4, 1, 3, stride=2, output_padding=self.extra)

decoder = Decoder()
decoder.set_extra(1)
decoder.build()
""",
    ),
    (
        "attribute-rebound-from-outside",
        """
from torch import nn

class Decoder:
    extra = 5

    def build(self):
        return nn.ConvTranspose1d(4, 1, 3, stride=2, output_padding=self.extra)

decoder = Decoder()
decoder.extra = 1
decoder.build()
""",
    ),
    (
        "abstract-base-overridden",
        """
from torch import nn

class Base(nn.Module):
    stride = 1

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 1, 3, stride=self.stride, output_padding=1)

class Two(Base):
    stride = 2

class Three(Base):
    stride = 3

Two(), Three()
""",
    ),
    (
        "abstract-base-method-overridden",
        """
from torch import nn

class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 1, 3, stride=self.rate(), output_padding=1)

    def rate(self):
        return 1

class Two(Base):
    def rate(self):
        return 2

Two()
""",
    ),
    (
        "class-attribute-set-by-setattr",
        """
from torch import nn

class Base:
    stride = 1

    def __init__(self, **options):
        for name, value in options.items():
            setattr(self, name, value)

    def build(self):
        return nn.ConvTranspose1d(4, 1, 3, stride=self.stride, output_padding=1)

Base(stride=2).build()
""",
    ),
    (
        "dict-update-of-self",
        """
from torch import nn

class Config:
    stride = 1

    def __init__(self, **options):
        self.__dict__.update(options)

config = Config(stride=2)
nn.ConvTranspose1d(4, 1, 3, stride=config.stride, output_padding=1)
""",
    ),
    (
        "module-global-rebound-by-function",
        """
from torch import nn
EXTRA = 5

def configure(extra):
    global EXTRA
    EXTRA = extra

def build():
    return nn.ConvTranspose1d(4, 1, 3, stride=2, output_padding=EXTRA)

configure(1)
build()
""",
    ),
    (
        "module-global-rebound-after-the-function",
        """
from torch import nn
EXTRA = 5

def build():
    return nn.ConvTranspose1d(4, 1, 3, stride=2, output_padding=EXTRA)

EXTRA = 1
build()
""",
    ),
    (
        "nonlocal",
        """
from torch import nn

def outer():
    extra = 5

    def relax():
        nonlocal extra
        extra = 1

    relax()
    return nn.ConvTranspose1d(4, 1, 3, stride=2, output_padding=extra)

outer()
""",
    ),
    (
        "property",
        """
from torch import nn

class Net:
    def __init__(self, rate=2):
        self.rate = rate

    @property
    def extra(self):
        return self.rate - 1

    def build(self):
        return nn.ConvTranspose1d(4, 1, 3, stride=self.rate, output_padding=self.extra)

Net(3).build()
""",
    ),
    (
        "config-from-a-file",
        """
import json
from torch import nn

def build(path):
    config = {"stride": 1, "output_padding": 1}
    with open(path) as file:
        config.update(json.load(file))
    return nn.ConvTranspose1d(4, 1, 3, **config)
""",
    ),
    (
        "argparse",
        """
import argparse
from torch import nn
parser = argparse.ArgumentParser()
parser.add_argument("--stride", type=int, default=1)
args = parser.parse_args(["--stride", "2"])
nn.ConvTranspose1d(4, 1, 3, stride=args.stride, output_padding=1)
""",
    ),
    (
        "dataclass-config",
        """
from dataclasses import dataclass
from torch import nn

@dataclass
class Config:
    stride: int = 1
    kernel_size: int = 4
    padding: int = 1

config = Config(stride=2)
nn.ConvTranspose1d(4, 1, config.kernel_size, config.stride, config.padding, output_padding=1)
""",
    ),
    (
        "dataclass-post-init",
        """
from dataclasses import dataclass, field
from torch import nn

@dataclass
class Config:
    stride: int = 2
    extra: int = -1
    rates: list = field(default_factory=lambda: [2, 2])

    def __post_init__(self):
        if self.extra < 0:
            self.extra = self.stride - 1

config = Config()
nn.ConvTranspose1d(4, 1, 3, config.stride, output_padding=config.extra)
""",
    ),
    (
        "dataclass-replace",
        """
from dataclasses import dataclass, replace
from torch import nn

@dataclass
class Config:
    stride: int = 1

config = replace(Config(), stride=2)
nn.ConvTranspose1d(4, 1, 3, config.stride, output_padding=1)
""",
    ),
    (
        "named-tuple",
        """
from typing import NamedTuple
from torch import nn

class Stage(NamedTuple):
    kernel: int
    stride: int = 1

for stage in (Stage(4, 2), Stage(kernel=8, stride=4)):
    nn.ConvTranspose1d(4, 1, stage.kernel, stage.stride, (stage.kernel - stage.stride) // 2, output_padding=1)
""",
    ),
    (
        "namedtuple-function",
        """
from collections import namedtuple
from torch import nn
Stage = namedtuple("Stage", "kernel stride")
stage = Stage(4, 2)
nn.ConvTranspose1d(4, 1, stage.kernel, stage.stride, output_padding=1)
""",
    ),
    (
        "enum",
        """
from enum import IntEnum
from torch import nn

class Rate(IntEnum):
    SLOW = 1
    FAST = 2

nn.ConvTranspose1d(4, 1, 3, stride=Rate.FAST.value, output_padding=1)
""",
    ),
    (
        "pydantic",
        """
from pydantic import BaseModel
from torch import nn

class Config(BaseModel):
    stride: int = 1
    extra: int = 1

def build(config: Config):
    return nn.ConvTranspose1d(4, 1, 3, stride=config.stride, output_padding=config.extra)
#- needs pydantic
""",
    ),
    (
        "simple-namespace",
        """
from types import SimpleNamespace
from torch import nn
h = SimpleNamespace(stride=1)
h.stride = 2
nn.ConvTranspose1d(4, 1, 3, stride=h.stride, output_padding=1)
""",
    ),
    # --- subclasses
    (
        "subclass-super-init",
        """
import torch
from torch import nn

class Up(nn.ConvTranspose1d):
    def __init__(self, channels, rate):
        super().__init__(channels, channels, 2 * rate, stride=rate, padding=rate // 2 + rate % 2, output_padding=rate % 2)

assert Up(4, 5)(torch.randn(1, 4, 10)).shape[-1] == 50
""",
    ),
    (
        "subclass-old-style-super",
        """
from torch import nn

class Up(nn.ConvTranspose2d):
    def __init__(self, *args, **kwargs):
        super(Up, self).__init__(*args, **kwargs)

Up(4, 2, 3, stride=2, padding=1, output_padding=1)
""",
    ),
    (
        "subclass-with-its-own-forward",
        """
import torch
from torch import nn

class CausalUp(nn.ConvTranspose1d):
    def __init__(self, i, o, k, stride):
        super().__init__(i, o, k, stride)
        self.trim = k - stride

    def forward(self, x):
        return super().forward(x)[..., : -self.trim]

y = CausalUp(4, 2, 8, 4)(torch.randn(1, 4, 10))
assert y.shape[-1] == 40
""",
    ),
    (
        "subclass-without-init",
        """
import torch
from torch import nn

class Up(nn.ConvTranspose1d):
    pass

assert Up(4, 2, 4, 2, 1)(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    (
        "mixin-before-the-layer",
        """
from torch import nn

class TwoTimes:
    def __init__(self, *args, **kwargs):
        kwargs["stride"] = 2
        super().__init__(*args, **kwargs)

class Up(TwoTimes, nn.ConvTranspose1d):
    pass

Up(4, 2, 3, output_padding=1)
""",
    ),
    # --- guards
    (
        "stride-one-gets-a-conv",
        """
from torch import nn

def layer(stride):
    if stride == 1:
        return nn.Conv1d(4, 4, 3, padding=1)
    return nn.ConvTranspose1d(4, 4, 3, stride=stride, padding=1, output_padding=1)

layer(1), layer(2)
""",
    ),
    (
        "stride-one-else-branch",
        """
from torch import nn

class Block(nn.Module):
    def __init__(self, stride=1):
        super().__init__()
        if stride == 1:
            self.up = nn.Identity()
        else:
            self.up = nn.ConvTranspose2d(4, 4, 3, stride, 1, output_padding=1)

Block(), Block(2)
""",
    ),
    (
        "greater-than-one",
        """
from torch import nn

def up(scale=1):
    layers = []
    if scale > 1:
        layers.append(nn.ConvTranspose1d(4, 4, 4, stride=scale, output_padding=1))
    return nn.Sequential(*layers)

up(), up(1), up(2)
""",
    ),
    (
        "early-return-on-factor",
        """
from torch import nn

def upsample(factor=1):
    if factor == 1:
        return nn.Identity()
    return nn.ConvTranspose1d(4, 4, 2 * factor, stride=factor, output_padding=factor // 2)

upsample(), upsample(2)
""",
    ),
    (
        "mode-transposed",
        """
from torch import nn

def up(mode="nearest", stride=1):
    if mode == "transposed":
        return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
    return nn.Upsample(scale_factor=2)

up(), up("transposed", 2)
""",
    ),
    (
        "negative-padding-chosen",
        """
import math
from torch import nn

def up(stride, padding=-1, output_padding=None):
    if padding < 0:
        padding = math.ceil((2 * stride - stride) / 2)
    if output_padding is None:
        output_padding = stride % 2
    return nn.ConvTranspose1d(4, 4, 2 * stride, stride, padding, output_padding)

up(2), up(3)
""",
    ),
    (
        "none-default-by-or",
        """
from torch import nn

def up(k=4, stride=None):
    stride = stride or k // 2
    return nn.ConvTranspose1d(4, 4, k, stride, output_padding=1)

up(), up(k=6)
""",
    ),
    (
        "none-default-by-ternary",
        """
from torch import nn

class Up(nn.Module):
    def __init__(self, k=4, padding=None):
        super().__init__()
        padding = (k - 2) // 2 if padding is None else padding
        self.up = nn.ConvTranspose1d(4, 4, k, 2, padding)

Up()
""",
    ),
    (
        "assert-guards",
        """
from torch import nn

def up(stride=1, output_padding=1):
    assert output_padding < stride, "pick another stride"
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=output_padding)
#| up(2)
""",
    ),
    (
        "assert-twice-the-rate",
        """
import torch
from torch import nn

def up(x, k, u):
    assert k == 2 * u and u % 2 == 0
    y = nn.ConvTranspose1d(4, 4, k, u, padding=u // 2)(x)
    assert y.shape[-1] == x.shape[-1] * u
    return y

up(torch.randn(1, 4, 10), 8, 4)
""",
    ),
    (
        "raise-guards",
        """
from torch import nn

def up(stride, extra):
    if extra >= stride:
        raise ValueError("output_padding must be smaller than stride")
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)

up(2, 1)
for wrong in (2, 3):
    try:
        up(2, wrong)
    except ValueError:
        pass
""",
    ),
    (
        "names-rebound-together",
        """
from torch import nn

def up(last):
    if last:
        stride, extra = 2, 1
    else:
        stride, extra = 1, 0
    return nn.ConvTranspose1d(4, 4, 3, stride, 1, extra)

up(True), up(False)
""",
    ),
    (
        "names-rebound-one-by-one",
        """
from torch import nn

def up(last):
    stride = 1
    extra = 0
    if last:
        stride = 2
    if last:
        extra = 1
    return nn.ConvTranspose1d(4, 4, 3, stride, 1, extra)
#| up(True), up(False)
""",
    ),
    (
        "same-condition-tested-twice",
        """
from torch import nn

def up(kind):
    stride = 3 if kind == "fast" else 1
    if kind != "fast":
        return nn.Conv1d(4, 4, 3)
    return nn.ConvTranspose1d(4, 4, 3, stride, 1, 2)
#| up("fast"), up("slow")
""",
    ),
    (
        "same-attribute-tested-twice",
        """
from torch import nn

class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        k, s, p, extra = 3, 1, 1, 0
        if config.upsample:
            k, s, extra = 4, 2, 1
        if config.upsample:
            self.up = nn.ConvTranspose1d(4, 4, k, s, p, extra)
        else:
            self.up = nn.Conv1d(4, 4, k, s, p)
""",
    ),
    (
        "elif-ladder",
        """
from torch import nn

def up(name):
    if name == "none":
        stride, extra = 1, 0
    elif name == "double":
        stride, extra = 2, 1
    elif name == "triple":
        stride, extra = 3, 2
    else:
        raise ValueError(name)
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)

up("none"), up("double"), up("triple")
""",
    ),
    (
        "in-a-tuple",
        """
from torch import nn

def up(rate):
    if rate in (1, 0):
        return None
    return nn.ConvTranspose1d(4, 4, 4, stride=rate, output_padding=1)

up(0), up(1), up(2)
""",
    ),
    (
        "not-in-a-list",
        """
from torch import nn

def up(rate):
    if rate not in [2, 3, 4]:
        raise NotImplementedError
    return nn.ConvTranspose1d(4, 4, 4, stride=rate, output_padding=1)

up(4)
""",
    ),
    (
        "flag-stored-in-a-name",
        """
from torch import nn

def up(stride):
    upsampling = stride > 1
    if not upsampling:
        return nn.Identity()
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)

up(1), up(2)
""",
    ),
    (
        "flag-stored-in-self",
        """
from torch import nn

class Block(nn.Module):
    def __init__(self, stride=1):
        super().__init__()
        self.is_up = stride != 1
        self.layer = nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1) if self.is_up else nn.Identity()

Block(), Block(2)
""",
    ),
    (
        "match",
        """
from torch import nn

def up(kind):
    match kind:
        case "double":
            stride, extra = 2, 1
        case "same":
            stride, extra = 1, 0
        case _:
            raise ValueError(kind)
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)

up("double"), up("same")
""",
    ),
    (
        "match-on-number",
        """
from torch import nn

def up(rate):
    match rate:
        case 1:
            return nn.Identity()
        case 2 | 4:
            return nn.ConvTranspose1d(4, 4, 4, rate, output_padding=1)

up(1), up(2)
""",
    ),
    (
        "and-or-guards",
        """
from torch import nn

def up(stride, extra):
    if stride < 2 or extra >= stride:
        return None
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)

up(1, 1), up(2, 2), up(2, 1)
""",
    ),
    (
        "chained-comparison-guard",
        """
from torch import nn

def up(stride, extra):
    if 0 <= extra < stride:
        return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)

up(1, 1), up(2, 1), up(2, -1)
""",
    ),
    (
        "short-circuit",
        """
from torch import nn

def up(stride):
    return stride > 1 and nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)

up(1), up(2)
""",
    ),
    (
        "debug-false",
        """
from torch import nn
DEBUG = False
if DEBUG:
    nn.ConvTranspose1d(4, 4, 3, 2, output_padding=EXTRA)
""",
    ),
    (
        "after-return",
        """
from torch import nn

def up(stride=2):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
    stride = 1
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=stride)

up()
""",
    ),
    (
        "clamped-with-min-max",
        """
from torch import nn

def up(stride, extra=1):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=max(0, min(extra, stride - 1)))

up(1), up(2), up(3, 9)
""",
    ),
    (
        "ternary-extra",
        """
from torch import nn

def up(stride=1):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=0 if stride == 1 else 1)

up(), up(2)
""",
    ),
    (
        "boolean-arithmetic",
        """
from torch import nn

def up(stride=1):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=int(stride > 1))

up(), up(2)
""",
    ),
    (
        "environment-decides",
        """
import os
from torch import nn
stride = int(os.environ.get("STRIDE", "2"))
nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
""",
    ),
    # --- code that expects the failure
    (
        "try-except-swallows-constructor",
        """
from torch import nn
try:
    nn.ConvTranspose1d(3, 4, 3, groups=2)
except ValueError:
    pass
""",
    ),
    (
        "try-except-around-forward",
        """
import torch
from torch import nn
try:
    nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)(torch.randn(1, 4, 10))
except RuntimeError as error:
    print(error)
""",
    ),
    (
        "pytest-raises",
        """
import pytest
import torch
from torch import nn

def test_output_padding():
    with pytest.raises(RuntimeError, match="output padding"):
        nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)(torch.randn(1, 4, 10))

test_output_padding()
""",
    ),
    (
        "from-pytest-import-raises",
        """
from pytest import raises
from torch import nn

def test_groups():
    with raises(ValueError):
        nn.ConvTranspose1d(3, 4, 3, groups=2)

test_groups()
""",
    ),
    (
        "pytest-raises-with-lambda",
        """
import pytest
from torch import nn

def test_groups():
    pytest.raises(ValueError, lambda: nn.ConvTranspose1d(3, 4, 3, groups=2))

test_groups()
""",
    ),
    (
        "pytest-raises-calls-the-class",
        """
import pytest
from torch import nn

def test_groups():
    pytest.raises(ValueError, nn.ConvTranspose1d, 3, 4, 3, groups=2)

test_groups()
""",
    ),
    (
        "assert-raises-block",
        """
import unittest
import torch
from torch import nn

class Test(unittest.TestCase):
    def test_it(self):
        up = nn.ConvTranspose1d(4, 4, 3, stride=2)
        with self.assertRaises(ValueError):
            up(torch.randn(1, 4, 10), output_size=[30])
#| Test("test_it").debug()
""",
    ),
    (
        "assert-raises-regex-lambda",
        """
import unittest
import torch
from torch import nn

class Test(unittest.TestCase):
    def test_it(self):
        self.assertRaisesRegex(RuntimeError, "output padding", lambda: nn.ConvTranspose1d(4, 4, 3, 2, output_padding=2)(torch.randn(1, 4, 10)))
#| Test("test_it").debug()
""",
    ),
    (
        "assert-raises-with-a-module",
        """
import unittest
import torch
from torch import nn

class Test(unittest.TestCase):
    def test_it(self):
        module = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=9)
        self.assertRaises(RuntimeError, module, torch.randn(1, 4, 1))
#| Test("test_it").debug()
""",
    ),
    (
        "helper-called-in-raises",
        """
import pytest
from torch import nn

def build(groups):
    return nn.ConvTranspose1d(3, 4, 3, groups=groups)

def test_groups():
    with pytest.raises(ValueError):
        build(2)

test_groups()
""",
    ),
    (
        "xfail",
        """
import pytest
import torch
from torch import nn

@pytest.mark.xfail(raises=RuntimeError)
def test_output_padding():
    stride, extra = 2, 2
    nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)(torch.randn(1, 4, 10))
""",
    ),
    (
        "expected-failure",
        """
import unittest
import torch
from torch import nn

class Test(unittest.TestCase):
    @unittest.expectedFailure
    def test_it(self):
        extra = 2
        nn.ConvTranspose1d(4, 4, 3, 2, output_padding=extra)(torch.randn(1, 4, 10))
""",
    ),
    (
        "contextlib-suppress",
        """
import contextlib
from torch import nn
with contextlib.suppress(ValueError):
    nn.ConvTranspose1d(3, 4, 3, groups=2)
""",
    ),
    (
        "pytest-parametrize",
        """
import pytest
import torch
from torch import nn

@pytest.mark.parametrize("stride,extra", [(2, 1), (3, 2)])
def test_up(stride, extra):
    assert nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)(torch.randn(1, 4, 10)).shape[-1] == 9 * stride + 3 + extra
#| test_up.__wrapped__(2, 1) if hasattr(test_up, "__wrapped__") else test_up(2, 1)
""",
    ),
    # --- defaults
    (
        "defaults-always-overridden",
        """
from torch import nn

def up(stride=1, output_padding=1):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=output_padding)

up(2), up(stride=3, output_padding=2)
""",
    ),
    (
        "class-defaults-always-overridden",
        """
from torch import nn

class Up(nn.Module):
    def __init__(self, stride=1, extra=1):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Up(2)
        self.b = Up(stride=4, extra=3)

Net()
""",
    ),
    (
        "required-parameter-never-called",
        """
from torch import nn

def up(stride, output_padding=1):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=output_padding)
#| up(2)
""",
    ),
    # --- layers changed
    (
        "stride-set-after-construction",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 4, stride=2, padding=1)
up.stride = (4,)
up.padding = (0,)
assert up(torch.randn(1, 4, 10)).shape[-1] == 40
""",
    ),
    (
        "output-padding-repaired",
        """
import torch
from torch import nn
extra = 2
up = nn.ConvTranspose1d(4, 4, 4, stride=1, padding=1, output_padding=0)
up.stride, up.output_padding = (3,), (extra,)
assert up(torch.randn(1, 4, 10)).shape[-1] == 31
""",
    ),
    (
        "forward-replaced",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 4, stride=2, padding=1)
up.forward = lambda x: x
assert up(torch.randn(1, 4, 10)).shape[-1] == 10
""",
    ),
    (
        "setattr-over-modules",
        """
import torch
from torch import nn
net = nn.Sequential(nn.ConvTranspose1d(4, 4, 4, stride=2, padding=1))
for module in net.modules():
    if isinstance(module, nn.ConvTranspose1d):
        setattr(module, "stride", (4,))
assert net(torch.randn(1, 4, 10)).shape[-1] == 38
""",
    ),
    # --- output_size
    (
        "output-size-in-range",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
assert up(torch.randn(1, 4, 10), output_size=[20]).shape[-1] == 20
assert up(torch.randn(1, 4, 10), output_size=(1, 4, 19)).shape[-1] == 19
""",
    ),
    (
        "output-size-from-the-encoder",
        """
import torch
from torch import nn
x = torch.randn(1, 4, 21)
down = nn.Conv1d(4, 4, 3, stride=2, padding=1)
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
y = up(down(x), output_size=x.size())
assert y.size() == x.size()
""",
    ),
    (
        "output-size-ignores-output-padding",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1, output_padding=1)
assert up(torch.randn(1, 4, 10), output_size=[19]).shape[2] == 19
""",
    ),
    (
        "output-size-none",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
assert up(torch.randn(1, 4, 10), None).shape[2] == 19
""",
    ),
    (
        "output-size-unbatched",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
assert up(torch.randn(4, 10), output_size=(4, 20)).shape == (4, 20)
""",
    ),
    # --- between the layer and the size
    (
        "crop-before-assert",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 4, 4, stride=2)(torch.randn(1, 4, 10))
y = y[:, :, 1:-1]
assert y.shape[-1] == 20
""",
    ),
    (
        "ellipsis-crop",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 16, stride=8)
y = up(torch.randn(1, 4, 10))[..., :80]
assert y.shape[-1] == 80
""",
    ),
    (
        "crop-by-narrow",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 4, 4, stride=2)(torch.randn(1, 4, 10)).narrow(2, 1, 20)
assert y.shape[-1] == 20
""",
    ),
    (
        "crop-to-the-skip",
        """
import torch
from torch import nn

def merge(x, skip):
    x = nn.ConvTranspose1d(4, 4, 3, stride=2)(x)
    x = x[:, :, : skip.shape[2]]
    assert x.shape[2] == 20
    return x + skip

merge(torch.randn(1, 4, 10), torch.randn(1, 4, 20))
""",
    ),
    (
        "f-pad-before-assert",
        """
import torch
import torch.nn.functional as F
from torch import nn
y = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)(torch.randn(1, 4, 10))
y = F.pad(y, (0, 1))
assert y.shape[-1] == 20
""",
    ),
    (
        "f-pad-crops",
        """
import torch
import torch.nn.functional as F
from torch import nn
y = F.pad(nn.ConvTranspose1d(4, 4, 4, stride=2)(torch.randn(1, 4, 10)), (-1, -1))
assert y.shape[-1] == 20
""",
    ),
    (
        "interpolate-before-assert",
        """
import torch
import torch.nn.functional as F
from torch import nn
y = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)(torch.randn(1, 4, 10))
y = F.interpolate(y, size=20)
assert y.shape[-1] == 20
""",
    ),
    (
        "cat-of-zeros",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)(torch.randn(1, 4, 10))
y = torch.cat((y, torch.zeros(1, 4, 1)), -1)
assert y.shape[-1] == 20
""",
    ),
    (
        "own-unpad-function",
        """
import torch
from torch import nn

def unpad1d(x, paddings):
    left, right = paddings
    return x[..., left : x.shape[-1] - right]

y = nn.ConvTranspose1d(4, 4, 4, stride=2)(torch.randn(1, 4, 10))
y = unpad1d(y, (1, 1))
assert y.shape[-1] == 20
""",
    ),
    (
        "transpose-before-assert",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 2, 4, stride=2, padding=1)(torch.randn(1, 4, 10))
y = y.transpose(1, 2)
assert y.shape[-1] == 2
assert y.shape[1] == 20
""",
    ),
    (
        "permute-and-reshape",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 2, 4, stride=2, padding=1)(torch.randn(1, 4, 10))
z = y.permute(0, 2, 1).reshape(1, -1)
assert z.shape == (1, 40)
assert y.flatten(1).shape[-1] == 40
""",
    ),
    (
        "squeeze",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 1, 4, stride=2, padding=1)(torch.randn(1, 4, 10)).squeeze()
assert y.shape[0] == 20
""",
    ),
    (
        "mean-over-time",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 1, 4, stride=2, padding=1)(torch.randn(1, 4, 10)).mean(-1)
assert y.shape[-1] == 1
""",
    ),
    (
        "activation-keeps-the-length",
        """
import torch
import torch.nn.functional as F
from torch import nn
y = F.relu(nn.ConvTranspose1d(4, 1, 4, stride=2, padding=1)(torch.randn(1, 4, 10)))
y = torch.tanh(nn.BatchNorm1d(1)(y))
assert y.shape[-1] == 20
""",
    ),
    (
        "conv-after-the-layer",
        """
import torch
from torch import nn
net = nn.Sequential(nn.ConvTranspose1d(4, 4, 4, 2, 1), nn.ReLU(), nn.Conv1d(4, 1, 5))
assert net(torch.randn(1, 4, 10)).shape[-1] == 16
""",
    ),
    (
        "pool-after-the-layer",
        """
import torch
from torch import nn
net = nn.Sequential(nn.ConvTranspose1d(4, 4, 4, 2, 1), nn.AvgPool1d(2))
y = net(torch.randn(1, 4, 10))
assert y.shape[-1] == 10
""",
    ),
    (
        "unknown-function-after-the-layer",
        """
import torch
from torch import nn
from torchaudio.functional import resample
y = nn.ConvTranspose1d(4, 4, 4, 2, 1)(torch.randn(1, 4, 10))
y = resample(y, 1, 2)
assert y.shape[-1] == 40
#- another library
""",
    ),
    (
        "hook-changes-the-output",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 4, stride=2)
up.register_forward_hook(lambda module, inputs, output: output[..., 1:-1])
assert up(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    # --- asserts in all spellings, all right
    (
        "assert-spellings",
        """
import torch
from torch import nn
x = torch.randn(2, 4, 10)
y = nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1)(x)
assert y.shape[-1] == 20
assert y.shape[2] == 20
assert 20 == y.size(-1)
assert y.size()[2] == 20
assert y.shape == (2, 3, 20)
assert y.size() == torch.Size([2, 3, 20])
assert list(y.shape) == [2, 3, 20]
assert tuple(y.size()) == (2, 3, 20)
assert y.shape[1:] == (3, 20)
assert y.shape[2:] == torch.Size((20,))
assert [*y.shape] == [2, 3, 20]
assert y.ndim == 3 and y.shape[2] == 20, f"got {y.shape}"
assert y.shape[0] == 2 and y.shape[1] == 3
assert 19 < y.shape[-1] < 21
assert y.shape[-1] == 2 * x.shape[-1] == 20
assert y.shape[-1] != 19
assert not y.shape[-1] == 19
assert y.shape[-1] in (20, 21)
assert y.shape[-1] >= 20
assert y.numel() == 120
assert len(y) == 2
""",
    ),
    (
        "assert-or",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.shape[-1] == 19 or y.shape[-1] == 20
""",
    ),
    (
        "assert-within-condition",
        """
import torch
from torch import nn

def check(exact):
    y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
    assert not exact or y.shape[-1] == 20

check(False)
""",
    ),
    (
        "assert-tolerance",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert abs(y.shape[-1] - 20) <= 1
""",
    ),
    (
        "unpacked-shape",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1)(torch.randn(2, 4, 10))
B, C, T = y.shape
assert T == 20
*_, last = y.size()
assert last == 20
""",
    ),
    (
        "assert-equal-methods",
        """
import unittest
import numpy as np
import torch
from torch import nn

class Test(unittest.TestCase):
    def test_up(self):
        y = nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1)(torch.randn(2, 4, 10))
        self.assertEqual(y.shape[-1], 20)
        self.assertEqual((2, 3, 20), tuple(y.shape))
        self.assertListEqual(list(y.shape), [2, 3, 20])
        self.assertNotEqual(y.shape[-1], 19)
        self.assertTrue(y.shape[-1] == 20)
        self.assertFalse(y.shape[-1] == 19)
        np.testing.assert_equal(y.shape[-1], 20)
#| Test("test_up").debug()
""",
    ),
    (
        "compared-but-not-asserted",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
if y.shape[-1] == 20:
    print("exact")
exact = y.shape[-1] == 20
""",
    ),
    (
        "name-rebound-before-assert",
        """
import torch
from torch import nn
x = torch.randn(2, 4, 10)
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(x)
y = x
assert y.shape[-1] == 10
""",
    ),
    (
        "input-length-depends",
        """
import random
import torch
from torch import nn
n = random.choice([10, 10])
y = nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1)(torch.randn(2, 4, n))
assert y.shape[-1] == 20
""",
    ),
    (
        "assert-on-unknown-input-reachable",
        """
import torch
from torch import nn

def forward(x):
    y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(x)
    assert y.shape[-1] == 19
    return y

forward(torch.randn(1, 4, 10))
""",
    ),
    (
        "input-shapes-of-all-makers",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 3, 4, stride=2, padding=1)
for x in (torch.randn(2, 4, 10), torch.zeros((2, 4, 10)), torch.ones([2, 4, 10]), torch.rand(size=(2, 4, 10)), torch.empty(2, 4, 10, device="cpu")):
    assert up(x).shape[-1] == 20
x = torch.zeros(2, 4, 10)
for z in (torch.randn_like(x), x.clone(), x + 1, x.new_zeros(2, 4, 10), x.detach().float(), torch.full((2, 4, 10), 1.0)):
    assert up(z).shape[-1] == 20
""",
    ),
    (
        "unbatched",
        """
import torch
from torch import nn
up = nn.ConvTranspose2d(4, 3, 4, stride=2, padding=1)
assert up(torch.randn(4, 10, 5)).shape == (3, 20, 10)
""",
    ),
    (
        "two-d-axes",
        """
import torch
from torch import nn
y = nn.ConvTranspose2d(4, 3, (4, 3), (2, 1), (1, 0), output_padding=(1, 0))(torch.randn(1, 4, 8, 8))
assert y.shape[2:] == (17, 10)
B, C, H, W = y.shape
assert (H, W) == (17, 10)
assert y.shape[-2] == 17
""",
    ),
    (
        "three-d-axes",
        """
import torch
from torch import nn
y = nn.ConvTranspose3d(4, 3, (1, 2, 2), stride=(1, 2, 2))(torch.randn(1, 4, 3, 8, 9))
assert y.shape == (1, 3, 3, 16, 18)
assert y.shape[-3:] == (3, 16, 18)
""",
    ),
    (
        "network-of-layers-added-up",
        """
import torch
from torch import nn
net = nn.Sequential(
    nn.ConvTranspose2d(4, 4, 4, 1, 0), nn.BatchNorm2d(4), nn.ReLU(True),
    nn.ConvTranspose2d(4, 4, 4, 2, 1), nn.BatchNorm2d(4), nn.ReLU(True),
    nn.ConvTranspose2d(4, 4, 4, 2, 1), nn.Tanh(),
)
assert net(torch.randn(1, 4, 1, 1)).shape == (1, 4, 16, 16)
""",
    ),
    (
        "long-article-example",
        """
import torch
import torch.nn as nn

input_size, target_size = 7, 15
kernel_size, stride, padding = 2, 2, 0
output_padding = target_size - ((input_size - 1) * stride - 2 * padding + kernel_size)
if output_padding < 0:
    raise ValueError("the target cannot be reached")
layer = nn.ConvTranspose1d(1, 1, kernel_size, stride=stride, padding=padding, output_padding=output_padding)
output = layer(torch.randn(1, 1, input_size))
assert output.shape[-1] == target_size
""",
    ),
    (
        "generator-with-residual",
        """
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, channels, rate):
        super().__init__()
        self.up = nn.ConvTranspose1d(channels, channels, rate, stride=rate)
        self.conv = nn.Conv1d(channels, channels, 3, padding=1)

    def forward(self, x):
        x = self.up(x)
        return x + self.conv(x)

net = nn.Sequential(*[Block(4, r) for r in (2, 3)])
assert net(torch.randn(1, 4, 10)).shape[-1] == 60
""",
    ),
    # --- directives
    (
        "directive-right",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: 10 -> 80
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 80
""",
    ),
    (
        "directive-on-the-line-above",
        """
from torch import nn
# convt: 10 -> 80
up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)
""",
    ),
    (
        "directive-above-with-comments-between",
        """
from torch import nn
# convt: 10 -> 80
# the first of four stages

up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)
""",
    ),
    (
        "directive-with-names",
        """
from torch import nn
# convt: (B, 512, L) -> (B, 256, 8*L)
up = nn.ConvTranspose1d(512, 256, 16, stride=8, padding=4)
""",
    ),
    (
        "directive-exact",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: exact
""",
    ),
    (
        "directive-on-a-multi-line-call",
        """
from torch import nn
up = nn.ConvTranspose1d(  # convt: 10 -> 80
    4,
    4,
    kernel_size=16,
    stride=8,
    padding=4,
)
low = nn.ConvTranspose1d(
    4,
    4,
    kernel_size=16,
    stride=8,
    padding=4,
)  # convt: 10 -> 80
""",
    ),
    (
        "directive-in-forward",
        """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)

    def forward(self, x):
        x = self.up(x)  # convt: (B, 4, 10) -> (B, 4, 80)
        return x

Net()(torch.randn(1, 4, 10))
""",
    ),
    (
        "directive-in-a-string",
        """
from torch import nn
text = "# convt: 10 -> 81"
doc = '''
up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: 10 -> 81
# convt: nonsense
'''
up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4), "# convt: 10 -> 81"
""",
    ),
    (
        "directive-with-an-arithmetic-size",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: 10 -> 10*8
""",
    ),
    (
        "directive-arrows",
        """
from torch import nn
a = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: 10 --> 80
b = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: 10 => 80
c = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: 10 → 80
d = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  #convt:10->80
""",
    ),
    (
        "directive-two-d",
        """
from torch import nn
up = nn.ConvTranspose2d(4, 4, (4, 3), stride=(2, 1), padding=1)  # convt: (8, 9) -> (16, 9)
""",
    ),
    (
        "plain-comments-are-not-directives",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # for 10 to 20 speakers
# converts: 10 speakers
low = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
""",
    ),
    (
        "directive-output-only-reachable",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 16, stride=8, padding=4)  # convt: -> 80
""",
    ),
    # --- the unknown
    (
        "helper-of-another-module",
        """
from torch import nn
from .utils import get_padding
up = nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=get_padding(3))
#- a relative import
""",
    ),
    (
        "two-bindings-disagree",
        """
import random
from torch import nn
extra = 1
if random.random() < 2:
    extra = 0
nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=extra)
""",
    ),
    (
        "decorator-may-change-arguments",
        """
import functools
from torch import nn

def doubled(function):
    @functools.wraps(function)
    def inner(stride):
        return function(2 * stride)
    return inner

@doubled
def up(stride):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)

up(1)
""",
    ),
    (
        "monkeypatched-function",
        """
from torch import nn

def rate():
    return 1

def fast():
    return 2

rate = fast
nn.ConvTranspose1d(4, 4, 3, rate(), output_padding=1)
""",
    ),
    (
        "list-changed-through-an-alias",
        """
from torch import nn
rates = [1, 1]
same = rates
same[0] = 2
nn.ConvTranspose1d(4, 4, 3, rates[0], output_padding=1)
""",
    ),
    (
        "list-changed-by-a-function",
        """
from torch import nn

def fill(rates):
    rates[0] = 2

rates = [1]
fill(rates)
nn.ConvTranspose1d(4, 4, 3, rates[0], output_padding=1)
""",
    ),
    (
        "exec-may-rebind",
        """
from torch import nn
stride = 1
exec("stride = 2")
nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
""",
    ),
    (
        "globals-may-rebind",
        """
from torch import nn
stride = 1
globals()["stride"] = 2
nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
""",
    ),
    (
        "walrus",
        """
from torch import nn
if (stride := 2) > 1:
    nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
""",
    ),
    (
        "with-statement-rebinds",
        """
import contextlib
from torch import nn

@contextlib.contextmanager
def rates():
    yield 2

stride = 1
with rates() as stride:
    nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
""",
    ),
    (
        "except-handler-rebinds",
        """
from torch import nn
stride = 1
try:
    stride = 2
    int("x")
    stride = 1
except ValueError:
    nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
""",
    ),
    (
        "finally-rebinds",
        """
from torch import nn

def up():
    stride = 1
    try:
        pass
    finally:
        stride = 2
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)

up()
""",
    ),
    (
        "deleted-name",
        """
from torch import nn
output_padding = 5
del output_padding
output_padding = 1
nn.ConvTranspose1d(4, 4, 3, 2, output_padding=output_padding)
""",
    ),
    (
        "comprehension-scope",
        """
from torch import nn
s = 1
layers = [nn.ConvTranspose1d(4, 4, 3, s, output_padding=1) for s in (2, 3)]
""",
    ),
    (
        "lambda-parameter-shadows",
        """
from torch import nn
stride = 1
make = lambda stride: nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)
make(2)
""",
    ),
    (
        "class-scope-is-not-function-scope",
        """
from torch import nn
stride = 2

class Net:
    stride = 1

    def build(self):
        return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=1)

Net().build()
""",
    ),
    (
        "generator-function",
        """
from torch import nn

def rates():
    yield 2
    yield 3

for r in rates():
    nn.ConvTranspose1d(4, 4, 3, r, output_padding=1)
""",
    ),
    (
        "input-in-2d-is-another-axis",
        """
import torch
from torch import nn
x = torch.randn(1, 4, 10).unsqueeze(-1)
y = nn.ConvTranspose2d(4, 4, (4, 1), (2, 1), (1, 0))(x).squeeze(-1)
assert y.shape[-1] == 20
""",
    ),
    (
        "after-a-raise-that-always-comes",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
if y.shape[-1] == 19:
    raise ValueError("wrong length")
assert y.shape[-1] == 21
#- it raises an error of its own first
""",
    ),
    (
        "layers-that-one-place-builds-are-not-equal",
        """
import torch
from torch import nn
first, second = [nn.Conv1d(8, 8, 4, stride=2, padding=1) for _ in range(2)]
n = 64
if first == second:
    n += 1
y = torch.zeros(1, 8, n) + nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)(torch.zeros(1, 8, 32))
""",
    ),
    (
        "layers-that-one-place-builds-are-not-equal-in-tuples",
        """
import torch
from torch import nn
first, second = [nn.Conv1d(8, 8, 4, stride=2, padding=1) for _ in range(2)]
n = 64
if (first, 1) == (second, 1):
    n += 1
y = torch.zeros(1, 8, n) + nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)(torch.zeros(1, 8, 32))
""",
    ),
    (
        "layers-that-one-place-builds-are-keys-of-their-own",
        """
import torch
from torch import nn
first, second = [nn.Conv1d(8, 8, 4, stride=2, padding=1) for _ in range(2)]
n = 64
if len({first, second}) == 1:
    n += 1
y = torch.zeros(1, 8, n) + nn.ConvTranspose1d(8, 8, 4, stride=2, padding=1)(torch.zeros(1, 8, 32))
""",
    ),
]
