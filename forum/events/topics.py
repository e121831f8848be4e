"""What news can be about, as people choose how they want to be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from .models import Rhythm


@dataclass(frozen=True)
class Topic:
    """One line of a person's choices: its words, and what holds until they choose.

    ``always`` stands in the site whatever they choose, and whatever they follow no longer.
    """

    name: str
    label: Any
    usual: Rhythm = Rhythm.WEEKLY
    always: bool = False
    for_staff: bool = False
    """Asked of those alone who have such news: moderators, and who answers for a body."""


TOPICS = (
    Topic("comments", _l("Comments on what I wrote"), Rhythm.AT_ONCE),
    Topic("replies", _l("Replies to my comments, and mentions of me"), Rhythm.AT_ONCE),
    Topic("answers", _l("Answers to proposals, and promises made in them"), Rhythm.AT_ONCE),
    Topic(
        "moderation",
        _l("What moderators decide about what I wrote or reported"),
        Rhythm.AT_ONCE,
        always=True,
    ),
    Topic("texts", _l("Proposals I took part in: edited, merged, moved, hidden")),
    Topic("briefs", _l("Briefs, and proposals that will be answered")),
    Topic("discussions", _l("Discussions I took part in: closing, closed, paused")),
    Topic("openings", _l("What opens, and new proposals where I asked for them")),
    Topic("desk", _l("What waits for moderators"), Rhythm.AT_ONCE, always=True, for_staff=True),
    Topic(
        "seat",
        _l("What a body I speak for is to answer"),
        Rhythm.AT_ONCE,
        always=True,
        for_staff=True,
    ),
)

TOPICS_BY_NAME = {topic.name: topic for topic in TOPICS}
