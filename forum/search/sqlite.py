"""The index on SQLite: FTS5, which reads a word's texts off from either end, the newest first."""

from __future__ import annotations

from sqlalchemy import text

from ..db import db
from .tags import Tags
from .words import Term, Words

ESSAYS = text(
    "SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid < 0 "
    "ORDER BY rowid LIMIT :most"
)
REPLIES = text(
    "SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid > 0 "
    "ORDER BY rowid DESC LIMIT :most"
)


def matching(words: Words, tags: Tags, essays: bool, in_title: bool, most: int) -> list[int]:
    """Return where the words stand, the newest first: of essays or replies, at most so many.

    Numbers are those of the index. ``in_title`` asks for all the words wanted in the title.
    """
    query = expression(words, tags, in_title)
    found = db.session.scalars(ESSAYS if essays else REPLIES, {"match": query, "most": most})
    return list(found)


def expression(words: Words, tags: Tags, in_title: bool) -> str:
    """Return the words in FTS5's language, every one of them quoted."""
    where = "title" if in_title else "{title body}"
    query = f"{where} : ({' AND '.join(map(said, words.wanted))})"
    for group in tags:
        query += f" AND tags : ({' OR '.join(map(quoted, group))})"
    if words.unwanted:
        query = f"({query}) NOT {{title body}} : ({' OR '.join(map(said, words.unwanted))})"
    return query


def said(term: Term) -> str:
    """Return one term: a word in any of its forms, or a phrase."""
    if not term.is_plain:
        return quoted(term.raw.casefold())
    return f"({' OR '.join(map(quoted, term.forms))})"


def quoted(string: str) -> str:
    """Return a string that FTS5 takes as words and nothing else."""
    return '"' + string.replace('"', '""') + '"'
