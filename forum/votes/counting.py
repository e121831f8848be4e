"""Counts and scores from the rows of votes: the one way in which they come to be stored."""

from __future__ import annotations

import secrets
from collections import Counter as CounterOf
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, and_, case, func, select, update

from ..db import db
from ..replies.models import DRAW, Reply
from .models import Vote
from .ranking import scores

CHUNK = 500
"""Proposals counted by one query."""


@dataclass(frozen=True)
class Counted:
    """What the rows of a proposal's votes add up to, and the scores that follow.

    Of the votes ``earlier`` were given to a text that has changed since, and ``carried`` to a
    proposal that was merged into this one.
    """

    support: int
    oppose: int
    neutral: int
    earlier: int
    carried: int
    top: float
    eyes: float
    contested: float


def counted_votes(reply_ids: Sequence[int]) -> dict[int, Counted]:
    """Count the votes of these proposals from their rows, in one query."""
    is_carried = Vote.carried_from_id.is_not(None)
    is_earlier = and_(~is_carried, Vote.version < Reply.text_since)
    query = (
        select(Vote.reply_id, Vote.value, func.count(), how_many(is_earlier), how_many(is_carried))
        .join(Reply, Reply.id == Vote.reply_id)
        .where(Vote.reply_id.in_(reply_ids))
        .group_by(Vote.reply_id, Vote.value)
    )
    numbers = {reply_id: CounterOf[str]() for reply_id in reply_ids}
    for reply_id, value, number, earlier, carried in db.session.execute(query):
        found = {str(value): int(number), "earlier": int(earlier), "carried": int(carried)}
        numbers[reply_id].update(found)
    return {reply_id: counted(**values) for reply_id, values in numbers.items()}


def how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return of how many rows a condition holds."""
    return func.sum(case((condition, 1), else_=0))


def counted(
    support: int = 0, oppose: int = 0, neutral: int = 0, earlier: int = 0, carried: int = 0
) -> Counted:
    """Return the counts with their scores."""
    found = scores(support, oppose, neutral)
    return Counted(support, oppose, neutral, earlier, carried, **asdict(found))


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
            db.session.execute(changed.values(**asdict(found), **drawn))
    return all_found
