"""Numbers as people read them: in the page's language, as it is spoken here."""

from __future__ import annotations

from typing import Any

from babel import numbers

from .dates import spoken_here


def format_decimal(number: Any, pattern: str | None = None) -> str:
    """Return a number as the language writes it: "12,345", and in French "12 345" on one line."""
    return numbers.format_decimal(number, format=pattern, locale=spoken_here())
