"""Numbers as people read them: in the page's language, as it is spoken here."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale, numbers

from .speech import code_of, spoken_here


def format_decimal(number: Any, pattern: str | None = None) -> str:
    """Return a number as the language writes it: "12,345", and in French "12 345" on one line."""
    locale = spoken_here()
    return decimal_in(code_of(locale), number, pattern)


def percent(share: float) -> str:
    """Return a share between 0 and 1 as a whole percentage in the reader's language."""
    return percent_in(code_of(spoken_here()), share)


@lru_cache(maxsize=10_000, typed=True)
def decimal_in(code: str, number: Any, pattern: str | None) -> str:
    """Return a number as this language writes it."""
    return numbers.format_decimal(number, format=pattern, locale=Locale.parse(code))


@lru_cache(maxsize=10_000)
def percent_in(code: str, share: float) -> str:
    """Return a share as this language writes it in percent."""
    return numbers.format_percent(share, locale=Locale.parse(code))
