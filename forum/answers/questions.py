"""Questions put to a body: comments of stance ``question`` that a facilitator raised."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ..accounts.models import User
from ..bodies.models import Body
from ..db import Base, UtcDateTime, db, now, upsert
from ..replies.models import Reply
from .models import OfficialAnswer


class RaisedQuestion(Base):
    """A comment of stance ``question`` that a facilitator put to a body."""

    __tablename__ = "raised_questions"

    reply_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True
    )
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), primary_key=True, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    reply: Mapped[Reply] = relationship()
    body: Mapped[Body] = relationship()
    by: Mapped[User | None] = relationship()


def raise_question(reply: Reply, body: Body, by: User) -> bool:
    """Put a held question to a body; say whether it was not put to it before."""
    row = upsert(RaisedQuestion).values(reply_id=reply.id, body_id=body.id, by_id=by.id, at=now())
    once = row.on_conflict_do_nothing().returning(RaisedQuestion.reply_id)
    return db.session.execute(once).first() is not None


def is_raised(reply: Reply, body: Body) -> bool:
    """Say whether the question was put to this body."""
    return db.session.get(RaisedQuestion, (reply.id, body.id)) is not None


def questions_to(body: Body) -> list[RaisedQuestion]:
    """Return the questions that the body has not answered yet and that readers see."""
    answered = select(OfficialAnswer.reply_id).where(
        OfficialAnswer.body_id == body.id, OfficialAnswer.settled_at.is_not(None)
    )
    query = (
        select(RaisedQuestion)
        .join(Reply, Reply.id == RaisedQuestion.reply_id)
        .where(RaisedQuestion.body_id == body.id, Reply.status == "visible")
        .where(RaisedQuestion.reply_id.not_in(answered.where(OfficialAnswer.reply_id.is_not(None))))
        .options(joinedload(RaisedQuestion.reply), joinedload(RaisedQuestion.by))
        .order_by(RaisedQuestion.at)
    )
    return list(db.session.scalars(query))


def raised_under(thread: Reply) -> dict[int, list[RaisedQuestion]]:
    """Return the questions raised under a proposal, by comment."""
    query = (
        select(RaisedQuestion)
        .join(Reply, Reply.id == RaisedQuestion.reply_id)
        .where(Reply.thread_id == thread.id)
        .options(joinedload(RaisedQuestion.body))
    )
    found: dict[int, list[RaisedQuestion]] = {}
    for each in db.session.scalars(query):
        found.setdefault(each.reply_id, []).append(each)
    return found
