"""A second factor: six digits that an app on a person's phone makes anew every half minute.

No table knows its key, which is made of a row's salt and the site's secret, as codes are: a copy of
the database opens no account. Ten recovery codes stand in for a phone that is lost; only their
hashes are kept, which need no secret, so they work even where the site's secret was changed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import segno
from flask import current_app
from markupsafe import Markup
from sqlalchemy import ForeignKey, String, delete, func, insert, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from ..db import Base, UtcDateTime, db, now
from ..settings.current import setting, site_name
from ..web import dates
from .models import HAS_ROLE, Moderator, User

if TYPE_CHECKING:
    from .reader_kinds import AnyReader

STEP = 30
"""Seconds for which an app shows the same digits (RFC 6238)."""
WINDOW = 1
"""Steps by which the clock of a phone may be wrong, either way."""
DIGITS = 6
KEY_BYTES = 20
A_DAY = timedelta(days=1)
WRONG_MOST = 20
"""Wrong codes a day for one account; after them none is taken for the rest of it."""

RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""The characters of recovery codes: none that is taken for another."""
GROUPS, GROUP = 4, 4
STAFF_MOST = 500


class SecondFactor(Base):
    """That a person signs in with an app too.

    ``last_step`` is the half minute of the code taken last: that one and older ones are not taken
    again. ``wrong`` counts wrong codes since ``wrong_since``.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    salt: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_step: Mapped[int]
    wrong: Mapped[int] = mapped_column(default=0)
    wrong_since: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class RecoveryCode(Base):
    """The hash of a recovery code that was not used yet."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)


class WrongSecondCode(ValueError):
    """These are not the digits that the app shows now, nor a recovery code that is left."""


class TooManyWrongSecond(ValueError):
    """So many wrong codes came for the account today that none is taken any more."""


class HasSecondFactor(ValueError):
    """The account has a second factor already."""


def new_salt() -> str:
    """Return what tells one key of a person from any other."""
    return secrets.token_hex(16)


def key_of(user: User, salt: str) -> str:
    """Return the key that a person's app is given, as letters and digits."""
    said = f"second factor:{user.id}:{salt}"
    made = hmac.new(current_app.config["SECRET_KEY"].encode(), said.encode(), hashlib.sha256)
    return b32encode(made.digest()[:KEY_BYTES]).decode()


def qr_picture(user: User, key: str) -> Markup:
    """Return the key as a picture that an app reads, with the name of the site: SVG for a page."""
    address = pyotp.TOTP(key).provisioning_uri(name=user.email or "", issuer_name=site_name())
    drawn = segno.make(address, micro=False, error="m")
    return Markup(drawn.svg_inline(scale=5, light="#fff", dark="#000"))  # noqa: S704


def step_of(key: str, typed: str, after: int) -> int | None:
    """Return the half minute after a given one whose digits were typed, or nothing."""
    there, app = int(now().timestamp()) // STEP, pyotp.HOTP(key)
    for step in range(max(there - WINDOW, after + 1), there + WINDOW + 1):
        if hmac.compare_digest(app.at(step).encode(), typed.encode()):
            return step
    return None


def is_of_app(user: User, salt: str, typed: str) -> bool:
    """Say whether an app that has the key of this salt shows these digits now."""
    return step_of(key_of(user, salt), "".join(typed.split()), after=0) is not None


def set_up(user: User, salt: str, typed: str) -> list[str]:
    """Have a person sign in with an app too, of which they typed a code; return recovery codes.

    Raises HasSecondFactor, or WrongSecondCode where the app does not have the key of this salt.
    """
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    if has_second_factor(user):
        raise HasSecondFactor
    step = step_of(key_of(user, salt), "".join(typed.split()), after=0)
    if step is None:
        raise WrongSecondCode
    db.session.add(SecondFactor(user_id=user.id, salt=salt, last_step=step))
    db.session.flush()
    db.session.expire(user, ["second_factor"])
    return renew_recovery_codes(user)


