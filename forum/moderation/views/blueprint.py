"""The one blueprint that the pages of moderation share, and what each remembers between two."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, session

from ..action_kind import ActionKind
from ..forms import ActionForm
from ..models import Action, action_by_id
from ..seen import state_of

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


def overtaken(form: ActionForm, subject: Any, kind: ActionKind) -> None:
    """Let a form whose case changed be sent again as it now is, or all the same."""
    form.state.data = state_of(subject)
    form.anyway_to = request.path if kind.possible(subject) else ""
