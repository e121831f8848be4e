"""Leaving: the account goes at once, its votes stay counted without a name, its texts as chosen."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, delete, or_, select, update

from ..accounts.models import HAS_ROLE, User
from ..accounts.names import NameChange, change_name
from ..answers.models import AnswerDraft
from ..bodies.models import Seat
from ..db import Base, db
from ..moderation.models import Report
from ..web.dates import today
from .erasing import note_erasure
from .models import ErasureKind
from .register import tables
from .tombstones import nobodys_name


class LastAdministrator(ValueError):
    """Nobody else could run the site; ``str(error)`` says what to do."""


def check_leaving(person: User) -> None:
    """Raise LastAdministrator where nobody would be left who can run the site."""
    if person.role == "admin" and set(db.session.scalars(administrators())) <= {person.id}:
        raise LastAdministrator(
            _("You are the only administrator. Give somebody else the role first.")
        )


def administrators() -> Select[int]:
    """Return the query for everyone who can run the site."""
    return select(User.id).where(HAS_ROLE, User.role == "admin", User.email.is_not(None))


def take_leave(
    person: User, *, texts: bool, by: User | None = None, at: datetime | None = None
) -> None:
    """Let a person leave for good; raise LastAdministrator.

    Sessions end, letters stop and the address is free at once. The worker takes the name from the
    log and from briefs, and the texts too where ``texts`` says so. The keyed hash of the address
    stays for as long as it counts (``votes/counted_addresses``), so that nobody votes twice. ``at``
    is when they left first, where a backup brought them back: then nothing keeps them.
    """
    if at is None and person.role == "admin":
        db.session.execute(administrators().order_by(User.id).with_for_update())
        db.session.refresh(person)  # two who leave at once wait for each other
        check_leaving(person)
    note_erasure(ErasureKind.PERSON, person.id, person.created_at, by=by, texts=texts, at=at)
    end_seats(person)
    change_name(person, nobodys_name())
    forget(person)
    person.email = person.password_hash = person.source = None
    person.role = "reader"
    db.session.flush()


def end_seats(person: User) -> None:
    """End the person's seats; what was answered from them stays the body's."""
    open_still = Seat.user_id == person.id, or_(Seat.to_day.is_(None), Seat.to_day > today())
    for seat in db.session.scalars(select(Seat).where(*open_still)):
        seat.to_day = max(seat.from_day, today())


def forget(person: User) -> None:
    """Delete what only the person has use of, and the words of reports that they wrote."""
    for of in tables().values():
        table = Base.metadata.tables[of.name]
        mine = [table.c[name] == person.id for name in of.mine]
        if "address" in table.c and person.email:
            mine.append(table.c.address == person.email)
        if of.goes:
            db.session.execute(delete(table).where(or_(*mine)))
    db.session.execute(update(Report).where(Report.reporter_id == person.id).values(note=""))
    names = update(NameChange).where(NameChange.user_id == person.id)
    db.session.execute(names.values(name=""))
    drafts = update(AnswerDraft).where(AnswerDraft.by_id == person.id)
    db.session.execute(drafts.values(by_id=None))
