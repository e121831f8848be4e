"""Dues that rest on votes which were set aside since they were written: how many of its votes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ScalarSelect, exists, func, or_, select

from ..db import among, db
from ..deals.models import Due
from ..moderation.models import Action
from ..votes.asides import Aside, AsideVote, is_set_aside

GIVEN = func.coalesce(AsideVote.first_at, AsideVote.voted_at)
SET_ASIDE_SINCE = (
    is_set_aside(AsideVote.essay_id, AsideVote.user_id)
    .where(Aside.decided_at >= Due.at)
    .correlate(AsideVote, Due)
)
"""The condition that a vote counted when a due was earned: its owner was set aside afterwards."""
CARRIED_BEFORE = (
    exists()
    .where(
        Action.kind == "merge",
        Action.reply_id == AsideVote.carried_from_id,
        Action.target_id == AsideVote.reply_id,
        Action.at <= Due.at,
    )
    .correlate(AsideVote, Due)
)


def aside_since() -> ScalarSelect[int]:
    """Return of a due how many of the votes by which it came due were set aside since."""
    there = or_(AsideVote.carried_from_id.is_(None), CARRIED_BEFORE)
    return (
        select(func.count())
        .select_from(AsideVote)
        .where(AsideVote.reply_id == Due.reply_id, Due.at >= GIVEN, there, SET_ASIDE_SINCE)
        .correlate(Due)
        .scalar_subquery()
    )


def votes_aside_of(dues: Iterable[Due]) -> dict[int, int]:
    """Return that number for each of these dues of which there is any, by the due."""
    numbers = [due.id for due in dues]
    if not numbers:
        return {}
    query = select(Due.id, aside_since()).where(among(Due.id, numbers, is_walked=False))
    return {due: int(number) for due, number in db.session.execute(query) if number}
