"""What came of a discussion: how many proposals were due an answer, answered, accepted and done.

Each row of the flow is a part of the one above it, and what stays behind is named beside it, so
that the numbers add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import npgettext
from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from ..bodies.models import Body
from ..db import db
from ..deals.models import Deal, Due, latest_deal
from ..essays.models import Essay, EssayEvent
from ..replies.models import Reply
from ..replies.tags import Lever
from ..replies.tallies import Tally
from .due_order import late_then_answered, standings_in_order
from .due_sums import ALL, added_up, added_up_by, of_dues, promises_by, state_today
from .models import OfficialAnswer
from .standings import DueStanding, DueState
from .statuses import AnswerStatus, PromiseState
from .summaries import ACCEPTING, DueSummary

MARKS_MOST = 400
"""Up to so many proposals are drawn as marks, more as lengths."""
LISTED = 6


@dataclass(frozen=True)
class FlowRow:
    """One row of the flow: its number, how much of it goes on, and how much is overdue."""

    name: str
    number: int
    on: int
    overdue: int = 0

    @property
    def words(self) -> str:
        """What that many proposals are, after their number."""
        words: dict[str, str] = {
            "proposed": npgettext("flow", "proposed", "proposed", self.number),
            "due": npgettext("flow", "due an answer", "due an answer", self.number),
            "answered": npgettext("flow", "answered", "answered", self.number),
            "accepted": npgettext(
                "flow", "accepted in full or in part", "accepted in full or in part", self.number
            ),
            "done": npgettext("flow", "done", "done", self.number),
        }
        return words[self.name]

    @property
    def stays(self) -> int:
        """How many stay behind."""
        return self.number - self.on


@dataclass(frozen=True)
class BodyOutcome:
    """One body that was to answer, whether it had agreed, and what it did."""

    body: Body
    agreed: bool
    summary: DueSummary


@dataclass(frozen=True)
class Outcome:
    """What came of a discussion that is over: its dues added up, and the few that are named."""

    deal: Deal | None
    statement: EssayEvent | None
    summary: DueSummary
    proposed: Mapping[Lever, int]
    by_lever: Mapping[Lever, DueSummary]
    by_body: Sequence[BodyOutcome]
    of_accepted: Counter[PromiseState]
    """How many promises of what was accepted, and is not done, stand how."""
    listed: Sequence[DueStanding]
    """The overdue first, then what was answered last, then what is due next."""
    done: DueStanding | None
    """What has been done, where it is one proposal alone."""
    next_on: date | None
    """The day on which the next is due."""

    @property
    def total(self) -> int:
        """How many proposals there were: those shown, and those due all the same."""
        return sum(self.proposed.values())

    @property
    def is_marked(self) -> bool:
        """Whether each proposal is drawn as a mark of its own."""
        return self.total <= MARKS_MOST

    @property
    def flow(self) -> list[FlowRow]:
        """The rows of the flow."""
        sums = self.summary
        done = sums.statuses[AnswerStatus.DONE]
        return [
            FlowRow("proposed", self.total, sums.dues),
            FlowRow("due", sums.dues, sums.answered, sums.overdue),
            FlowRow("answered", sums.answered, sums.accepted),
            FlowRow("accepted", sums.accepted, done),
            FlowRow("done", done, done),
        ]


def outcome_of(essay: Essay) -> Outcome | None:
    """Return what came of a discussion; nothing where it runs, or nothing came due in it."""
    if not essay.is_over:
        return None
    here = Due.essay_id == essay.id
    summary = added_up(here)
    if not summary.dues:
        return None
    deal = latest_deal(essay.id)
    by_lever = added_up_by(lever_of_due(), here)
    unfinished = here, OfficialAnswer.status.in_(sorted(ACCEPTING - {AnswerStatus.DONE}))
    promises = db.session.execute(promises_by(ALL, unfinished))
    was_done = late_then_answered(here, OfficialAnswer.status == AnswerStatus.DONE.value)
    done = standings_in_order(was_done.limit(2))
    waits = of_dues(func.min(Due.due_on)).where(here, state_today() == DueState.WAITING.value)
    return Outcome(
        deal,
        closing_of(essay),
        summary,
        proposed_in(essay),
        {lever: by_lever[lever.value] for lever in Lever},
        bodies_in(here, deal),
        Counter({PromiseState(state): number for _all, state, number in promises}),
        standings_in_order(late_then_answered(here).limit(LISTED)),
        done[0] if len(done) == 1 else None,
        db.session.scalar(waits),
    )


def lever_of_due() -> ColumnElement[str | None]:
    """Return the lever of the proposal on which a due stands."""
    return select(Reply.lever).where(Reply.id == Due.stands_on_id).scalar_subquery()


def bodies_in(here: ColumnElement[bool], deal: Deal | None) -> list[BodyOutcome]:
    """Return what each body that was to answer did: in the order in which the deal names them, then
    those to which something came due otherwise, by their first day."""
    has_agreed: dict[int, bool] = {}
    for each in deal.bodies if deal else []:
        has_agreed[each.body_id] = has_agreed.get(each.body_id, False) or each.has_agreed
    any_agreed = func.max(case((Due.agreed, 1), else_=0))
    first = func.min(Due.due_on), func.min(Due.id)
    owing = select(Due.body_id, any_agreed).where(here).group_by(Due.body_id).order_by(*first)
    for number, agreed in db.session.execute(owing):
        has_agreed[number] = has_agreed.get(number, False) or bool(agreed)
    bodies = db.session.scalars(select(Body).where(Body.id.in_(has_agreed)))
    named, sums = {body.id: body for body in bodies}, added_up_by(Due.body_id, here)
    return [BodyOutcome(named[n], agreed, sums[n]) for n, agreed in has_agreed.items()]


def closing_of(essay: Essay) -> EssayEvent | None:
    """Return the event that closed the discussion last, with what was said then."""
    query = (
        select(EssayEvent)
        .where(EssayEvent.essay_id == essay.id, EssayEvent.kind == "close")
        .options(joinedload(EssayEvent.by))
        .order_by(EssayEvent.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def proposed_in(essay: Essay) -> dict[Lever, int]:
    """Return how many proposals of each lever there were, the due that stand elsewhere as well."""
    found = dict.fromkeys(Lever, 0)
    shown = select(Tally.lever, func.sum(Tally.proposals)).where(Tally.essay_id == essay.id)
    itself, stands = aliased(Reply), aliased(Reply)
    elsewhere = (
        select(stands.lever, func.count())
        .select_from(Due)
        .join(itself, itself.id == Due.reply_id)
        .join(stands, stands.id == Due.stands_on_id)
        .where(Due.essay_id == essay.id, stands.lever.is_not(None))
        .where(or_(itself.essay_id != essay.id, itself.status != "visible"))
    )
    for query in (shown.group_by(Tally.lever), elsewhere.group_by(stands.lever)):
        for lever, number in db.session.execute(query):
            found[Lever(str(lever))] += int(number)
    return found
