"""What is kept to tell voters apart, forgotten 90 days after their discussion closed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from ..db import db, looking, now
from ..essays.models import Essay, EssayEvent
from .counted_addresses import CountedAddress
from .networks import VoterNetwork

KEPT = timedelta(days=90)


def forget_addresses() -> bool:
    """Forget the addresses of one discussion that has been closed long enough; say if any was."""
    return forget_of_closed(CountedAddress)


def forget_networks() -> bool:
    """Forget the networks of one discussion that has been closed long enough; say if any was."""
    return forget_of_closed(VoterNetwork)


def forget_of_closed(kept: type[CountedAddress | VoterNetwork]) -> bool:
    """Forget these rows of one discussion."""
    long_ago = now() - KEPT
    lately = select(EssayEvent.id).where(EssayEvent.essay_id == Essay.id, EssayEvent.at > long_ago)
    there = select(kept.mark).where(kept.essay_id == Essay.id)
    closed = or_(Essay.stored_state == "closed", Essay.closes_at < long_ago)
    over = select(Essay.id).where(closed, ~lately.exists(), there.exists()).limit(1)
    with looking() as connection:
        essay_id = connection.scalar(over)
    if essay_id is not None:
        with Session(db.engine) as session, session.begin():
            session.execute(delete(kept).where(kept.essay_id == essay_id))
    return essay_id is not None
