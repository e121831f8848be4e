"""One address counts once in a discussion, whatever accounts it has had.

Kept is a keyed hash of the address, in whatever way of writing it leads to one mailbox, until the
discussion has been closed for 90 days. So leaving, or changing one's address, makes no second
voter. Addresses that nobody confirmed are not kept: they may be anyone's.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

import idna
from flask import current_app
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from ..accounts.grounds import VoterGround
from ..accounts.models import User, folded_email
from ..db import Base, db, upsert


class CountedAddress(Base):
    """The mark of an address in a discussion, and whose it is there; nobody's once they left."""

    __tablename__ = "counted_addresses"

    essay_id: Mapped[int] = mapped_column(
        ForeignKey("essays.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )


NO_DOTS = frozenset({"gmail.com", "proton.me"})
"""Providers at which dots within a name mean nothing."""
SAME_AS = {"googlemail.com": "gmail.com", "protonmail.com": "proton.me", "pm.me": "proton.me"}
SAME_AS |= {"me.com": "icloud.com", "mac.com": "icloud.com"}
"""Domains of providers that lead to the same mailboxes as another one."""


def plain_address(email: str) -> str:
    """Return the one way in which an address is written, of all that lead to its mailbox.

    There is neither case nor what follows a plus sign, the domain is in ASCII, and of a provider
    that has several, one.
    """
    local, _at, domain = folded_email(email).rpartition("@")
    local = unicodedata.normalize("NFC", local).partition("+")[0] or local
    domain = in_ascii(domain)
    domain = SAME_AS.get(domain, domain)
    return f"{local.replace('.', '') if domain in NO_DOTS else local}@{domain}"


def in_ascii(domain: str) -> str:
    """Return a domain as it is looked up; one that never can be, as it is."""
    try:
        return idna.encode(domain.rstrip("."), uts46=True).decode()
    except idna.IDNAError:
        return domain


def mark_of(email: str, essay_id: int) -> str:
    """Return what is kept of an address in one discussion; another discussion has another mark."""
    said = f"counted address:{essay_id}:{plain_address(email)}"
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def counts_in(user: User, essay_id: int) -> bool:
    """Say whether the person's vote counts in a discussion, and note that their address does."""
    if user.email is None or user.ground == VoterGround.UNASKED:
        return True
    mark = mark_of(user.email, essay_id)
    whose = select(CountedAddress.user_id).where(
        CountedAddress.essay_id == essay_id, CountedAddress.mark == mark
    )
    found = db.session.execute(whose).first()
    if found is None:
        row = upsert(CountedAddress).values(essay_id=essay_id, mark=mark, user_id=user.id)
        db.session.execute(row.on_conflict_do_nothing())
        found = db.session.execute(whose).one()
    return bool(found.user_id == user.id)
