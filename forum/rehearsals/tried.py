"""What was tried in a rehearsal: whatever those who came have written and voted in the draft."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, union

from ..accounts.models import Rehearser
from ..db import db
from ..replies.models import Reply
from ..votes.models import Vote


@dataclass(frozen=True)
class Tried:
    """How much was tried, and by how many of those who came."""

    proposals: int
    comments: int
    votes: int
    people: int


def tried_in(essay_id: int) -> Tried:
    """Count what was tried in the discussion of an essay and is not erased yet."""
    replies, votes = replies_tried(essay_id), votes_tried(essay_id)
    wrote = select(func.count(Reply.lever), func.count()).where(*replies)
    proposals, written = db.session.execute(wrote).one()
    voted = db.session.scalar(select(func.count()).select_from(Vote).where(*votes)) or 0
    hands = union(select(Reply.author_id).where(*replies), select(Vote.user_id).where(*votes))
    people = db.session.scalar(select(func.count()).select_from(hands.subquery())) or 0
    return Tried(proposals, written - proposals, voted, people)


def replies_tried(essay_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a reply was tried."""
    return Reply.essay_id == essay_id, Reply.author_id.in_(came_to(essay_id))


def votes_tried(essay_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a vote was tried."""
    return Vote.essay_id == essay_id, Vote.user_id.in_(came_to(essay_id))


def came_to(essay_id: int) -> Select[int]:
    """Return the query of the numbers of those who came."""
    return select(Rehearser.user_id).where(Rehearser.essay_id == essay_id)
