"""What briefs are called in notices and letters, and which brief a proposal came to stand in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import load_only

from ..accounts.models import User
from ..db import db
from ..events.models import Event
from ..events.recording import record
from ..events.subjects import Subject, SubjectKind
from ..replies.models import Reply
from .models import Brief


def find_briefs(numbers: Collection[int]) -> dict[int, Subject]:
    """Return these briefs as things, by number."""
    return {
        brief.id: Subject(
            title=_("Brief %(number)s: %(title)s", number=brief.reference, title=brief.title),
            address=f"/briefs/{brief.reference}",
            language=brief.language,
        )
        for brief in briefs_numbered(numbers).values()
    }


def briefs_numbered(numbers: Collection[int]) -> dict[int, Brief]:
    """Return these briefs without their rows, by number."""
    columns = load_only(Brief.year, Brief.number, Brief.title, Brief.language)
    query = select(Brief).where(Brief.id.in_(numbers)).options(columns)
    return {brief.id: brief for brief in db.session.scalars(query)}


def details_of_briefs(events: Sequence[Event]) -> dict[int, list[str]]:
    """Return which brief a proposal stands in."""
    briefs = find_briefs({event.part_id or 0 for event in events})
    return {
        event.id: [briefs[event.part_id].title]
        for event in events
        if event.part_id is not None and event.part_id in briefs
    }


def announce_brief(brief: Brief, by: User, reply_ids: Sequence[int]) -> None:
    """Record that a brief was published, and that each proposal with these numbers stands in it."""
    record("brief_published", ("brief", brief.id), essay_id=brief.essay_id, by=by)
    proposals = Reply.id.in_(reply_ids), Reply.lever.is_not(None)
    query = select(Reply.id, Reply.essay_id, Reply.author_id).where(*proposals)
    for reply_id, essay_id, author_id in db.session.execute(query.order_by(Reply.id)):
        record(
            "in_brief",
            ("reply", reply_id),
            essay_id=essay_id,
            part_id=brief.id,
            by=by,
            to=[author_id],
        )


BRIEFS = SubjectKind("brief", find_briefs)
