"""What moderators need to know of authors: how much they wrote, and how often action was needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ..accounts.models import User
from ..db import db
from ..replies.models import STATUSES, Reply
from .action_kind import UNDO
from .kinds import KINDS
from .models import Action

MOST = 500
"""So many replies of one status are counted of one author; beyond it a record says "at least"."""


@dataclass(frozen=True)
class Record:
    """An author's replies, those hidden now, and the warnings and suspensions still in force."""

    replies: int = 0
    hidden: int = 0
    warned: int = 0
    suspended: int = 0
    many: bool = False
    """Whether there may be more replies than were counted."""

    @property
    def hidden_said(self) -> str:
        """The replies hidden now, in figures: with a plus where there may be more."""
        return f"{self.hidden}+" if self.hidden == MOST else str(self.hidden)


def records_of(user_ids: Iterable[int]) -> dict[int, Record]:
    """Return the records of these people: two queries, however much they wrote."""
    ids = set(user_ids)
    numbers = written_by(ids)
    undoing = aliased(Action)
    undone = select(undoing.id).where(undoing.undoes_id == Action.id, undoing.kind == UNDO)
    counted = {kind.name: kind.counted_as for kind in KINDS if kind.counted_as}
    acted = (
        select(Action.user_id, Action.kind, func.count())
        .where(Action.user_id.in_(ids), Action.kind.in_(tuple(counted)), ~undone.exists())
        .group_by(Action.user_id, Action.kind)
    )
    for user_id, kind, number in db.session.execute(acted):
        numbers[user_id or 0][counted[kind]] = int(number)
    return {
        each: Record(
            sum(found[status] for status in STATUSES),
            found["hidden"],
            found.get("warned", 0),
            found.get("suspended", 0),
            many=max(found[status] for status in STATUSES) == MOST,
        )
        for each, found in numbers.items()
    }


def written_by(ids: set[int]) -> dict[int, dict[str, int]]:
    """Return how many replies of each status these people have, read off the index and no further
    than ``MOST``: what a page of the queue costs does not grow with what its authors wrote."""
    counts = [
        select(func.count())
        .select_from(
            select(Reply.id)
            .where(Reply.author_id == User.id, Reply.status == status)
            .limit(MOST)
            .correlate(User)
            .subquery()
        )
        .scalar_subquery()
        .label(status)
        for status in STATUSES
    ]
    rows = db.session.execute(select(User.id, *counts).where(User.id.in_(ids)))
    return {number: dict(zip(STATUSES, counted, strict=True)) for number, *counted in rows}
