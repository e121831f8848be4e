"""What the worker goes on with once somebody has left: their texts one by one, then their name."""

from __future__ import annotations

from sqlalchemy import select

from ..accounts.models import User
from ..db import db, looking, now
from ..replies.models import Reply, reply_for_update
from .blanking import blank_name, blank_reply
from .models import Erasure
from .tombstones import MARK


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
    theirs = theirs.where(~Reply.fingerprint.startswith(MARK)).order_by(Reply.id).limit(1)
    number = db.session.scalar(theirs) if erasure.texts else None
    if number is not None and (reply := reply_for_update(number)) is not None:
        blank_reply(reply)
        return
    blank_name(db.session.get_one(User, erasure.number))
    erasure.done_at = now()
