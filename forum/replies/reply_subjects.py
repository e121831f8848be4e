"""What replies are called in notices and letters, and what more there is to say of those told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db
from ..events.models import Event
from ..events.subjects import Subject, SubjectKind
from ..permissions import can_see, can_see_essay
from .models import Reply

NAME_LENGTH = 90


def find_replies(numbers: Collection[int]) -> dict[int, Subject]:
    """Return these replies as things, by number."""
    query = select(Reply).where(Reply.id.in_(numbers))
    loads = joinedload(Reply.essay, innerjoin=True), joinedload(Reply.thread)
    return {
        reply.id: Subject(
            title=name_of_reply(reply),
            address=f"/replies/{reply.id}",
            language=reply.language,
            may_read=partial(may_read, reply),
            otherwise=_("A reply to “%(essay)s”", essay=reply.essay.title),
            essay=reply.essay.title,
        )
        for reply in db.session.scalars(query.options(*loads))
    }


def name_of_reply(reply: Reply) -> str:
    """Return what a reply is called in one line: its title, or its first words."""
    if reply.title:
        return reply.title
    words = reply.excerpt
    return words if len(words) <= NAME_LENGTH else words[: NAME_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def may_read(reply: Reply, user: User) -> bool:
    """Say whether the person may read a reply now."""
    return bool(can_see_essay(user, reply.essay) and can_see(user, reply))


def details_of_comments(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return who wrote what, for events about comments; one that is not shown now is not told."""
    numbers = {event.part_id for event in events}
    query = select(Reply).where(Reply.id.in_(numbers)).options(joinedload(Reply.author))
    shown = {reply.id: reply for reply in db.session.scalars(query) if reply.status == "visible"}
    return {
        event.id: [_("%(name)s: “%(words)s”", name=comment.author.name, words=comment.excerpt)]
        for event in events
        if (comment := shown.get(event.part_id or 0)) is not None
    }


REPLIES = SubjectKind("reply", find_replies)
