"""The security log: sign-ins, wrong passwords, refusals, roles, second factors; kept for a time.

An entry holds the numbers of people and the name of a page; no address, network or text.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, Response, current_app, request
from flask_login import user_logged_in
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..accounts.changes import provider_changed
from ..accounts.models import User, close_sign_ins, set_role, user_by_email
from ..accounts.second_factor_letters import tell
from ..accounts.second_factors import take_away_second_factor
from ..accounts.tries import account_typed
from ..db import db, looking, now
from ..web.visitor import loaded_visitor
from .models import WHAT_LENGTH, SecurityEvent, SecurityKind

SAME = timedelta(hours=1)
"""How long the same refusal is counted in one entry."""
MOST = 500
"""Entries taken away in one go."""

log = structlog.get_logger("forum.security")


def note_security(kind: SecurityKind, person: User | None, **more: Any) -> SecurityEvent:
    """Write an entry in the transaction of what it tells, and a line of the log."""
    event = SecurityEvent(kind=kind, person_id=person.id if person else None, **more)
    db.session.add(event)
    log.info("security", kind=str(kind), person=event.person_id, **more)
    return event


def give_role(user: User, role: str, by: User | None = None) -> None:
    """Give the person another role, and note who did so; nobody is whoever has the server."""
    before = user.role
    set_role(user, role)
    note_security(SecurityKind.ROLE, user, by_id=by.id if by else None, before=before, after=role)


def take_second_factor(user: User, by: User | None = None) -> None:
    """Take the second factor away from somebody who lost everything, and note who did so.

    They are signed out everywhere and told; nobody is whoever has the server.
    """
    take_away_second_factor(user)
    close_sign_ins(user)
    tell(user, "second_factor_taken")
    note_security(SecurityKind.SECOND_FACTOR, user, by_id=by.id if by else None)


def note_sign_in(_app: Flask, user: User, **_more: Any) -> None:
    """Note that someone signed in."""
    note_security(SecurityKind.SIGNED_IN, user)


def note_provider(user: User, tied: bool) -> None:
    """Note that a person's account was tied to the provider, by themselves, or untied."""
    note_security(SecurityKind.PROVIDER, user, by_id=user.id, after="tied" if tied else "")


def note_refusal(answer: Response) -> Response:
    """Note a wrong password, and what someone who is signed in was refused."""
    if answer.status_code < 400:
        return answer
    visitor = loaded_visitor()
    is_sign_in = request.endpoint == "accounts.sign_in" and request.method == "POST"
    if is_sign_in and answer.status_code == 422:
        keep_refusal(SecurityKind.WRONG_PASSWORD, user_by_email(account_typed()))
    elif answer.status_code == 403 and visitor is not None:
        keep_refusal(SecurityKind.REFUSED, visitor)
    return answer


def keep_refusal(kind: SecurityKind, person: User | None) -> None:
    """Count a refusal in the entry of this hour, or begin one; apart from what was refused."""
    number, what = person.id if person else None, (request.endpoint or "")[:WHAT_LENGTH]
    lately = select(SecurityEvent).where(
        SecurityEvent.kind == kind,
        SecurityEvent.person_id == number,
        SecurityEvent.what == what,
        SecurityEvent.at > now() - SAME,
    )
    log.warning("security", kind=str(kind), person=number, what=what)
    with Session(db.engine) as session, session.begin():
        entry = session.scalar(lately.limit(1).with_for_update())
        if entry is None:
            session.add(SecurityEvent(kind=kind, person_id=number, what=what))
        else:
            entry.times += 1


def forget_old_entries() -> bool:
    """Take away some of what is older than the setting says; say whether there was any."""
    oldest = now() - timedelta(days=current_app.config["SECURITY_LOG_DAYS"])
    old = select(SecurityEvent.id).where(SecurityEvent.at < oldest).limit(MOST)
    with looking() as connection:
        numbers = list(connection.scalars(old))
    if numbers:
        with Session(db.engine) as session, session.begin():
            session.execute(delete(SecurityEvent).where(SecurityEvent.id.in_(numbers)))
    return bool(numbers)


def init_app(app: Flask) -> None:
    """Write the log of this application."""
    user_logged_in.connect(note_sign_in, app)
    provider_changed.connect(note_provider)
    app.after_request(note_refusal)
