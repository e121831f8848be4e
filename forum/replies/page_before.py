"""Leafing back: a page begins after a cursor, and this finds the cursor of the page before it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from ..db import db
from ..essays.models import Essay
from .cursors import Cursor
from .filters import LOOKED, Filter
from .listing import ORDERS, PAGE, Card, listed, since, value_of
from .looking import is_named, is_read_off
from .models import Reply
from .tallies import tallied


def page_before(chosen: Filter, essay_id: int | None, after: Cursor, first: int) -> str:
    """Return where the page before this one begins; nothing where that is the first page,
    or where what fits the filter would have to be looked for (see looking.py).

    ``first`` is how many places of the order the first page takes. Like a page itself it costs the
    same wherever in the list it stands, but for the equals of one proposal, which are counted.
    """
    shown = after.shown - PAGE
    if shown < first:
        return ""
    is_near = is_read_off(chosen, chosen.order) or is_named(chosen, essay_id)
    if not is_near and sum(tallied(essay_id).values()) > LOOKED:
        return ""  # it could be any number of proposals away
    score, tie = ORDERS[chosen.order]
    rows = db.session.execute(
        listed(chosen, essay_id, chosen.order, None)
        .where(since(chosen.order, value_of(after, chosen.order), after.tie))
        .order_by(None)
        .order_by(score, tie)
        .limit(PAGE + 1)
    ).all()
    if len(rows) <= PAGE:
        return ""
    last = Card._make(rows[-1])
    return str(
        Cursor.after(
            last, chosen.order, shown, max(shown - equals_above(chosen, essay_id, last), 1)
        )
    )


def equals_above(chosen: Filter, essay_id: int | None, card: Card) -> int:
    """Return how many proposals of the list share the card's score and stand above it."""
    score, tie = ORDERS[chosen.order]
    value: Any = getattr(card, score.key)
    query = (
        select(func.count())
        .select_from(Reply)
        .where(*chosen.conditions(essay_id), score == value, tie > getattr(card, tie.key))
    )
    if essay_id is None:
        query = query.join(Essay, Essay.id == Reply.essay_id).where(Essay.state != "draft")
    return int(db.session.scalar(query) or 0)
