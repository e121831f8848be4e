"""The index on PostgreSQL: a GIN of lexemes, which gives its rows in no order that serves.

So the newest are looked through first: the few thousand newest replies, which carry a lexeme of
their own (see migration 0007), then more, then all. A common word is found in the first step, a
rare one is cheap in the last, and none looks at more than ``EXAMINED`` rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text

from ..db import db
from .models import SEARCH_WORDS
from .tags import FRENCH, Matches, Tags
from .words import Term, Words

EXAMINED = 5_000
"""Rows holding all the words that are looked at in one step, for whether they hold the phrases."""

STEPS = (("n", 12, 2), ("m", 16, 2))
"""By which tag, of 2 to the power of how many replies each, and how many of them (see 0007)."""

LOOK = """
    WITH near AS MATERIALIZED (
        SELECT rowid, {fits} AS fits FROM search_words
        WHERE words @@ CAST(:loose AS tsquery) AND rowid {side} 0 LIMIT :examined
    )
    SELECT (SELECT count(*) FROM near),
        ARRAY(SELECT rowid FROM near WHERE fits ORDER BY {order} LIMIT :most)
"""
STRICTLY = "words @@ CAST(:strict AS tsquery)"
_LEXEME = re.compile("'([^']+)'")


@dataclass(frozen=True)
class Query:
    """What is looked for, as PostgreSQL writes it: ``strict`` where positions matter, or empty."""

    wanted: str
    loose: str
    strict: str


class Index:
    """The index, asked for these words."""

    def __init__(self, words: Words) -> None:
        self.query = query_for(words)

    def essays(self, tags: Tags, most: int) -> Matches:
        """Return the essays that hold the words, at most so many, the newest first."""
        if not self.query.wanted:
            return Matches([], True)
        return self.look("<", (*tags, ("essay",)), "", most)

    def replies(self, tags: Tags, most: int, in_title: bool = False) -> Matches:
        """Return the replies that hold the words; with ``in_title`` all of them in the title."""
        found = Matches([], True)
        if not self.query.wanted:
            return found
        words = _LEXEME.sub(as_title, self.query.wanted) if in_title else ""
        newest = db.session.scalar(select(func.max(SEARCH_WORDS.c.rowid))) or 0
        for step in steps(newest):
            found = self.look(">", (*step, *tags), words, most)
            if not found.is_whole:
                break
        return found

    def look(self, side: str, tags: Tags, title: str, most: int) -> Matches:
        """Return what the index holds on one side of 0, with words in the title if there are any.

        The rows that are looked at are bounded; which they are is the database's choice.
        """
        asked = f" & ({title})" if title else ""
        asked += "".join(f" & {either(f'#{tag}' for tag in group)}" for group in tags)
        strict = self.query.strict
        values = {"loose": f"({self.query.loose}){asked}", "examined": EXAMINED, "most": most}
        fits, values = (STRICTLY, {**values, "strict": strict}) if strict else ("true", values)
        order = "rowid DESC" if side == ">" else "rowid"
        statement = text(LOOK.format(fits=fits, side=side, order=order))
        examined, numbers = db.session.execute(statement, values).one()
        return Matches(numbers, examined < EXAMINED and len(numbers) < most)


def as_title(lexeme: re.Match[str]) -> str:
    """Return a lexeme of the text as one of its title; a tag stays what it is."""
    return lexeme[0] if lexeme[1].startswith("#") else f"'^{lexeme[1]}'"


def steps(newest: int) -> Iterator[Tags]:
    """Yield what keeps a search to the newest replies, then to more, then to nothing."""
    for name, power, number in STEPS:
        last = newest >> power
        if last < number:
            break
        yield (tuple(f"{name}{last - back}" for back in range(number)),)
    yield ()


def either(lexemes: Iterable[str]) -> str:
    """Return a query for any of these lexemes of ours."""
    return "(" + " | ".join(f"'{lexeme}'" for lexeme in lexemes) + ")"


def query_for(words: Words) -> Query:
    """Return the words as a query.

    The index knows no positions: of a phrase it finds the texts that hold all its words.
    """
    wanted, values = joined(words.wanted, "&&", "w")
    unwanted, others = joined(words.unwanted, "||", "u")
    together = wanted.replace("phraseto_tsquery", "plainto_tsquery")
    columns = (f"CAST({query} AS text)" for query in (together, wanted, unwanted or "NULL"))
    row = db.session.execute(text(f"SELECT {', '.join(columns)}"), {**values, **others}).one()
    loose, strict, without = row
    if not without:
        return Query(loose, loose, strict if strict != loose else "")
    strict = f"({strict}) & !({without})"
    if any(not term.is_plain for term in words.unwanted):
        return Query(loose, loose, strict)
    bare = f"({loose}) & !({without})"
    return Query(loose, bare, strict if strict != bare else "")


def joined(terms: tuple[Term, ...], operator: str, name: str) -> tuple[str, dict[str, str]]:
    """Return SQL that makes one query of the terms, and the values in it."""
    queries, values = [], {}
    for number, term in enumerate(terms):
        key = f"{name}{number}"
        if not term.is_plain:
            queries.append(f"phraseto_tsquery('forum_words', search_fold(:{key}))")
            values[key] = term.raw
            continue
        query = f"to_tsquery('forum_words', :{key})"
        values[key] = " | ".join(term.forms)
        if term.longer:
            begun = f"to_tsquery('forum_words', :{key}_longer)"
            query = f"({query} || ({begun} && CAST(:french AS tsquery)))"
            values |= {f"{key}_longer": " | ".join(term.longer), "french": f"'#{FRENCH}'"}
        queries.append(query)
    return f" {operator} ".join(queries), values
