"""Who had written something when something happened, in words that are shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from ..events.models import Event
from .models import Reply


def commenters(event: Event) -> Select[Any]:
    """Return who had commented under the reply; of anything else, who wrote in its discussion."""
    if event.subject_kind != "reply":
        return essay_writers(event)
    return written(event).where(Reply.thread_id == event.subject_id)


def essay_writers(event: Event) -> Select[Any]:
    """Return who had written something in the discussion of the essay."""
    return written(event).where(Reply.essay_id == event.essay_id)


def written(event: Event) -> Select[Any]:
    """Return the query of the authors of what was shown by then."""
    shown = Reply.status == "visible", Reply.created_at <= event.at
    return select(Reply.author_id).where(*shown)
