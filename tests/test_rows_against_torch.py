"""The shape table against torch: every row on drawn calls, with all of a call known to the rule, and with some of it hidden."""

from __future__ import annotations

import inspect
import warnings
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from row_check import REFUSED, blurred, contradiction, outcome, seen, tells_all, truth
from torch import nn

from convt_lint.torch_api import table
from convt_lint.torch_api.signatures import REQUIRED, Misfit, bind, formals

DRAWS = 250
Call = tuple[list[Any], dict[str, Any]]
Draw = Callable[[Random], Call]


def zeros(*sizes: int) -> torch.Tensor:
    return torch.zeros(sizes)


def size(r: Random, most: int = 5) -> int:
    return r.choice([1, 2, 3, 4, r.randint(1, most)])


def shape(r: Random, least: int = 1, most: int = 4) -> list[int]:
    return [size(r) for _ in range(r.randint(least, most))]


def x(r: Random, least: int = 1, most: int = 4) -> torch.Tensor:
    return zeros(*shape(r, least, most))


def like(r: Random, tensor: torch.Tensor, chance: float = 0.25) -> torch.Tensor:
    """A tensor whose shape is nearly that of another: some sizes 1 or changed, dimensions missing or added."""
    sizes = [s if r.random() > chance else r.choice([1, s + 1, s]) for s in tensor.shape]
    way = r.random()
    if way < 0.15:
        sizes = sizes[1:]
    elif way < 0.25:
        sizes = [r.choice([1, 2]), *sizes]
    return zeros(*sizes)


def dim(r: Random, rank: int) -> int:
    return r.randint(-rank - (r.random() < 0.05), rank - 1 + (r.random() < 0.05))


def image(r: Random, dims: int, channels: int | None = None) -> torch.Tensor:
    lead = r.choice([[2], [2], [1], [], [2, 1] if r.random() < 0.2 else [3]])
    return zeros(*lead, channels or size(r), *(r.randint(1, 8) for _ in range(dims)))


def axes(r: Random, dims: int, draw: Callable[[], int]) -> Any:
    return draw() if r.random() < 0.6 else tuple(draw() for _ in range(dims))


def keep(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


# -- functions -------------------------------------------------------------------------------------------------------------------


def two(r: Random) -> Call:
    a = x(r, 0)
    return [a, r.choice([like(r, a), like(r, a), 2, 0.5])], {}


def two_tensors(r: Random) -> Call:
    a = x(r, 0)
    return [a, like(r, a)], {}


def with_dim(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim())], {}


def reduction(r: Random) -> Call:
    a = x(r)
    given = r.choice([None, dim(r, a.dim()), tuple(r.sample(range(a.dim()), r.randint(1, a.dim())))])
    return [a, *([given] if given is not None else [])], keep(keepdim=r.choice([True, False, None]) if given is not None else None)


def reduction_of_one(r: Random) -> Call:
    a = x(r)
    return ([a, dim(r, a.dim())], keep(keepdim=r.choice([True, None]))) if r.random() < 0.7 else ([a], {})


def cat(r: Random) -> Call:
    first = x(r)
    parts = [zeros(*(s if r.random() > 0.1 else s + 1 for s in first.shape)) for _ in range(r.randint(1, 3))]
    if r.random() < 0.1:
        parts.append(x(r))
    return [[first, *parts]], {"dim": dim(r, first.dim())} if r.random() < 0.8 else {}


def stack(r: Random) -> Call:
    arguments, given = cat(r)
    return arguments, {"dim": r.randint(-1, 2)} if given else {}


def many(r: Random) -> Call:
    return [cat(r)[0][0]], {}


def view(r: Random) -> Call:
    a = x(r, 0)
    count = a.numel()
    parts: list[int] = []
    while count > 1 and len(parts) < 3:
        divisors = [d for d in range(1, count + 1) if count % d == 0]
        parts.append(r.choice(divisors))
        count //= parts[-1]
    parts.append(count)
    r.shuffle(parts)
    if r.random() < 0.4:
        parts[r.randrange(len(parts))] = -1
    if r.random() < 0.3:
        parts[r.randrange(len(parts))] += 1
    return ([a, parts] if r.random() < 0.4 else [a, *parts]), {}


