"""Globs of files and directories, as ruff reads them: one without a slash is meant for a name, one with a slash for a path, and a star takes slashes too."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Iterable
from functools import cache


def rooted(globs: Iterable[str], root: str | os.PathLike[str]) -> tuple[str, ...]:
    """The globs with those that are meant for a path made absolute; `root` is the absolute path of the folder from which they count."""
    return tuple(_absolute(pattern, os.fspath(root)) if "/" in pattern else pattern for pattern in globs)


def _absolute(pattern: str, root: str) -> str:
    if os.path.isabs(pattern):
        return pattern
    folder = glob.escape(root.replace(os.sep, "/").rstrip("/"))
    return f"{folder}/{pattern.removeprefix('./').rstrip('/')}"


def matches(globs: tuple[str, ...], path: str) -> bool:
    """Whether an absolute path, or its last name, fits one of the globs (see `rooted`)."""
    names, paths = _compiled(globs)
    shown = path.replace(os.sep, "/")
    return names.fullmatch(shown.rpartition("/")[2]) is not None or paths.fullmatch(shown) is not None


@cache
def _compiled(globs: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One expression for the names, and one for the paths."""
    names = [pattern for pattern in globs if "/" not in pattern]
    paths = [pattern for pattern in globs if "/" in pattern]
    return _together(names), _together(paths)


def _together(globs: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, globs)) or "(?!)")


def _expression(pattern: str) -> str:
    # fnmatch knows no **, which between slashes stands for any number of folders, and for none.
    return "/(?:.*/)?".join(fnmatch.translate(part).removesuffix(_END) for part in pattern.split("/**/"))


_END = fnmatch.translate("").removeprefix("(?s:)")
"""What marks the end in an expression of fnmatch's."""
