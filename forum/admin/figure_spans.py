"""The lengths of time that figures are told by: days, weeks and months of the site's zone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from ..web import dates


class SpanKind(StrEnum):
    """How long a span is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class FigureSpan(NamedTuple):
    """A day, a week from Monday on or a month, by its first day and the first one after it."""

    kind: SpanKind
    begins: date
    next: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The moments at which it begins and is over: a day may have 23 hours, or 25."""
        return dates.start_of(self.begins), dates.start_of(self.next)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.next - timedelta(days=1)


def month_after(day: date, months: int) -> date:
    """Return the first day of the month that comes so many months after a day's own."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


AFTER: dict[SpanKind, Callable[[date, int], date]] = {
    SpanKind.DAY: lambda today, number: today + timedelta(days=number),
    SpanKind.WEEK: lambda today, number: today + timedelta(weeks=number, days=-today.weekday()),
    SpanKind.MONTH: month_after,
}
"""When the span begins that comes so many after the one in which a day lies."""


def last_spans(kind: SpanKind, number: int) -> Iterator[FigureSpan]:
    """Yield the last so many spans, the one that is now last."""
    today, after = dates.today(), AFTER[kind]
    for back in range(1 - number, 1):
        yield FigureSpan(kind, after(today, back), after(today, back + 1))


@dataclass(frozen=True)
class Period:
    """What can be chosen: so many spans of a kind."""

    name: str
    label: Any
    kind: SpanKind
    number: int

    def spans(self) -> list[FigureSpan]:
        """Return its spans, the one that is now last."""
        return list(last_spans(self.kind, self.number))


PERIODS = {
    period.name: period
    for period in (
        Period("days", _l("30 days"), SpanKind.DAY, 30),
        Period("weeks", _l("12 weeks"), SpanKind.WEEK, 12),
        Period("year-by-week", _l("A year, by week"), SpanKind.WEEK, 52),
        Period("year", _l("A year, by month"), SpanKind.MONTH, 12),
        Period("years", _l("Five years, by month"), SpanKind.MONTH, 60),
    )
}
"""Every period by its name in addresses; the first is the usual one."""
LONGEST = {kind: max(p.number for p in PERIODS.values() if p.kind is kind) for kind in SpanKind}
"""How many spans of each kind can be asked for."""
