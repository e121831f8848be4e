"""Leaving: the account goes at once, its votes stay counted without a name, its texts as chosen."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from ..accounts.models import User
from ..accounts.names import NameChange, change_name
from ..admin.staffing import hold_administrators
from ..answers.models import AnswerDraft
from ..bodies.models import Seat
from ..db import Base, db, now
from ..moderation.models import Report
from ..rooms.models import place_of
from ..votes.asides import AsidePerson
from ..web.dates import today
from .erasing import note_erasure
from .models import Erasure, ErasureKind
from .register import tables
from .tombstones import nobodys_name


class LastAdministrator(ValueError):
    """Nobody else could run the site; ``str(error)`` says what to do."""


class NobodyThere(ValueError):
    """There is nobody to leave; ``str(error)`` says why."""


def check_leaving(person: User) -> None:
    """Raise LastAdministrator where nobody would be left who can run the site.

    Raise NobodyThere for who has left, for somebody imported, and for a paper of a room.
    """
    if not is_somebody(person):
        raise NobodyThere(_("There is nobody here any more, or there never was: only a number."))
    others = select(User.id).where(
        User.role == "admin",
        User.id != person.id,
        User.email.is_not(None),
        or_(User.suspended_until.is_(None), User.suspended_until <= now()),
    )
    if person.role == "admin" and db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator(
            _("You are the only administrator. Give somebody else the role first.")
        )


def is_somebody(person: User) -> bool:
    """Say whether a row is that of somebody who came here: with an address, or into a room."""
    place = place_of(person)
    if person.email is not None or place is None:
        return person.email is not None
    left = Erasure.kind == ErasureKind.PERSON, Erasure.number == person.id
    return not place.on_paper and db.session.scalar(select(Erasure.id).where(*left)) is None


def take_leave(
    person: User, *, texts: bool, by: User | None = None, at: datetime | None = None
) -> None:
    """Let a person leave for good; raise LastAdministrator or NobodyThere.

    Sessions end, letters stop and the address is free at once. The worker takes the name from the
    log and from briefs, and the texts too where ``texts`` says so. The keyed hash of the address
    stays for as long as it counts (``votes/counted_addresses``), so that nobody votes twice. ``at``
    is when they left first, where a backup brought them back: then nothing keeps them.
    """
    if at is None:
        hold_administrators()
        db.session.refresh(person, with_for_update={"key_share": True, "of": User})
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
    """Delete what only the person has use of, and the words of their reports and appeals."""
    for of in tables().values():
        table = Base.metadata.tables[of.name]
        mine = [table.c[name] == person.id for name in of.mine]
        if "address" in table.c and person.email:
            mine.append(table.c.address == person.email)
        if of.goes:
            db.session.execute(delete(table).where(or_(*mine)))
    db.session.execute(update(Report).where(Report.reporter_id == person.id).values(note=""))
    appeals = update(AsidePerson).where(AsidePerson.user_id == person.id)
    db.session.execute(appeals.values(appeal=""))
    names = update(NameChange).where(NameChange.user_id == person.id)
    db.session.execute(names.values(name=""))
    drafts = update(AnswerDraft).where(AnswerDraft.by_id == person.id)
    db.session.execute(drafts.values(by_id=None))
