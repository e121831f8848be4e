"""Who moderates the discussion in which something happened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from ..accounts.models import Moderator, User
from ..events.models import Event


def moderators(event: Event) -> Select[Any]:
    """Return who moderates there, by their role or because they were made to, and may act."""
    here = Moderator.user_id == User.id, Moderator.essay_id == event.essay_id
    made = select(Moderator.user_id).where(*here, Moderator.since <= event.at).exists()
    free = or_(User.suspended_until.is_(None), User.suspended_until <= event.at)
    return select(User.id).where(or_(User.role.in_(("moderator", "admin")), made), free)
