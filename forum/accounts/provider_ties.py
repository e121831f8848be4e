"""Tying an account that is there to a provider, and untying it: its owner is told, logs say so."""

from __future__ import annotations

from flask import request

from .changes import provider_changed
from .models import User
from .provider_links import link_of, tie, untie
from .second_factor_letters import tell
from .sign_ins import How, record


def connect(user: User, issuer: str, subject: str) -> None:
    """Let somebody at the provider open a person's account; raise LinkTaken.

    Where they do already nothing is changed.
    """
    before = link_of(user)
    tie(user, issuer, subject)
    if before is None:
        note(user, True)


def disconnect(user: User) -> bool:
    """Forget who a person is at the provider; say whether that was known."""
    known = link_of(user) is not None
    untie(user)
    if known:
        note(user, False)
    return known


def note(user: User, tied: bool) -> None:
    """Tell the address, the person's own log of sign-ins, and whoever else keeps one."""
    tell(user, "provider_tied" if tied else "provider_untied")
    record(user, How.TIED if tied else How.UNTIED, request.headers.get("User-Agent", ""))
    provider_changed.send(user, tied=tied)
