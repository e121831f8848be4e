"""Answers and their editions, which stay as they were published; drafts, promises and verdicts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..bodies.models import Body
from ..briefs.models import Brief
from ..db import Base, UtcDateTime, now, one_of
from ..replies.indexes import pointer_index
from ..replies.models import Reply
from ..replies.tags import Lever
from .statuses import AnswerStatus, DeclineReason

SENTENCE_LENGTH = 200
REASONS_LENGTH = 10_000
CHANGE_LENGTH = 1_000
COST_LENGTH = 300
WHAT_LENGTH = 300
WHO_LENGTH = 120
NOTE_LENGTH = 1_000
PLACE_LENGTH = 200
LINKS_MOST = 10
TEXTS = ("sentence", "reasons", "change_mind", "cost")
"""What an edition says in each language of the site; an empty one is still to come."""

OF_ONE = "(reply_id IS NULL) <> (brief_id IS NULL)"
STEPS = ("kept", "withdrawn", "reopened")


def once(name: str, table: str, target: str, while_open: str = "") -> Index:
    """Return the index that lets a body have one row for a reply, or for a brief."""
    there = text(f"{target} IS NOT NULL{while_open}")
    columns = ("body_id", target)
    return Index(
        f"ix_{table}_{name}", *columns, unique=True, sqlite_where=there, postgresql_where=there
    )


class OfficialAnswer(Base):
    """What one body says to one proposal, question or brief.

    The words stand in its editions. ``edition`` is the number of the newest, ``status`` what that
    one says (none where it takes the answer back), ``settled_at`` since when the answer discharges
    what is due (none while it does not).
    """

    __tablename__ = "answers"
    __table_args__ = (
        CheckConstraint(OF_ONE, name="of_one"),
        one_of("status", AnswerStatus),
        once("body_reply", "answers", "reply_id"),
        once("body_brief", "answers", "brief_id"),
        Index("ix_answers_settled", "settled_at"),
        pointer_index("answers", "reply_id"),
        pointer_index("answers", "brief_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    brief_id: Mapped[int | None] = mapped_column(ForeignKey("briefs.id"))
    edition: Mapped[int] = mapped_column(default=0)
    status: Mapped[str | None] = mapped_column(String(20))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    body: Mapped[Body] = relationship()
    reply: Mapped[Reply | None] = relationship()
    brief: Mapped[Brief | None] = relationship()
    editions: Mapped[list[AnswerEdition]] = relationship(
        order_by="AnswerEdition.number", back_populates="answer"
    )
    promises: Mapped[list[Promise]] = relationship(
        order_by="Promise.by_on, Promise.id", back_populates="answer"
    )

    @property
    def newest(self) -> AnswerEdition:
        """The edition that is shown; the rest are a click away."""
        return self.editions[-1]

    @property
    def is_taken_back(self) -> bool:
        """Whether the body has taken its answer back."""
        return self.status is None


class AnswerEdition(Base):
    """An answer as it was published at one moment, by one hand; the database keeps it as it is.

    ``words`` holds the texts of ``TEXTS`` by language. ``reply_version`` is the version of the
    text that it answers, ``brief_sha256`` the checksum of the brief. What a facilitator heard has
    ``said_on``, ``said_at`` and ``said_source`` until the body confirms it by an edition of its
    own. ``may_say`` counts those who could say, when it was published, whether it is an answer.
    """

    __tablename__ = "answer_editions"
    __table_args__ = (
        UniqueConstraint("answer_id", "number"),
        one_of("status", AnswerStatus),
        one_of("reason", DeclineReason),
        one_of("lever", Lever),
        CheckConstraint("taken_back = (status IS NULL)", name="taken_back"),
        CheckConstraint("status <> 'declined' OR reason IS NOT NULL", name="declined"),
        CheckConstraint("(status = 'not_ours') = (passed_to_id IS NOT NULL)", name="passed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    status: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    reason: Mapped[str | None] = mapped_column(String(20))
    lever: Mapped[str | None] = mapped_column(String(12))
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    reply_version: Mapped[int | None]
    brief_sha256: Mapped[str | None] = mapped_column(String(64))
    passed_to_id: Mapped[int | None] = mapped_column(ForeignKey("bodies.id"))
    said_on: Mapped[date | None] = mapped_column(Date)
    said_at: Mapped[str] = mapped_column(String(PLACE_LENGTH), default="")
    said_source: Mapped[str] = mapped_column(Text, default="")
    taken_back: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    may_say: Mapped[int] = mapped_column(default=0)

    answer: Mapped[OfficialAnswer] = relationship(back_populates="editions")
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    drafted_by: Mapped[User | None] = relationship(foreign_keys=[drafted_by_id])
    passed_to: Mapped[Body | None] = relationship()

    @property
    def is_said_aloud(self) -> bool:
        """Whether a facilitator heard it, and the body has not confirmed it."""
        return self.said_on is not None

    def text(self, name: str, language: str) -> tuple[str, str]:
        """Return one of its texts and the language it is in: the one asked for, if it has it."""
        for each in (language, *self.words):
            if said := self.words.get(each, {}).get(name, ""):
                return said, each
        return "", language

    def is_to_come(self, language: str) -> bool:
        """Whether its words in this language are still to come."""
        return not self.taken_back and not self.words.get(language, {}).get("sentence")


class Handover(Base):
    """A body has taken over what another said is not its own; the first day stays."""

    __tablename__ = "handovers"

    answer_id: Mapped[int] = mapped_column(
        ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True
    )
    edition: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class AnswerDraft(Base):
    """An answer being written: one for each body and what it answers, until it is published.

    ``asked`` says that whoever wrote it wants a colleague to publish it. A draft that was published
    names its answer and holds no words any more, so that a second sending finds where it went.
    """

    __tablename__ = "answer_drafts"
    __table_args__ = (
        CheckConstraint(OF_ONE, name="of_one"),
        once("body_reply", "answer_drafts", "reply_id", " AND answer_id IS NULL"),
        once("body_brief", "answer_drafts", "brief_id", " AND answer_id IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    brief_id: Mapped[int | None] = mapped_column(ForeignKey("briefs.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    asked: Mapped[bool] = mapped_column(default=False)
    reply_version: Mapped[int | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"))

    body: Mapped[Body] = relationship()
    reply: Mapped[Reply | None] = relationship()
    brief: Mapped[Brief | None] = relationship()
    by: Mapped[User | None] = relationship()


class Promise(Base):
    """What an answer commits to: what, who, by which day. What came of it stands in its steps."""

    __tablename__ = "promises"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)
    edition: Mapped[int]
    what: Mapped[str] = mapped_column(String(WHAT_LENGTH))
    who: Mapped[str] = mapped_column(String(WHO_LENGTH), default="")
    by_on: Mapped[date] = mapped_column(Date, index=True)
    language: Mapped[str] = mapped_column(String(5))
    answer: Mapped[OfficialAnswer] = relationship(back_populates="promises")
    steps: Mapped[list[PromiseStep]] = relationship(order_by="PromiseStep.id")


class PromiseStep(Base):
    """What the body says came of a promise: kept on a day, withdrawn, or open again."""

    __tablename__ = "promise_steps"
    __table_args__ = (one_of("kind", STEPS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(
        ForeignKey("promises.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    on: Mapped[date] = mapped_column("on_day", Date)
    evidence: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
