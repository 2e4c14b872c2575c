"""What git leaves alone: what `.gitignore` and `.ignore` files and a repository's `info/exclude` name. pathspec is imported only where there is such a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

Specs: TypeAlias = "tuple[tuple[str, GitIgnoreSpec, GitIgnoreSpec], ...]"
"""Folders and the patterns that each has, for files and for folders, outermost first."""

_GIT, _GITIGNORE, _IGNORE = ".git", ".gitignore", ".ignore"
_FILES = frozenset({_GIT, _GITIGNORE, _IGNORE})
_NOTHING: tuple[bool, Specs, Specs] = (False, (), ())

_COSTLY = re.compile(rb"(?:\*[^*/]+){3}\*|\*\*.*\*\*.*\*\*")
"""Patterns that are not read: pathspec makes regular expressions of them, and on a name that was made for it such a one takes minutes or years."""


class Ignored:
    """The ignored entries of one walk, whose folders are entered from the top down. `.gitignore` counts in repositories alone, as for git.

    All paths are absolute; `read` gives a file's bytes, or nothing where they cannot be had.
    """

    def __init__(self, root: str, read: Callable[[str], bytes]) -> None:
        """`root` is the directory where the walk begins."""
        self._read = read
        self._known: dict[str, tuple[bool, Specs, Specs]] = {}
        """For each folder that was entered whether it belongs to a repository, and what speaks of its entries: what git reads, and the `.ignore` files."""
        above = _up_to_repository(root)
        for folder in above:
            self.enter(folder, {name for name in _FILES if os.path.lexists(os.path.join(folder, name))})
        # Who names a folder wants it looked at, although it, or one around it, is ignored.
        if any(self.skips(folder, is_directory=True) for folder in (*above[1:], root)):
            self._known[above[-1]] = True, (), ()

    def enter(self, folder: str, names: Collection[str]) -> None:
        """Takes in what a folder, which has entries of these names, says of them."""
        inside, of_git, others = self._known.get(os.path.dirname(folder), _NOTHING)
        if _GIT in names:
            inside, of_git = True, self._spec(folder, os.path.join(_git_directory(os.path.join(folder, _GIT), self._read), "info", "exclude"))
        if _GITIGNORE in names and inside:
            of_git += self._spec(folder, os.path.join(folder, _GITIGNORE))
        if _IGNORE in names:
            others += self._spec(folder, os.path.join(folder, _IGNORE))
        self._known[folder] = inside, of_git, others

    def skips(self, path: str, *, is_directory: bool) -> bool:
        """Whether an entry of a folder that was entered is ignored."""
        _, of_git, others = self._known.get(os.path.dirname(path), _NOTHING)
        # The inner before the outer, and an .ignore, however far out, before all that git reads: so does ripgrep's walk, which is ruff's.
        for folder, of_files, of_folders in reversed(of_git + others):
            answer = (of_folders if is_directory else of_files).check_file(os.path.relpath(path, folder)).include
            if answer is not None:
                return answer
        return False

    def _spec(self, folder: str, file: str) -> Specs:
        lines = [line for line in self._read(file).splitlines() if line.strip() and not line.startswith(b"#") and not _COSTLY.search(line)]
        if not lines:
            return ()
        # pathspec lets what stands last decide of a folder only where it is asked as of a file, and so without the slash at the end.
        return ((folder, _parsed([os.fsdecode(line) for line in lines]), _parsed([os.fsdecode(line.rstrip().removesuffix(b"/")) for line in lines])),)


def _parsed(lines: list[str]) -> GitIgnoreSpec:
    """The patterns in the lines; those that are none are left out, as git does."""
    import warnings

    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of what brackets may mean to Python some day
        try:
            return GitIgnoreSpec.from_lines(lines)
        except ValueError:
            return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _up_to_repository(root: str) -> list[str]:
    """The folders above a directory that belong to its repository, from the outermost; none where it belongs to none, or is the repository itself."""
    above: list[str] = []
    folder = root
    while not os.path.lexists(os.path.join(folder, _GIT)):
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            return []
        above.insert(0, folder)
    return above


def _git_directory(path: str, read: Callable[[str], bytes]) -> str:
    """The directory that holds a repository's `info`: `.git`, or what stands in it where it is a file, as in worktrees and submodules."""
    if os.path.isdir(path):
        return path
    named = read(path).partition(b"gitdir:")[2].strip()
    directory = os.path.join(os.path.dirname(path), os.fsdecode(named)) if named and b"\0" not in named else path
    common = read(os.path.join(directory, "commondir")).strip()
    return os.path.join(directory, os.fsdecode(common)) if common and b"\0" not in common else directory
