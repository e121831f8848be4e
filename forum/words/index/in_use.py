"""The index of the database in use."""

from __future__ import annotations

from typing import TypeAlias

from ...db import db
from .postgresql import PostgreSQLIndex
from .sqlite import SQLiteIndex
from .terms import SearchTerms

WordIndex: TypeAlias = SQLiteIndex | PostgreSQLIndex


def index_for(words: SearchTerms, left_out: tuple[str, ...] = ()) -> WordIndex:
    """Return the index, to be asked for these words in texts that carry none of these tags."""
    of_database = SQLiteIndex if db.engine.dialect.name == "sqlite" else PostgreSQLIndex
    return of_database(words, left_out)
