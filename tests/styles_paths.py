"""Correct programs whose lengths hang on the way the code takes: joined paths, checks that raise, helpers, hooks; silent with CVT301 too."""

from __future__ import annotations

PATHS: list[tuple[str, str]] = [
    (
        "torch-check",
        """
import torch
import torch.nn as nn


def up(k, u):
    torch._check((k - u) % 2 == 0)
    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact
""",
    ),
    (
        "hook",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)
        self.register_forward_pre_hook(lambda m, a: (F.pad(a[0], (0, a[0].shape[-1] % 2)),))

    def forward(self, x):
        return x + self.u(self.d(x))


print(Net()(torch.randn(1, 2, 1001)).shape)
""",
    ),
    (
        "skip301",
        """
import torch
import torch.nn as nn


class Skip(Exception):
    pass


def guard(x):
    if x.shape[-1] % 2:
        raise Skip


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)

    def forward(self, x):
        try:
            guard(x)
        except Skip:
            return x
        return x + self.u(self.d(x))


print(Net()(torch.randn(1, 2, 1001)).shape)
""",
    ),
    (
        "interpolate-if-differs",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(2, 2, 2)

    def forward(self, x):
        y = self.up(x)
        if y.shape[2:] != x.shape[2:]:
            y = F.interpolate(y, size=x.shape[2:])
        return torch.cat([x, y], dim=1)


print(Net()(torch.randn(1, 2, 9, 9)).shape)
""",
    ),
    (
        "unet301",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 8, 4, 2, 1)
        self.up = nn.ConvTranspose2d(8, 3, 4, 2, 1)

    def forward(self, x):
        y = self.up(self.down(x))
        if y.shape[2:] != x.shape[2:]:
            y = F.interpolate(y, size=x.shape[2:])
        return torch.cat([x, y], dim=1)


print(Net()(torch.randn(1, 3, 1001, 1001)).shape)
""",
    ),
    (
        "check-function",
        """
import torch
import torch.nn as nn


def check(k, u):
    if (k - u) % 2:
        raise ValueError("k - u must be even")


class Up(nn.Module):
    def __init__(self, k, u):
        super().__init__()
        check(k, u)
        self.u = u
        self.conv = nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)

    def forward(self, x):
        y = self.conv(x)
        assert y.shape[-1] == self.u * x.shape[-1]
        return y


for k in range(1, 30):
    for u in range(1, k + 1):
        try:
            net = Up(k, u)
        except ValueError:
            continue
        net(torch.randn(1, 1, 10))
print("every layer that can be built is exact")
""",
    ),
    (
        "modes",
        """
import torch.nn as nn


def up(k, u, mode="even"):
    if mode == "even":
        assert k % 2 == 0 and u % 2 == 0
    elif mode == "odd":
        assert k % 2 == 1 and u % 2 == 1
    else:
        raise ValueError(mode)
    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact
""",
    ),
    (
        "causal",
        """
import torch.nn as nn


def up(k, u, causal=False):
    if not causal and (k - u) % 2 != 0:
        raise ValueError("k - u must be even")
    if causal:
        return nn.ConvTranspose1d(1, 1, k, u)
    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact
""",
    ),
    (
        "or",
        """
import torch.nn as nn


def up(k, u):
    assert (k - u) % 2 == 0 or k == u
    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact
""",
    ),
    (
        "guard-caught",
        """
import torch
import torch.nn as nn


class Mismatch(Exception):
    pass


def guard(a, b):
    if a.shape[-1] != b.shape[-1]:
        raise Mismatch


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(2, 2, 2)

    def forward(self, x):
        y = self.up(x)
        try:
            guard(x, y)
        except Mismatch:
            return y
        return torch.stack([x, y])


print(Net()(torch.randn(1, 2, 9)).shape)
""",
    ),
    (
        "match",
        """
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(2, 2, 2)

    def forward(self, x):
        y = self.up(x)
        match tuple(y.shape):
            case (b, c, t) if t != x.shape[-1]:
                y = y[..., : x.shape[-1]]
        return torch.stack([x, y])


print(Net()(torch.randn(1, 2, 9)).shape)
""",
    ),
    (
        "assert",
        """
import torch
import torch.nn as nn


class Up(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.ConvTranspose1d(2, 2, 5, 2, 1)

    def forward(self, x, target):
        y = self.conv(x)
        if y.shape[2:] != target.shape[2:]:
            y = y[..., : target.shape[-1]]
        assert y.shape[-1] == target.shape[-1]
        return y
""",
    ),
    (
        "exit",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class Skip(Exception):
    pass
def guard(x):
    if x.shape[-1] % 2:
        raise Skip
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)
    def forward(self, x):
        try:
            guard(x)
        except Skip:
            return x
        return x + self.u(self.d(x))
""",
    ),
    (
        "deco",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

import functools
def padded(fn):
    @functools.wraps(fn)
    def inner(self, x):
        n = x.shape[-1]
        return fn(self, F.pad(x, (0, n % 2)))[..., :n]
    return inner
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)
    @padded
    def forward(self, x):
        return x + self.u(self.d(x))
