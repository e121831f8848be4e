"""Dues in an order of the ledger, some at a time: the database puts their numbers in order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case

from ..db import among, db
from ..deals.models import Due
from ..permissions import READABLE
from ..replies.models import Reply
from .due_sums import of_dues, state_today
from .models import AnswerEdition, OfficialAnswer
from .standings import URGENCY, DueStanding, DueState, standings


def urgent_dues(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query of dues' numbers: the overdue first, then what is still to come by its day,
    then the answered.
    """
    places = {state.value: place for place, state in enumerate(URGENCY)}
    place = case(places, value=state_today())
    return of_dues(Due.id).where(*which).order_by(place, Due.due_on, Due.id)


def newest_answered(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query of dues' numbers: what was answered last first, then what was not."""
    settled = OfficialAnswer.settled_at
    by_day = settled.is_(None), settled.desc(), Due.due_on, Due.id
    return of_dues(Due.id).where(*which).order_by(*by_day)


def late_then_answered(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query of dues' numbers: the overdue first, then what was answered last, then what
    is still to come by its day.
    """
    first = {DueState.OVERDUE.value: 0, DueState.ANSWERED.value: 1}
    place = case(first, value=state_today(), else_=2)
    settled = OfficialAnswer.settled_at.desc()
    return of_dues(Due.id).where(*which).order_by(place, settled, Due.due_on, Due.id)


def newest_said(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the query of the numbers of dues to whose proposal, as everyone may read it, something
    was said that stands: what was said last first.
    """
    newest = and_(
        AnswerEdition.answer_id == OfficialAnswer.id, AnswerEdition.number == OfficialAnswer.edition
    )
    said = of_dues(Due.id).join(AnswerEdition, newest).join(Reply, Reply.id == Due.stands_on_id)
    shown = OfficialAnswer.status.is_not(None), Reply.status.in_(READABLE)
    return said.where(*which, *shown).order_by(AnswerEdition.at.desc(), Due.id)


def standings_in_order(numbers: Select[*tuple[Any, ...]]) -> list[DueStanding]:
    """Return how the dues with these numbers stand, in the order of the query."""
    return standings_in_turn(list(db.session.scalars(numbers)))


def standings_in_turn(ids: list[int]) -> list[DueStanding]:
    """Return how the dues with these numbers stand, in this order."""
    found = {row.due.id: row for row in standings(among(Due.id, ids, is_walked=False))}
    return [found[number] for number in ids if number in found]
