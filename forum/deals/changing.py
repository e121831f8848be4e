"""Fixing the deal of a discussion, and changing it: a new version each time, none replaced."""

from __future__ import annotations

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay, touched
from .models import Deal, latest_deal
from .terms import COLUMNS, Terms


def set_deal(essay: Essay, terms: Terms, by: User | None, because: str = "") -> Deal | None:
    """Give a discussion whose row is held these terms, as a new version of its deal.

    Return nothing where they are those in force. Raises BadTerms. What is changed once it is open
    goes through moderation's action, so that the public log says so with its reason.
    """
    terms = terms.checked()
    before = latest_deal(essay.id)
    if Terms.of(before) == terms:
        return None
    deal = Deal(
        essay_id=essay.id,
        version=before.version + 1 if before else 1,
        because=because,
        by_id=by.id if by else None,
        bodies=[each.row(position) for position, each in enumerate(terms.bodies)],
        **{name: getattr(terms, name) for name in COLUMNS},
    )
    db.session.add(deal)
    db.session.flush()
    essay.deal_version = deal.version if deal.promises else None
    touched(essay)
    return deal
