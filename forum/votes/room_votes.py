"""The votes of a room: kept from the first on, and among those that count only while the room does.

They stand in a table of their own, as they were given. To let them count is to put copies among
the votes, where every count, score, hold and file finds them as it finds any other; to let them
count no more is to take the copies away. So nothing else needs to know which room counts.

A room has its say in its own discussion. A proposal that is moved takes along what counts, as it
takes every vote, and what is recorded of the room later changes nothing there: that discussion may
be over. Moved back, the room has its say in it again.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, delete, insert, null, or_, select, union

from ..db import db
from ..deals.holding import for_update
from ..replies.models import Reply
from ..rooms.models import Room, RoomPlace, numbers_in, people_in
from .asides import AsideVote
from .carrying import copy_votes, newcomers
from .models import RoomVote, Vote
from .setting_aside import counted_anew, every_vote

COPIED = (
    *("reply_id", "user_id", "essay_id", "value", "version", "voted_at", "first_at"),
    "carried_from_id",
)


def adds_up(room: Room) -> bool:
    """Say whether the number present is known, and no more joined with the papers than that."""
    return room.present is not None and sum(numbers_in(room)) <= room.present


def settle_room(room: Room) -> None:
    """Let exactly those votes of a room count that do now; its row is held.

    Every verb that changes who was present, who is struck or what stood on paper ends with it.
    """
    db.session.flush()
    room.counts = adds_up(room)
    db.session.flush()
    replies = hold_proposals(room)
    with counted_anew(replies), every_vote(replies):
        replace_copies(room, replies)
    db.session.flush()


def replace_copies(room: Room, replies: dict[int, Reply]) -> None:
    """Let the copies of a room's votes be those that count now; nothing is counted yet."""
    theirs = and_(Vote.user_id.in_(people_in(room)), Vote.essay_id == room.essay_id)
    merged = farthest_first(replies)
    back = {
        source.id: set(db.session.scalars(taken_back(source, into(source, replies)).where(theirs)))
        for source in merged
    }
    forget = delete(Vote).where(theirs)
    db.session.execute(forget, execution_options={"synchronize_session": False})
    if room.counts:
        mine = counting(RoomPlace.room_id == room.id)
        db.session.execute(insert(Vote).from_select(COPIED, mine, include_defaults=False))
        for source in merged:
            others = Vote.user_id.not_in(back[source.id])
            copy_votes(source, into(source, replies), theirs, others)


def settle_moved(reply: Reply) -> None:
    """Let the rooms of the discussion to which a held proposal was moved have their say in it."""
    said = counting(RoomPlace.room.has(essay_id=reply.essay_id)).where(
        RoomVote.reply_id == reply.id
    )
    if db.session.execute(said.limit(1)).first() is None:
        return
    here = select(RoomPlace.user_id).join(Room).where(Room.essay_id == reply.essay_id)
    forget = delete(Vote).where(Vote.reply_id == reply.id, Vote.user_id.in_(here))
    said = said.where(RoomPlace.room.has(counts=True))
    with counted_anew({reply.id: reply}), every_vote([reply.id]):
        db.session.execute(forget, execution_options={"synchronize_session": False})
        db.session.execute(insert(Vote).from_select(COPIED, said, include_defaults=False))


def hold_before_essay(room: Room, *papers_on: int) -> None:
    """Hold every proposal that is held before the essay where something of a room is recorded, at
    once and so in one order: those of its votes and its papers, and those that the deal watches."""
    watched = and_(Reply.essay_id == room.essay_id, Reply.held_since.is_not(None))
    mine = Reply.id.in_(concerned(room).union(papers_on))
    db.session.scalars(for_update(select(Reply).where(or_(mine, watched)))).all()


def hold_proposals(room: Room) -> dict[int, Reply]:
    """Return the proposals on which a room's votes stand or may come to stand, rows held."""
    query = for_update(select(Reply).where(Reply.id.in_(concerned(room))))
    return {reply.id: reply for reply in db.session.scalars(query)}


def concerned(room: Room) -> set[int]:
    """Return the numbers of the proposals on which votes of a room stand or may come to stand."""
    said = [
        select(each.reply_id).where(
            each.user_id.in_(people_in(room)), each.essay_id == room.essay_id
        )
        for each in (RoomVote, Vote, AsideVote)
    ]
    ids = set(db.session.scalars(union(*said)))
    further = ids
    while further:
        merged = select(Reply.merged_into_id).where(Reply.id.in_(further))
        into = select(Reply.id).where(Reply.id.in_(merged), Reply.essay_id == room.essay_id)
        further = set(db.session.scalars(into)) - ids
        ids |= further
    return ids


def counting(where: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    """Return the query of the votes from these places, as the columns of votes: of those that are
    not struck, on what stands in the discussion of their room."""
    return (
        select(
            *(RoomVote.reply_id, RoomVote.user_id, RoomVote.essay_id, RoomVote.value),
            *(RoomVote.version, RoomVote.voted_at, RoomVote.first_at, null()),
        )
        .join(RoomPlace, RoomPlace.user_id == RoomVote.user_id)
        .where(
            where,
            RoomPlace.struck_at.is_(None),
            RoomPlace.room.has(Room.essay_id == RoomVote.essay_id),
        )
    )


def into(source: Reply, replies: dict[int, Reply]) -> Reply:
    """Return the proposal into which one was merged."""
    return replies[source.merged_into_id or 0]


def taken_back(source: Reply, target: Reply) -> Select[int]:
    """Return the query of those whose votes were carried over by a merge, and who took them back
    there: known while these count, for who has no vote there otherwise has none on the source."""
    return select(Vote.user_id).where(*newcomers(source, target))


def farthest_first(replies: dict[int, Reply]) -> list[Reply]:
    """Return those that were merged, each before what it was merged into was merged in turn."""

    def steps(reply: Reply) -> int:
        following = replies.get(reply.merged_into_id or 0)
        return 1 + steps(following) if following else 0

    merged = [reply for reply in replies.values() if reply.merged_into_id in replies]
    return sorted(merged, key=steps, reverse=True)
