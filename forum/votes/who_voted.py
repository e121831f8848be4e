"""Who had voted when something happened. A vote follows its proposal without a row more.

It does so where it is set aside too: whoever gave it is told what came of what they judged.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, func, select, union

from ..events.models import Event
from .asides import AsideVote
from .models import Vote

THEN = func.coalesce(Vote.first_at, Vote.voted_at)
"""When the person first voted there; of votes of before that was kept, when they last did."""


def voters(event: Event) -> CompoundSelect[Any]:
    """Return who had voted on the proposal; of anything else, who had in its discussion."""
    if event.subject_kind != "reply":
        return essay_voters(event)
    return who_said(
        event, Vote.reply_id == event.subject_id, AsideVote.reply_id == event.subject_id
    )


def essay_voters(event: Event) -> CompoundSelect[Any]:
    """Return who had voted on a proposal of the essay."""
    return who_said(event, Vote.essay_id == event.essay_id, AsideVote.essay_id == event.essay_id)


def who_said(
    event: Event, votes: ColumnElement[bool], asides: ColumnElement[bool]
) -> CompoundSelect[Any]:
    """Return whose votes, counted or set aside, are of before the event."""
    then = func.coalesce(AsideVote.first_at, AsideVote.voted_at)
    return union(
        select(Vote.user_id).where(votes, event.at >= THEN),
        select(AsideVote.user_id).where(asides, event.at >= then),
    )
