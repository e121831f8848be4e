"""How every due stands: answered, overdue, still to come; and what became of its proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased, defer, selectinload

from ..bodies.models import Body
from ..db import db
from ..deals.models import BY_SUPPORT, Deal, Due
from ..essays.models import Essay
from ..permissions import READABLE
from ..replies.models import Reply
from ..votes.ranking import lower
from ..web.dates import day_of, end_of, today
from ..web.page_notes import changes_at
from .due_words import what_it_says
from .models import AnswerEdition, Handover, OfficialAnswer, Promise
from .promises import PromiseStanding, standing_of
from .statuses import STATUSES, AnswerStatus, PromiseState, Sign
from .votes_aside import aside_since


class DueState(StrEnum):
    """Where a due stands."""

    OVERDUE = "overdue"
    WAITING = "waiting"
    STILL = "still"
    ANSWERED = "answered"
    VOIDED = "voided"


DUE_STATES: dict[DueState, Any] = {
    DueState.OVERDUE: _l("Overdue"),
    DueState.WAITING: _l("Not answered yet"),
    DueState.STILL: _l("On hold"),
    DueState.ANSWERED: _l("Answered"),
    DueState.VOIDED: _l("Declared void"),
}
"""The same in words."""
URGENCY = (DueState.OVERDUE, DueState.WAITING, DueState.STILL, DueState.ANSWERED, DueState.VOIDED)
"""The same in the order in which they are shown."""


@dataclass(frozen=True)
class DueStanding:
    """A due with all that is known of it: its proposal, its body, the answer so far."""

    due: Due
    reply: Reply
    essay: Essay
    body: Body
    answer: OfficialAnswer | None
    handover: Handover | None
    bound: float | None
    aside: int = 0
    """How many of the votes by which it came due were set aside since."""

    @cached_property
    def state(self) -> DueState:
        """Where it stands today. What was only asked is never overdue."""
        if self.settled_on is not None:
            return DueState.ANSWERED
        if self.due.voided_at is not None:
            return DueState.VOIDED
        if self.due.still_since is not None:
            return DueState.STILL
        changes_at(end_of(self.due.due_on))
        return DueState.OVERDUE if self.due.is_overdue(today()) else DueState.WAITING

    @property
    def is_overdue(self) -> bool:
        """Whether the day is past, the body had agreed, and there is no answer."""
        return self.state is DueState.OVERDUE

    @property
    def settled_on(self) -> date | None:
        """The day since which an answer discharges it."""
        moment = self.answer.settled_at if self.answer else None
        return day_of(moment) if moment else None

    @property
    def newest(self) -> int:
        """The number of the answer's newest edition; 0 where there is no answer."""
        return self.answer.edition if self.answer else 0

    @property
    def as_ticked(self) -> str:
        """What ticking its proposal sends: its number, its version and the answer's edition."""
        return f"{self.reply.id}.{self.reply.version}.{self.newest}"

    @property
    def edition(self) -> AnswerEdition | None:
        """What the body says today, unless it took that back or never said anything."""
        if self.answer is None or self.answer.edition == 0 or self.answer.is_taken_back:
            return None
        return self.answer.newest

    @property
    def status(self) -> AnswerStatus | None:
        """What the answer says, if there is one."""
        said = self.edition.status if self.edition else None
        return AnswerStatus(said) if said else None

    @cached_property
    def promises(self) -> list[PromiseStanding]:
        """How the promises of the answer stand, by their days."""
        if self.answer is None or self.answer.edition == 0:
            return []
        return [standing_of(each) for each in self.answer.promises]

    def promised(self, state: PromiseState) -> int:
        """Return how many of the promises stand so."""
        return sum(each.state == state for each in self.promises)

    @property
    def is_late(self) -> bool:
        """Whether a promise of the answer is late."""
        return self.promised(PromiseState.LATE) > 0

    @property
    def sign(self) -> Sign:
        """The shape beside its word."""
        if self.is_overdue or self.is_late:
            return Sign.DIAMOND
        return STATUSES[self.status].sign if self.status else Sign.RING

    @property
    def word(self) -> Any:
        """What became of it, in a word or two."""
        if self.is_overdue:
            return DUE_STATES[DueState.OVERDUE]
        if self.is_late:
            return _l("Promise late")
        if self.status is not None:
            return STATUSES[self.status].label
        return DUE_STATES[self.state]

    @property
    def has_fallen(self) -> bool:
        """Whether its support has fallen below what the deal asks, and no answer has come yet."""
        is_open = self.settled_on is None and self.is_shown and self.due.rule in BY_SUPPORT
        return is_open and self.bound is not None and self.low_now < self.bound

    @property
    def voters(self) -> int:
        """How many had voted when it came due, the unsure among them."""
        return self.due.support + self.due.oppose + self.due.neutral

    @cached_property
    def says(self) -> list[str]:
        """What there is to say beside that word."""
        return list(what_it_says(self))

    @property
    def is_shown(self) -> bool:
        """Whether everyone may read the proposal's words."""
        return self.reply.status in READABLE

    @property
    def days_taken(self) -> int | None:
        """How many days it took from the day it came due until it was answered."""
        return (self.settled_on - day_of(self.due.at)).days if self.settled_on else None

    @property
    def days_left(self) -> int:
        """How many days are left until the day due; below zero once it is past."""
        return (self.due.due_on - today()).days

    @property
    def low_then(self) -> float:
        """Above which share support was likely when it came due."""
        return lower(self.due.support, self.due.support + self.due.oppose)

    @property
    def low_now(self) -> float:
        """Above which share support is likely today."""
        return lower(self.reply.support, self.reply.support + self.reply.oppose)