def has_second_factor(user: User) -> bool:
    """Say whether a code of an app is asked for as well, once it is known who somebody is."""
    return db.session.get(SecondFactor, user.id) is not None


def take_second_code(user: User, typed: str) -> bool:
    """Take a code of the person's app, or one of their recovery codes; say whether it was the app.

    Each wrong one is counted, so the caller commits also where it fails. Raises WrongSecondCode or
    TooManyWrongSecond.
    """
    factor = db.session.get_one(SecondFactor, user.id, with_for_update=True, populate_existing=True)
    if factor.wrong_since < now() - A_DAY:
        factor.wrong, factor.wrong_since = 0, now()
    if factor.wrong >= WRONG_MOST:
        raise TooManyWrongSecond
    plain = "".join(typed.split()).replace("-", "").casefold()
    if len(plain) == DIGITS:
        step = step_of(key_of(user, factor.salt), plain, after=factor.last_step)
        if step is not None:
            factor.last_step = step
            return True
    elif use_recovery_code(user, plain):
        return False
    factor.wrong += 1
    raise WrongSecondCode


def use_recovery_code(user: User, plain: str) -> bool:
    """Use a recovery code up; say whether it was one."""
    used = delete(RecoveryCode).where(
        RecoveryCode.user_id == user.id, RecoveryCode.code_hash == recovery_hash(user, plain)
    )
    return db.session.execute(used).rowcount == 1  # type: ignore[attr-defined]


def recovery_hash(user: User, plain: str) -> str:
    """Return what is kept of a recovery code, which is too long to be guessed from it."""
    return hashlib.sha256(f"{user.id}:{plain}".encode()).hexdigest()


def renew_recovery_codes(user: User) -> list[str]:
    """Give a person ten recovery codes, in place of any before; they are never seen again."""
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    rows = [{"code_hash": recovery_hash(user, code), "user_id": user.id} for code in codes]
    db.session.execute(insert(RecoveryCode), rows)
    return [in_groups(code) for code in codes]


def new_recovery_code() -> str:
    """Return sixteen characters by chance, nearly 80 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))


def in_groups(code: str) -> str:
    """Return a code or a key in groups of four, as people read it."""
    pieces = [code[start : start + GROUP] for start in range(0, len(code), GROUP)]
    return "-".join(pieces)


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes a person has left."""
    query = select(func.count()).where(RecoveryCode.user_id == user.id)
    return db.session.scalar(query) or 0


def take_away_second_factor(user: User) -> None:
    """Have a person sign in without an app from now on."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    db.session.expire(user, ["second_factor"])


def is_asked_of_staff() -> bool:
    """Say whether the site asks a second factor of everyone who holds a role."""
    return setting("staff_second_factor") == "on"


def is_of_staff(user: User | AnyReader) -> bool:
    """Say whether a person holds a role, moderates a discussion or answers for a body today."""
    return user.role != "reader" or bool(user.moderated_essays or user.bodies_today)


def must_have_second_factor(user: User | AnyReader) -> bool:
    """Say whether the site asks a second factor of a person, for what they hold."""
    return is_of_staff(user) and is_asked_of_staff()


def lacks_second_factor(user: User) -> bool:
    """Say whether a person's role does not work before they set a second factor up.

    Of plain readers, for whom frames are made, it is known that it works.
    """
    return not user.is_plain and must_have_second_factor(user) and user.second_factor is None


def staff() -> Sequence[User]:
    """Return those who hold a role, moderate a discussion or answer for a body today, by name."""
    seat: Any = User.seats.property.mapper.class_
    seated = select(seat.user_id).where(seat.held_on(dates.today()))
    with_role = select(User.id).where(HAS_ROLE)
    whose = User.id.in_(with_role.union(select(Moderator.user_id), seated))
    query = select(User).where(whose).options(joinedload(User.second_factor))
    return db.session.scalars(query.order_by(User.name, User.id).limit(STAFF_MOST)).all()
