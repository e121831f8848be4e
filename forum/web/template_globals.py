"""What every template may use: questions of permission, words, numbers and dates by language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_timedelta

from .. import permissions
from ..db import now
from ..version import __version__
from . import dates
from .elapsed import elapsed, next_words
from .numbers import format_decimal, percent
from .page_notes import changes_at
from .template_words import code_now


def ago(moment: datetime) -> str:
    """Return how long ago a moment was, in the reader's language."""
    present = now()
    changes_at(next_words(moment, present))
    return elapsed(moment, present)


def span(length: timedelta) -> str:
    """Return a length of time, in the reader's language."""
    return format_timedelta(length)


def score(number: Any) -> str:
    """Return a score to three decimals, 0.830 as 0.784, in the reader's language."""
    return str(format_decimal(round(float(number), 3) + 0.0, "0.000"))


def day(when: date | datetime) -> str:
    """Return a date in full, on one line as far as its month."""
    return dates.unbroken(dates.day(when))


def short_day(when: date) -> str:
    """Return a date with its month cut short, on one line as far as its month."""
    return dates.unbroken(dates.short_day(when))


def days_away(days: int) -> str:
    """Return how far off a day is, or how long ago it was, in the reader's language."""
    return format_timedelta(
        timedelta(days=days), granularity="day", threshold=30, add_direction=True
    )


def moment(when: datetime) -> str:
    """Return a date and time, on one line as far as its month."""
    return moment_in(code_now(), dates.zone(), when)


@lru_cache(maxsize=4_000)
def moment_in(_code: str, _zone: ZoneInfo, when: datetime) -> str:
    """Return the same, for the language and the zone in use."""
    return dates.unbroken(dates.moment(when))


def until(end: datetime) -> str:
    """Return until when something holds that ends at this moment."""
    return dates.until(end)


def last_day(end: datetime) -> str:
    """Return the last day of something that ends at this moment."""
    return day(dates.last_day(end))


def init_app(app: Flask) -> None:
    """Offer all of this to the templates."""
    questions = {n: q for n, q in vars(permissions).items() if n.startswith("can_")}
    app.jinja_env.globals.update(**questions, version=__version__, now=now)
    app.jinja_env.filters.update(
        ago=ago,
        span=span,
        percent=percent,
        score=score,
        day=day,
        short_day=short_day,
        days_away=days_away,
        moment=moment,
        until=until,
        last_day=last_day,
        number=format_decimal,
    )
