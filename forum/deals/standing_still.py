"""Days that stand still: of a due whose proposal nobody can read, or whose discussion is paused.

What is left of the days is kept; once they run again, the day it is due has moved by as many days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from ..web.dates import today
from .models import Due
from .writing_dues import STILL


def keep_days(dues: Iterable[Due]) -> None:
    """Let the days of these dues run or stand still, as their proposals and discussions are now."""
    day = today()
    for due in dues:
        reply = due.stands_on
        if reply.status in STILL or reply.essay.paused_at is not None:
            due.still_since = due.still_since or day
        else:
            run_on(due, day)
    db.session.flush()


def run_on(due: Due, day: date) -> None:
    """Let the days of a due run again from a day on."""
    if due.still_since is not None:
        due.due_on += day - due.still_since
        due.still_since = None


def days_of_reply(reply: Reply) -> None:
    """Keep the days of what stands on a proposal, which was hidden, shown or moved."""
    keep_days(db.session.scalars(standing().where(Due.stands_on_id == reply.id)))


def days_of_discussion(essay: Essay) -> None:
    """Keep the days of what stands in a discussion, which was paused or goes on."""
    here = standing().join(Reply, Reply.id == Due.stands_on_id).where(Reply.essay_id == essay.id)
    keep_days(db.session.scalars(here.order_by(Due.id)))


def standing() -> Any:
    """Return the query of dues with what their days depend on."""
    return select(Due).options(joinedload(Due.stands_on).joinedload(Reply.essay))
