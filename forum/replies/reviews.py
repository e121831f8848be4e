"""A reply that waits for a moderator's look: at most one open review each, with stored counts.

A review is opened when a reply is reported, is written where replies wait, or is changed by its
author while it is hidden; a moderator's decision closes it. The list of open reviews is read off an
index, and its numbers are counted from the reports' rows when one comes in, never on a page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, TextClause, select, text, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, one_of
from ..essays.models import Essay
from ..events.recording import record
from ..web.dates import day_of
from .announcing import announce
from .models import Reply
from .reasons import REPORTABLE
from .writing import Content, set_status, write_reply

HOLD = timedelta(minutes=10)
"""How long a moderator who looks at a review has it to themselves."""


class Why(StrEnum):
    """Why a reply stands in the queue."""

    REPORTED = "reported"
    WAITING = "waiting"
    APPEAL = "appeal"


WHY_LABELS: dict[Why, Any] = {
    Why.REPORTED: _l("Reported"),
    Why.WAITING: _l("Waiting"),
    Why.APPEAL: _l("Appealed"),
}
"""The same in one word, for lists."""

TARGETS = {
    Why.REPORTED: timedelta(hours=24),
    Why.WAITING: timedelta(hours=12),
    Why.APPEAL: timedelta(hours=48),
}
"""How soon a moderator should decide."""


def open_index(name: str, *columns: str | TextClause, where: str = "") -> Index:
    """Return an index from which a list of open reviews is read off, the oldest first."""
    still = text("closed_at IS NULL" + where)
    return Index(
        f"ix_reviews_{name}",
        *columns,
        "opened_at",
        "id",
        sqlite_where=still,
        postgresql_where=still,
    )


class Review(Base):
    """What moderators are to look at, since when, until when, and who has it before them.

    ``version`` is that of the reply when the review was opened; ``lever`` is the reply's own, empty
    for a comment, and follows it, as ``essay_id`` does.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        one_of("why", Why),
        CheckConstraint("(closed_at IS NULL) = (waited IS NULL)", name="closed"),
        Index(
            "ix_reviews_open_once",
            "reply_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_reviews_reply", "reply_id", "closed_at"),
        Index("ix_reviews_closed", "closed_at"),
        open_index("oldest"),
        open_index("why", "why"),
        open_index("essay", "essay_id"),
        open_index("lever", "lever"),
        *(open_index(reason.value, where=f" AND {reason.value} > 0") for reason in REPORTABLE),
        open_index("most", text("reports DESC")),
        open_index("gravest", text("severity DESC")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    lever: Mapped[str] = mapped_column(String(12), default="")
    why: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waited: Mapped[int | None]
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reports: Mapped[int] = mapped_column(default=0)
    off_topic: Mapped[int] = mapped_column(default=0)
    spam: Mapped[int] = mapped_column(default=0)
    abuse: Mapped[int] = mapped_column(default=0)
    personal: Mapped[int] = mapped_column(default=0)
    duplicate: Mapped[int] = mapped_column(default=0)
    other: Mapped[int] = mapped_column(default=0)
    severity: Mapped[int] = mapped_column(default=0)
    """How grave the gravest of the reports' reasons is, as SEVERITY says."""
    reply: Mapped[Reply] = relationship()
    held_by: Mapped[User | None] = relationship()

    @property
    def is_late(self) -> bool:
        """Whether the time to decide has passed."""
        return now() > self.due_at

    @property
    def by_reason(self) -> dict[str, int]:
        """How many reports give each reason, the most frequent first."""
        numbers = {reason.value: getattr(self, reason.value) for reason in REPORTABLE}
        return {name: n for name, n in sorted(numbers.items(), key=lambda each: -each[1]) if n}

    @property
    def main_reason(self) -> str:
        """The reason that most reports give; empty where there are none."""
        return next(iter(self.by_reason), "")

    def holder(self, user: User) -> User | None:
        """Return the other moderator who is looking at it now."""
        held = self.held_until is not None and now() < self.held_until
        return self.held_by if held and self.held_by_id != user.id else None


def open_review(reply: Reply, why: Why, since: int | None = None) -> Review:
    """Return the reply's open review, opened now where there is none; the reply's row is held.

    ``since`` is the version from which on moderators are shown what changed: else the present one.
    """
    review = review_of(reply)
    if review is None:
        moment = now()
        review = Review(
            essay_id=reply.essay_id,
            reply_id=reply.id,
            lever=reply.lever or "",
            why=why.value,
            version=since or reply.version,
            opened_at=moment,
            due_at=moment + TARGETS[why],
        )
        db.session.add(review)
        db.session.flush()
        tell_moderators(reply)
    return review


def tell_moderators(reply: Reply) -> None:
    """Record that something waits, once a day for each discussion."""
    day = day_of(now())
    record(
        "waiting",
        ("essay", reply.essay_id),
        essay_id=reply.essay_id,
        key=f"waiting:{reply.essay_id}:{day}",
    )


def review_of(reply: Reply) -> Review | None:
    """Return the reply's open review, with whoever holds it."""
    query = select(Review).where(Review.reply_id == reply.id, Review.closed_at.is_(None))
    return db.session.scalar(query.execution_options(populate_existing=True))


def close_unread(reply: Reply) -> None:
    """Take a reply that waits out of the queue undecided, unless somebody reported it before."""
    review = review_of(reply)
    if review is not None and review.why == Why.WAITING and not review.reports:
        review.closed_at = now()
        review.waited = max(0, round((review.closed_at - review.opened_at).total_seconds()))
        review.held_by_id = review.held_until = None


def look_due(reply: Reply) -> datetime | None:
    """Return when a moderator should have looked at the reply; none where nobody is to look."""
    review = review_of(reply)
    return review.due_at if review else None


def send_reply(
    essay: Essay, author: User, content: Content, parent: Reply | None = None, at_once: bool = True
) -> tuple[Reply, bool]:
    """Add a reply, shown ``at_once`` or waiting for a moderator; say whether it is new."""
    status = "visible" if at_once else "waiting"
    reply, new = write_reply(essay, author, content, parent, status)
    if new and at_once:
        announce(reply)
    elif new:
        open_review(reply, Why.WAITING)
    return reply, new


def look_again(reply: Reply, at_once: bool) -> None:
    """Ask moderators to look at a reply that its author changed, where that is called for.

    A hidden reply's change is an appeal. Where replies wait (``at_once`` is false), so does a
    changed one. A reply that waits already keeps its place in the queue.
    """
    follow(reply)
    if reply.status == "hidden":
        open_review(reply, Why.APPEAL, since=reply.version - 1)
    elif reply.status == "visible" and not at_once:
        set_status(reply, "waiting")
        open_review(reply, Why.WAITING, since=reply.version - 1)
    elif reply.status == "waiting":
        open_review(reply, Why.WAITING)


def follow(reply: Reply, with_thread: bool = False) -> None:
    """Keep what open reviews know of a reply, and of its comments, true after it changed."""
    still = update(Review).where(Review.closed_at.is_(None))
    known = {"lever": reply.lever or "", "essay_id": reply.essay_id}
    db.session.execute(still.where(Review.reply_id == reply.id).values(known))
    if with_thread:
        comments = select(Reply.id).where(Reply.thread_id == reply.id)
        there = still.where(Review.reply_id.in_(comments))
        db.session.execute(there.values(essay_id=reply.essay_id))
