"""Days of the forum's zone, as the database counts them from moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, case, cast, func

from ..db import db
from .dates import today, zone

FIRST = date(2000, 1, 1)
"""The clocks of before are taken as those of this day."""
DAY = 86_400


def days_between(
    first: SQLColumnExpression[Any], last: SQLColumnExpression[Any]
) -> ColumnElement[int]:
    """Return how many midnights of the forum's zone lie between two moments."""
    return cast(day_number(last) - day_number(first), Integer)


def day_number(moment: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Return the day in which a moment lies, as something that can be subtracted.

    SQLite knows no zones, so it is told by how much the clocks differed from UTC, and since when.
    """
    if db.engine.dialect.name == "postgresql":
        return func.date(func.timezone(zone().key, moment))
    (_since, before), *later = clocks(zone(), today())
    ahead = [(moment >= since, seconds) for since, seconds in reversed(later)]
    seconds = cast(func.strftime("%s", func.substr(moment, 1, 19)), Integer)
    return (seconds + (case(*ahead, else_=before) if ahead else before)) // DAY


@cache
def clocks(where: ZoneInfo, last: date) -> list[tuple[datetime, int]]:
    """Return since when, up to a day, the clocks of a zone were how many seconds ahead of UTC."""
    moment = datetime.combine(FIRST, datetime.min.time(), UTC)
    found = [(moment, ahead_of_utc(where, moment))]
    while moment.date() <= last:
        following = moment + timedelta(days=1)
        if ahead_of_utc(where, following) != found[-1][1]:
            changed = first_change(where, moment, following)
            found.append((changed, ahead_of_utc(where, changed)))
        moment = following
    return found


def first_change(where: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second, between two moments, at which the clocks of a zone were set."""
    was, seconds = ahead_of_utc(where, before), int((after - before).total_seconds())
    low, high = 0, seconds
    while high - low > 1:
        middle = (low + high) // 2
        same = ahead_of_utc(where, before + timedelta(seconds=middle)) == was
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)


def ahead_of_utc(where: ZoneInfo, moment: datetime) -> int:
    """Return by how many seconds the clocks of a zone are ahead of UTC at a moment."""
    ahead = moment.astimezone(where).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0
