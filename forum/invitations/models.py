"""Who was invited where, by whom, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import EMAIL_LENGTH, User
from ..db import Base, UtcDateTime, now
from ..essays.models import Essay

LIFE = timedelta(days=14)
TO_THE_SITE = text("essay_id IS NULL")
UNANSWERED = text("accepted_at IS NULL")


class InvitationState(StrEnum):
    """What became of an invitation."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Invitation(Base):
    """An address that was invited, once, to a discussion; to the site where it names none.

    ``made_at`` is when the letter that counts was written: inviting again writes another, and ends
    the link of the one before.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index("ix_invitations_essay", "essay_id", "id"),
        Index("ix_invitations_address", "address", "essay_id", unique=True),
        Index(
            "ix_invitations_site",
            "address",
            unique=True,
            sqlite_where=TO_THE_SITE,
            postgresql_where=TO_THE_SITE,
        ),
        Index(
            "ix_invitations_unanswered",
            "made_at",
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int | None] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    essay: Mapped[Essay | None] = relationship()
    by: Mapped[User | None] = relationship(foreign_keys=by_id)

    @property
    def expires_at(self) -> datetime:
        """When its link no longer works."""
        return self.made_at + LIFE

    @property
    def state(self) -> InvitationState:
        """What became of it so far."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.EXPIRED if now() >= self.expires_at else InvitationState.WAITING
