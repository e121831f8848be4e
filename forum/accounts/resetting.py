"""A new password for whoever reads the mail of an account: the link, and the letters about it.

The link holds the person's number and a print of their password's hash, signed. So a link ends with
the password it was made for: it works once, and every older one ends with it. No table knows it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from ..db import db, now
from ..mail.letters import KINDS, LetterKind
from ..mail.models import Letter, write_letter
from ..web.languages import current_language
from .coming_in import claim
from .contacts import confirm_address, showed_address
from .models import User, change_password, folded_email, user_by_email

LIFE = timedelta(hours=1)
"""How long a link works, and how long a letter with one is worth sending."""

NEWS = timedelta(days=3)
"""How long it is worth telling that a password was changed."""

SAMPLE = "WzEsImEgc2FtcGxlIl0.sample.as-long-as-a-real-one-and-opens-nothing"
"""What stands in a link that is only looked at."""


def ask_for_reset(address: str) -> None:
    """Have a letter sent to the address if there is an account with it; the worker looks."""
    write_letter("reset", folded_email(address), current_language())


def reset_password(user: User, password_hash: str) -> None:
    """Give the person who had the link another password.

    They read the mail of the address, which is confirmed with that.
    """
    if not showed_address(user):
        claim(user)
    confirm_address(user)
    renew_password(user, password_hash)


def renew_password(user: User, password_hash: str) -> None:
    """Give the person another password, end their sign-ins, and have them told."""
    change_password(user, password_hash)
    write_letter("password_changed", user.email or "", current_language())


def signer() -> URLSafeTimedSerializer:
    """Return what signs links, and nothing else."""
    key = current_app.config["SECRET_KEY"]
    digest = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(key, salt="password reset", signer_kwargs=digest)


def print_of(user: User) -> str:
    """Return what tells one password and address from every other without telling either."""
    said = f"{user.password_hash or ''} {user.email}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def token_for(user: User) -> str:
    """Return the part of a link that lets its holder choose the person's password."""
    return str(signer().dumps([user.id, print_of(user)]))


def user_by_token(token: str, to_change: bool = False) -> User | None:
    """Return the person whose password the holder may choose; hold their row if it is to change.

    Nothing for a link that is used, too old, overtaken by another password, or none of ours.
    """
    try:
        number, password = signer().loads(token, max_age=int(LIFE.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    query = select(User).where(User.id == number, User.email.is_not(None))
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    user = db.session.scalar(query)
    return user if user is not None and print_of(user) == password else None


def link(token: str = "") -> str:
    """Return the address, as the outside knows it, of the page for a new password."""
    return f"{current_app.config['BASE_URL']}/reset{'/' if token else ''}{token}"


def fill_reset(letter: Letter) -> dict[str, Any] | None:
    """Return the link for the person with this address, if there is one."""
    user = user_by_email(letter.address)
    return {"link": link(token_for(user))} if user else None


def sample_reset() -> dict[str, Any]:
    """Return a link that looks like one."""
    return {"link": link(SAMPLE)}


def fill_changed(letter: Letter) -> dict[str, Any]:
    """Return when the password was changed, and where another is chosen."""
    return {"made_at": letter.made_at, "link": link()}


def sample_changed() -> dict[str, Any]:
    """Return what tells of a change just now."""
    return fill_changed(Letter(made_at=now()))


KINDS["reset"] = LetterKind(_l("Choose a new password"), LIFE, fill_reset, sample_reset)
KINDS["password_changed"] = LetterKind(
    _l("Your password was changed"), NEWS, fill_changed, sample_changed
)
