"""What a facilitator records of a room: how many were present, papers, and who does not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select

from ..db import db, now
from ..replies.models import Reply
from ..rooms.entering import add_place
from ..rooms.models import Room, RoomPlace, places_of
from .models import RoomVote, Value
from .room_votes import settle_room

SIDES = (Value.SUPPORT, Value.OPPOSE, Value.NEUTRAL)


def struck_in(room: Room) -> list[int]:
    """Return the numbers of the people who joined a room and do not count."""
    return [each.user_id for each in places_of(room) if each.struck_at and not each.on_paper]


def record(room: Room, present: int | None, struck: Iterable[int]) -> None:
    """Record how many were present in a room, whose row is held, and that exactly these people,
    who joined it, do not count."""
    room.present, room.counts = present, False  # until it adds up
    wanted = set(struck)
    for place in places_of(room):
        if not place.on_paper:
            place.count(place.user_id not in wanted)
    settle_room(room)


def papers_on(room: Room) -> dict[int, dict[Value, int]]:
    """Return the numbers of the papers handed in, by proposal."""
    query = (
        select(RoomVote.reply_id, RoomVote.value, func.count())
        .join(RoomPlace, RoomPlace.user_id == RoomVote.user_id)
        .where(RoomPlace.room_id == room.id, RoomPlace.on_paper)
        .group_by(RoomVote.reply_id, RoomVote.value)
    )
    found: dict[int, dict[Value, int]] = {}
    for reply_id, value, number in db.session.execute(query):
        found.setdefault(reply_id, dict.fromkeys(SIDES, 0))[Value(value)] = int(number)
    return found


def enter_papers(room: Room, reply: Reply, numbers: Mapping[Value, int]) -> None:
    """Enter what papers said of a proposal, in place of what was entered of it before.

    Papers bear no names: the first paper of one proposal is the first of all, so that there are as
    many people behind them as papers on the proposal that has most. The room's row is held.
    """
    people = [each.user_id for each in places_of(room) if each.on_paper]
    here = RoomVote.reply_id == reply.id, RoomVote.user_id.in_(people)
    db.session.execute(delete(RoomVote).where(*here))
    said = [value for value in SIDES for _paper in range(numbers.get(value, 0))]
    while len(people) < len(said):
        number = str(len(people) + 1)
        people.append(add_place(room, _("Paper %(number)s", number=number), on_paper=True).id)
    moment = now()
    rows = [
        {
            "reply_id": reply.id,
            "user_id": person,
            "essay_id": reply.essay_id,
            "value": value,
            "version": reply.version,
            "voted_at": moment,
            "first_at": moment,
        }
        for person, value in zip(people, said, strict=False)
    ]
    if rows:
        db.session.execute(insert(RoomVote), rows)
    query = select(RoomVote.user_id).where(RoomVote.user_id.in_(people))
    in_use = set(db.session.scalars(query.distinct()))
    for place in places_of(room):
        if place.on_paper:
            place.count(place.user_id in in_use)
    settle_room(room)
