"""One person's vote on one proposal, and the counts and scores that the votes add up to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, String, bindparam, cast, null, select, update
from sqlalchemy.orm import Mapped, column_property, mapped_column

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, one_of
from ..prepared import Prepared
from ..replies.indexes import pointer_index
from ..replies.models import Reply


class Value(StrEnum):
    """What a vote says; NONE takes the vote back and is never stored."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    NEUTRAL = "neutral"
    NONE = "none"


class Vote(Base):
    """A person's vote, and the version of the proposal they gave it to.

    A vote that a merge carried over names the proposal on which it was given (``carried_from_id``)
    until its owner votes here themselves; the version is then that of this one at the merge.
    ``first_at`` is when the person first voted here, and so began to follow it, however often they
    changed their mind since; nothing for votes of before that was kept.
    """

    __tablename__ = "votes"
    __table_args__ = (
        one_of("value", [value for value in Value if value is not Value.NONE]),
        Index("ix_votes_counted", "reply_id", "value"),
        Index("ix_votes_user", "user_id"),
        pointer_index("votes", "carried_from_id"),
    )

    reply_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    value: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    carried_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("replies.id", ondelete="SET NULL")
    )


class RoomVote(Base):
    """What somebody in a room said of a proposal, and of which version.

    It stands among the votes as well while the room counts (``room_votes``).
    """

    __tablename__ = "room_votes"
    __table_args__ = (
        one_of("value", [value for value in Value if value is not Value.NONE]),
        Index("ix_room_votes_user_id", "user_id"),
    )
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
    first_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    carried_from_id: Mapped[int | None] = column_property(cast(null(), BigInteger))
    """Nothing: a merge carries over what counts, and that stands among the votes."""


Ballots = type[Vote] | type[RoomVote]
"""A table that holds what people said."""


def ballots_of(user: User) -> Ballots:
    """Return the table that holds what a person said: in a room, whether or not it counts yet."""
    return RoomVote if user.is_in_room else Vote


def move_votes(reply: Reply) -> None:
    """Let the votes on a reply and on what stands under it belong to the essay it now answers."""
    discussion = select(Reply.id).where((Reply.id == reply.id) | (Reply.thread_id == reply.id))
    for said in (Vote, RoomVote):
        theirs = update(said).where(said.reply_id.in_(discussion))
        db.session.execute(theirs.values(essay_id=reply.essay_id))


class GivenVote(NamedTuple):
    """A vote as its owner sees it again."""

    reply_id: int
    value: str
    version: int
    voted_at: datetime
    carried_from_id: int | None


@cache
def given_in(said: Ballots) -> Prepared:
    """Return the query of one person's votes on some proposals, made once for each table."""
    mine = said.user_id == bindparam("user_id")
    on_these = said.reply_id.in_(bindparam("reply_ids", expanding=True))
    columns = (getattr(said, name) for name in GivenVote._fields)
    return Prepared(select(*columns).where(mine, on_these))


def votes_by(user: User, reply_ids: Iterable[int]) -> dict[int, GivenVote]:
    """Return the person's votes on these replies, by reply."""
    numbers = list(reply_ids)
    if not user.is_authenticated or not numbers:
        return {}
    rows = given_in(ballots_of(user)).rows(user_id=user.id, reply_ids=numbers)
    return {row[0]: GivenVote(*row) for row in rows}
