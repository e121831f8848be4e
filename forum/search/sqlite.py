"""The index on SQLite: FTS5, which reads off what holds a word from either end."""

from __future__ import annotations

from sqlalchemy import text

from ..db import db
from .tags import Tags
from .widening import ENOUGH, Matches, steps, widening
from .words import Term, Words

NEWEST = text(
    "SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid > 0 "
    "ORDER BY rowid DESC LIMIT :most"
)
ESSAYS = text(
    "SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid < 0 "
    "ORDER BY rowid LIMIT :most"
)


class Index:
    """The index, asked for these words."""

    def __init__(self, words: Words, newest: int) -> None:
        self.words = words
        self.newest = newest

    def essays(self, tags: Tags, most: int) -> list[int]:
        """Return the essays that hold the words, at most so many, the newest first."""
        query = expression(self.words, (*tags, ("essay",)), in_title=False)
        return list(db.session.scalars(ESSAYS, {"match": query, "most": most}))

    def replies(self, tags: Tags, most: int, in_title: bool = False) -> Matches:
        """Return the replies that hold the words; with ``in_title`` all of them in the title."""

        def look(further: Tags) -> list[int]:
            query = expression(self.words, (*further, *tags), in_title)
            return list(db.session.scalars(NEWEST, {"match": query, "most": most}))

        return widening(steps(self.newest), look, most, 0 if in_title else ENOUGH)


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
