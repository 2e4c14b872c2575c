"""From the paths a user names to the bytes of files. Nothing here raises for what is found on disk: it becomes a `Target` with a problem."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from convt_lint.sources.exclusion import Exclusion, absolute, fits

if TYPE_CHECKING:
    from convt_lint.sources.ignored import Ignored

SUFFIXES = (".py", ".pyi", ".ipynb")

MAX_BYTES = 100 * 2**20
"""Larger files are refused: no Python source is, and reading one could exhaust the memory."""

STDIN = "-"

_MISSING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})


@dataclass(frozen=True, slots=True)
class Target:
    """A file to lint, or, with `problem`, a path that cannot be and why. Thousands are looked at for each that is told of: the path is a text until then."""

    name: str
    problem: str = ""

    @property
    def path(self) -> PurePath:
        return PurePath(self.name)


class Unreadable(Exception):
    """A file whose bytes cannot be had; the message says why."""


@dataclass(slots=True)
class Discovery:
    """The files found, each once and in a fixed order, and the given paths that do not exist."""

    targets: list[Target] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def discover(paths: Iterable[str | os.PathLike[str]], exclusion: Exclusion | None = None, include: tuple[str, ...] = ()) -> Discovery:
    """Finds the files to lint: files as given, whatever their suffix; directories walked for *.py, *.pyi and *.ipynb, sorted by path.

    Files that fit a glob of `include` are found in directories too.
    """
    finder = _Finder(exclusion or Exclusion(), include)
    for path in paths:
        finder.add(os.fspath(path))
    return finder.found


class _Finder:
    def __init__(self, exclusion: Exclusion, include: tuple[str, ...] = ()) -> None:
        if exclusion.globs or include:
            from convt_lint.globs import rooted

            here = absolute(os.curdir)
            exclusion, include = replace(exclusion, globs=rooted(exclusion.globs, here)), rooted(include, here)
        self.exclusion = exclusion
        self.include = include
        self._ignored: Ignored | None = None
        self.found = Discovery()
        self._seen_files: set[str] = set()
        self._seen_directories: set[str] = set()

    def add(self, given: str) -> None:
        try:
            mode = os.stat(given).st_mode
        except ValueError:  # a null character in the name
            self.found.missing.append(given)
            return
        except OSError as error:
            if error.errno in _MISSING:
                self.found.missing.append(given)
            else:
                self.found.targets.append(Target(given, _words(error)))
            return
        if self.exclusion.skips_given(given):
            return
        if stat.S_ISDIR(mode):
            self.found.targets.extend(sorted(self._walk(str(Path(given))), key=lambda target: target.name.split(os.sep)))
        elif self._is_new_file(given):
            self.found.targets.append(Target(given))

    def _is_source(self, path: str) -> bool:
        return path.endswith(SUFFIXES) or (bool(self.include) and fits(self.include, path))

    def _is_new_file(self, path: str) -> bool:
        return self._is_new(os.path.realpath(path))

    def _is_new(self, real: str) -> bool:
        if real in self._seen_files:
            return False
        self._seen_files.add(real)
        return True

    def _walk(self, root: str) -> Iterator[Target]:
        # Links wait until all real entries are done, so that what is reachable both ways is reported under its own name.
        pending, links = [root], list[str]()
        if self.exclusion.gitignore:
            from convt_lint.sources.ignored import Ignored

            self._ignored = Ignored(absolute(root), _read_if_possible)
        real_root = os.path.realpath(root)
        while pending or links:
            if pending:
                yield from self._directory(pending.pop(), pending, links)
            else:
                yield from self._link(links.pop(0), real_root, pending)

    def _directory(self, directory: str, pending: list[str], links: list[str]) -> Iterator[Target]:
        real = os.path.realpath(directory)
        if real in self._seen_directories:
            return
        self._seen_directories.add(real)
        try:
            with os.scandir(directory) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            yield Target(directory, _words(error))
            return
        if self._ignored is not None:
            self._ignored.enter(absolute(directory), {entry.name for entry in entries})
        prefix = "" if directory == os.curdir else os.path.join(directory, "")
        whole = os.path.join(absolute(directory), "")
        for entry in entries:
            path = prefix + entry.name
            if self.exclusion.skips(whole + entry.name):
                continue
            kind = _kind(entry)
            if kind == stat.S_IFDIR:
                if not self._is_ignored(whole + entry.name, is_directory=True):
                    pending.append(path)
            elif (kind == stat.S_IFLNK or self._is_source(whole + entry.name)) and not self._is_ignored(whole + entry.name):
                if kind == stat.S_IFLNK:
                    links.append(path)
                elif kind == stat.S_IFREG and self._is_new(os.path.join(real, entry.name)):
                    yield Target(path)

    def _is_ignored(self, path: str, *, is_directory: bool = False) -> bool:
        return self._ignored is not None and self._ignored.skips(path, is_directory=is_directory)

    def _link(self, link: str, real_root: str, pending: list[str]) -> Iterator[Target]:
        try:
            mode = os.stat(link).st_mode
        except OSError as error:
            if self._is_source(absolute(link)):
                yield Target(link, f"broken link: {_words(error)}" if error.errno in _MISSING else _words(error))
            return
        if stat.S_ISDIR(mode):
            real = os.path.realpath(link)
            # A link to the root or above it is a loop that would widen the walk to what the user did not name.
            if not f"{real_root}{os.sep}".startswith(real.rstrip(os.sep) + os.sep):
                pending.append(link)
        elif stat.S_ISREG(mode) and self._is_source(absolute(link)) and self._is_new_file(link):
            yield Target(link)


def _kind(entry: os.DirEntry[str]) -> int:
    """The entry's file type as in `stat`; 0 where it vanished meanwhile."""
    try:
        if entry.is_symlink():
            return stat.S_IFLNK
        if entry.is_dir(follow_symlinks=False):
            return stat.S_IFDIR
        return stat.S_IFREG if entry.is_file(follow_symlinks=False) else 0
    except OSError:
        return 0


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: str | PurePath) -> bytes:
    """The bytes of a regular file. Never waits on a pipe or a device. Raises Unreadable."""
    try:
        descriptor = os.open(path, _FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("is a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file")
            source = _all_of(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise Unreadable(_words(error) if isinstance(error, OSError) else str(error)) from error
    if len(source) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES // 2**20} MiB")
    return source


def _read_if_possible(path: str) -> bytes:
    try:
        return read(path)
    except Unreadable:
        return b""


def _all_of(descriptor: int, size: int) -> bytes:
    """What a file holds, up to one byte more than is allowed; `size` is what it held when it was opened."""
    source = os.read(descriptor, min(size, MAX_BYTES) + 1)
    if len(source) <= min(size, MAX_BYTES) and len(source) == size:
        return source
    pieces, left = [source], MAX_BYTES + 1 - len(source)
    while left > 0 and (piece := os.read(descriptor, min(left, 2**20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def read_stdin() -> bytes:
    """All bytes of standard input; nothing where it is closed."""
    return sys.stdin.buffer.read() if sys.stdin is not None else b""


def decode_lines(source: bytes) -> list[str]:
    """The lines of a source as Python and flake8 see them, each with its newline as "\\n".

    The encoding is that of the BOM or coding cookie (PEP 263), else UTF-8; bytes that do not fit it are read as Latin-1, as flake8 does.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError, ValueError):
        text = source.decode("latin-1")
    # StringIO knows the line ends of Python alone; str.splitlines would split at form feeds and others too.
    lines = list(io.StringIO(text, newline=None))
    if lines:
        lines[0] = lines[0].removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")
    return lines
