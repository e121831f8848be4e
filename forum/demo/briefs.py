"""The shortlists of the demo, and the brief that its facilitator published of one of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ..accounts.models import User
from ..briefs.finishing import finish
from ..briefs.freezing import freeze
from ..briefs.models import BriefDraft, Shortlist
from ..briefs.publishing import publish, start_draft
from ..briefs.shortlisting import annotate, pick, start_shortlist
from ..briefs.shortlists import order_of
from ..db import db
from ..essays.models import essay_by_slug
from ..replies.models import Reply


def add_shortlists(given: list[dict[str, Any]], facilitator: User) -> list[BriefDraft]:
    """Add the shortlists with their notes; return the drafts of the briefs made of them."""
    drafts = []
    for words in given:
        essay = essay_by_slug(words["essay"]) if "essay" in words else None
        shortlist, _new = start_shortlist(facilitator, words["name"], essay)
        add_items(shortlist, words["items"], facilitator)
        if "brief" in words:
            drafts.append(start_draft(facilitator, words["brief"], shortlist, essay, None))
    return drafts


def add_items(shortlist: Shortlist, given: list[dict[str, str]], facilitator: User) -> None:
    """Pick the proposals of these titles, with a note on each."""
    for words in given:
        titled = select(Reply).where(Reply.title == words["title"], Reply.status == "visible")
        counted = titled.execution_options(populate_existing=True)  # votes were counted by SQL
        pick(shortlist, db.session.scalars(counted).one(), facilitator)
        db.session.flush()
        annotate(order_of(shortlist)[-1], words["note"], version=1)
        db.session.flush()


def publish_all(drafts: list[BriefDraft], facilitator: User) -> None:
    """Publish the drafts as anyone would who has just read them, and commit.

    They are read from the database as others see it, so it must hold the discussions already.
    """
    for draft in drafts:
        brief = publish(draft, facilitator, freeze(draft).mark(draft))
        finish(brief)
