"""The layers of SQLite's index: FTS5 adds one at each write, and puts some together as it goes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from ...db import db

PAGES = 2_000
"""Pages of the index that are written anew in one step: a fifth of a second at most."""

MERGE = text("INSERT INTO search_words (search_words, rank) VALUES ('merge', :pages)")


def put_together() -> Iterator[None]:
    """Make one layer of all, step by step; commit after each, so that nobody who writes waits long.

    What very many writes have left is a pile that later writes would put together, each a little
    but for a word that very many texts hold, whose whole list one of them has to write.
    """
    pages = -PAGES  # less than 0: begin, with every layer
    while db.engine.dialect.name == "sqlite" and merged(pages):
        yield
        pages = PAGES


def merged(pages: int) -> bool:
    """Write so many pages of a layer that holds what several did; say whether any was left."""
    connection = db.session.connection().connection.driver_connection
    before: int = connection.total_changes  # type: ignore[union-attr]
    db.session.execute(MERGE, {"pages": pages})
    written = connection.total_changes - before  # type: ignore[union-attr]
    return written > 1  # one row is the question itself
