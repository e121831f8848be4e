"""The editions of an essay: kept one by one with what changed in each, and read page by page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now
from ..web.pager import newest_first
from ..words import differences


class EssayEdition(Base):
    """An essay as it stood at one time: the first edition and one for every edit."""

    __tablename__ = "essay_editions"
    __table_args__ = (UniqueConstraint("essay_id", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"))
    edition: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by: Mapped[User | None] = relationship()


def editions_of(
    essay_id: int, before: int | None = None, most: int = differences.PAGE_OF_STEPS
) -> list[EssayEdition]:
    """Return editions of the essay, the newest first, from the one before ``before`` on."""
    query = select(EssayEdition).where(EssayEdition.essay_id == essay_id)
    query = query.options(joinedload(EssayEdition.by))
    return newest_first(query, EssayEdition.edition, before, most).found


def keep_edition(
    essay_id: int, number: int, content: dict[str, Any], by: User | None, note: str
) -> None:
    """Record an essay as it now stands, with what changed since the edition before."""
    former = editions_of(essay_id, number, most=1)
    db.session.add(
        EssayEdition(
            essay_id=essay_id,
            edition=number,
            content=content,
            changes=differences.kept(former[0].content, content) if former else None,
            note=note,
            by_id=by.id if by else None,
        )
    )
