"""Six digits by email that show who reads the mail of an address.

Whoever is signed in confirms theirs, or takes another; a stranger comes in with them (see
``joining``). No table knows a code: it is made of its row and the site's secret, when the letter
is sent and when it is typed. It works in the browser that asked alone, for ten minutes, and five
times it may be wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from ..database.named_locks import take_lock
from ..db import Base, UtcDateTime, db, now
from ..mail.letters import KINDS, LetterKind
from ..mail.models import Letter, write_letter
from ..web.languages import current_language
from .code_purposes import PURPOSES
from .contacts import confirm_address, showed_address
from .models import EMAIL_LENGTH, NAME_LENGTH, EmailTaken, User, folded_email, user_by_email

LIFE = timedelta(minutes=10)
TRIES = 5
AN_HOUR = timedelta(hours=1)
MOST = 3
"""Codes an hour to one address."""
A_DAY = timedelta(days=1)
WRONG_MOST = 20
"""Wrong codes a day for one address; after them none is taken for the rest of it."""

DIGITS = 6
BROWSER = "code_browser"
"""Where a browser's session keeps what tells it from others."""


class AddressCode(Base):
    """A code that somebody asked for, for an address, in one browser; used at ``ended_at``.

    Of a stranger it keeps the ``name`` that they wish for and the hash of a password: the one they
    chose to join with, or the one with which they came, if it fitted. ``onward`` is where they go
    on, and what they had typed.
    """

    __tablename__ = "address_codes"
    __table_args__ = (
        Index("ix_address_codes_address", "address", "made_at"),
        Index("ix_address_codes_browser_hash", "browser_hash"),
        Index("ix_address_codes_made_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    onward: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    address: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    browser_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WrongCode(ValueError):
    """These are not the six digits; ``left`` is how often more may be tried."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class NoCode(ValueError):
    """This browser asked for no code, or too long ago, or its tries are used up."""


class TooManyWrong(ValueError):
    """So many wrong codes came for the address today that none is taken any more."""


class TooManyCodes(ValueError):
    """The address got as many codes in this hour as it may."""


def ask_for_code(
    user: User | None, address: str, browser: MutableMapping[str, Any], **kept: Any
) -> AddressCode:
    """Have a code sent to an address, for this browser's session; any before is over.

    It is for a person who is signed in, or for a stranger, of whom the rest is ``kept``. Raises
    TooManyCodes.
    """
    address = folded_email(address)
    take_lock(f"codes to {address}")
    lately = AddressCode.address == address, AddressCode.made_at > now() - AN_HOUR
    if (db.session.scalar(select(func.count()).where(*lately)) or 0) >= MOST:
        raise TooManyCodes
    browser[BROWSER] = secrets.token_urlsafe(16)
    code = AddressCode(
        user_id=user.id if user else None,
        address=address,
        browser_hash=hash_of(str(browser[BROWSER])),
        made_at=now(),
        **kept,
    )
    db.session.add(code)
    db.session.flush()
    write_letter("code", address, current_language(), about_id=code.id)
    return code


def hash_of(browser: str) -> str:
    """Return what is kept of a browser's mark."""
    return hashlib.sha256(browser.encode()).hexdigest()


def digits_of(code: AddressCode) -> str:
    """Return the six digits."""
    said = f"address code:{code.id}:{code.user_id}:{code.address}:{code.browser_hash}"
    made = hmac.new(current_app.config["SECRET_KEY"].encode(), said.encode(), hashlib.sha256)
    return f"{int.from_bytes(made.digest()[:8]) % 10**DIGITS:0{DIGITS}}"


def open_code(user: User | None, browser: MutableMapping[str, Any], lock: bool = False) -> Any:
    """Return the code that this browser can still use, or nothing; its row held if asked."""
    query = select(AddressCode).where(
        AddressCode.user_id == (user.id if user else None),
        AddressCode.browser_hash == hash_of(str(browser.get(BROWSER, ""))),
        AddressCode.ended_at.is_(None),
        AddressCode.tries < TRIES,
        AddressCode.made_at > now() - LIFE,
    )
    query = query.order_by(AddressCode.id.desc()).limit(1)
    if lock:
        query = query.with_for_update(of=AddressCode).execution_options(populate_existing=True)
    return db.session.scalar(query)


def take_code(user: User | None, browser: MutableMapping[str, Any], typed: str) -> AddressCode:
    """Return the code of which the digits were typed; it is used up, and the browser forgets it.

    Each try is counted, so the caller commits also where it fails. Raises NoCode, WrongCode or
    TooManyWrong.
    """
    code: AddressCode | None = open_code(user, browser, lock=True)
    if code is None:
        raise NoCode
    take_lock(f"codes to {code.address}")
    if wrong_today(code.address) >= WRONG_MOST:
        raise TooManyWrong
    code.tries += 1
    db.session.flush()
    if not hmac.compare_digest(digits_of(code).encode(), "".join(typed.split()).encode()):
        raise WrongCode(TRIES - code.tries)
    code.ended_at = now()
    browser.pop(BROWSER, None)
    return code


def wrong_today(address: str) -> int:
    """Return how many wrong codes came for an address within a day, in whatever browser."""
    lately = AddressCode.address == address, AddressCode.made_at > now() - A_DAY
    query = select(func.sum(AddressCode.tries), func.count(AddressCode.ended_at)).where(*lately)
    tries, right = db.session.execute(query).one()
    return int(tries or 0) - int(right)


def enter_code(user: User, browser: MutableMapping[str, Any], typed: str) -> AddressCode:
    """Take the digits that a person typed: their address is confirmed, or becomes the new one.

    Raises what ``take_code`` does, and EmailTaken where another account came to have the new
    address meanwhile.
    """
    code = take_code(user, browser, typed)
    if code.address != user.email:
        change_address(user, code.address)
    confirm_address(user)
    return code


def prove_by_code(user: User, browser: MutableMapping[str, Any], typed: str) -> None:
    """Take the digits that were sent to a person's own address, which are no other's.

    Raises what ``take_code`` does.
    """
    code = open_code(user, browser)
    if code is None or code.address != user.email:
        raise NoCode
    take_code(user, browser, typed)
    confirm_address(user)


def change_address(user: User, address: str) -> None:
    """Give the person another address, and tell the one before; raise EmailTaken."""
    if user_by_email(address) is not None:
        raise EmailTaken(address)
    write_letter("address_changed", user.email or "", current_language())
    user.email = address
    db.session.flush()


def fill_code(letter: Letter) -> dict[str, Any] | None:
    """Return the digits and what they are for; nothing where another account has the address."""
    code = db.session.get(AddressCode, letter.about_id or 0)
    if code is None or code.ended_at is not None or code.address != letter.address:
        return None
    owner = user_by_email(code.address)
    if owner is not None and code.user_id not in {None, owner.id}:
        return None
    digits, name = digits_of(code), purpose_of(code, owner)
    link = code_link(digits) if name != "prove" else ""
    return {"digits": digits, "purpose": PURPOSES[name], "link": link}


def purpose_of(code: AddressCode, owner: User | None) -> str:
    """Return the name of what the code is for, where its address has this owner."""
    if code.user_id is not None:
        known = "prove" if code.onward else "confirm"
        return known if owner else "change"
    if owner is None:
        return "join"
    return ("known" if showed_address(owner) else "claim") if code.name else "sign_in"


def code_link(digits: str) -> str:
    """Return the address, as the outside knows it, of the page on which the digits stand typed."""
    return f"{current_app.config['BASE_URL']}/code?digits={digits}"


def sample_code() -> dict[str, Any]:
    """Return a code that opens nothing."""
    return {"digits": "492618", "purpose": PURPOSES["sign_in"], "link": code_link("492618")}


def fill_address_changed(letter: Letter) -> dict[str, Any]:
    """Return when it was changed."""
    return {"made_at": letter.made_at}


KINDS["code"] = LetterKind(_l("Your code"), LIFE, fill_code, sample_code)
KINDS["address_changed"] = LetterKind(
    _l("Your email address was changed"),
    timedelta(days=3),
    fill_address_changed,
    lambda: fill_address_changed(Letter(made_at=now())),
)
