"""What the forum tells a person about a decision: on what they wrote, reported or published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, func, insert, literal, select, union, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, one_of
from ..replies.models import Reply
from ..web.pager import NewestFirst, newest_first
from .action_kind import ActionKind, Told
from .models import Action, Report
from .quoted import quotations_of


class Notice(Base):
    """One decision told to one person; what it says is read off the action."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("about", ("yours", "report", "quoted")),
        Index("ix_notices_user", "user_id", "id"),
        Index("ix_notices_action", "action_id"),
        Index(
            "ix_notices_unread",
            "user_id",
            sqlite_where=sql("read_at IS NULL"),
            postgresql_where=sql("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    about: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    action: Mapped[Action] = relationship()


def tell(kind: ActionKind, action: Action) -> None:
    """Tell of an action, or of its undoing, whomever its kind names."""
    for each in kind.tells:
        TELLING[each](action)


def tell_author(action: Action) -> None:
    """Tell the person acted upon, unless it was their own doing."""
    if action.user_id is not None and action.user_id != action.by_id:
        db.session.add(
            Notice(user_id=action.user_id, action_id=action.id, about="yours", at=action.at)
        )


def tell_waiting_author(action: Action) -> None:
    """Tell the author whose reply this shows, or after all does not."""
    if "status" in action.after:
        tell_author(action)


def tell_reporters(action: Action) -> None:
    """Tell everyone whose report the action decided what came of it; and everyone who was told of
    an earlier decision on the same reply, so that what they read last is what holds."""
    decided = select(Report.reporter_id).where(Report.action_id == action.id)
    told = (
        select(Notice.user_id)
        .join(Action, Action.id == Notice.action_id)
        .where(Action.reply_id == action.reply_id, Notice.about == "report")
    )
    row = (User.id, literal(action.id), literal("report"), literal(action.at, UtcDateTime))
    whom = select(*row).where(User.id.in_(union(decided, told)), User.id != action.by_id)
    columns = ["user_id", "action_id", "about", "at"]
    db.session.execute(insert(Notice).from_select(columns, whom, include_defaults=False))


def tell_quoters(action: Action) -> None:
    """Tell whoever published something that quotes the reply, unless it was their own doing."""
    quotations = quotations_of(action.reply_id) if action.reply_id else []
    for user_id in sorted({each.by_id for each in quotations if each.by_id} - {action.by_id}):
        db.session.add(Notice(user_id=user_id, action_id=action.id, about="quoted", at=action.at))


TELLING = {
    Told.AUTHOR: tell_author,
    Told.WAITING_AUTHOR: tell_waiting_author,
    Told.REPORTERS: tell_reporters,
    Told.QUOTERS: tell_quoters,
}


def notices_of(user: User, before: int | None) -> NewestFirst[Notice]:
    """Return a page of what a person was told."""
    action = joinedload(Notice.action, innerjoin=True)
    query = (
        select(Notice)
        .where(Notice.user_id == user.id)
        .options(
            action.joinedload(Action.reply).joinedload(Reply.thread),
            action.joinedload(Action.essay),
            action.joinedload(Action.undoes),
        )
    )
    return newest_first(query, Notice.id, before)


def unread_by(user: User) -> int:
    """Return how many notices a person has not marked as read."""
    if not user.is_authenticated:
        return 0
    query = select(func.count()).where(Notice.user_id == user.id, Notice.read_at.is_(None))
    return db.session.scalar(query) or 0


def mark_read(user: User, until: int) -> None:
    """Take the notices up to this one as read."""
    mine = Notice.user_id == user.id, Notice.read_at.is_(None), Notice.id <= until
    db.session.execute(update(Notice).where(*mine).values(read_at=now()))
