"""The index on SQLite: FTS5, which reads what holds a word from its newest on, and so can stop."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, TextClause, select, text

from ...db import db
from .models import SEARCH_WORDS
from .tags import FRENCH, Matches, Tags
from .terms import SearchTerms, Term

NEWEST = text(
    "SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid > 0 "
    "ORDER BY rowid DESC LIMIT :most"
)
ESSAYS = text(
    "SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid < 0 "
    "ORDER BY rowid LIMIT :most"
)


class SQLiteIndex:
    """The index, asked for these words in texts that carry none of the tags to leave out."""

    def __init__(self, words: SearchTerms, left_out: tuple[str, ...] = ()) -> None:
        self.words = words
        self.left_out = left_out

    def essays(self, tags: Tags, most: int) -> Matches:
        """Return the essays that hold the words, at most so many, the newest first."""
        return self.look(ESSAYS, (*tags, ("essay",)), False, most)

    def replies(self, tags: Tags, most: int, in_title: bool = False) -> Matches:
        """Return the replies that hold the words; with ``in_title`` all of them in the title."""
        return self.look(NEWEST, tags, in_title, most)

    def held(self, number: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Return the condition that a reply is among all that hold the words, read at one go."""
        return number.in_(self.rows())

    def holds(self, number: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Return the condition that a reply holds the words, asked of each by its number."""
        return self.rows().where(SEARCH_WORDS.c.rowid == number).exists()

    def rows(self) -> Select[tuple[int]]:
        """Return the query of all that hold the words."""
        match = text("search_words MATCH :match")
        query = expression(self.words, (), False, self.left_out)
        return select(SEARCH_WORDS.c.rowid).where(match.bindparams(match=query))

    def look(self, statement: TextClause, tags: Tags, in_title: bool, most: int) -> Matches:
        """Return what the index holds on one side of 0."""
        query = expression(self.words, tags, in_title, self.left_out)
        numbers = list(db.session.scalars(statement, {"match": query, "most": most}))
        return Matches(numbers, len(numbers) < most)


def expression(
    words: SearchTerms, tags: Tags, in_title: bool, left_out: tuple[str, ...] = ()
) -> str:
    """Return the words in FTS5's language, every one of them quoted."""
    query = " AND ".join(term_query(term, in_title) for term in words.wanted)
    for group in tags:
        query += f" AND {either('tags', group)}"
    without = [*map(term_query, words.unwanted), *([either("tags", left_out)] if left_out else [])]
    if without:
        query = f"({query}) NOT ({' OR '.join(without)})"
    return query


def term_query(term: Term, in_title: bool = False) -> str:
    """Return one term: a word, also in its other forms in French texts; or a phrase."""
    stands = titled if in_title else anywhere
    here = stands([term.key])
    if not term.forms:
        return here
    return f"({here} OR ({either('tags', [FRENCH])} AND {stands(term.forms)}))"


def anywhere(strings: Iterable[str]) -> str:
    """Return a query for any of these strings in title or body."""
    return either("{title body}", strings)


def titled(strings: Iterable[str]) -> str:
    """Return a query for any of these strings in the title, as its words stand among the tags."""
    return either("tags", (re.sub(r"\b(?=[^\W_])", "0", string) for string in strings))


def either(where: str, strings: Iterable[str]) -> str:
    """Return a query for any of these strings in one column or more."""
    return f"{where} : ({' OR '.join(map(quoted, strings))})"


def quoted(string: str) -> str:
    """Return a string that FTS5 takes as words and nothing else."""
    return '"' + string.replace('"', '""') + '"'
