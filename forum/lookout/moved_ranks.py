"""What a discussion would look like without the votes of some people, or with those set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.engine import Connection

from ..db import among, db
from ..essays.models import Essay
from ..replies.models import Reply
from ..votes.asides import AsideVote
from ..votes.ranking import top
from .reading import Electorate

SHOWN = 5


class TwoRanks(NamedTuple):
    """A proposal's rank in the Top order of its whole discussion as it is, and as it would be
    otherwise: without the ``votes`` of a crowd, or with those that are set aside."""

    rank: int = 0
    otherwise: int = 0
    votes: int = 0


@dataclass(frozen=True)
class Moved:
    """A proposal that would stand elsewhere otherwise."""

    id: int
    title: str
    language: str
    rank: int
    otherwise: int
    votes: int


RANKED = (Reply.id, Reply.essay_id, Reply.top, Reply.support, Reply.oppose)
"""What of a proposal its two ranks are made of, beside the votes in question."""
IN_ORDER = (Reply.lever.is_not(None), Reply.status == "visible")


def moved_by(essay: Essay, crowd: Set[int], electorate: Electorate) -> list[Moved]:
    """Return the proposals that a crowd moves furthest, at most a few."""
    theirs: dict[int, list[str]] = defaultdict(list)
    for voter in electorate.voters:
        if voter.number in crowd:
            for reply, value in voter.ballot.items():
                theirs[reply].append(value)
    rows = db.session.execute(select(*RANKED).where(Reply.essay_id == essay.id, *IN_ORDER))
    said = ((row, theirs.get(row.id, [])) for row in rows)
    less = ((*row, -each.count("support"), -each.count("oppose"), len(each)) for row, each in said)
    return moved(two_ranks(less))[:SHOWN]


def moved_by_asides(essay: Essay) -> list[Moved]:
    """Return the proposals that would stand elsewhere with the votes that are set aside, those
    that they would move furthest first."""
    return moved(ranks_with_asides(db.session.connection(), AsideVote.essay_id == essay.id))


def ranks_with_asides(connection: Connection, *which: ColumnElement[bool]) -> dict[int, TwoRanks]:
    """Return the two ranks of these proposals' whole discussions, of those alone in which votes
    are set aside. ``which`` chooses among those votes.

    These discussions are asked for first: so one without any is not read, however long it is.
    """
    essays = connection.scalars(select(AsideVote.essay_id).where(*which).distinct()).all()
    return two_ranks(connection.execute(with_asides(essays))) if essays else {}


def with_asides(essays: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Return the query of the proposals of these discussions with how often they are supported and
    opposed by votes that are set aside, and how many those are."""
    given = (
        select(
            AsideVote.reply_id,
            *(
                func.sum(case((AsideVote.value == value, 1), else_=0)).label(value)
                for value in ("support", "oppose")
            ),
            func.count().label("votes"),
        )
        .group_by(AsideVote.reply_id)
        .subquery()
    )
    numbers = (func.coalesce(column, 0) for column in (given.c.support, given.c.oppose))
    return (
        select(*RANKED, *numbers, func.coalesce(given.c.votes, 0))
        .outerjoin(given, given.c.reply_id == Reply.id)
        .where(Reply.essay_id.in_(essays), *IN_ORDER)
    )


def two_ranks(rows: Iterable[Any]) -> dict[int, TwoRanks]:
    """Return both ranks of proposals, each within its discussion: of rows as RANKED has them, with
    how many who support, who oppose and who vote at all there would be more."""
    now: dict[int, dict[int, float]] = defaultdict(dict)
    others: dict[int, dict[int, float]] = defaultdict(dict)
    votes: dict[int, int] = {}
    for number, essay_id, score, support, oppose, supporting, opposing, all_votes in rows:
        changes = supporting or opposing
        now[essay_id][number] = score
        others[essay_id][number] = (
            top(support + int(supporting), oppose + int(opposing)) if changes else score
        )
        votes[number] = int(all_votes)
    found: dict[int, TwoRanks] = {}
    for essay_id, scores in now.items():
        ranks, otherwise = ranked(scores), ranked(others[essay_id])
        found |= {n: TwoRanks(ranks[n], otherwise[n], votes[n]) for n in scores}
    return found


def moved(ranks: Mapping[int, TwoRanks]) -> list[Moved]:
    """Return the proposals with votes in question that would stand elsewhere, furthest first."""
    apart = {n: each for n, each in ranks.items() if each.votes and each.rank != each.otherwise}
    these = among(Reply.id, list(apart), is_walked=False)
    rows = db.session.execute(select(Reply.id, Reply.title, Reply.language).where(these))
    found = [Moved(row.id, row.title, row.language, *apart[row.id]) for row in rows]
    return sorted(found, key=lambda each: (-abs(each.rank - each.otherwise), each.rank))


def ranked(scores: dict[int, float]) -> dict[int, int]:
    """Return the rank of each by its score; equal scores share one."""
    ordered: Sequence[float] = sorted(scores.values(), reverse=True)
    first: dict[float, int] = {}
    for rank, score in enumerate(ordered, 1):
        first.setdefault(score, rank)
    return {each: first[score] for each, score in scores.items()}
