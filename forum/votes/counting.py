"""Counts and scores from the rows of votes: the one way in which they come to be stored."""

from __future__ import annotations

import secrets
from collections import Counter as CounterOf
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select, update

from ..db import db
from ..replies.models import DRAW, Reply
from ..rooms.models import RoomPlace
from .models import Vote
from .ranking import scores

CHUNK = 500
"""Proposals counted by one query."""
FROM_ROOMS = ("room_support", "room_oppose", "room_neutral", "on_paper")
NUMBERS = ("support", "oppose", "neutral", "earlier", "carried", *FROM_ROOMS)
"""What is counted of a proposal's votes."""


class Counted(NamedTuple):
    """What the rows of a proposal's votes add up to, and the scores that follow.

    Of the votes ``earlier`` were given to a text that has changed since, and ``carried`` to a
    proposal that was merged into this one. Of each kind ``room_…`` came from rooms, and of those
    together ``on_paper`` as papers.
    """

    support: int
    oppose: int
    neutral: int
    earlier: int
    carried: int
    room_support: int
    room_oppose: int
    room_neutral: int
    on_paper: int
    top: float
    eyes: float
    contested: float


def counted_votes(reply_ids: Sequence[int]) -> dict[int, Counted]:
    """Count the votes of these proposals from their rows, in one query."""
    is_carried = Vote.carried_from_id.is_not(None)
    is_earlier = and_(~is_carried, Vote.version < Reply.text_since)
    query = (
        select(
            Vote.reply_id,
            Vote.value,
            func.count(),
            how_many(is_earlier),
            how_many(is_carried),
            func.count(RoomPlace.user_id),
            how_many(RoomPlace.on_paper.is_(True)),
        )
        .join(Reply, Reply.id == Vote.reply_id)
        .outerjoin(RoomPlace, RoomPlace.user_id == Vote.user_id)
        .where(Vote.reply_id.in_(reply_ids))
        .group_by(Vote.reply_id, Vote.value)
    )
    numbers = {reply_id: CounterOf[str]() for reply_id in reply_ids}
    for reply_id, value, *counts in db.session.execute(query):
        names = (value, "earlier", "carried", f"room_{value}", "on_paper")
        numbers[reply_id].update(dict(zip(names, map(int, counts), strict=True)))
    return {reply_id: counted(**values) for reply_id, values in numbers.items()}


def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return of how many rows a condition holds."""
    return func.sum(case((condition, 1), else_=0))


def counted(**numbers: int) -> Counted:
    """Return the counts with their scores; what is not named is none."""
    every = {name: numbers.get(name, 0) for name in NUMBERS}
    found = scores(every["support"], every["oppose"], every["neutral"])
    return Counted(**every, **found._asdict())


def recount_votes(reply_ids: Iterable[int], redraw: bool = True) -> dict[int, Counted]:
    """Count the votes of any number of proposals, store what follows from them, and return it.

    The ties of "Needs more eyes" are drawn anew, unless nobody has voted since.
    """
    ids = sorted(reply_ids)
    all_found: dict[int, Counted] = {}
    for start in range(0, len(ids), CHUNK):
        counts = counted_votes(ids[start : start + CHUNK])
        all_found |= counts
        for reply_id, found in counts.items():
            drawn = {"draw": secrets.randbelow(DRAW)} if redraw else {}
            changed = update(Reply).where(Reply.id == reply_id)
            db.session.execute(changed.values(**found._asdict(), **drawn))
    return all_found
