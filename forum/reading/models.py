"""What the pages that bring everything together need to know, in named queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload

from ..accounts.models import User
from ..answers.due_sums import added_up_by
from ..answers.summaries import DueSummary
from ..briefs.models import Brief
from ..briefs.published import briefs_by_essay
from ..database.prepared import Prepared
from ..db import UtcDateTime, db, now
from ..deals.models import Due
from ..essays.models import Essay, EssayEvent
from ..essays.opening import announce_changes
from ..replies.filters import Filter
from ..replies.listing import rows_of
from ..replies.looking import edge_of
from ..replies.models import Reply
from ..replies.orders import ORDERS
from ..replies.tags import Lever
from ..replies.tallies import Tally
from ..votes.people import people_by_essay
from ..web.pager import PAGE, NewestFirst, newest_first
from .landscape.marks import Judged

RANK_MOST = 1_000
LISTED_MOST = 50
SOON, SOON_MOST = timedelta(days=21), 5
"""What closes within this time is named first, so many at most."""


@dataclass(frozen=True)
class EssayInList:
    """An essay in a list: its proposals by lever, how many took part, the briefs made of them."""

    essay: Essay
    counts: dict[Lever, int]
    people: int
    briefs: list[Brief]
    dues: DueSummary | None = None
    """What came of it where it is over, if an answer came due."""

    @property
    def total(self) -> int:
        """How many proposals are shown in it."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Discussions:
    """Every essay on the first page, by what can be done with it."""

    drafts: list[EssayInList]
    closing: list[Essay]
    running: list[EssayInList]
    over: list[EssayInList]


def discussions(with_drafts: bool) -> Discussions:
    """Return the essays of the first page, the latest first; those that close soon, the soonest.

    The queries are as many however many essays there are, and none loads their bodies.
    """
    moment = {"moment": now(), "soon": now() + SOON}
    wanted = [DRAFTS if with_drafts else None, RUNNING, OVER]
    groups = [list(db.session.scalars(q, moment)) if q is not None else [] for q in wanted]
    soon = list(db.session.scalars(CLOSING, moment))
    announce_changes(SOON)
    ids = [essay.id for group in groups for essay in group]
    ended = [essay.id for essay in groups[2]]
    due = added_up_by(Due.essay_id, Due.essay_id.in_(ended)) if ended else {}
    counts, people, made = counts_by_lever(ids), people_by_essay(ids), briefs_by_essay(ids)

    def listed(essay: Essay) -> EssayInList:
        number = essay.id
        came = due.get(number)
        return EssayInList(
            essay, counts.get(number, {}), people.get(number, 0), made.get(number, []), came
        )

    drafts, running, over = (list(map(listed, group)) for group in groups)
    return Discussions(drafts, soon, running, over)


def essays(
    *which: ColumnElement[bool], order: Any = None, most: int = LISTED_MOST
) -> Select[Essay]:
    """Return the query of essays without their bodies, the latest first where no other order is
    named."""
    return (
        select(Essay)
        .where(*which)
        .options(defer(Essay.body), defer(Essay.body_html))
        .order_by(Essay.opened_at.desc() if order is None else order, Essay.id.desc())
        .limit(most)
    )


MOMENT = bindparam("moment", type_=UtcDateTime)
IS_SOON = Essay.closes_at <= bindparam("soon", type_=UtcDateTime)
HAS_CLOSED = Essay.closes_at <= MOMENT
CLOSES = Essay.closes_at > MOMENT
DRAFTS = essays(Essay.state == "draft")
RUNNING = essays(Essay.state == "open", Essay.closes_at.is_(None) | CLOSES)
OVER = essays((Essay.state == "closed") | ((Essay.state == "open") & HAS_CLOSED))
CLOSING = essays(Essay.state == "open", CLOSES, IS_SOON, order=Essay.closes_at, most=SOON_MOST)


def counts_by_lever(essay_ids: Sequence[int]) -> dict[int, dict[Lever, int]]:
    """Return how many proposals of each lever stand in each of these essays."""
    counts: dict[int, dict[Lever, int]] = {}
    for essay_id, lever, number in BY_LEVER.rows(essay_ids=list(essay_ids)):
        counts.setdefault(essay_id, dict.fromkeys(Lever, 0))[Lever(lever)] = int(number)
    return counts


BY_LEVER = Prepared(
    select(Tally.essay_id, Tally.lever, func.sum(Tally.proposals))
    .where(Tally.essay_id.in_(bindparam("essay_ids", expanding=True)))
    .group_by(Tally.essay_id, Tally.lever)
)


def judged(chosen: Filter, essay_id: int, most: int) -> list[Judged]:
    """Return the first proposals of an essay's list with their counts, as its landscape needs them.

    The same rows in the same order as the list itself, read off the same index.
    """
    score, tie = ORDERS[chosen.order]
    query: Select[*tuple[Any, ...]] = (
        select(
            Reply.id,
            Reply.title,
            Reply.lever,
            Reply.language,
            Reply.support,
            Reply.oppose,
            Reply.neutral,
        )
        .where(*chosen.conditions(essay_id))
        .order_by(score.desc(), tie.desc())
    )
    edge = edge_of(chosen, essay_id, chosen.order)
    last = edge.place if edge else None
    rows = rows_of(query, chosen, essay_id, chosen.order, most, last=last)
    return [Judged(rank, *row) for rank, row in enumerate(rows, 1)]


def events_of(essay: Essay) -> list[EssayEvent]:
    """Return when the discussion was published, closed and reopened, the first event first."""
    return list(db.session.scalars(EVENTS, {"essay": essay.id}))


EVENTS = (
    select(EssayEvent)
    .where(EssayEvent.essay_id == bindparam("essay"))
    .options(joinedload(EssayEvent.by))
    .order_by(EssayEvent.id)
)


def rank_of(reply: Reply) -> int | None:
    """Return the proposal's rank in its essay's Top order; none beyond the thousandth.

    Equals share it, as they do in lists and exports.
    """
    ((better,),) = BETTER.rows(essay=reply.essay_id, top=reply.top)
    return better + 1 if better < RANK_MOST else None


BETTER = Prepared(
    select(func.count()).select_from(
        select(Reply.id)
        .where(
            Reply.essay_id == bindparam("essay"),
            Reply.status == "visible",
            Reply.lever.is_not(None),
            Reply.top > bindparam("top"),
        )
        .limit(RANK_MOST)
        .subquery()
    )
)


def replies_by(user: User, before: int | None, most: int = PAGE) -> NewestFirst[Reply]:
    """Return a page of what a person wrote that everyone may read."""
    thread = aliased(Reply)
    query = (
        select(Reply)
        .join(Reply.essay)
        .outerjoin(thread, Reply.thread)
        .where(Reply.author_id == user.id, Reply.status == "visible", Essay.state != "draft")
        .where((thread.id.is_(None)) | (thread.status == "visible"))
        .options(contains_eager(Reply.essay), contains_eager(Reply.thread.of_type(thread)))
    )
    return newest_first(query, Reply.id, before, most)
