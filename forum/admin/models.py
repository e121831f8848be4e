"""What happened that touches the safety of the site: who, what and when, never what was typed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, now, one_of

WHAT_LENGTH = 200


class SecurityKind(StrEnum):
    """What can stand in the security log."""

    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    REFUSED = "refused"
    ROLE = "role"
    SECOND_FACTOR = "second_factor"
    SIGNED_OUT = "signed_out"
    MODERATOR = "moderator"
    PROVIDER = "provider"
    ERASED = "erased"


class SecurityEvent(Base):
    """One entry: whom it concerns, who did it, and for a change what stood before and after.

    ``what`` names the page of a refusal, by its endpoint. The same refusal again within an hour is
    counted in ``times``, so that nobody fills the log.
    """

    __tablename__ = "security_events"
    __table_args__ = (
        one_of("kind", SecurityKind),
        Index("ix_security_events_person_id", "person_id", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    what: Mapped[str] = mapped_column(String(WHAT_LENGTH), default="")
    before: Mapped[str] = mapped_column(String(WHAT_LENGTH), default="")
    after: Mapped[str] = mapped_column(String(WHAT_LENGTH), default="")
    times: Mapped[int] = mapped_column(default=1)
    person: Mapped[User | None] = relationship(foreign_keys=person_id)
    by: Mapped[User | None] = relationship(foreign_keys=by_id)
