"""What the days bring: an answer due in a week, today, overdue; a promise late; was it done?

Each piece looks for rows whose day has come and of which nobody was told, by what indexes find and
reading only: where there is none, that is all. What it finds is recorded under its key, so that
several workers do each once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, literal, select
from sqlalchemy.orm import joinedload

from ..db import db, looking
from ..deals.due_events import facts_of
from ..deals.models import Due
from ..events.models import Event
from ..events.recording import record, unrecorded
from ..replies.models import Reply
from ..web.dates import end_of, today
from .announcing import about_answer
from .models import OfficialAnswer, Promise
from .promises import standing_of
from .standings import IS_ITS_ANSWER, RUNS
from .statuses import PromiseState

SOON = timedelta(days=7)
MOST = 50
"""Dues told in one go."""
NEWS = timedelta(days=14)
"""For how long it is news that a day has passed, should no worker have run."""
ASKED_AFTER = (90, 365)
"""Days after an answer on which everyone who took part is asked whether it was done."""


def record_new(coming: Mapping[str, Mapping[str, Any]]) -> bool:
    """Record what is known under none of these keys yet; say whether anything is."""
    fresh = unrecorded(coming)
    db.session.rollback()
    for key in sorted(fresh):
        record(**coming[key], key=key)
    if fresh:
        db.session.commit()
    return bool(fresh)


def untold(key: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that there is no event under a key that the database puts together."""
    return ~exists().where(Event.key == key)


def tell_of_due_days() -> bool:
    """Tell seats of answers due within seven days, due today, or overdue; say whether any is."""
    day = today()
    coming = {
        "due_soon": (Due.due_on > day, Due.due_on <= day + SOON),
        "due_today": (Due.due_on == day,),
        "overdue": (Due.due_on < day, Due.due_on >= day - NEWS, Due.agreed),
    }
    with looking() as connection:
        found = {
            f"{kind}:{row.id}:{row.due_on}": of_day(kind, row)
            for kind, which in coming.items()
            for row in connection.execute(untold_dues(kind).where(*which))
        }
    return record_new(found)


def untold_dues(kind: str) -> Select[*tuple[Any, ...]]:
    """Return the query of the first dues that wait for their answer and were not told of so."""
    number, on = cast(Due.id, String), cast(Due.due_on, String)
    settled = exists().where(IS_ITS_ANSWER, OfficialAnswer.settled_at.is_not(None))
    facts = (Due.body_id, Due.due_on, Due.agreed)
    return (
        select(Due.id, Due.stands_on_id, Reply.essay_id, *facts)
        .join(Reply, Reply.id == Due.stands_on_id)
        .where(RUNS, ~settled)
        .where(untold(literal(f"{kind}:") + number + ":" + on))
        .order_by(Due.due_on, Due.id)
        .limit(MOST)
    )


def of_day(kind: str, row: Any) -> dict[str, Any]:
    """Return the event of a due's day."""
    return {
        "kind": kind,
        "subject": ("reply", row.stands_on_id),
        "essay_id": row.essay_id,
        "part_id": row.id,
        "facts": facts_of(row),
    }


def tell_of_late_promises() -> bool:
    """Tell that the day of a promise has passed without word of it; say whether any has."""
    db.session.connection(execution_options={"reading": True})
    passed = (
        Promise.by_on < today(),
        Promise.by_on >= today() - NEWS,
        untold(literal("promise_late:") + cast(Promise.id, String)),
    )
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
    db.session.connection(execution_options={"reading": True})
    coming = {}
    for days in ASKED_AFTER:
        first, last = answered_between(days)
        query = select(OfficialAnswer).where(
            OfficialAnswer.settled_at >= end_of(first),
            OfficialAnswer.settled_at < end_of(last),
            OfficialAnswer.reply_id.is_not(None),
            untold(literal("was_it_done:") + cast(OfficialAnswer.id, String) + f":{days}"),
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
