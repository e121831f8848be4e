"""The names that people go by: which are refused, how often they change, and what they were.

Nobody takes a name that reads like the site, a role or an office, that looks like one of somebody
who speaks for the site or for a body, or that another left within a year. A name that somebody has
is never taken from them by these rules; moderators set one back by an action.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base, UtcDateTime, db, now
from ..web import dates
from .look_alikes import skeleton, spelt_with_signs
from .models import NAME_LENGTH, User
from .reserved_names import reads_like_office

WEEK = timedelta(days=7)
"""How long a person keeps a name that they chose."""
YEAR = timedelta(days=365)
"""How long a name that somebody left is nobody else's."""
NUMBERS = 90_000
LATEST = 50
"""Names of a person that moderators are shown."""

SIMILAR = _l("This name is too similar to that of a forum official.")
OFFICE = _l("This name reads like this site, a role or an office. Please choose another one.")
LEFT = _l("Somebody gave this name up less than a year ago. Please choose another one.")
GIVEN = _l("Names like this one are given by the forum. Please choose another one.")
SUSPENDED = _l("While you are suspended, you cannot change your name.")


class NameChange(Base):
    """That a person left a name on a day; ``by`` is the moderator who set it back, if one did."""

    __tablename__ = "name_changes"
    __table_args__ = (
        Index("ix_name_changes_user_id", "user_id", "id"),
        Index("ix_name_changes_name_skeleton", "name_skeleton", "at"),
        Index("ix_name_changes_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_skeleton: Mapped[str] = mapped_column(String(NAME_LENGTH * 4))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])


class NameRefused(ValueError):
    """The name cannot be had; ``str(error)`` says why, in the reader's language."""


def a_name() -> str:
    """Return a name for somebody who was asked for none."""
    return member(str(10_000 + secrets.randbelow(NUMBERS)))


def member(number: str) -> str:
    """Return the name that the forum gives, with its number, in the reader's language."""
    return _("Member %(number)s", number=number)


def is_given(name: str) -> bool:
    """Say whether the forum gave the name, in whatever language."""
    number = name[-5:]
    return number.isdigit() and name in said_everywhere(number)


def said_everywhere(number: str) -> Iterator[str]:
    """Yield the name that the forum gives with a number, in every language."""
    for language in current_app.config["LANGUAGES"]:
        with force_locale(language):
            yield member(number)


def looks_given(name: str) -> bool:
    """Say whether a name looks like one that the forum gives: "Mémber 7", whatever its number."""
    letters = "".join(char for char in name if not char.isdecimal())
    return letters != name and skeleton(letters) in map(skeleton, said_everywhere(""))


def check_name(name: str, person: User | None = None, role: str = "reader") -> None:
    """Raise NameRefused where a person, or somebody new with a role, cannot have the name.

    A role's own word may stand in the name of whoever has one.
    """
    if person is not None:
        role = person.role
    if looks_given(name):
        raise NameRefused(GIVEN)
    if role == "reader" and reads_like_office(name):
        raise NameRefused(OFFICE)
    alike = {skeleton(name), skeleton(spelt_with_signs(name))}
    number = person.id if person else 0
    official = (User.role != "reader") | User.moderated.any() | User.seats.any()
    if found(select(User.id).where(User.name_skeleton.in_(alike), User.id != number, official)):
        raise NameRefused(SIMILAR)
    left = NameChange.name_skeleton.in_(alike), NameChange.at > now() - YEAR
    if found(select(NameChange.id).where(*left, NameChange.user_id != number)):
        raise NameRefused(LEFT)


def found(query: Any) -> bool:
    """Say whether there is such a row."""
    return db.session.scalar(query.limit(1)) is not None


def choose_name(person: User, name: str) -> None:
    """Give a person the name that they choose; raise NameRefused."""
    held = select(User).where(User.id == person.id).with_for_update(of=User, key_share=True)
    db.session.scalars(held.execution_options(populate_existing=True)).one()
    if name == person.name:
        return
    if person.is_suspended:
        raise NameRefused(SUSPENDED)
    if (day := free_from(person)) is not None:
        raise NameRefused(
            _(
                "You changed your name less than a week ago. You can change it again from "
                "%(moment)s.",
                moment=dates.moment(day),
            )
        )
    check_name(name, person)
    change_name(person, name)


def free_from(person: User) -> datetime | None:
    """Return when the person may choose another name; nothing where they may now.

    Leaving a name that the forum gave is free, and begins no week.
    """
    if is_given(person.name):
        return None
    last = next((each for each in names_of(person) if not is_given(each.name)), None)
    if last is None or last.by_id is not None or last.at <= now() - WEEK:
        return None
    return last.at + WEEK


def change_name(person: User, name: str, by: User | None = None) -> None:
    """Give a person another name and keep the one before, with its day."""
    former = NameChange(
        user_id=person.id,
        name=person.name,
        name_skeleton=person.name_skeleton,
        by_id=by.id if by else None,
    )
    db.session.add(former)
    person.name, person.name_skeleton = name, skeleton(name)
    db.session.flush()


def names_of(person: User) -> Sequence[NameChange]:
    """Return the names that a person left, the last one first; of who left the site, none."""
    query = select(NameChange).where(NameChange.user_id == person.id, NameChange.name != "")
    return db.session.scalars(query.order_by(NameChange.id.desc()).limit(LATEST)).all()


def name_before(person: User) -> str:
    """Return the name that a person is set back to: the one before, or one that the forum gives."""
    last = next(iter(names_of(person)), None)
    return last.name if last is not None and last.by_id is None else a_name()
