"""Telling an event to people: a notice each, once, and a line in the outbox where they want one.

A notice is unique by event and person, so that telling twice tells once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from ..accounts.contacts import Contact
from ..accounts.models import User
from ..database.made_once import made_once
from ..database.prepared import PreparedChange
from ..db import UtcDateTime, now, upsert
from .kinds import KINDS_BY_NAME
from .models import BY_LETTER, Event, Follow, Notice, Preference, Rhythm
from .post import queue_letters


def tell_people(session: Session, event: Event, user_ids: Sequence[int]) -> int:
    """Make the notices of these people, where they have none; return how many were made."""
    topic = KINDS_BY_NAME[event.kind].topic
    given = {
        "people": user_ids,
        "event": event.id,
        "moment": now(),
        "topic": topic.name,
        "usual": topic.usual.value,
    }
    if not topic.always:
        given |= {"subject_kind": event.subject_kind, "subject_id": event.subject_id}
    session.flush()
    told = sorted(told_once(topic.always).rows_in(session, **given))
    if told:
        people = [user_id for user_id, _rhythm in told]
        queue_letters(session, event, people, {rhythm for _user_id, rhythm in told if rhythm})
        count_up(session, people)
    return len(told)


@made_once
def told_once(always: bool) -> PreparedChange:
    """Return the INSERT of notices for those who have none of the event yet."""
    columns = ["user_id", "event_id", "at", "rhythm"]
    made = upsert(Notice).from_select(columns, listeners(always), include_defaults=False)
    once = made.on_conflict_do_nothing(index_elements=["event_id", "user_id"])
    return PreparedChange(once.returning(Notice.user_id, Notice.rhythm))


def listeners(always: bool) -> Select[Any]:
    """Return the query of the notices to be, one for each of the people who is to have one.

    Whoever cannot sign in is not told; nor is, unless the topic is told always, who wants to hear
    nothing of it or follows the thing no longer.
    """
    wish: ColumnElement[Any] = func.coalesce(Preference.rhythm, bindparam("usual", type_=String()))
    reached = and_(Contact.confirmed_at.is_not(None), Contact.silent_since.is_(None))
    rhythm = case((and_(reached, wish.in_(BY_LETTER)), wish), else_=None)
    mine = and_(Preference.user_id == User.id, Preference.topic == bindparam("topic"))
    query = (
        select(
            User.id,
            bindparam("event", type_=Event.id.type),
            bindparam("moment", type_=UtcDateTime()),
            rhythm,
        )
        .outerjoin(Preference, mine)
        .outerjoin(Contact, Contact.user_id == User.id)
        .where(User.id.in_(bindparam("people", expanding=True)), User.email.is_not(None))
        .order_by(User.id)
    )
    if not always:
        query = query.where(wish != Rhythm.NEVER.value, ~no_longer_followed())
    return query


def no_longer_followed() -> ColumnElement[bool]:
    """Return the condition that the person has taken their hand off the thing."""
    gone = select(Follow.user_id).where(
        Follow.user_id == User.id,
        Follow.subject_kind == bindparam("subject_kind"),
        Follow.subject_id == bindparam("subject_id"),
        Follow.lever == "",
        Follow.wanted.is_(False),
    )
    return exists(gone.correlate(User))


def count_up(session: Session, user_ids: Sequence[int]) -> None:
    """Count one more unread notice for each of these people, in the order of their numbers."""
    counted_up().rows_in(session, people=user_ids)


@made_once
def counted_up() -> PreparedChange:
    """Return the statement that counts one more unread notice."""
    rows = select(User.id, literal(1), literal(0), literal(0)).order_by(User.id)
    columns = ["user_id", "unread", "bounces", "mailed"]
    these = User.id.in_(bindparam("people", expanding=True))
    row = upsert(Contact).from_select(columns, rows.where(these), include_defaults=False)
    more = {"unread": Contact.unread + 1}
    return PreparedChange(row.on_conflict_do_update(index_elements=["user_id"], set_=more))
