"""The outbox: one row a letter that is to be sent, and nothing of what it says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, now

ADDRESS_LENGTH = 254


class Letter(Base):
    """A letter to be sent. Its text, and any link in it, is made when it is sent and never kept.

    ``next_at`` is when it is to be tried next; whoever tries it moves that on first.
    """

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_next_at", "next_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    language: Mapped[str] = mapped_column(String(5))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @property
    def reference(self) -> str:
        """What names this letter and no other, however often it is tried."""
        return f"{self.made_at:%Y%m%dT%H%M%S%f}-{self.id}"


def write_letter(kind: str, address: str, language: str) -> None:
    """Have a letter sent once what it tells is committed, and only then."""
    db.session.add(Letter(kind=kind, address=address, language=language))
