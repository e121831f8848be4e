"""The numbers of the moderators' overview: what waits, how soon it is decided, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, func, select

from ..db import db, now
from ..replies.reasons import REASON_LABELS, Reason
from ..replies.reviews import Review
from ..web import dates
from .kinds import names_where
from .models import Action

WEEKS = 12
AGES: tuple[tuple[Any, timedelta], ...] = (
    (_l("Under 4 hours"), timedelta(hours=4)),
    (_l("4 hours to a day"), timedelta(days=1)),
    (_l("1 to 3 days"), timedelta(days=3)),
    (_l("3 to 7 days"), timedelta(days=7)),
    (_l("Over a week"), timedelta(days=36_500)),
)


@dataclass(frozen=True)
class Series:
    """Numbers by week under one name; ``most`` is the greatest of all series shown beside it.

    Nothing (None) stands for a week of which there is nothing to say.
    """

    label: Any
    numbers: list[float | None]
    most: float

    @property
    def says_something(self) -> bool:
        """Whether there is a week with a number."""
        return any(number is not None for number in self.numbers)


@dataclass(frozen=True)
class Weeks:
    """Numbers by week: the Mondays on which the weeks begin, and a series a name."""

    mondays: list[date]
    series: list[Series]


def open_by_age() -> list[tuple[Any, int]]:
    """Return how many reviews are open, by how long they have been."""
    moment = now()
    older = [case((Review.opened_at <= moment - age, 1), else_=0) for _label, age in AGES]
    query = select(func.count(), *map(func.sum, older)).where(Review.closed_at.is_(None))
    total, *sums = (int(number or 0) for number in db.session.execute(query).one())
    at_least = [total, *sums]
    return [(label, at_least[n] - at_least[n + 1]) for n, (label, _age) in enumerate(AGES)]


def mondays() -> list[date]:
    """Return the first days of the last weeks, this one last."""
    today = dates.today()
    this = today - timedelta(days=today.weekday())
    return [this - timedelta(weeks=n) for n in reversed(range(WEEKS))]


def week_of(column: Any, begins: list[date]) -> ColumnElement[int]:
    """Return the number of the week in which a moment lies."""
    ends = [dates.start_of(day) for day in begins[1:]]
    return case(*((column < end, n) for n, end in enumerate(ends)), else_=len(begins) - 1)


def median_by_week() -> Weeks:
    """Return the median hours from opening a review to its decision, by the week of the latter."""
    begins = mondays()
    week = week_of(Review.closed_at, begins)
    ordered = (
        select(
            week.label("week"),
            Review.waited,
            func.row_number().over(partition_by=week, order_by=Review.waited).label("place"),
            func.count().over(partition_by=week).label("number"),
        )
        .where(Review.closed_at >= dates.start_of(begins[0]))
        .subquery()
    )
    middle = (ordered.c.place * 2).between(ordered.c.number, ordered.c.number + 2)
    query = select(ordered.c.week, func.avg(ordered.c.waited)).where(middle)
    numbers: list[float | None] = [None] * WEEKS
    for number, seconds in db.session.execute(query.group_by(ordered.c.week)):
        numbers[number] = round(float(seconds) / 3600, 1)
    known = [number for number in numbers if number is not None]
    return Weeks(begins, [Series(_l("Median hours"), numbers, max(known, default=0.0))])


def decisions_by_week() -> Weeks:
    """Return how many decisions were made for each reason, by week; undoing is none."""
    begins = mondays()
    week = week_of(Action.at, begins)
    deciding = names_where(lambda kind: kind.decides)
    query = (
        select(Action.reason, week, func.count())
        .where(Action.at >= dates.start_of(begins[0]), Action.kind.in_(deciding))
        .group_by(Action.reason, week)
    )
    numbers: dict[str, list[float | None]] = {}
    most = 0.0
    for reason, number, count in db.session.execute(query):
        numbers.setdefault(reason, [None] * WEEKS)[number] = int(count)
        most = max(most, count)
    series = [
        Series(REASON_LABELS[reason], numbers[reason.value], most)
        for reason in Reason
        if reason.value in numbers
    ]
    return Weeks(begins, series)
