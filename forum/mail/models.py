"""The outbox: one row a letter that is to be sent, and nothing of what it says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, now

ADDRESS_LENGTH = 254


class Letter(Base):
    """A letter to be sent. Its text, and any link in it, is made when it is sent and never kept.

    ``next_at`` is when it is to be tried next; whoever tries it moves that on first. ``user_id`` is
    whom it is for, where that is known, ``about_id`` the number of what its kind tells of. Of a
    ``key`` one letter waits at a time: what happens meanwhile goes into the same.
    """

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_next_at", "next_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    language: Mapped[str] = mapped_column(String(5))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    tries: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None]
    about_id: Mapped[int | None]
    key: Mapped[str | None] = mapped_column(String(100), unique=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @property
    def reference(self) -> str:
        """What names this letter and no other, however often it is tried.

        The number alone does not: once the letter is struck out SQLite gives it to the next, which
        may be due at the same moment.
        """
        named = f"{self.made_at:%Y%m%dT%H%M%S%f}-{self.id}"
        return f"{named}-{self.key.replace(':', '.')}" if self.key else named


class DeadLetter(Base):
    """A letter that will never be sent, why, and after how many tries: for administrators.

    ``about_id`` and ``key`` are those of the letter, so that it can be sent again.
    """

    __tablename__ = "dead_letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    language: Mapped[str] = mapped_column(String(5))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    died_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    tries: Mapped[int]
    why: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None]
    about_id: Mapped[int | None]
    key: Mapped[str | None] = mapped_column(String(100))


def write_letter(kind: str, address: str, language: str, about_id: int | None = None) -> None:
    """Have a letter sent once what it tells is committed, and only then."""
    db.session.add(Letter(kind=kind, address=address, language=language, about_id=about_id))
