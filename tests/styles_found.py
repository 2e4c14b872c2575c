"""Programs in the styles of real code that are wrong, each marked with what is found on which line. `test_styles` says how to read them."""

from __future__ import annotations

FOUND: list[tuple[str, str]] = [
    # --- imports
    (
        "plain-import",
        """
import torch
torch.nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "import-torch-as-th",
        """
import torch as th
th.nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "import-torch-nn",
        """
import torch.nn
torch.nn.ConvTranspose2d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "import-nn-as-tnn",
        """
import torch.nn as tnn
tnn.ConvTranspose3d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "from-torch-import-nn",
        """
from torch import nn
nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "from-torch-import-nn-as",
        """
from torch import nn as layers
layers.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "from-import-as",
        """
from torch.nn import ConvTranspose1d as CT, Module
CT(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "star-import",
        """
from torch.nn import *
ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "try-except-import",
        """
try:
    import torch.nn as nn
except ImportError:
    nn = None

nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "try-except-import-exits",
        """
try:
    from torch import nn
except ImportError:
    raise SystemExit("install torch")

nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "import-inside-function",
        """
def make():
    import torch
    return torch.nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102

make()
""",
    ),
    (
        "import-under-type-checking-too",
        """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from torch import nn

def make():
    from torch import nn
    return nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102

make()
""",
    ),
    (
        "modules-conv",
        """
from torch.nn.modules.conv import ConvTranspose1d
ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "from-modules-import-conv",
        """
from torch.nn.modules import conv
conv.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "alias-by-assignment",
        """
import torch
nn = torch.nn
Deconv = nn.ConvTranspose1d
Deconv(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "lazy",
        """
import torch
from torch import nn
nn.LazyConvTranspose1d(2, 3, stride=2, output_padding=2)  #! CVT102
#| nn.LazyConvTranspose1d(2, 3, stride=2, output_padding=2)(torch.randn(1, 4, 9))
""",
    ),
    (
        "quantized",
        """
import torch.ao.nn.quantized as nnq
nnq.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)  #! CVT102
#- quantized engines differ between machines
""",
    ),
    (
        "functional",
        """
import torch
import torch.nn.functional as F
w = torch.randn(4, 2, 3)
F.conv_transpose1d(torch.randn(1, 4, 10), w, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "functional-from-nn",
        """
import torch
from torch import nn
nn.functional.conv_transpose1d(torch.randn(1, 4, 10), torch.randn(4, 2, 3), None, 2, 0, 2)  #! CVT102
""",
    ),
    (
        "functional-from-import-as",
        """
import torch
from torch.nn.functional import conv_transpose2d as deconv
deconv(torch.randn(1, 4, 9, 9), torch.randn(4, 2, 3, 3), stride=2, padding=-1)  #! CVT103
""",
    ),
    (
        "torch-level-function",
        """
import torch
torch.conv_transpose1d(torch.ones(1, 1, 10), torch.ones(1, 1, 4), stride=2, output_padding=3)  #! CVT102
""",
    ),
    (
        "functional-known-weight-length",
        """
import torch
import torch.nn.functional as F
kernel = torch.ones(4, 2, 5)
y = F.conv_transpose1d(torch.randn(1, 4, 10), kernel, stride=2, padding=2)
assert y.shape[-1] == 20  #! CVT201
""",
    ),
    (
        "functional-too-much-padding",
        """
import torch
import torch.nn.functional as F
F.conv_transpose1d(torch.randn(1, 4, 3), torch.randn(4, 2, 3), padding=3)  #! CVT203
""",
    ),
    (
        "own-class-elsewhere-torchs-here",
        """
from torch import nn

class ConvTranspose1d(nn.Module):
    def __init__(self, i, o, k, **kwargs):
        super().__init__()
        self.inner = nn.ConvTranspose1d(i, o, k, stride=2, output_padding=2)  #! CVT102

ConvTranspose1d(4, 4, 3, output_padding=7)
""",
    ),
    # --- arguments
    (
        "negative-output-padding",
        """
from torch import nn
nn.ConvTranspose1d(4, 2, 3, 2, output_padding=-1)  #! CVT101
""",
    ),
    (
        "stride-zero",
        """
from torch import nn
nn.ConvTranspose1d(4, 2, 3, stride=0)  #! CVT103
""",
    ),
    (
        "padding-negative",
        """
from torch import nn
k, u = 3, 6
nn.ConvTranspose1d(4, 2, k, u, padding=(k - u) // 2)  #! CVT103
""",
    ),
    (
        "groups",
        """
from torch import nn
nn.ConvTranspose1d(4, 6, 3, groups=4)  #! CVT104
""",
    ),
    (
        "padding-same",
        """
from torch import nn
nn.ConvTranspose1d(4, 6, 3, padding="same")  #! CVT105
""",
    ),
    (
        "padding-mode-reflect",
        """
from torch import nn
nn.ConvTranspose1d(4, 6, 3, padding_mode="reflect")  #! CVT105
""",
    ),
    (
        "tuple-of-two-in-1d",
        """
from torch import nn
nn.ConvTranspose1d(4, 6, (3, 3), stride=2)  #! CVT106
""",
    ),
    (
        "tuple-of-three-in-2d",
        """
from torch import nn
nn.ConvTranspose2d(4, 6, 3, stride=(2, 2, 2))  #! CVT106
""",
    ),
    (
        "missing-kernel",
        """
from torch import nn
nn.ConvTranspose1d(4, 6, stride=2)  #! CVT107
""",
    ),
    (
        "unknown-keyword",
        """
from torch import nn
nn.ConvTranspose1d(4, 6, 3, strides=2)  #! CVT107
""",
    ),
    (
        "float-stride",
        """
from torch import nn
u = 4
nn.ConvTranspose1d(4, 6, u, stride=u / 2)  #! CVT107
""",
    ),
    (
        "math-ceil-is-an-int-true-division-is-not",
        """
import math
from torch import nn
u = 5
nn.ConvTranspose1d(4, 6, 2 * u, u, padding=math.ceil(u / 2), output_padding=1)
nn.ConvTranspose1d(4, 6, 2 * u, u, padding=u / 2)  #! CVT107
""",
    ),
    (
        "order-of-conv2d",
        """
from torch import nn

def layer(i, o, kernel_size, stride, pad, dilation, groups):
    return nn.ConvTranspose2d(i, o, kernel_size, stride, pad, dilation, groups)  #! CVT108

layer(4, 4, 3, 1, 1, 1, 1)
""",
    ),
    (
        "mixed-positional-and-keyword",
        """
from torch import nn
nn.ConvTranspose1d(4, 2, 3, 2, 1, output_padding=3)  #! CVT102
""",
    ),
    (
        "all-positional",
        """
from torch import nn
nn.ConvTranspose1d(4, 2, 3, 2, 1, 2)  #! CVT102
""",
    ),
    (
        "second-axis-only",
        """
from torch import nn
nn.ConvTranspose2d(4, 2, 3, stride=(2, 1), padding=1, output_padding=(1, 1))  #! CVT102
""",
    ),
    (
        "scalar-spread-over-axes",
        """
from torch import nn
nn.ConvTranspose3d(4, 2, 3, stride=(1, 2, 2), padding=1, output_padding=1)  #! CVT102
""",
    ),
    (
        "list-arguments",
        """
from torch import nn
nn.ConvTranspose2d(4, 2, [3, 3], [2, 1], [1, 1], [0, 1])  #! CVT102
""",
    ),
    (
        "kwargs-dict",
        """
from torch import nn
config = {"kernel_size": 3, "stride": 2, "output_padding": 2}
nn.ConvTranspose1d(4, 2, **config)  #! CVT102
""",
    ),
    (
        "kwargs-dict-call",
        """
from torch import nn
config = dict(kernel_size=3, stride=2)
config["output_padding"] = 2
nn.ConvTranspose1d(4, 2, **config)  #! CVT102
""",
    ),
    (
        "kwargs-merged",
        """
from torch import nn
base = dict(kernel_size=3, stride=2)
nn.ConvTranspose1d(4, 2, **{**base, "output_padding": 2})  #! CVT102
""",
    ),
    (
        "kwargs-of-a-wrapper",
        """
from torch import nn
from torch.nn.utils import weight_norm

def wn(*args, **kwargs):
    return weight_norm(nn.ConvTranspose1d(*args, **kwargs))  #! CVT102

wn(4, 2, 3, stride=2, output_padding=2)
""",
    ),
    (
        "star-list",
        """
from torch import nn
sizes = [4, 2, 3]
nn.ConvTranspose1d(*sizes, stride=2, output_padding=2)  #! CVT102
""",
    ),
    # --- wrapped
    (
        "weight-norm",
        """
from torch import nn
from torch.nn.utils import weight_norm
weight_norm(nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2))  #! CVT102
""",
    ),
    (
        "parametrizations-weight-norm",
        """
import torch
from torch import nn
from torch.nn.utils.parametrizations import weight_norm
up = weight_norm(nn.ConvTranspose1d(4, 2, 4, stride=2))
assert up(torch.randn(1, 4, 10)).shape[-1] == 20  #! CVT201
""",
    ),
    (
        "sequential",
        """
from torch import nn
nn.Sequential(
    nn.Conv1d(4, 4, 3),
    nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2),  #! CVT102
    nn.ReLU(),
)
""",
    ),
    (
        "module-list-append",
        """
from torch import nn
ups = nn.ModuleList()
for u in (4, 2, 1):
    ups.append(nn.ConvTranspose1d(4, 2, 2 * u, stride=u, output_padding=1))  #! CVT102
""",
    ),
    (
        "module-dict",
        """
from torch import nn
nn.ModuleDict({"up": nn.ConvTranspose1d(4, 2, 3, stride=2, output_padding=2)})  #! CVT102
""",
    ),
    (
        "moved-and-initialised",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 2, 4, stride=2).to("cpu").eval()
nn.init.normal_(up.weight)
y = up(torch.randn(1, 4, 10))
assert y.shape[-1] == 20  #! CVT201
""",
    ),
    (
        "called-at-once",
        """
import torch
from torch import nn
assert nn.ConvTranspose1d(4, 2, 4, stride=2)(torch.randn(1, 4, 10)).shape[-1] == 20  #! CVT201
""",
    ),
    # --- the ways to a class
    (
        "getattr-literal",
        """
import torch.nn as nn
getattr(nn, "ConvTranspose1d")(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "getattr-formatted",
        """
import torch.nn as nn
dims = 2
getattr(nn, f"ConvTranspose{dims}d")(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "subscripted-dict-literal",
        """
from torch import nn
{1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d}[1](4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "table-of-classes",
        """
from torch import nn
LAYERS = [None, nn.ConvTranspose1d, nn.ConvTranspose2d]

def up(dims):
    return LAYERS[dims](4, 2, 3, stride=2, output_padding=2)  #! CVT102

up(2)
""",
    ),
    (
        "partial",
        """
from functools import partial
from torch import nn
Up = partial(nn.ConvTranspose1d, kernel_size=3, stride=2)
Up(4, 2, output_padding=2)  #! CVT102
""",
    ),
    (
        "partial-as-functools",
        """
import functools
from torch import nn
Up = functools.partial(nn.ConvTranspose1d, 4, 4, output_padding=2)
Up(3, stride=2)  #! CVT102
""",
    ),
    (
        "conditional-alias",
        """
from torch import nn
dims = 1
conv = nn.ConvTranspose1d if dims == 1 else nn.ConvTranspose2d
conv(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "conditional-alias-of-unknown-both-wrong",
        """
import random
from torch import nn
conv = nn.ConvTranspose1d if random.random() < 0.5 else nn.ConvTranspose2d
conv(4, 2, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "class-attribute-holds-the-class",
        """
from torch import nn

class Block(nn.Module):
    conv = nn.ConvTranspose1d

    def __init__(self):
        super().__init__()
        self.layer = self.conv(4, 4, 3, padding="same")  #! CVT105

Block()
""",
    ),
    # --- loops
    (
        "zip-loop",
        """
from torch import nn
for i, (u, k) in enumerate(zip([8, 6], [16, 4])):
    nn.ConvTranspose1d(4, 4, k, u, padding=(k - u) // 2)  #! CVT103
""",
    ),
    (
        "range-subscripts",
        """
from torch import nn
strides = [4, 2, 1]
for i in range(len(strides)):
    nn.ConvTranspose1d(4, 4, 4, stride=strides[i], output_padding=1)  #! CVT102
""",
    ),
    (
        "comprehension",
        """
from torch import nn
layers = [nn.ConvTranspose1d(4, 4, 4, stride=s, output_padding=1) for s in (2, 1)]  #! CVT102
""",
    ),
    (
        "generator-argument",
        """
from torch import nn
nn.ModuleList(nn.ConvTranspose1d(4, 4, 4, stride=s, output_padding=1) for s in (2, 1))  #! CVT102
""",
    ),
    (
        "list-of-tuples",
        """
from torch import nn
STAGES = [(16, 8, 4), (4, 2, -1)]
for kernel, stride, pad in STAGES:
    nn.ConvTranspose1d(4, 4, kernel, stride, pad)  #! CVT103
""",
    ),
    (
        "dict-items",
        """
from torch import nn
for stride, extra in {2: 1, 3: 3}.items():
    nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)  #! CVT102
""",
    ),
    (
        "while-loop",
        """
from torch import nn
factor = 4
while factor >= 1:
    nn.ConvTranspose1d(4, 4, 3, factor, output_padding=1)  #! CVT102
    factor //= 2
""",
    ),
    # --- attributes and classes
    (
        "self-attributes",
        """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stride = 2
        self.extra = self.stride
        self.up = nn.ConvTranspose1d(4, 4, 3, self.stride, output_padding=self.extra)  #! CVT102

Net()
""",
    ),
    (
        "class-attributes",
        """
from torch import nn

class Net(nn.Module):
    rate = 2

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, self.rate, output_padding=self.rate)  #! CVT102

Net()
""",
    ),
    (
        "subclass-attribute-overrides",
        """
from torch import nn

class Base(nn.Module):
    rate = 2

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, self.rate, output_padding=1)  #! CVT102

class One(Base):
    rate = 1

One()
""",
    ),
    (
        "never-instantiated-class",
        """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)  #! CVT102
#| Net().up(__import__("torch").randn(1, 4, 9))
""",
    ),
    (
        "forward-of-a-never-called-class",
        """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)

    def forward(self):
        y = self.up(torch.randn(1, 4, 10))
        assert y.shape[-1] == 20  #! CVT201
        return y
#| Net()()
""",
    ),
    (
        "super-init",
        """
from torch import nn

class Up(nn.ConvTranspose1d):
    def __init__(self, channels):
        super().__init__(channels, channels, 3, stride=2, output_padding=2)  #! CVT102

Up(4)
""",
    ),
    (
        "super-init-old-style",
        """
from torch import nn

class Up(nn.ConvTranspose1d):
    def __init__(self, channels):
        super(Up, self).__init__(channels, channels, 3, stride=2, output_padding=2)  #! CVT102

Up(4)
""",
    ),
    (
        "base-init-by-name",
        """
from torch import nn

class Up(nn.ConvTranspose1d):
    def __init__(self, channels):
        nn.ConvTranspose1d.__init__(self, channels, channels, 3, stride=2, output_padding=2)  #! CVT102

Up(4)
""",
    ),
    (
        "subclass-without-init",
        """
from torch import nn

class Up(nn.ConvTranspose1d):
    pass

Up(4, 4, 3, stride=2, output_padding=2)  #! CVT102
""",
    ),
    (
        "subclass-applied",
        """
import torch
from torch import nn

class Up(nn.ConvTranspose1d):
    def __init__(self, rate):
        super().__init__(4, 4, 2 * rate, rate, padding=rate // 2)

assert Up(5)(torch.randn(1, 4, 10)).shape[-1] == 50  #! CVT201
""",
    ),
    (
        "static-and-class-methods",
        """
from torch import nn

class Factory:
    stride = 2

    @staticmethod
    def plain(extra):
        return nn.ConvTranspose1d(4, 4, 3, 2, output_padding=extra)  #! CVT102

    @classmethod
    def build(cls):
        return nn.ConvTranspose1d(4, 4, 3, cls.stride, output_padding=cls.stride)  #! CVT102

Factory.plain(2)
Factory.build()
""",
    ),
    (
        "nested-class-call",
        """
from torch import nn

class Block(nn.Module):
    def __init__(self, stride, extra):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)  #! CVT102

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Block(2, 1)
        self.two = Block(stride=1, extra=1)

Net()
""",
    ),
    (
        "config-class",
        """
from torch import nn

class Config:
    stride = 2
    extra = 2

nn.ConvTranspose1d(4, 1, 3, Config.stride, output_padding=Config.extra)  #! CVT102
""",
    ),
    # --- defaults
    (
        "function-defaults",
        """
from torch import nn

def up(stride=1, extra=1):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)  #! CVT102
#| up()(__import__("torch").randn(1, 4, 9))
""",
    ),
    (
        "class-defaults-used",
        """
from torch import nn

class Up(nn.Module):
    def __init__(self, stride=1, extra=1):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)  #! CVT102

Up(2)
Up()
""",
    ),
    (
        "one-call-of-two",
        """
from torch import nn

def up(stride, extra=1):
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)  #! CVT102

up(2)
up(1)
""",
    ),
    (
        "call-chain",
        """
from torch import nn

def inner(k, s):
    return nn.ConvTranspose1d(4, 4, k, s, padding=(k - s) // 2)  #! CVT103

def outer(rates):
    return [inner(4, r) for r in rates]

outer([2, 4, 8])
""",
    ),
    # --- guards that do not help
    (
        "guard-lets-it-through",
        """
from torch import nn

def up(stride):
    if stride == 1:
        return nn.Identity()
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=2)  #! CVT102

up(2)
""",
    ),
    (
        "literal-under-unknown-condition",
        """
from torch import nn

def up(flag):
    if flag:
        return nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)  #! CVT102
    return nn.Identity()

up(True)
""",
    ),
    (
        "both-branches-wrong",
        """
from torch import nn

def up(flag):
    if flag:
        extra = 2
    else:
        extra = 3
    return nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=extra)  #! CVT102

up(True), up(False)
""",
    ),
    (
        "negative-padding-left-negative",
        """
from torch import nn

def up(stride, padding=-1):
    if padding < -1:
        padding = 0
    return nn.ConvTranspose1d(4, 4, 3, stride, padding)  #! CVT103

up(2)
""",
    ),
    (
        "none-default-chosen-wrong",
        """
from torch import nn

def up(stride=2, extra=None):
    if extra is None:
        extra = stride
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)  #! CVT102

up()
""",
    ),
    (
        "elif-ladder-one-wrong",
        """
from torch import nn

def up(name):
    if name == "none":
        stride, extra = 1, 0
    elif name == "double":
        stride, extra = 2, 2
    else:
        stride, extra = 3, 2
    return nn.ConvTranspose1d(4, 4, 3, stride, output_padding=extra)  #! CVT102

up("double")
""",
    ),
    (
        "match-one-wrong",
        """
from torch import nn

def up(kind):
    match kind:
        case "double":
            extra = 2
        case _:
            extra = 1
    return nn.ConvTranspose1d(4, 4, 3, 2, output_padding=extra)  #! CVT102

up("double")
""",
    ),
    (
        "try-that-raises-again",
        """
from torch import nn
try:
    up = nn.ConvTranspose1d(3, 4, 3, groups=2)  #! CVT104
except ValueError as error:
    raise RuntimeError("bad groups") from error
""",
    ),
    (
        "finally-does-not-swallow",
        """
from torch import nn
try:
    up = nn.ConvTranspose1d(3, 4, 3, groups=2)  #! CVT104
finally:
    print("done")
""",
    ),
    (
        "with-statement",
        """
import torch
from torch import nn
with torch.no_grad():
    y = nn.ConvTranspose1d(4, 4, 4, stride=2)(torch.randn(1, 4, 10))
    assert y.shape[-1] == 20  #! CVT201
""",
    ),
    (
        "main-guard",
        """
import torch
from torch import nn

def main():
    up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
    assert up(torch.randn(1, 4, 10)).shape[-1] == 20  #! CVT201

if __name__ == "__main__":
    main()
""",
    ),
    (
        "async-function",
        """
from torch import nn

async def up():
    return nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)  #! CVT102
#| import asyncio, torch; asyncio.run(up())(torch.randn(1, 4, 9))
""",
    ),
    # --- layers changed, output_size
    (
        "output-size-too-large",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
up(torch.randn(1, 4, 10), output_size=[21])  #! CVT204
""",
    ),
    (
        "output-size-by-position",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
up(torch.randn(1, 4, 10), (18,))  #! CVT204
""",
    ),
    (
        "output-size-of-the-skip",
        """
import torch
from torch import nn
skip = torch.randn(1, 4, 30)
x = torch.randn(1, 4, 10)
y = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)(x, output_size=skip.size())  #! CVT204
""",
    ),
    (
        "output-size-arity",
        """
import torch
from torch import nn
up = nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1)
up(torch.randn(1, 4, 10, 10), output_size=[20])  #! CVT204
""",
    ),
    (
        "output-size-and-another-assert",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
y = up(torch.randn(1, 4, 10), output_size=[20])
assert y.shape[-1] == 19  #! CVT201
""",
    ),
    (
        "empty-output",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, padding=6)
up(torch.randn(1, 4, 10))  #! CVT203
""",
    ),
    # --- asserts
    (
        "assert-shape-minus-one",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.shape[-1] == 20  #! CVT201
""",
    ),
    (
        "assert-shape-two",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.shape[2] == 20  #! CVT201
""",
    ),
    (
        "assert-size",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.size(-1) == 20  #! CVT201
""",
    ),
    (
        "assert-size-subscript",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.size()[2] == 20, "wrong"  #! CVT201
""",
    ),
    (
        "assert-size-dim-keyword",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.size(dim=2) == 20  #! CVT201
""",
    ),
    (
        "assert-shape-tuple",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.shape == (2, 3, 20)  #! CVT201
""",
    ),
    (
        "assert-torch-size",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.size() == torch.Size([2, 3, 20])  #! CVT201
""",
    ),
    (
        "assert-list-of-shape",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert list(y.shape) == [2, 3, 20]  #! CVT201
""",
    ),
    (
        "assert-tuple-of-size",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert tuple(y.size()) == (2, 3, 20)  #! CVT201
""",
    ),
    (
        "assert-shape-slice",
        """
import torch
from torch import nn
y = nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10, 11))
assert y.shape[2:] == (20, 21)  #! CVT201
""",
    ),
    (
        "assert-shape-last-two",
        """
import torch
from torch import nn
y = nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10, 11))
assert tuple(y.shape[-2:]) == (19, 22)  #! CVT201
""",
    ),
    (
        "assert-unpacked",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
B, C, T = y.shape
assert T == 20  #! CVT201
""",
    ),
    (
        "assert-unpacked-with-underscores",
        """
import torch
from torch import nn
y = nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10, 10))
_, _, h, w = y.size()
assert (h, w) == (20, 20)  #! CVT201
""",
    ),
    (
        "assert-reversed",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert 20 == y.shape[-1]  #! CVT201
""",
    ),
    (
        "assert-shape-reversed",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert (2, 3, 20) == y.shape  #! CVT201
""",
    ),
    (
        "assert-and",
        """
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.dim() == 3 and y.shape[-1] == 20  #! CVT201
""",
    ),
    (
        "assert-chained",
        """
import torch
from torch import nn
x, z = torch.randn(2, 4, 10), 20
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(x)
assert y.shape[-1] == z == 2 * x.shape[-1]  #! CVT201
""",
    ),
    (
        "assert-twice-the-input",
        """
import torch
from torch import nn
x = torch.randn(2, 4, 10)
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(x)
assert y.shape[-1] == 2 * x.shape[-1]  #! CVT201
""",
    ),
    (
        "assert-same-shape",
        """
import torch
from torch import nn
x = torch.randn(2, 4, 20)
y = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
assert y.shape == x.shape  #! CVT201
""",
    ),
    (
        "assert-name-of-the-target",
        """
import torch
from torch import nn
TARGET = 20
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
length = y.shape[-1]
assert length == TARGET  #! CVT201
""",
    ),
    (
        "assert-equal-method",
        """
import unittest
import torch
from torch import nn

class Test(unittest.TestCase):
    def test_up(self):
        y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
        self.assertEqual(y.shape[-1], 20)  #! CVT201
#| Test("test_up").debug()
""",
    ),
    (
        "assert-equal-shape-reversed",
        """
import unittest
import torch
from torch import nn

class Test(unittest.TestCase):
    def test_up(self):
        y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
        self.assertEqual((2, 3, 20), y.shape, "shape")  #! CVT201
#| Test("test_up").debug()
""",
    ),
    (
        "np-testing",
        """
import numpy as np
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
np.testing.assert_equal(y.shape[-1], 20)  #! CVT201
""",
    ),
    (
        "np-testing-array-equal",
        """
import numpy as np
import torch
from torch import nn
y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
np.testing.assert_array_equal(y.shape, (2, 3, 20))  #! CVT201
""",
    ),
    (
        "assert-in-a-test-function",
        """
import torch
from torch import nn

def test_up():
    y = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)(torch.randn(2, 4, 10))
    assert y.shape == (2, 3, 20)  #! CVT201
#| test_up()
""",
    ),
    (
        "assert-unreachable-in-forward",
        """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)

    def forward(self, x):
        y = self.up(x)
        assert y.shape[-1] == 20  #! CVT202
        return y
#| Net()(torch.randn(1, 4, 10))
""",
    ),
    (
        "second-assert-only",
        """
import torch
from torch import nn
x = torch.randn(2, 4, 10)
y = nn.ConvTranspose1d(4, 4, 4, stride=2)(x)
assert y.shape[-1] == 22
z = nn.ConvTranspose1d(4, 4, 4, stride=2)(y)
assert z.shape[-1] == 44  #! CVT201
""",
    ),
    (
        "two-d-one-axis",
        """
import torch
from torch import nn
y = nn.ConvTranspose2d(4, 3, (4, 3), stride=(2, 1), padding=1)(torch.randn(2, 4, 10, 10))
assert y.shape == (2, 3, 20, 20)  #! CVT201
""",
    ),
    (
        "three-d",
        """
import torch
from torch import nn
y = nn.ConvTranspose3d(4, 3, 3, stride=(1, 2, 2), padding=1)(torch.randn(2, 4, 5, 10, 10))
assert y.shape[2:] == (5, 20, 20)  #! CVT201
""",
    ),
    (
        "article-example",
        """
import torch
import torch.nn as nn

input_size, target_size = 10, 30
kernel_size, stride, padding = 3, 2, 1
output_padding = target_size - ((input_size - 1) * stride - 2 * padding + kernel_size)
if output_padding < 0:
    raise ValueError("the target cannot be reached")
layer = nn.ConvTranspose1d(1, 1, kernel_size, stride=stride, padding=padding, output_padding=output_padding)  #! CVT102
output = layer(torch.randn(1, 1, input_size))
assert output.shape[-1] == target_size
""",
    ),
    # --- directives
    (
        "directive-mismatch",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: 10 -> 20  #! CVT201
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    (
        "directive-above",
        """
from torch import nn
# convt: 10 -> 20
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  #! CVT201
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    (
        "directive-with-channels",
        """
from torch import nn
# convt: (B, 4, 10) -> (B, 4, 20)
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  #! CVT201
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    (
        "directive-unreachable",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: -> 20  #! CVT202
#| import torch; assert 20 in [up(torch.randn(1, 4, n)).shape[-1] for n in range(1, 40)]
""",
    ),
    (
        "directive-with-names",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: (B, C, L) -> (B, C, 20)  #! CVT202
#| import torch; assert 20 in [up(torch.randn(1, 4, n)).shape[-1] for n in range(1, 40)]
""",
    ),
    (
        "directive-first-line-of-a-call",
        """
from torch import nn
up = nn.ConvTranspose1d(  # convt: 10 -> 20  #! CVT201
    4,
    4,
    kernel_size=3,
    stride=2,
    padding=1,
)
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    (
        "directive-last-line-of-a-call",
        """
from torch import nn
up = nn.ConvTranspose1d(  #! CVT201
    4, 4, kernel_size=3, stride=2, padding=1,
)  # convt: 10 -> 20
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    (
        "directive-inside-a-call",
        """
from torch import nn
up = nn.ConvTranspose1d(  #! CVT201
    4, 4, kernel_size=3,
    stride=2,  # convt: 10 -> 20
    padding=1,
)
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 20
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
        self.up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)

    def forward(self, x):
        return self.up(x)  # convt: -> 20  #! CVT202
#| assert 20 in [Net()(torch.randn(1, 4, n)).shape[-1] for n in range(1, 40)]
""",
    ),
    (
        "directive-in-forward-known-length",
        """
import torch
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
x = torch.randn(1, 4, 10)
y = up(x)  # convt: -> 20  #! CVT201
#| assert y.shape[-1] == 20
""",
    ),
    (
        "directive-in-a-sequential",
        """
from torch import nn
net = nn.Sequential(
    nn.ConvTranspose1d(4, 4, 4, stride=2, padding=1),  # convt: 10 -> 20
    nn.ReLU(),
    nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1),  # convt: 20 -> 40  #! CVT201
)
#| import torch; assert net(torch.randn(1, 4, 10)).shape[-1] == 40
""",
    ),
    (
        "directive-two-d",
        """
from torch import nn
up = nn.ConvTranspose2d(4, 4, (4, 3), stride=(2, 1), padding=1)  # convt: (8, 9) -> (16, 18)  #! CVT201
#| import torch; assert up(torch.randn(1, 4, 8, 9)).shape[2:] == (16, 18)
""",
    ),
    (
        "directive-with-brackets",
        """
from torch import nn
up = nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1)  # convt: [B, 4, 8, 8] -> [B, 4, 16, 16]  #! CVT201
#| import torch; assert up(torch.randn(1, 4, 8, 8)).shape[2:] == (16, 16)
""",
    ),
    (
        "directive-beside-one-in-a-string",
        """
from torch import nn
text = "# convt: 10 -> 19"
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: 10 -> 20  #! CVT201
#| import torch; assert up(torch.randn(1, 4, 10)).shape[-1] == 20
""",
    ),
    (
        "directive-without-arrow",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: 20  #! CVT002
#- a comment alone is wrong
""",
    ),
    (
        "directive-nonsense",
        """
from torch import nn
# convt: from ten to twenty  #! CVT002
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)
#- a comment alone is wrong
""",
    ),
    (
        "directive-empty",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt:  #! CVT002
#- a comment alone is wrong
""",
    ),
    (
        "directive-no-output",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: 10 ->  #! CVT002
#- a comment alone is wrong
""",
    ),
    (
        "directive-unbalanced",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: (10 -> 20)  #! CVT002
#- a comment alone is wrong
""",
    ),
    (
        "directive-of-another-rank",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: (1, 4, 5, 10) -> (1, 4, 10, 20)  #! CVT002
#- a comment alone is wrong
""",
    ),
    (
        "directive-negative",
        """
from torch import nn
up = nn.ConvTranspose1d(4, 4, 3, stride=2, padding=1)  # convt: 10 -> "20"  #! CVT002
#- a comment alone is wrong
""",
    ),
    (
        "directive-misread-without-a-layer",
        """
import torch
# convt: ten -> twenty -> thirty  #! CVT002
x = torch.randn(1, 4, 10)
#- a comment alone is wrong
""",
    ),
    (
        "several-findings-in-one-layer",
        """
from torch import nn
nn.ConvTranspose1d(3, 4, 3, stride=2, padding="same", output_padding=-1, groups=2)  #! CVT104 CVT105
""",
    ),
    (
        "several-layers",
        """
import torch.nn as nn
good = nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=1)
one = nn.ConvTranspose1d(4, 4, 3, stride=2, output_padding=2)  #! CVT102
two = nn.ConvTranspose1d(4, 4, 3, stride=-2)  #! CVT103
Conv = nn.Conv1d(4, 4, 3, padding="same")
""",
    ),
    (
        "set-up-builds-the-layer",
        """
import unittest
import torch
from torch import nn

class Test(unittest.TestCase):
    def setUp(self):
        self.up = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1)

    def test_up(self):
        y = self.up(torch.randn(2, 4, 10))
        self.assertEqual(y.size(2), 20)  #! CVT201
#| test = Test("test_up"); test.setUp(); test.test_up()
""",
    ),
    (
        "network-length",
        """
import torch
from torch import nn

class Generator(nn.Module):
    def __init__(self, rates=(8, 5), kernels=(16, 11)):
        super().__init__()
        self.ups = nn.ModuleList()
        for u, k in zip(rates, kernels):
            self.ups.append(nn.ConvTranspose1d(4, 4, k, u, padding=(k - u) // 2))
        self.last = nn.ConvTranspose1d(4, 1, 5, 2, padding=1)

    def forward(self, x):
        for up in self.ups:
            x = up(x)
        x = self.last(x)
        return x

y = Generator()(torch.randn(1, 4, 10))
assert y.shape[-1] == 800  #! CVT201
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
    extra: int = 1

config = Config()
nn.ConvTranspose1d(4, 1, 3, config.stride, output_padding=config.extra)  #! CVT102
""",
    ),
    (
        "named-tuple",
        """
from typing import NamedTuple
from torch import nn

class Stage(NamedTuple):
    stride: int
    extra: int = 1

stage = Stage(1)
nn.ConvTranspose1d(4, 1, 3, stage.stride, output_padding=stage.extra)  #! CVT102
""",
    ),
    (
        "after-activation-and-norm",
        """
import torch
import torch.nn.functional as F
from torch import nn
x = torch.randn(2, 4, 10)
y = nn.ConvTranspose1d(4, 4, 4, stride=2)(x)
y = F.leaky_relu(nn.BatchNorm1d(4)(y), 0.1)
assert y.shape[-1] == 20  #! CVT201
""",
    ),
]

# Wrong, too, but what makes it so is not followed yet: a program that comes to be found moves up.
LIMITS: list[tuple[str, str]] = []
