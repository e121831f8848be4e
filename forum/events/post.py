"""Letters waiting for people: one line in the outbox for all that a letter will tell.

At once means a letter for each thing that something happened to; daily and weekly ones come at a
set hour of the forum's zone. What happens while a letter waits goes into the same one, by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from ..accounts.contacts import Contact
from ..accounts.models import User
from ..db import UtcDateTime, now, upsert
from ..mail.models import Letter
from ..web.dates import at_clock, day_of
from .models import Event, Notice, Rhythm

NEWS = "news"
"""The kind of letter that tells of events."""


def next_digest(rhythm: str, after: datetime) -> datetime:
    """Return when the next letter of a day, or of a week, is sent: on Mondays, at the set hour."""
    hour = current_app.config["DIGEST_HOUR"]
    day = day_of(after)
    while True:
        moment = at_clock(datetime.combine(day, time(hour)))
        if moment > after and (rhythm == Rhythm.DAILY or day.weekday() == 0):
            return moment
        day += timedelta(days=1)


def key_start(rhythm: str, event: Event) -> str:
    """Return what the key of a letter begins with; the person's number follows."""
    if rhythm == Rhythm.AT_ONCE:
        return f"{rhythm}:{event.subject_kind}:{event.subject_id}:"
    return f"{rhythm}:"


def queue_letters(
    session: Session, event: Event, user_ids: Sequence[int], rhythms: Collection[str]
) -> None:
    """Have letters of these rhythms sent to those of these people whose notice goes into one."""
    mine = Notice.event_id == event.id, Notice.user_id.in_(user_ids)
    for rhythm in rhythms:
        moment = event.letters_from if rhythm == Rhythm.AT_ONCE else next_digest(rhythm, now())
        queue(session, key_start(rhythm, event), moment, *mine, Notice.rhythm == rhythm)


def queue(session: Session, start: str, moment: datetime, *which: Any) -> None:
    """Put a line into the outbox for each person of these notices, unless theirs waits there.

    Their row is held either way, so that whoever sends it learns of what is new. A letter that is
    not being sent just now is brought forward where this one is due sooner.
    """
    rows = (
        select(
            literal(NEWS),
            User.id,
            User.email,
            func.coalesce(Contact.language, current_app.config["BABEL_DEFAULT_LOCALE"]),
            literal(moment, UtcDateTime),
            literal(moment, UtcDateTime),
            literal(0),
            literal(start).concat(User.id),
        )
        .join(Notice, Notice.user_id == User.id)
        .join(Contact, Contact.user_id == User.id)
        .where(*which)
        .distinct()
        .order_by(User.id)
    )
    columns = ["kind", "user_id", "address", "language", "made_at", "next_at", "tries", "key"]
    line = upsert(Letter).from_select(columns, rows, include_defaults=False)
    sooner = (Letter.tries == 0) & (Letter.next_at > line.excluded.next_at)
    brought_forward = case((sooner, line.excluded.next_at), else_=Letter.next_at)
    session.execute(
        line.on_conflict_do_update(index_elements=["key"], set_={"next_at": brought_forward})
    )
