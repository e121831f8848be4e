"""Queries that page after page asks: compiled once, and sent past SQLAlchemy for their rows alone.

Around a statement whose rows take 5 microseconds, SQLAlchemy takes 40, and a session 50 to begin
and end. A prepared query is an ordinary one, so both databases have it in their own words; it gives
tuples of what its columns hold. It is asked on the connection of the session, and so sees what the
request has written; within ``own_connection`` it is asked on another, and no session is begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import g
from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError

from ..db import READ, db, reads_replica

OWN_CONNECTION = "own_connection"
"""Where a request keeps the connection that is not its session's."""

listeners: list[Callable[[str, Any], None]] = []
"""Who is told of every statement that is sent, as the driver has it: tests are."""


@contextmanager
def own_connection() -> Iterator[None]:
    """Have prepared queries asked in here on a connection of their own, in a request that reads."""
    engine = db.engines[READ] if reads_replica() else db.engine
    try:
        connection = engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:
        raise as_sqlalchemy_says(error, engine.dialect) from error
    setattr(g, OWN_CONNECTION, connection)
    try:
        yield
    finally:
        g.pop(OWN_CONNECTION)
        connection.close()


def as_sqlalchemy_says(error: Any, dialect: Dialect) -> BaseException:
    """Return what SQLAlchemy raises where the driver fails."""
    kinds: Any = dialect.loaded_dbapi.Error
    return DBAPIError.instance(None, None, error, kinds, dialect=dialect)


class Prepared:
    """A query made once; ``rows`` asks it."""

    def __init__(self, query: Any) -> None:
        self.query = query
        self.of_dialect: dict[str, CompiledQuery] = {}

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Return its rows for these parameters."""
        connection = g.get(OWN_CONNECTION) or db.session.connection().connection
        return self.compiled(db.engine.dialect).rows(connection.cursor(), given)

    def compiled(self, dialect: Dialect) -> CompiledQuery:
        """Return it in the words of a database."""
        found = self.of_dialect.get(dialect.name)
        if found is None:
            found = self.of_dialect[dialect.name] = CompiledQuery(self.query, dialect)
        return found


class CompiledQuery:
    """A query in the words of one database, and how its values are read there."""

    def __init__(self, query: Any, dialect: Dialect) -> None:
        self.dialect = dialect
        self.types = [column.type.dialect_impl(dialect) for column in query.selected_columns]
        self.compiled = query.compile(dialect=dialect)
        self.writers = {
            name: write
            for parameter, name in self.compiled.bind_names.items()
            if (write := parameter.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self.readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def rows(self, cursor: Any, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows for these parameters."""
        statement, sent = self.sent(given)
        for each in listeners:
            each(statement, sent)
        try:
            cursor.execute(statement, sent)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        except self.dialect.loaded_dbapi.Error as error:
            raise as_sqlalchemy_says(error, self.dialect) from error
        if self.readers is None:
            self.readers = self.readers_of(cursor.description)
        cursor.close()
        return [self.read(row, self.readers) for row in rows] if self.readers else rows

    def sent(self, given: dict[str, Any]) -> tuple[str, Any]:
        """Return the statement and its parameters, as the driver takes them."""
        state = self.compiled.construct_expanded_state(given)
        values = dict(state.parameters)
        for name, write in {**self.writers, **state.processors}.items():
            if name in values:
                values[name] = write(values[name])
        names = state.positiontup
        return state.statement, values if names is None else tuple(values[n] for n in names)

    def readers_of(self, description: Any) -> list[tuple[int, Callable[[Any], Any]]]:
        """Return what makes of a driver's value what the column holds, where it is another."""
        kinds = zip(self.types, description, strict=True)
        readers = [kind.result_processor(self.dialect, said[1]) for kind, said in kinds]
        return [(place, reader) for place, reader in enumerate(readers) if reader is not None]

    @staticmethod
    def read(row: tuple[Any, ...], readers: list[tuple[int, Callable[[Any], Any]]]) -> Any:
        """Return a row as its columns hold it."""
        values = list(row)
        for place, reader in readers:
            values[place] = reader(values[place])
        return tuple(values)