""",
    ),
    (
        "call",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)
    def __call__(self, x):
        return super().__call__(x[..., : x.shape[-1] // 2 * 2])
    def forward(self, x):
        return x + self.u(self.d(x))
""",
    ),
    (
        "match2",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)
    def forward(self, x):
        match x.shape:
            case (b, c, t) if t % 2:
                x = F.pad(x, (0, 1))
        return x + self.u(self.d(x))
""",
    ),
    (
        "ret",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)
    def forward(self, x, flag=False):
        y = self.u(self.d(x))
        n = x.shape[-1]
        if flag:
            if n % 2 == 1:
                return y
        elif n - 2 * (n // 2) == 1:
            return y
        return x + y
""",
    ),
    (
        "ranks",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv1d(2, 4, 4, 2, 1)
        self.u = nn.ConvTranspose1d(4, 2, 4, 2, 1)
    def forward(self, x):
        y = self.u(self.d(x))
        if x.dim() == 2:
            if x.shape[-1] != y.shape[-1]:
                return y
        else:
            if x.shape[2] != y.shape[2]:
                return y
        return x + y
""",
    ),
    (
        "mode",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

def up(k, u, mode):
    if mode == "a":
        if (k - u) % 2:
            raise ValueError
    else:
        if (k - u) % 4:
            raise ValueError
    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact
""",
    ),
    (
        "or-2",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

def up(k, u):
    assert (k - u) % 4 == 0 or (k - u) % 6 == 0
    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact
""",
    ),
    (
        "check1",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

def check(k, u):
    assert (k - u) % 2 == 0, "odd"
def up(k, u):
    check(k, u)
    return nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)  # convt: exact
""",
    ),
    (
        "irrel2",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

def check(k, u):
    if (k - u) % 2:
        raise ValueError("k - u must be even")
class Up(nn.Module):
    def __init__(self, k, u):
        super().__init__()
        check(k, u)
        self.c = nn.ConvTranspose1d(1, 1, k, u, padding=(k - u) // 2)
        self.u = u
    def forward(self, x):
        y = self.c(x)
        assert y.shape[-1] == self.u * x.shape[-1]
        return y
""",
    ),
    (
        "guardtry",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class Mismatch(Exception):
    pass
def guard(a, b):
    if a.shape[-1] != b.shape[-1]:
        raise Mismatch
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.u = nn.ConvTranspose1d(2, 2, 2)
    def forward(self, x):
        y = self.u(x)
        try:
            guard(x, y)
        except Mismatch:
            return y
        return torch.stack([x, y])
""",
    ),
    (
        "3d",
        """
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = nn.Conv3d(2, 2, 3, 2, 1)
        self.u = nn.ConvTranspose3d(2, 2, 2, 2)
    def forward(self, x):
        y = self.u(self.d(x))
        if y.shape[2:] != x.shape[2:]:
            y = F.interpolate(y, x.shape[2:])
        return y + x
""",
    ),
    (
        "ranks-that-a-helper-tells-apart",
        """
import torch
import torch.nn as nn


class Norm(nn.LayerNorm):
    def forward(self, x):
        if x.dim() == 4:
            return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        if x.ndim == 3:
            return super().forward(x.transpose(1, 2)).transpose(1, 2)
        return x


class Net(nn.Module):
    def __init__(self, c=8):
        super().__init__()
        self.norm = Norm(c)
        self.up = nn.ConvTranspose1d(c, c, 4, 2, 1)

    def forward(self, x):
        return self.up(self.norm(x))


Net()(torch.randn(1, 8, 10))
""",
    ),
    (
        "bound-of-a-counter",
        """
import torch.nn as nn


def heads(stages=2, first=0):
    found = []
    for s in range(first, 4):
        if s < stages:
            found.append(nn.ConvTranspose2d(8, 8, kernel_size=4 // (2**s), stride=4 // (2**s)))
    return found


heads()
""",
    ),
    (
        "layer-that-is-not-used",
        """
import torch
import torch.nn as nn


class Up(nn.Module):
    def __init__(self, stride, scale=None):
        super().__init__()
        spare = nn.ConvTranspose1d(4, 4, 5, stride, padding=2, output_padding=1)
        if scale:
            layers = [nn.Upsample(scale_factor=scale), nn.Conv1d(4, 4, 5, padding=2)]
        else:
            layers = [spare]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)


Up(1, scale=2)(torch.randn(1, 4, 10))
Up(2)(torch.randn(1, 4, 10))
""",
    ),
]
