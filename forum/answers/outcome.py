"""What came of a discussion: how many proposals were due an answer, answered, accepted and done.

Each row of the flow is a part of the one above it, and what stays behind is named beside it, so
that the numbers add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import npgettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..bodies.models import Body
from ..db import db
from ..deals.models import Deal, latest_deal
from ..essays.models import Essay, EssayEvent
from ..replies.models import Reply
from ..replies.tags import LEVER, Lever
from .standings import DueStanding, DueState, standings_in, urgent_first
from .statuses import AnswerStatus, PromiseState
from .summaries import ACCEPTING, DueSummary, summary_of

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
    """What came of a discussion that is over."""

    deal: Deal | None
    statement: EssayEvent | None
    dues: Sequence[DueStanding]
    proposed: dict[Lever, int]

    @cached_property
    def summary(self) -> DueSummary:
        """All dues added up."""
        return summary_of(self.dues)

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

    @cached_property
    def by_lever(self) -> dict[Lever, DueSummary]:
        """The same numbers for the proposals of each lever."""
        return {
            lever: summary_of([row for row in self.dues if row.reply.lever == lever])
            for lever in Lever
        }

    @cached_property
    def by_body(self) -> list[BodyOutcome]:
        """What each body that was to answer did, in the order in which the deal names them."""
        named = {each.body.id: each.body for each in (self.deal.bodies if self.deal else [])}
        named |= {row.body.id: row.body for row in self.dues}
        agreed = (
            {each.body_id for each in self.deal.bodies if each.has_agreed} if self.deal else set()
        )
        agreed |= {row.body.id for row in self.dues if row.due.agreed}
        return [
            BodyOutcome(
                body,
                number in agreed,
                summary_of([row for row in self.dues if row.body.id == number]),
            )
            for number, body in named.items()
        ]

    @property
    def listed(self) -> list[DueStanding]:
        """The overdue first, then what was answered last, then what is due next."""
        overdue = [row for row in urgent_first(self.dues) if row.is_overdue]
        answered = [row for row in self.dues if row.state is DueState.ANSWERED]
        answered.sort(key=lambda row: str(row.settled_on), reverse=True)
        rest = [row for row in self.dues if row not in overdue and row not in answered]
        return [*overdue, *answered, *rest][:LISTED]

    @property
    def next_due(self) -> DueStanding | None:
        """What is due next."""
        coming = [row for row in self.dues if row.state is DueState.WAITING]
        return min(coming, key=lambda row: row.due.due_on, default=None)

    @property
    def done(self) -> list[DueStanding]:
        """What has been done."""
        return [row for row in self.dues if row.status is AnswerStatus.DONE]

    def of_accepted(self, state: PromiseState) -> int:
        """Return how many promises of what was accepted and is not done stand so."""
        rows = [row for row in self.dues if row.status in ACCEPTING - {AnswerStatus.DONE}]
        return sum(row.promised(state) for row in rows)


def outcome_of(essay: Essay) -> Outcome | None:
    """Return what came of a discussion; nothing where it runs, or nothing came due in it."""
    if not essay.is_over:
        return None
    dues = standings_in(essay)
    if not dues:
        return None
    return Outcome(latest_deal(essay.id), closing_of(essay), dues, proposed_in(essay, dues))


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


def proposed_in(essay: Essay, dues: Sequence[DueStanding]) -> dict[Lever, int]:
    """Return how many proposals of each lever there were, the due that stand elsewhere as well."""
    query = (
        select(Reply.lever, func.count())
        .where(Reply.essay_id == essay.id, Reply.status == "visible", Reply.lever.is_not(None))
        .group_by(Reply.lever)
    )
    found: dict[Any, int] = dict.fromkeys(Lever, 0)
    found |= {Lever(str(lever)): int(number) for lever, number in db.session.execute(query)}
    shown = select(Reply.id).where(Reply.essay_id == essay.id, Reply.status == "visible")
    visible = set(db.session.scalars(shown.where(Reply.id.in_([d.due.reply_id for d in dues]))))
    for row in dues:
        if row.due.reply_id not in visible and row.reply.lever in LEVER:
            found[Lever(str(row.reply.lever))] += 1
    return found
