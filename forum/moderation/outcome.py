"""What merging one proposal into another would come to, told before it is done."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from ..db import db
from ..replies.models import Reply
from ..votes.carrying import Carriage, carriage


@dataclass(frozen=True)
class MergeOutcome:
    """Votes before and after, and the comments that would move."""

    votes: Carriage
    comments: int
    """How many comments would move, those not shown among them."""
    not_shown: int
    merged_before: int
    """How many proposals were merged into the one that is to be merged."""


def outcome(source: Reply, target: Reply) -> MergeOutcome:
    """Count what would move; nothing is changed."""
    under = select(func.count()).where(Reply.thread_id == source.id)
    comments = db.session.scalar(under) or 0
    shown = db.session.scalar(under.where(Reply.status == "visible")) or 0
    earlier = select(func.count()).where(Reply.merged_into_id == source.id)
    return MergeOutcome(
        carriage(source, target), comments, comments - shown, db.session.scalar(earlier) or 0
    )
