"""What the database knows of its data, by which it chooses how to go about a query.

Too old, it takes a large table for a small one. PostgreSQL keeps it up by itself as rows change,
but late after very many at once; SQLite only where it is asked to.
"""

from __future__ import annotations

from ..db import db

LOOKED_AT = 1_000
"""Rows of each index that SQLite looks at, so that it takes no longer on more data."""


def refresh() -> None:
    """Learn anew what stands in the tables: after an import, a restore, the demo, a migration."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA analysis_limit={LOOKED_AT}")
        connection.exec_driver_sql("ANALYZE")


def keep_up() -> None:
    """Learn anew what has changed much, on SQLite; cheap where nothing has."""
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit={LOOKED_AT}")
        connection.exec_driver_sql("PRAGMA optimize")
