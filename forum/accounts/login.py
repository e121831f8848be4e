"""Flask-Login on sign-ins that live in the database, so that signing out ends them there."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, g, request, session
from flask_login import LoginManager, login_user, logout_user

from .grounds import asks_to_confirm, note_mode
from .models import User
from .sign_ins import How, close_sign_in, open_for_a_time, open_sign_in, user_by_key

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
    note_mode()
    begin_session(user, open_sign_in(user, how, request.headers.get("User-Agent", "")))


def sign_in_until(user: User, ends_at: datetime) -> None:
    """Sign in somebody who has no account, until a moment."""
    begin_session(user, open_for_a_time(user, request.headers.get("User-Agent", ""), ends_at))


def begin_session(user: User, key: str) -> None:
    """Let the browser hold nothing but the key of a sign-in."""
    session.clear()
    g.pop("csrf_token", None)  # made for the session that ends here
    session.permanent = True
    session[KEY] = key
    login_user(user)


def has_key() -> bool:
    """Say whether the browser has a key at all, which costs no look at the database."""
    return KEY in session


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
