"""What waits for a body's answer, as whoever holds its seat sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload

from ..bodies.models import Body, Seat
from ..briefs.models import Brief, BriefQuote
from ..db import db
from ..deals.models import Due
from ..events.crowds import Progress
from ..replies.models import Reply
from ..web.dates import today
from ..web.pager import PAGE, NumberedPage
from .announcing import being_told
from .due_order import standings_in_turn
from .due_sums import added_up, of_dues, promise_state_today, state_today
from .models import AnswerDraft, AnswerEdition, Handover, OfficialAnswer, Promise
from .promises import PromiseStanding
from .questions import RaisedQuestion, questions_to
from .standings import DueStanding, DueState
from .statuses import AnswerStatus, PromiseState
from .summaries import DueSummary

SOON = timedelta(days=14)
"""Within which what is due is named apart."""
GROUPS: Mapping[str, Any] = {
    "overdue": _l("Overdue"),
    "soon": _l("Due within 14 days"),
    "later": _l("Later"),
}
"""What waits, in the order in which it is shown."""
WAITS = and_(OfficialAnswer.settled_at.is_(None), Due.voided_at.is_(None))
"""Whether a due, with the answer to it beside, waits for one."""


@dataclass(frozen=True)
class DueGroup:
    """Some of what waits, under one heading: those on this page, and how many there are."""

    name: str
    title: Any
    rows: list[DueStanding]
    number: int


@dataclass(frozen=True)
class AnsweringDesk:
    """What waits for one body: a page of its dues (from 1), and what else there is to do."""

    seat: Seat
    summary: DueSummary
    groups: list[DueGroup]
    page: NumberedPage
    to_keep: list[tuple[DueStanding, PromiseStanding]]
    """The promises that are open or late, by their day; the first ``PAGE`` of them."""
    questions: list[RaisedQuestion]
    drafts: dict[int, AnswerDraft]
    passed_on: list[OfficialAnswer]
    briefs: dict[int, list[Brief]]
    told: list[tuple[OfficialAnswer, Progress]]
    """The answers of which people are still being told, and how far that has come."""

    @property
    def body(self) -> Body:
        """The body that answers."""
        return self.seat.body

    @property
    def waiting(self) -> list[DueStanding]:
        """What is on this page of what has not been answered, by its day."""
        return [row for group in self.groups for row in group.rows]

    @property
    def promises(self) -> int:
        """How many promises are open or late."""
        return self.summary.promises[PromiseState.OPEN] + self.summary.promises[PromiseState.LATE]

    def draft(self, row: DueStanding) -> AnswerDraft | None:
        """Return the draft of the answer to a row's proposal."""
        return self.drafts.get(row.reply.id)


