"""Emptying the outbox, a letter at a time: take it, send it, strike it out.

Taking is a transaction that moves the next try on; sending happens in none; striking out is
another. So no letter is lost however the worker stops, two workers never send the same, and one
that stops between sending and striking out sends a twin, which carries the same Message-ID.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Executable, select, update
from sqlalchemy.orm import Session

from ..db import db, happening_at, looking, now, upsert
from .letters import KINDS, NotNow, folded, words_of
from .messages import message_of
from .models import DeadLetter, Letter
from .sending import NotTaken, send

LEASE = timedelta(minutes=5)
"""For how long whoever took a letter may be sending it; a server is given up on long before."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""How long to wait after each failure; after the last, as long again."""

KEPT = ("kind", "address", "language", "user_id", "about_id", "key")
"""What is kept of a letter that was given up, and goes into the one that is sent again."""

LATER = "later"
GOOD = frozenset({"sent", "nobody to tell", LATER})
"""What can become of a letter that nobody has to look at."""

log = structlog.get_logger("forum.mail")


def send_next() -> bool:
    """Send the letter whose turn it is; say whether there was one."""
    letter = take()
    if letter is None:
        return False
    try:
        outcome = deliver(letter)
    except NotTaken as error:
        if not error.for_good:
            put_off(letter, str(error))
            return True
        outcome = str(error)
    except Exception as error:
        put_off(letter, type(error).__name__)
        return True
    strike_out(letter, outcome)
    return True


def take() -> Letter | None:
    """Take the letter that has waited longest, for the length of a lease."""
    waiting = (Letter.next_at <= now(), Letter.kind.in_(tuple(KINDS)))
    with looking() as connection:
        if connection.scalar(select(Letter.id).where(*waiting).limit(1)) is None:
            return None
    turn = select(Letter).where(*waiting).order_by(Letter.next_at, Letter.id).limit(1)
    with Session(db.engine, expire_on_commit=False) as session, session.begin():
        letter = session.scalar(turn.with_for_update(skip_locked=True))
        if letter is not None:
            letter.tries += 1
            letter.next_at = now() + LEASE
        return letter


def deliver(letter: Letter) -> str:
    """Make the letter and send it; return what became of it. Raises NotTaken."""
    kind = KINDS[letter.kind]
    if now() - letter.made_at > kind.life:
        return "too old"
    try:
        known = kind.fill(letter)
        if known is None:
            return "nobody to tell"
        message = message_of(letter, words_of(letter.kind, letter.language, known))
    except NotNow:
        return LATER
    finally:
        db.session.remove()  # no transaction stays open while the server is spoken to
    send(message, letter.reference)
    return "sent"


def put_off(letter: Letter, why: str) -> None:
    """Have the letter tried again after a while, longer each time."""
    wait = WAITS[min(letter.tries, len(WAITS)) - 1]
    log.warning("letter put off", letter=letter.id, kind=letter.kind, tries=letter.tries, why=why)
    carry_out(update(Letter).where(mine(letter)).values(next_at=now() + wait))


def strike_out(letter: Letter, outcome: str) -> None:
    """Take the letter out of the outbox: it is sent, or never will be, which is kept.

    Its kind may want another in its place, for what came to wait while it was sent.
    """
    with happening_at(now()), Session(db.engine) as session, session.begin():
        held = session.scalar(select(Letter).where(mine(letter)).with_for_update())
        if held is None:
            return
        after = KINDS[letter.kind].after
        again = after(session, letter, outcome) if after else None
        if outcome not in GOOD:
            session.add(dead(letter, outcome))
        if again is None:
            session.delete(held)
        else:
            held.made_at, held.next_at, held.tries = again, again, 0
    log.info("letter done", letter=letter.id, kind=letter.kind, tries=letter.tries, outcome=outcome)


def dead(letter: Letter, why: str) -> DeadLetter:
    """Return what is kept of a letter that will never be sent."""
    about = {name: getattr(letter, name) for name in KEPT}
    return DeadLetter(**about, made_at=letter.made_at, tries=letter.tries, why=why[:200])


def send_again(letter: DeadLetter) -> None:
    """Have a letter tried anew that was given up; if another of its key waits, that one tells."""
    kind = KINDS.get(letter.kind)
    if kind is not None and kind.again is not None:
        kind.again(letter)
    about = {name: getattr(letter, name) for name in KEPT}
    row = upsert(Letter).values(**about, made_at=now(), next_at=now(), tries=0)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["key"]))
    db.session.delete(letter)


def mine(letter: Letter) -> Any:
    """Return what holds of the row only while nobody else has taken the letter since."""
    return (Letter.id == letter.id) & (Letter.tries == letter.tries)


def carry_out(change: Executable) -> None:
    """Change the outbox in a transaction of its own."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(change)


def init_app(app: Flask) -> None:
    """Let the templates of letters fold their paragraphs."""
    app.jinja_env.filters["folded"] = folded
