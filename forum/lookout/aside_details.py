"""What letters and notices say of an appeal that was answered with a no."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ..db import db
from ..events.models import Event
from ..votes.asides import AsidePerson


def details_of_answers(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return the words of the answers; of a decision that is gone there are none."""
    wanted = {event.part_id for event in events}
    query = select(AsidePerson.id, AsidePerson.answer).where(AsidePerson.id.in_(wanted))
    words: dict[int, str] = dict(db.session.execute(query).all())
    return {event.id: [words[event.part_id]] for event in events if event.part_id in words}
