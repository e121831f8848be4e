"""One person's vote on one proposal, and the counts and scores that the votes add up to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, cast, null, text
from sqlalchemy.orm import Mapped, column_property, mapped_column

from ..db import Base, UtcDateTime, now, one_of
from ..replies.indexes import pointer_index


class Value(StrEnum):
    """What a vote says; NONE takes the vote back and is never stored."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    NEUTRAL = "neutral"
    NONE = "none"


STORED_VALUES = [value for value in Value if value is not Value.NONE]
"""What a vote that is stored can say."""


class VoteColumns:
    """A person's vote on a proposal, and the version they gave it to, in whichever table."""

    reply_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class CarriedColumns:
    """What is told of a vote that may follow its proposal through merges.

    One that a merge carried over names the proposal on which it was given (``carried_from_id``)
    until its owner votes here themselves; the version is then that of this one at the merge.
    ``first_at`` is when the person first voted here, and so began to follow it, however often they
    changed their mind since; nothing for votes of before that was kept.
    """

    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carried_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("replies.id", ondelete="SET NULL")
    )


class Vote(VoteColumns, CarriedColumns, Base):
    """A vote that counts."""

    __tablename__ = "votes"
    __table_args__ = (
        one_of("value", STORED_VALUES),
        Index("ix_votes_counted", "reply_id", "value"),
        Index("ix_votes_user", "user_id"),
        pointer_index("votes", "carried_from_id"),
        Index(
            "ix_votes_voted_at",
            *("voted_at", "user_id", "essay_id"),
            sqlite_where=text("carried_from_id IS NULL"),
            postgresql_where=text("carried_from_id IS NULL"),
        ),
    )


class RoomVote(VoteColumns, Base):
    """A vote of somebody in a room; it stands among the votes as well while the room counts
    (``room_votes``)."""

    __tablename__ = "room_votes"
    __table_args__ = (one_of("value", STORED_VALUES), Index("ix_room_votes_user_id", "user_id"))

    first_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    carried_from_id: Mapped[int | None] = column_property(cast(null(), BigInteger))
    """Nothing: a merge carries over what counts, and that stands among the votes."""
