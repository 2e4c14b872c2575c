"""Signatures of torch's functions and constructors, written as Python writes them, and calls bound to them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

REQUIRED: Any = object()
"""Stands in a `Formal` for the default of a parameter that has none."""


_ALIASES = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input", "x2": "other"}
"""NumPy's names, which torch's functions take as well (numpy_compatibility_arg_names in torch/csrc/utils/python_arg_parser.cpp)."""


class Misfit(Exception):
    """The arguments do not fit the signature."""


@dataclass(frozen=True, slots=True)
class Formal:
    """A parameter: its name, its default (or `REQUIRED`), and the way it is given: "either", "keyword", "rest" (`*name`) or "named" (`**name`)."""

    name: str
    default: Any = REQUIRED
    way: str = "either"


@cache
def formals(text: str) -> tuple[Formal, ...]:
    """The parameters of a signature as Python writes it: "input, dim=-1, *, keepdim=False"."""
    arguments = ast.parse(f"def f({text}): pass", mode="exec").body[0].args  # type: ignore[attr-defined]
    names = [*arguments.posonlyargs, *arguments.args]
    defaults = [REQUIRED] * (len(names) - len(arguments.defaults)) + [ast.literal_eval(node) for node in arguments.defaults]
    found = [Formal(name.arg, default) for name, default in zip(names, defaults, strict=True)]
    if arguments.vararg is not None:
        found.append(Formal(arguments.vararg.arg, (), "rest"))
    for name, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Formal(name.arg, REQUIRED if node is None else ast.literal_eval(node), "keyword"))
    if arguments.kwarg is not None:
        found.append(Formal(arguments.kwarg.arg, (), "named"))
    return tuple(found)


def bind(text: str, positional: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """A value for every parameter of the signature. Raises Misfit where the arguments do not fit it."""
    bound: dict[str, Any] = {}
    rest = list(positional)
    names = {formal.name for formal in formals(text)}
    spare = dict(keywords)
    if not any(formal.way == "named" for formal in formals(text)):
        spare = {_ALIASES[name] if name not in names and _ALIASES.get(name) in names else name: value for name, value in keywords.items()}
    for formal in formals(text):
        if formal.way == "rest":
            bound[formal.name] = tuple(rest)
            rest = []
        elif formal.way == "named":
            bound[formal.name] = tuple(spare.items())
            spare = {}
        elif formal.way == "either" and rest:
            if formal.name in spare:
                raise Misfit(formal.name)
            bound[formal.name] = rest.pop(0)
        elif formal.name in spare:
            bound[formal.name] = spare.pop(formal.name)
        elif formal.default is REQUIRED:
            raise Misfit(formal.name)
        else:
            bound[formal.name] = formal.default
    if rest or spare:
        raise Misfit(next(iter(spare), "too many arguments"))
    return bound
