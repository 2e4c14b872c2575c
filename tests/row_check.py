"""Holds a row of the shape table against torch: the same call, once by the rule and once for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import torch

from convt_lint.lengths import Symbol
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor

REFUSED = "refused"
NOT_FOLLOWED = "not followed"


class Hidden(Symbol):
    """A size that the rule is not told."""


def seen(value: Any) -> Any:
    """A real value as a rule sees it."""
    if isinstance(value, torch.Tensor):
        return Tensor(tuple(value.shape))
    if isinstance(value, (list, tuple)):
        return tuple(seen(item) for item in value)
    if value is None or value is ... or isinstance(value, (int, float, str, slice)):
        return value
    return Hidden()


def blurred(value: Any, random: Random) -> Any:
    """The same value with some of it not known: sizes, the rank, leading dimensions, whole arguments."""
    if isinstance(value, Tensor) and value.shape is not None:
        shape = tuple(random.choice([size, None, Hidden()]) if random.random() < 0.4 else size for size in value.shape)
        way = random.random()
        if way < 0.6:
            return Tensor(shape)
        tail = shape[random.randint(0, len(shape)) :]
        if way < 0.8:
            return Tensor(None, tail)
        return Tensor(None, tail, tuple(sorted({len(shape), len(shape) + random.choice([-1, 1])} - set(range(len(tail))))))
    if isinstance(value, tuple):
        return tuple(blurred(item, random) for item in value)
    return Hidden() if random.random() < 0.1 else value


def outcome(row: Row, values: Mapping[str, Any]) -> Any:
    """What the rule says of a call."""
    try:
        return row.rule(values)
    except Refused:
        return REFUSED
    except NotFollowed:
        return NOT_FOLLOWED


def truth(call: Callable[[], Any]) -> Any:
    """What torch makes of the call, as a rule would say it; `REFUSED` where it raises."""
    try:
        with torch.no_grad():
            return seen(call())
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError):
        return REFUSED


def contradiction(said: Any, real: Any) -> str:
    """Where a rule's word and torch's disagree; empty where they do not. What a rule does not know contradicts nothing."""
    if said == NOT_FOLLOWED or isinstance(said, Symbol):
        return ""
    if said == REFUSED or real == REFUSED:
        return "" if said == real or said != REFUSED else f"refused, but torch gives {real}"
    if isinstance(said, Tensor):
        if not isinstance(real, Tensor) or real.shape is None:
            return f"a tensor, but torch gives {real}"
        return _contradiction_of_shapes(said, real.shape)
    if isinstance(said, tuple):
        if not isinstance(real, tuple) or len(said) != len(real):
            return f"{said}, but torch gives {real}"
        return "; ".join(filter(None, map(contradiction, said, real)))
    return "" if said is None or said == real else f"{said!r}, but torch gives {real!r}"


def _contradiction_of_shapes(said: Tensor, real: tuple[Any, ...]) -> str:
    if said.shape is not None and len(said.shape) != len(real):
        return f"rank {len(said.shape)}, but torch gives {real}"
    if said.ranks and len(real) not in said.ranks:
        return f"ranks {said.ranks}, but torch gives {real}"
    if len(said.last) > len(real):
        return f"{said.last}, but torch gives {real}"
    pairs = zip(reversed(said.last), reversed(real), strict=False)
    return "" if all(mine == theirs for mine, theirs in pairs if isinstance(mine, int)) else f"{said}, but torch gives {real}"


def complete(said: Any, real: Any) -> bool:
    """Whether a rule that was told all says all: every size, and a refusal where torch refuses."""
    if isinstance(real, Tensor):
        return said == real
    if isinstance(real, tuple):
        return isinstance(said, tuple) and len(said) == len(real) and all(map(complete, said, real))
    return bool(said == real) or isinstance(real, Symbol)


def tells_all(said: Any, real: Any) -> bool:
    """As `complete`; that torch refuses a call for another reason than its shapes, or gives an empty tensor, may stay unsaid."""
    empty = isinstance(real, Tensor) and 0 in real.last
    return complete(said, real) or (said == NOT_FOLLOWED and (real == REFUSED or empty))
