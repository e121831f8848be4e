"""Recording what happened, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, select, update

from ..accounts.contacts import Contact
from ..accounts.models import User
from ..database.known_rows import new_row
from ..database.made_once import made_once
from ..database.prepared import PreparedChange
from ..db import db, looking, now, upsert
from .kinds import KINDS_BY_NAME
from .models import Event, Notice, Thing
from .telling import tell_people

_event = cast(Table, Event.__table__)
TOLD = PreparedChange(update(_event).where(_event.c.id == bindparam("event")), "told")


def record(
    kind: str,
    subject: Thing,
    *,
    essay_id: int | None = None,
    part_id: int | None = None,
    by: User | None = None,
    to: Iterable[int | None] = (),
    but: Iterable[int | None] = (),
    facts: Mapping[str, Any] | None = None,
    key: str | None = None,
    at: datetime | None = None,
) -> None:
    """Record that something happened to a thing, and tell the people in ``to`` of it at once.

    The worker tells the audience of the kind, without those in ``but``; whoever did it (``by``) is
    not told. ``at`` is when it happened, if not now. Of a ``key`` there is one event for ever:
    nothing is done where it is known. Raises KeyError for an unknown kind.
    """
    row, moment = KINDS_BY_NAME[kind], now()
    left_out = sorted({each for each in but if each is not None})
    values = {
        "kind": kind,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "part_id": part_id,
        "essay_id": essay_id,
        "by_id": by.id if by else None,
        "at": at or moment,
        "letters_from": moment + row.delay,
        "facts": {**(facts or {}), **({"but": left_out} if left_out else {})},
        "key": key,
        "audience_part": 0,
        "audience_user": 0,
        "told": 0,
        "told_at": None if row.audience else moment,
    }
    db.session.flush()
    people = sorted({each for each in to if each is not None} - {values["by_id"]})
    for (number,) in recorded_once().rows(**values):
        told = tell_people(db.session(), Event(id=number, **values), people) if people else 0
        if told:
            TOLD.run(event=number, told=told)


@made_once
def recorded_once() -> PreparedChange:
    """Return the INSERT of an event that does nothing where its key is known."""
    once = upsert(Event).on_conflict_do_nothing(index_elements=["key"]).returning(Event.id)
    return PreparedChange(once, *new_row(_event))


def unrecorded(keys: Iterable[str]) -> set[str]:
    """Return those of these keys under which there is no event yet, looking only."""
    asked = set(keys)
    if not asked:
        return asked
    with looking() as connection:
        return asked - set(connection.scalars(select(Event.key).where(Event.key.in_(asked))))


def forget_event(key: str) -> None:
    """Take back what was recorded under this key, with every notice of it that stands."""
    event = db.session.scalar(select(Event).where(Event.key == key).with_for_update())
    if event is None:
        return
    unread = select(Notice.user_id).where(Notice.event_id == event.id, Notice.read_at.is_(None))
    fewer = update(Contact).where(Contact.user_id.in_(unread)).values(unread=Contact.unread - 1)
    db.session.execute(fewer.execution_options(synchronize_session=False))
    db.session.execute(delete(Event).where(Event.id == event.id))
