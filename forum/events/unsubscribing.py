"""Ending letters from a letter, without signing in: by a signed address, for ever good."""

from __future__ import annotations

import hashlib

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from ..accounts.models import User
from ..db import db
from .models import Rhythm
from .preferences import choose, rhythms_of
from .topics import TOPICS_BY_NAME

RHYTHMS = (Rhythm.DAILY.value, Rhythm.WEEKLY.value)


def signer() -> URLSafeSerializer:
    """Return what signs these addresses, and nothing else."""
    key, digest = current_app.config["SECRET_KEY"], {"digest_method": hashlib.sha256}
    return URLSafeSerializer(key, salt="unsubscribe", signer_kwargs=digest)


def token_of(user: User, what: str) -> str:
    """Return the token that ends a person's letters on a topic, or all daily or weekly ones."""
    return str(signer().dumps([user.id, what]))


def unsubscribe_address(user: User, what: str) -> str:
    """Return the address in a letter by which it is the last of its kind."""
    return f"{current_app.config['BASE_URL']}/unsubscribe/{token_of(user, what)}"


def read_token(token: str) -> tuple[User, str] | None:
    """Return whose letters a token ends, and which; nothing for one that is none of ours."""
    try:
        number, what = signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    user = db.session.get(User, number)
    known = what in TOPICS_BY_NAME or what in RHYTHMS
    return (user, what) if user is not None and known else None


def end_letters(user: User, what: str) -> None:
    """Tell a person on the site only from now on: of a topic, or of all told in such a rhythm."""
    topics = [what] if what in TOPICS_BY_NAME else topics_told(user, what)
    choose(user, dict.fromkeys(topics, Rhythm.SITE.value))


def begin_letters(user: User, what: str) -> None:
    """Take the end back: of a topic, or of all that is usually told in such a rhythm."""
    if what in TOPICS_BY_NAME:
        choose(user, {what: usual_by_letter(what)})
        return
    now_here = [name for name, rhythm in rhythms_of(user).items() if rhythm == Rhythm.SITE]
    choose(user, dict.fromkeys(now_here, what))


def topics_told(user: User, rhythm: str) -> list[str]:
    """Return the topics that a person is told of in a rhythm."""
    return [name for name, when in rhythms_of(user).items() if when == rhythm]


def usual_by_letter(topic: str) -> str:
    """Return when a topic is usually told."""
    return TOPICS_BY_NAME[topic].usual.value
