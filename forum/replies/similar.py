"""Proposals worded like one that is being written, so that nobody proposes the same thing twice.

A title is compared to the titles and the first words of the newest and the best proposals of the
discussion: a bounded number of rows, whatever its size. Every likeness says what it rests on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from ..db import db
from ..words import text
from .models import TITLE_LENGTH, Reply

COMPARED = 1_000  # of the newest, and again of the best
BEGINNING = 250  # characters of a proposal, its title first
LOOKED_AT = 40
ALIKE = 50.0  # of 100
SHOWN = 5
SHORTEST = 3  # letters of a word that says something
IN_TITLE, IN_WORDS = 2, 3  # words to share: with a title, or with a beginning

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|lorsqu|puisqu)'")
# Words that say little of what a title is about, folded.
_ENGLISH = """
    about all and any are been but can could each every for from has have her his how into its let
    make more most must not one only other our out over own shall should some such than that the
    their them then there these they this those through under was were what when where which while
    who whose why will with would you your
"""
_FRENCH = """
    afin aux avec car ces cette chaque comme dans des donc doit doivent elle elles entre est etre
    eux faire faut ils leur leurs les mais meme moins nos notre nous par pas peut peuvent plus pour
    que qui quoi sans ses soit son sont sous sur tous tout toute toutes une vos votre vous
"""
_COMMON = frozenset(f"{_ENGLISH} {_FRENCH}".split())


@dataclass(frozen=True)
class Similar:
    """A proposal like the one being written; ``score`` is the likeness, from 0 to 100."""

    id: int
    title: str
    excerpt: str
    language: str
    lever: str
    score: int
    shared: tuple[str, ...]

    @property
    def why(self) -> str:
        """What the likeness rests on, in the reader's language."""
        return _("Shares the words: %(words)s.", words=", ".join(self.shared))

    def as_json(self) -> dict[str, Any]:
        """Return the likeness for a program."""
        address = url_for("reading.reply", reply_id=self.id)
        named = {"id": self.id, "title": self.title, "lever": self.lever, "url": address}
        return {**named, "score": self.score, "why": self.why}


def similar(essay_id: int, title: str) -> list[Similar]:
    """Return at most five proposals of the essay worded like this title, the likest first."""
    from rapidfuzz import fuzz, process, utils

    typed = telling(title[:TITLE_LENGTH])
    if len(typed) < IN_TITLE:
        return []
    best = process.extract(
        " ".join(typed),
        beginnings(essay_id),
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=ALIKE,
        limit=LOOKED_AT,
    )
    near = {reply_id: (beginning, score) for beginning, score, reply_id in best}
    columns = (Reply.id, Reply.title, Reply.excerpt, Reply.language, Reply.lever)
    rows = db.session.execute(select(*columns).where(Reply.id.in_(near)))
    found = [likeness(row, typed, *near[row.id]) for row in rows]
    alike = [each for each in found if each.score >= ALIKE]
    return sorted(alike, key=lambda each: (-each.score, -each.id))[:SHOWN]


def likeness(row: Any, typed: dict[str, str], beginning: str, score: float) -> Similar:
    """Compare one proposal in full; where it shares too few of the typed words, score nothing."""
    from rapidfuzz import fuzz, utils

    title, said = telling(row.title), utils.default_process(beginning).split()
    shared = tuple(written for word, written in typed.items() if word in title)
    if len(shared) >= IN_TITLE:
        score = max(score, fuzz.token_set_ratio(" ".join(typed), " ".join(title)))
    else:
        shared = tuple(written for word, written in typed.items() if word in said)
        score = score * 0.8 if len(shared) >= IN_WORDS else 0
    return Similar(row.id, row.title, row.excerpt, row.language, row.lever, round(score), shared)


def beginnings(essay_id: int) -> dict[int, str]:
    """Return how the newest and the best proposals of the essay begin, folded, by number."""
    begin = func.substr(Reply.search, 1, BEGINNING)
    shown = select(Reply.id, begin).where(
        Reply.essay_id == essay_id, Reply.lever.is_not(None), Reply.status == "visible"
    )
    newest = shown.order_by(Reply.created_at.desc(), Reply.id.desc()).limit(COMPARED)
    top = shown.order_by(Reply.top.desc(), Reply.id.desc()).limit(COMPARED)
    return {row[0]: row[1] for query in (newest, top) for row in db.session.execute(query)}


def telling(title: str) -> dict[str, str]:
    """Return the words that tell what a title is about: each folded, and as it was written."""
    words = {_ELISION.sub("", text.fold(word)): word for word in _WORD.findall(title)}
    return {
        folded: word
        for folded, word in words.items()
        if len(folded) >= SHORTEST and folded not in _COMMON
    }
