"""The rules of a deal that are looked at when a discussion closes, once a closing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..db import db, now
from ..essays.models import Essay, touched
from ..replies.models import Reply
from ..replies.tags import LEVER
from .holding import before_votes, end_hold, held
from .models import Deal, deal_of
from .writing_dues import supported, took_sides, undue, write_due


def closed_at(essay: Essay) -> datetime:
    """Return when a discussion that is over closed: at its date, or now where a person did it."""
    by_date = essay.closes_at is not None and essay.closes_at <= now() and essay.state == "open"
    return essay.closes_at if by_date and essay.closes_at else now()


def settle(essay: Essay) -> None:
    """End the holds of a discussion that is over and apply the rules for its closing.

    Its held proposals and then its own row are locked. Again it does nothing.
    """
    deal = deal_of(essay)
    if deal is None or essay.settled_at is not None or not essay.is_over:
        return
    moment = closed_at(essay)
    for reply in held(essay.id):
        before_votes(reply)
        end_hold(reply)
    db.session.flush()
    for reply, rule in met_at_closing(essay, deal):
        write_due(reply, deal, rule, moment)
    essay.settled_at = moment
    touched(essay)


def met_at_closing(essay: Essay, deal: Deal) -> Iterator[tuple[Reply, str]]:
    """Yield the proposals that meet a rule for the closing and have no due yet, and which rule."""
    here = select(Reply).where(undue(essay.id)).options(joinedload(Reply.essay))
    if deal.at_closing and deal.bound is not None:
        supports = here.where(supported(deal.bound, deal.voters)).order_by(Reply.id)
        yield from ((reply, "closing") for reply in db.session.scalars(supports).all())
    for lever in LEVER.values if deal.top_per_lever else ():
        yield from ((reply, "top") for reply in first_of(essay, deal, lever.value))


def first_of(essay: Essay, deal: Deal, lever: str) -> list[Reply]:
    """Return the first proposals of a lever, in the order of lists, that have no due yet.

    Those that have one count among the first all the same.
    """
    counted = Reply.support + Reply.oppose + Reply.neutral
    first = (
        select(Reply.id)
        .where(
            Reply.essay_id == essay.id,
            Reply.lever == lever,
            Reply.status == "visible",
            Reply.support > 0,
            counted >= deal.voters,
            took_sides(),
        )
        .order_by(Reply.top.desc(), Reply.id.desc())
        .limit(deal.top_per_lever)
    )
    ids = db.session.scalars(first).all()
    left = select(Reply).where(Reply.id.in_(ids), undue(essay.id)).order_by(Reply.id)
    return list(db.session.scalars(left.options(joinedload(Reply.essay))))
