"""Very many rows into a table at one go, so that what follows from them is done once for all.

A statement a row costs twenty times as much: after each SQLite writes out its index of words, and
PostgreSQL raises the same counters, of which every state stays until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, insert, literal_column

from ..db import Base, db
from .prepared import as_sqlalchemy_says

if TYPE_CHECKING:
    import psycopg

Row = dict[str, Any]


def bulk_insert(model: type[Base], rows: Sequence[Row]) -> None:
    """Add rows, which all name the same columns; what none names is as the model has it."""
    if not rows:
        return
    table = cast(Table, model.__table__)
    if db.engine.dialect.name == "postgresql":
        copy(table, rows)
    else:
        # SQLAlchemy writes many rows into one statement where it is to return something.
        db.session.execute(insert(table).returning(literal_column("1")), rows)


def copy(table: Table, rows: Sequence[Row]) -> None:
    """Add rows by COPY, each value as SQLAlchemy would send it."""
    dialect = db.engine.dialect
    named = [column for column in table.c if column.name in rows[0] or column.default is not None]
    types = (column.type.dialect_impl(dialect) for column in named)
    columns = [
        (column.name, column.default, type_.bind_processor(dialect) or unchanged)
        for column, type_ in zip(named, types, strict=True)
    ]
    names = ", ".join(column.name for column in named)
    held = cast("psycopg.Connection", db.session.connection().connection.driver_connection)
    into = f"COPY {table.name} ({names}) FROM STDIN"
    try:
        with held.cursor() as cursor, cursor.copy(into) as stream:
            for row in rows:
                stream.write_row(
                    [
                        send(row[name] if name in row else made_by(default))
                        for name, default, send in columns
                    ]
                )
    except dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_says(error, dialect) from error


def made_by(default: Any) -> Any:
    """Return the value that a model's default makes for a row."""
    return default.arg(None) if default.is_callable else default.arg


def unchanged(value: Any) -> Any:
    """Return what is sent as it is."""
    return value
