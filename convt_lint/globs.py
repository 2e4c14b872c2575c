"""Globs of files and directories, as ruff reads them: one without a slash is meant for a name, one with a slash for a path, and a star takes slashes too.

Besides `*`, `?` and `**/` there are `[a-z]`, `[!a]` or `[^a]`, `{a,b}`, and `\\` before a character that is meant itself.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
from collections.abc import Iterable
from functools import cache

MAX_ALTERNATIVES = 1000
"""How many globs one with braces may stand for."""

_TOKEN = re.compile(r"\\(?P<meant>.)|\[[!^]?+\]?+[^\]]*\]|.", re.DOTALL)
_RANGE = re.compile(r"(.)-(.)", re.DOTALL)


class BadGlob(ValueError):
    """A glob that cannot be read; the text says which and why."""


def listed(text: str) -> list[str]:
    """The globs in a list with commas, as options hold it; commas in braces separate none."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if character == "," and depth < 1:
            parts.append("")
        else:
            parts[-1] += character
    return [part for each in parts if (part := each.strip())]


def rooted(globs: Iterable[str], root: str | os.PathLike[str]) -> tuple[str, ...]:
    """The globs with those that are meant for a path made absolute; `root` is the absolute path of the folder from which they count. Raises BadGlob."""
    return tuple(_absolute(pattern, os.fspath(root)) if "/" in pattern else pattern for pattern in globs if alternatives(pattern))


def _absolute(pattern: str, root: str) -> str:
    folder = "" if os.path.isabs(pattern) else re.sub(r"[*?\[{}\\]", r"[\g<0>]", root.replace(os.sep, "/")) + "/"
    return posixpath.normpath(folder + pattern)


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
    return re.compile("|".join(_expression(each) for pattern in globs for each in alternatives(pattern)) or "(?!)")


def _expression(pattern: str) -> str:
    # fnmatch knows no **, which between slashes stands for any number of folders, and for none.
    return "/(?:.*/)?".join(fnmatch.translate(part).removesuffix(_END) for part in pattern.split("/**/"))


_END = fnmatch.translate("").removeprefix("(?s:)")
"""What marks the end in an expression of fnmatch's."""


def alternatives(pattern: str) -> list[str]:
    """The globs for fnmatch, which knows no braces, that one stands for. Raises BadGlob."""
    # For each open brace, and around them all: the alternatives that are complete, and the texts that the present one may be.
    levels: list[tuple[list[str], list[str]]] = [([], [""])]
    for token in _TOKEN.finditer(pattern):
        complete, texts = levels[-1]
        if token[0] == "{":
            levels.append(([], [""]))
        elif token[0] == "," and len(levels) > 1:
            levels[-1] = ([*complete, *texts], [""])
        elif token[0] == "}" and len(levels) > 1:
            levels.pop()
            # One that is empty is none, to ruff.
            inner = [text for text in (*complete, *texts) if text] or [""]
            complete, texts = levels[-1]
            if len(inner) * len(texts) > MAX_ALTERNATIVES:
                raise BadGlob(f"{pattern!r} is no glob: it stands for more than {MAX_ALTERNATIVES}")
            levels[-1] = complete, [text + after for text in texts for after in inner]
        else:
            plain = _plain(token, pattern)
            levels[-1] = complete, [text + plain for text in texts]
    if len(levels) > 1:
        raise BadGlob(f"{pattern!r} is no glob: a {{ without its }} (write [{{] for the character)")
    return levels[0][1]


def _plain(token: re.Match[str], pattern: str) -> str:
    """A part of a glob, that holds no braces, as fnmatch reads it."""
    if token["meant"] is not None:
        return f"[{token['meant']}]" if token["meant"] in "*?[" else token["meant"]
    if token[0] in "[}\\":
        missing = {"[": "a [ without its ]", "}": "a } without its {", "\\": "a \\ with nothing behind it"}[token[0]]
        raise BadGlob(f"{pattern!r} is no glob: {missing}" + ("" if token[0] == "\\" else f" (write [{token[0]}] for the character)"))
    if len(token[0]) == 1:
        return token[0]
    characters = token[0][1:-1].removeprefix("!" if token[0][1] == "!" else "^")
    for first, last in _RANGE.findall(characters):
        if first > last:
            raise BadGlob(f"{pattern!r} is no glob: the range {first}-{last} is empty")
    return f"[!{characters}]" if token[0][1] in "!^" else token[0]
