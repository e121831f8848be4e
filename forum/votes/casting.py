"""Casting a vote: recorded, changed or taken back, and counted."""

from __future__ import annotations

import secrets
from typing import NamedTuple, cast

from sqlalchemy import Table, and_, bindparam, delete, select, update

from ..accounts.models import User
from ..database.made_once import made_once
from ..database.prepared import Prepared, PreparedChange
from ..db import db, now, upsert
from ..deals.holding import after_vote, before_vote
from ..essays.models import touch
from ..replies.models import DRAW, Reply
from ..rooms.models import place_of
from .asides import AsideVote, is_set_aside
from .counting import NUMBERS, Counted, counted
from .holding import HeldProposal
from .models import RoomVote, Value, Vote

VoteTable = Vote | RoomVote | AsideVote
_vote, _reply = cast(Table, Vote.__table__), cast(Table, Reply.__table__)
MINE = and_(_vote.c.reply_id == bindparam("reply"), _vote.c.user_id == bindparam("person"))
ASIDE = is_set_aside(_reply.c.essay_id, bindparam("person"))
CARRIED = _vote.c.carried_from_id.is_not(None)
BEFORE = Prepared(
    select(
        *(_reply.c[name] for name in NUMBERS),
        _vote.c.value,
        and_(~CARRIED, _vote.c.version < _reply.c.text_since).label("earlier_before"),
        CARRIED.label("carried_before"),
        ASIDE.label("aside"),
    )
    .select_from(_reply.outerjoin(_vote, and_(_vote.c.reply_id == _reply.c.id, MINE)))
    .where(_reply.c.id == bindparam("reply"))
)
COUNTED = PreparedChange(
    update(_reply).where(_reply.c.id == bindparam("reply")), *Counted._fields, "draw"
)
GIVEN = ("reply_id", "user_id", "essay_id", "value", "version", "voted_at", "first_at")
"""What is told of a vote when it is cast."""
CHANGED = ("value", "version", "voted_at", "carried_from_id")
"""What of an earlier vote a later one changes; it was carried from nowhere then."""


class VoteResult(NamedTuple):
    """The counts of a proposal after a vote on it, and whether that vote is set aside."""

    counts: Counted
    aside: bool


def cast_vote(user: User, reply: Reply | HeldProposal, value: Value) -> VoteResult:
    """Record, change or take back a person's vote on the proposal as it now stands.

    Return its counts with this vote. The caller holds the proposal's row, so the votes of many
    people at once are each counted once: what the row says, without what this person said before,
    with what they say now. That takes as long for a million votes as for one. What the deal of its
    discussion says of it comes due first; without a deal that is not asked. In a room that does not
    count, what they say is kept, and the counts stay as they are. So it is of whom votes are set
    aside: what they say is set aside too.
    """
    watched = before_vote(reply)
    db.session.flush()
    (row,) = BEFORE.rows(reply=reply.id, person=user.id)
    *numbers, before, was_earlier, was_carried, aside = row
    counts = dict(zip(NUMBERS, numbers, strict=True))
    place = place_of(user)
    if place is not None:
        record_vote(RoomVote, user, reply, value)
        if not place.counts:
            return VoteResult(counted(**counts), bool(aside))
    if aside:
        record_vote(AsideVote, user, reply, value)
        touch(reply.essay_id)  # whose pages tell how many votes are set aside
        return VoteResult(counted(**counts), aside=True)
    ways = ("", "room_") if place else ("",)
    if before is not None:
        for way in ways:
            counts[way + before] -= 1
        counts["earlier"] -= bool(was_earlier)
        counts["carried"] -= bool(was_carried)
    if value is not Value.NONE:
        for way in ways:
            counts[way + value.value] += 1
    record_vote(Vote, user, reply, value)
    found = counted(**counts)
    COUNTED.run(reply=reply.id, draw=secrets.randbelow(DRAW), **found._asdict())
    if watched is not None:
        after_vote(watched, found)
    return VoteResult(found, aside=False)


def record_vote(
    table: type[VoteTable], user: User, reply: Reply | HeldProposal, value: Value
) -> None:
    """Record, change or take back what a person says, in one of the tables that keep it."""
    if value is Value.NONE:
        taken_back(table).run(reply=reply.id, person=user.id)
        return
    moment = now()
    recorded(table).run(
        reply_id=reply.id,
        user_id=user.id,
        essay_id=reply.essay_id,
        value=value.value,
        version=reply.version,
        voted_at=moment,
        first_at=moment,
    )


@made_once
def recorded(table: type[VoteTable]) -> PreparedChange:
    """Return the statement that records a vote in place of the person's earlier one."""
    vote = upsert(table)
    changed = {name: vote.excluded[name] for name in CHANGED if name in table.__table__.c}
    mine = vote.on_conflict_do_update(index_elements=["reply_id", "user_id"], set_=changed)
    return PreparedChange(mine, *GIVEN)


@made_once
def taken_back(table: type[VoteTable]) -> PreparedChange:
    """Return the statement that takes a person's vote back."""
    votes = cast(Table, table.__table__)
    mine = votes.c.reply_id == bindparam("reply"), votes.c.user_id == bindparam("person")
    return PreparedChange(delete(votes).where(*mine))
