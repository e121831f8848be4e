"""The queue: open reviews in one of three orders, page by page; and who has one before them.

A page costs the same however many reviews are open: it is read off an index from a cursor on, and
the numbers on its rows are stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db, now
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.reviews import HOLD, Review
from .queue_filter import QueueFilter, QueueOrder

PAGE = 50
FAR = 1_000
"""So many reviews before one are counted; beyond it a place in the queue is not said."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEIGHTS: dict[QueueOrder, Any] = {
    QueueOrder.MOST: Review.reports,
    QueueOrder.GRAVEST: Review.severity,
}
"""What comes before age in the orders that put the weightiest first."""


def page_of(chosen: QueueFilter, user: User, after: str) -> tuple[list[Review], str]:
    """Return the next reviews that the person may decide, and the cursor of the page after."""
    query = open_reviews(chosen, user, after).options(*loads()).limit(PAGE + 1)
    found = list(db.session.scalars(query))
    shown = found[:PAGE]
    return shown, cursor_after(shown[-1], chosen) if len(found) > PAGE else ""


def open_reviews(chosen: QueueFilter, user: User, after: str = "") -> Any:
    """Return the query of the list from the cursor on."""
    query = select(Review).where(*standing(chosen, user))
    weight = WEIGHTS.get(chosen.order)
    if cursor := read_cursor(after):
        query = query.where(*beyond(cursor, weight))
    first = () if weight is None else (weight.desc(),)
    return query.order_by(*first, Review.opened_at, Review.id)


def standing(chosen: QueueFilter, user: User) -> list[ColumnElement[bool]]:
    """Return which reviews stand in the person's queue behind a filter."""
    return [Review.closed_at.is_(None), *within(user), *chosen.conditions()]


def decides_everywhere(user: User) -> bool:
    """Say whether the person decides reviews of all discussions, and not only of some."""
    return user.role in {"moderator", "admin"}


def within(user: User) -> list[ColumnElement[bool]]:
    """Return the discussions whose reviews the person may decide: all, or those they moderate."""
    if decides_everywhere(user):
        return []
    return [Review.essay_id.in_(user.moderated_essays)]


@dataclass(frozen=True)
class Place:
    """A place in the queue: just after a review."""

    opened_at: datetime
    number: int
    weight: int = 0


def beyond(place: Place, weight: Any) -> list[ColumnElement[bool]]:
    """Return what comes after a place, in the form that an index can be entered by."""
    older = Review.opened_at >= place.opened_at
    later = or_(Review.opened_at > place.opened_at, Review.id > place.number)
    if weight is None:
        return [older, later]
    same = and_(weight == place.weight, older, later)
    return [weight <= place.weight, or_(weight < place.weight, same)]


def before(place: Place, weight: Any) -> list[ColumnElement[bool]]:
    """Return what comes before a place."""
    younger = Review.opened_at <= place.opened_at
    earlier = or_(Review.opened_at < place.opened_at, Review.id < place.number)
    if weight is None:
        return [younger, earlier]
    same = and_(weight == place.weight, younger, earlier)
    return [weight >= place.weight, or_(weight > place.weight, same)]


def next_open(chosen: QueueFilter, user: User, after: str) -> Review | None:
    """Return the review to go on with: the next that no colleague has, else the first such."""
    free = or_(Review.held_by_id.is_(None), Review.held_by_id == user.id, Review.held_until < now())
    theirs = select(Reply.id).where(Reply.id == Review.reply_id, Reply.author_id == user.id)
    others = ~theirs.correlate(Review).exists()
    for cursor in dict.fromkeys((after, "")):
        query = open_reviews(chosen, user, cursor).where(free, others).limit(1)
        if (found := db.session.scalar(query)) is not None:
            return found
    return None


def neighbours(chosen: QueueFilter, user: User, review: Review) -> tuple[int, Any, Any]:
    """Return how many reviews come before one, and the numbers of the replies on either side.

    A review further in than ``FAR`` has no number: -1.
    """
    weight = WEIGHTS.get(chosen.order)
    place = place_of(review, chosen)
    here = (*standing(chosen, user), *before(place, weight))
    counted = select(func.count()).select_from(
        select(Review.id).where(*here).limit(FAR + 1).subquery()
    )
    last = () if weight is None else (weight.asc(),)
    back = select(Review.reply_id).where(*here)
    back = back.order_by(*last, Review.opened_at.desc(), Review.id.desc()).limit(1)
    on = open_reviews(chosen, user, cursor_after(review, chosen)).with_only_columns(Review.reply_id)
    number = db.session.scalar(counted) or 0
    sides = db.session.scalar(back), db.session.scalar(on.limit(1))
    return (number if number <= FAR else -1, *sides)


def loads() -> tuple[Any, ...]:
    """Return what a page of reviews loads along, in the same query."""
    reply = joinedload(Review.reply, innerjoin=True)
    return (
        reply.joinedload(Reply.author, innerjoin=True),
        reply.joinedload(Reply.essay, innerjoin=True).defer(Essay.body, raiseload=True),
        reply.joinedload(Reply.essay, innerjoin=True).defer(Essay.body_html, raiseload=True),
        joinedload(Review.held_by),
    )


def place_of(review: Review, chosen: QueueFilter) -> Place:
    """Return the place just after a review in an order."""
    weight = WEIGHTS.get(chosen.order)
    number = 0 if weight is None else int(getattr(review, weight.key))
    return Place(review.opened_at, review.id, number)


def cursor_after(review: Review, chosen: QueueFilter) -> str:
    """Write that place down: its moment in microseconds, its number, and what weighs more."""
    place = place_of(review, chosen)
    moment = (place.opened_at - EPOCH) // timedelta(microseconds=1)
    return f"{moment}-{place.number}" + (f"-{place.weight}" if chosen.order in WEIGHTS else "")


def read_cursor(written: str) -> Place | None:
    """Read a place back; nonsense is none."""
    moment, _dash, rest = written.partition("-")
    number, _dash, weight = rest.partition("-")
    try:
        opened_at = EPOCH + timedelta(microseconds=int(moment[:18]))
        numbers = (min(int(each[:20]), 2**63 - 1) for each in (number, weight or "0"))
        return Place(opened_at, *numbers)
    except (ValueError, OverflowError):
        return None


def hold(review: Review, user: User, take_over: bool = False) -> bool:
    """Take a review for some minutes; say False where another moderator has it."""
    mine = or_(Review.held_by_id.is_(None), Review.held_by_id == user.id, Review.held_until < now())
    taken = update(Review).where(Review.id == review.id, Review.closed_at.is_(None))
    taken = taken if take_over else taken.where(mine)
    values = {"held_by_id": user.id, "held_until": now() + HOLD}
    result = db.session.execute(taken.values(values).returning(Review.id))
    return result.scalar() is not None


def release(review: Review, user: User) -> None:
    """Put a review back that one holds."""
    mine = update(Review).where(Review.id == review.id, Review.held_by_id == user.id)
    db.session.execute(mine.values(held_by_id=None, held_until=None))
