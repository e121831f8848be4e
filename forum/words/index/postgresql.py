"""The index on PostgreSQL: a GIN of lexemes, which gives its rows in no order that serves.

So the newest are looked through first: the few thousand newest replies, which carry a lexeme of
their own (see migration 0007), then more, then all. A common word is found in the first step, a
rare one is cheap in the last, and none looks at more than ``EXAMINED`` rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, SQLColumnExpression, TextClause, func, select, text

from ...db import db
from .models import SEARCH_WORDS
from .tags import FRENCH, Matches, Tags
from .terms import SearchTerms, Term

EXAMINED = 3_000
"""Rows holding all the words that are looked at in one step, for whether they hold the phrases."""

STEPS = (("n", 12, 2), ("m", 16, 2))
"""By which tag, of 2 to the power of how many replies each, and how many of them (see 0007).

Titles hold so few words that after the first step all of them are looked at.
"""

LOOSELY = "words @@ CAST(:loose AS tsquery)"
STRICTLY = "words @@ CAST(:strict AS tsquery)"
LOOK = """
    WITH near AS MATERIALIZED (
        SELECT rowid, {fits} AS fits FROM search_words
        WHERE words @@ CAST(:loose AS tsquery) AND rowid {side} 0 LIMIT :examined
    )
    SELECT (SELECT count(*) FROM near),
        ARRAY(SELECT rowid FROM near WHERE fits ORDER BY {order} LIMIT :most)
"""
STEMS = """
    CAST(coalesce((
        SELECT string_agg(quote_literal(stem), ' {sign} ')
        FROM unnest(tsvector_to_array(to_tsvector('forum_words', {words}))) AS stem
    ), '') AS tsquery)
