"""Replies on one table: proposals (with a lever) and comments (without), and all their versions.

The columns ``support`` to ``comments`` are counts made from rows, and ``top`` to ``contested``
scores made from counts (see votes/ranking.py); ``flask recount`` rebuilds them all.
"""

from __future__ import annotations

import secrets
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
    UniqueConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from ..accounts.models import User
from ..database.known_rows import WholeRow
from ..database.prepared import Prepared
from ..db import Base, UtcDateTime, db, now, one_of
from ..essays.models import LONG, Essay
from .indexes import list_indexes, pointer_index
from .room_counts import RoomCounts
from .tags import LEVER, STANCE, TAG_NAMES, TAGS

TITLE_LENGTH = 120
BODY_LENGTH = 10_000
TRADE_OFF_LENGTH = 300
EVIDENCE_MOST = 10
STATUSES = ("visible", "hidden", "waiting", "merged", "withdrawn")
DRAW = 2**31

PROPOSAL = f"""
    ({" AND ".join(f"{name} IS NULL" for name in (*TAG_NAMES, "title", "trade_off"))})
    OR ({" AND ".join(f"{name} IS NOT NULL" for name in (LEVER.name, "title"))}
        AND stance IS NULL AND parent_id IS NULL)
"""

COMMENTS = text("lever IS NULL AND thread_id IS NULL")
"""What is a comment on the essay itself."""


