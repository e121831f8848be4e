"""The forms of French words, and the longer ones that begin with what was typed.

The index takes the endings off English words only. So in French texts, and there alone, a word is
also found in the forms that have its stem, and as the beginning of longer ones: ``municipaux`` and
``transpar`` find *municipalité* and *transparence*. All of these begin with its stem; they are
looked up among the words of all French texts first, as the indexes of both databases read all
that begins alike before they give anything.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Select, func, select, union_all

from ...db import db
from .models import FRENCH_WORDS
from .stems import stems
from .terms import SearchTerms, Term

SHORTEST = 4
"""Letters that a word must have to be the beginning of others."""
MOST = 100
"""Words with one stem that are looked at, the shortest of them."""

_AFTER_Z = "{"


def completed(words: SearchTerms) -> SearchTerms:
    """Return the words with their other forms; only the wanted also begin longer ones."""
    terms = (*words.wanted, *words.unwanted)
    begin = {min(stems(term.key), key=len) for term in terms if has_forms(term)}
    if not begin:
        return words
    rows = db.session.execute(union_all(*map(_begun, sorted(begin))))
    known = sorted({str(word) for (word,) in rows})
    wanted = tuple(with_forms(term, known, begins=True) for term in words.wanted)
    unwanted = tuple(with_forms(term, known, begins=False) for term in words.unwanted)
    return replace(words, wanted=wanted, unwanted=unwanted)


def has_forms(term: Term) -> bool:
    """Say whether other forms are looked for: not those of a phrase."""
    return term.is_open and term.is_plain and len(term.key) >= SHORTEST


def with_forms(term: Term, known: list[str], begins: bool) -> Term:
    """Return the term with those of the known words that are forms of it, or that it begins."""
    if not has_forms(term):
        return term
    mine = stems(term.key)
    forms = (word for word in known if mine & stems(word) or (begins and word.startswith(term.key)))
    return replace(term, forms=tuple(word for word in forms if word != term.key))


def _begun(beginning: str) -> Select[tuple[str]]:
    """Return the query for the words that begin so."""
    word = FRENCH_WORDS.c.word
    begun = select(word).where(word >= beginning, word < beginning + _AFTER_Z)
    shortest = begun.group_by(word).order_by(func.length(word), word).limit(MOST).subquery()
    return select(shortest.c.word)
