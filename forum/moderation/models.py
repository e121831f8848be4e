"""Readers' reports, and what moderators did: a log to which rows are added and never changed.

Triggers in both databases refuse to change or delete an action; only what it points at may be
forgotten when that is deleted, which is why the names that the log shows are copied into it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now
from ..essays.models import Essay
from ..replies.indexes import pointer_index
from ..replies.models import Reply

NOTE_LENGTH = 1_000
SUBJECT_LENGTH = 200


class Action(Base):
    """What was done, to what, why, when and by whom; ``before`` and ``after`` hold what it changed.

    ``user_id`` is the person acted upon: of a reply its author. Without ``by_id`` and ``by_name``
    the forum itself acted, as when many reports hide a reply. ``subject`` is the reply's title or
    first words, or the person's name: for moderators only, since the reply may be hidden.
    ``target_id`` is the other reply that it concerns: of a merge, the successor.
    """

    __tablename__ = "actions"
    __table_args__ = (
        Index("ix_actions_reply", "reply_id", "id"),
        Index("ix_actions_essay", "essay_id", "id"),
        Index("ix_actions_kind", "kind", "id"),
        Index("ix_actions_user", "user_id", "kind"),
        pointer_index("actions", "target_id"),
        Index("ix_actions_at", "at"),
        Index(
            "ix_actions_undone_once",
            "undoes_id",
            unique=True,
            sqlite_where=text("kind = 'undo'"),
            postgresql_where=text("kind = 'undo'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    private_note: Mapped[str] = mapped_column(Text, default="")
    essay_id: Mapped[int | None] = mapped_column(ForeignKey("essays.id", ondelete="SET NULL"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="SET NULL"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH), default="")
    essay_title: Mapped[str] = mapped_column(String(200), default="")
    by_name: Mapped[str] = mapped_column(String(50), default="")
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    essay: Mapped[Essay | None] = relationship()
    reply: Mapped[Reply | None] = relationship(foreign_keys=[reply_id])
    target: Mapped[Reply | None] = relationship(foreign_keys=[target_id])
    undoes: Mapped[Action | None] = relationship(remote_side=[id])


class Report(Base):
    """A reader's flag on a reply, open until a moderator has decided."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (action_id IS NULL)", name="closed"),
        Index(
            "ix_reports_open_once",
            "reply_id",
            "reporter_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_reports_noted",
            "reply_id",
            "id",
            sqlite_where=text("closed_at IS NULL AND note <> ''"),
            postgresql_where=text("closed_at IS NULL AND note <> ''"),
        ),
        Index("ix_reports_decided", "action_id"),
        Index("ix_reports_reply", "reply_id", "reporter_id", "closed_at"),
        Index("ix_reports_reporter", "reporter_id", "action_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    reply: Mapped[Reply] = relationship()
    reporter: Mapped[User] = relationship()


class NothingToDo(ValueError):
    """All is already as the action would make it, or the action is not for this."""


def action_by_id(action_id: int) -> Action | None:
    """Return an action with the chain of those it undoes."""
    loads = joinedload(Action.undoes).joinedload(Action.undoes)
    return db.session.get(Action, action_id, options=[loads])


def actions_by_ids(ids: Sequence[int]) -> list[Action]:
    """Return these actions in the order in which they were done, each with those it undoes."""
    loads = joinedload(Action.undoes).joinedload(Action.undoes)
    query = select(Action).where(Action.id.in_(ids)).options(loads)
    return list(db.session.scalars(query.order_by(Action.id)))


def actions_on(reply: Reply) -> list[Action]:
    """Return what moderators did to a reply, the first action first."""
    return list(db.session.scalars(done_to(), {"reply": reply.id}))


@cache
def done_to() -> Select[Action]:
    """Return that as a query, made once."""
    return (
        select(Action)
        .where(Action.reply_id == bindparam("reply"))
        .options(joinedload(Action.by), joinedload(Action.undoes))
        .order_by(Action.id)
    )
