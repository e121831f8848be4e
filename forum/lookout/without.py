"""What a discussion would look like without the votes of some people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from sqlalchemy import select

from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from ..votes.ranking import top
from .reading import Electorate

SHOWN = 5


@dataclass(frozen=True)
class Moved:
    """A proposal, its rank in the Top order, and the one that it would have without a crowd."""

    id: int
    title: str
    language: str
    rank: int
    without: int
    votes: int


def moved_by(essay: Essay, crowd: Set[int], electorate: Electorate) -> list[Moved]:
    """Return the proposals that a crowd moves furthest, at most a few."""
    theirs: dict[int, Counter[str]] = {}
    for voter in electorate.voters:
        if voter.number in crowd:
            for reply, value in voter.ballot.items():
                theirs.setdefault(reply, Counter())[value] += 1
    query = select(
        Reply.id, Reply.title, Reply.language, Reply.top, Reply.support, Reply.oppose
    ).where(Reply.essay_id == essay.id, Reply.lever.is_not(None), Reply.status == "visible")
    rows = db.session.execute(query).all()
    nobody = Counter[str]()
    others = {
        row.id: top(
            row.support - theirs.get(row.id, nobody)["support"],
            row.oppose - theirs.get(row.id, nobody)["oppose"],
        )
        for row in rows
    }
    ranks = ranked({row.id: row.top for row in rows})
    without = ranked(others)
    moved = [
        Moved(
            row.id, row.title, row.language, ranks[row.id], without[row.id], theirs[row.id].total()
        )
        for row in rows
        if row.id in theirs and ranks[row.id] != without[row.id]
    ]
    moved.sort(key=lambda each: (-abs(each.rank - each.without), each.rank))
    return moved[:SHOWN]


def ranked(scores: dict[int, float]) -> dict[int, int]:
    """Return the rank of each by its score; equal scores share one."""
    ordered: Sequence[float] = sorted(scores.values(), reverse=True)
    first: dict[float, int] = {}
    for rank, score in enumerate(ordered, 1):
        first.setdefault(score, rank)
    return {each: first[score] for each, score in scores.items()}
