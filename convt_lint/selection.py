"""Which rules report: codes chosen by prefix, the longest prefix decides."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

DEFAULT_SELECT = ("CVT0", "CVT1", "CVT2")
DEFAULT_IGNORE = ("CVT003",)


class UnknownCode(ValueError):
    """A code or prefix that fits no rule; `nearest` is the known code most like it, empty where there is none."""

    def __init__(self, code: str, nearest: str) -> None:
        super().__init__(f"unknown rule code {code!r}" + (f"; did you mean {nearest}?" if nearest else ""))
        self.code = code
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Selection:
    """The prefixes chosen and left out. `code in selection` is decided by the longest that fits; `ignore` wins a tie, and always over the default choice."""

    select: tuple[str, ...] = DEFAULT_SELECT
    ignore: tuple[str, ...] = DEFAULT_IGNORE

    def __contains__(self, code: str) -> bool:
        if self.select == DEFAULT_SELECT and code.startswith(tuple(prefix for prefix in self.ignore if prefix not in DEFAULT_IGNORE)):
            return False
        return _longest(code, self.select) > _longest(code, self.ignore)


DEFAULT = Selection()
ALL = Selection(("CVT",), ())


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def choose(select: Iterable[str] | None, ignore: Iterable[str], extend_select: Iterable[str], known: Collection[str]) -> Selection:
    """The selection that the options describe. `select=None` means the defaults. Raises UnknownCode for a prefix of no known code."""
    chosen = DEFAULT_SELECT if select is None else _checked(select, known)
    extended = _checked(extend_select, known)
    left_out = _checked(ignore, known)
    if select is None:
        # Only the defaults leave out by default: whoever names CVT0 or CVT asks for all of it, as in flake8.
        left_out += tuple(code for code in DEFAULT_IGNORE if not code.startswith(extended))
    return Selection(chosen + extended, left_out)


def nearest_code(code: str, known: Iterable[str]) -> str:
    """The known code most like `code`, empty where there are none."""
    matches = difflib.get_close_matches(code.upper(), list(known), n=1, cutoff=0.0)
    return matches[0] if matches else ""


def _checked(prefixes: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    result = []
    for prefix in prefixes:
        if not any(code.startswith(prefix.upper()) for code in known):
            raise UnknownCode(prefix, nearest_code(prefix, known))
        result.append(prefix.upper())
    return tuple(result)
