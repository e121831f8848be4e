"""Opening a discussion, and what is kept of who opened and closed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..accounts.models import User
from ..db import db, now
from .models import Essay, EssayEvent, touch


class WrongState(ValueError):
    """The discussion is not in a state from which this can be done."""


def publish(essay: Essay, by: User | None) -> None:
    """Open a draft to everyone."""
    if essay.state != "draft":
        raise WrongState(f"The discussion is {essay.state}.")
    essay.opened_at = now()
    change_discussion(essay, {"state": "open"}, by, "")


def close(essay: Essay, by: User | None, because: str = "") -> None:
    """Close a discussion as its essay comes in; people close one by moderation's action."""
    change_discussion(essay, {"state": "closed"}, by, because)


def change_discussion(
    essay: Essay, values: Mapping[str, Any], by: User | None, reason: str
) -> None:
    """Give an essay's discussion these values, and keep who opened or closed it by that and why."""
    state, was_over = essay.state, essay.is_over
    for name, value in values.items():
        setattr(essay, name, value)
    if (essay.state, essay.is_over) != (state, was_over):
        kind = "publish" if state == "draft" else "close" if essay.is_over else "reopen"
        db.session.add(
            EssayEvent(essay_id=essay.id, kind=kind, reason=reason, by_id=by.id if by else None)
        )
    db.session.flush()
    touch(essay.id)
    db.session.refresh(essay, ["version"])
