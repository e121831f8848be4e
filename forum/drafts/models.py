"""The words a person has typed into a form and not yet sent: one draft a person and form.

A form page carries a *stamp*: the number of the version it shows, and a name of its own. A save
passes if the draft still has that version, or if this very page wrote the version it has since (the
answer was lost on the way). Any other save is stale: another page has saved other words meanwhile,
and nobody's words are overwritten unseen.

A draft that was sent or discarded keeps its row for a day, without words and with the name of the
page, so that a save of that page which is still on its way cannot bring the words back.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import JSON, ForeignKey, String, and_, bindparam, delete, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import Base, UtcDateTime, db, now, upsert
from ..words import text

PLACE_LENGTH = 200
PAGE_LENGTH = 16
MOST = 50  # drafts a person
WORDS_LENGTH = 60_000  # characters of all fields together
FIELDS_MOST = 20
EMPTY_FOR = timedelta(days=1)


class Draft(Base):
    """What one person typed into the form at one address; no words once sent or discarded."""

    __tablename__ = "drafts"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[str] = mapped_column(String(PLACE_LENGTH), primary_key=True)
    words: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int] = mapped_column(default=1)
    page: Mapped[str] = mapped_column(String(PAGE_LENGTH))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


@dataclass(frozen=True)
class Stamp:
    """What a form page knows of its draft: the version it shows, and the page's own name."""

    version: int
    page: str

    def __str__(self) -> str:
        return f"{self.version}.{self.page}"

    @classmethod
    def new(cls, version: int) -> Self:
        """Return the stamp of a page that is just being made."""
        return cls(version, secrets.token_urlsafe(9))

    @classmethod
    def read(cls, written: str) -> Self | None:
        """Read a stamp back; nonsense is none."""
        version, _dot, page = written.partition(".")
        plain = version.isascii() and version.isdigit() and len(version) < 10
        named = 0 < len(page) <= PAGE_LENGTH and page.isascii() and page.isprintable()
        return cls(int(version), page) if plain and named else None


class StaleDraft(Exception):
    """Another page has saved since; ``held`` is the draft as it stands, both texts intact."""

    def __init__(self, held: Draft) -> None:
        super().__init__(held.place)
        self.held = held


class TooMuch(ValueError):
    """More words, or more drafts, than one person may keep here."""


def draft_at(user: User, place: str) -> Draft | None:
    """Return the person's draft for the form at this address, one without words included."""
    return db.session.get(Draft, (user.id, place), populate_existing=True)


def unopened_stamp(user_id: int, place: str) -> Stamp | None:
    """Return the stamp of a form at this address on a new page; nothing where words were kept."""
    for version, words in AT_PLACE.rows(user_id=user_id, place=place):
        return None if words is not None else Stamp.new(version)
    return Stamp.new(0)


AT_PLACE = Prepared(
    select(Draft.version, Draft.words).where(
        Draft.user_id == bindparam("user_id"), Draft.place == bindparam("place")
    )
)


def drafts_of(user: User) -> list[Draft]:
    """Return the person's drafts, the latest first."""
    query = select(Draft).where(Draft.user_id == user.id, Draft.words.is_not(None))
    return list(db.session.scalars(query.order_by(Draft.saved_at.desc())))


def save_draft(
    user: User, place: str, fields: Mapping[str, str], stamp: Stamp, most: int = WORDS_LENGTH
) -> Draft:
    """Keep the words and return the draft with its new version.

    Raises StaleDraft where another page has saved since, and TooMuch beyond the limits above.
    """
    words = keepable(fields, most)
    make_room(user, place)
    written = put(user, place, words, stamp)
    held = draft_at(user, place)
    if held is None:
        raise LookupError(place)
    if not written and held.words != words:
        raise StaleDraft(held)
    return held


def empty_draft(user: User, place: str, stamp: Stamp) -> bool:
    """Forget the words, sent or discarded; say False where another page has saved others since."""
    return put(user, place, None, stamp)


def put(user: User, place: str, words: dict[str, str] | None, stamp: Stamp) -> bool:
    """Write the words unless the draft has moved on since the stamp; say whether that was done.

    One statement decides, so that of two pages that save at once the second is refused.
    """
    new = {"words": words, "page": stamp.page, "saved_at": now()}
    row = upsert(Draft).values(user_id=user.id, place=place, version=1, **new)
    fits = or_(
        Draft.version == stamp.version,
        and_(Draft.words.is_not(None), Draft.page == stamp.page),
        and_(Draft.words.is_(None), Draft.page != stamp.page),
    )
    row = row.on_conflict_do_update(
        index_elements=["user_id", "place"], set_={**new, "version": Draft.version + 1}, where=fits
    )
    return db.session.scalar(row.returning(Draft.version)) is not None


def keepable(fields: Mapping[str, str], most: int) -> dict[str, str]:
    """Return the fields as they are stored; raise TooMuch where they are too many or too long.

    A character that no database can store becomes �, as wherever refused words are shown again.
    """
    words = {text.scrub(name): text.scrub(said) for name, said in fields.items()}
    if len(words) > FIELDS_MOST or sum(map(len, [*words, *words.values()])) > most:
        raise TooMuch
    return words


def make_room(user: User, place: str) -> None:
    """Clear away rows long without words; raise TooMuch where the person's places are all taken."""
    others = (Draft.user_id == user.id, Draft.place != place)
    db.session.execute(
        delete(Draft).where(*others, Draft.words.is_(None), Draft.saved_at < now() - EMPTY_FOR)
    )
    number = select(func.count()).where(*others, Draft.words.is_not(None))
    if (db.session.scalar(number) or 0) >= MOST:
        raise TooMuch
