"""The index on PostgreSQL: a GIN of lexemes, which gives its rows in no order that serves.

So the newest are looked through first: the few thousand newest replies, which carry a lexeme of
their own (see migration 0007), and where these hold too little, ever more. A common word is found
in the first step, a rare one is cheap in the last, and none looks at more than ``EXAMINED`` rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text

from ..db import db
from .tags import Tags
from .widening import ENOUGH, Matches, steps, widening
from .words import Term, Words

EXAMINED = 2_000
NEAR = """
    SELECT rowid FROM (
        SELECT rowid, words FROM search_words
        WHERE words @@ CAST(:loose AS tsquery) AND rowid {} 0 LIMIT :examined
    ) AS near {} ORDER BY rowid DESC LIMIT :most
"""
STRICTLY = "WHERE words @@ CAST(:strict AS tsquery)"
_LEXEME = re.compile(r"'([^']+)'")


@dataclass(frozen=True)
class Query:
    """What is looked for, as PostgreSQL writes it: ``strict`` where positions matter, or empty."""

    wanted: str
    loose: str
    strict: str


class Index:
    """The index, asked for these words."""

    def __init__(self, words: Words, newest: int) -> None:
        self.query = query_for(words)
        self.newest = newest

    def essays(self, tags: Tags, most: int) -> list[int]:
        """Return the essays that hold the words, at most so many, the newest first."""
        return self.look("<", (*tags, ("essay",)), "", most) if self.query.wanted else []

    def replies(self, tags: Tags, most: int, in_title: bool = False) -> Matches:
        """Return the replies that hold the words; with ``in_title`` all of them in the title."""
        if not self.query.wanted:
            return Matches([], True)
        words = _LEXEME.sub(r"'^\1'", self.query.wanted) if in_title else ""

        def look(further: Tags) -> list[int]:
            return self.look(">", (*further, *tags), words, most)

        return widening(steps(self.newest), look, most, 0 if in_title else ENOUGH)

    def look(self, side: str, tags: Tags, title: str, most: int) -> list[int]:
        """Return what the index holds on one side of 0, with words in the title if there are any.

        The rows that are looked at are bounded; which they are is the database's choice.
        """
        asked = f" & ({title})" if title else ""
        asked += "".join(f" & {either(f'#{tag}' for tag in group)}" for group in tags)
        strict = self.query.strict
        values = {"loose": f"({self.query.loose}){asked}", "examined": EXAMINED}
        statement = text(NEAR.format(side, STRICTLY if strict else ""))
        more = {"strict": strict} if strict else {}
        return list(db.session.scalars(statement, {**values, **more, "most": most}))


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
    values = {f"{name}{number}": query_text(term) for number, term in enumerate(terms)}
    queries = [
        f"to_tsquery('forum_words', :{key})"
        if term.is_plain
        else f"phraseto_tsquery('forum_words', search_fold(:{key}))"
        for key, term in zip(values, terms, strict=True)
    ]
    return f" {operator} ".join(queries), values


def query_text(term: Term) -> str:
    """Return a term as PostgreSQL reads it."""
    return " | ".join(term.forms) if term.is_plain else term.raw
