"""einops: rearrange, reduce and repeat, as functions and as layers.

    rearrange(x, "b c (l u) -> b (c u) l", u=2)

Source: einops/einops.py and einops/parsing.py (https://github.com/arogozhnikov/einops). Refused is what raises EinopsError for the shape; a
pattern that is wrong in itself is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from convt_lint.lengths import Size, Symbol, differ, elements, followed, known
from convt_lint.torch_api.rows.layout import shown
from convt_lint.torch_api.shapes import NotFollowed, Refused, Row, Tensor, Values, tensor

MODULES: dict[str, Row] = {}
FUNCTIONS: dict[str, Row] = {}
METHODS: dict[str, Row] = {}

ELLIPSIS = "…"
Group: TypeAlias = tuple[str, ...]
"""The axes of one dimension: one, several in parentheses, none for `1`."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Both sides of a pattern, as the groups of their dimensions; `(ELLIPSIS,)` stands for those that `...` means."""

    left: tuple[Group, ...]
    right: tuple[Group, ...]


@lru_cache(512)
def parse(text: str) -> Pattern:
    """Reads a pattern. Raises NotFollowed for what einops does not take, and for numbers other than 1."""
    sides = text.replace("...", f" {ELLIPSIS} ").split("->")
    if len(sides) != 2 or len(text) > 400 or ELLIPSIS in text:
        raise NotFollowed
    pattern = Pattern(tuple(_groups(sides[0])), tuple(_groups(sides[1])))
    for side in (pattern.left, pattern.right):
        names = [name for group in side for name in group]
        if len(names) != len(set(names)):
            raise NotFollowed
    if any(ELLIPSIS in group and len(group) > 1 for group in pattern.left) or ((ELLIPSIS,) not in pattern.left and ELLIPSIS in _names(pattern.right)):
        raise NotFollowed
    return pattern


def _groups(side: str) -> Iterator[Group]:
    inside: list[str] | None = None
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            if inside is not None:
                raise NotFollowed
            inside = []
        elif word == ")":
            if inside is None:
                raise NotFollowed
            yield tuple(inside)
            inside = None
        elif word != "1" and word != ELLIPSIS and not (word.isidentifier() and word.isascii() and not word.startswith("_") and not word.endswith("_")):
            raise NotFollowed
        elif inside is None:
            yield () if word == "1" else (word,)
        elif word != "1":
            inside.append(word)
    if inside is not None:
        raise NotFollowed


def _names(side: tuple[Group, ...]) -> set[str]:
    return {name for group in side for name in group}


# -- rules -------------------------------------------------------------------------------------------------------------------


def _transformed(values: Values, kind: str) -> Tensor:
    """The shape that a pattern makes of a tensor's."""
    text = values["pattern"]
    if not isinstance(text, str):
        raise NotFollowed
    pattern, lengths = parse(text), _lengths(values["axes_lengths"])
    left, right = _names(pattern.left), _names(pattern.right)
    fits = {"rearrange": left == right, "reduce": right <= left, "repeat": left <= right and right - left <= lengths.keys()}
    if not fits[kind] or not lengths.keys() <= left | right:
        raise NotFollowed
    shape = _shape(tensor(values["input"]), pattern, text)
    sizes: dict[str, Size] = {name: size for name, size in lengths.items() if name not in left}
    opened: tuple[Size, ...] = ()
    start = 0
    for group in pattern.left:
        if group == (ELLIPSIS,):
            count = len(shape) - len(pattern.left) + 1
            opened = shape[start : start + count]
            start += count
        else:
            sizes |= _split(group, shape[start], lengths, text, shape)
            start += 1
    return Tensor(tuple(size for group in pattern.right for size in _joined(group, sizes, opened)))


def _lengths(given: object) -> Mapping[str, Size]:
    """The axes whose lengths a call states. Raises NotFollowed where one of them is no size."""
    if not isinstance(given, tuple) or not all(isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in given):
        raise NotFollowed
    found: dict[str, Size] = dict(given)
    if not all(isinstance(size, Symbol) or (known(size) or 0) > 0 for size in found.values()):
        raise NotFollowed
    return found


def _shape(source: Tensor, pattern: Pattern, text: str) -> tuple[Size, ...]:
    """The sizes of a tensor that has as many dimensions as the pattern says."""
    count, is_open = len(pattern.left), (ELLIPSIS,) in pattern.left
    if source.shape is None and not is_open:
        source = source.of_ranks(count)
    if source.shape is None:
        raise NotFollowed
    rank = len(source.shape)
    if rank < count - 1 if is_open else rank != count:
        least = f"at least {count - 1}" if is_open else str(count)
        raise Refused("rank", f'the pattern "{text}" takes {least} dimensions, the tensor has {rank}')
    return source.shape


def _split(group: Group, size: Size, lengths: Mapping[str, Size], text: str, shape: tuple[Size, ...]) -> dict[str, Size]:
    """The sizes of the axes that one dimension is made of."""
    unknown = [name for name in group if name not in lengths]
    stated = [lengths[name] for name in group if name in lengths]
    given = elements(stated)
    if len(unknown) > 1:
        raise NotFollowed
    found = {name: lengths[name] for name in group if name in lengths}
    number, divisor = known(size), known(given)
    if not unknown and differ(size, given):
        what = " ".join(group) if group else "1"
        raise Refused("sizes", f'"{what}" in the pattern "{text}" is {given}, the dimension of {shown(shape)} has {size}', ("the dimension", size))
    if unknown and number is not None and divisor is not None and number % divisor:
        raise Refused("sizes", f'"({" ".join(group)})" in the pattern "{text}": {number} is no multiple of {divisor}', ("the dimension", size))
    if unknown:
        found[unknown[0]] = size if not stated else followed(lambda whole, each: whole // each, size, given)
    return found


def _joined(group: Group, sizes: Mapping[str, Size], opened: tuple[Size, ...]) -> Iterator[Size]:
    """The sizes of what a group of the right side makes: one, or those that `...` means."""
    if group == (ELLIPSIS,):
        yield from opened
    elif len(group) == 1:
        yield sizes[group[0]]
    else:
        yield elements([size for name in group for size in (opened if name == ELLIPSIS else (sizes[name],))])


for _kind, _more in (("rearrange", ""), ("reduce", "reduction, "), ("repeat", "")):
    _row = Row(f"input, pattern, {_more}**axes_lengths", lambda values, kind=_kind: _transformed(values, kind))  # type: ignore[misc]
    FUNCTIONS[f"einops.{_kind}"] = FUNCTIONS[f"einops.einops.{_kind}"] = _row
    if _kind != "repeat":
        MODULES[_kind.capitalize()] = Row(f"pattern, {_more}**axes_lengths", _row.rule, inputs="input")
