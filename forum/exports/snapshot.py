"""One moment of the database, held for as long as a file is being written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from sqlalchemy.engine import Connection

from ..db import db


def open_snapshot() -> Connection:
    """Return a connection that sees the database as it stands at its first query, and only reads.

    The caller closes it. Votes and edits that arrive meanwhile wait for nobody and do not show, so
    that the count, the ranks and the rows of one file agree however long it takes to fetch.
    """
    options: dict[str, Any] = {"reading": True}
    if db.engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return db.engine.connect().execution_options(**options)


def until_read(snapshot: Connection, content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content and close the snapshot after it, however the reading ends."""
    with closing(snapshot):
        yield from content
