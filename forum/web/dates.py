"""Days and times as people write and read them: in the forum's zone, in the page's language.

A day is a day of the forum's zone, whoever types or reads it. ``end_of`` turns a day into the
moment at which it is over, ``start_of`` into that at which it begins, ``last_day`` turns the former
into the day again; nothing else does.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_name
from flask import current_app
from flask_babel import gettext as _

from ..db import now
from .speech import spoken_here

LATEST = date(9990, 1, 1)
"""The calendar ends some years later, and no zone may carry a day beyond that."""

_FIRST = re.compile(r"^1(?=\s)")
_NAMED = re.compile(r"[^\W\d_]{4}")


def zone() -> ZoneInfo:
    """Return the zone that the forum keeps its days by, as whoever runs it last said."""
    return ZoneInfo(current_app.extensions["time_zone"]())


def day_of(moment: datetime) -> date:
    """Return the day in which a moment lies."""
    return moment.astimezone(zone()).date()


def today() -> date:
    """Return the day that it is now."""
    return day_of(now())


def last_day(end: datetime) -> date:
    """Return the last day that something holds which ends at this moment."""
    return day_of(end - timedelta(microseconds=1))


def end_of(day: date) -> datetime:
    """Return the moment, in UTC, at which a day is over: the last midnight that ends it.

    Clocks that are set back or forward at midnight make two midnights, or none.
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), zone())
    both = [midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max((each for each in both if last_day(each) == day), default=max(both))


def start_of(day: date) -> datetime:
    """Return the moment, in UTC, at which a day begins: as the one before is over."""
    return end_of(day - timedelta(days=1))


def at_clock(typed: datetime) -> datetime:
    """Return the moment, in UTC, at which the forum's clocks show this; the first of two."""
    return typed.replace(tzinfo=zone()).astimezone(UTC)


def as_typed(moment: datetime) -> datetime:
    """Return what the forum's clocks show at a moment, as a form takes it."""
    return moment.astimezone(zone()).replace(tzinfo=None, second=0, microsecond=0)


def day(when: date | datetime) -> str:
    """Return a date in full; in French the first of a month is "1er"."""
    when = day_of(when) if isinstance(when, datetime) else when
    return as_spoken(format_date(when, "long", spoken_here()))


def short_day(when: date) -> str:
    """Return a date with its month cut short, for tables: "Feb 18, 2027", "18 févr. 2027"."""
    return as_spoken(format_date(when, "medium", spoken_here()))


def moment(when: datetime) -> str:
    """Return a date and time, with the zone."""
    return _("%(day)s at %(time)s", day=day(when), time=clock(when))


def clock(when: datetime) -> str:
    """Return the time of a day, with the zone: "2:05 PM (Pacific Standard Time)"."""
    said = format_time(when, "short", zone(), spoken_here())
    return _("%(time)s (%(zone)s)", time=said, zone=zone_name(when))


def coming(when: datetime) -> str:
    """Return a time that is still to come, with its day where that is not today."""
    return clock(when) if day_of(when) == today() else moment(when)


def until(end: datetime) -> str:
    """Return until when something holds that ends at this moment, with the zone."""
    last = last_day(end)
    if end_of(last) != end:
        return _("until %(moment)s", moment=unbroken(moment(end)))
    last_moment = end - timedelta(microseconds=1)
    return _(
        "until the end of %(day)s (%(zone)s)", day=unbroken(day(last)), zone=zone_name(last_moment)
    )


def zone_name(at: datetime) -> str:
    """Return what people call the forum's time at a moment; its distance from UTC if nothing."""
    local = at.astimezone(zone())
    if local.tzname() == "UTC":
        return "UTC"
    name = get_timezone_name(local, "long", locale=spoken_here())
    return name if _NAMED.search(name) else f"UTC{local.isoformat()[-6:]}"


def iso(when: datetime) -> str:
    """Return a moment as files write it: UTC, whole seconds, ``2025-01-31T12:00:00Z``."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unbroken(said: str) -> str:
    """Return a date for a page, where no line may end between its day and its month, nor within
    "14 h 05".

    Files keep their plain spaces, by which their readers find a date.
    """
    return said.replace(" ", "\u00a0", 1).replace(" h ", "\u00a0h\u00a0")


def as_spoken(said: str) -> str:
    """Return a date as the language has it where the tables of locales write a bare 1."""
    return _FIRST.sub("1er", said) if spoken_here().language == "fr" else said
