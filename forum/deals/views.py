"""The deal of a discussion for everyone: its terms, its versions, and what came due by it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ..essays.finding import visible_essay
from ..web.dates import end_of, today
from ..web.page_cache import kept_page
from ..web.page_notes import changes_at
from ..web.page_versions import PageScope
from .models import deals_of, dues_of

bp = Blueprint("deals", __name__)


@bp.get("/essays/<slug:slug>/deal")
@kept_page(PageScope.ESSAY)
def deal(slug: str) -> ResponseReturnValue:
    """Show who answers what by when, what it was before, and every answer that is due."""
    essay = visible_essay(slug)
    changes_at(end_of(today()))
    return render_template(
        "deals/deal.html",
        essay=essay,
        versions=deals_of(essay.id),
        dues=dues_of(essay.id),
        today=today(),
    )
