"""Readers whom a page offers what it offers all others of their kind, and who they are.

Most people who are signed in hold no role, no seat and no suspension, and rehearse nothing. What
they may do stands on little: whether a moderator has let something of theirs stand. So their pages
are made for anyone of their kind (see ``web/frames``); those of the few others are made for them
alone. What is done very often, as voting, knows them by the same one statement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from typing import Any, NamedTuple, NoReturn, TypeVar, cast

from flask import session
from sqlalchemy import bindparam, select
from werkzeug.exceptions import HTTPException

from ..database.prepared import Prepared
from ..db import now
from ..web.frames import NotForFramesError
from ..web.page_versions import note_everywhere, now_everywhere
from ..web.visitor import be_visited_by, look_again
from .agreements import yet_to_agree
from .contacts import Contact
from .grounds import VoterGround, asks_to_confirm
from .login import KEY
from .models import SignIn, User, key_hash
from .sign_ins import NOTED, WHOLE

NOBODY = 0
"""The number of no person."""

View = TypeVar("View", bound=Callable[..., Any])


class OfNoRole:
    """A reader whom every question of permission takes for a person without role and seat, who
    rehearses nothing."""

    is_authenticated = is_plain = True
    role = "reader"
    moderated = seats = ()
    suspended_until = room = None
    is_suspended = is_in_room = False

    def moderates(self, _essay_id: int) -> bool:
        """Say whether the reader moderates a discussion."""
        return False

    def rehearses(self, _essay_id: int) -> bool:
        """Say whether the reader came to the rehearsal of a discussion."""
        return False


@dataclass(frozen=True)
class AnyReader(OfNoRole):
    """Nobody in particular, signed in: for whom frames are made. Who they are cannot be asked."""

    is_vouched_for: bool

    def __getattr__(self, name: str) -> NoReturn:
        # Not an AttributeError: templates would take that for nothing, and show nothing.
        raise NotForFramesError(f"A frame asks for the {name} of its visitor: use own(…) instead.")

    def who_is(self, number: int) -> SomeReader:
        """Return the same as the person of this number, to see what a page would offer them."""
        return SomeReader(self.is_vouched_for, number)


@dataclass(frozen=True)
class SomeReader(AnyReader):
    """Somebody of a kind, of whom the number is known."""

    id: int


@dataclass(frozen=True, slots=True)
class PlainReader(OfNoRole):
    """A person who is signed in, as far as filling a frame or counting a vote takes it."""

    id: int
    name: str
    email: str | None
    ground: str
    kind: AnyReader
    contact: Any
    """As ``User.contact``, of which it has what stands on pages."""

    @property
    def is_vouched_for(self) -> bool:
        """Whether a moderator let something of theirs stand."""
        return self.kind.is_vouched_for


class SignedInPlainly(NamedTuple):
    """A sign-in of a person without role and seat, as it is read."""

    id: int
    name: str
    email: str | None
    joined_at: datetime
    approved_at: datetime | None
    suspended_until: datetime | None
    ground: str
    user_id: int | None
    unread: int
    confirmed_at: datetime | None
    asked_at: datetime | None
    everywhere: int | None
    """The version of what may stand on any page, by which the settings are known."""


@cache
def signed_in_plainly() -> Prepared:
    """Return the query for a person without role and seat by their key, made once."""
    return Prepared(
        select(
            User.id,
            User.name,
            User.email,
            User.created_at,
            User.approved_at,
            User.suspended_until,
            User.ground,
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
            User.role == "reader",
            User.ground != VoterGround.ROOM,
            ~User.moderated.any(),
            ~User.seats.any(),
            ~User.rehearsals.any(),
        )
    )


def plain_reader() -> PlainReader | None:
    """Return who is signed in here, if frames will do for them.

    Whoever must confirm an address first is not signed in. Loaded whole is who has yet to agree to
    a text, of which no frame tells, and whose use of this browser is to be noted again.
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
    contact = row if row.user_id is not None else None
    kind = AnyReader(row.approved_at is not None)
    return PlainReader(row.id, row.name, row.email, row.ground, kind, contact)


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
