"""Readers whom a page offers what it offers all others of their kind, and who they are.

What most people may do stands on little: whether a moderator has let something of theirs stand,
their role, and what they moderate and answer for. So their pages are made for anyone of their kind
(see ``web/frames``). Those of the few others are made for them alone: of who is suspended, is in a
room, rehearses something, or has yet to agree to a text or to set a second factor up. What is done
very often, as voting, knows people by the same one statement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from typing import Any, NamedTuple, TypeVar, cast

from flask import session
from sqlalchemy import Date, bindparam, select
from werkzeug.exceptions import HTTPException

from ..database.prepared import Prepared
from ..db import now
from ..web import dates
from ..web.page_versions import note_everywhere, now_everywhere
from ..web.visitor import be_visited_by, look_again
from .agreements import yet_to_agree
from .contacts import Contact
from .grounds import VoterGround, asks_to_confirm
from .login import KEY
from .models import Moderator, SignIn, User, key_hash
from .newcomers import Newcomer
from .reader_kinds import AnyReader, KnownByKind
from .second_factors import SecondFactor, must_have_second_factor
from .sign_ins import NOTED, WHOLE

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class PlainReader(Newcomer, KnownByKind):
    """A person who is signed in, as far as filling a frame or counting a vote takes it."""

    id: int
    name: str
    email: str | None
    ground: str
    created_at: datetime
    kind: AnyReader
    contact: Any
    """As ``User.contact``, of which it has what stands on pages."""

    @property
    def is_vouched_for(self) -> bool:
        """Whether a moderator let something of theirs stand, or they have a role."""
        return self.kind.is_vouched_for

    @property
    def role(self) -> str:
        """Their role."""
        return self.kind.role

    @property
    def moderated_essays(self) -> tuple[int, ...]:  # type: ignore[override]
        """As ``User.moderated_essays``."""
        return self.kind.moderated_essays

    @property
    def bodies_today(self) -> tuple[int, ...]:
        """As ``User.bodies_today``."""
        return self.kind.bodies_today


class SignedInPlainly(NamedTuple):
    """A sign-in of a person who has an account and rehearses nothing, as it is read."""

    id: int
    name: str
    email: str | None
    joined_at: datetime
    approved_at: datetime | None
    suspended_until: datetime | None
    ground: str
    role: str
    is_moderator: bool
    is_seated: bool
    user_id: int | None
    unread: int
    confirmed_at: datetime | None
    asked_at: datetime | None
    everywhere: int | None
    """The version of what may stand on any page, by which the settings are known."""


@cache
def signed_in_plainly() -> Prepared:
    """Return the query for such a person by their key, made once."""
    return Prepared(
        select(
            User.id,
            User.name,
            User.email,
            User.created_at,
            User.approved_at,
            User.suspended_until,
            User.ground,
            User.role,
            User.moderated.any(),
            User.seats.any(),
            Contact.user_id,
            Contact.unread,
            Contact.confirmed_at,
            Contact.asked_at,
            now_everywhere(),
        )
        .join(SignIn, SignIn.user_id == User.id)
        .outerjoin(Contact, Contact.user_id == User.id)
        .where(
            SignIn.key_hash == bindparam("key"),
            SignIn.seen_at > bindparam("seen"),
            SignIn.created_at > bindparam("began"),
            User.ground != VoterGround.ROOM,
            ~User.rehearsals.any(),
        )
    )


def plain_reader() -> PlainReader | None:
    """Return who is signed in here, if frames will do for them.

    Whoever must confirm an address first is not signed in. Loaded whole is who has yet to agree to
    a text or to set a second factor up, of which no frame tells, and whose use of this browser is
    to be noted again.
    """
    key, moment = session.get(KEY), now()
    if not key:
        return None
    # A use is noted once a day, by whoever loads the person whole: nobody else writes.
    given = {"key": key_hash(str(key)), "seen": moment - NOTED, "began": moment - WHOLE}
    found = signed_in_plainly().rows(**given)
    row = SignedInPlainly(*found[0]) if found else None
    if row is None or (row.suspended_until is not None and moment < row.suspended_until):
        return None
    note_everywhere(row.everywhere)
    if asks_to_confirm() and row.ground == VoterGround.UNASKED:
        return None
    if yet_to_agree(row.id, row.joined_at):
        return None
    kind = kind_of(row)
    if yet_to_set_up(row.id, kind):
        return None
    contact = row if row.user_id is not None else None
    return PlainReader(row.id, row.name, row.email, row.ground, row.joined_at, kind, contact)


def kind_of(row: SignedInPlainly) -> AnyReader:
    """Return of which kind somebody is, as it holds now."""
    essays = MODERATED.rows(user_id=row.id) if row.is_moderator else ()
    bodies = seated_in().rows(user_id=row.id, day=dates.today()) if row.is_seated else ()
    return AnyReader(
        row.role != "reader" or row.approved_at is not None,
        row.role,
        tuple(number for (number,) in essays),
        tuple(number for (number,) in bodies),
    )


def yet_to_set_up(user_id: int, kind: AnyReader) -> bool:
    """Say whether what a person holds does not work before they set a second factor up."""
    return must_have_second_factor(kind) and not SECOND_FACTOR.rows(user_id=user_id)


MODERATED = Prepared(
    select(Moderator.essay_id)
    .where(Moderator.user_id == bindparam("user_id"))
    .order_by(Moderator.essay_id)
)
SECOND_FACTOR = Prepared(
    select(SecondFactor.user_id).where(SecondFactor.user_id == bindparam("user_id"))
)


@cache
def seated_in() -> Prepared:
    """Return the query of the bodies that a person answers for on a day, made once."""
    seat: Any = User.seats.property.mapper.class_
    held = seat.user_id == bindparam("user_id"), seat.held_on(bindparam("day", type_=Date))
    return Prepared(select(seat.body_id).distinct().where(*held).order_by(seat.body_id))


def by_plain_readers(view: View) -> View:
    """Return the view, which asks no more of its visitor than is known of a plain reader.

    All others are loaded whole; so is whoever is refused, for the page that tells them.
    """

    @wraps(view)
    def plainly(**arguments: Any) -> Any:
        reader = plain_reader()
        if reader is None:
            return view(**arguments)
        be_visited_by(reader)
        try:
            return view(**arguments)
        except HTTPException:
            look_again()
            raise

    return cast(View, plainly)
