"""The one verb by which an administrator erases, and what goes on with it in the worker."""

from __future__ import annotations

from datetime import datetime

from ..accounts.models import User
from ..db import db, now
from ..moderation.acting import act
from ..moderation.decision import Decision
from ..moderation.kinds import kind_named
from ..moderation.models import Action, NothingToDo
from ..replies.models import Reply
from .blanking import blank_reply
from .models import Erasure, ErasureKind
from .outside import keep_outside
from .tombstones import mark_of


def erase_reply(reply: Reply, decision: Decision, at: datetime | None = None) -> Action:
    """Blank a held reply's text everywhere, for good; the public log says so without the text.

    Raises NothingToDo where that was done. ``at`` is when it was erased first, where it came back
    with a backup.
    """
    if at is None and reply.fingerprint == mark_of(reply):
        raise NothingToDo
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
