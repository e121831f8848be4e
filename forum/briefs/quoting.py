"""Which briefs quote a reply: moderators are told before they hide it, and publishers after."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from ..db import db
from ..moderation.quoted import Quotation
from ..replies.models import Reply
from .models import Brief, BriefQuote


def briefs_quoting(reply_ids: Sequence[int]) -> dict[int, list[Quotation]]:
    """Return the briefs that quote each reply or what stands under it, the oldest first."""
    there = Reply.id.in_(reply_ids) | Reply.thread_id.in_(reply_ids)
    query = select(Reply.id, Reply.thread_id, Brief).join(
        BriefQuote, BriefQuote.reply_id == Reply.id
    )
    rows = db.session.execute(query.join(Brief, Brief.id == BriefQuote.brief_id).where(there))
    found: dict[int, dict[int, Quotation]] = {}
    for reply_id, thread_id, brief in rows:
        for number in (each for each in (reply_id, thread_id or 0) if each in reply_ids):
            found.setdefault(number, {})[brief.id] = quotation_in(brief)
    return {number: [briefs[each] for each in sorted(briefs)] for number, briefs in found.items()}


def quotation_in(brief: Brief) -> Quotation:
    """Return what moderation needs to know of a brief that quotes a reply."""
    title = _("Brief %(number)s: %(title)s", number=brief.reference, title=brief.title)
    return Quotation(title, brief.published_by_id, "briefs.brief", {"reference": brief.reference})
