"""Dues drawn by the week in which they are due: a mark each, answered, overdue or still to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
MARKS_MOST = 40
"""Up to so many dues of a week have a mark each; of more, a mark would be a hair."""
LEAST_LABEL = 64
"""Units that the name of a month needs."""


@dataclass(frozen=True)
class WeekMark:
    """One due, or all of a kind in a week: where the mark stands and what it is."""

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
    is_marked: bool
    """Whether each due has a mark of its own."""

    @property
    def base(self) -> int:
        """Where the ground line runs."""
        return TOP + TALL

    @property
    def height(self) -> int:
        """The height of the whole, the months under the line included."""
        return self.base + 20


def week_picture(by_day: Mapping[tuple[date, DueState], int], width: int) -> WeekPicture | None:
    """Return the picture of dues, counted by their day and state, in so many units of width.

    There is none where there are no dues. Very many are drawn as one length for each kind.
    """
    now = monday(today())
    weeks: dict[date, Counter[str]] = {}
    left_out = 0
    for (day, state), number in by_day.items():
        week, kind = monday(day), kind_of(state)
        if kind and now - BEFORE * WEEK <= week <= now + AFTER * WEEK:
            weeks.setdefault(week, Counter())[kind] += number
        else:
            left_out += number if kind else 0
    if not weeks:
        return None
    first = min(*weeks, now)
    last = max(*weeks, now, first + LEAST_WEEKS * WEEK) + WEEK
    step = width / ((last - first) / WEEK)
    most = max(kinds.total() for kinds in weeks.values())
    is_marked = most <= MARKS_MOST
    tall = min(9.0, TALL / most)
    marks = [
        mark
        for week, kinds in sorted(weeks.items())
        for mark in stacked(kinds, (week - first) / WEEK * step, step, tall, is_marked)
    ]
    today_x = round((today() - first).days / 7 * step, 1)
    months = months_between(first, last, step)
    return WeekPicture(width, marks, months, today_x, left_out, is_marked)


def stacked(
    kinds: Counter[str], left: float, step: float, tall: float, is_marked: bool
) -> Iterator[WeekMark]:
    """Yield the marks of a week that begins here and is so wide, from the ground up."""
    below = 0
    for kind, number in sorted(kinds.items()):
        for part in [1] * number if is_marked else [number]:
            below += part
            yield WeekMark(
                round(left + step * 0.15, 1),
                round(TOP + TALL - below * tall + tall * 0.15 * is_marked, 1),
                round(step * 0.7, 1),
                round(part * tall * (0.75 if is_marked else 1), 1),
                kind,
            )


def by_day(rows: Iterable[DueStanding]) -> Counter[tuple[date, DueState]]:
    """Return dues in hand counted by their day and state."""
    return Counter((row.due.due_on, row.state) for row in rows)


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def kind_of(state: DueState) -> str:
    """Return what a due is drawn as; what was voided is not."""
    kinds = {DueState.ANSWERED: "answered", DueState.OVERDUE: "overdue", DueState.VOIDED: ""}
    return kinds.get(state, "to-come")


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