IS_ITS_ANSWER = and_(
    OfficialAnswer.body_id == Due.body_id, OfficialAnswer.reply_id == Due.stands_on_id
)
"""Whether an answer is the one that a due asks for."""
RUNS = and_(Due.voided_at.is_(None), Due.still_since.is_(None))
"""Whether the days of a due run: it is not voided, and does not stand still."""


@cache
def all_dues() -> Select[*tuple[Any, ...]]:
    """Return the query of dues with what a standing needs, put together once."""
    stands, answer = aliased(Reply), aliased(OfficialAnswer)
    to_it = and_(answer.body_id == Due.body_id, answer.reply_id == stands.id, answer.edition > 0)
    taken = and_(Handover.answer_id == answer.id, Handover.edition == answer.edition)
    promises = selectinload(answer.promises).selectinload(Promise.steps)
    return (
        select(Due, stands, Essay, Body, answer, Handover, Deal.bound, aside_since())
        .join(stands, stands.id == Due.stands_on_id + 0)  # SQLite is to begin with the dues
        .join(Essay, Essay.id == stands.essay_id)
        .join(Body, Body.id == Due.body_id)
        .join(Deal, Deal.id == Due.deal_id)
        .outerjoin(answer, to_it)
        .outerjoin(Handover, taken)
        .options(
            defer(stands.body, raiseload=False),
            defer(stands.body_html),
            defer(stands.search),
            defer(Essay.body),
            defer(Essay.body_html),
            defer(Essay.search),
            selectinload(answer.editions),
            promises,
        )
        .order_by(Due.due_on, Due.id)
    )


def due_query(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query of the dues of which this holds, with what a standing needs."""
    return all_dues().where(*which)


def standings(*which: ColumnElement[bool]) -> list[DueStanding]:
    """Return how dues stand, by the day due; all of them where nothing says which."""
    return [DueStanding(*row) for row in db.session.execute(due_query(*which))]


def standings_of(reply: Reply) -> list[DueStanding]:
    """Return how the dues that stand on a proposal stand."""
    return standings(Due.stands_on_id == reply.id)


def urgent_first(rows: Sequence[DueStanding]) -> list[DueStanding]:
    """Return what is overdue first, then what is still to come by its day, then the answered."""
    return sorted(rows, key=lambda row: (URGENCY.index(row.state), row.due.due_on))
