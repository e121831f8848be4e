"""Dates as people write them, in the language of the page or the document."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask_babel import format_date, format_datetime, get_locale

_FIRST = re.compile(r"^1(?=\s)")


def day(moment: date | datetime) -> str:
    """Return a date in full; in French the first of a month is "1er"."""
    return as_spoken(str(format_date(moment, "long")))


def moment(when: datetime) -> str:
    """Return a date and time."""
    return as_spoken(str(format_datetime(when, "long")))


def unbroken(said: str) -> str:
    """Return a date for a page, where no line may end between its day and its month.

    Files keep their plain spaces, by which their readers find a date.
    """
    return said.replace(" ", "\u00a0", 1)


def as_spoken(said: str) -> str:
    """Return a date as the language has it where the tables of locales write a bare 1."""
    locale = get_locale()
    if locale is not None and locale.language == "fr":
        return _FIRST.sub("1er", said)
    return said
