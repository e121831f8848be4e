"""Backup and restore of SQLite, by its own way of copying a database that is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import click

from ..console import BadFile, progress
from ..files import keep_private
from .copies import check_contents, new_file

PAGES = 1_000
"""Pages copied at a time."""
PATIENCE = 60
"""Tries, half a second apart, to find the database unused by another writer."""


def back_up(database: Path, file: Path) -> None:
    """Copy the database as it stands now into a new file, and check the copy."""
    if not database.exists():
        raise BadFile(database, "There is no database yet.")
    with new_file(file) as part:
        try:
            copy(database, part)
        except sqlite3.Error as error:
            raise BadFile(file, f"The database cannot be copied: {error}.") from error
        check(part, file)


def copy(database: Path, part: Path) -> None:
    """Copy a database that may be in use."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(part)) as target:
        # Reading holds this moment: what is written meanwhile neither gets in nor restarts it.
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        length = source.execute("PRAGMA page_count").fetchone()[0]
        with progress("Copying", length=length) as bar:
            source.backup(
                target,
                pages=PAGES,
                progress=lambda _status, left, total: bar.update(total - left - bar.pos),
            )
        target.execute("PRAGMA journal_mode=DELETE")  # one file, none beside it


def check(path: Path, name: Path) -> bool:
    """Raise BadFile unless the file is sound; say whether it is of today's migration."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as found:
            tables = {row[0] for row in found.execute("SELECT name FROM sqlite_master")}
            damage = found.execute("PRAGMA integrity_check(1)").fetchone()[0]
            strays = found.execute("PRAGMA foreign_key_check").fetchone()
            revision = None
            if "alembic_version" in tables:
                revision = found.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BadFile(name, f"It is not a sound database: {error}.") from error
    if damage != "ok" or strays:
        raise BadFile(name, f"It is damaged: {damage if damage != 'ok' else 'rows are missing'}.")
    return check_contents(name, tables, revision[0] if revision else None)


def restore(file: Path, database: Path) -> None:
    """Put what the file holds in place of the database, all of it or nothing, while in use.

    From its first page to its last it is one transaction, which nobody else's comes between.
    """
    tries = 0

    def be_patient(status: int, left: int, total: int) -> None:
        nonlocal tries
        tries += status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        if tries > PATIENCE:
            raise click.ClickException("The database is busy. Stop the site and try again.")
        bar.update(total - left - bar.pos)

    with (
        closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(database)) as live,
        progress("Restoring", length=source.execute("PRAGMA page_count").fetchone()[0]) as bar,
    ):
        keep_private(database)
        live.execute("PRAGMA synchronous=FULL")
        try:
            source.backup(live, pages=PAGES, progress=be_patient, sleep=0.5)
        except sqlite3.Error as error:
            raise click.ClickException(f"The database cannot be replaced: {error}.") from error
