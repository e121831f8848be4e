"""Erasing what was tried in a rehearsal, so many rows at a time, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import delete, select

from ..db import db
from ..drafts.models import Draft
from ..events.models import Follow
from ..replies.models import Reply
from ..replies.tags import TAG_NAMES, combination
from ..replies.tallies import count_proposal
from ..replies.writing import count_comments
from ..votes.counting import recount_votes
from ..votes.models import Vote
from .tried import replies_tried, votes_tried

AT_ONCE = 500
"""Rows that one transaction erases, so that nobody waits for long."""

log = structlog.get_logger("forum.rehearsals")


def erase_some(essay_id: int) -> int:
    """Erase at most AT_ONCE of the votes and replies that were tried; return how many."""
    votes = erase_votes(essay_id, AT_ONCE)
    return votes + (erase_replies(essay_id, AT_ONCE - votes) if votes < AT_ONCE else 0)


def erase_votes(essay_id: int, most: int) -> int:
    """Erase so many of the votes that were tried, and count those that stand beside them anew."""
    query = select(Vote.user_id, Vote.reply_id).where(*votes_tried(essay_id))
    found = db.session.execute(query.order_by(Vote.user_id, Vote.reply_id).limit(most)).all()
    for user_id, votes in groupby(found, key=lambda vote: vote.user_id):
        on = Vote.reply_id.in_([vote.reply_id for vote in votes])
        db.session.execute(delete(Vote).where(Vote.user_id == user_id, on))
    recount_votes({vote.reply_id for vote in found})
    return len(found)


def erase_replies(essay_id: int, most: int) -> int:
    """Erase so many of the replies that were tried, comments before what they stand under."""
    columns = (Reply.id, Reply.thread_id, Reply.status, *(getattr(Reply, e) for e in TAG_NAMES))
    query = select(*columns).where(*replies_tried(essay_id))
    order = Reply.thread_id.is_(None), Reply.id.desc()
    found = db.session.execute(query.order_by(*order).limit(most)).all()
    ids = [row.id for row in found]
    forget_places(ids)
    db.session.execute(delete(Reply).where(Reply.id.in_(ids)))
    for thread_id in sorted({row.thread_id for row in found} - {None}):
        count_comments(thread_id)
    for row in found:
        if row.lever is not None and row.status == "visible":
            count_proposal(essay_id, combination(row), -1)
    return len(found)


def forget_places(reply_ids: Sequence[int]) -> None:
    """Forget what names these replies by their number alone, which another may get one day."""
    mine: tuple[Any, ...] = Follow.subject_kind == "reply", Follow.subject_id.in_(reply_ids)
    db.session.execute(delete(Follow).where(*mine))
    places = [f"/replies/{number}/{form}" for number in reply_ids for form in ("comment", "edit")]
    db.session.execute(delete(Draft).where(Draft.place.in_(places)))
