"""Opening a room, coming in with its code, and closing it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from ..accounts.grounds import VoterGround
from ..accounts.look_alikes import skeleton
from ..accounts.models import SignIn, User
from ..db import db, now
from ..essays.models import Essay
from .models import Room, RoomPlace, new_code, numbers_in, people_in


class RoomFull(ValueError):
    """As many people have joined as may, or as were found to be present."""


class RoomNotOpen(ValueError):
    """Its hours have not begun, or are over."""


def open_room(
    essay: Essay, by: User, name: str, places: int, begins_at: datetime, ends_at: datetime
) -> Room:
    """Open a room with a code of its own for a workshop in a discussion."""
    room = Room(
        essay_id=essay.id,
        name=name,
        code=new_code(),
        places=places,
        begins_at=begins_at,
        ends_at=ends_at,
        opened_by_id=by.id,
    )
    db.session.add(room)
    db.session.flush()
    return room


def enter_room(room: Room, name: str) -> User:
    """Return the person who joins a room, whose row is held, with nothing but a name.

    Raises RoomNotOpen, and RoomFull: once it is known how many were present no more can join.
    """
    if not room.is_open:
        raise RoomNotOpen
    joined, papers = numbers_in(room)
    if taken(room) >= room.places or (room.present and joined + papers >= room.present):
        raise RoomFull
    return add_place(room, name)


def taken(room: Room) -> int:
    """Return how many joined a room, those struck among them."""
    query = select(func.count()).where(RoomPlace.room_id == room.id, ~RoomPlace.on_paper)
    return db.session.scalar(query) or 0


def add_place(room: Room, name: str, on_paper: bool = False) -> User:
    """Let somebody have the next place in a room; nobody can sign in by it a second time."""
    query = select(func.max(RoomPlace.number)).where(
        RoomPlace.room_id == room.id, RoomPlace.on_paper.is_(on_paper)
    )
    number = (db.session.scalar(query) or 0) + 1
    user = User(name=name, name_skeleton=skeleton(name), ground=VoterGround.ROOM)
    db.session.add(user)
    db.session.flush()
    place = RoomPlace(user_id=user.id, room_id=room.id, number=number, on_paper=on_paper)
    db.session.add(place)
    db.session.flush()
    return user


def end_room_at(room: Room, ends_at: datetime) -> None:
    """Let a room, and the sign-ins of its people, last until a moment."""
    room.ends_at = ends_at
    theirs = SignIn.user_id.in_(people_in(room))
    db.session.execute(update(SignIn).where(theirs).values(ends_at=ends_at))


def close_room(room: Room) -> None:
    """End a room, and with it the sign-ins of its people."""
    room.ends_at = min(room.ends_at, now())
    room.begins_at = min(room.begins_at, room.ends_at)
    theirs = SignIn.user_id.in_(people_in(room))
    db.session.execute(delete(SignIn).where(theirs))
