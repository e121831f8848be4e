"""The queue: open reviews in one of three orders, page by page; and who has one before them.

A page costs the same however many reviews are open: it is read off an index from a cursor on, and
the numbers on its rows are stored.
"""

from __future__ import annotations

<<<<<<< HEAD
=======
from collections.abc import Mapping, Sequence
>>>>>>> main
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db, now
from ..essays.models import Essay
<<<<<<< HEAD
from ..replies.models import Reply
from ..replies.reviews import HOLD, Review
from .queue_filter import QueueFilter, QueueOrder
=======
from ..replies.models import Reply, ReplyVersion
from ..replies.reasons import REASON_LABELS, REPORTABLE
from ..replies.reviews import HOLD, WHY_LABELS, Review, Why
from ..replies.tags import LEVER, Lever, in_words
from ..words import differences
from .models import Report
from .quoted import Quotation, quotations_among
from .records import Record, records_of
from .seen import states_of
>>>>>>> main

PAGE = 50
FAR = 1_000
"""So many reviews before one are counted; beyond it a place in the queue is not said."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEIGHTS: dict[QueueOrder, Any] = {
    QueueOrder.MOST: Review.reports,
    QueueOrder.GRAVEST: Review.severity,
}
"""What comes before age in the orders that put the weightiest first."""


<<<<<<< HEAD
def page_of(chosen: QueueFilter, user: User, after: str) -> tuple[list[Review], str]:
=======
@dataclass(frozen=True)
class QueueFilter:
    """Which reviews; an empty part leaves nothing out."""

    why: str = ""
    reason: str = ""
    essay: str = ""
    lever: str = ""
    age: str = ""

    @classmethod
    def from_query(cls, args: Mapping[str, str]) -> Self:
        """Read a query string; what is not known is left out."""
        known: dict[str, set[str]] = {
            "why": set(Why),
            "reason": set(REPORTABLE),
            "lever": {*Lever, COMMENT},
            "age": set(AGES),
        }
        found = {name: args.get(name, "") for name in known}
        kept = {name: value for name, value in found.items() if value in known[name]}
        return cls(**kept, essay=args.get("essay", "")[:80])

    def query(self) -> dict[str, str]:
        """Return the filter as a query string's fields."""
        return {name: value for name, value in vars(self).items() if value}

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as a WHERE."""
        found: list[ColumnElement[bool]] = []
        if self.why:
            found.append(Review.why == self.why)
        if self.reason:
            found.append(getattr(Review, self.reason) > 0)
        if self.essay:
            slug = select(Essay.id).where(Essay.slug == self.essay).scalar_subquery()
            found.append(Review.essay_id == slug)
        if self.lever:
            found.append(Review.lever == ("" if self.lever == COMMENT else self.lever))
        if self.age:
            found.append(Review.opened_at < now() - AGES[self.age])
        return found


def choices(essays: list[Any]) -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """Return what can be chosen: by the filter's part, its heading and its values with words."""
    return [
        ("why", _("Kind"), [(why.value, WHY_LABELS[why]) for why in Why]),
        ("reason", _("Reason"), [(each.value, REASON_LABELS[each]) for each in REPORTABLE]),
        ("essay", _("Essay"), [(slug, title) for _number, slug, title in essays]),
        (LEVER.name, LEVER.heading, [*LEVER.choices(), (COMMENT, _("None: a comment"))]),
        ("age", _("Waiting"), list(AGE_LABELS.items())),
    ]


@dataclass(frozen=True)
class Item:
    """One review as the queue shows it."""

    review: Review
    reply: Reply
    record: Record
    changes: dict[str, Markup]
    """What its author changed since the review was opened, marked, by field."""
    noted: Report | None
    """The latest report that says more than its reason."""
    state: str = ""
    """The state of the case as it is shown."""
    quotations: Sequence[Quotation] = ()
    """What quotes the reply, and would be left without its words if it were hidden."""


def items(chosen: QueueFilter, user: User, after: str, most: int = PAGE) -> tuple[list[Item], str]:
>>>>>>> main
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


def within(user: User) -> list[ColumnElement[bool]]:
    """Return the discussions whose reviews the person may decide: all, or those they moderate."""
    if user.role in {"moderator", "admin"}:
        return []
    return [Review.essay_id.in_([each.essay_id for each in user.moderated])]


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


<<<<<<< HEAD
def place_of(review: Review, chosen: QueueFilter) -> Place:
    """Return the place just after a review in an order."""
    weight = WEIGHTS.get(chosen.order)
    number = 0 if weight is None else int(getattr(review, weight.key))
    return Place(review.opened_at, review.id, number)
=======
def items_of(reviews: list[Review]) -> list[Item]:
    """Return reviews with their authors' records and what changed since they were opened."""
    records = records_of(review.reply.author_id for review in reviews)
    changes, noted = changes_since(reviews), latest_notes(reviews)
    states = states_of([review.reply for review in reviews])
    quotations = quotations_among([review.reply_id for review in reviews])
    return [
        Item(
            each,
            each.reply,
            records[each.reply.author_id],
            changes.get(each.id, {}),
            noted.get(each.reply_id),
            states[each.reply_id],
            quotations[each.reply_id],
        )
        for each in reviews
    ]
>>>>>>> main


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
