"""Who somebody at the provider is here: tied by the provider's own name for them, once and for all.

An address alone ties nobody: at the provider it may have passed to somebody else, or never have
been checked. So an account that is there already is tied only by whoever signs in to it, or types
the code sent to its address.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base, UtcDateTime, db, now
from ..words.text import BadText, clean_name
from .agreements import agree
from .codes import hash_of
from .contacts import confirm_address
from .grounds import VoterGround
from .models import NAME_LENGTH, EmailTaken, User, add_user
from .names import NameRefused, a_name, check_name
from .provider import SUBJECT_LENGTH, ProviderClaims, ProviderRefused, ProviderSecrets

LIFE = timedelta(minutes=10)
STATE = "provider_state"
"""Where a browser's session keeps the state with which it went to the provider."""
TIED = "tied to a provider"
"""Where a session keeps of whom that is known."""
ISSUER_LENGTH = 250


class ProviderVisit(Base):
    """Somebody who went to the provider from one browser, and has yet to come back."""

    __tablename__ = "provider_visits"

    id: Mapped[int] = mapped_column(primary_key=True)
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(64))
    onward: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class ProviderLink(Base):
    """That somebody at a provider, by its own name for them, is a person here."""

    __tablename__ = "provider_links"
    __table_args__ = (Index("ix_provider_links_issuer", "issuer", "subject", unique=True),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    issuer: Mapped[str] = mapped_column(String(ISSUER_LENGTH))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class LinkTaken(ValueError):
    """The somebody at the provider is another person here, or this person another there."""


def begin_visit(onward: dict[str, Any], browser: MutableMapping[str, Any]) -> ProviderSecrets:
    """Have a browser go to the provider; any visit of before is over."""
    made = ProviderSecrets(*(secrets.token_urlsafe(32) for _each in range(3)))
    browser[STATE] = made.state
    kept = {"nonce": made.nonce, "verifier": made.verifier, "onward": onward}
    db.session.add(ProviderVisit(state_hash=hash_of(made.state), **kept))
    return made


def visit_with(state: str, browser: MutableMapping[str, Any]) -> ProviderVisit:
    """Return the visit from which this browser comes back; raise ProviderRefused for any other."""
    if not state or state != browser.pop(STATE, None):
        raise ProviderRefused("state")
    query = select(ProviderVisit).where(ProviderVisit.state_hash == hash_of(state))
    visit = db.session.scalar(query.where(ProviderVisit.made_at > now() - LIFE))
    if visit is None:
        raise ProviderRefused("state")
    return visit


def end_visit(visit: ProviderVisit) -> None:
    """End a visit; raise ProviderRefused where another request did so meanwhile."""
    ended = db.session.execute(delete(ProviderVisit).where(ProviderVisit.id == visit.id))
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise ProviderRefused("state")


def user_of(claims: ProviderClaims) -> User | None:
    """Return who somebody at the provider is here."""
    query = select(User).join(ProviderLink, ProviderLink.user_id == User.id)
    whose = ProviderLink.issuer == claims.issuer, ProviderLink.subject == claims.subject
    return db.session.scalar(query.where(*whose))


def link_of(user: User) -> ProviderLink | None:
    """Return how a person is known at a provider."""
    return db.session.get(ProviderLink, user.id)


def is_tied(user: User) -> bool:
    """Say whether a person is known at a provider; asked once a session, however many ask."""
    known = db.session.info.setdefault(TIED, {})
    if user.id not in known:
        known[user.id] = link_of(user) is not None
    return bool(known[user.id])


def tie(user: User, issuer: str, subject: str) -> None:
    """Tie somebody at the provider to a person here; raise LinkTaken where either is tied."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    mine = ProviderLink.user_id == user.id
    theirs = (ProviderLink.issuer == issuer) & (ProviderLink.subject == subject)
    for link in db.session.scalars(select(ProviderLink).where(mine | theirs)):
        if (link.user_id, link.issuer, link.subject) != (user.id, issuer, subject):
            raise LinkTaken
        return
    try:
        with db.session.begin_nested():
            db.session.add(ProviderLink(user_id=user.id, issuer=issuer, subject=subject))
    except IntegrityError as error:
        raise LinkTaken from error
    if not user.is_confirmed:
        user.ground = VoterGround.PROVIDER
    db.session.info.pop(TIED, None)
    db.session.flush()


def untie(user: User) -> None:
    """Forget who a person is at the provider."""
    db.session.execute(delete(ProviderLink).where(ProviderLink.user_id == user.id))
    db.session.info.pop(TIED, None)


def join_by_provider(claims: ProviderClaims, agreed: str = "") -> User | None:
    """Return the account made for somebody whose address the provider checked.

    With it they agree to the texts of the signs ``agreed``. Nothing where their address has an
    account, or was not checked: then the address is asked.
    """
    if not claims.is_verified or not claims.email:
        return None
    try:
        user = add_user(name_for(claims), claims.email, None, ground=VoterGround.PROVIDER)
    except EmailTaken:
        return None
    agree(user.id, agreed)
    confirm_address(user)
    tie(user, claims.issuer, claims.subject)
    return user


def name_for(claims: ProviderClaims) -> str:
    """Return the name that the provider says, if it can be had here; otherwise one of ours."""
    try:
        name = clean_name(claims.name)
        check_name(name)
    except (BadText, NameRefused):
        return a_name()
    return name if 0 < len(name) <= NAME_LENGTH else a_name()
