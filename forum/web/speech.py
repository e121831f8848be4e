"""Which language the present request speaks, found once and then at hand."""

from __future__ import annotations

from babel import Locale
from flask import g, has_app_context
from flask_babel import get_locale

QUEBEC = Locale("fr", "CA")
"""French as it is spoken here: its hours are "22 h 00"."""

ENGLISH = Locale("en")


def locale_now() -> Locale | None:
    """Return the language in use; none outside of an application.

    Flask-Babel finds it and keeps it with the request; to be asked hundreds of times a page, it is
    read from there.
    """
    if not has_app_context():
        return None
    held = vars(g._get_current_object()).get("_flask_babel")
    found: Locale | None = getattr(held, "babel_locale", None)
    return found or get_locale()


def code_of(locale: Locale) -> str:
    """Return a language as attributes name it."""
    language, territory = str(locale.language), locale.territory
    return f"{language}_{territory}" if territory else language


def spoken_here() -> Locale:
    """Return the language of the page as it is spoken here: French as in Quebec."""
    locale = locale_now() or ENGLISH
    return SPOKEN.get(locale.language, locale)


SPOKEN = {"fr": QUEBEC, "en": ENGLISH}
