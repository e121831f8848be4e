"""Filing a report: one open a person and reply, and none on what was decided as it stands."""

from __future__ import annotations

from sqlalchemy import func, select

from ..accounts.models import User
from ..db import db
from ..replies.models import Reply
from ..replies.reasons import Reason
from ..replies.reviews import Review, Why, open_review
from .acting import act
from .closing_reviews import count_reports
from .decision import Decision
from .kinds import kind_named
from .models import Report


class DecidedAlready(ValueError):
    """A moderator has decided the person's report, and the reply was not edited since."""


def file_report(reply: Reply, by: User, reason: Reason, note: str) -> bool:
    """File a person's report on a reply whose row is held; say False where one is open.

    Where the essay's rules say so, enough reports hide the reply until a moderator has looked.
    Raises DecidedAlready.
    """
    mine = Report.reply_id == reply.id, Report.reporter_id == by.id
    if db.session.scalar(select(Report.id).where(*mine, Report.closed_at.is_(None))) is not None:
        return False
    decided = db.session.scalar(select(func.max(Report.closed_at)).where(*mine))
    if decided is not None and (reply.edited_at is None or reply.edited_at <= decided):
        raise DecidedAlready
    db.session.add(
        Report(
            essay_id=reply.essay_id,
            reply_id=reply.id,
            reporter_id=by.id,
            version=reply.version,
            reason=reason.value,
            note=note,
        )
    )
    db.session.flush()
    review = open_review(reply, Why.REPORTED)
    count_reports(review)
    hide_until_reviewed(reply, review)
    return True


def hide_until_reviewed(reply: Reply, review: Review) -> None:
    """Hide a reply that as many people have reported as the essay's rules name."""
    enough = reply.essay.report_threshold
    if enough is None or review.reports < enough or reply.status != "visible":
        return
    act(kind_named("hide"), reply, Decision(None, Reason(review.main_reason)))
