"""What the worker does for privacy: what people who left leave behind, and what is too old."""

from __future__ import annotations

import time

from flask import current_app
from sqlalchemy import select

from ..accounts.models import User
from ..db import db, looking, now
from ..replies.models import Reply, reply_for_update
from .blanking import blank_name, blank_reply
from .models import Erasure
from .register import REGISTER
from .tombstones import is_erased

NEXT, PAUSE = "forgets at", 15 * 60
"""When this process looks next for what is too old, and how many seconds it waits."""


def erase_next() -> bool:
    """Go on with what is to be erased of someone who left: a text at a time; say if there was."""
    left = select(Erasure.id).where(Erasure.done_at.is_(None)).order_by(Erasure.id).limit(1)
    with looking() as connection:
        number = connection.scalar(left)
    if number is None:
        return False
    held = select(Erasure).where(Erasure.id == number).with_for_update(skip_locked=True)
    erasure = db.session.scalar(held)
    if erasure is None or erasure.done_at is not None:
        db.session.rollback()
        return False
    go_on(erasure)
    db.session.commit()
    return True


def go_on(erasure: Erasure) -> None:
    """Blank one more text of the person; where none is left, their name, and that is all."""
    theirs = select(Reply.id).where(Reply.author_id == erasure.number)
    theirs = theirs.where(~is_erased()).order_by(Reply.id).limit(1)
    number = db.session.scalar(theirs) if erasure.texts else None
    if number is not None:
        if (reply := reply_for_update(number)) is not None:  # else it went meanwhile
            blank_reply(reply)
        return
    blank_name(db.session.get_one(User, erasure.number))
    erasure.done_at = now()


def forget_all() -> bool:
    """Delete some of everything that was kept long enough; say whether there was any."""
    found = [data.ends() for data in REGISTER if data.ends]
    return any(found)


def forget_next() -> bool:
    """Do so, as a piece of the worker's work: again at once where there was any, else in a while.

    An index finds each of them, so looking costs little where there is nothing.
    """
    if time.monotonic() < current_app.extensions.get(NEXT, 0):
        return False
    found = forget_all()
    if not found:
        current_app.extensions[NEXT] = time.monotonic() + PAUSE
    return found
