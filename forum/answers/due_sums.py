"""Dues added up by the database: the numbers of pages that may have very many of them.

What a state is stands once more in ``standings.py``, for a due in hand; a test holds both together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal_column,
    select,
)

from ..db import db
from ..deals.models import Due
from ..web.dates import end_of, today
from ..web.local_days import days_between
from ..web.page_notes import changes_at
from .models import OfficialAnswer, Promise, PromiseStep
from .standings import DueState
from .statuses import AnswerStatus, PromiseState
from .summaries import DueSummary

Key = TypeVar("Key")

WAS_SAID = and_(
    OfficialAnswer.body_id == Due.body_id + 0,
    OfficialAnswer.reply_id == Due.stands_on_id + 0,
    OfficialAnswer.edition > 0,
)
"""Whether an answer is to a due, and published. SQLite is to begin with the dues: beginning with
the answers it would go through all dues of a body for each, where it does not know how many."""
ALL: SQLColumnExpression[int] = literal_column("0")


def state_today() -> ColumnElement[str]:
    """Return where a due stands, with the answer to it beside; a page says it for the day."""
    changes_at(end_of(today()))
    return case(
        (OfficialAnswer.settled_at.is_not(None), DueState.ANSWERED.value),
        (Due.voided_at.is_not(None), DueState.VOIDED.value),
        (Due.still_since.is_not(None), DueState.STILL.value),
        (and_(Due.agreed, Due.due_on < today()), DueState.OVERDUE.value),
        else_=DueState.WAITING.value,
    )


def promise_state_today() -> ColumnElement[str]:
    """Return how a promise stands: by its last step, or by its day; a page says it for the day."""
    changes_at(end_of(today()))
    last = (
        select(PromiseStep.kind)
        .where(PromiseStep.promise_id == Promise.id)
        .order_by(PromiseStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    ended = (PromiseState.KEPT.value, PromiseState.WITHDRAWN.value)
    late = Promise.by_on < today(), PromiseState.LATE.value
    return case((last.in_(ended), last), late, else_=PromiseState.OPEN.value)


def has_late_promise() -> ColumnElement[bool]:
    """Return the condition that a promise of the answer beside a due is late."""
    is_late = promise_state_today() == PromiseState.LATE.value
    return select(Promise.id).where(Promise.answer_id == OfficialAnswer.id, is_late).exists()


def of_dues(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the query of these columns of dues, each with the answer to it where there is one."""
    return select(*columns).select_from(Due).outerjoin(OfficialAnswer, WAS_SAID)


def added_up(*which: ColumnElement[bool]) -> DueSummary:
    """Return the dues of which this holds added up."""
    return added_up_by(ALL, *which)[0]


def added_up_by(
    key: SQLColumnExpression[Key], *which: ColumnElement[bool]
) -> defaultdict[Key, DueSummary]:
    """Return the dues of each value of a column added up; where there are none, nothing is due."""
    found: defaultdict[Key, DueSummary] = defaultdict(DueSummary.of_none)
    days: defaultdict[Key, Counter[int]] = defaultdict(Counter)
    taken = days_between(Due.at, OfficialAnswer.settled_at)
    columns: tuple[Any, ...] = (
        key.label("key"),
        state_today().label("state"),
        OfficialAnswer.status,
        taken,
    )
    each = of_dues(*columns).where(*which).subquery()
    counted = select(*each.c, func.count()).group_by(*each.c)
    rows: Any = db.session.execute(counted)
    for value, state, status, day, number in rows:
        sums = found[value]
        sums.states[DueState(state)] += number
        if state == DueState.ANSWERED:
            days[value][day] += number
            if status is not None:
                sums.statuses[AnswerStatus(status)] += number
    for value, state, number in db.session.execute(promises_by(key, which)):
        found[value].promises[PromiseState(state)] = number
    for value, taken_days in days.items():
        found[value] = replace(found[value], median_days=median(taken_days.elements()))
    return found


def promises_by(
    key: SQLColumnExpression[Any], which: Sequence[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    """Return the query of how many promises stand how; those of an answer count once."""
    answers: Select[*tuple[Any, ...]] = select(key.label("key"), OfficialAnswer.id).select_from(Due)
    once = answers.join(OfficialAnswer, WAS_SAID).where(*which).distinct().subquery()
    state = promise_state_today().label("state")
    each = select(once.c.key, state).join(Promise, Promise.answer_id == once.c.id).subquery()
    return select(*each.c, func.count()).group_by(*each.c)


def counted_by_day(*which: ColumnElement[bool]) -> Counter[tuple[date, DueState]]:
    """Return how many of the dues of which this holds are due on which day, and stand how."""
    each = of_dues(Due.due_on, state_today().label("state")).where(*which).subquery()
    query = select(*each.c, func.count()).group_by(*each.c)
    rows: Any = db.session.execute(query)
    return Counter({(day, DueState(state)): number for day, state, number in rows})
