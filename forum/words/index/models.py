"""The index of words. Triggers keep it (see migrations 0007, 0011, 0016); nothing here writes it.

A reply stands under its number, an essay under its own below zero. On SQLite it is an FTS5 table
with the columns ``title``, ``body`` and ``tags``; on PostgreSQL a table with a tsvector, ``words``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from ...db import Base

SEARCH_WORDS = Table(
    "search_words",
    Base.metadata,
    Column("rowid", BigInteger, primary_key=True, autoincrement=False),
)
"""What both databases have of it."""

LETTERS = 40
"""Letters of the longest word that is kept."""

FRENCH_WORDS = Table(
    "french_words",
    Base.metadata,
    Column(
        "word",
        String(LETTERS).with_variant(String(LETTERS, collation="C"), "postgresql"),
        nullable=False,
        index=True,
    ),
)
"""The words of French texts, folded and with their endings; PostgreSQL may hold one twice."""
