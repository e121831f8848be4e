"""How the forum reaches a person: in which language, at an address that is confirmed or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, now, upsert
from .grounds import VoterGround
from .models import User


class Contact(Base):
    """What is known of reaching a person. It stands apart from ``users``, whose rows are on pages.

    ``asked_at`` is when someone with an account of before was asked to confirm their address, and
    answered one way or the other. ``unread`` is how many notices they have not read, kept beside
    their rows. After ``bounces`` that were too many, ``silent_since`` says from when on no letter
    is sent there. ``mailed`` letters were sent on the day ``mailed_on``.
    """

    __tablename__ = "contacts"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str | None] = mapped_column(String(5))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unread: Mapped[int] = mapped_column(default=0)
    bounces: Mapped[int] = mapped_column(default=0)
    silent_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_on: Mapped[date | None] = mapped_column(Date)
    mailed: Mapped[int] = mapped_column(default=0)


def keep_contact(user_id: int, **values: object) -> None:
    """Store what is known of reaching a person, whether or not anything was before."""
    row = upsert(Contact).values(
        user_id=user_id, **{"unread": 0, "bounces": 0, "mailed": 0, **values}
    )
    if values:
        row = row.on_conflict_do_update(index_elements=["user_id"], set_=values)
    else:
        row = row.on_conflict_do_nothing(index_elements=["user_id"])
    db.session.execute(row)


def confirm_address(user: User, ground: VoterGround = VoterGround.CODE) -> None:
    """Take the person's address as confirmed from now on, and their votes as those of a person."""
    moment = now()
    if not user.is_confirmed:
        user.ground = ground
    keep_contact(user.id, confirmed_at=moment, asked_at=moment, bounces=0, silent_since=None)


def showed_address(user: User) -> bool:
    """Say whether an account is that of whoever reads the mail of its address.

    Nobody showed it who has a password alone, or has but tied a provider to the account.
    """
    if user.ground not in {VoterGround.UNASKED, VoterGround.PROVIDER}:
        return True
    return user.contact is not None and user.contact.confirmed_at is not None


def contacts_of(user_ids: Iterable[int]) -> dict[int, Contact]:
    """Return what is known of reaching these people, by person."""
    query = select(Contact).where(Contact.user_id.in_(list(user_ids)))
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {each.user_id: each for each in found}
