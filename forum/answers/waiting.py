"""How much waits for a person's answer, as the top of every page says it."""

from __future__ import annotations

from sqlalchemy import func, select

from ..accounts.models import User
from ..db import db
from ..deals.models import Due
from ..web.dates import today
from .models import OfficialAnswer
from .standings import IS_ITS_ANSWER

MOST = 1_000


def to_answer(user: User) -> int | None:
    """Return how many answers the bodies still owe for which a person answers today.

    Counted no further than ``MOST``. Whoever holds no seat costs no query: None.
    """
    day = today()
    bodies = {seat.body_id for seat in user.seats if seat.holds_on(day)}
    if not bodies:
        return None
    owed = (
        select(Due.id)
        .outerjoin(OfficialAnswer, IS_ITS_ANSWER)
        .where(Due.body_id.in_(bodies), Due.voided_at.is_(None))
        .where(OfficialAnswer.settled_at.is_(None))
        .limit(MOST)
    )
    return db.session.scalar(select(func.count()).select_from(owed.subquery())) or 0
