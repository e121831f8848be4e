"""The index of words. Triggers keep it (see migration 0007), so nothing here ever writes to it.

A reply stands under its number, an essay under its own below zero. On SQLite it is an FTS5 table
with the columns ``title``, ``body`` and ``tags``; on PostgreSQL a table with a tsvector, ``words``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from ..db import Base

SEARCH_WORDS = Table(
    "search_words",
    Base.metadata,
    Column("rowid", BigInteger, primary_key=True, autoincrement=False),
)
"""What both databases have of it."""
