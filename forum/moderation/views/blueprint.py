"""The one blueprint that the pages of moderation share, and what each remembers between two."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, session

from ..action_kind import ActionKind
from ..cases import undone_among
from ..forms import ActionForm
from ..models import Action, actions_by_ids
from ..seen import state_of

bp = Blueprint("moderation", __name__)

LAST = "last_actions"


def remember(*actions: Action) -> None:
    """Keep what this browser did last, at once, so that the next page can offer to undo it."""
    session[LAST] = [action.id for action in actions]


def last_actions() -> list[Action]:
    """Return what this browser did last, unless it is undone, with what it was about."""
    if not (numbers := session.get(LAST)):
        return []
    found = actions_by_ids(numbers)
    undone = undone_among(found)
    return [action for action in found if action.id not in undone]


def forget() -> None:
    """Offer no more to undo the last actions."""
    session.pop(LAST, None)


def overtaken(form: ActionForm, subject: Any, kind: ActionKind) -> None:
    """Let a form whose case changed be sent again as it now is, or all the same."""
    form.state.data = state_of(subject)
    form.anyway_to = request.path if kind.possible(subject) else ""
