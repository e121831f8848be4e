"""Files that are either whole or not there."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

OWNERS_ALONE = 0o077
"""The rights of everyone else, none of which a private file gives."""


def keep_private(path: Path) -> None:
    """Take from everyone but the owner the right to read a file or folder, where that is ours.

    A folder in which everyone may write, such as /tmp, is nobody's and stays as it is.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:  # the two files beside a database come and go
        return
    if mode & OWNERS_ALONE and not mode & stat.S_ISVTX:
        with suppress(PermissionError):
            path.chmod(stat.S_IMODE(mode) & ~OWNERS_ALONE)


def keep_folder_private(folder: Path) -> None:
    """Make a folder and all that stands in it the owner's alone."""
    if folder.stat().st_mode & OWNERS_ALONE:
        keep_private(folder)
        if not folder.stat().st_mode & OWNERS_ALONE:
            for each in folder.rglob("*"):
                if not each.is_symlink():
                    keep_private(each)


@contextmanager
def written_whole(path: Path, private: bool = False) -> Iterator[IO[bytes]]:
    """Yield a file that takes its place under its name once it is complete, or never.

    Raises OSError where it cannot be written; its permissions are those of any new file, or the
    owner's alone where it is private.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if not private:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
