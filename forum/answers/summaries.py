"""Dues added up: how many were answered, in how many days, how many are overdue; and promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .standings import DueStanding, DueState
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

    states: Counter[DueState]
    median_days: float | None
    statuses: Counter[AnswerStatus]
    promises: Counter[PromiseState]

    @classmethod
    def of_none(cls) -> DueSummary:
        """Return that of no dues."""
        return cls(Counter(), None, Counter(), Counter())

    @property
    def dues(self) -> int:
        """How many there are."""
        return self.states.total()

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
    """Return dues in hand added up; the promises of an answer to several of them count once."""
    days = [row.days_taken for row in rows if row.days_taken is not None]
    answered = [row for row in rows if row.state is DueState.ANSWERED and row.status]
    return DueSummary(
        Counter(row.state for row in rows),
        median(days) if days else None,
        Counter(row.status for row in answered if row.status),
        Counter(each.state for row in answers_once(rows) for each in row.promises),
    )


def answers_once(rows: Iterable[DueStanding]) -> list[DueStanding]:
    """Return one row for each answer."""
    return list({row.answer.id: row for row in rows if row.answer is not None}.values())
