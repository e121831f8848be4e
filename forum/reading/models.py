"""What the pages that bring everything together need to know, in named queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload

from ..accounts.models import User
from ..db import db
from ..essays.models import Essay, EssayEvent
from ..replies.levers import Lever
from ..replies.models import Reply
from ..replies.tallies import Tally

RANK_MOST = 1_000


@dataclass(frozen=True)
class Listed:
    """An essay in a list, with its proposals counted by lever."""

    essay: Essay
    counts: dict[Lever, int]

    @property
    def total(self) -> int:
        """How many proposals are shown in it."""
        return sum(self.counts.values())


def essays_in(*states: str, most: int = 50) -> list[Listed]:
    """Return the essays in these states, the latest first, without loading their bodies."""
    query = (
        select(Essay)
        .where(Essay.state.in_(states))
        .options(defer(Essay.body), defer(Essay.body_html))
        .order_by(Essay.opened_at.desc(), Essay.id.desc())
        .limit(most)
    )
    essays = list(db.session.scalars(query))
    counts = counts_by_lever([essay.id for essay in essays])
    return [Listed(essay, counts.get(essay.id, {})) for essay in essays]


def counts_by_lever(essay_ids: Sequence[int]) -> dict[int, dict[Lever, int]]:
    """Return how many proposals of each lever stand in each of these essays."""
    query = (
        select(Tally.essay_id, Tally.lever, func.sum(Tally.proposals))
        .where(Tally.essay_id.in_(essay_ids))
        .group_by(Tally.essay_id, Tally.lever)
    )
    counts: dict[int, dict[Lever, int]] = {}
    for essay_id, lever, number in db.session.execute(query):
        counts.setdefault(essay_id, dict.fromkeys(Lever, 0))[Lever(lever)] = int(number)
    return counts


def events_of(essay: Essay) -> list[EssayEvent]:
    """Return when the discussion was published, closed and reopened, the first event first."""
    query = select(EssayEvent).where(EssayEvent.essay_id == essay.id)
    return list(
        db.session.scalars(query.options(joinedload(EssayEvent.by)).order_by(EssayEvent.id))
    )


def rank_of(reply: Reply) -> int | None:
    """Return the proposal's rank in its essay's Top order; none beyond the thousandth.

    Equals share it, as they do in lists and exports.
    """
    above = (
        select(Reply.id)
        .where(
            Reply.essay_id == reply.essay_id,
            Reply.status == "visible",
            Reply.lever.is_not(None),
            Reply.top > reply.top,
        )
        .limit(RANK_MOST)
    )
    better = db.session.scalar(select(func.count()).select_from(above.subquery())) or 0
    return better + 1 if better < RANK_MOST else None


def replies_by(user: User, before: int | None, most: int) -> list[Reply]:
    """Return what a person wrote that everyone may read, the newest first."""
    thread = aliased(Reply)
    query = (
        select(Reply)
        .join(Reply.essay)
        .outerjoin(thread, Reply.thread)
        .where(Reply.author_id == user.id, Reply.status == "visible", Essay.state != "draft")
        .where((thread.id.is_(None)) | (thread.status == "visible"))
        .options(contains_eager(Reply.essay), contains_eager(Reply.thread.of_type(thread)))
        .order_by(Reply.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query if before is None else query.where(Reply.id < before)))
