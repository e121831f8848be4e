"""What the days bring: an answer due in a week, today, overdue; a promise late; was it done?

Each piece looks for rows whose day has come by what an index finds, records what happened under a
key, and commits; several workers do each once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from ..db import db
from ..deals.models import Due
from ..events.models import Event
from ..events.recording import record
from ..replies.models import Reply
from ..web.dates import end_of, today
from .models import OfficialAnswer, Promise
from .promises import standing_of
from .standings import DueStanding, DueState, standings
from .statuses import PromiseState
from .telling import tell_of_promise

SOON = timedelta(days=7)
NEWS = timedelta(days=14)
"""For how long it is news that a day has passed, should no worker have run."""
ASKED_AFTER = (90, 365)
"""Days after an answer on which everyone who took part is asked whether it was done."""


def unknown(keys: Sequence[str]) -> set[str]:
    """Return those of these keys under which nothing has been recorded."""
    known = db.session.scalars(select(Event.key).where(Event.key.in_(keys)))
    return set(keys) - set(known) if keys else set()


def tell_of_due_days() -> bool:
    """Record that answers are due in seven days, due today, or overdue; say whether any is."""
    near = Due.due_on >= today() - NEWS, Due.due_on <= today() + SOON
    waiting = (DueState.WAITING, DueState.OVERDUE)
    rows = [row for row in standings(*near) if row.state in waiting]
    coming = {key_of(row): row for row in rows}
    fresh = unknown(list(coming))
    for key in sorted(fresh):
        row = coming[key]
        record(
            key.partition(":")[0],
            ("reply", row.reply.id),
            essay_id=row.essay.id,
            part_id=row.due.id,
            facts={"body_id": row.body.id, "due_on": row.due.due_on.isoformat()},
            key=key,
        )
    db.session.commit()
    return bool(fresh)


def key_of(row: DueStanding) -> str:
    """Return what is to be told of a due on this day, once for the day it is due."""
    if row.is_overdue:
        kind = "overdue"
    else:
        kind = "due_today" if row.due.due_on <= today() else "due_soon"
    return f"{kind}:{row.due.id}:{row.due.due_on.isoformat()}"


def tell_of_late_promises() -> bool:
    """Record that the day of a promise has passed without word of it; say whether any has."""
    passed = Promise.by_on < today(), Promise.by_on >= today() - NEWS
    promises = [
        each
        for each in db.session.scalars(select(Promise).where(*passed).order_by(Promise.id))
        if standing_of(each).state is PromiseState.LATE
    ]
    coming = {f"promise_late:{each.id}": each for each in promises}
    fresh = unknown(list(coming))
    for key in sorted(fresh):
        tell_of_promise("promise_late", coming[key], None, key)
    db.session.commit()
    return bool(fresh)


def ask_whether_done() -> bool:
    """Ask those who took part, 90 and 365 days after an answer, whether it was done."""
    coming: dict[str, OfficialAnswer] = {}
    for days in ASKED_AFTER:
        first, last = answered_between(days)
        query = select(OfficialAnswer).where(
            OfficialAnswer.settled_at >= end_of(first),
            OfficialAnswer.settled_at < end_of(last),
            OfficialAnswer.reply_id.is_not(None),
        )
        for answer in db.session.scalars(query):
            coming[f"was_it_done:{answer.id}:{days}"] = answer
    fresh = unknown(list(coming))
    for key in sorted(fresh):
        answer = coming[key]
        reply = db.session.get_one(Reply, answer.reply_id)
        record(
            "was_it_done",
            ("reply", reply.id),
            essay_id=reply.essay_id,
            part_id=answer.id,
            to=[reply.author_id],
            facts={"body_id": answer.body_id},
            key=key,
        )
    db.session.commit()
    return bool(fresh)


def answered_between(days: int) -> tuple[date, date]:
    """Return after which day and up to which an answer was given so many days ago."""
    last = today() - timedelta(days=days)
    return last - NEWS, last