def desk_of(seat: Seat, asked: int = 1, reply_id: int | None = None) -> AnsweringDesk:
    """Return what waits for the body of a seat: the page with a reply's due, else the one asked."""
    theirs = and_(Due.body_id == seat.body_id, WAITS)
    in_order = of_dues(Due.id, group_today().label("group")).where(theirs).order_by(*by_group())
    sizes = sizes_of(in_order)
    if reply_id is not None and (place := place_of(reply_id, theirs)):
        asked = -(-place // PAGE)
    page = NumberedPage.nearest(asked, sizes.total(), PAGE)
    on_page: Any = db.session.execute(in_order.offset(page.before).limit(page.most))
    shown: dict[int, str] = dict(on_page.all())
    rows = standings_in_turn(list(shown))
    replies = [row.reply.id for row in rows]
    return AnsweringDesk(
        seat,
        added_up(Due.body_id == seat.body_id),
        [
            DueGroup(name, title, [r for r in rows if shown[r.due.id] == name], sizes[name])
            for name, title in GROUPS.items()
            if name in shown.values()
        ],
        page,
        promises_to_keep(seat.body),
        questions_to(seat.body),
        open_drafts(seat.body, replies),
        passed_to(seat.body),
        briefs_with(replies),
        being_told(seat.body),
    )


def sizes_of(in_order: Select[*tuple[Any, ...]]) -> Counter[str]:
    """Return how many of these dues each group has."""
    each = in_order.order_by(None).subquery()
    counted: Any = db.session.execute(select(each.c.group, func.count()).group_by(each.c.group))
    return Counter(dict(counted.all()))


def group_today() -> ColumnElement[str]:
    """Return under which heading a due that waits stands."""
    state = state_today()
    is_soon = and_(state == DueState.WAITING.value, Due.due_on <= today() + SOON)
    return case((state == DueState.OVERDUE.value, "overdue"), (is_soon, "soon"), else_="later")


def by_group() -> tuple[ColumnElement[Any], ...]:
    """Return the order of what waits: by its group, then by its day."""
    places = {name: place for place, name in enumerate(GROUPS)}
    return case(places, value=group_today()), Due.due_on.asc(), Due.id.asc()


def place_of(reply_id: int, theirs: ColumnElement[bool]) -> int | None:
    """Return which of those that wait is the first to stand on a reply, from 1; None for none."""
    place = func.row_number().over(order_by=by_group()).label("place")
    places = of_dues(Due.stands_on_id, place).where(theirs).subquery()
    return db.session.scalar(select(func.min(places.c.place)).where(places.c[0] == reply_id))


def promises_to_keep(body: Body) -> list[tuple[DueStanding, PromiseStanding]]:
    """Return the promises of the answers to what a body owed that are open or late, by their day,
    each with a due that its answer is to."""
    unkept = promise_state_today().in_((PromiseState.OPEN.value, PromiseState.LATE.value))
    query = (
        of_dues(Promise.id, func.min(Due.id))
        .join(Promise, Promise.answer_id == OfficialAnswer.id)
        .where(Due.body_id == body.id, unkept)
        .group_by(Promise.id, Promise.by_on)
        .order_by(Promise.by_on, Promise.id)
    )
    pairs = db.session.execute(query.limit(PAGE)).all()
    rows = {row.due.id: row for row in standings_in_turn([due_id for _promise, due_id in pairs])}
    standing = {each.promise.id: each for row in rows.values() for each in row.promises}
    return [(rows[due_id], standing[promise_id]) for promise_id, due_id in pairs]


def open_drafts(body: Body, reply_ids: Sequence[int]) -> dict[int, AnswerDraft]:
    """Return the body's drafts of answers to these that are not published, by the reply."""
    query = select(AnswerDraft).where(
        AnswerDraft.body_id == body.id,
        AnswerDraft.answer_id.is_(None),
        AnswerDraft.reply_id.in_(reply_ids),
    )
    found = db.session.scalars(query.options(joinedload(AnswerDraft.by)))
    return {each.reply_id: each for each in found if each.reply_id is not None}


def passed_to(body: Body) -> list[OfficialAnswer]:
    """Return the answers of others that say a matter is this body's, not taken over so far."""
    query = (
        select(OfficialAnswer)
        .join(AnswerEdition, AnswerEdition.answer_id == OfficialAnswer.id)
        .outerjoin(
            Handover,
            (Handover.answer_id == OfficialAnswer.id)
            & (Handover.edition == OfficialAnswer.edition),
        )
        .where(
            AnswerEdition.number == OfficialAnswer.edition,
            AnswerEdition.passed_to_id == body.id,
            OfficialAnswer.status == AnswerStatus.NOT_OURS,
            Handover.answer_id.is_(None),
        )
        .options(joinedload(OfficialAnswer.reply), joinedload(OfficialAnswer.body))
        .order_by(OfficialAnswer.id)
    )
    return list(db.session.scalars(query))


def briefs_with(reply_ids: Sequence[int]) -> dict[int, list[Brief]]:
    """Return the published briefs in which these proposals stand, by proposal, the oldest first."""
    query = (
        select(BriefQuote.reply_id, Brief)
        .join(Brief, Brief.id == BriefQuote.brief_id)
        .join(Reply, Reply.id == BriefQuote.reply_id)
        .where(BriefQuote.reply_id.in_(list(reply_ids)), Reply.lever.is_not(None))
        .order_by(Brief.year, Brief.number)
    )
    found: dict[int, list[Brief]] = {}
    for reply_id, brief in db.session.execute(query):
        found.setdefault(reply_id, []).append(brief)
    return found
