"""Finding the essay that an address names."""

from __future__ import annotations

from flask import abort
from flask_login import current_user

from ..permissions import can_see_essay
from .models import Essay, essay_by_slug


def visible_essay(slug: str) -> Essay:
    """Return the essay if the visitor may see it; anything else is no page."""
    essay = essay_by_slug(slug)
    if essay is None or not can_see_essay(current_user, essay):
        abort(404)
    return essay
