"""Who a request comes from: as far as it has found out, unless it is asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g
from flask_login import AnonymousUserMixin, current_user

if TYPE_CHECKING:
    from ..accounts.models import User

LOADED = "_login_user"
"""Where Flask-Login keeps the person once it has loaded them."""


def loaded_visitor() -> User | None:
    """Return the signed-in person if this request has loaded them."""
    user = g.get(LOADED)
    return user if user is not None and user.is_authenticated else None


def visitor_here() -> Any:
    """Return whoever asks, loaded where that is yet to be done: not what stands for them."""
    return current_user._get_current_object()


def be_visited_by(visitor: Any) -> None:
    """Take this for whoever asks, for the rest of the request."""
    setattr(g, LOADED, visitor)


def look_again() -> None:
    """Load whoever asks anew, once somebody wants to know."""
    g.pop(LOADED, None)


def forget_visitor() -> None:
    """Go on as a stranger: when the database is away, an error page can know nobody."""
    be_visited_by(AnonymousUserMixin())
