"""The one blueprint that the pages of moderation share."""

from __future__ import annotations

from flask import Blueprint, session

from ..models import Action, action_by_id

bp = Blueprint("moderation", __name__)

LAST = "last_action"


def remember(action: Action) -> None:
    """Keep which action this browser took last, so that the next page can offer to undo it."""
    session[LAST] = action.id


def last_action() -> Action | None:
    """Return the action that this browser took last, with what it was about."""
    number = session.get(LAST)
    return action_by_id(number) if isinstance(number, int) else None


def forget() -> None:
    """Offer no more to undo the last action."""
    session.pop(LAST, None)