class Reply(RoomCounts, Base):
    """What a reader answered with, as it stands now.

    A proposal that was merged points to its successor (``merged_into_id``); a comment that a merge
    moved keeps the proposal under which it was written (``origin_id``). ``tags_fixed`` says that a
    moderator decided what it is and how it is tagged, so that its author's edits leave that alone.
    ``assumed`` names the tags whose value may be one that the form once had chosen beforehand.
    Its text is as it is since the version ``text_since``; ``earlier`` votes were given to one
    before, ``carried`` ones to a proposal that was merged into this one.
    """

    __tablename__ = "replies"
    __table_args__ = (
        CheckConstraint(PROPOSAL, name="proposal"),
        *(one_of(tag.name, [v.value for v in tag.listed]) for tag in (*TAGS, STANCE) if tag.listed),
        one_of("status", STATUSES),
        CheckConstraint("(parent_id IS NULL) = (thread_id IS NULL)", name="thread"),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged"),
        UniqueConstraint("author_id", "fingerprint"),
        Index(
            "ix_replies_source",
            "author_id",
            "source",
            unique=True,
            sqlite_where=text("source IS NOT NULL"),
            postgresql_where=text("source IS NOT NULL"),
        ),
        Index("ix_replies_thread", "thread_id", "status", "id"),
        Index("ix_replies_author", "author_id", "status", "id"),
        Index("ix_replies_created_at", "created_at"),
        *(
            pointer_index("replies", column)
            for column in ("merged_into_id", "origin_id", "held_since")
        ),
        *list_indexes(),
        Index(
            "ix_replies_comments_essay",
            "essay_id",
            "status",
            "created_at",
            "id",
            sqlite_where=COMMENTS,
            postgresql_where=COMMENTS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), index=True
    )
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))

    lever: Mapped[str | None] = mapped_column(String(12))
    title: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    excerpt: Mapped[str] = mapped_column(Text)
    renderer: Mapped[str] = mapped_column(String(200))
    jurisdiction: Mapped[str | None] = mapped_column(ForeignKey("jurisdictions.slug"))
    ambition: Mapped[str | None] = mapped_column(String(12))
    trade_off: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[list[str]] = mapped_column(JSON, default=list)
    stance: Mapped[str | None] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(5), default="en")
    search: Mapped[str] = mapped_column(Text)

    status: Mapped[str] = mapped_column(String(10), default="visible")
    version: Mapped[int] = mapped_column(default=1)
    text_since: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    locked: Mapped[bool] = mapped_column(default=False)
    slow_minutes: Mapped[int] = mapped_column(default=0)
    featured: Mapped[bool] = mapped_column(default=False)
    tags_fixed: Mapped[bool] = mapped_column(default=False)
    assumed: Mapped[list[str]] = mapped_column(JSON, default=list)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id"))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="SET NULL"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(200))

    support: Mapped[int] = mapped_column(default=0)
    oppose: Mapped[int] = mapped_column(default=0)
    neutral: Mapped[int] = mapped_column(default=0)
    earlier: Mapped[int] = mapped_column(default=0)
    carried: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    top: Mapped[float] = mapped_column(default=0.0)
    eyes: Mapped[float] = mapped_column(default=1.0)
    contested: Mapped[float] = mapped_column(default=0.0)
    draw: Mapped[int] = mapped_column(default=lambda: secrets.randbelow(DRAW))
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when its votes have met the bound (see deals/holding.py); NULL once it is due."""

    essay: Mapped[Essay] = relationship()
    author: Mapped[User] = relationship()
    parent: Mapped[Reply | None] = relationship(remote_side=[id], foreign_keys=[parent_id])
    thread: Mapped[Reply | None] = relationship(remote_side=[id], foreign_keys=[thread_id])
    merged_into: Mapped[Reply | None] = relationship(
        remote_side=[id], foreign_keys=[merged_into_id]
    )

    @property
    def is_proposal(self) -> bool:
        """Whether the reply names a lever."""
        return self.lever is not None

    @property
    def author_name(self) -> str:
        """The name of who wrote it."""
        return self.author.name


class ReplyVersion(Base):
    """A reply as it stood at one time: as first written, and after every edit.

    ``held_since`` keeps the hold that making this version ended, in case a moderator finds that it
    changed the wording only (``wording_only``).
    """

    __tablename__ = "reply_versions"
    __table_args__ = (UniqueConstraint("reply_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    wording_only: Mapped[bool] = mapped_column(default=False)
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by: Mapped[User | None] = relationship()


REPLY, ESSAY, AUTHOR = WholeRow(Reply), WholeRow(Essay, *LONG), WholeRow(User)


def reply_by_id(reply_id: int) -> Reply | None:
    """Return the reply with its essay and author."""
    if REPLY.is_known(reply_id):
        return db.session.get(Reply, reply_id)
    return whole_replies(read_whole().rows(number=reply_id)).get(reply_id)


@cache
def read_whole() -> Prepared:
    """Return the query that reads a reply, with its essay and author; made once."""
    return Prepared(whole_rows().where(Reply.id == bindparam("number")))


def whole_rows() -> Select[Any]:
    """Return the query that reads replies, each with its essay and author."""
    columns = select(*ESSAY.columns, *AUTHOR.columns, *REPLY.columns)
    return columns.select_from(Reply).join(Reply.essay).join(Reply.author)


def whole_replies(rows: list[tuple[Any, ...]], anew: bool = False) -> dict[int, Reply]:
    """Return by their numbers replies that were read so, as the session has them or anew."""
    found = dict[int, Reply]()
    for values in map(iter, rows):
        essay, author = ESSAY.next_of(values, anew), AUTHOR.next_of(values, anew)
        reply = REPLY.next_of(values, anew)
        set_committed_value(reply, "essay", essay)
        set_committed_value(reply, "author", author)
        if reply.thread_id in found:
            set_committed_value(reply, "thread", found[reply.thread_id])
        found[reply.id] = reply
    return found


def reply_for_update(reply_id: int, beside: int | None = None) -> Reply | None:
    """Return the reply with its row locked until the transaction ends.

    The lock (FOR NO KEY UPDATE) lets others add rows that point to this one, so that two people
    who comment at once wait for each other instead of dying of each other. The reply that a
    comment stands under is locked first, since its comments are counted there; what begins a
    discussion is locked in the order of the numbers. ``beside`` names a further row to lock.
    """
    db.session.flush()
    others = reply_id if beside is None else beside
    locked = locked_together().rows(number=reply_id, beside=others)
    return whole_replies(locked, anew=True).get(reply_id)


@cache
def locked_together() -> Prepared:
    """Return the query that locks a reply, what it stands under, and one more; made once."""
    root = select(Reply.thread_id).where(Reply.id == bindparam("number")).scalar_subquery()
    together = whole_rows().where(Reply.id.in_([bindparam("number"), root, bindparam("beside")]))
    in_order = together.order_by(Reply.thread_id.is_not(None), Reply.id)
    return Prepared(in_order.with_for_update(of=Reply, key_share=True))


def reply_by_fingerprint(author_id: int, mark: str) -> Reply:
    """Return the reply that an author sent with these words in this place."""
    return db.session.scalars(
        select(Reply).where(Reply.author_id == author_id, Reply.fingerprint == mark)
    ).one()
