"""Casting a vote: recorded, changed or taken back, and counted."""

from __future__ import annotations

from sqlalchemy import delete

from ..accounts.models import User
from ..db import db, now, upsert
from ..replies.models import Reply
from .counting import recount_votes
from .models import Value, Vote


def cast_vote(user: User, reply: Reply, value: Value) -> None:
    """Record, change or take back a person's vote on the proposal as it now stands.

    The caller holds the proposal's row (``reply_for_update``), so that the votes of many people
    at once are each counted once.
    """
    if value is Value.NONE:
        db.session.execute(delete(Vote).where(Vote.reply_id == reply.id, Vote.user_id == user.id))
    else:
        moment = now()
        vote = upsert(Vote).values(
            reply_id=reply.id,
            user_id=user.id,
            essay_id=reply.essay_id,
            value=value.value,
            version=reply.version,
            voted_at=moment,
            first_at=moment,
            carried_from_id=None,
        )
        db.session.execute(
            vote.on_conflict_do_update(
                index_elements=["reply_id", "user_id"],
                set_={
                    name: vote.excluded[name]
                    for name in ("value", "version", "voted_at", "carried_from_id")
                },
            )
        )
    recount_votes([reply.id])
