"""Statements that page after page asks, and every vote: compiled once, and sent past SQLAlchemy.

Around a statement whose rows take 5 microseconds, SQLAlchemy takes 40, and a session 50 to begin
and end. A prepared query is an ordinary one, so both databases have it in their own words; it gives
tuples of what its columns hold. It is asked on the connection of the session, and so sees what the
request has written; within ``own_connection`` it is asked on another, and no session is begun. One
that locks rows, and a prepared change, is always the session's, and takes its turn first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask import g
from sqlalchemy import Dialect, Engine
from sqlalchemy.orm import Session

from ..db import READ, db, reads_replica
from .borrowed import as_sqlalchemy_says, borrowed
from .writers_queue import take_turn

OWN_CONNECTION = "own_connection"
"""Where a request keeps the connection that is not its session's, and the database of it."""

SHORT = 100
"""Values in lists up to which a query that looks for them is kept as the driver takes it."""

SESSION_CONNECTION = "driver's connection"
"""Where a session keeps the driver's connection, with the transaction whose it is."""

listeners: list[Callable[[str, Any], None]] = []
"""Who is told of every statement that is sent, as the driver has it: tests are."""


def engine_here() -> Engine:
    """Return the database of what is read here: the replica, where this page is read from it."""
    return db.engines[READ] if reads_replica() else db.engine


@contextmanager
def own_connection() -> Iterator[Any]:
    """Have prepared queries asked in here on a connection of their own, in a request that reads.

    Raises what SQLAlchemy does where the driver fails. Inside of another it is the same connection,
    and the error goes on to the outer one as the driver has it: nobody goes on with what is lost.
    """
    if OWN_CONNECTION in g:
        yield g.get(OWN_CONNECTION)[0]
        return
    engine = engine_here()
    with borrowed(engine) as connection:
        setattr(g, OWN_CONNECTION, (connection, engine))
        try:
            yield connection
        finally:
            g.pop(OWN_CONNECTION)


def session_connection(session: Session) -> Any:
    """Return the driver's connection of a session: found once for each of its transactions."""
    known, connection = session.info.get(SESSION_CONNECTION, (None, None))
    if known is None or known is not transaction_of(session):
        connection = session.connection().connection
        session.info[SESSION_CONNECTION] = (transaction_of(session), connection)
    return connection


def transaction_of(session: Any) -> Any:
    """Return the innermost transaction of a session: a savepoint is sent once it is asked for."""
    return session.get_nested_transaction() or session.get_transaction()


class Prepared:
    """A query made once; ``rows`` asks it."""

    columns: tuple[str, ...] | None = None
    """What a change writes, where its statement does not say."""

    def __init__(self, query: Any) -> None:
        self.query = query
        self.locks = getattr(query, "_for_update_arg", None) is not None
        self.of_dialect: dict[str, CompiledQuery] = {}

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Return its rows for these parameters."""
        return self.asked(*self.at_hand(), given)

    def rows_in(self, session: Session, **given: Any) -> list[tuple[Any, ...]]:
        """Return its rows as a session sees them, which may be another than the request's."""
        return self.asked(self.connection_of(session), db.engine, given)

    def asked(
        self, connection: Any, engine: Engine, given: dict[str, Any]
    ) -> list[tuple[Any, ...]]:
        """Return its rows on a connection to a database."""
        try:
            return self.compiled(engine.dialect).rows(connection.cursor(), given)
        except engine.dialect.loaded_dbapi.Error as error:
            raise as_sqlalchemy_says(error, engine, connection) from error

    def at_hand(self) -> tuple[Any, Engine]:
        """Return the connection to send it on, and the database whose it is."""
        own = None if self.locks else g.get(OWN_CONNECTION)
        if own:
            return own
        return self.connection_of(db.session()), engine_here()

    def connection_of(self, session: Session) -> Any:
        """Return the connection of a session, in its turn where this locks or changes rows."""
        connection = session_connection(session)
        if self.locks:
            take_turn(connection.driver_connection)
        return connection

    def compiled(self, dialect: Dialect) -> CompiledQuery:
        """Return it in the words of a database."""
        found = self.of_dialect.get(dialect.name)
        if found is None:
            found = CompiledQuery(self.query, dialect, self.columns)
            self.of_dialect[dialect.name] = found
        return found


class PreparedChange(Prepared):
    """A change of rows, made once for the columns that are named; ``run`` makes it.

    One that returns something of the rows gives that as a query does.
    """

    def __init__(self, change: Any, *columns: str) -> None:
        super().__init__(change)
        self.columns, self.locks = columns, True

    def run(self, **given: Any) -> None:
        """Change rows by these parameters; what the session holds of them stays as it was read."""
        self.rows(**given)


class ShapedQuery(NamedTuple):
    """A compiled query for lists of certain lengths: the words, and what stands where in them."""

    statement: str
    items: Mapping[str, Sequence[str]]
    """What the driver calls the items of each list."""
    places: Sequence[str] | None
    """The names of the values in their order, where the driver does not go by name."""


class CompiledQuery:
    """A query in the words of one database, and how its values are written and read there."""

    def __init__(self, query: Any, dialect: Dialect, columns: Sequence[str] | None = None) -> None:
        self.dialect = dialect
        given = query.selected_columns if query.is_select else query.exported_columns
        self.types = [column.type.dialect_impl(dialect) for column in given]
        self.compiled = query.compile(dialect=dialect, column_keys=columns)
        self.parameters = [
            (name, parameter, parameter.type.dialect_impl(dialect).bind_processor(dialect))
            for parameter, name in self.compiled.bind_names.items()
        ]
        asked = [each for _name, each, _write in self.parameters if each.required]
        self.lists = [each.key for each in asked if each.expanding]
        self.shapes: dict[tuple[int, ...], ShapedQuery] = {}
        self.readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def rows(self, cursor: Any, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows for these parameters; raise what the driver does."""
        statement, sent = self.sent(given)
        for each in listeners:
            each(statement, sent)
        cursor.execute(statement, sent)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if self.types else []
        if self.readers is None and rows:
            self.readers = self.readers_of(cursor.description)
        cursor.close()
        return [self.read(row, self.readers) for row in rows] if self.readers else rows

    def sent(self, given: dict[str, Any]) -> tuple[str, Any]:
        """Return the statement and its parameters, as the driver takes them."""
        shape, values = self.shaped(given), dict[str, Any]()
        for name, parameter, write in self.parameters:
            value = given[parameter.key] if parameter.required else parameter.effective_value
            if (items := shape.items.get(name)) is not None:
                values.update(zip(items, map(write, value) if write else value, strict=True))
            else:
                values[name] = write(value) if write else value
        places = shape.places
        return shape.statement, values if places is None else tuple([values[n] for n in places])

    def shaped(self, given: dict[str, Any]) -> ShapedQuery:
        """Return the query for lists as long as those given; for short ones it is made once."""
        lengths = tuple([len(given[key]) for key in self.lists])
        found = self.shapes.get(lengths)
        if found is None:
            state = self.compiled.construct_expanded_state(given)
            found = ShapedQuery(state.statement, state.parameter_expansion, state.positiontup)
            if sum(lengths) <= SHORT:
                self.shapes[lengths] = found
        return found

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
