"""The browsers in which people are signed in, and how each came in or failed to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    String,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column

from ..db import Base, UtcDateTime, db, now, one_of
from .models import SignIn, User, folded_email, key_hash

IDLE = timedelta(days=30)
"""After so long without use a browser is signed out."""
WHOLE = timedelta(days=90)
"""After so long it is in any case."""
NOTED = timedelta(days=1)
"""How exactly it is known when a browser was last used."""
LATEST = 20
"""Lines of the log that a person is shown."""

PROGRAMS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"}
PROGRAMS |= {"CriOS": "Chrome", "FxiOS": "Firefox", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
SYSTEMS |= {"Mac OS X": "macOS", "CrOS": "ChromeOS", "Linux": "Linux"}


class How(StrEnum):
    """How somebody came in, that they did not, or that another way in was opened or closed."""

    PASSWORD = "password"  # noqa: S105
    CODE = "code"
    PROVIDER = "provider"
    INVITATION = "invitation"
    WRONG = "wrong"
    WRONG_SECOND = "second"
    TIED = "tied"
    UNTIED = "untied"


class SignInRecord(Base):
    """That somebody came in, gave a wrong password or second code, or changed the ways in.

    It is nobody's where no account has the address.
    It holds no address of a network.
    """

    __tablename__ = "sign_in_records"
    __table_args__ = (
        one_of("how", How),
        Index("ix_sign_in_records_user_id", "user_id", "id"),
        Index("ix_sign_in_records_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    how: Mapped[str] = mapped_column(String(10))
    browser: Mapped[str] = mapped_column(String(40), default="")


def browser_of(agent: str) -> str:
    """Return which program on which system a browser says it is; nothing where neither is known."""
    found = (
        next((name for sign, name in names.items() if re.search(rf"\b{sign}\b", agent)), "")
        for names in (PROGRAMS, SYSTEMS)
    )
    return ", ".join(name for name in found if name)


def open_sign_in(user: User, how: How, agent: str) -> str:
    """Record a sign-in and return the key that the browser keeps in its session."""
    key, browser = secrets.token_urlsafe(32), browser_of(agent)
    db.session.add(SignIn(key_hash=key_hash(key), user=user, browser=browser))
    db.session.add(SignInRecord(user_id=user.id, how=how, browser=browser))
    return key


def open_for_a_time(user: User, agent: str, ends_at: datetime) -> str:
    """Sign in somebody without an account until a moment; return the key as above."""
    key = secrets.token_urlsafe(32)
    row = SignIn(key_hash=key_hash(key), user=user, browser=browser_of(agent), ends_at=ends_at)
    db.session.add(row)
    return key


def record_wrong(email: str, agent: str) -> None:
    """Record a wrong password, whether or not an account has the address: it takes as long."""
    whose = select(User.id).where(User.email == folded_email(email)).scalar_subquery()
    values = {"user_id": whose, "how": How.WRONG, "at": now(), "browser": browser_of(agent)}
    db.session.execute(insert(SignInRecord).values(values))


def record_wrong_second(user: User, agent: str) -> None:
    """Record a wrong code of a second factor: whoever typed it had come through the first step."""
    record(user, How.WRONG_SECOND, agent)


def record(user: User, how: How, agent: str) -> None:
    """Record what happened to the ways into a person's account."""
    db.session.add(SignInRecord(user_id=user.id, how=how, browser=browser_of(agent)))


def close_sign_in(key: str) -> None:
    """End the sign-in with this key."""
    db.session.execute(delete(SignIn).where(SignIn.key_hash == key_hash(key)))


def close_one(user: User, hashed: str) -> None:
    """End one of a person's sign-ins, by what is stored of its key."""
    db.session.execute(delete(SignIn).where(SignIn.user_id == user.id, SignIn.key_hash == hashed))


def close_others(user: User, key: str) -> None:
    """End all of a person's sign-ins but the one with this key."""
    others = delete(SignIn).where(SignIn.user_id == user.id, SignIn.key_hash != key_hash(key))
    db.session.execute(others)


def sign_ins_of(user: User) -> Sequence[SignIn]:
    """Return where a person is signed in, the browser used last first."""
    query = select(SignIn).where(SignIn.user_id == user.id, *still_open())
    return db.session.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.key_hash)).all()


def records_of(user: User) -> Sequence[SignInRecord]:
    """Return how somebody came in to a person's account lately, the last time first."""
    query = select(SignInRecord).where(SignInRecord.user_id == user.id)
    return db.session.scalars(query.order_by(SignInRecord.id.desc()).limit(LATEST)).all()


def still_open() -> tuple[Any, ...]:
    """Return the conditions that a sign-in has neither been idle too long nor lasted too long."""
    return SignIn.seen_at > now() - IDLE, SignIn.created_at > now() - WHOLE


@cache
def signed_in() -> Select[User, datetime]:
    """Return the query for the person with a key, made once, for every request asks it."""
    query = select(User, SignIn.seen_at).join(SignIn, SignIn.user_id == User.id)
    query = query.where(
        SignIn.key_hash == bindparam("key"),
        SignIn.seen_at > bindparam("seen"),
        SignIn.created_at > bindparam("began"),
        or_(SignIn.ends_at.is_(None), SignIn.ends_at > bindparam("moment")),
    )
    return query.options(
        joinedload(User.moderated), joinedload(User.contact), joinedload(User.seats)
    )


def user_by_key(key: str) -> User | None:
    """Return the person signed in with this key; note once a day that it is used."""
    moment, hashed = now(), key_hash(key)
    given = {"key": hashed, "seen": moment - IDLE, "began": moment - WHOLE, "moment": moment}
    row = db.session.execute(signed_in(), given).unique().one_or_none()
    if row is None:
        return None
    user, seen_at = row
    if seen_at < moment - NOTED:
        with Session(db.engine) as session, session.begin():
            used = update(SignIn).where(SignIn.key_hash == hashed)
            session.execute(used.values(seen_at=moment))
    return user
