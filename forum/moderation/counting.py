"""The numbers stored with open reviews, compared with the reports that they are counted from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from ..db import db
from ..replies.models import Reply
from ..replies.reasons import REPORTABLE
from ..replies.reviews import Review
from ..votes.counters import Counter, Drift, lock_replies
from .closing_reviews import count_reports
from .models import Report


def check_reviews(reply_ids: Sequence[int]) -> list[Drift]:
    """Compare the open reviews of these replies with their open reports."""
    open_reports = (
        select(Report.reply_id, Report.reason, func.count())
        .where(Report.reply_id.in_(reply_ids), Report.closed_at.is_(None))
        .group_by(Report.reply_id, Report.reason)
    )
    counted: dict[int, dict[str, int]] = {}
    for reply_id, reason, number in db.session.execute(open_reports):
        counted.setdefault(reply_id, {})[reason] = int(number)
    reviews = select(Review).where(Review.reply_id.in_(reply_ids), Review.closed_at.is_(None))
    return [
        wrong
        for review in db.session.scalars(reviews.execution_options(populate_existing=True))
        for wrong in compared(review, counted.get(review.reply_id, {}))
    ]


def compared(review: Review, numbers: dict[str, int]) -> Iterable[Drift]:
    """Yield the numbers of one review that are wrong."""
    true = {"reports": sum(numbers.values())}
    true |= {reason.value: numbers.get(reason.value, 0) for reason in REPORTABLE}
    for column, number in true.items():
        stored = getattr(review, column)
        if stored != number:
            yield Drift("reviews", review.reply_id, column, stored, number, review.essay_id)


def mend_reviews(drifts: Iterable[Drift]) -> None:
    """Count the open reports of these replies anew."""
    ids = {drift.key for drift in drifts}
    reviews = select(Review).where(Review.reply_id.in_(ids), Review.closed_at.is_(None))
    for review in db.session.scalars(reviews):
        count_reports(review)


REPORTS = Counter("Reports in the queue", Reply, lock_replies, check_reviews, mend_reviews)
