"""Files written in one step: whoever reads meanwhile sees what was there, or what is there, and never half of it."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file, through links, with the permissions that it has. Raises OSError, and leaves the file as it was then."""
    from tempfile import mkstemp

    path = Path(os.path.realpath(path))
    exists = path.exists()
    if exists and not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied", os.fspath(path))
    descriptor, temporary = mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        if exists:
            shutil.copymode(path, temporary)
        else:
            os.chmod(temporary, 0o666 & ~_mask())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _mask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
