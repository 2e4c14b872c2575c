"""Files written in one step: whoever reads meanwhile sees what was there, or what is there, and never half of it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file, through links, with the owner and the permissions that it has. Raises OSError, and leaves a regular file as it was then.

    A pipe or a device is written into, and so is a file whose place no new one can take: one that has other names, or an owner that is not ours to give.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        status = None
    if is_stream(path) or (status is not None and not stat.S_ISREG(status.st_mode)):
        path.write_bytes(content)
        return
    path = Path(os.path.realpath(path))
    if status is not None and not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied", os.fspath(path))
    if status is None or status.st_nlink == 1:
        try:
            _replace(path, content, status)
            return
        except PermissionError:
            if status is None:
                raise
    _overwrite(path, content)


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether a path, such as /dev/stdout, names what a process holds open, whatever that is: no file can take its place."""
    return _HELD_OPEN.fullmatch(os.path.abspath(path)) is not None


_HELD_OPEN = re.compile(r"/dev/(?:std(?:in|out|err)|fd/\d+)|/proc/[\w-]+(?:/task/\d+)?/fd/\d+")


def _replace(path: Path, content: bytes, status: os.stat_result | None) -> None:
    """Puts a new file in the place of what is there, with the owner and the permissions that `status` tells."""
    from tempfile import mkstemp

    descriptor, temporary = mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        if status is None:
            os.chmod(temporary, 0o666 & ~_mask())
        else:
            made = os.stat(temporary)
            if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
                os.chown(temporary, status.st_uid, status.st_gid)
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _overwrite(path: Path, content: bytes) -> None:
    before = path.read_bytes()
    try:
        path.write_bytes(content)
    except BaseException:
        with contextlib.suppress(OSError):
            path.write_bytes(before)
        raise


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
