"""What ``flask recount`` checks of rooms: that exactly those of their votes count that should, but
for those that are set aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, select

from ..db import db
from ..essays.models import Essay
from ..rooms.models import Room, RoomPlace, people_in, room_for_update, rooms_of
from .asides import AsideVote
from .counters import Counter, Drift
from .models import RoomVote, Vote
from .room_votes import adds_up, settle_room


def lock_rooms(ids: Sequence[int]) -> None:
    """Let nobody in the rooms of these discussions vote or join for now."""
    rooms = select(Room.id).where(Room.essay_id.in_(ids)).order_by(Room.id)
    db.session.execute(rooms.with_for_update())


def check_rooms(ids: Sequence[int]) -> list[Drift]:
    """Compare whether each room counts, and which of its votes do."""
    with_rooms = select(Room.essay_id).where(Room.essay_id.in_(ids)).distinct().order_by("essay_id")
    return [
        drift
        for essay_id in db.session.scalars(with_rooms).all()
        for room in rooms_of(essay_id)
        for drift in drifts_of(room)
    ]


def drifts_of(room: Room) -> list[Drift]:
    """Return what drifted of one room."""
    counts, wanted = adds_up(room), votes_in_room(room, RoomVote)
    found = votes_in_room(room, Vote) | votes_in_room(room, AsideVote)
    should = wanted if counts else set()
    drifts = []
    if room.counts != counts:
        drifts.append(Drift("rooms", room.id, "counts", room.counts, counts, room.essay_id))
    if found != should:
        numbers = len(found), len(should)
        drifts.append(Drift("rooms", room.id, "votes", *numbers, room.essay_id))
    return drifts


def votes_in_room(
    room: Room, table: type[RoomVote | Vote | AsideVote]
) -> set[tuple[int, int, str]]:
    """Return which votes of the room's people on its discussion stand in a table; among those kept
    of the room, who is struck has none."""
    query = select(table.reply_id, table.user_id, table.value)
    query = query.where(
        table.user_id.in_(people_in(room)),
        table.essay_id == room.essay_id,
        table.carried_from_id.is_(None),
    )
    if table is RoomVote:
        theirs = and_(RoomPlace.user_id == RoomVote.user_id, RoomPlace.struck_at.is_(None))
        query = query.join(RoomPlace, theirs)
    return {
        (reply_id, user_id, str(value)) for reply_id, user_id, value in db.session.execute(query)
    }


def mend_rooms(drifts: Iterable[Drift]) -> None:
    """Let exactly those votes count that should."""
    for room_id in sorted({drift.key for drift in drifts}):
        room = room_for_update(room_id)
        if room is not None:
            settle_room(room)


ROOMS = Counter("Votes of rooms", Essay, lock_rooms, check_rooms, mend_rooms)
