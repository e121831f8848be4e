"""A connection of the driver, lent by SQLAlchemy's pool and used past SQLAlchemy."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError


class borrowed:  # noqa: N801 - asked for as open is; a generator takes longer at each kept page
    """A connection of the driver meanwhile; raises what SQLAlchemy does where the driver fails.

    Each statement on it stands by itself. So it does on SQLite; PostgreSQL would have to be told of
    a transaction, and then that it is over, which takes as long as a short query each time.
    """

    __slots__ = ("connection", "engine", "is_postgresql")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_postgresql = engine.dialect.name == "postgresql"

    def __enter__(self) -> Any:
        self.connection: Any = None
        try:
            self.connection = self.engine.raw_connection()
            if self.is_postgresql:
                self.connection.driver_connection.autocommit = True
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise as_sqlalchemy_says(error, self.engine, self.connection) from error
        return self.connection

    def __exit__(self, _kind: Any, error: BaseException | None, _where: Any) -> None:
        try:
            if isinstance(error, self.engine.dialect.loaded_dbapi.Error):
                raise as_sqlalchemy_says(error, self.engine, self.connection) from error
        finally:
            self.give_back()

    def give_back(self) -> None:
        """Give the connection back as it was, or up where something is under way on it."""
        if self.is_postgresql and self.connection.is_valid:
            try:
                self.connection.driver_connection.autocommit = False
            except self.engine.dialect.loaded_dbapi.Error as error:
                self.connection.invalidate(error)
        self.connection.close()


def as_sqlalchemy_says(error: Any, engine: Engine, connection: Any = None) -> BaseException:
    """Return what SQLAlchemy raises where the driver fails, having done what it does.

    A connection that is lost is given up, so that nothing is rolled back on it, and with it all
    that the pool had made before: what ended one has ended them.
    """
    dialect, kinds = engine.dialect, cast(Any, engine.dialect.loaded_dbapi.Error)
    is_lost = connection is not None and dialect.is_disconnect(error, connection, None)
    if is_lost:
        engine.pool._invalidate(connection, error)
    return DBAPIError.instance(
        None, None, error, kinds, connection_invalidated=is_lost, dialect=dialect
    )
