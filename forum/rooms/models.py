"""A room: a workshop in one discussion, its code and hours, and everyone who has a place in it.

A place is of somebody who joined with the code, or of a ballot paper that was handed in: a person
who cannot sign in. Nothing of a room counts before the number of people present is recorded, nor
while more joined, with the papers, than were present.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    case,
    func,
    select,
)
from sqlalchemy.orm import Mapped, backref, contains_eager, mapped_column, relationship

from ..accounts.models import User
from ..db import Base, UtcDateTime, db, now
from ..essays.models import Essay

NAME_LENGTH = 60
PLACES_MOST = 500
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What codes are made of: nothing that looks like another sign on a wall."""
CODE_LENGTH = 8
"""With 30 signs there are 6.6·10¹¹ codes: of a million tries at a hundred rooms, one in 6,500 is
right once."""


class Room(Base):
    """A workshop: at most ``places`` people join with its code, from one moment to another.

    ``present`` is how many a facilitator found to be there, nothing until they say so. ``counts``
    says whether its votes are among those of the discussion (votes/room_votes.py).
    """

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint(f"places BETWEEN 1 AND {PLACES_MOST}", name="places"),
        CheckConstraint(f"present BETWEEN 1 AND {PLACES_MOST}", name="present"),
        CheckConstraint("present IS NOT NULL OR NOT counts", name="counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    essay_id: Mapped[int] = mapped_column(ForeignKey("essays.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    places: Mapped[int]
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    present: Mapped[int | None]
    counts: Mapped[bool] = mapped_column(default=False)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    essay: Mapped[Essay] = relationship()

    @property
    def has_begun(self) -> bool:
        """Whether its hours have begun."""
        return self.begins_at <= now()

    @property
    def is_over(self) -> bool:
        """Whether its hours are over, or a facilitator closed it before."""
        return self.ends_at <= now()

    @property
    def is_open(self) -> bool:
        """Whether people can join and vote."""
        return self.has_begun and not self.is_over

    @property
    def spoken_code(self) -> str:
        """The code in two halves, as it is read out and typed."""
        half = CODE_LENGTH // 2
        return f"{self.code[:half]}-{self.code[half:]}"


class RoomPlace(Base):
    """Somebody's place in a room. A struck one does not count, nor does a paper of no vote."""

    __tablename__ = "room_places"
    __table_args__ = (UniqueConstraint("room_id", "on_paper", "number"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    number: Mapped[int]
    on_paper: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    struck_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    room: Mapped[Room] = relationship()
    user: Mapped[User] = relationship(
        backref=backref("place", uselist=False, passive_deletes="all", cascade="")
    )

    @property
    def counts(self) -> bool:
        """Whether votes from this place are among those of the discussion."""
        return self.room.counts and self.struck_at is None

    def count(self, counts: bool) -> None:
        """Let the place count wherever its room does, or strike it."""
        if counts == (self.struck_at is not None):
            self.struck_at = None if counts else now()


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(SIGNS) for _sign in range(CODE_LENGTH))


def plain_code(typed: str) -> str:
    """Return a code as it is kept, however it was typed; nothing where it can be none."""
    code = "".join(each for each in typed[:40].upper() if each.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(SIGNS) else ""


def room_by_code(typed: str) -> Room | None:
    """Return the room with this code."""
    code = plain_code(typed)
    return db.session.scalar(select(Room).where(Room.code == code)) if code else None


def room_for_update(room_id: int) -> Room | None:
    """Return a room with its row held; it is held before rows of proposals and of the essay."""
    query = select(Room).where(Room.id == room_id).with_for_update(of=Room)
    return db.session.scalar(query.execution_options(populate_existing=True))


def place_of(user: User) -> RoomPlace | None:
    """Return somebody's place in a room; who has an account has none."""
    return db.session.get(RoomPlace, user.id) if user.is_in_room else None


def hold_place(user: User) -> RoomPlace | None:
    """Return somebody's place in a room, which meanwhile counts or not as it does now.

    It is asked for before the row of a proposal is held. Who has an account has none.
    """
    if not user.is_authenticated or not user.is_in_room:
        return None
    query = select(RoomPlace).join(RoomPlace.room).where(RoomPlace.user_id == user.id)
    query = query.options(contains_eager(RoomPlace.room)).with_for_update(of=Room, read=True)
    return db.session.scalar(query.execution_options(populate_existing=True))


def rooms_of(essay_id: int) -> Sequence[Room]:
    """Return the rooms of a discussion, the last one opened first."""
    query = select(Room).where(Room.essay_id == essay_id).order_by(Room.id.desc())
    return db.session.scalars(query).all()


def places_of(room: Room) -> Sequence[RoomPlace]:
    """Return the places of a room, in the order in which they were taken."""
    query = select(RoomPlace).where(RoomPlace.room_id == room.id)
    return db.session.scalars(query.order_by(RoomPlace.on_paper, RoomPlace.number)).all()


def people_in(room: Room) -> Select[int]:
    """Return the query of everyone with a place in a room."""
    return select(RoomPlace.user_id).where(RoomPlace.room_id == room.id)


def numbers_in(room: Room) -> tuple[int, int]:
    """Return how many joined a room, and how many papers there are, those struck left out."""
    return numbers_in_each([room])[room.id]


def numbers_in_each(rooms: Sequence[Room]) -> dict[int, tuple[int, int]]:
    """Return these two numbers of each room, by room."""
    papers = func.sum(case((RoomPlace.on_paper, 1), else_=0))
    query = select(RoomPlace.room_id, func.count() - papers, papers).where(
        RoomPlace.room_id.in_([room.id for room in rooms]), RoomPlace.struck_at.is_(None)
    )
    rows = db.session.execute(query.group_by(RoomPlace.room_id))
    found = {room_id: (int(joined), int(papers)) for room_id, joined, papers in rows}
    return {room.id: found.get(room.id, (0, 0)) for room in rooms}
