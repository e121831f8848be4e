"""Withdrawals: an author takes back what they wrote, and may think again for a day.

What is withdrawn stands in no list, count, rank or file. It stays readable at its own address, with
its votes and its discussion, since others took part in it. What waits for a moderator was never
shown: it keeps that status, is for nobody else to read, and waits for no one any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, now
from .models import Reply
from .reviews import Why, close_unread, open_review
from .writing import set_status

TO_THINK_AGAIN = timedelta(days=1)
"""How long after withdrawing a reply its author may let it stand again."""


class Withdrawal(Base):
    """An author withdrew a reply; ``undone_at`` is when they let it stand again."""

    __tablename__ = "withdrawals"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("replies.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def final_at(self) -> datetime:
        """When it becomes final."""
        return self.at + TO_THINK_AGAIN


def withdraw(reply: Reply) -> None:
    """Take a reply whose row is held out of every list, or out of the queue where it waits."""
    if reply.status == "waiting":
        if is_taken_back(reply):
            return
        close_unread(reply)
    else:
        set_status(reply, "withdrawn")
    db.session.add(Withdrawal(reply_id=reply.id))


def unwithdraw(reply: Reply) -> None:
    """Show a withdrawn reply, whose row is held, where it stood before, or let it wait again."""
    standing = update(Withdrawal).where(
        Withdrawal.reply_id == reply.id, Withdrawal.undone_at.is_(None)
    )
    db.session.execute(standing.values(undone_at=now()))
    if reply.status == "waiting":
        open_review(reply, Why.WAITING)
    else:
        set_status(reply, "visible")


def is_taken_back(reply: Reply) -> bool:
    """Say whether its author withdrew a reply before any moderator let it be shown."""
    return reply.status == "waiting" and final_from(reply) is not None


def withdrawals_of(ids: Iterable[int]) -> dict[int, Withdrawal]:
    """Return by reply the withdrawals that stand, of those of these replies that have one."""
    found = db.session.scalars(STANDING, {"ids": list(set(ids))})
    return {each.reply_id: each for each in found}


STANDING = select(Withdrawal).where(
    Withdrawal.reply_id.in_(bindparam("ids", expanding=True)), Withdrawal.undone_at.is_(None)
)


def final_from(reply: Reply) -> datetime | None:
    """Return when the withdrawal of a reply becomes final, whatever moderators did with it since;
    none where its author did not withdraw it."""
    standing = withdrawals_of([reply.id]).get(reply.id)
    return standing.final_at if standing else None
