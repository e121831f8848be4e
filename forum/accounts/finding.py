"""Finding a person by what somebody typed who may: an address, or their number."""

from __future__ import annotations

from ..db import db
from .models import User, user_by_email


def user_by(typed: str) -> User | None:
    """Return the person with this address, or with this number, which may stand after a #."""
    if "@" in typed:
        return user_by_email(typed)
    number = typed.strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and 0 < int(number[:20]) < 2**63):
        return None
    return db.session.get(User, int(number[:20]))
