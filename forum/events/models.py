"""Events, the notices made from them, who follows what, and how each person wants to be told."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UtcDateTime, now, one_of

THINGS = ("reply", "essay", "brief", "body", "person", "site")
"""What an event can be about, or followed."""

Thing = tuple[str, int]
"""One thing: what kind of thing it is, and its number; of the site, which is one, nought."""


class Rhythm(StrEnum):
    """When a person gets a letter about news of a kind; SITE is none but here, NEVER not at all."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    SITE = "site"
    NEVER = "never"


BY_LETTER = (Rhythm.AT_ONCE, Rhythm.DAILY, Rhythm.WEEKLY)


class Event(Base):
    """Something that happened to a thing, and how far its audience has been told.

    ``part_id`` is the number of what it is about: a comment, an action, an answer, as its kind
    knows. ``facts`` are codes, numbers and dates, never people's words. ``key`` names what happens
    once. The audience is that of ``at``; no letter leaves before ``letters_from``. The worker has
    told the audience up to part ``audience_part`` and person ``audience_user``; ``told_at`` is when
    it was through.
    """

    __tablename__ = "events"
    __table_args__ = (
        one_of("subject_kind", THINGS),
        Index("ix_events_subject", "subject_kind", "subject_id", "id"),
        Index("ix_events_kind", "kind", "at"),
        Index(
            "ix_events_untold",
            "id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject_kind: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int]
    part_id: Mapped[int | None]
    essay_id: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    letters_from: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    key: Mapped[str | None] = mapped_column(String(100), unique=True)
    audience_part: Mapped[int] = mapped_column(default=0)
    audience_user: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def subject(self) -> Thing:
        """What it happened to."""
        return self.subject_kind, self.subject_id


class Notice(Base):
    """One event told to one person; with a ``rhythm``, one letter is to tell it (``mailed_at``)."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("rhythm", BY_LETTER),
        UniqueConstraint("event_id", "user_id"),
        Index("ix_notices_user", "user_id", "id"),
        Index(
            "ix_notices_unread",
            "user_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notices_read_at",
            "read_at",
            sqlite_where=text("read_at IS NOT NULL"),
            postgresql_where=text("read_at IS NOT NULL"),
        ),
        Index(
            "ix_notices_to_mail",
            "user_id",
            "rhythm",
            sqlite_where=text("rhythm IS NOT NULL AND mailed_at IS NULL"),
            postgresql_where=text("rhythm IS NOT NULL AND mailed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rhythm: Mapped[str | None] = mapped_column(String(10))
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event: Mapped[Event] = relationship()


class Follow(Base):
    """A person asked to be told of a thing without having taken part, or not to be told any more.

    Whoever votes, proposes or comments follows without a row. Of an essay one lever alone can be
    followed; empty stands for all.
    """

    __tablename__ = "follows"
    __table_args__ = (
        one_of("subject_kind", THINGS),
        Index("ix_follows_subject", "subject_kind", "subject_id", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    subject_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    lever: Mapped[str] = mapped_column(String(12), primary_key=True, default="")
    wanted: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Preference(Base):
    """How a person wants to be told of news on a topic, where that is not as usual."""

    __tablename__ = "preferences"
    __table_args__ = (one_of("rhythm", Rhythm),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(10))
