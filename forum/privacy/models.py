"""What was erased: numbers and days, never words; and the pass that lets frozen rows be blanked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, delete, insert, text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, now, one_of


class ErasureKind(StrEnum):
    """What was erased: the text of one reply, or what is personal of someone who left."""

    REPLY = "reply"
    PERSON = "person"


class Erasure(Base):
    """That something was erased: ``number`` is the reply's or the person's.

    ``made_at`` is when that was made, by which it is known again in a copy of the database.
    ``texts`` says that a person's texts go too; ``done_at`` is when nothing more was to be done.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        one_of("kind", ErasureKind),
        Index("ix_erasures_number", "kind", "number", "at"),
        Index(
            "ix_erasures_open",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    texts: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ErasurePass(Base):
    """While this row is there, triggers let words in frozen rows be blanked.

    It points at an erasure that never is, which the database looks for at the end of the
    transaction: one in which the pass was not handed back cannot be committed.
    """

    __tablename__ = "erasure_passes"
    __table_args__ = (CheckConstraint("erasure_id = 0", name="never"),)

    erasure_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("erasures.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    )


@contextmanager
def erasure_pass() -> Iterator[None]:
    """Let frozen rows be blanked in here; on SQLite what is blanked is overwritten on the disk."""
    db.session.flush()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA secure_delete = ON"))
    db.session.execute(insert(ErasurePass).values(erasure_id=0))
    yield
    db.session.flush()
    db.session.execute(delete(ErasurePass))
