"""What a discussion would look like without the votes of some people, or with those set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import select

from ..db import db
from ..essays.models import Essay
from ..replies.models import Reply
from ..votes.asides import AsideVote, values_aside
from ..votes.ranking import top
from .reading import Electorate

SHOWN = 5

GivenValues = Mapping[int, Counter[str]]
"""How often each value was given to each proposal."""


@dataclass(frozen=True)
class Moved:
    """A proposal, its rank in the Top order, and the one that it would have otherwise: without the
    ``votes`` of a crowd, or with those that are set aside."""

    id: int
    title: str
    language: str
    rank: int
    otherwise: int
    votes: int


def moved_by(essay: Essay, crowd: Set[int], electorate: Electorate) -> list[Moved]:
    """Return the proposals that a crowd moves furthest, at most a few."""
    theirs: dict[int, Counter[str]] = {}
    for voter in electorate.voters:
        if voter.number in crowd:
            for reply, value in voter.ballot.items():
                theirs.setdefault(reply, Counter())[value] += 1
    return moved(essay, theirs, -1)[:SHOWN]


def moved_by_asides(essay: Essay) -> list[Moved]:
    """Return the proposals that would stand elsewhere with the votes that are set aside, those
    that they would move furthest first."""
    return moved(essay, values_aside(db.session, AsideVote.essay_id == essay.id), 1)


def moved(essay: Essay, theirs: GivenValues, sign: int) -> list[Moved]:
    """Return the proposals that would stand elsewhere with (1) or without (-1) some votes."""
    query = select(
        Reply.id, Reply.title, Reply.language, Reply.top, Reply.support, Reply.oppose
    ).where(Reply.essay_id == essay.id, Reply.lever.is_not(None), Reply.status == "visible")
    rows = db.session.execute(query).all()
    nobody = Counter[str]()
    others = {
        row.id: top(
            row.support + sign * theirs.get(row.id, nobody)["support"],
            row.oppose + sign * theirs.get(row.id, nobody)["oppose"],
        )
        for row in rows
    }
    ranks = ranked({row.id: row.top for row in rows})
    otherwise = ranked(others)
    found = [
        Moved(row.id, row.title, row.language, ranks[row.id], otherwise[row.id], of.total())
        for row in rows
        if (of := theirs.get(row.id)) is not None and ranks[row.id] != otherwise[row.id]
    ]
    found.sort(key=lambda each: (-abs(each.rank - each.otherwise), each.rank))
    return found


def ranked(scores: dict[int, float]) -> dict[int, int]:
    """Return the rank of each by its score; equal scores share one."""
    ordered: Sequence[float] = sorted(scores.values(), reverse=True)
    first: dict[float, int] = {}
    for rank, score in enumerate(ordered, 1):
        first.setdefault(score, rank)
    return {each: first[score] for each, score in scores.items()}
