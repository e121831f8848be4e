"""Very many rows into a table at one go, so that what follows from them is done once for all.

A statement a row costs twenty times as much: after each SQLite writes out its index of words, and
PostgreSQL raises the same counters, of which every state stays until the transaction ends. Both are
sent what the driver takes: SQLAlchemy would spend as much on naming each value as SQLite on it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table

from ..db import Base, db
from .borrowed import as_sqlalchemy_says

if TYPE_CHECKING:
    import psycopg

Row = dict[str, Any]
Values = list[Any]


def bulk_insert(model: type[Base], rows: Sequence[Row]) -> None:
    """Add rows, which all name the same columns; what none names is as the model has it."""
    if not rows:
        return
    table = cast(Table, model.__table__)
    columns = Columns(table, rows[0])
    if db.engine.dialect.name == "postgresql":
        copy(table, columns, rows)
    else:
        insert(table, columns, rows)


class Columns:
    """The columns that rows fill, and how the driver has a value of each."""

    def __init__(self, table: Table, row: Row) -> None:
        dialect = db.engine.dialect
        named = [each for each in table.c if each.name in row or each.default is not None]
        senders = (each.type.dialect_impl(dialect).bind_processor(dialect) for each in named)
        self.names = ", ".join(column.name for column in named)
        self.ways: list[tuple[str, Any, Callable[[Any], Any] | None]] = [
            (column.name, column.default, send) for column, send in zip(named, senders, strict=True)
        ]

    def values(self, rows: Sequence[Row]) -> Iterator[Values]:
        """Yield the values of each row, as SQLAlchemy would send them."""
        for row in rows:
            held = ((row[n] if n in row else made_by(made), send) for n, made, send in self.ways)
            yield [value if send is None else send(value) for value, send in held]


def insert(table: Table, columns: Columns, rows: Sequence[Row]) -> None:
    """Add rows by statements of as many of them as the database takes parameters."""
    connection, width = db.session.connection(), len(columns.ways)
    at_once = connection.dialect.insertmanyvalues_max_parameters // width
    one = f"({', '.join('?' * width)})"
    for first in range(0, len(rows), at_once):
        chunk = rows[first : first + at_once]
        into = f"INSERT INTO {table.name} ({columns.names}) VALUES "  # noqa: S608 - our own names
        into += ", ".join([one] * len(chunk))
        connection.exec_driver_sql(into, tuple(chain.from_iterable(columns.values(chunk))))


def copy(table: Table, columns: Columns, rows: Sequence[Row]) -> None:
    """Add rows by COPY."""
    connection = db.session.connection().connection
    held = cast("psycopg.Connection", connection.driver_connection)
    into = f"COPY {table.name} ({columns.names}) FROM STDIN"
    try:
        with held.cursor() as cursor, cursor.copy(into) as stream:
            for values in columns.values(rows):
                stream.write_row(values)
    except db.engine.dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_says(error, db.engine, connection) from error


def made_by(default: Any) -> Any:
    """Return the value that a model's default makes for a row."""
    return default.arg(None) if default.is_callable else default.arg
