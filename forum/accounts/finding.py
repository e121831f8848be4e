"""Finding a person by what somebody typed who may: an address, or their number."""

from __future__ import annotations

from ..db import db
from ..web.pager import number_typed
from .models import User, user_by_email


def user_by(typed: str) -> User | None:
    """Return the person with this address, or with this number, which may stand after a #."""
    if "@" in typed:
        return user_by_email(typed)
    number = number_typed(typed.strip().removeprefix("#"))
    return db.session.get(User, number) if number else None
