"""Votes that are set aside: whose, in which discussion, by which decision, and the votes.

What is set aside stands in a table of its own, as it was given, and not among the votes. So no
count, score, hold or file needs to know of it: what stands among the votes counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import Base, UtcDateTime, db, now, one_of
from ..essays.models import Essay
from ..replies.indexes import pointer_index
from ..replies.models import Reply
from .models import STORED_VALUES, CarriedColumns, VoteColumns


class AsideState(StrEnum):
    """How a proposal to set votes aside stands; only what is agreed is in force."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class Aside(Base):
    """A decision of two people on the votes of some in a discussion: who proposed it, who decided.

    ``note`` stands in the public log once it is agreed, ``answer`` is why it was declined.
    ``voters`` and ``votes`` are how many it was about when it was proposed, and then agreed;
    ``action_id`` is its line in the log.
    """

    __tablename__ = "asides"
    __table_args__ = (
        one_of("state", list(AsideState)),
        Index("ix_asides_essay", "essay_id", "state"),
        Index("ix_asides_state", "state", "id"),
        Index("ix_asides_action", "action_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10), default=AsideState.PROPOSED)
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    voters: Mapped[int]
    votes: Mapped[int]
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    essay: Mapped[Essay] = relationship()
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class AsidePerson(Base):
    """A person whose votes a decision is about; what they said against it, and what was answered.

    ``granted`` is nothing until their appeal is answered; once it is granted, their votes count.
    """

    __tablename__ = "aside_people"
    __table_args__ = (
        UniqueConstraint("aside_id", "user_id"),
        Index("ix_aside_people_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    aside_id: Mapped[int] = mapped_column(ForeignKey("asides.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    appeal: Mapped[str] = mapped_column(Text, default="")
    appealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    aside: Mapped[Aside] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])


class AsideVote(VoteColumns, CarriedColumns, Base):
    """A vote that is set aside, as it stood among the votes."""

    __tablename__ = "votes_aside"
    __table_args__ = (
        one_of("value", STORED_VALUES),
        Index("ix_votes_aside_user", "user_id"),
        Index("ix_votes_aside_essay", "essay_id", "user_id"),
        pointer_index("votes_aside", "carried_from_id"),
    )


IN_FORCE = (Aside.state == AsideState.AGREED, AsidePerson.granted.is_not(True))
"""The conditions that a decision sets the votes of one of its people aside now."""


def is_set_aside(essay_id: Any, user_id: Any) -> Exists:
    """Return the condition that what a person says in a discussion is set aside: the one rule."""
    return exists().where(
        Aside.essay_id == essay_id,
        AsidePerson.aside_id == Aside.id,
        AsidePerson.user_id == user_id,
        *IN_FORCE,
    )


def aside_for_update(aside_id: int) -> Aside | None:
    """Return a decision with its row held until the transaction ends."""
    query = select(Aside).where(Aside.id == aside_id).with_for_update(of=Aside)
    return db.session.scalar(query.execution_options(populate_existing=True))


def voters_of(aside_id: int) -> set[int]:
    """Return whose votes a decision is about, but for those whose appeal was granted."""
    theirs = AsidePerson.aside_id == aside_id, AsidePerson.granted.is_not(True)
    return set(db.session.scalars(select(AsidePerson.user_id).where(*theirs)))


def essays_set_aside(user: User) -> set[int]:
    """Return the discussions in which a person's votes are set aside."""
    return {int(essay_id) for (essay_id,) in ESSAYS.rows(user_id=user.id)}


def values_aside(ask: Any, *which: ColumnElement[bool]) -> Mapping[int, Counter[str]]:
    """Return how many votes of each value are set aside, by proposal; a proposal may have none.

    ``ask`` is the session, or the connection of a snapshot.
    """
    columns = AsideVote.reply_id, AsideVote.value
    found: defaultdict[int, Counter[str]] = defaultdict(Counter)
    query = select(*columns, func.count()).where(*which).group_by(*columns)
    for reply_id, value, number in ask.execute(query):
        found[reply_id][value] = int(number)
    return found


def set_aside_in(*essay_ids: int, ask: Any = None) -> tuple[int, int]:
    """Return of how many people how many votes are set aside, on the proposals that are shown."""
    given = {"essay_ids": list(essay_ids)}
    (found,) = ask.execute(NUMBERS.query, given).all() if ask else NUMBERS.rows(**given)
    return int(found[0]), int(found[1])


ESSAYS = Prepared(
    select(Aside.essay_id)
    .join(AsidePerson, AsidePerson.aside_id == Aside.id)
    .where(AsidePerson.user_id == bindparam("user_id"), *IN_FORCE)
)
NUMBERS = Prepared(
    select(func.count(AsideVote.user_id.distinct()), func.count())
    .join(Reply, Reply.id == AsideVote.reply_id)
    .where(AsideVote.essay_id.in_(bindparam("essay_ids", expanding=True)))
    .where(Reply.status == "visible")
)
