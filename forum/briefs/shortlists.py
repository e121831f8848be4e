"""Reading shortlists: all of them, the items of one, and where a page's proposals stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import defer, joinedload

from ..database.prepared import Prepared
from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from .models import Shortlist, ShortlistItem

LISTS_MOST = 100
"""Shortlists on a page, the newest."""


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


def shortlists() -> list[tuple[Shortlist, int]]:
    """Return the shortlists with their number of proposals, the newest first."""
    on = select(func.count()).where(
        ShortlistItem.shortlist_id == Shortlist.id, ShortlistItem.removed_at.is_(None)
    )
    query = (
        select(Shortlist, on.scalar_subquery())
        .options(joinedload(Shortlist.essay), joinedload(Shortlist.created_by))
        .order_by(Shortlist.id.desc())
        .limit(LISTS_MOST)
    )
    return [(shortlist, int(number)) for shortlist, number in db.session.execute(query)]


class PickList(NamedTuple):
    """A shortlist as the button to pick for it names it; without an essay it is one of several."""

    id: int
    name: str
    essay_id: int | None


@dataclass(frozen=True)
class Picks:
    """What the pick button beside a proposal needs: the shortlists, and where each one stands."""

    lists: tuple[PickList, ...]
    on: dict[int, frozenset[int]]

    def of(self, reply_id: int) -> frozenset[int]:
        """Return the shortlists that a proposal stands on."""
        return self.on.get(reply_id, frozenset())

    def fitting(self, essay_id: int) -> tuple[PickList, ...]:
        """Return the shortlists that a proposal of this essay can stand on, the newest first."""
        return tuple(each for each in self.lists if each.essay_id in {None, essay_id})


def picks(proposals: Iterable[Any]) -> Picks:
    """Return what a page needs to let a facilitator pick these proposals."""
    found: dict[int, set[int]] = {}
    for reply_id, shortlist_id in PICKED.rows(reply_ids=[each.id for each in proposals]):
        found.setdefault(reply_id, set()).add(shortlist_id)
    lists = LISTS_OF.rows(essay_ids={each.essay_id for each in proposals})
    on = {reply_id: frozenset(those) for reply_id, those in found.items()}
    return Picks(tuple(starmap(PickList, lists)), on)


PICKED = Prepared(
    select(ShortlistItem.reply_id, ShortlistItem.shortlist_id).where(
        ShortlistItem.reply_id.in_(bindparam("reply_ids", expanding=True)),
        ShortlistItem.removed_at.is_(None),
    )
)
LISTS_OF = Prepared(
    select(Shortlist.id, Shortlist.name, Shortlist.essay_id)
    .where(
        Shortlist.essay_id.in_(bindparam("essay_ids", expanding=True))
        | Shortlist.essay_id.is_(None)
    )
    .order_by(Shortlist.id.desc())
    .limit(LISTS_MOST)
)
