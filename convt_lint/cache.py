"""What is known of files from the run before: that nothing was found in them.

A file is known by its size, its times and its inode, and, where these differ, by its content. The cache of another version of convt_lint, LibCST or
Python, or of other settings, is another file. What is broken, unreadable or cannot be written is ignored: a cache is never needed. It is JSON, so
that one which comes with a foreign repository can do nothing but be wrong about that repository.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from convt_lint import __version__
from convt_lint.project import Project
from convt_lint.selection import Selection

FOLDER = ".convt_lint_cache"
RACY_NS = 2 * 10**9
"""A file that changed so shortly before it was looked at may change again without its times showing it."""


@dataclass
class Cache:
    """The clean files of one kind of run, by path. `fresh` holds what this run found, `awaited` the files of which it does not know yet."""

    path: Path | None
    known: dict[str, list[int | str]] = field(default_factory=dict)
    fresh: dict[str, list[int | str]] = field(default_factory=dict)
    awaited: dict[str, list[int | str]] = field(default_factory=dict)
    changed: bool = False

    def is_clean(self, name: str, status: os.stat_result) -> bool:
        """Whether a file, by its status, is one in which nothing was found."""
        entry = self.known.get(name)
        if entry is None or entry[:4] != _identity(status):
            return False
        self.fresh[name] = entry
        return True

    def is_clean_content(self, name: str, status: os.stat_result, source: bytes) -> bool:
        """Whether a file's content is the one in which nothing was found, whatever its times."""
        entry = self.known.get(name)
        if entry is None or entry[4] != _digest(source):
            return False
        self.note(name, status, source)
        return True

    def note(self, name: str, status: os.stat_result, source: bytes) -> None:
        """Notes that nothing was found in a file."""
        if self._may_hold(status):
            self.fresh[name] = [*_identity(status), _digest(source)]
            self.changed = True

    def await_verdict(self, name: str, status: os.stat_result, source: bytes) -> None:
        """Keeps what a file was before its analysis, for `note_verdict`."""
        if self._may_hold(status):
            self.awaited[name] = [*_identity(status), _digest(source)]

    def note_verdict(self, name: str) -> None:
        """Notes that nothing was found in a file, if it is still what it was before its analysis: the verdict may be some other content's if not."""
        entry = self.awaited.pop(name, None)
        with contextlib.suppress(OSError, ValueError):
            if entry is not None and entry[:4] == _identity(os.stat(name)):
                self.fresh[name] = entry
                self.changed = True

    def _may_hold(self, status: os.stat_result) -> bool:
        return self.path is not None and time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > RACY_NS

    def write(self) -> None:
        """Writes what is known now, in one step, so that runs side by side never see half of it."""
        if self.path is None or not self.changed:
            return
        with contextlib.suppress(OSError):
            from convt_lint.writing import write_whole

            _prepare(self.path.parent)
            write_whole(self.path, json.dumps({**self.known, **self.fresh}, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _identity(status: os.stat_result) -> list[int | str]:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _digest(source: bytes) -> str:
    from hashlib import blake2b  # a warm run needs it for the cache's name alone; it loads OpenSSL

    return blake2b(source, digest_size=16).hexdigest()


def open_cache(folder: Path, selection: Selection, project: Project) -> Cache:
    """The cache of runs with these settings, as far as there is one; `folder` is where it lies."""
    parts = (__version__, sys.version, _libcst(), selection, sorted(project.layers.items()), sorted(project.inputs.items()))
    path = folder / f"{_digest(repr(parts).encode())}.json"
    try:
        known = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        known = {}
    sound = isinstance(known, dict) and all(isinstance(entry, list) and len(entry) == 5 for entry in known.values())
    return Cache(path, known if sound else {})


def _libcst() -> tuple[object, ...]:
    """What tells one LibCST from another: where it lies and when its version was written; importing it, or asking for its metadata, takes far longer."""
    spec = find_spec("libcst")
    if spec is None or spec.origin is None:
        return ()
    files = (os.path.join(os.path.dirname(spec.origin), name) for name in ("_version.py", "__init__.py"))
    return spec.origin, *(tuple(_identity(os.stat(file))[:2]) for file in files if os.path.exists(file))


def _prepare(folder: Path) -> None:
    """Makes the folder, and keeps it out of version control and backups."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (".gitignore", "# written by convt-lint\n*\n"), ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n"):
        path = folder / name
        # One that is empty was left by a full disk.
        if not path.exists() or not path.stat().st_size:
            path.write_text(text, encoding="utf-8")
