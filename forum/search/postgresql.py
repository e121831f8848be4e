"""The index on PostgreSQL: a GIN of lexemes, which gives its rows in no order that serves.

So the newest are looked through first: the few thousand newest replies, which carry a lexeme of
their own (see migration 0007), and where these hold too little, ever more. A common word is found
in the first step, a rare one is cheap in the last, and none looks at more than ``EXAMINED`` rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text

from ..db import db
from .models import SEARCH_WORDS
from .tags import Tags
from .words import Term, Words

EXAMINED = 4_000
STEPS = (("n", 12, 2), ("m", 16, 2), ("m", 16, 9))
"""By which lexeme, of 2 to the power of how many replies each, and how many of them."""

NEWEST = select(func.max(SEARCH_WORDS.c.rowid))
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


def matching(words: Words, tags: Tags, essays: bool, in_title: bool, most: int) -> list[int]:
    """Return where the words stand, the newest first: of essays or replies, at most so many.

    Numbers are those of the index. ``in_title`` asks for all the words wanted in the title.
    """
    query = query_for(words)
    if not query.wanted:
        return []
    parts = [query.loose, *([_LEXEME.sub(r"'^\1'", query.wanted)] if in_title else [])]
    loose = " & ".join(f"({part})" for part in parts)
    loose += "".join(f" & {either(f'#{tag}' for tag in group)}" for group in tags)
    statement = text(NEAR.format("<" if essays else ">", STRICTLY if query.strict else ""))
    found: list[int] = []
    for step in [""] if essays else steps():
        values = {"loose": loose + step, "examined": EXAMINED, "most": most}
        if query.strict:
            values["strict"] = query.strict
        found = list(db.session.scalars(statement, values))
        if len(found) >= most:
            break
    return found


def steps() -> Iterator[str]:
    """Yield what keeps a search to the newest replies, then to more, then to nothing."""
    newest = db.session.scalar(NEWEST) or 0
    for name, power, number in STEPS:
        last = newest >> power
        if last < number:
            break
        yield " & " + either(f"#{name}{last - back}" for back in range(number))
    yield ""


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
