"""Fixing the deal of a discussion, and changing it: a new version each time, none replaced."""

from __future__ import annotations

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay, touched
from ..replies.models import Reply
from .holding import after_votes, before_votes, end_hold, held, hold_rule
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
    replies = held(essay.id)
    for reply in replies:
        before_votes(reply)
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
    for reply in replies:
        hold_anew(reply, is_stricter(terms, before))
    return deal


def is_stricter(terms: Terms, before: Deal | None) -> bool:
    """Say whether votes that met the bound of before need not have met this one."""
    if before is None or before.bound is None or terms.bound is None:
        return True
    return terms.bound > before.bound or terms.voters > before.voters


def hold_anew(reply: Reply, stricter: bool) -> None:
    """Let a held proposal be held under other terms: from now on where they ask for more."""
    if stricter:
        end_hold(reply)
    after_votes(reply, hold_rule(reply), reply)
