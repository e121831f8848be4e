"""Indexes laid aside while a table is filled, and made again of all its rows at one go.

Scores come in no order, so each of very many rows would change another page of a dozen indexes: at
a million replies that is more writing than all of their words, and grows with what is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

from sqlalchemy import text

from ..db import db

ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table"
ON_POSTGRESQL = (
    "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index "
    "WHERE indrelid = CAST(:table AS regclass)"
)
MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"
"""What PostgreSQL may use to make them again: of an index of words it writes each page once."""
AT_ONCE = text("INSERT INTO search_words (search_words, rank) VALUES ('automerge', :most)")
ALL_AT_ONCE = text("INSERT INTO search_words (search_words) VALUES ('optimize')")
LAYERS_AT_ONCE, USUAL_LAYERS = 0, 4
"""How many parts SQLite's index of words lets lie before it puts them together; 0 is 16 of them."""
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
    db.session.commit()
    try:
        yield
        db.session.commit()
    finally:
        db.session.rollback()
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text(MEMORY))
        for _name, made in found:
            db.session.execute(text(made))
        db.session.commit()


@contextmanager
def words_unsorted() -> Iterator[None]:
    """Have SQLite's index of words put its parts together once, at the end, and not all the time.

    It has them in layers, and would write each word five times on its way through them.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    db.session.execute(AT_ONCE, {"most": LAYERS_AT_ONCE})
    db.session.commit()
    try:
        yield
        db.session.execute(ALL_AT_ONCE)
        db.session.commit()
    finally:
        db.session.rollback()
        db.session.execute(AT_ONCE, {"most": USUAL_LAYERS})
        db.session.commit()


def indexes_of(table: str) -> list[tuple[str, str]]:
    """Return the names of a table's indexes that can be spared, each with how it is made."""
    query = ON_SQLITE if db.engine.dialect.name == "sqlite" else ON_POSTGRESQL
    rows = db.session.execute(text(query), {"table": table}).all()
    return [(str(name), str(made)) for name, made in rows if made and NEEDED not in made]
