"""Shortlists and their items, drafts of briefs, and briefs as they were published, for ever."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, now, one_of
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.tags import Stance

NAME_LENGTH = 120
NOTE_LENGTH = 2_000
INTRODUCTION_LENGTH = 10_000

QUOTABLE = (Stance.SUPPORT, Stance.CHALLENGE)
"""The stances of comments that can be quoted in a brief."""

SOURCE = """
    (shortlist_id IS NOT NULL AND per_lever IS NULL AND min_voters IS NULL)
    OR (shortlist_id IS NULL AND per_lever IS NOT NULL AND essay_id IS NOT NULL)
"""


class Shortlist(Base):
    """Proposals picked for a brief: of one essay, or of several where it names none."""

    __tablename__ = "shortlists"

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int | None] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    essay: Mapped[Essay | None] = relationship()
    created_by: Mapped[User | None] = relationship()


class ShortlistItem(Base):
    """A proposal on a shortlist, with its votes as they were when it was picked.

    ``version`` belongs to the note alone, so that moving an item disturbs nobody who is writing.
    An item that was taken off keeps its note, and can be put back.
    """

    __tablename__ = "shortlist_items"
    __table_args__ = (
        UniqueConstraint("shortlist_id", "reply_id"),
        Index("ix_shortlist_items_order", "shortlist_id", "position", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlists.id", ondelete="CASCADE"))
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    picked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    picked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    support: Mapped[int]
    oppose: Mapped[int]
    neutral: Mapped[int]
    score: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    reply: Mapped[Reply] = relationship()
    picked_by: Mapped[User | None] = relationship(foreign_keys=[picked_by_id])
    removed_by: Mapped[User | None] = relationship(foreign_keys=[removed_by_id])


class ShortlistQuote(Base):
    """A comment that a facilitator picked to stand beside a proposal: one of each stance."""

    __tablename__ = "shortlist_quotes"
    __table_args__ = (one_of("stance", QUOTABLE),)

    item_id: Mapped[int] = mapped_column(
        ForeignKey("shortlist_items.id", ondelete="CASCADE"), primary_key=True
    )
    stance: Mapped[str] = mapped_column(String(10), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), index=True
    )
    picked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    picked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    comment: Mapped[Reply] = relationship()
    picked_by: Mapped[User | None] = relationship()


class Brief(Base):
    """A brief as it was published. No column of it changes afterwards.

    ``rows`` are the proposals with every field of an export, as its JSON writes them; ``html`` is
    what their Markdown was rendered to, good for as long as ``renderer`` is the present one.
    """

    __tablename__ = "briefs"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    introduction: Mapped[str] = mapped_column(Text, deferred=True)
    language: Mapped[str] = mapped_column(String(5))
    essay_id: Mapped[int | None] = mapped_column(
        ForeignKey("essays.id", ondelete="SET NULL"), index=True
    )
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)
    html: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    renderer: Mapped[str] = mapped_column(String(200))
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON)
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("briefs.id", ondelete="RESTRICT"), unique=True
    )
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)

    essay: Mapped[Essay | None] = relationship()
    published_by: Mapped[User | None] = relationship()
    supersedes: Mapped[Brief | None] = relationship(remote_side=[id])

    @property
    def reference(self) -> str:
        """Its number as people cite it, and as it stands in addresses: 2026-3."""
        return f"{self.year}-{self.number}"


class BriefNumber(Base):
    """The last number given to a brief in a year; its row is the queue in which publishers wait."""

    __tablename__ = "brief_numbers"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class BriefFile(Base):
    """A brief in one format: the bytes that everyone gets, written once, when it was published."""

    __tablename__ = "brief_files"

    brief_id: Mapped[int] = mapped_column(
        ForeignKey("briefs.id", ondelete="RESTRICT"), primary_key=True
    )
    extension: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    mimetype: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


class ErasedFile(Base):
    """A file of a brief that was taken away, because words in it were erased: what it was."""

    __tablename__ = "erased_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    brief_id: Mapped[int] = mapped_column(ForeignKey("briefs.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class BriefQuote(Base):
    """A reply whose words stand in a brief: a proposal, or a comment quoted beside one."""

    __tablename__ = "brief_quotes"

    brief_id: Mapped[int] = mapped_column(
        ForeignKey("briefs.id", ondelete="RESTRICT"), primary_key=True
    )
    reply_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class BriefDraft(Base):
    """A brief in the making: its words, and where its proposals will come from.

    That is a shortlist, or the top ``per_lever`` proposals of each lever of an essay on which at
    least ``min_voters`` people voted. ``brief_id`` is what it was published as.
    """

    __tablename__ = "brief_drafts"
    __table_args__ = (CheckConstraint(SOURCE, name="source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shortlist_id: Mapped[int | None] = mapped_column(
        ForeignKey("shortlists.id", ondelete="CASCADE"), index=True
    )
    essay_id: Mapped[int | None] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), index=True
    )
    per_lever: Mapped[int | None]
    min_voters: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    introduction: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(5), default="en")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("briefs.id", ondelete="RESTRICT"))
    version: Mapped[int] = mapped_column(default=1)
    fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    brief_id: Mapped[int | None] = mapped_column(
        ForeignKey("briefs.id", ondelete="RESTRICT"), unique=True
    )

    shortlist: Mapped[Shortlist | None] = relationship()
    essay: Mapped[Essay | None] = relationship()
    created_by: Mapped[User | None] = relationship()
    supersedes: Mapped[Brief | None] = relationship(foreign_keys=[supersedes_id])
    brief: Mapped[Brief | None] = relationship(foreign_keys=[brief_id])
