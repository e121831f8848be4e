"""What somebody should look at again before a brief is published: reported, or edited since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..db import db
from ..moderation.models import Report
from ..replies.models import Reply
from .freezing import Frozen
from .models import BriefDraft, ShortlistItem, ShortlistQuote
from .publishing import comments_of


@dataclass(frozen=True)
class Concern:
    """A proposal or comment in a brief that is reported, or was edited since it was picked."""

    reply: Reply
    reported: bool
    edited: bool


def concerns(draft: BriefDraft, frozen: Frozen) -> list[Concern]:
    """Return what in a brief needs another look, in the order in which it stands there."""
    ids = [n for row in frozen.rows for n in (cast(int, row["id"]), *comments_of(row))]
    open_reports = select(Report.reply_id).where(
        Report.reply_id.in_(ids), Report.closed_at.is_(None)
    )
    reported, picked = set(db.session.scalars(open_reports)), picked_at(draft)
    query = select(Reply).where(Reply.id.in_(ids)).options(joinedload(Reply.thread))
    replies = {reply.id: reply for reply in db.session.scalars(query)}
    found = []
    for number in (each for each in ids if each in replies):
        reply, since = replies[number], picked.get(number, draft.created_at)
        edited = reply.edited_at is not None and reply.edited_at > since
        if edited or number in reported:
            found.append(Concern(reply, number in reported, edited))
    return found


def picked_at(draft: BriefDraft) -> dict[int, datetime]:
    """Return when each proposal and comment of the draft's shortlist was picked, by its number."""
    if draft.shortlist_id is None:
        return {}
    items = select(ShortlistItem.reply_id, ShortlistItem.picked_at)
    items = items.where(ShortlistItem.shortlist_id == draft.shortlist_id)
    quotes = select(ShortlistQuote.comment_id, ShortlistQuote.picked_at).join(
        ShortlistItem, ShortlistItem.id == ShortlistQuote.item_id
    )
    quotes = quotes.where(ShortlistItem.shortlist_id == draft.shortlist_id)
    return {number: at for query in (items, quotes) for number, at in db.session.execute(query)}
