"""Leafing back: a page begins after a cursor, and this finds the cursor of the page before it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from ..db import db
from ..essays.models import Essay
from .cursors import Cursor, score_of
from .filters import LOOKED, Filter
from .listing import PAGE, Card, listed
from .looking import is_read_off
from .models import Reply
from .orders import ORDERS, place_of, read_in_turn, stretch
from .tallies import tallied


def page_before(chosen: Filter, essay_id: int | None, after: Cursor, first: int) -> str:
    """Return where the page before this one begins; nothing where that is the first page,
    or where what fits the filter would have to be looked for (see looking.py).

    ``first`` is how many places of the order the first page takes. Like a page itself it costs the
    same wherever in the list it stands, but where the page before ends with other equals than this
    one begins with: those are counted, and where they are too many it is as where they would have
    to be looked for.
    """
    shown = after.shown - PAGE
    if shown < first:
        return ""
    is_near = is_read_off(chosen, chosen.order) or chosen.is_named(essay_id)
    if not is_near and sum(tallied(essay_id).values()) > LOOKED:
        return ""  # it could be any number of proposals away
    score, tie = ORDERS[chosen.order]
    back = listed(chosen, essay_id, chosen.order).order_by(None).order_by(score, tie)
    rows = read_in_turn(
        reversed(stretch(chosen.order, last=place_of(after, chosen.order))),
        PAGE + 1,
        lambda part, left: db.session.execute(back.where(part).limit(left)).all(),
    )
    if len(rows) <= PAGE:
        return ""
    last = Card._make(rows[-1])
    if after.rank and score_of(last, chosen.order) == after.score:
        return str(Cursor.after(last, chosen.order, shown, after.rank))
    equals = equals_above(chosen, essay_id, last)
    if equals > LOOKED:
        return ""
    return str(Cursor.after(last, chosen.order, shown, max(shown - equals, 1)))


def equals_above(chosen: Filter, essay_id: int | None, card: Card) -> int:
    """Return how many proposals of the list share the card's score and stand above it, as far as
    one more than a page looks among."""
    score, tie = ORDERS[chosen.order]
    value: Any = getattr(card, score.key)
    above = score == value, tie > getattr(card, tie.key)
    query = select(Reply.id).where(*chosen.conditions(essay_id), *above).limit(LOOKED + 1)
    if essay_id is None:
        query = query.join(Essay, Essay.id == Reply.essay_id).where(Essay.state != "draft")
    return int(db.session.scalar(select(func.count()).select_from(query.subquery())) or 0)
