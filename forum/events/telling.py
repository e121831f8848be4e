"""Telling an event to people: a notice each, once, and a line in the outbox where they want one.

A notice is unique by event and person, so that telling twice tells once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session

from ..accounts.contacts import Contact
from ..accounts.models import User
from ..db import UtcDateTime, now, upsert
from .kinds import KINDS_BY_NAME
from .models import BY_LETTER, Event, Follow, Notice, Preference, Rhythm
from .post import queue_letters


def tell_people(session: Session, event: Event, user_ids: Sequence[int]) -> int:
    """Make the notices of these people, where they have none; return how many were made."""
    columns = ["user_id", "event_id", "at", "rhythm"]
    rows = listeners(event, user_ids)
    made = upsert(Notice).from_select(columns, rows, include_defaults=False)
    made = made.on_conflict_do_nothing(index_elements=["event_id", "user_id"])
    told = sorted(session.scalars(made.returning(Notice.user_id)))
    if told:
        queue_letters(session, event, told)
        count_up(session, told)
    return len(told)


def listeners(event: Event, user_ids: Sequence[int]) -> Select[Any]:
    """Return the query of the notices to be, one for each of these people who is to have one.

    Whoever cannot sign in is not told; nor is, unless the topic is told always, who wants to hear
    nothing of it or follows the thing no longer.
    """
    topic = KINDS_BY_NAME[event.kind].topic
    wish: ColumnElement[Any] = func.coalesce(Preference.rhythm, literal(topic.usual.value))
    reached = and_(Contact.confirmed_at.is_not(None), Contact.silent_since.is_(None))
    rhythm = case((and_(reached, wish.in_(BY_LETTER)), wish), else_=None)
    mine = and_(Preference.user_id == User.id, Preference.topic == topic.name)
    query = (
        select(User.id, literal(event.id), literal(now(), UtcDateTime), rhythm)
        .outerjoin(Preference, mine)
        .outerjoin(Contact, Contact.user_id == User.id)
        .where(User.id.in_(user_ids), User.email.is_not(None))
        .order_by(User.id)
    )
    if not topic.always:
        query = query.where(wish != Rhythm.NEVER.value, ~no_longer_followed(event))
    return query


def no_longer_followed(event: Event) -> ColumnElement[bool]:
    """Return the condition that the person has taken their hand off the thing."""
    gone = select(Follow.user_id).where(
        Follow.user_id == User.id,
        Follow.subject_kind == event.subject_kind,
        Follow.subject_id == event.subject_id,
        Follow.lever == "",
        Follow.wanted.is_(False),
    )
    return exists(gone.correlate(User))


def count_up(session: Session, user_ids: Sequence[int]) -> None:
    """Count one more unread notice for each of these people, in the order of their numbers."""
    rows = select(User.id, literal(1), literal(0), literal(0)).order_by(User.id)
    columns = ["user_id", "unread", "bounces", "mailed"]
    row = upsert(Contact).from_select(
        columns, rows.where(User.id.in_(user_ids)), include_defaults=False
    )
    more = row.on_conflict_do_update(
        index_elements=["user_id"], set_={"unread": Contact.unread + 1}
    )
    session.execute(more)
