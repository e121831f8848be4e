"""The file of a backup: never written over, never left half-written, never of another program."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from ..console import BadFile

TABLES = {"users", "essays", "replies", "votes"}
"""What every version of the forum has had."""


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a file to write; it appears under its name when all has gone well.

    Only its owner can read it. Raises BadFile where there is a file of this name.
    """
    part = path.with_name(path.name + ".part")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as error:
        raise BadFile(path, "There is a file of this name already.") from error
    except OSError as error:
        raise BadFile(path, f"It cannot be written: {error.strerror}.") from error
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise


def check_contents(path: Path, tables: Collection[str], revision: str | None) -> bool:
    """Raise BadFile unless this is our database; say whether it is of today's migration."""
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    if not revision or not set(tables) >= TABLES:
        raise BadFile(path, "It is not a backup of this forum.")
    config = current_app.extensions["migrate"].migrate.get_config()
    scripts = ScriptDirectory.from_config(config)
    try:
        scripts.get_revision(revision)
    except CommandError as error:
        reason = f"It comes from a newer version of the forum: its migration {revision} is unknown."
        raise BadFile(path, reason) from error
    return revision == scripts.get_current_head()
