"""The pace of a discussion that moderators have slowed: so many minutes between one's comments."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from ..accounts.models import User
from ..db import db, now
from .models import Reply


def slowed_until(thread: Reply, user: User) -> datetime | None:
    """Return when the person may comment again in this discussion; none where that is now."""
    if not thread.slow_minutes:
        return None
    mine = Reply.thread_id == thread.id, Reply.author_id == user.id
    last = db.session.scalar(select(func.max(Reply.created_at)).where(*mine))
    if last is None:
        return None
    again = last + timedelta(minutes=thread.slow_minutes)
    return again if now() < again else None
