"""Finding the essay that an address names."""

from __future__ import annotations

from flask import abort
from flask_login import current_user
from sqlalchemy.orm import defer

from ..db import db
from ..permission_answers import NOT_YOURS
from ..permissions import can_see_essay, require
from ..web.site_values import held_of_site
from .models import BY_SLUG, Essay, essay_by_slug, essay_for_update


def visible_essay(slug: str, lock: bool = False) -> Essay:
    """Return the essay if the visitor may see it, locked if asked; anything else is no page.

    Whose role would show it, had they a second factor, is led to where that is set up.
    """
    essay = essay_by_slug(slug)
    if essay is not None and lock:
        essay = essay_for_update(essay.id)
    return shown(essay)


def essay_to_read(slug: str) -> Essay:
    """Return the same for a page that only reads it: as the process holds it, of no session."""
    return shown(held_of_site(("essay", slug), lambda: read(slug)))


def shown(essay: Essay | None) -> Essay:
    """Return the essay, if there is one that the visitor may see."""
    may = can_see_essay(current_user, essay) if essay is not None else NOT_YOURS
    if may.set_up:
        require(may)
    if essay is None or not may:
        abort(404)
    return essay


def read(slug: str) -> Essay | None:
    """Return the essay with what its pages show, loaded whole and out of the session."""
    essay = essay_by_slug(slug, TO_READ)
    if essay is not None:
        db.session.expunge(essay)
    return essay


TO_READ = BY_SLUG.options(
    defer(Essay.body, raiseload=True),
    defer(Essay.search, raiseload=True),
    defer(Essay.version, raiseload=True),
)
"""Without what no page of it shows; its version rises with replies, and the site's does not."""
