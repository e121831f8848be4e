"""Indexes laid aside while a table is filled, and made again of all its rows at one go.

Scores come in no order, so each of very many rows would change another page of a dozen indexes: at
a million replies that is more writing than all of their words, and grows with what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from sqlalchemy import func, select, text

from ..db import db
from ..replies.models import Reply
from ..words.index.layers import put_together

ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table"
ON_POSTGRESQL = (
    "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index "
    "WHERE indrelid = CAST(:table AS regclass)"
)
MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"
"""What PostgreSQL may use to make them again: of an index of words it writes each page once."""
LEARNS = text("SELECT sql FROM sqlite_master WHERE name = 'search_replies_added'")
LEARN = text(
    "INSERT INTO search_words (rowid, title, body, tags) "
    "SELECT rowid, title, body, tags FROM searchable_replies WHERE rowid > :last ORDER BY rowid"
)
HOLD = text("INSERT INTO search_words (search_words, rank) VALUES ('hashsize', :bytes)")
HELD, USUALLY_HELD = 64 * 1024 * 1024, 1024 * 1024
"""Bytes of words that SQLite's index holds before it writes them."""
NEEDED = " UNIQUE "
"""What a rule stands on stays; SQLite says nothing of an index that it has made for one."""


@contextmanager
def indexes_aside(tables: Sequence[str]) -> Iterator[None]:
    """Take the indexes of tables away, but those that hold a rule; make them again at the end.

    Commits before and after. Whoever reads the tables meanwhile reads them from end to end, and a
    process that is killed leaves them without: so this is for a site that holds nothing else yet.
    """
    found = list(chain.from_iterable(map(indexes_of, tables)))
    for name, _made in found:
        db.session.execute(text(f"DROP INDEX {name}"))

    def make_again() -> None:
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text(MEMORY))
        for _name, made in found:
            db.session.execute(text(made))

    with followed_by(make_again):
        yield


@contextmanager
def words_aside() -> Iterator[None]:
    """Have SQLite's index of words learn the replies that are added in here at the end, at one go.

    It writes what it has learned after each statement, as a layer, and puts layers together again
    and again: at a million replies that takes longer than all else.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    last = db.session.scalar(select(func.max(Reply.id))) or 0
    learns = db.session.scalar(LEARNS)
    db.session.execute(text("DROP TRIGGER search_replies_added"))

    def learn() -> None:
        db.session.execute(HOLD, {"bytes": HELD})
        db.session.execute(LEARN, {"last": last})
        db.session.execute(HOLD, {"bytes": USUALLY_HELD})
        db.session.execute(text(str(learns)))

    with followed_by(learn):
        yield
    for _step in put_together():
        db.session.commit()


@contextmanager
def followed_by(put_back: Callable[[], None]) -> Iterator[None]:
    """Commit what came before and what is done in here; then put back, though that had failed."""
    db.session.commit()
    try:
        yield
        db.session.commit()
    finally:
        db.session.rollback()
        put_back()
        db.session.commit()


def indexes_of(table: str) -> list[tuple[str, str]]:
    """Return the names of a table's indexes that can be spared, each with how it is made."""
    query = ON_SQLITE if db.engine.dialect.name == "sqlite" else ON_POSTGRESQL
    rows = db.session.execute(text(query), {"table": table}).all()
    return [(str(name), str(made)) for name, made in rows if made and NEEDED not in made]
