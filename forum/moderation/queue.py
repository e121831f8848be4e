"""The queue: open reviews, the oldest first, page by page; a filter; and who has one before them.

A page costs the same however many reviews are open: it is read off an index from a cursor on, and
the numbers on it are stored. Nothing is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, or_, select, tuple_, update
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db, now
from ..essays.models import Essay
from ..replies.models import Reply, ReplyVersion
from ..replies.reasons import REASON_LABELS, REPORTABLE
from ..replies.reviews import HOLD, WHY_LABELS, Review, Why
from ..replies.tags import LEVER, Lever, in_words
from ..words import differences
from .models import Report
from .quoted import Quotation, quotations_among
from .records import Record, records_of
from .seen import states_of

PAGE = 20
AGES = {"day": timedelta(days=1), "three": timedelta(days=3), "week": timedelta(days=7)}
AGE_LABELS: dict[str, Any] = {
    "day": _l("More than a day"),
    "three": _l("More than three days"),
    "week": _l("More than a week"),
}
COMMENT = "comment"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    """Return the next reviews that the person may decide, and the cursor of the page after."""
    query = open_reviews(chosen, user, after).options(*loads()).limit(most + 1)
    found = list(db.session.scalars(query))
    shown = found[:most]
    return items_of(shown), cursor_after(shown[-1]) if len(found) > most else ""


def open_reviews(chosen: QueueFilter, user: User, after: str) -> Any:
    """Return the query of the list from the cursor on."""
    query = select(Review).where(Review.closed_at.is_(None), *chosen.conditions())
    if user.role not in {"moderator", "admin"}:
        query = query.where(Review.essay_id.in_([each.essay_id for each in user.moderated]))
    if cursor := read_cursor(after):
        opened_at, number = cursor
        later = or_(Review.opened_at > opened_at, Review.id > number)
        query = query.where(and_(Review.opened_at >= opened_at, later))
    return query.order_by(Review.opened_at, Review.id)


def loads() -> tuple[Any, ...]:
    """Return what a page of reviews loads along, in the same query."""
    reply = joinedload(Review.reply, innerjoin=True)
    return (
        reply.joinedload(Reply.author, innerjoin=True),
        reply.joinedload(Reply.essay, innerjoin=True).defer(Essay.body, raiseload=True),
        reply.joinedload(Reply.essay, innerjoin=True).defer(Essay.body_html, raiseload=True),
        reply.joinedload(Reply.thread),
        joinedload(Review.held_by),
    )


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


def latest_notes(reviews: list[Review]) -> dict[int, Report]:
    """Return by reply the latest of its open reports that has a note."""
    latest = (
        select(Report.id)
        .where(Report.reply_id == Review.reply_id, Report.closed_at.is_(None), Report.note != "")
        .order_by(Report.id.desc())
        .limit(1)
        .correlate(Review)
        .scalar_subquery()
    )
    ids = select(latest).where(Review.id.in_([each.id for each in reviews]))
    query = select(Report).where(Report.id.in_(ids)).options(joinedload(Report.reporter))
    return {report.reply_id: report for report in db.session.scalars(query)}


def changes_since(reviews: list[Review]) -> dict[int, dict[str, Markup]]:
    """Return by review what was changed in replies since they were put into the queue."""
    edited = {each.reply_id: each for each in reviews if each.reply.version > each.version}
    if not edited:
        return {}
    wanted = [
        (each.reply_id, number)
        for each in edited.values()
        for number in (each.version, each.reply.version)
    ]
    query = (
        select(ReplyVersion)
        .where(tuple_(ReplyVersion.reply_id, ReplyVersion.version).in_(wanted))
        .order_by(ReplyVersion.version)
    )
    kept: dict[int, list[ReplyVersion]] = {}
    for version in db.session.scalars(query):
        kept.setdefault(version.reply_id, []).append(version)
    return {
        edited[reply_id].id: differences.marked_fields(
            versions[0].content, versions[-1].content, in_words
        )
        for reply_id, versions in kept.items()
    }


def cursor_after(review: Review) -> str:
    """Return the place after a review: its moment in microseconds, and its number."""
    return f"{(review.opened_at - EPOCH) // timedelta(microseconds=1)}-{review.id}"


def read_cursor(written: str) -> tuple[datetime, int] | None:
    """Read a cursor back; nonsense is no cursor."""
    moment, _dash, number = written.partition("-")
    try:
        return EPOCH + timedelta(microseconds=int(moment[:18])), min(int(number[:20]), 2**63 - 1)
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