def reshape(r: Random) -> Call:
    arguments, _ = view(r)
    return [arguments[0], list(arguments[1]) if isinstance(arguments[1], list) else arguments[1:]], {}


def flatten(r: Random) -> Call:
    a = x(r, 0)
    return [a, *(r.randint(-1, 3) for _ in range(r.randint(0, 2)))], {}


def unflatten(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim()), r.choice([[-1, 2], [1, -1], [2, 2], [1, size(r)], [3, -1]])], {}


def permute(r: Random) -> Call:
    a = x(r)
    order = list(range(a.dim()))
    r.shuffle(order)
    if r.random() < 0.15:
        order.append(0)
    return [a, *order], {}


def permute_at_once(r: Random) -> Call:
    arguments, _ = permute(r)
    return [arguments[0], arguments[1:]], {}


def swap(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim()), dim(r, a.dim())], {}


def squeeze(r: Random) -> Call:
    a = x(r)
    return [a, *r.choice([[], [dim(r, a.dim())], [tuple(r.sample(range(a.dim()), 1))]])], {}


def unsqueeze(r: Random) -> Call:
    a = x(r, 0)
    return [a, r.randint(-a.dim() - 2, a.dim() + 1)], {}


def expand(r: Random) -> Call:
    a = x(r)
    wanted = [r.choice([s, -1, s, 3 if s == 1 else s, s + 1 if r.random() < 0.3 else s]) for s in a.shape]
    return [a, *r.choice([[], [2]]), *wanted], {}


def broadcast_to(r: Random) -> Call:
    arguments, _ = expand(r)
    return [arguments[0], [abs(s) for s in arguments[1:]]], {}


def repeat(r: Random) -> Call:
    a = x(r)
    return [a, *(r.randint(1, 3) for _ in range(a.dim() + r.choice([0, 0, 1, -1])))], {}


def tile(r: Random) -> Call:
    arguments, _ = repeat(r)
    return [arguments[0], arguments[1:]], {}


def narrow(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim()), r.randint(-2, 2), r.randint(0, 3)], {}


def select(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim()), r.randint(-3, 3)], {}


def split(r: Random) -> Call:
    a = x(r)
    along = dim(r, a.dim())
    given = r.choice([r.randint(1, 3), [1, 2], [a.shape[min(max(along, -a.dim()), a.dim() - 1)]], [1, 1, 1]])
    return [a, given], {"dim": along}


def chunk(r: Random) -> Call:
    a = x(r)
    return [a, r.randint(1, 4)], {"dim": dim(r, a.dim())}


def topk(r: Random) -> Call:
    a = x(r)
    return [a, r.randint(1, 3)], {"dim": dim(r, a.dim())} if r.random() < 0.5 else {}


def movedim(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim()), dim(r, a.dim())], {}


def index_select(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim()), torch.zeros(size(r), dtype=torch.long)], {}


def where(r: Random) -> Call:
    a = x(r)
    return [like(r, a).bool(), a, like(r, a)], {}


def masked_fill(r: Random) -> Call:
    a = x(r)
    return [a, like(r, a).bool(), 0.0], {}


def matmul(r: Random) -> Call:
    inner = size(r)
    a, b = [*shape(r, 0, 3), inner], [*shape(r, 0, 2), inner + (r.random() < 0.2), size(r)]
    if r.random() < 0.2:
        b = [inner]
    return [zeros(*a), zeros(*b)], {}


def matrices(rank: int, other: int) -> Draw:
    def draw(r: Random) -> Call:
        batch, inner = size(r), size(r)
        a = ([batch] if rank == 3 else []) + [size(r), inner]
        b = ([batch + (r.random() < 0.1)] if other == 3 else []) + ([inner + (r.random() < 0.2), size(r)] if other > 1 else [inner])
        if r.random() < 0.1:
            a = [2, *a]
        return [zeros(*a), zeros(*b)], {}

    return draw


def vectors(r: Random) -> Call:
    n = size(r)
    return [zeros(n), zeros(*r.choice([[n], [n + 1], [n, 2]]))], {}


