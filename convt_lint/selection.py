"""Which rules report: codes chosen by prefix, the longest prefix decides."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath

DEFAULT_SELECT = ("CVT0", "CVT1", "CVT2")
DEFAULT_IGNORE = ("CVT003",)


class UnknownCode(ValueError):
    """A code or prefix that fits no rule; `nearest` is the known code that it is like, empty where there is none."""

    def __init__(self, code: str, nearest: str) -> None:
        super().__init__(f"unknown rule code {code!r}" + (f"; did you mean {nearest}?" if nearest else ""))
        self.code = code
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class FileIgnores:
    """Prefixes that are left out in some files: rows of a glob (see `convt_lint.globs`; with `!` before it, all files that do not fit it) and prefixes.
    `here`: the absolute path of the folder from which relative paths count."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]
    here: str

    def of(self, path: str | PurePath) -> tuple[str, ...]:
        """The prefixes that are left out in a file."""
        from convt_lint.globs import matches

        whole = os.path.normpath(os.path.join(self.here, path))
        return tuple(prefix for glob, prefixes in self.rows if matches((glob.removeprefix("!"),), whole) is not glob.startswith("!") for prefix in prefixes)


@dataclass(frozen=True, slots=True)
class Selection:
    """The prefixes chosen and left out. `code in selection` is decided by the longest that fits, `ignore` wins a tie; where none fits, by `base`.

    left_out: prefixes that are left out whatever is chosen; files: those that are so in some files, see `at`.
    """

    select: tuple[str, ...] = DEFAULT_SELECT
    ignore: tuple[str, ...] = DEFAULT_IGNORE
    base: Selection | None = None
    left_out: tuple[str, ...] = ()
    files: FileIgnores | None = None

    def __contains__(self, code: str) -> bool:
        if code.startswith(self.left_out):
            return False
        chosen, ignored = _longest(code, self.select), _longest(code, self.ignore)
        if self.base is not None and not chosen and not ignored:
            return code in self.base
        return chosen > ignored

    def at(self, path: str | PurePath) -> Selection:
        """What is selected in a file."""
        if self.files is None:
            return self
        return replace(self, left_out=(*self.left_out, *self.files.of(path)), files=None)


DEFAULT = Selection()
ALL = Selection(("CVT",), ())
EVERY_RULE = "ALL"
"""What selects all rules where a prefix is expected, as in ruff."""


def _longest(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def choose(select: Iterable[str] | None, ignore: Iterable[str], extend_select: Iterable[str], known: Collection[str], base: Selection = DEFAULT) -> Selection:
    """The selection that options describe. With `select` they alone count; without it (None) they change `base`. Raises UnknownCode for a prefix of no known
    code."""
    extended, left_out = checked(extend_select, known), checked(ignore, known)
    if select is not None:
        return Selection(checked(select, known) + extended, left_out)
    return Selection(extended, left_out, base) if extended or left_out else base


def nearest_code(code: str, known: Iterable[str]) -> str:
    """The known code, or name, that `code` may have been meant for, empty where none is like it."""
    from difflib import get_close_matches

    names = {name.upper(): name for name in known}
    matches = get_close_matches(code.upper(), list(names), n=1, cutoff=0.65)
    return names[matches[0]] if matches else ""


def checked(prefixes: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """The prefixes in capitals. Raises UnknownCode for one of no known code."""
    result = []
    for prefix in prefixes:
        wanted = "CVT" if prefix.upper() == EVERY_RULE else prefix.upper()
        if not wanted or not any(code.startswith(wanted) for code in known):
            raise UnknownCode(prefix, nearest_code(prefix, known))
        result.append(wanted)
    return tuple(result)
