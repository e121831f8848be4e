"""What moderators need to know of authors: how much they wrote, and how often action was needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ..db import db
from ..replies.models import Reply
from .models import Action


@dataclass(frozen=True)
class Record:
    """An author's replies, those hidden now, and the warnings and suspensions still in force."""

    replies: int = 0
    hidden: int = 0
    warned: int = 0
    suspended: int = 0


def records_of(user_ids: Iterable[int]) -> dict[int, Record]:
    """Return the records of these people, in two queries however many they are."""
    ids = set(user_ids)
    numbers: dict[int, dict[str, int]] = {each: {} for each in ids}
    written = select(Reply.author_id, Reply.status, func.count()).where(Reply.author_id.in_(ids))
    for author_id, status, number in db.session.execute(
        written.group_by(Reply.author_id, Reply.status)
    ):
        numbers[author_id][status] = int(number)
    undoing = aliased(Action)
    undone = select(undoing.id).where(undoing.undoes_id == Action.id, undoing.kind == "undo")
    acted = (
        select(Action.user_id, Action.kind, func.count())
        .where(Action.user_id.in_(ids), Action.kind.in_(["warn", "suspend"]), ~undone.exists())
        .group_by(Action.user_id, Action.kind)
    )
    for user_id, kind, number in db.session.execute(acted):
        numbers[user_id or 0][kind] = int(number)
    return {
        each: Record(
            sum(found.get(status, 0) for status in ("visible", "hidden", "waiting", "merged")),
            found.get("hidden", 0), found.get("warn", 0), found.get("suspend", 0),
        )
        for each, found in numbers.items()
    }  # fmt: skip