def einsum(r: Random) -> Call:
    i, j, k = size(r), size(r), size(r)
    bad = r.random() < 0.2
    forms = [
        ("ij,jk->ik", [[i, j], [j + bad, k]]),
        ("bij,bjk->bik", [[2, i, j], [2, j + bad, k]]),
        ("ij,jk", [[i, j], [j, k]]),
        ("bct,c->bt", [[i, j, k], [j]]),
        ("ii->i", [[i, i + bad]]),
        ("i,j->ij", [[i], [j]]),
        ("bnc,bmc->bnm", [[i, j, k], [i, j, k]]),
        ("ij->ji", [[i, j, k] if bad else [i, j]]),
    ]
    equation, shapes = r.choice(forms)
    operands = [zeros(*s) for s in shapes]
    return ([equation, *operands] if r.random() < 0.5 else [equation, operands]), {}


def index(r: Random) -> Call:
    a = x(r)

    def one(length: int) -> Any:
        return r.choice([r.randint(-2, 2), slice(None), slice(r.choice([None, -2, 0, 1]), r.choice([None, -1, 2, 9])), slice(None, None, 2), None, ...])

    items = [one(s) for s in a.shape[: r.randint(1, a.dim())]]
    items = [item for place, item in enumerate(items) if item is not ... or ... not in items[:place]]
    if r.random() < 0.1:
        items += [0] * 4
    return [a, items[0] if len(items) == 1 and r.random() < 0.5 else tuple(items)], {}


def put(r: Random) -> Call:
    arguments, _ = index(r)
    try:
        part = arguments[0][arguments[1]]
    except (IndexError, TypeError, ValueError):
        return [*arguments, 0.0], {}
    return [*arguments, r.choice([0.5, like(r, part), like(r, part)])], {}


def sizes(r: Random) -> Call:
    given = shape(r, 0)
    return r.choice([(given, {}), ([given], {}), ([], {"size": given})])


def new_sizes(r: Random) -> Call:
    arguments, keywords = sizes(r)
    return [x(r), *arguments], keywords


def pad(r: Random) -> Call:
    a = x(r)
    amounts = [r.randint(-2, 3) for _ in range(2 * r.randint(1, a.dim() + (r.random() < 0.1)))]
    mode = r.choice(["constant", "constant", "reflect", "replicate", "circular"])
    if mode != "constant":
        dims = r.randint(1, 3)
        a = image(r, dims)
        amounts = [r.choice([0, 1, 1, 2, -1]) for _ in range(2 * dims)]
    return [a, amounts], {"mode": mode} if mode != "constant" or r.random() < 0.3 else {}


def interpolate(r: Random) -> Call:
    dims = r.randint(1, 3)
    a = image(r, dims)
    given = r.choice(
        [
            {"size": axes(r, dims, lambda: r.randint(1, 6))},
            {"scale_factor": axes(r, dims, lambda: r.choice([1, 2, 3, 0.5, 1.5, 0.25]))},
            {"scale_factor": 2},
        ]
    )
    modes = ["nearest", "linear", "bilinear", "area", "trilinear", "nearest-exact", "bicubic"]
    return [a], {**given, **({"mode": r.choice([modes[dims], "nearest", r.choice(modes)])} if r.random() < 0.6 else {})}


def functional_pool(dims: int) -> Draw:
    def draw(r: Random) -> Call:
        arguments, _ = pool(dims)(r)
        (kernel, keywords), source = arguments
        return [source, *kernel], keywords

    return draw


