"""The languages that people write in, which are more than those that pages speak."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from flask import current_app

LISTED = Path(__file__).with_name("text_languages.txt")
"""ISO 639 codes, one a line; add one there, and every form offers it."""


def text_languages() -> dict[str, str]:
    """Return what each is called in itself, by code: those that pages speak, then the others."""
    spoken: dict[str, str] = current_app.config["LANGUAGES"]
    return {**spoken, **{code: name for code, name in others() if code not in spoken}}


@cache
def others() -> tuple[tuple[str, str], ...]:
    """Return every language and what it calls itself, by that name."""
    named = ((code, called(code)) for code in LISTED.read_text("ascii").split())
    return tuple(sorted(named, key=lambda pair: pair[1].casefold()))


def called(code: str) -> str:
    """Return what a language calls itself; what English calls it where it is not known."""
    try:
        name = Locale.parse(code).get_display_name(code)
    except (ValueError, UnknownLocaleError):
        name = Locale("en").languages.get(code)
    name = name or code
    return name[:1].title() + name[1:]
