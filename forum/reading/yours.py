"""What one person wrote and voted on, page by page: as many queries however much it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased, contains_eager, defer

from ..accounts.models import User
from ..answers.models import OfficialAnswer
from ..db import db
from ..essays.models import REHEARSED, Essay
from ..permissions import READABLE
from ..replies.models import Reply
from ..votes.own_votes import all_votes_of
from ..web.pager import NewestFirst, newest_first
from .models import RANK_MOST, counts_by_lever

LINES = 5
"""How many lines of each kind stand on the first page."""
PAGE_OF_MINE = 20
TO_STAY = Reply.essay_id.not_in(REHEARSED)
"""What a person only tries before a discussion opens is not theirs to keep."""


@dataclass(frozen=True)
class JudgedDiscussion:
    """A discussion in which a person voted: on how many, of how many, how many were answered."""

    essay: Essay
    voted: int
    proposals: int
    answered: int
    aside: bool = False
    """Whether their votes there are set aside."""


def proposals_of(user: User, before: int | None, most: int = PAGE_OF_MINE) -> NewestFirst[Reply]:
    """Return a page of a person's proposals with their essays, whatever became of them."""
    query = select(Reply).where(Reply.author_id == user.id, Reply.lever.is_not(None), TO_STAY)
    return newest_first(without_texts(query.join(Reply.essay)), Reply.id, before, most)


def written_by(user: User) -> tuple[int, int]:
    """Return how many proposals a person wrote, and how many comments."""
    query = select(func.count(Reply.lever), func.count())
    query = query.where(Reply.author_id == user.id, TO_STAY)
    proposals, replies = db.session.execute(query).one()
    return proposals, replies - proposals


def ranks_of(proposals: Sequence[Reply]) -> dict[int, int]:
    """Return the ranks of these proposals in the Top order of their essays, as ``rank_of`` does.

    What is not shown has none, nor what stands beyond the thousandth.
    """
    higher = aliased(Reply)
    above = (
        select(higher.id)
        .where(
            higher.essay_id == Reply.essay_id,
            higher.status == "visible",
            higher.lever.is_not(None),
            higher.top > Reply.top,
        )
        .correlate(Reply)
        .limit(RANK_MOST)
        .subquery()
    )
    better = select(func.count()).select_from(above).scalar_subquery()
    ids = [each.id for each in proposals if each.status == "visible"]
    found = db.session.execute(select(Reply.id, better).where(Reply.id.in_(ids)))
    return {number: count + 1 for number, count in found if count < RANK_MOST}


def totals_of(essay_ids: Sequence[int]) -> dict[int, int]:
    """Return how many proposals are shown in each of these essays."""
    counts = counts_by_lever(essay_ids)
    return {number: sum(by_lever.values()) for number, by_lever in counts.items()}


def voted_on(user: User, before: int | None) -> NewestFirst[Reply]:
    """Return a page of the proposals that a person voted on and may read, the newest first."""
    votes = all_votes_of(user)
    query = select(Reply).join(votes, votes.c.reply_id == Reply.id).join(Reply.essay)
    query = query.where(Reply.status.in_(READABLE), TO_STAY)
    return newest_first(without_texts(query), Reply.id, before, PAGE_OF_MINE)


def without_texts(query: Select[Any]) -> Select[Any]:
    """Return a query of replies joined to their essays that loads none of their long texts."""
    essay = contains_eager(Reply.essay)
    return query.options(
        essay.defer(Essay.body),
        essay.defer(Essay.body_html),
        defer(Reply.body),
        defer(Reply.body_html),
    )


def discussions_judged(user: User) -> tuple[list[JudgedDiscussion], int]:
    """Return where a person voted, the latest first, and on how many proposals in all."""
    votes = all_votes_of(user).c
    query = (
        select(votes.essay_id, func.count(), func.count(case((votes.aside, 1))))
        .join(Reply, Reply.id == votes.reply_id)
        .where(Reply.status == "visible", Reply.lever.is_not(None), TO_STAY)
        .group_by(votes.essay_id)
        .order_by(func.max(votes.voted_at).desc(), votes.essay_id)
    )
    rows = db.session.execute(query).all()
    voted = {number: times for number, times, _aside in rows}
    aside = {number for number, _times, some in rows if some}
    shown = list(voted)[:LINES]
    totals, answered = totals_of(shown), answered_among(user, shown)
    essays = {each.id: each for each in db.session.scalars(essays_named(shown))}
    found = [
        JudgedDiscussion(essays[n], voted[n], totals.get(n, 0), answered.get(n, 0), n in aside)
        for n in shown
    ]
    return found, sum(voted.values())


def essays_named(ids: Sequence[int]) -> Select[Any]:
    """Return the query of these essays without their texts."""
    return select(Essay).where(Essay.id.in_(ids)).options(defer(Essay.body), defer(Essay.body_html))


def answered_among(user: User, essay_ids: Sequence[int]) -> dict[int, int]:
    """Return how many of the proposals that a person voted on were answered, by essay."""
    votes = all_votes_of(user).c
    query = (
        select(votes.essay_id, func.count(func.distinct(votes.reply_id)))
        .join(OfficialAnswer, OfficialAnswer.reply_id == votes.reply_id)
        .where(votes.essay_id.in_(essay_ids), OfficialAnswer.settled_at.is_not(None))
        .group_by(votes.essay_id)
    )
    return dict(db.session.execute(query).all())
