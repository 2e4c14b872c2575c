"""What a walk leaves out, but for what git ignores (see `ignored`)."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

EXCLUDED_DIRECTORIES = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".git-rewrite",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "_build",
        "buck-out",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
    }
)
"""Directories that a walk does not enter: ruff's defaults and `__pycache__`."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What a walk leaves out: what fits `globs` (see `convt_lint.globs`), what has a name in `names`, and with `gitignore` what git ignores. With `force`,
    paths given directly too, but for what git ignores. `home`: the project's folder; without one, the current directory."""

    globs: tuple[str, ...] = ()
    force: bool = False
    names: Collection[str] = EXCLUDED_DIRECTORIES
    gitignore: bool = True
    home: str = ""

    def skips(self, path: str) -> bool:
        """Whether a walk skips the entry with this absolute path."""
        return os.path.basename(path) in self.names or (bool(self.globs) and fits(self.globs, path))

    def skips_given(self, path: str | PurePath) -> bool:
        """Whether a path given directly is skipped: only with `force`, and as if the walk had begun at the project's folder."""
        if not self.force:
            return False
        whole = absolute(path)
        # Above the project a name such as `build` says nothing about it.
        roots = [os.path.join(folder, "") for folder in (self.home, absolute(os.curdir)) if folder]
        root = next((root for root in roots if whole.startswith(root)), None) or _shared(roots[0], whole)
        parts = whole.removeprefix(root).split(os.sep)
        return any(self.skips(os.path.join(root, *parts[: end + 1])) for end in range(len(parts)))


def _shared(root: str, path: str) -> str:
    """The innermost folder that two absolute paths share, with a separator at its end; empty where they share none."""
    try:
        return os.path.join(os.path.commonpath([root, path]), "")
    except ValueError:  # on two drives
        return ""


def fits(globs: tuple[str, ...], path: str) -> bool:
    """Whether an absolute path fits one of the globs."""
    from convt_lint.globs import matches  # most runs have no globs

    return matches(globs, path)


def absolute(path: str | PurePath) -> str:
    """The absolute path, by text alone; where the current directory is gone, as if it were the root."""
    try:
        return os.path.abspath(path)
    except OSError:
        return os.path.normpath(os.path.join(os.sep, path))
