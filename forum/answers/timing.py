"""What the days bring: an answer due in a week, today, overdue; a promise late; was it done?

Each piece looks for rows whose day has come by what an index finds, reading only; what nobody has
recorded yet under its key is recorded then, so that several workers do each once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..db import db
from ..deals.due_events import facts_of
from ..deals.models import Due
from ..events.recording import record, unrecorded
from ..web.dates import end_of, today
from .announcing import about_answer
from .models import OfficialAnswer, Promise
from .promises import standing_of
from .standings import DueStanding, DueState, standings
from .statuses import PromiseState

SOON = timedelta(days=7)
NEWS = timedelta(days=14)
"""For how long it is news that a day has passed, should no worker have run."""
ASKED_AFTER = (90, 365)
"""Days after an answer on which everyone who took part is asked whether it was done."""


def look_only() -> None:
    """Begin to look without keeping anyone from writing."""
    db.session.connection(execution_options={"reading": True})


def record_new(coming: Mapping[str, Mapping[str, Any]]) -> bool:
    """Record what is known under none of these keys yet; say whether anything is."""
    fresh = unrecorded(coming)
    db.session.rollback()
    for key in sorted(fresh):
        record(**coming[key], key=key)
    if fresh:
        db.session.commit()
    return bool(fresh)


def tell_of_due_days() -> bool:
    """Tell seats of answers due within seven days, due today, or overdue; say whether any is."""
    look_only()
    near = Due.due_on >= today() - NEWS, Due.due_on <= today() + SOON
    waiting = (DueState.WAITING, DueState.OVERDUE)
    rows = [row for row in standings(*near) if row.state in waiting]
    return record_new(
        {f"{kind_of_day(row)}:{row.due.id}:{row.due.due_on}": told(row) for row in rows}
    )


def kind_of_day(row: DueStanding) -> str:
    """Return what is to be told of a due on this day."""
    coming = "due_today" if row.due.due_on <= today() else "due_soon"
    return "overdue" if row.is_overdue else coming


def told(row: DueStanding) -> dict[str, Any]:
    """Return the event of a due's day."""
    return {
        "kind": kind_of_day(row),
        "subject": ("reply", row.reply.id),
        "essay_id": row.essay.id,
        "part_id": row.due.id,
        "facts": facts_of(row.due),
    }


def tell_of_late_promises() -> bool:
    """Tell that the day of a promise has passed without word of it; say whether any has."""
    look_only()
    passed = Promise.by_on < today(), Promise.by_on >= today() - NEWS
    answer = joinedload(Promise.answer).joinedload(OfficialAnswer.reply)
    late = [
        each
        for each in db.session.scalars(select(Promise).where(*passed).options(answer))
        if standing_of(each).state is PromiseState.LATE and each.answer.reply is not None
    ]
    return record_new(
        {
            f"promise_late:{each.id}": {
                "kind": "promise_late",
                **about_answer(each.answer),
                "part_id": each.id,
            }
            for each in late
        }
    )


def ask_whether_done() -> bool:
    """Ask those who took part, 90 and 365 days after an answer, whether it was done."""
    look_only()
    coming = {}
    for days in ASKED_AFTER:
        first, last = answered_between(days)
        query = select(OfficialAnswer).where(
            OfficialAnswer.settled_at >= end_of(first),
            OfficialAnswer.settled_at < end_of(last),
            OfficialAnswer.reply_id.is_not(None),
        )
        for answer in db.session.scalars(query.options(joinedload(OfficialAnswer.reply))):
            coming[f"was_it_done:{answer.id}:{days}"] = {
                "kind": "was_it_done",
                **about_answer(answer),
                "part_id": answer.id,
            }
    return record_new(coming)


def answered_between(days: int) -> tuple[date, date]:
    """Return after which day and up to which an answer was given so many days ago."""
    last = today() - timedelta(days=days)
    return last - NEWS, last
