"""How much waits for a person's answer, as the top of every page says it."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from ..accounts.models import User
from ..database.prepared import Prepared
from ..deals.models import Due
from .models import OfficialAnswer
from .standings import IS_ITS_ANSWER

MOST = 1_000


OWED = Prepared(
    select(func.count()).select_from(
        select(Due.id)
        .outerjoin(OfficialAnswer, IS_ITS_ANSWER)
        .where(Due.body_id.in_(bindparam("bodies", expanding=True)), Due.voided_at.is_(None))
        .where(OfficialAnswer.settled_at.is_(None))
        .limit(MOST)
        .subquery()
    )
)


def to_answer(user: User) -> int:
    """Return how many answers the bodies still owe for which a person answers today.

    Counted no further than ``MOST``. Whoever answers for none costs no query.
    """
    bodies = user.bodies_today
    return int(OWED.rows(bodies=bodies)[0][0]) if bodies else 0
