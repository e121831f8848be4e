"""Dues added up: how many were answered, in how many days, how many are overdue; and promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import func, select

from ..db import db
from ..deals.models import Due
from ..web.dates import day_of, today
from .models import OfficialAnswer
from .standings import IS_ITS_ANSWER, RUNS, DueStanding, DueState, standings
from .statuses import AnswerStatus, PromiseState

ACCEPTING = frozenset(
    {
        AnswerStatus.ACCEPTED,
        AnswerStatus.ACCEPTED_IN_PART,
        AnswerStatus.IN_PROGRESS,
        AnswerStatus.DONE,
    }
)
"""The statuses that say yes, whole or in part."""


@dataclass(frozen=True)
class DueSummary:
    """What became of some dues. ``median_days`` is of those that were answered, if any was."""

    dues: int
    states: Counter[DueState]
    median_days: float | None
    statuses: Counter[AnswerStatus]
    promises: Counter[PromiseState]

    @property
    def answered(self) -> int:
        """How many were answered."""
        return self.states[DueState.ANSWERED]

    @property
    def overdue(self) -> int:
        """How many are overdue."""
        return self.states[DueState.OVERDUE]

    @property
    def to_come(self) -> int:
        """How many are neither answered nor overdue: their day has not come, or stands still."""
        return self.dues - self.answered - self.overdue

    @property
    def accepted(self) -> int:
        """How many answers say yes, whole or in part."""
        return sum(self.statuses[status] for status in ACCEPTING)

    @property
    def promised(self) -> int:
        """How many promises there are in all."""
        return sum(self.promises.values())


def summary_of(rows: Sequence[DueStanding]) -> DueSummary:
    """Return these dues added up; an answer to several of them is one, and so are its promises."""
    days = [row.days_taken for row in rows if row.days_taken is not None]
    answered = [row for row in rows if row.state is DueState.ANSWERED and row.status]
    return DueSummary(
        len(rows),
        Counter(row.state for row in rows),
        median(days) if days else None,
        Counter(row.status for row in answered if row.status),
        Counter(each.state for row in answers_once(rows) for each in row.promises),
    )


@dataclass(frozen=True)
class BodyNumbers:
    """How many answers a body owes in all, gave and is overdue with, as ``DueSummary`` has them."""

    dues: int = 0
    answered: int = 0
    overdue: int = 0
    median_days: float | None = None


def numbers_by_body() -> dict[int, BodyNumbers]:
    """Return the numbers of every body, counted by the database; those without any are missing."""
    settled = OfficialAnswer.settled_at
    overdue = func.count().filter(settled.is_(None), Due.agreed, RUNS, Due.due_on < today())
    sums = select(Due.body_id, func.count(), func.count(settled), overdue)
    days: dict[int, list[int]] = {}
    times = select(Due.body_id, Due.at, settled).join(OfficialAnswer, IS_ITS_ANSWER)
    times = times.where(settled.is_not(None))
    for number, at, answered_at in db.session.execute(times):
        if answered_at is not None:
            days.setdefault(number, []).append((day_of(answered_at) - day_of(at)).days)
    counted = db.session.execute(
        sums.outerjoin(OfficialAnswer, IS_ITS_ANSWER).group_by(Due.body_id)
    )
    return {
        number: BodyNumbers(all_in_all, given, late, median(days[number]) if given else None)
        for number, all_in_all, given, late in counted
    }


def answers_once(rows: Iterable[DueStanding]) -> list[DueStanding]:
    """Return one row for each answer."""
    return list({row.answer.id: row for row in rows if row.answer is not None}.values())


def summaries_by_essay(essay_ids: Sequence[int]) -> dict[int, DueSummary]:
    """Return the dues of each of these essays added up; those without any are missing."""
    found: dict[int, list[DueStanding]] = {}
    for row in standings(Due.essay_id.in_(essay_ids)) if essay_ids else []:
        found.setdefault(row.due.essay_id, []).append(row)
    return {number: summary_of(rows) for number, rows in found.items()}
