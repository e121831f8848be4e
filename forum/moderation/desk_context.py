"""What the desk shows beside a reply: the essays it could move to, and who reported it and why."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from .models import Report
from .queue import decides_everywhere

ESSAYS_MOST = 200
REPORTS_MOST = 50


def published_essays() -> Select[int, str, str]:
    """Return the query of number, slug and title of the essays that everyone may read."""
    query = select(Essay.id, Essay.slug, Essay.title).where(Essay.state != "draft")
    return query.order_by(Essay.id.desc()).limit(ESSAYS_MOST)


def essays_for(user: User) -> list[Any]:
    """Return number, slug and title of the published essays that the person moderates."""
    query = published_essays()
    if not decides_everywhere(user):
        query = query.where(Essay.id.in_(user.moderated_essays))
    return list(db.session.execute(query))


def reports_on(reply: Reply) -> list[Report]:
    """Return the open reports on a reply, the oldest first, with who made them."""
    query = (
        select(Report)
        .where(Report.reply_id == reply.id, Report.closed_at.is_(None))
        .options(joinedload(Report.reporter, innerjoin=True))
        .order_by(Report.id)
        .limit(REPORTS_MOST)
    )
    return list(db.session.scalars(query))
