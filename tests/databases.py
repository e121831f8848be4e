"""The real databases that tests run on: where they are found, made, migrated and emptied."""

from __future__ import annotations

import os
import sqlite3
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any, cast

import psycopg
import pytest
import redis
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from forum.db import db

POSTGRESQL = (
    os.environ.get("FORUM_TEST_POSTGRESQL_URL", ""),
    "postgresql+psycopg:///postgres",
    "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
)
MEMORY = "/dev/shm"  # noqa: S108
REDIS = os.environ.get("FORUM_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


Kept = Any
"""What stood in a database at one moment, as its kind of database keeps it."""


@dataclass(frozen=True)
class Database(ABC):
    """One database and how it is brought to the state that a test begins with."""

    url: str

    def migrate(self, app: Flask) -> None:
        """Bring the empty database up to date, by the same steps as everyone's."""
        with app.app_context():
            upgrade()
            db.session.remove()

    @abstractmethod
    def keep(self, engine: Engine) -> Kept:
        """Keep what stands in it now."""

    @abstractmethod
    def put_back(self, engine: Engine, kept: Kept) -> None:
        """Bring it to what was kept; fail where a test has left a transaction open."""


class SqliteDatabase(Database):
    """A file, kept in memory page by page."""

    def keep(self, engine: Engine) -> Kept:
        """Copy the file into memory."""
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(engine.raw_connection()) as held:
            cast(sqlite3.Connection, held.driver_connection).backup(kept)
        return kept

    def put_back(self, engine: Engine, kept: Kept) -> None:
        """Copy it over the file."""
        with closing(engine.raw_connection()) as held:
            kept.backup(held.driver_connection, progress=refuse_to_wait)
        engine.dispose()  # other connections may know figures of a database that is gone


def refuse_to_wait(status: int, _remaining: int, total: int) -> None:
    """End a copy that somebody's open transaction holds up, which would try for ever."""
    assert status not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}, "a transaction is open"


class PostgresqlDatabase(Database):
    """A database on a server, its rows kept in memory as the server copies them out.

    Rows are deleted one by one: tests leave few, and TRUNCATE waits for the disk.
    """

    def keep(self, engine: Engine) -> Kept:
        """Copy out the rows of each table, and write down how to go on counting."""
        tables = [table.name for table in db.metadata.sorted_tables]
        numbers = "SELECT sequencename, coalesce(last_value + 1, 1) FROM pg_sequences"
        with engine.begin() as connection, cursor_of(connection) as cursor:
            rows = {}
            for table in tables:
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    rows[table] = b"".join(copy)
            counters = connection.execute(text(numbers)).all()
        steps = [
            # A test that leaves a streamed answer open fails here, instead of waiting for ever.
            "SET LOCAL lock_timeout = '10s'",
            "SET LOCAL session_replication_role = replica",  # foreign keys and triggers sleep
            f"LOCK TABLE {', '.join(tables)}",
            *(f"DELETE FROM {table}" for table in tables),
            *(f"SELECT setval('{name}', {following}, false)" for name, following in counters),
        ]
        return ";".join(steps), {table: found for table, found in rows.items() if found}

    def put_back(self, engine: Engine, kept: Kept) -> None:
        """Take out every row, and copy in what was kept."""
        steps, rows = kept
        with engine.begin() as connection, cursor_of(connection) as cursor:
            cursor.execute(steps)
            for table, found in rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(found)


def cursor_of(connection: Connection) -> psycopg.Cursor:
    """Return the driver's own cursor, which can copy."""
    return cast(psycopg.Connection, connection.connection.driver_connection).cursor()


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """Yield a SQLite database in a file, in memory's own file system where there is one.

    What is tested is the same; only the disk need not be waited for at every commit.
    """
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else folder) as place:
        yield SqliteDatabase(f"sqlite:///{place}/forum.sqlite")


@contextmanager
def postgresql(_folder: Path) -> Iterator[Database]:
    """Yield a PostgreSQL database of this run's own, dropped at the end."""
    server = postgresql_url() or need("postgresql", "no server lets us be a superuser")
    name = f"circle_back_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        address = engine.url.set(database=name).render_as_string(hide_password=False)
        yield PostgresqlDatabase(address)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


DATABASES = {"sqlite": sqlite, "postgresql": postgresql}


@cache
def postgresql_url() -> str:
    """Return the address of a PostgreSQL server where we are a superuser, or nothing."""
    for url in filter(None, POSTGRESQL):
        with suppress(OperationalError), create_engine(url).connect() as connection:
            if connection.scalar(text("SHOW is_superuser")) == "on":
                return url
    return ""


@cache
def redis_url() -> str:
    """Return the address of a Redis server, or nothing."""
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
    except redis.RedisError:
        return ""
    return REDIS


@cache
def chromium() -> str:
    """Return the path of a Chromium, or nothing."""
    return which("chromium") or which("chromium-browser") or which("google-chrome") or ""


def unmet() -> dict[str, str]:
    """Return what this machine lacks of that which tests can use."""
    found = {"postgresql": postgresql_url(), "redis": redis_url(), "chromium": chromium()}
    return {name: "not found on this machine" for name, where in found.items() if not where}


def need(name: str, why: str) -> str:
    """Skip for want of a server or browser; fail where FORUM_TEST_REQUIRE names it."""
    if name in os.environ.get("FORUM_TEST_REQUIRE", "").split(","):
        pytest.fail(f"FORUM_TEST_REQUIRE names {name}, but {why}.")
    pytest.skip(f"{name}: {why}")
