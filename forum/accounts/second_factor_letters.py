"""What people are told of the ways into their account: second factor, recovery codes, provider."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from ..db import now
from ..mail.letters import KINDS, LetterKind
from ..mail.models import Letter, write_letter
from ..web.languages import current_language
from .models import User
from .resetting import NEWS

TEMPLATE = "second_factor_news"

HAPPENED = {
    "second_factor_set": (
        _l("A second factor was set up"),
        _l(
            "A second factor was set up for your account on %(site)s on %(moment)s. From now on, "
            "signing in takes the code of an app too."
        ),
    ),
    "second_factor_ended": (
        _l("Your second factor was taken away"),
        _l(
            "The second factor of your account on %(site)s was taken away on %(moment)s. From now "
            "on, signing in takes no code of an app."
        ),
    ),
    "second_factor_taken": (
        _l("An administrator took your second factor away"),
        _l(
            "An administrator of %(site)s took the second factor of your account away on "
            "%(moment)s. You are signed out everywhere; signing in takes no code of an app."
        ),
    ),
    "recovery_codes_new": (
        _l("You have new recovery codes"),
        _l(
            "New recovery codes were made for your account on %(site)s on %(moment)s. The earlier "
            "ones no longer work."
        ),
    ),
    "recovery_code_used": (
        _l("A recovery code was used"),
        _l(
            "A recovery code of your account on %(site)s was used on %(moment)s. It no longer "
            "works."
        ),
    ),
    "provider_tied": (
        _l("A provider was connected to your account"),
        _l(
            "Your account on %(site)s was connected to a provider on %(moment)s. From now on, "
            "whoever signs in there opens it."
        ),
    ),
    "provider_untied": (
        _l("The provider was disconnected from your account"),
        _l(
            "Your account on %(site)s was disconnected from its provider on %(moment)s. Signing in "
            "there no longer opens it."
        ),
    ),
}
"""Subject and sentence of each letter, which says nothing else but what to do about it."""

PAGES = {"provider_tied": "account", "provider_untied": "account"}
"""Where the owner of the account looks at it, where that is not the second factor's page."""


def tell(user: User, kind: str) -> None:
    """Have a person told, in their language."""
    language = user.contact.language if user.contact else None
    write_letter(kind, user.email or "", language or current_language())


def fill(kind: str, letter: Letter) -> dict[str, Any]:
    """Return what happened, when, and where the owner of the account looks at it."""
    page = PAGES.get(kind, "account/second-factor")
    link = f"{current_app.config['BASE_URL']}/{page}"
    return {"happened": HAPPENED[kind][1], "made_at": letter.made_at, "link": link}


def sample(kind: str) -> dict[str, Any]:
    """Return what tells that it happened just now."""
    return fill(kind, Letter(made_at=now()))


for _kind, (_subject, _sentence) in HAPPENED.items():
    KINDS[_kind] = LetterKind(
        _subject, NEWS, partial(fill, _kind), partial(sample, _kind), template=TEMPLATE
    )