def fold(r: Random) -> Call:
    kernel, stride = r.randint(1, 3), r.randint(1, 2)
    lengths = (r.randint(2, 6), r.randint(2, 6))
    blocks = 1
    for length in lengths:
        blocks *= max((length - kernel) // stride + 1, 0)
    return [zeros(*r.choice([[2], []]), 2 * kernel * kernel + (r.random() < 0.1), blocks + (r.random() < 0.2)), lengths, kernel], {"stride": stride}


def unfold(r: Random) -> Call:
    return [image(r, 2), axes(r, 2, lambda: r.randint(1, 3))], {"stride": r.randint(1, 2), "padding": r.randint(0, 1), "dilation": r.randint(1, 2)}


def windows(r: Random) -> Call:
    a = x(r)
    return [a, dim(r, a.dim()), r.randint(1, 4), r.randint(1, 3)], {}


def stft(r: Random) -> Call:
    n = r.choice([4, 8, 6])
    center = r.random() < 0.6
    return [zeros(*r.choice([[2], []]), r.randint(9, 40)), n], {
        "hop_length": r.choice([1, 2, 3, None]),
        "center": center,
        "return_complex": True,
        "window": torch.ones(n),
    }


def istft(r: Random) -> Call:
    n, frames = r.choice([4, 8]), r.randint(4, 9)
    spectrum = torch.ones(*r.choice([[2], []]), n // 2 + 1 if r.random() < 0.7 else r.choice([n, n + 1]), frames, dtype=torch.complex64)
    return [spectrum, n], keep(onesided=r.choice([None, True, False]), hop_length=r.choice([1, 2, None]), window=torch.ones(n), length=r.choice([None, 5]))


def arange(r: Random) -> Call:
    return [r.randint(0, 5) for _ in range(r.randint(1, 2))] + [], {}


def nested(r: Random) -> Call:
    a, b = size(r), size(r)
    return [r.choice([[[0.0] * a] * b, [1] * a, 3, [[1], [2, 3]] if r.random() < 0.3 else [[1.0]]])], {}


def linear(r: Random) -> Call:
    n = size(r)
    return [zeros(*shape(r, 0, 3), n + (r.random() < 0.2)), zeros(size(r), n)], {}


def lengths(r: Random) -> Call:
    a = x(r)
    return [a, a.shape[-1]], {}


def attention(r: Random) -> Call:
    e, s = size(r), size(r)
    return [zeros(2, 3, size(r), e), zeros(2, 3, s, e + (r.random() < 0.1)), zeros(2, 3, s + (r.random() < 0.1), size(r))], {}


def loss(r: Random) -> Call:
    a = torch.rand(shape(r)) * 0.5
    return [a, like(r, a, 0.1)], keep(reduction=r.choice([None, "none", "sum", "mean"]))


def classes(r: Random) -> Call:
    n, c, rest = size(r), size(r), shape(r, 0, 2)
    target = torch.zeros([n, *rest], dtype=torch.long)
    way = r.random()
    if way < 0.15:
        target = torch.zeros([n + 1, *rest], dtype=torch.long)
    elif way < 0.3:
        target = torch.zeros([n, *rest, 1], dtype=torch.long)
    elif way < 0.45:
        return [zeros(n, c, *rest), torch.rand(n, c + (r.random() < 0.2), *rest)], {}
    elif way < 0.55:
        return [zeros(c), torch.tensor(0)], {}
    return [zeros(n, c, *rest), target], keep(reduction=r.choice([None, "none"]))


FUNCTIONS: dict[str, Draw] = {
    **{f"torch.{name}": two for name in ("add", "sub", "mul", "div", "true_divide", "eq", "lt", "ge", "pow")},
    **{f"torch.{name}": two_tensors for name in ("maximum", "minimum", "atan2", "logical_and", "fmod", "remainder", "floor_divide")},
    **{f"torch.{name}": reduction for name in ("sum", "mean", "amax", "std", "var")},
    **{f"torch.{name}": reduction_of_one for name in ("argmax", "any", "all", "prod", "max", "min", "median")},
    **{f"torch.{name}": with_dim for name in ("cumsum", "unbind", "softmax", "sort", "argsort", "cummax", "logsumexp")},
    "torch.norm": lambda r: ((lambda a: [a, 2, dim(r, a.dim())])(x(r)), {}),
    "torch.diff": lambda r: ((lambda a: [a, r.randint(0, 2), dim(r, a.dim())])(x(r)), {}),
    **{f"torch.{name}": many for name in ("hstack", "vstack", "dstack")},
    "torch.cat": cat,
    "torch.stack": stack,
    "torch.reshape": reshape,
    "torch.flatten": flatten,
    "torch.unflatten": unflatten,
    "torch.permute": permute_at_once,
    "torch.transpose": swap,
    "torch.movedim": movedim,
    "torch.squeeze": squeeze,
    "torch.unsqueeze": unsqueeze,
    "torch.broadcast_to": broadcast_to,
    "torch.tile": tile,
    "torch.narrow": narrow,
    "torch.select": select,
    "torch.split": split,
    "torch.chunk": chunk,
    "torch.topk": topk,
    "torch.index_select": index_select,
    "torch.where": where,
    "torch.matmul": matmul,
    "torch.mm": matrices(2, 2),
    "torch.bmm": matrices(3, 3),
    "torch.mv": matrices(2, 1),
    "torch.dot": vectors,
    "torch.outer": vectors,
    "torch.einsum": einsum,
    **{f"torch.{name}": sizes for name in ("zeros", "ones", "randn", "rand", "empty")},
    "torch.zeros_like": lambda r: ([x(r)], {}),
    "torch.full": lambda r: ([shape(r, 0), 1.0], {}),
    "torch.randint": lambda r: ([*r.choice([[5], [1, 5]]), shape(r, 0)], {}),
    "torch.arange": arange,
    "torch.linspace": lambda r: ([0, 1, size(r)], {}),
    "torch.eye": lambda r: ([size(r), *r.choice([[], [size(r)]])], {}),
    "torch.tensor": nested,
    "torch.Tensor": lambda r: (shape(r), {}),
    "torch.numel": lambda r: ([x(r, 0)], {}),
    "torch.stft": stft,
    "torch.istft": istft,
    "torch.fft.rfft": lambda r: ((lambda a: [a, r.choice([None, 3]), dim(r, a.dim())])(x(r)), {}),
    "torch.relu": lambda r: ([x(r, 0)], {}),
    "torch.clamp": lambda r: ([x(r, 0), 0.0], {"max": 1.0}),
    "torch.nn.functional.pad": pad,
    "torch.nn.functional.interpolate": interpolate,
    "torch.nn.functional.fold": fold,
    "torch.nn.functional.unfold": unfold,
    "torch.nn.functional.linear": linear,
    "torch.nn.functional.layer_norm": lambda r: ((lambda a: [a, [a.shape[-1] + (r.random() < 0.2)]])(x(r)), {}),
    "torch.nn.functional.normalize": lambda r: ([x(r, 2)], {}),
    "torch.nn.functional.glu": with_dim,
    "torch.nn.functional.one_hot": lambda r: ([torch.zeros(shape(r), dtype=torch.long)], {"num_classes": r.choice([3, -1])}),
    "torch.nn.functional.embedding": lambda r: ([torch.zeros(shape(r), dtype=torch.long), zeros(3, size(r))], {}),
    "torch.nn.functional.pixel_shuffle": lambda r: ([image(r, 2, r.choice([4, 8, 9, 3])), r.choice([1, 2, 3])], {}),
    "torch.nn.functional.pixel_unshuffle": lambda r: ([image(r, 2), r.choice([1, 2])], {}),
    "torch.nn.functional.scaled_dot_product_attention": attention,
    "torch.nn.functional.cosine_similarity": lambda r: ((lambda a: [a, like(r, a)])(x(r, 2)), {}),
    **{f"torch.nn.functional.{name}": loss for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "binary_cross_entropy", "kl_div")},
    "torch.nn.functional.binary_cross_entropy_with_logits": loss,
    "torch.nn.functional.cross_entropy": classes,
    "torch.nn.functional.max_pool1d": lambda r: ([image(r, 1), r.randint(1, 4), *r.choice([[], [r.randint(1, 3)]])], {"ceil_mode": r.random() < 0.5}),
    "torch.nn.functional.avg_pool2d": lambda r: ([image(r, 2), r.randint(1, 4)], {"padding": r.randint(0, 2)}),
    "torch.nn.functional.adaptive_avg_pool2d": lambda r: ([image(r, 2), r.choice([1, 3, (2, None), (1, 1)])], {}),
}  # fmt: skip
METHODS: dict[str, Draw] = {
    "view": view,
    "reshape": view,
    "flatten": flatten,
    "permute": permute,
    "transpose": swap,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "expand": expand,
    "repeat": repeat,
    "split": split,
    "chunk": chunk,
    "unfold": windows,
    "masked_fill": masked_fill,
    "add_": two_tensors,
    "mul_": two_tensors,
    "copy_": two_tensors,
    "expand_as": two_tensors,
    "view_as": two_tensors,
    "new_zeros": new_sizes,
    "size": with_dim,
    "numel": lambda r: ([x(r, 0)], {}),
    "dim": lambda r: ([x(r, 0)], {}),
    "sum": reduction,
    "mean": reduction,
    "max": reduction_of_one,
    "to": lambda r: ([x(r, 0), torch.float64], {}),
    "__getitem__": index,
    "__setitem__": put,
}


# -- modules: constructor arguments and the input ------------------------------------------------------------------------------


def pool(dims: int, more: Callable[[Random], dict[str, Any]] = lambda r: {}) -> Draw:
    def draw(r: Random) -> Call:
        kernel = axes(r, dims, lambda: r.randint(1, 4))
        given = keep(stride=r.choice([None, axes(r, dims, lambda: r.randint(1, 3))]), padding=r.choice([None, 0, 1, 2]), ceil_mode=r.choice([None, True]))
        return [([kernel], {**given, **more(r)}), image(r, dims)], {}

    return draw


def made(arguments: Callable[[Random], list[Any]], source: Callable[[Random], torch.Tensor]) -> Draw:
    return lambda r: ([(arguments(r), {}), source(r)], {})


def norm(dims: int) -> Draw:
    def draw(r: Random) -> Call:
        channels = size(r)
        a = image(r, dims, channels + (r.random() < 0.2))
        return [([channels], keep(affine=r.choice([None, True, False]))), a], {}

    return draw


def group(r: Random) -> Call:
    channels = r.choice([2, 4, 6])
    return [([2, channels], {}), zeros(*r.choice([[2, channels, 3], [2, channels], [2, channels + 1, 2], [channels]]))], {}


def features(r: Random) -> Call:
    n = size(r)
    return [([n, size(r)], keep(bias=r.choice([None, False]))), zeros(*shape(r, 0, 3), n + (r.random() < 0.2))], {}


def rnn(r: Random) -> Call:
    n = size(r)
    given = keep(num_layers=r.choice([None, 2]), batch_first=r.choice([None, True]), bidirectional=r.choice([None, True]))
    return [([n, size(r)], given), zeros(*r.choice([[3, 2], [4], [2, 3], [2, 3, 2] if r.random() < 0.1 else [1, 1]]), n + (r.random() < 0.15))], {}


def lstm(r: Random) -> Call:
    (arguments, given), source = rnn(r)[0]
    return [([arguments[0], 3], {**given, **keep(proj_size=r.choice([None, 2]))}), source], {}


def heads(r: Random) -> Call:
    e = r.choice([2, 4])
    q = zeros(2, 3, e + (r.random() < 0.15))
    k = zeros(*r.choice([[2, 3], [2, 3]]), e)
    return [([e, 2], keep(batch_first=r.choice([None, True]))), q, k, k], keep(need_weights=r.choice([None, False]))


def bordered(dims: int) -> Draw:
    return lambda r: ([([r.choice([r.randint(-1, 3), tuple(r.randint(-1, 3) for _ in range(2 * dims))])], {}), image(r, dims)], {})


def unpool(r: Random) -> Call:
    a = zeros(1, 2, r.randint(2, 5))
    return [([2], keep(stride=r.choice([None, 2]))), a, torch.arange(a.shape[-1]).expand(1, 2, -1) * 2], {}


MODULES: dict[str, Draw] = {
    **{f"MaxPool{d}d": pool(d, lambda r: keep(dilation=r.choice([None, 2]), return_indices=r.choice([None, True]))) for d in (1, 2, 3)},
    **{f"AvgPool{d}d": pool(d) for d in (1, 2, 3)},
    **{f"AdaptiveAvgPool{d}d": made(lambda r: [r.choice([1, 2, 5])], lambda r, d=d: image(r, d)) for d in (1, 2, 3)},  # type: ignore[misc]
    "AdaptiveMaxPool2d": made(lambda r: [r.choice([1, (2, 3), (None, 2)])], lambda r: image(r, 2)),
    "LPPool1d": made(lambda r: [2, r.randint(1, 3)], lambda r: image(r, 1)),
    "MaxUnpool1d": unpool,
    **{f"{name}Pad{d}d": bordered(d) for name in ("Zero", "Reflection", "Replication", "Circular") for d in (1, 2, 3)},
    "ConstantPad1d": made(lambda r: [r.choice([1, (2, -1)]), 0.0], lambda r: image(r, 1)),
    "Upsample": lambda r: ([([], interpolate(r)[1]), image(r, r.randint(1, 3))], {}),
    "UpsamplingBilinear2d": lambda r: ([([], {"scale_factor": 2}), image(r, r.choice([2, 2, 1]))], {}),
    "PixelShuffle": made(lambda r: [r.choice([1, 2, 3])], lambda r: image(r, 2, r.choice([4, 9, 8, 3]))),
    "Linear": features,
    "Embedding": lambda r: ([([5, size(r)], {}), torch.zeros(shape(r, 0, 3), dtype=torch.long)], {}),
    **{f"BatchNorm{d}d": norm(d) for d in (1, 2, 3)},
    **{f"InstanceNorm{d}d": norm(d) for d in (1, 2, 3)},
    "GroupNorm": group,
    "LayerNorm": lambda r: ((lambda a: [([r.choice([a.shape[-1], a.shape[-1] + 1, tuple(a.shape[-2:])])], {}), a])(x(r)), {}),
    "PReLU": made(lambda r: [r.choice([1, 2, 3])], lambda r: x(r)),
    "GLU": lambda r: ((lambda a: [([dim(r, a.dim())], {}), a])(x(r)), {}),
    "ReLU": lambda r: ([([], {}), x(r, 0)], {}),
    "LeakyReLU": lambda r: ([([0.1], {}), x(r, 0)], {}),
    "Dropout": lambda r: ([([0.1], {}), x(r, 0)], {}),
    "Softmax": lambda r: ((lambda a: [([], {"dim": -1}), a])(x(r)), {}),
    "Identity": lambda r: ([([], {}), x(r, 0)], {}),
    "Flatten": lambda r: ((lambda a: [(r.choice([[], [0], [1, 2]]), {}), a])(x(r)), {}),
    "Unflatten": lambda r: ((lambda a: [([1, (r.choice([2, 1]), -1)], {}), a])(x(r, 2)), {}),
    "RNN": rnn,
    "GRU": rnn,
    "LSTM": lstm,
    "GRUCell": lambda r: ([([3, 4], {}), zeros(*r.choice([[2, 3], [3], [2, 2], [1, 2, 3]]))], {}),
    "LSTMCell": lambda r: ([([3, 4], {}), zeros(*r.choice([[2, 3], [3], [2, 2]]))], {}),
    "MultiheadAttention": heads,
    "TransformerEncoderLayer": lambda r: ([([4, 2], {"dim_feedforward": 8}), zeros(*r.choice([[2, 3, 4], [3, 4], [2, 3, 5]]))], {}),
    "MSELoss": lambda r: ([([], {}), *loss(r)[0]], {}),
    "BCELoss": lambda r: ([([], {}), *loss(r)[0]], {}),
    "CrossEntropyLoss": lambda r: ([([], {}), *classes(r)[0]], {}),
    "Unfold": lambda r: ([([2], {}), image(r, 2)], {}),
}  # fmt: skip


INCOMPLETE = {
    "torch.nn.functional.one_hot": "the number of classes is that of the data",
    "torch.nn.functional.scaled_dot_product_attention": "what does not fit depends on the kernel that runs",
    "torch.nn.functional.cross_entropy": "a target's dtype says what it holds",
    "CrossEntropyLoss": "a target's dtype says what it holds",
    "MultiheadAttention": "the weights are not followed",
    **dict.fromkeys(
        ("torch.nn.functional.adaptive_avg_pool2d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "AdaptiveMaxPool2d"),
        "some take any number of leading dimensions, by the sizes asked for",
    ),
}


def judge(name: str, row: Any, draws: list[tuple[dict[str, Any], Any]]) -> None:
    """Every drawn call: the rule's word, told all, equals torch's; told less, it contradicts nothing."""
    random = Random(name)
    outcomes = Counter[bool]()
    for values, real in draws:
        said = outcome(row, values)
        assert not contradiction(said, real), (values, said, real)
        assert tells_all(said, real) or name in INCOMPLETE, (values, said, real)
        outcomes[real == REFUSED] += 1
        for _ in range(3):
            hidden = {key: blurred(value, random) for key, value in values.items()}
            assert not contradiction(outcome(row, hidden), real), (values, hidden, outcome(row, hidden), real)
    assert outcomes[False] >= DRAWS // 5, "nearly all draws are refused"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    row = table.function_row(name)
    assert row is not None
    function: Any = torch
    for part in name.split(".")[1:]:
        function = getattr(function, part)
    judge(name, row, list(drawn(name, FUNCTIONS[name], row, function)))


@pytest.mark.parametrize("name", METHODS)
def test_methods(name: str) -> None:
    row = table.method_row(name)
    assert row is not None
    judge(name, row, list(drawn(name, METHODS[name], row, lambda source, *rest, **given: getattr(source, name)(*rest, **given))))


def drawn(name: str, draw: Draw, row: Any, function: Callable[..., Any]) -> Any:
    random = Random(name)
    for _ in range(DRAWS):
        arguments, keywords = draw(random)
        values = bind(row.signature, [seen(value) for value in arguments], {key: seen(value) for key, value in keywords.items()})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield values, truth(lambda arguments=arguments, keywords=keywords: function(*arguments, **keywords))


@pytest.mark.parametrize("name", MODULES)
def test_modules(name: str) -> None:
    row, random = table.module_row(name), Random(name)
    draws = []
    for _ in range(DRAWS):
        ((given, options), *inputs), keywords = MODULES[name](random)
        try:
            values = bind(row.signature, [seen(value) for value in given], {key: seen(value) for key, value in options.items()})
        except Misfit:
            continue  # a keyword that this pooling does not take
        values |= bind(row.inputs, [seen(value) for value in inputs], {key: seen(value) for key, value in keywords.items()})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            draws.append((values, truth(lambda g=given, o=options, i=inputs, k=keywords: getattr(nn, name)(*g, **o).eval()(*i, **k))))
    judge(name, row, draws)


def parameters(function: Any) -> list[inspect.Parameter]:
    return [parameter for parameter in inspect.signature(function).parameters.values() if parameter.name != "self"]


OF_OTHERS = {"Rearrange", "Reduce"}
"""Modules that are einops'."""


@pytest.mark.parametrize("name", sorted(table._tables()[0].keys() - OF_OTHERS))
def test_a_modules_signature_is_torchs(name: str) -> None:
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    theirs = [parameter for parameter in parameters(getattr(nn, name).__init__) if parameter.kind not in kinds]
    mine = [formal for formal in formals(table.module_row(name).signature) if formal.way != "rest"]
    if len(theirs) < 2 and len(mine) > len(theirs):
        pytest.skip("torch takes *args here")
    shared = list(zip(mine, theirs, strict=False))
    assert [formal.name for formal, _ in shared] == [parameter.name for _, parameter in shared]
    assert len(theirs) <= len(mine) + sum(parameter.default is not inspect.Parameter.empty for parameter in theirs[len(mine) :])
    for formal, parameter in shared:
        assert (formal.default is REQUIRED) == (parameter.default is inspect.Parameter.empty), formal.name


@pytest.mark.parametrize("name", sorted(name for name in table._tables()[1] if name.startswith("torch.nn.functional.")))
def test_a_functions_signature_is_torchs(name: str) -> None:
    function = getattr(F, name.rpartition(".")[2])
    try:
        theirs = parameters(function)
    except ValueError:
        pytest.skip("a builtin without a signature")
    mine = [formal for formal in formals(table.function_row(name).signature) if formal.way != "rest"]  # type: ignore[union-attr]
    if any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in theirs) or any(
        f.way == "rest" for f in formals(table.function_row(name).signature)
    ):  # type: ignore[union-attr]
        pytest.skip("dispatched by arguments")
    assert [formal.name for formal in mine] == [parameter.name for parameter in theirs]
