"""The database: one session a request, the same promises on SQLite and on PostgreSQL.

SQLite is opened in autocommit mode and every transaction is begun here. A request reads until it
asks for a row to change it, or changes one; from then on it has the database's one write lock
(see ``database/writers_queue``), where on PostgreSQL it has the locks of those rows. So on both
nothing is lost between a read under lock and a write, and whatever takes long is done before.
Commands and the worker, which come to write, have the lock from the start.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, before_render_template, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    SQLColumnExpression,
    TypeDecorator,
    any_,
    event,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.orm.util import identity_key

from .database.writers_queue import (
    PATIENCE,
    QueuedConnection,
    busy_as_the_rest,
    queue_of,
    take_turn,
    takes_a_lock,
    writer_here,
)
from .files import keep_private

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Row = TypeVar("Row")

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


READ = "read"
"""The name of the database that strangers' pages may be read from (see ``database/replica``)."""
FROM_REPLICA = "forum.from_replica"
"""What a request carries whose session reads there."""


def reads_replica() -> bool:
    """Say whether the page of this request is read from the replica."""
    return has_request_context() and bool(request.environ.get(FROM_REPLICA))


class PageSession(BoundSession):
    """The session of a request: of the primary, unless its page may be read from the replica."""

    def get_bind(self, *given: Any, **named: Any) -> Engine | Connection:
        """Return the database to ask."""
        if reads_replica():
            return db.engines[READ]
        return super().get_bind(*given, **named)


db = SQLAlchemy(
    model_class=Base, session_options={"expire_on_commit": False, "class_": PageSession}
)

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    return _moment.get() or datetime.now(UTC)


@contextmanager
def happening_at(moment: datetime) -> Iterator[None]:
    """Let what is done in here have happened at this moment, as whoever tells a story needs it."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


OLD_TABLES = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")


def is_behind(error: DBAPIError) -> bool:
    """Say whether the database refused because it lacks what a migration would have made."""
    cause = f"{type(error.orig).__name__}: {error.orig}"
    return any(sign in cause for sign in OLD_TABLES)


def upsert(table: type[Base]) -> postgresql.Insert:
    """Return an INSERT that can say ON CONFLICT, which both databases spell the same way."""
    if db.engine.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return cast("postgresql.Insert", sqlite.insert(table))
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def read_anew(table: type[Base], number: int, *columns: str) -> None:
    """Have columns that a statement changed read anew, where the session knows the row."""
    if (known := db.session.identity_map.get(identity_key(table, number))) is not None:
        db.session.expire(known, columns)


def among(
    column: SQLColumnExpression[int], numbers: list[int], is_walked: bool
) -> ColumnElement[bool]:
    """Return the condition that a column holds one of very many numbers, sent as one value.

    SQLite looks each of them up by its index, or, with ``is_walked``, goes through the rows as the
    rest of a query has them; PostgreSQL chooses for itself.
    """
    if db.engine.dialect.name == "postgresql":
        return column == any_(literal(numbers, ARRAY(BigInteger)))
    sent = func.json_each(json.dumps(numbers)).table_valued("value")
    looked_up = column + literal_column("0") if is_walked else column
    return looked_up.in_(select(sent.c.value))


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

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Return what makes an aware time in UTC of what is stored, in one step."""
        if dialect.name == "sqlite":
            return lambda text: text and datetime.fromisoformat(f"{text}+00:00")
        return lambda moment: moment and moment.astimezone(UTC)


@event.listens_for(Engine, "do_connect")
def queue_writers(dialect: Dialect, _record: Any, _arguments: Any, options: Any) -> None:
    """Have SQLite's connections take their turn."""
    if dialect.name == "sqlite":
        options["factory"] = QueuedConnection


@event.listens_for(Engine, "connect")
def set_up_sqlite(connection: Any, _record: Any) -> None:
    """Give a new SQLite connection its recipe: patience, WAL, foreign keys, safe writes."""
    if not isinstance(connection, QueuedConnection):
        return
    connection.isolation_level = None
    file = ""
    for _number, name, path in connection.execute("PRAGMA database_list").fetchall():
        file = path if name == "main" else file
        for each in (path, f"{path}-wal", f"{path}-shm") if path else ():
            keep_private(Path(each))
    connection.queue = queue_of(file)
    patience = f"busy_timeout={1_000 * PATIENCE:.0f}"
    for pragma in (patience, "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def sqlite_connection(connection: Connection) -> QueuedConnection | None:
    """Return the driver's connection, where this is one to SQLite."""
    found = connection.connection.driver_connection
    return found if isinstance(found, QueuedConnection) else None


@event.listens_for(Engine, "begin")
def begin(connection: Connection) -> None:
    """Begin a SQLite transaction: a request reads first, whoever comes to write waits its turn."""
    if (held := sqlite_connection(connection)) is None:
        return
    reading = connection.get_execution_options().get("reading", has_request_context())
    with busy_as_the_rest():
        held.begin_reading() if reading else held.begin_writing()


@event.listens_for(Engine, "before_cursor_execute")
def lock_first(
    connection: Connection, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
) -> None:
    """Let a SQLite transaction that reads take its turn before its first lock or change."""
    held = sqlite_connection(connection)
    if held is not None and not held.is_writing and takes_a_lock(statement, context):
        take_turn(held)


def looking() -> Connection:
    """Return a connection that only looks, so that nobody who writes waits for it; close it."""
    return db.engine.connect().execution_options(reading=True)


def only_look() -> None:
    """Have the session of a command or of the worker begin anew, and only look until it writes."""
    db.session.close()
    db.session.connection(execution_options={"reading": True})


def let_others_write(_app: Flask, **_context: Any) -> None:
    """Hold up no writer while a page is made: all that was asked for a change has been refused."""
    if has_request_context() and (held := writer_here()):
        held.only_read_from_now_on()


before_render_template.connect(let_others_write)
