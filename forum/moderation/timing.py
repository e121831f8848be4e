"""Reviews that have waited longer than a moderator should take: told once each."""

from __future__ import annotations

from sqlalchemy import select

from ..db import db, looking, now
from ..events.models import Event
from ..events.recording import record
from ..replies.reviews import Review

MOST = 50
"""Reviews looked at in one go, the oldest first."""


def tell_of_waiting() -> bool:
    """Record that reviews have waited too long; say whether any had that was not told yet."""
    late = select(Review.id, Review.reply_id, Review.essay_id).where(
        Review.closed_at.is_(None), Review.due_at <= now()
    )
    told = select(Event.id).where(
        Event.kind == "waits_long",
        Event.subject_kind == "reply",
        Event.subject_id == Review.reply_id,
        Event.part_id == Review.id,
    )
    query = late.where(~told.exists()).order_by(Review.opened_at, Review.id).limit(MOST)
    with looking() as connection:
        found = connection.execute(query).all()
    for row in found:
        record(
            "waits_long",
            ("reply", row.reply_id),
            essay_id=row.essay_id,
            part_id=row.id,
            key=f"waits_long:{row.id}",
        )
    db.session.commit()
    return bool(found)
