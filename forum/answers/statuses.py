"""The register of what an answer can say: each status, reason and verdict, on its row once.

``settles`` says whether an answer of this status discharges what is due: by itself, with a reason,
once another body has taken it over, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext


class AnswerStatus(StrEnum):
    """What a body says it does with a proposal."""

    RECEIVED = "received"
    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DECLINED = "declined"
    NOT_OURS = "not_ours"


class Sign(StrEnum):
    """The shape beside a word, so that no state is told by colour alone."""

    RING = "ring"
    HALF = "half"
    DISC = "disc"
    BAR = "bar"
    DIAMOND = "diamond"


class Settles(StrEnum):
    """What it takes for a status to discharge what is due."""

    NEVER = "never"
    BY_ITSELF = "by_itself"
    WITH_REASON = "with_reason"
    ONCE_TAKEN_OVER = "once_taken_over"


@dataclass(frozen=True)
class StatusRow:
    """One status: its words, its shape, and what it discharges."""

    value: AnswerStatus
    label: Any
    meaning: Any
    sign: Sign
    settles: Settles

    @property
    def is_word_only(self) -> bool:
        """Whether it says only that the matter has arrived: the day that is due stays as it is."""
        return self.settles is Settles.NEVER


STATUSES: dict[AnswerStatus, StatusRow] = {
    row.value: row
    for row in (
        StatusRow(
            AnswerStatus.ACCEPTED,
            _l("Accepted"),
            _l("It will be done as it stands."),
            Sign.DISC,
            Settles.BY_ITSELF,
        ),
        StatusRow(
            AnswerStatus.ACCEPTED_IN_PART,
            _l("Accepted in part"),
            _l("Some of it will be done; the reasons say which."),
            Sign.HALF,
            Settles.BY_ITSELF,
        ),
        StatusRow(
            AnswerStatus.IN_PROGRESS,
            _l("In progress"),
            _l("It is being done."),
            Sign.HALF,
            Settles.BY_ITSELF,
        ),
        StatusRow(
            AnswerStatus.DONE,
            lazy_pgettext("answer", "Done"),
            _l("It has been done."),
            Sign.DISC,
            Settles.BY_ITSELF,
        ),
        StatusRow(
            AnswerStatus.DECLINED,
            _l("Declined"),
            _l("It will not be done; the reasons say why."),
            Sign.BAR,
            Settles.WITH_REASON,
        ),
        StatusRow(
            AnswerStatus.NOT_OURS,
            _l("Not ours"),
            _l("Another body can do it; it settles what is due once that one takes it over."),
            Sign.RING,
            Settles.ONCE_TAKEN_OVER,
        ),
        StatusRow(
            AnswerStatus.RECEIVED,
            _l("Received"),
            _l("It has arrived: not an answer yet."),
            Sign.RING,
            Settles.NEVER,
        ),
        StatusRow(
            AnswerStatus.UNDER_REVIEW,
            _l("Under review"),
            _l("It is being looked into: not an answer yet."),
            Sign.RING,
            Settles.NEVER,
        ),
    )
}
"""Every status, in the order in which the form offers them: first what settles what is due."""


class DeclineReason(StrEnum):
    """Why a proposal is declined."""

    LAW = "law"
    COST = "cost"
    NOT_EFFECTIVE = "not_effective"
    ALREADY_DONE = "already_done"
    ELSEWHERE = "elsewhere"
    NOT_NOW = "not_now"


DECLINE_REASONS: dict[DeclineReason, Any] = {
    DeclineReason.LAW: _l("The law stands in the way"),
    DeclineReason.COST: _l("It costs too much"),
    DeclineReason.NOT_EFFECTIVE: _l("It would not do what it is meant to"),
    DeclineReason.ALREADY_DONE: _l("It is done already"),
    DeclineReason.ELSEWHERE: _l("It is dealt with elsewhere"),
    DeclineReason.NOT_NOW: _l("Not now"),
}
"""The reasons in words."""


class VerdictValue(StrEnum):
    """Whether an answer answers the proposal, as one who took part sees it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


VERDICTS: dict[VerdictValue, Any] = {
    VerdictValue.YES: _l("Yes"),
    VerdictValue.PARTLY: _l("Partly"),
    VerdictValue.NO: _l("No"),
}
"""The verdicts in words."""


class PromiseState(StrEnum):
    """How a promise stands, by its dates and its evidence."""

    OPEN = "open"
    LATE = "late"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class PromiseStateRow:
    """One state of a promise: its word and its shape."""

    label: Any
    sign: Sign


PROMISE_STATES: dict[PromiseState, PromiseStateRow] = {
    PromiseState.OPEN: PromiseStateRow(lazy_pgettext("promise", "Open"), Sign.RING),
    PromiseState.LATE: PromiseStateRow(lazy_pgettext("promise", "Late"), Sign.DIAMOND),
    PromiseState.KEPT: PromiseStateRow(lazy_pgettext("promise", "Kept"), Sign.DISC),
    PromiseState.WITHDRAWN: PromiseStateRow(lazy_pgettext("promise", "Withdrawn"), Sign.BAR),
}
"""The states of a promise in words."""


def choices(register: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """Return the rows of a register as a form offers them: value and words."""
    return [(key.value, getattr(row, "label", row)) for key, row in register.items()]
