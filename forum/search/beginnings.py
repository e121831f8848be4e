"""The longer words of French texts that begin with a word that was typed.

The index takes the endings off English words only. So in French texts, and there alone, a word is
also found as the beginning of longer ones: ``transpar`` and ``municipal`` find *transparence* and
*municipalité*. They are looked up first, as the indexes of both databases read all that begins
alike before they give anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Select, func, select, union_all

from ..db import db
from .models import FRENCH_WORDS
from .terms import SearchTerms, Term

SHORTEST = 4
"""Letters that a word must have to be the beginning of others."""
MOST = 50
"""Longer words that are looked for, the shortest of them."""

_AFTER_Z = "{"


def completed(words: SearchTerms) -> SearchTerms:
    """Return the words with what each wanted one begins."""
    begun = [term.raw for term in words.wanted if may_begin(term)]
    if not begun:
        return words
    rows = db.session.execute(union_all(*map(_longer, begun)))
    found = sorted({str(word) for (word,) in rows})
    return replace(words, wanted=tuple(_completed(term, found) for term in words.wanted))


def may_begin(term: Term) -> bool:
    """Say whether longer words are looked for: not those of a phrase."""
    return term.is_begun and len(term.raw) >= SHORTEST


def _completed(term: Term, found: Iterable[str]) -> Term:
    """Return the term with those it begins, but for the forms that are looked for anyway."""
    if not may_begin(term):
        return term
    longer = (word for word in found if word.startswith(term.raw) and word not in term.forms)
    return replace(term, longer=tuple(longer))


def _longer(beginning: str) -> Select[tuple[str]]:
    """Return the query for the words that begin so."""
    word = FRENCH_WORDS.c.word
    begun = select(word).where(word > beginning, word < beginning + _AFTER_Z)
    shortest = begun.group_by(word).order_by(func.length(word), word).limit(MOST).subquery()
    return select(shortest.c.word)
