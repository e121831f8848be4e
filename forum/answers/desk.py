"""What waits for a body's answer, as whoever holds its seat sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..bodies.models import Body, Seat
from ..briefs.models import Brief, BriefQuote
from ..db import db
from ..events.crowds import Progress
from ..replies.models import Reply
from .announcing import being_told
from .models import AnswerDraft, AnswerEdition, Handover, OfficialAnswer
from .promises import PromiseStanding
from .questions import RaisedQuestion, questions_to
from .standings import DueStanding, DueState, standings_for
from .statuses import AnswerStatus, PromiseState
from .summaries import DueSummary, answers_once, summary_of

SOON = 14
"""Days within which what is due is named apart."""


@dataclass(frozen=True)
class DueGroup:
    """Some of what waits, under one heading."""

    name: str
    title: Any
    rows: list[DueStanding]


@dataclass(frozen=True)
class AnsweringDesk:
    """All that waits for one body."""

    seat: Seat
    rows: list[DueStanding]
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

    @cached_property
    def groups(self) -> list[DueGroup]:
        """What has not been answered, by its day."""
        waiting = [
            row for row in self.rows if row.state not in (DueState.ANSWERED, DueState.VOIDED)
        ]
        overdue = [row for row in waiting if row.is_overdue]
        rest = [row for row in waiting if not row.is_overdue]
        soon = [row for row in rest if row.days_left <= SOON and row.state is DueState.WAITING]
        later = [row for row in rest if row not in soon]
        groups = [
            DueGroup("overdue", _l("Overdue"), overdue),
            DueGroup("soon", _l("Due within 14 days"), soon),
            DueGroup("later", _l("Later"), later),
        ]
        return [group for group in groups if group.rows]

    @cached_property
    def waiting(self) -> list[DueStanding]:
        """All that has not been answered, by its day."""
        return [row for group in self.groups for row in group.rows]

    @cached_property
    def to_keep(self) -> list[tuple[DueStanding, PromiseStanding]]:
        """The promises that are open or late, by their day."""
        unkept = (PromiseState.OPEN, PromiseState.LATE)
        found = [
            (row, each)
            for row in answers_once(self.rows)
            for each in row.promises
            if each.state in unkept
        ]
        return sorted(found, key=lambda pair: pair[1].promise.by_on)

    @cached_property
    def summary(self) -> DueSummary:
        """The body's dues added up."""
        return summary_of(self.rows)

    def draft(self, row: DueStanding) -> AnswerDraft | None:
        """Return the draft of the answer to a row's proposal."""
        return self.drafts.get(row.reply.id)


def desk_of(seat: Seat) -> AnsweringDesk:
    """Return what waits for the body of a seat."""
    rows = standings_for([seat.body])
    return AnsweringDesk(
        seat,
        rows,
        questions_to(seat.body),
        open_drafts(seat.body),
        passed_to(seat.body),
        briefs_with([row.reply.id for row in rows]),
        being_told(seat.body),
    )


def open_drafts(body: Body) -> dict[int, AnswerDraft]:
    """Return the body's drafts that are not published, by the reply that they answer."""
    query = select(AnswerDraft).where(
        AnswerDraft.body_id == body.id,
        AnswerDraft.answer_id.is_(None),
        AnswerDraft.reply_id.is_not(None),
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
