"""The rehearsal of a draft's discussion; who came to it is kept with accounts (``Rehearser``).

What was tried is what those who came have written and voted in the draft: nobody comes of whom
something stood there before, and nobody else writes there meanwhile. So nothing that an import
brought is taken for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import Rehearser, User
from ..db import Base, UtcDateTime, db, now
from ..essays.models import Essay

PEOPLE_MOST = 200
"""People who can come to one rehearsal."""


class Rehearsal(Base):
    """The rehearsal of one discussion, and in numbers what was tried in it until it ended.

    ``link`` is the number of the link that works: each is one more than the one before.
    ``opened_by_id`` is who asked to open the discussion.
    """

    __tablename__ = "rehearsals"

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), primary_key=True
    )
    link: Mapped[int] = mapped_column(default=1)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    began_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposals: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    essay: Mapped[Essay] = relationship()
    began_by: Mapped[User | None] = relationship(foreign_keys=[began_by_id])
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])

    @property
    def rows(self) -> int:
        """How much was tried, as it was counted when the rehearsal ended."""
        return self.proposals + self.comments + self.votes


def rehearsal_of(essay: Essay) -> Rehearsal | None:
    """Return the rehearsal of a discussion, under way or over."""
    return db.session.get(Rehearsal, essay.id)


def names_of_rehearsers(essay_id: int) -> list[str]:
    """Return the names of those who came, the first first."""
    query = select(User.name).join(Rehearser, Rehearser.user_id == User.id)
    query = query.where(Rehearser.essay_id == essay_id)
    return list(db.session.scalars(query.order_by(Rehearser.came_at, User.id)))
