"""Reading shortlists: all of them, the items of one, and where a page's proposals stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload

from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from .models import Shortlist, ShortlistItem


def order_of(shortlist: Shortlist) -> list[ShortlistItem]:
    """Return the items on a shortlist in their order, as the database has them now."""
    query = (
        select(ShortlistItem)
        .where(ShortlistItem.shortlist_id == shortlist.id, ShortlistItem.removed_at.is_(None))
        .order_by(ShortlistItem.position, ShortlistItem.id)
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def items_of(shortlist: Shortlist) -> list[ShortlistItem]:
    """Return every item with its proposal, those taken off last, for the shortlist's page."""
    reply = joinedload(ShortlistItem.reply, innerjoin=True)
    query = (
        select(ShortlistItem)
        .where(ShortlistItem.shortlist_id == shortlist.id)
        .options(
            reply.options(defer(Reply.body), defer(Reply.body_html), defer(Reply.search)),
            reply.joinedload(Reply.essay, innerjoin=True).options(
                defer(Essay.body), defer(Essay.body_html)
            ),
            joinedload(ShortlistItem.picked_by),
            joinedload(ShortlistItem.removed_by),
        )
        .order_by(ShortlistItem.removed_at.is_not(None), ShortlistItem.position, ShortlistItem.id)
    )
    return list(db.session.scalars(query))


def shortlists(essay_id: int | None = None, most: int = 100) -> list[tuple[Shortlist, int]]:
    """Return the shortlists with their number of proposals, the newest first.

    With an essay, only those that its proposals can stand on: its own, and those of several.
    """
    on = select(func.count()).where(
        ShortlistItem.shortlist_id == Shortlist.id, ShortlistItem.removed_at.is_(None)
    )
    query = (
        select(Shortlist, on.scalar_subquery())
        .options(joinedload(Shortlist.essay), joinedload(Shortlist.created_by))
        .order_by(Shortlist.id.desc())
        .limit(most)
    )
    if essay_id is not None:
        query = query.where((Shortlist.essay_id == essay_id) | Shortlist.essay_id.is_(None))
    return [(shortlist, int(number)) for shortlist, number in db.session.execute(query)]


@dataclass(frozen=True)
class Picks:
    """What the pick button beside a proposal needs: the shortlists, and where each one stands."""

    lists: list[Shortlist]
    on: dict[int, set[int]]

    def of(self, reply_id: int) -> set[int]:
        """Return the shortlists that a proposal stands on."""
        return self.on.get(reply_id, set())

    def fitting(self, essay_id: int) -> list[Shortlist]:
        """Return the shortlists that a proposal of this essay can stand on."""
        return [each for each in self.lists if each.essay_id in {None, essay_id}]


def picks(reply_ids: Iterable[int], essay_id: int | None = None) -> Picks:
    """Return what a page needs to let a facilitator pick these proposals."""
    query = select(ShortlistItem.reply_id, ShortlistItem.shortlist_id).where(
        ShortlistItem.reply_id.in_(list(reply_ids)), ShortlistItem.removed_at.is_(None)
    )
    found: dict[int, set[int]] = {}
    for reply_id, shortlist_id in db.session.execute(query):
        found.setdefault(reply_id, set()).add(shortlist_id)
    return Picks([shortlist for shortlist, _number in shortlists(essay_id)], found)
