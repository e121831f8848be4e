"""Flask-Login on sign-ins that live in the database, so that signing out ends them there."""

from __future__ import annotations

from flask import Flask, g, request, session
from flask_login import LoginManager, login_user, logout_user

from .grounds import asks_to_confirm, note_mode
from .models import User
from .sign_ins import How, close_sign_in, open_sign_in, user_by_key

KEY = "sign_in"

manager = LoginManager()
manager.session_protection = None


@manager.user_loader  # type: ignore[untyped-decorator]
def load(_user_id: str) -> User | None:
    """Return the person whose browser this is; the key decides, never the number beside it.

    Where the site asks for confirmation, whoever never gave any comes in once more.
    """
    user = user_by_key(str(session.get(KEY, "")))
    return user if user and (user.is_confirmed or not asks_to_confirm()) else None


def sign_in(user: User, how: How = How.PASSWORD) -> None:
    """Sign the person in with a new session; what the browser held before is forgotten."""
    session.clear()
    g.pop("csrf_token", None)  # made for the session that ends here
    session.permanent = True
    note_mode()
    session[KEY] = open_sign_in(user, how, request.headers.get("User-Agent", ""))
    login_user(user)


def sign_out() -> None:
    """End this browser's sign-in in the database as well as in the browser."""
    close_sign_in(str(session.get(KEY, "")))
    logout_user()
    session.clear()


def safe_next(target: str) -> str:
    """Return the target if it is a page of this site, otherwise the home page."""
    plain = target.startswith("/") and not target.startswith("//")
    return target if plain and not any(ord(c) < 33 or c == "\\" for c in target) else "/"


def next_asked() -> str:
    """Return the page to go on to after sign-in, as the address asks."""
    return safe_next(request.args.get("next", "/"))


def init_app(app: Flask) -> None:
    """Know people by their sign-ins."""
    manager.init_app(app)
