"""The database: one session a request, the same promises on SQLite and on PostgreSQL.

SQLite is opened in autocommit mode and every transaction is begun here, so that a request that
may write takes the write lock first (BEGIN IMMEDIATE) and no update can be lost between a read
and a write. PostgreSQL needs only the row locks that the verbs take.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, registry

from .files import keep_private

Row = TypeVar("Row")

READING = frozenset({"GET", "HEAD", "OPTIONS"})


CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model; the names of constraints are fixed so that migrations find them."""

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES),
        type_annotation_map={int: BigInteger().with_variant(Integer(), "sqlite")},
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def now() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    return datetime.now(UTC)


OLD_TABLES = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")


def is_behind(error: DBAPIError) -> bool:
    """Say whether the database refused because it lacks what a migration would have made."""
    cause = f"{type(error.orig).__name__}: {error.orig}"
    return any(sign in cause for sign in OLD_TABLES)


def upsert(table: type[Base]) -> postgresql.Insert:
    """Return an INSERT that can say ON CONFLICT, which both databases spell the same way."""
    if db.engine.dialect.name == "sqlite":
        return cast(postgresql.Insert, sqlite.insert(table))
    return postgresql.insert(table)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the constraint that a column holds one of these words, or nothing where it may."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time, aware and in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time rather than guess its zone; SQLite stores text without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@event.listens_for(Engine, "connect")
def set_up_sqlite(connection: Any, _record: Any) -> None:
    """Give a new SQLite connection its recipe: WAL, foreign keys, patience, safe writes."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for _number, _name, file in connection.execute("PRAGMA database_list").fetchall():
        for each in (file, f"{file}-wal", f"{file}-shm") if file else ():
            keep_private(Path(each))
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin(connection: Connection) -> None:
    """Begin a SQLite transaction: readers share, whoever may write queues for the lock first."""
    if connection.dialect.name == "sqlite":
        asked = has_request_context() and request.method in READING
        reading = connection.get_execution_options().get("reading", asked)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
