"""Proposals that may be duplicates of each other, and what moderators said are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, delete, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, upsert
from ..essays.models import Essay
from ..replies.models import Reply
from ..replies.pairs import Likeness, pairs
from ..replies.similar import Similar, similar

SHOWN = 30
DISMISSED_MOST = 100


class Dismissal(Base):
    """A pair that a moderator looked at and found to be no duplicates; the older one is first.

    Deleting the row is its inverse: the pair is suggested again.
    """

    __tablename__ = "duplicate_dismissals"
    __table_args__ = (CheckConstraint("first_id < second_id", name="ordered"),)

    first_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True
    )
    second_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by: Mapped[User | None] = relationship()
    first: Mapped[Reply] = relationship(foreign_keys=[first_id])
    second: Mapped[Reply] = relationship(foreign_keys=[second_id])


@dataclass(frozen=True)
class DuplicatePair:
    """Two proposals and what makes them alike."""

    first: Reply
    second: Reply
    likeness: Likeness

    @property
    def weaker(self) -> Reply:
        """The one with less support, which is proposed to be merged; of equals the newer."""
        return self.first if self.first.support < self.second.support else self.second

    @property
    def stronger(self) -> Reply:
        """The one into which it is proposed to merge."""
        return self.second if self.weaker is self.first else self.first


def dismiss(first: Reply, second: Reply, by: User) -> None:
    """Say that two proposals are no duplicates; saying it again changes nothing."""
    low, high = sorted((first.id, second.id))
    row = upsert(Dismissal).values(first_id=low, second_id=high, by_id=by.id, at=now())
    db.session.execute(row.on_conflict_do_nothing(index_elements=["first_id", "second_id"]))


def suggest_again(first: Reply, second: Reply) -> None:
    """Take back that two proposals are no duplicates."""
    low, high = sorted((first.id, second.id))
    pair = Dismissal.first_id == low, Dismissal.second_id == high
    db.session.execute(delete(Dismissal).where(*pair))


def suggested_pairs(essay: Essay, most: int = SHOWN) -> list[DuplicatePair]:
    """Return the pairs of an essay's proposals that look like duplicates, the likest first."""
    found = pairs(essay.id, dismissed_in(essay), most)
    replies = replies_by_id(number for each in found for number in (each.first, each.second))
    return [DuplicatePair(replies[each.first], replies[each.second], each) for each in found]


def dismissed_in(essay: Essay) -> set[tuple[int, int]]:
    """Return the pairs of the essay that were dismissed, by number."""
    query = select(Dismissal.first_id, Dismissal.second_id)
    query = query.join(Reply, Reply.id == Dismissal.first_id).where(Reply.essay_id == essay.id)
    return {(first, second) for first, second in db.session.execute(query)}


def dismissals_in(essay: Essay, most: int = DISMISSED_MOST) -> Sequence[Dismissal]:
    """Return the dismissed pairs of an essay, the latest first, with what they are about."""
    query = (
        select(Dismissal)
        .join(Reply, Reply.id == Dismissal.first_id)
        .where(Reply.essay_id == essay.id)
        .options(
            joinedload(Dismissal.first), joinedload(Dismissal.second), joinedload(Dismissal.by)
        )
        .order_by(Dismissal.at.desc(), Dismissal.first_id, Dismissal.second_id)
        .limit(most)
    )
    return list(db.session.scalars(query))


def suggestions_for(reply: Reply) -> list[Similar]:
    """Return the proposals that one of them may be a duplicate of, the likest first."""
    if not reply.is_proposal:
        return []
    mine = (Dismissal.first_id == reply.id) | (Dismissal.second_id == reply.id)
    rows = db.session.execute(select(Dismissal.first_id, Dismissal.second_id).where(mine))
    left_out = {reply.id, *(number for row in rows for number in row)}
    return [each for each in similar(reply.essay_id, reply.title or "") if each.id not in left_out]


def replies_by_id(ids: Iterable[int]) -> dict[int, Reply]:
    """Return replies with their authors, by number."""
    query = select(Reply).where(Reply.id.in_(set(ids)))
    return {each.id: each for each in db.session.scalars(query.options(joinedload(Reply.author)))}
