"""Telling a crowd, in the worker: a batch of people in a transaction, none of them twice.

The batch and how far it came are committed together, and a notice is unique by event and person:
where a worker dies half-way another goes on. The audience is that of the event's moment, since each
part of it is asked who was there then.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from ..db import db, looking, now
from .audiences import people_in
from .kinds import KINDS_BY_NAME
from .models import Event
from .telling import tell_people

BATCH = 1_000
"""People told in one transaction."""


@dataclass(frozen=True)
class Progress:
    """How far telling an event has come: people told so far, and whether that is all of them.

    ``of`` is how many belong to its audience, as long as it is being told; a few want to hear
    nothing and are passed over.
    """

    told: int
    is_done: bool
    of: int = 0


def progress_of(event: Event) -> Progress:
    """Return how far telling this event has come."""
    if event.told_at is not None:
        return Progress(event.told, is_done=True)
    return Progress(event.told, is_done=False, of=max(event.told, audience_size(event)))


def audience_size(event: Event) -> int:
    """Return how many people belong to the audience of an event."""
    parts = (people_in(part, event) for part in KINDS_BY_NAME[event.kind].audience)
    everyone = union(*(query for query in parts if query is not None)).subquery()
    return int(db.session.scalar(select(func.count()).select_from(everyone)) or 0)


def tell_next() -> bool:
    """Tell a batch of the oldest event that is not told yet; say whether there was one."""
    untold = select(Event.id).where(Event.told_at.is_(None)).order_by(Event.id).limit(1)
    with looking() as connection:
        if connection.scalar(untold) is None:
            return False
    with Session(db.engine) as session, session.begin():
        held = select(Event).where(Event.told_at.is_(None)).order_by(Event.id).limit(1)
        event = session.scalar(held.with_for_update(skip_locked=True))
        if event is None:
            return False
        tell_batch(session, event)
    return True


def tell_batch(session: Session, event: Event) -> None:
    """Tell the next people of a held event, and note how far that came."""
    parts = KINDS_BY_NAME[event.kind].audience
    if event.audience_part >= len(parts):
        event.told_at = now()
        return
    people = next_people(session, event)
    left_out = {event.by_id, *event.facts.get("but", ())}
    if told := [each for each in people if each not in left_out]:
        event.told += tell_people(session, event, told)
    if len(people) == BATCH:
        event.audience_user = people[-1]
    else:
        event.audience_part, event.audience_user = event.audience_part + 1, 0
        if event.audience_part == len(parts):
            event.told_at = now()


def next_people(session: Session, event: Event) -> list[int]:
    """Return the next people of the part of the audience that is being told, by their numbers."""
    query = people_in(KINDS_BY_NAME[event.kind].audience[event.audience_part], event)
    if query is None:
        return []
    person = query.selected_columns[0]
    batch = query.where(person > event.audience_user).distinct().order_by(person).limit(BATCH)
    return list(session.scalars(batch))
