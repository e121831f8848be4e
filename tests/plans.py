"""How a database goes about a query, for tests that hold it to an index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from forum.db import db


def plan(query: Any) -> str:
    """Return how the database goes about a query."""
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    raw = str(query.compile(dialect=dialect.dialect(), compile_kwargs={"literal_binds": True}))
    word = "EXPLAIN QUERY PLAN " if dialect is sqlite else "EXPLAIN "
    return "\n".join(str(tuple(row)) for row in db.session.execute(text(word + raw)))
