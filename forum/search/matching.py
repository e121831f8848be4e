"""Finding: the index says where the words stand, and what is found is put in order here.

Both databases give the newest that match, a bounded number of them; the order is made of the same
figures on both. Whatever the index says, only what everyone may read is ever taken.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from ..words.index.in_use import index_for
from .queries import Search
from .ranking import Looks, score

SHOWN = 100
"""Results that are shown at most."""
TEXTS, TITLES, ESSAYS = 100, 50, 50
"""How many of the newest are compared: that hold the words, in the title, and essays."""
BEGINNING = 1_000
"""Characters of a text that its place in the order is made of."""

thread = aliased(Reply)


@dataclass(frozen=True)
class Found:
    """Where the words were found, the best first: a reply's number, or an essay's below zero."""

    ids: list[int]
    is_cut: bool

    @property
    def total(self) -> int:
        """How many there are, as far as they are shown."""
        return len(self.ids)


def find(search: Search) -> Found:
    """Return what a search finds, the best first."""
    if not search.words.wanted:
        return Found([], False)
    index = index_for(search.words, search.left_out)
    scores: dict[int, float] = {}
    is_cut = False
    if search.takes_essays:
        essays = index.essays(search.tags(essays=True), ESSAYS)
        is_cut = not essays.is_whole
        scores |= scores_of_essays(search, essays.numbers)
    if search.takes_replies:
        tags = search.tags(essays=False)
        replies = index.replies(tags, TEXTS)
        ids = set(replies.numbers)
        if not replies.is_whole:
            is_cut = True
            ids.update(index.replies(tags, TITLES, in_title=True).numbers)
        scores |= scores_of_replies(search, ids)
    order = sorted(scores, key=lambda each: (-scores[each], -abs(each)))
    return Found(order[:SHOWN], is_cut or len(order) > SHOWN)


def shown() -> tuple[ColumnElement[bool], ...]:
    """Return what every reply that is found must meet; ``thread`` is joined to it.

    It is spelt out in the statement: PostgreSQL plans one that it has seen often for any values,
    and would take an essay that is no draft for a rare thing.
    """
    visible, draft = (literal(word, literal_execute=True) for word in ("visible", "draft"))
    return (
        Reply.status == visible,
        or_(thread.id.is_(None), thread.status == visible),
        Essay.state != draft,
    )


def scores_of_replies(search: Search, ids: set[int]) -> dict[int, float]:
    """Return what each of these replies is worth, if it may be read."""
    rows = db.session.execute(
        select(Reply.id, Reply.title, func.substr(Reply.search, 1, BEGINNING), Reply.top)
        .join(Essay, Essay.id == Reply.essay_id)
        .outerjoin(thread, thread.id == Reply.thread_id)
        .where(Reply.id.in_(ids), *shown())
    )
    looks = Looks.of(search.words)
    return {number: score(looks, title, begins, top) for number, title, begins, top in rows}


def scores_of_essays(search: Search, ids: list[int]) -> dict[int, float]:
    """Return what each of these essays is worth, under its number below zero."""
    begins = func.substr(Essay.search, 1, BEGINNING)
    rows = db.session.execute(
        select(Essay.id, Essay.title, begins).where(
            Essay.id.in_([-number for number in ids]), Essay.state != "draft"
        )
    )
    looks = Looks.of(search.words)
    return {-number: score(looks, title, words, 1.0) for number, title, words in rows}
