"""The real databases that tests run on: where they are found, made, migrated and emptied."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import redis
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from forum.db import db

POSTGRESQL = (
    os.environ.get("FORUM_TEST_POSTGRESQL_URL", ""),
    "postgresql+psycopg:///postgres",
    "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
)
MEMORY = "/dev/shm"  # noqa: S108
REDIS = os.environ.get("FORUM_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


@dataclass(frozen=True)
class Database:
    """One database and how it is brought to the state that a test begins with."""

    url: str

    def migrate(self, app: Flask) -> None:
        """Bring the empty database up to date, by the same steps as everyone's."""
        with app.app_context():
            upgrade()
            db.session.remove()

    def empty(self, engine: Engine) -> None:
        """Take every row out again."""
        tables = [table.name for table in reversed(db.metadata.sorted_tables)]
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # A test that leaves a streamed answer open fails here, instead of waiting for ever.
                connection.execute(text("SET LOCAL lock_timeout = '10s'"))
                connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
                return
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            triggers = connection.execute(text(guards)).all()
            for name, _sql in triggers:
                connection.execute(text(f"DROP TRIGGER {name}"))
            for table in tables:
                connection.execute(text(f"DELETE FROM {table}"))
            for _name, sql in triggers:
                connection.execute(text(sql))


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    """Yield a SQLite database in a file, in memory's own file system where there is one.

    What is tested is the same; only the disk need not be waited for at every commit.
    """
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else folder) as place:
        yield Database(f"sqlite:///{place}/forum.sqlite")


@contextmanager
def postgresql(_folder: Path) -> Iterator[Database]:
    """Yield a PostgreSQL database of this run's own, dropped at the end."""
    server = postgresql_url() or need("postgresql", "no server answers")
    name = f"circle_back_test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    try:
        yield Database(engine.url.set(database=name).render_as_string(hide_password=False))
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


DATABASES = {"sqlite": sqlite, "postgresql": postgresql}


@cache
def postgresql_url() -> str:
    """Return the address of a PostgreSQL server where databases can be made, or nothing."""
    for url in filter(None, POSTGRESQL):
        try:
            with create_engine(url).connect():
                return url
        except OperationalError:
            continue
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


def plan(query: Any) -> str:
    """Return how the database goes about a query."""
    raw = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
    word = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN "
    return "\n".join(str(tuple(row)) for row in db.session.execute(text(word + raw)))
