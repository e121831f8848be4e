"""Leaving: the account goes at once, its votes stay counted without a name, its texts as chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from ..accounts.codes import AddressCode
from ..accounts.contacts import Contact
from ..accounts.look_alikes import skeleton
from ..accounts.models import Moderator, SignIn, User
from ..accounts.names import NameChange
from ..accounts.sign_ins import SignInRecord
from ..answers.models import AnswerDraft
from ..bodies.models import Seat
from ..db import db
from ..drafts.models import Draft
from ..events.models import Follow, Notice, Preference
from ..mail.models import DeadLetter, Letter
from ..moderation.models import Report
from ..web.dates import today
from .erasing import note_erasure
from .models import ErasureKind
from .tombstones import nobodys_name

THEIRS: tuple[Any, ...] = (
    SignIn,
    SignInRecord,
    Contact,
    AddressCode,
    Draft,
    Follow,
    Preference,
    Notice,
    Letter,
    DeadLetter,
    Moderator,
)
"""What is deleted of someone who leaves; each has the person as ``user_id``."""


class LastAdministrator(ValueError):
    """Nobody else could run the site; ``str(error)`` says what to do."""


def check_leaving(person: User) -> None:
    """Raise LastAdministrator where nobody would be left who can run the site."""
    others = select(User.id).where(
        User.role == "admin", User.id != person.id, User.email.is_not(None)
    )
    if person.role == "admin" and db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator(
            _("You are the only administrator. Give somebody else the role first.")
        )


def take_leave(
    person: User, *, texts: bool, by: User | None = None, at: datetime | None = None
) -> None:
    """Let a person leave for good; raise LastAdministrator.

    Sessions end, letters stop and the address is free at once. The worker takes the name from the
    log and from briefs, and the texts too where ``texts`` says so. The keyed hash of the address
    stays for as long as it counts (``votes/counted_addresses``), so that nobody votes twice.
    """
    check_leaving(person)
    note_erasure(ErasureKind.PERSON, person.id, person.created_at, by=by, texts=texts, at=at)
    end_seats(person)
    forget(person)
    person.name = nobodys_name()
    person.name_skeleton = skeleton(person.name)
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
    for table in THEIRS:
        mine = table.user_id == person.id
        if hasattr(table, "address") and person.email:
            mine = or_(mine, table.address == person.email)
        db.session.execute(delete(table).where(mine))
    db.session.execute(update(Report).where(Report.reporter_id == person.id).values(note=""))
    names = update(NameChange).where(NameChange.user_id == person.id)
    db.session.execute(names.values(name=""))
    drafts = update(AnswerDraft).where(AnswerDraft.by_id == person.id)
    db.session.execute(drafts.values(by_id=None))
