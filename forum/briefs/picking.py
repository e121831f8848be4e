"""Picking what stands beside a proposal in a brief, and many proposals for a shortlist at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db, now, upsert
from ..essays.models import Essay
from ..replies.filters import Filter, Sort
from ..replies.listing import listed
from ..replies.models import Reply
from ..replies.tags import Lever
from .models import QUOTABLE, Shortlist, ShortlistItem, ShortlistQuote
from .shortlisting import Full, NotFitting, pick


def quotable(item: ShortlistItem) -> list[Reply]:
    """Return the comments on an item's proposal that can be quoted, the oldest first."""
    query = (
        select(Reply)
        .where(Reply.thread_id == item.reply_id, Reply.status == "visible")
        .where(Reply.stance.in_(QUOTABLE))
        .options(joinedload(Reply.author))
        .order_by(Reply.stance.desc(), Reply.id)
    )
    return list(db.session.scalars(query))


def quotes_of(item_ids: Sequence[int]) -> dict[int, dict[str, ShortlistQuote]]:
    """Return the comments picked for these items, by item and stance."""
    query = select(ShortlistQuote).where(ShortlistQuote.item_id.in_(item_ids))
    found: dict[int, dict[str, ShortlistQuote]] = {}
    for quote in db.session.scalars(query.options(joinedload(ShortlistQuote.picked_by))):
        found.setdefault(quote.item_id, {})[quote.stance] = quote
    return found


def quote(item: ShortlistItem, comment: Reply, by: User) -> None:
    """Let a comment stand beside a held item, in place of another of its stance."""
    fits = comment.thread_id == item.reply_id and comment.stance in QUOTABLE
    if not fits or comment.status != "visible":
        raise NotFitting
    row = upsert(ShortlistQuote).values(
        item_id=item.id,
        stance=comment.stance,
        comment_id=comment.id,
        picked_by_id=by.id,
        picked_at=now(),
    )
    names = ("comment_id", "picked_by_id", "picked_at")
    db.session.execute(
        row.on_conflict_do_update(
            index_elements=["item_id", "stance"], set_={each: row.excluded[each] for each in names}
        )
    )


def unquote(item: ShortlistItem, comment_id: int) -> None:
    """Let a comment no longer stand beside a held item."""
    mine = ShortlistQuote.item_id == item.id, ShortlistQuote.comment_id == comment_id
    db.session.execute(delete(ShortlistQuote).where(*mine))


def pick_first(shortlist: Shortlist, essay: Essay, by: User, most: int, per_lever: bool) -> int:
    """Put the first of an essay at the end of a held shortlist, in the readers' order: so many in
    all or of each lever; return how many are new. One that was taken off comes back."""
    query = listed(Filter(sort=Sort.TOP), essay.id, Sort.TOP).limit(most)
    queries = [query.where(Reply.lever == lever) for lever in Lever] if per_lever else [query]
    ids = [row.id for each in queries for row in db.session.execute(each)]
    found = select(Reply).where(Reply.id.in_(ids)).options(joinedload(Reply.essay))
    new = 0
    for reply in db.session.scalars(found.order_by(Reply.top.desc(), Reply.id.desc())):
        try:
            new += pick(shortlist, reply, by)
        except Full:
            break
        db.session.flush()
    return new
