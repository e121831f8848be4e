"""How often a limit lets a thing be done: read from a setting, and said in words."""

from __future__ import annotations

from functools import lru_cache

from babel.units import format_unit
from flask_babel import get_locale
from flask_babel import gettext as _
from limits import RateLimitItem, parse_many

from .numbers import format_decimal


@lru_cache(maxsize=1_000)
def periods_of(often: str) -> tuple[RateLimitItem, ...]:
    """Return every period that a setting such as ``20 per hour`` names, with its number."""
    return tuple(parse_many(often))


def in_words(often: str) -> str:
    """Return how often that is, in the reader's language."""
    return ", ".join(
        how_many(each.amount, each.multiples, each.GRANULARITY.name) for each in periods_of(often)
    )


def how_many(most: int, periods: int, unit: str) -> str:
    """Return so many in such a time, in the reader's language."""
    period = length_of(periods, unit)
    return _("%(most)s in %(period)s", most=format_decimal(most), period=period)


def length_of(periods: int, unit: str) -> str:
    """Return a length of time, in the reader's language: 5 minutes."""
    return str(format_unit(periods, f"duration-{unit}", locale=get_locale()))
