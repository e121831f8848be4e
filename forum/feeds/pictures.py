"""Pictures of proposals, drawn once and kept in the database, so that any node may send them.

They are no one's words: whoever looks at one may have it drawn and kept, as a cache is filled. A
picture is drawn anew when its words have changed, and at most once a day for its numbers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, looking, now, upsert
from .drawing import SharedProposal

LOOK = 1
"""Rises when pictures are drawn in another way."""

NUMBERS_HOLD = timedelta(days=1)
KEPT_FOR = timedelta(days=60)
CLEARED_AT_ONCE = 100


class SharePicture(Base):
    """The picture of one proposal: of which words and numbers it was drawn, and when."""

    __tablename__ = "share_pictures"
    __table_args__ = (Index("ix_share_pictures_drawn", "drawn_at"),)

    reply_id: Mapped[int] = mapped_column(
        ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(String(32))
    numbers: Mapped[str] = mapped_column(String(50))
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    png: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class KeptPicture:
    """A picture as it was kept, read off the database."""

    words: str
    numbers: str
    drawn_at: datetime
    png: bytes

    def shows(self, shared: SharedProposal) -> bool:
        """Say whether the picture shows these words, whatever its numbers."""
        return self.words == words_of(shared)

    def holds(self, shared: SharedProposal) -> bool:
        """Say whether the picture may still be sent for this."""
        is_new = now() - self.drawn_at < NUMBERS_HOLD
        return self.shows(shared) and (is_new or self.numbers == numbers_of(shared))


def words_of(shared: SharedProposal) -> str:
    """Return the mark of what is shown but the numbers."""
    return hashlib.blake2b(repr((LOOK, shared.words)).encode(), digest_size=16).hexdigest()


def numbers_of(shared: SharedProposal) -> str:
    """Return the numbers that are shown."""
    return f"{shared.support}/{shared.oppose}"


def picture_of(reply_id: int) -> KeptPicture | None:
    """Return the picture kept for this proposal."""
    columns = (SharePicture.words, SharePicture.numbers, SharePicture.drawn_at, SharePicture.png)
    row = db.session.execute(select(*columns).where(SharePicture.reply_id == reply_id)).first()
    return KeptPicture(*row) if row else None


def keep_picture(reply_id: int, shared: SharedProposal, png: bytes) -> None:
    """Keep a picture in the place of the one before."""
    new = {"words": words_of(shared), "numbers": numbers_of(shared), "drawn_at": now(), "png": png}
    row = upsert(SharePicture).values(reply_id=reply_id, **new)
    db.session.execute(row.on_conflict_do_update(index_elements=["reply_id"], set_=new))


def clear_pictures() -> bool:
    """Forget pictures drawn long ago: who asks for one has it drawn; say whether there were any."""
    old = select(SharePicture.reply_id).where(SharePicture.drawn_at < now() - KEPT_FOR)
    with looking() as connection:
        numbers = connection.scalars(old.limit(CLEARED_AT_ONCE)).all()
    if not numbers:
        return False
    db.session.execute(delete(SharePicture).where(SharePicture.reply_id.in_(numbers)))
    db.session.commit()
    return True
