"""Which briefs quote a reply: moderators are told before they hide it, and publishers after."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from ..db import db
from ..moderation.quoted import Quotation
from ..replies.models import Reply
from .models import Brief, BriefQuote


def briefs_quoting(reply_id: int) -> list[Quotation]:
    """Return the briefs that quote a reply or what stands under it, the oldest first."""
    there = select(Reply.id).where((Reply.id == reply_id) | (Reply.thread_id == reply_id))
    numbers = select(BriefQuote.brief_id).where(BriefQuote.reply_id.in_(there))
    found = db.session.scalars(select(Brief).where(Brief.id.in_(numbers)).order_by(Brief.id))
    return [
        Quotation(
            _("Brief %(number)s: %(title)s", number=brief.reference, title=brief.title),
            brief.published_by_id,
            "briefs.brief",
            {"reference": brief.reference},
        )
        for brief in found
    ]
