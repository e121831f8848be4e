"""How a person wants to be told of each topic: as they chose, or as is usual."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from ..accounts.models import User
from ..db import db, upsert
from .models import Preference, Rhythm
from .topics import TOPICS, TOPICS_BY_NAME


def rhythms_of(user: User) -> dict[str, str]:
    """Return when a person is told of each topic, by its name."""
    rows = select(Preference.topic, Preference.rhythm).where(Preference.user_id == user.id)
    chosen = {row.topic: row.rhythm for row in db.session.execute(rows)}
    return {topic.name: chosen.get(topic.name, topic.usual.value) for topic in TOPICS}


def choose(user: User, rhythms: Mapping[str, str]) -> None:
    """Keep when a person wants to be told of these topics; raise KeyError for an unknown one."""
    for name, rhythm in sorted(rhythms.items()):
        row = upsert(Preference).values(
            user_id=user.id, topic=TOPICS_BY_NAME[name].name, rhythm=Rhythm(rhythm).value
        )
        db.session.execute(
            row.on_conflict_do_update(
                index_elements=["user_id", "topic"], set_={"rhythm": row.excluded.rhythm}
            )
        )
