"""Organisations and offices that answer proposals, and the seats from which people answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now, one_of
from ..settings.jurisdictions import Jurisdiction
from ..words.text import fold

SLUG_LENGTH = 80
BODY_NAME_LENGTH = 120
SEAT_TITLE_LENGTH = 120
BODY_KINDS: Mapping[str, Any] = {
    "ministry": _l("Ministry or department"),
    "agency": _l("Agency or public corporation"),
    "council": _l("Elected council or assembly"),
    "office": _l("Office of one person"),
    "organisation": _l("Other organisation"),
}
"""What an answering body can be, with its word on pages."""


class Body(Base):
    """An organisation or office; ``names`` has its name in each language that it is known in."""

    __tablename__ = "bodies"
    __table_args__ = (one_of("kind", BODY_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(String(12), default="organisation")
    jurisdiction: Mapped[str | None] = mapped_column(ForeignKey(Jurisdiction.slug))
    page: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @property
    def name(self) -> str:
        """The body's name in the reader's language."""
        locale = get_locale()
        return self.name_in(locale.language if locale else "en")

    def name_in(self, language: str) -> str:
        """Return the body's name in a language; where it has none there, in another."""
        return self.names.get(language) or next(iter(self.names.values()))


class Seat(Base):
    """The tie of a person to a body, from one day to another, both included; NULL for no end.

    Days are days of the forum's zone.
    """

    __tablename__ = "seats"
    __table_args__ = (
        CheckConstraint("to_day IS NULL OR to_day >= from_day", name="days"),
        Index("ix_seats_body", "body_id", "user_id"),
        Index("ix_seats_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("bodies.id", ondelete="RESTRICT"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(SEAT_TITLE_LENGTH), default="")
    from_day: Mapped[date] = mapped_column(Date)
    to_day: Mapped[date | None] = mapped_column(Date)
    appointed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    body: Mapped[Body] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])

    def holds_on(self, day: date) -> bool:
        """Say whether its holder answers for the body on this day."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)

    @classmethod
    def held_on(cls, day: date) -> ColumnElement[bool]:
        """Return the same as a condition."""
        return and_(cls.from_day <= day, or_(cls.to_day.is_(None), cls.to_day >= day))


class SlugTaken(ValueError):
    """A body with this slug is there already."""


def body_by_slug(slug: str) -> Body | None:
    """Return the body with this slug, which may be any text that somebody sent."""
    if "\0" in slug:  # no text for PostgreSQL
        return None
    return db.session.scalar(select(Body).where(Body.slug == slug))


def every_body() -> list[Body]:
    """Return all bodies, in the order in which they were added."""
    return list(db.session.scalars(select(Body).order_by(Body.id)))


def names_of_bodies() -> list[str]:
    """Return what bodies are called, in every language."""
    return [name for names in db.session.scalars(select(Body.names)) for name in names.values()]


def slug_of(name: str) -> str:
    """Return what a body of this name is called in addresses."""
    letters = "".join(each if each.isalnum() and each.isascii() else "-" for each in fold(name))
    return "-".join(filter(None, letters.split("-")))[:SLUG_LENGTH].strip("-") or "body"


def add_body(names: Mapping[str, str], slug: str = "", **more: Any) -> Body:
    """Add a body with its name in one language or several; raise SlugTaken."""
    slug = slug or slug_of(next(iter(names.values())))
    if body_by_slug(slug) is not None:
        raise SlugTaken(slug)
    body = Body(slug=slug, names=dict(names), **more)
    db.session.add(body)
    db.session.flush()
    return body


def appoint(
    body: Body,
    user: User,
    from_day: date,
    to_day: date | None = None,
    *,
    title: str = "",
    by: User | None = None,
) -> Seat:
    """Give a person a seat of the body; a seat that is the same already is returned as it is."""
    same = Seat.body_id == body.id, Seat.user_id == user.id, Seat.from_day == from_day
    found = db.session.scalars(select(Seat).where(*same)).all()
    seat = next((each for each in found if (each.to_day, each.title) == (to_day, title)), None)
    if seat is None:
        seat = Seat(
            body_id=body.id,
            user_id=user.id,
            from_day=from_day,
            to_day=to_day,
            title=title,
            appointed_by_id=by.id if by else None,
        )
        db.session.add(seat)
        db.session.flush()
    return seat


def seats_of(user: User, today: date) -> list[Seat]:
    """Return the seats that a person holds on a day, with their bodies."""
    if not user.is_authenticated:
        return []
    query = (
        select(Seat)
        .where(Seat.user_id == user.id, Seat.held_on(today))
        .options(joinedload(Seat.body, innerjoin=True))
        .order_by(Seat.id)
    )
    return list(db.session.scalars(query))


def seat_held(user: User, body: Body, today: date) -> Seat | None:
    """Return the seat from which a person answers for a body on a day; none where there is none."""
    return next((seat for seat in seats_of(user, today) if seat.body_id == body.id), None)
