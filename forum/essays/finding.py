"""Finding the essay that an address names."""

from __future__ import annotations

from flask import abort
from flask_login import current_user

from ..permissions import can_see_essay
from .models import Essay, essay_by_slug, essay_for_update


def visible_essay(slug: str, lock: bool = False) -> Essay:
    """Return the essay if the visitor may see it, locked if asked; anything else is no page."""
    essay = essay_by_slug(slug)
    if essay is not None and lock:
        essay = essay_for_update(essay.id)
    if essay is None or not can_see_essay(current_user, essay):
        abort(404)
    return essay
