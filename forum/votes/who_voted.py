"""Who had voted when something happened. A vote follows its proposal without a row more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from ..events.models import Event
from .asides import AsideVote
from .models import Vote

THEN = func.coalesce(Vote.first_at, Vote.voted_at)
"""When the person first voted there; of votes of before that was kept, when they last did."""


def voters(event: Event) -> Select[Any]:
    """Return who had voted on the proposal; of anything else, who had in its discussion."""
    if event.subject_kind != "reply":
        return essay_voters(event)
    here = Vote.reply_id == event.subject_id
    return select(Vote.user_id).where(here, event.at >= THEN)


def essay_voters(event: Event) -> Select[Any]:
    """Return who had voted on a proposal of the essay."""
    return select(Vote.user_id).where(Vote.essay_id == event.essay_id, event.at >= THEN)


def voters_aside(event: Event) -> Select[Any]:
    """Return whose votes, on the proposal or else in its discussion, were given by then and are set
    aside: they are told what came of what they judged, and may appeal."""
    is_reply = event.subject_kind == "reply"
    column = AsideVote.reply_id if is_reply else AsideVote.essay_id
    here = column == (event.subject_id if is_reply else event.essay_id)
    then = func.coalesce(AsideVote.first_at, AsideVote.voted_at)
    return select(AsideVote.user_id).where(here, event.at >= then)
