"""A decision closes what waited for it: the open review and the reports; undoing opens them."""

from __future__ import annotations

from sqlalchemy import func, select, update

from ..db import db
from ..replies.models import Reply
from ..replies.reasons import REPORTABLE
from ..replies.reviews import Review, follow, review_of
from .models import Action, Report


def settle(reply: Reply, action: Action) -> None:
    """Close the reply's open reports and review by this decision."""
    db.session.execute(
        update(Report)
        .where(Report.reply_id == reply.id, Report.closed_at.is_(None))
        .values(closed_at=action.at, action_id=action.id)
    )
    review = review_of(reply)
    if review is not None:
        review.closed_at = action.at
        review.waited = max(0, round((action.at - review.opened_at).total_seconds()))
        review.action_id = action.id
        review.held_by_id = review.held_until = None
        db.session.flush()


def reopen(reply: Reply, action: Action) -> None:
    """Open again what the action closed, except where there is a newer one of the same kind.

    The reply may have got another lever or essay since, which only open reviews follow.
    """
    newer = (
        select(Report.reporter_id)
        .where(Report.reply_id == reply.id, Report.closed_at.is_(None))
        .scalar_subquery()
    )
    db.session.execute(
        update(Report)
        .where(Report.action_id == action.id, Report.reporter_id.not_in(newer))
        .values(closed_at=None, action_id=None)
        .execution_options(synchronize_session=False)
    )
    review = review_of(reply)
    if review is None:
        closed = select(Review).where(Review.action_id == action.id)
        review = db.session.scalar(closed.execution_options(populate_existing=True))
        if review is None:
            return
        review.closed_at = review.waited = review.action_id = None
    count_reports(review)
    follow(reply)


def count_reports(review: Review) -> None:
    """Count the open reports of the reply from their rows, in all and by reason."""
    query = (
        select(Report.reason, func.count())
        .where(Report.reply_id == review.reply_id, Report.closed_at.is_(None))
        .group_by(Report.reason)
    )
    counted = {str(reason): int(number) for reason, number in db.session.execute(query)}
    for reason in REPORTABLE:
        setattr(review, reason.value, counted.get(reason.value, 0))
    review.reports = sum(counted.values())
    db.session.flush()
