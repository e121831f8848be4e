"""Dues drawn by the week in which they are due: a mark each, answered, overdue or still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from ..web.dates import as_spoken, today
from ..web.speech import spoken_here
from .standings import DueStanding, DueState

WEEK = timedelta(days=7)
BEFORE, AFTER = 16, 20
"""Weeks before and after this one that are drawn at most."""
LEAST_WEEKS = 15
TALL, TOP = 64, 18
LEAST_LABEL = 64
"""Units that the name of a month needs."""


@dataclass(frozen=True)
class WeekMark:
    """One due: where its mark stands and what it is."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class WeekPicture:
    """The marks on their ground line, the names of months, and where today is."""

    width: int
    marks: list[WeekMark]
    months: list[tuple[float, str]]
    today_x: float
    left_out: int

    @property
    def base(self) -> int:
        """Where the ground line runs."""
        return TOP + TALL

    @property
    def height(self) -> int:
        """The height of the whole, the months under the line included."""
        return self.base + 20


def week_picture(rows: Sequence[DueStanding], width: int) -> WeekPicture | None:
    """Return the picture of these dues in so many units of width; none where there are none."""
    now = monday(today())
    weeks: dict[date, list[str]] = {}
    left_out = 0
    for row in rows:
        week, kind = monday(row.due.due_on), kind_of(row)
        if kind and now - BEFORE * WEEK <= week <= now + AFTER * WEEK:
            weeks.setdefault(week, []).append(kind)
        else:
            left_out += bool(kind)
    if not weeks:
        return None
    first = min(*weeks, now)
    last = max(*weeks, now, first + LEAST_WEEKS * WEEK) + WEEK
    step = width / ((last - first) / WEEK)
    tall = min(9.0, TALL / max(map(len, weeks.values())))
    marks = [
        WeekMark(
            round((week - first) / WEEK * step + step * 0.15, 1),
            round(TOP + TALL - (n + 1) * tall + tall * 0.15, 1),
            round(step * 0.7, 1),
            round(tall * 0.75, 1),
            kind,
        )
        for week, kinds in sorted(weeks.items())
        for n, kind in enumerate(sorted(kinds))
    ]
    today_x = round((today() - first).days / 7 * step, 1)
    return WeekPicture(width, marks, months_between(first, last, step), today_x, left_out)


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def kind_of(row: DueStanding) -> str:
    """Return what a due is drawn as; what was voided is not."""
    kinds = {DueState.ANSWERED: "answered", DueState.OVERDUE: "overdue", DueState.VOIDED: ""}
    return kinds.get(row.state, "to-come")


def months_between(first: date, last: date, step: float) -> list[tuple[float, str]]:
    """Return where each month begins and its name, as far as there is room for it."""
    found: list[tuple[float, str]] = []
    day = first
    while day < last:
        x = round((day - first).days / 7 * step, 1)
        if not found or x - found[-1][0] >= LEAST_LABEL:
            pattern = "LLLL y" if day.month == 1 or not found else "LLLL"
            found.append((x, as_spoken(format_date(day, pattern, spoken_here()))))
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    end = (last - first).days / 7 * step
    return [each for each in found if end - each[0] >= LEAST_LABEL * 0.7]
