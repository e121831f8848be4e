"""Backup and restore of PostgreSQL, by its own programs, which must be installed beside it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

import click
from sqlalchemy import text

from ..console import BadFile, progress
from ..db import db
from .copies import check_contents, new_file

PATIENCE = 30
"""Seconds to wait until nobody uses the tables."""
OFTEN = 0.2
"""Seconds between two looks at how far a program is."""
COPIED = re.compile(r'contents of table "(?:\w+\.)?(\w+)"')
"""How pg_dump names the table whose rows it begins to copy."""
TABLE = re.compile(r"^\d+; \d+ \d+ TABLE \S+ (\S+)", re.MULTILINE)
REVISION = re.compile(r"^COPY .*alembic_version .*;\n(\w+)$", re.MULTILINE)


def back_up(file: Path) -> None:
    """Copy the database as it stands now into a new file, and check the copy."""
    program("pg_dump")
    with new_file(file) as part:
        with copying() as heard:
            run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--verbose",
                f"--file={part}",
                f"--dbname={conninfo()}",
                meanwhile=heard,
            )
        check(part, file)


@contextmanager
def copying() -> Iterator[Callable[[str], None]]:
    """Show how far pg_dump is by the bytes of the tables it has copied; yields what hears it."""
    with db.engine.connect() as connection:
        sizes = {str(table): int(size) for table, size in connection.execute(text(SIZES))}
    with progress("Copying", length=sum(sizes.values())) as bar:

        def heard(said: str) -> None:
            """Count the tables before the one that is being copied."""
            *done, _now = COPIED.findall(said) or [""]
            bar.update(sum(sizes.get(table, 0) for table in done) - bar.pos)

        yield heard
        bar.update(bar.length - bar.pos)


SIZES = """
    SELECT relname, pg_table_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""


def check(path: Path, name: Path) -> bool:
    """Raise BadFile unless the file is sound; say whether it is of today's migration."""
    program("pg_restore")
    try:
        run("pg_restore", f"--file={os.devnull}", str(path))  # reads it to its end
        tables = TABLE.findall(run("pg_restore", "--list", str(path)))
        version = run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(path))
    except click.ClickException as error:
        raise BadFile(name, "It is not a sound backup of a PostgreSQL database.") from error
    revision = REVISION.search(version)
    return check_contents(name, tables, revision.group(1) if revision else None)


TAKE_ALL = """
    DO $$ DECLARE each regclass; until timestamptz := clock_timestamp() + interval '{patience} s';
    BEGIN
        LOOP BEGIN
            FOR each IN
                SELECT oid FROM pg_class WHERE relkind = 'r' AND relname IN ({names})
                AND relnamespace = current_schema()::regnamespace
            LOOP EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', each); END LOOP;
            RETURN;
        EXCEPTION WHEN lock_not_available THEN
            IF clock_timestamp() > until THEN RAISE; END IF;
            PERFORM pg_sleep(0.01);
        END; END LOOP;
    END $$
"""
"""Locks all tables or, for a moment, none: whoever waits for one while they hold others would be
waited for in turn by a site that is in use."""

DROP_OTHERS = """
    DO $$ DECLARE each regprocedure; BEGIN
        FOR each IN
            SELECT oid FROM pg_proc
            WHERE pronamespace = current_schema()::regnamespace
            AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')
            AND prorettype = 'trigger'::regtype
            AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = pg_proc.oid)
            OR pronamespace = current_schema()::regnamespace AND proname LIKE 'search\\_%'
        LOOP EXECUTE format('DROP FUNCTION %s', each); END LOOP;
    END $$;
    DROP TEXT SEARCH CONFIGURATION IF EXISTS forum_words;
    DROP TEXT SEARCH DICTIONARY IF EXISTS forum_stems
"""
"""Drops what tables and triggers made use of, once those are gone: it does not go with them. A
function of triggers that some trigger still uses is not ours."""


def restore(file: Path) -> None:
    """Put what the file holds in place of the forum's tables, all of it or nothing."""
    program("psql")
    tables = ["alembic_version", *db.metadata.tables]
    names = ", ".join(f"'{table}'" for table in tables)
    with TemporaryDirectory() as folder:
        script = Path(folder) / "restore.sql"
        run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
        length = script.stat().st_size
        with script.open() as rows, progress("Restoring", length=length) as bar:
            run(
                "psql",
                "--no-psqlrc",
                "--quiet",
                "--single-transaction",
                "--set=ON_ERROR_STOP=1",
                f"--dbname={conninfo()}",
                f"--command={TAKE_ALL.format(patience=PATIENCE, names=names)}",
                f"--command=DROP TABLE IF EXISTS {', '.join(tables)} CASCADE",
                f"--command={DROP_OTHERS}",
                "--file=-",
                rows=rows,
                meanwhile=lambda _said: bar.update(place_in(rows) - bar.pos),
            )
            bar.update(length - bar.pos)


def place_in(file: IO[str]) -> int:
    """Return how many bytes of a file were read, also by a program that was given it."""
    return os.lseek(file.fileno(), 0, os.SEEK_CUR)


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, or say that it is missing."""
    if found := which(name):
        return found
    raise click.ClickException(
        f"The program {name} is needed and was not found: install the PostgreSQL client programs "
        "(on Debian: apt-get install postgresql-client)."
    )


def run(
    name: str,
    *arguments: str,
    rows: IO[str] | None = None,
    meanwhile: Callable[[str], None] | None = None,
) -> str:
    """Run a program and return what it printed; raise with the error that it named.

    It reads ``rows``, where given. ``meanwhile`` hears again and again all it has said so far.
    """
    password = db.engine.url.password or os.environ.get("PGPASSWORD", "")
    with (
        TemporaryFile("w+") as printed,
        TemporaryFile("w+") as said,
        subprocess.Popen(  # noqa: S603 - the program is found by name, the arguments are ours
            [program(name), *arguments],
            env={**os.environ, "PGPASSWORD": password, "LC_MESSAGES": "C", "LC_ALL": ""},
            stdin=rows or subprocess.DEVNULL,
            stdout=printed,
            stderr=said,
        ) as process,
    ):
        try:
            while meanwhile and process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(OFTEN)
                meanwhile(whole(said))
            failed = process.wait()
        except BaseException:
            process.kill()
            raise
        if failed:
            words = whole(said).strip().splitlines() or ["no reason given"]
            reason = next((each for each in words if "ERROR" in each), words[-1])
            raise click.ClickException(f"{name} failed: {reason}")
        return whole(printed)


def whole(file: IO[str]) -> str:
    """Return all that a file holds by now."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")


def conninfo() -> str:
    """Return how to reach the database, without the password, which others could see."""
    from psycopg.conninfo import make_conninfo

    _, how = db.engine.dialect.create_connect_args(db.engine.url)
    return make_conninfo(**{name: how[name] for name in how if name not in {"context", "password"}})
