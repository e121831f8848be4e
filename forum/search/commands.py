"""``flask search rebuild``: the index of words made anew from what may be found.

Each chunk has a transaction of its own, and search works meanwhile on what the others hold.
"""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import delete, func, select, text

from ..console import plain_errors, progress
from ..db import db
from ..words.index.layers import put_together
from ..words.index.models import FRENCH_WORDS, SEARCH_WORDS

CHUNK = 2_000
"""Numbers whose texts are indexed in one transaction."""

BOUNDS = text("""
    SELECT coalesce(min(low), 0), coalesce(max(high), 0) FROM (
        SELECT min(rowid) AS low, max(rowid) AS high FROM search_words
        UNION ALL SELECT -max(id), 0 FROM essays
        UNION ALL SELECT 0, max(id) FROM replies
    ) AS bounds
""")
COLUMNS = {"sqlite": "rowid, title, body, tags", "postgresql": "rowid, words"}

group = AppGroup("search", help="Keep the index of words.")


@group.command()
@plain_errors()
def rebuild() -> None:
    """Make the index anew, from the texts that everyone may read."""
    if db.engine.dialect.name == "sqlite":  # words that were erased stand in what it makes anew
        db.session.execute(text("PRAGMA secure_delete = ON"))
    low, high = db.session.execute(BOUNDS).one()
    db.session.execute(delete(FRENCH_WORDS))
    db.session.commit()
    indexed = 0
    with progress("Indexing", length=high - low + 1) as bar:
        for first in range(low, high + 1, CHUNK):
            indexed += index(first, first + CHUNK - 1)
            db.session.commit()
            bar.update(CHUNK)
    for _step in put_together():
        db.session.commit()
    click.echo(f"{indexed:,} texts can be found.")


def index(low: int, high: int) -> int:
    """Index anew what stands under these numbers; return how many texts there are."""
    here = SEARCH_WORDS.c.rowid.between(low, high)
    db.session.execute(delete(SEARCH_WORDS).where(here))
    columns = COLUMNS[db.engine.dialect.name]
    for table, first, last in (("replies", low, high), ("essays", -high, -low)):
        if last > 0:
            learn = text(
                f"INSERT INTO search_words ({columns}) "  # noqa: S608 - names of ours
                f"SELECT {columns} FROM searchable_{table} WHERE rowid BETWEEN :low AND :high"
            )
            db.session.execute(learn, {"low": low, "high": high})
            tell = text(  # Triggers take the words of a text that says it changed.
                f"UPDATE {table} SET search = search "  # noqa: S608 - names of ours
                "WHERE id BETWEEN :first AND :last AND language LIKE 'fr%'"
            )
            db.session.execute(tell, {"first": first, "last": last})
    return db.session.scalar(select(func.count()).select_from(SEARCH_WORDS).where(here)) or 0


def init_app(app: Flask) -> None:
    """Give the application the command."""
    app.cli.add_command(group)