"""
"""A query for the stems of words, each in it once."""
TOGETHER = STEMS.format(sign="&", words="{words}")
AS_A_PHRASE = "phraseto_tsquery('forum_words', {words})"

_LEXEME = re.compile("'([^']+)'")


@dataclass(frozen=True)
class Query:
    """What is looked for, as PostgreSQL writes it, or empty.

    All ``wanted`` words and no ``unwanted`` one, as the index finds them; ``strict`` is the whole
    of it, where positions matter.
    """

    wanted: str
    unwanted: str
    strict: str


class PostgreSQLIndex:
    """The index, asked for these words in texts that carry none of the tags to leave out."""

    def __init__(self, words: SearchTerms, left_out: tuple[str, ...] = ()) -> None:
        self.query = query_for(words)
        self.left_out = left_out

    @cached_property
    def newest(self) -> int:
        """The number of the newest reply."""
        return db.session.scalar(select(func.max(SEARCH_WORDS.c.rowid))) or 0

    def essays(self, tags: Tags, most: int) -> Matches:
        """Return the essays that hold the words, at most so many, the newest first."""
        return self.look("<", self.query.wanted, (*tags, ("essay",)), most)

    def replies(self, tags: Tags, most: int, in_title: bool = False) -> Matches:
        """Return the replies that hold the words; with ``in_title`` all of them in the title."""
        wanted = self.query.wanted
        words = _LEXEME.sub(as_title, wanted) if in_title else wanted
        sizes = STEPS[:1] if in_title else [s for s in STEPS if s[2] << s[1] >= most]
        numbers: set[int] = set()
        for step in steps(self.newest, sizes):
            found = self.look(">", words, (*step, *tags), most)
            numbers.update(found.numbers)
            if not found.is_whole:
                break
        return Matches(sorted(numbers, reverse=True)[:most], found.is_whole)

    def held(self, number: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Return the condition that a reply is among all that hold the words, read at one go."""
        return number.in_(select(SEARCH_WORDS.c.rowid).where(self.matches))

    def holds(self, number: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """Return the condition that a reply holds the words, asked of each by its number."""
        here = select(self.matches).where(SEARCH_WORDS.c.rowid == number)
        return here.correlate_except(SEARCH_WORDS).scalar_subquery()

    @property
    def matches(self) -> TextClause:
        """The condition that a row of the index fits."""
        values = {"loose": self.loose(self.query.wanted), "strict": self.query.strict}
        if not self.query.strict:
            return text(LOOSELY).bindparams(loose=values["loose"])
        return text(f"{LOOSELY} AND {STRICTLY}").bindparams(**values)

    def look(self, side: str, words: str, tags: Tags, most: int) -> Matches:
        """Return what the index holds on one side of 0 with these words and tags.

        The rows that are looked at are bounded; which they are is the database's choice.
        """
        if not words:
            return Matches([], True)
        strict, looked_at = self.query.strict, max(EXAMINED, most)
        values = {"loose": self.loose(words, tags), "examined": looked_at, "most": most}
        fits, values = (STRICTLY, {**values, "strict": strict}) if strict else ("true", values)
        order = "rowid DESC" if side == ">" else "rowid"
        statement = text(LOOK.format(fits=fits, side=side, order=order))
        examined, numbers = db.session.execute(statement, values).one()
        return Matches(numbers, examined < looked_at and len(numbers) < most)

    def loose(self, words: str, tags: Tags = ()) -> str:
        """Return the query of texts with these words and tags, as far as the index knows."""
        query = f"({words})" + "".join(f" & {either(f'#{tag}' for tag in group)}" for group in tags)
        if self.left_out:
            query += f" & !{either(f'#{tag}' for tag in self.left_out)}"
        if self.query.unwanted:
            query += f" & !({self.query.unwanted})"
        return query


def as_title(lexeme: re.Match[str]) -> str:
    """Return a lexeme of the text as one of its title; a tag stays what it is."""
    return lexeme[0] if lexeme[1].startswith("#") else f"'^{lexeme[1]}'"


def steps(newest: int, sizes: Iterable[tuple[str, int, int]]) -> Iterator[Tags]:
    """Yield what keeps a search to the newest replies, then to more, then to nothing."""
    for name, power, number in sizes:
        last = newest >> power
        if last < number:
            break
        yield (tuple(f"{name}{last - back}" for back in range(number)),)
    yield ()


def either(lexemes: Iterable[str]) -> str:
    """Return a query for any of these lexemes of ours."""
    return "(" + " | ".join(f"'{lexeme}'" for lexeme in lexemes) + ")"


def query_for(words: SearchTerms) -> Query:
    """Return the words as a query.

    The index knows no positions: of a phrase it finds the texts that hold all its words.
    """
    loose, values = joined(words.wanted, "&&", "w", TOGETHER)
    strict, _values = joined(words.wanted, "&&", "w", AS_A_PHRASE)
    without, others = joined(words.unwanted, "||", "u", AS_A_PHRASE)
    columns = (f"CAST({query} AS text)" for query in (loose, strict, without or "NULL"))
    row = db.session.execute(text(f"SELECT {', '.join(columns)}"), {**values, **others}).one()
    loose, strict, without = row
    if not without:
        return Query(loose, "", strict if strict != loose else "")
    is_plain = all(term.is_plain for term in words.unwanted)
    bare = without if is_plain else ""
    whole = f"({strict}) & !({without})"
    return Query(loose, bare, "" if is_plain and strict == loose else whole)


def joined(
    terms: tuple[Term, ...], operator: str, name: str, phrase: str
) -> tuple[str, dict[str, str]]:
    """Return SQL that makes one query of the terms, and the values in it."""
    queries, values = [], {}
    for number, term in enumerate(terms):
        key = f"{name}{number}"
        if not term.is_plain:
            queries.append(phrase.format(words=f":{key}"))
            values[key] = term.key
            continue
        query = STEMS.format(sign="|", words=f":{key}")
        values[key] = term.key
        if term.forms:
            forms = STEMS.format(sign="|", words=f":{key}_forms")
            query = f"({query} || ({forms} && CAST(:french AS tsquery)))"
            values |= {f"{key}_forms": " ".join(term.forms), "french": f"'#{FRENCH}'"}
        queries.append(query)
    return f" {operator} ".join(queries), values
