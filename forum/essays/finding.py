"""Finding the essay that an address names."""

from __future__ import annotations

from flask import abort
from flask_login import current_user

from ..permission_answers import NOT_YOURS
from ..permissions import can_see_essay, require
from .models import Essay, essay_by_slug, essay_for_update


def visible_essay(slug: str, lock: bool = False) -> Essay:
    """Return the essay if the visitor may see it, locked if asked; anything else is no page.

    Whose role would show it, had they a second factor, is led to where that is set up.
    """
    essay = essay_by_slug(slug)
    if essay is not None and lock:
        essay = essay_for_update(essay.id)
    may = can_see_essay(current_user, essay) if essay is not None else NOT_YOURS
    if may.set_up:
        require(may)
    if essay is None or not may:
        abort(404)
    return essay
