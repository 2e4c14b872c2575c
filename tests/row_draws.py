"""Drawn calls for the tests of rows: spelled in several ways, told in full and in part, and compared with torch."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import torch
from row_check import REFUSED, blurred, contradiction, outcome, seen, tells_all, truth

from convt_lint.torch_api.shapes import Row
from convt_lint.torch_api.signatures import REQUIRED, Formal, bind, formals

# Tiny tensors, and other tests beside these: more threads only wait for each other.
torch.set_num_threads(1)


def zeros(*shape: int) -> torch.Tensor:
    return torch.zeros(shape)


def method(name: str) -> Callable[..., Any]:
    """A method of tensors, as a function that takes the tensor by name too."""

    def call(input: torch.Tensor, *positional: Any, **keywords: Any) -> Any:
        return getattr(input, name)(*positional, **keywords)

    return call


def spelled(random: Random, text: str, given: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The same call with some of its leading arguments by position and the rest by name."""
    keywords = dict(given)
    positional = []
    for formal in formals(text):
        if formal.way != "either" or formal.name not in keywords or random.random() < 0.2:
            break
        positional.append(keywords.pop(formal.name))
    return positional, keywords


Given = Mapping[str, Any]


def compare(
    random: Random, row: Row | None, make: Callable[..., Any], given: Given, inputs: Given | None = None, all_told: bool = True, hide: bool = True
) -> bool:
    """Holds one call against torch: a function's, or where `inputs` are given a module's construction and forward.

    The rule is asked with everything told (then it must say all where `all_told`) and, where `hide`, with parts of it hidden.
    Returns whether torch refuses."""
    assert row is not None
    positional, keywords = spelled(random, row.signature, given)
    values = bind(row.signature, [seen(value) for value in positional], {name: seen(value) for name, value in keywords.items()})
    if inputs is None:
        real = truth(lambda: make(*positional, **keywords))
    else:
        first, rest = spelled(random, row.inputs, inputs)
        values |= bind(row.inputs, [seen(value) for value in first], {name: seen(value) for name, value in rest.items()})
        real = truth(lambda: make(*positional, **keywords)(*first, **rest))
    said = outcome(row, values)
    call = (getattr(make, "__name__", make), {name: seen(value) for name, value in {**given, **(inputs or {})}.items()})
    assert not contradiction(said, real), (call, said, real)
    if all_told:
        assert tells_all(said, real), (call, said, real)
    for _ in range(2 if hide else 0):
        hidden = {name: blurred(value, random) for name, value in values.items()}
        assert not contradiction(outcome(row, hidden), real), (call, hidden, contradiction(outcome(row, hidden), real))
    return bool(real == REFUSED)


def shape_near(random: Random, shape: Sequence[int]) -> tuple[int, ...]:
    """A shape that is this one, or differs from it in a size or in its rank."""
    changed = list(shape)
    way = random.random()
    if way < 0.15 and changed:
        changed[random.randrange(len(changed))] = random.choice([1, 2, 3])
    elif way < 0.2 and changed:
        changed.pop(random.randrange(len(changed)))
    elif way < 0.25:
        changed.insert(random.randint(0, len(changed)), random.choice([1, 2]))
    return tuple(changed)


def some_shape(random: Random, fewest: int = 0, most: int = 4) -> tuple[int, ...]:
    sizes = [1, 2, 3, 4] if random.random() < 0.9 else [0, 1, 2]
    return tuple(random.choice(sizes) for _ in range(random.randint(fewest, most)))


def disagreement(text: str, function: Callable[..., Any], *, bound: bool = False) -> str:
    """Where a signature differs from a Python function's own, in names, order, defaults or the way arguments are given.

    `bound` leaves out `self`."""
    real = list(inspect.signature(function).parameters.values())[1 if bound else 0 :]
    wanted = [Formal(p.name, REQUIRED if p.default is p.empty else p.default, "keyword" if p.kind is p.KEYWORD_ONLY else "either") for p in real]
    written = list(formals(text))
    return "" if written == wanted else f"{written} is not {wanted}"
