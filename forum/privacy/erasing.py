"""The one verb by which an administrator erases, and what goes on with it in the worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db, looking, now
from ..moderation.acting import act
from ..moderation.decision import Decision
from ..moderation.kinds import kind_named
from ..moderation.models import Action
from ..replies.models import Reply, reply_for_update
from .blanking import blank_name, blank_reply
from .models import Erasure, ErasureKind
from .outside import keep_outside
from .tombstones import MARK


def erase_reply(reply: Reply, decision: Decision, at: datetime | None = None) -> Action:
    """Blank a held reply's text everywhere, for good; the public log says so without the text.

    ``at`` is when it was erased first, where it came back with a backup.
    """
    note_erasure(
        ErasureKind.REPLY, reply.id, reply.created_at, by=decision.by, done_at=now(), at=at
    )
    blank_reply(reply)
    return act(kind_named("erase"), reply, decision)


def note_erasure(
    kind: ErasureKind,
    number: int,
    made_at: datetime,
    *,
    by: User | None = None,
    texts: bool = True,
    done_at: datetime | None = None,
    at: datetime | None = None,
) -> Erasure:
    """Record an erasure here, and outside of the database, so that no backup brings it back."""
    erasure = Erasure(
        kind=kind,
        number=number,
        made_at=made_at,
        texts=texts,
        at=at or now(),
        by_id=by.id if by else None,
        done_at=done_at,
    )
    db.session.add(erasure)
    db.session.flush()
    keep_outside(erasure)
    return erasure


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


def reply_with_all(reply_id: int) -> Reply | None:
    """Return a reply with its essay and its author, whoever may read it."""
    loads = joinedload(Reply.essay), joinedload(Reply.author)
    return db.session.get(Reply, reply_id, options=loads)
