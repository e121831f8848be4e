"""Doing once more what was erased since a backup was made, once that is put back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..accounts.models import User
from ..db import db
from ..moderation.decision import Decision
from ..replies.models import Reply, reply_for_update
from ..replies.reasons import Reason
from .aftermath import erase_next
from .erasing import erase_reply
from .leaving import take_leave
from .models import Erasure, ErasureKind
from .outside import Erased


def replay(erased: Iterable[Erased]) -> int:
    """Erase what this database still has; return how much. Commits each by itself.

    What is known by its number alone could be something else in another life of the database, so
    the moment at which it was made decides.
    """
    count = 0
    for each in erased:
        if not is_known(each) and replayed(each):
            count += 1
        db.session.commit()
    while erase_next():
        pass
    return count


def is_known(erased: Erased) -> bool:
    """Say whether the database has erased this itself."""
    at = datetime.fromisoformat(erased.at)
    same = Erasure.kind == erased.kind, Erasure.number == erased.number, Erasure.at == at
    return db.session.scalar(select(Erasure.id).where(*same)) is not None


def replayed(erased: Erased) -> bool:
    """Erase it, unless it is not there."""
    at = datetime.fromisoformat(erased.at)
    if erased.kind == ErasureKind.REPLY:
        reply = reply_for_update(erased.number)
        if reply is None or not is_same(reply, erased):
            return False
        erase_reply(reply, Decision(None, Reason.OTHER), at)
        return True
    person = db.session.get(User, erased.number)
    if person is None or not is_same(person, erased):
        return False
    take_leave(person, texts=erased.texts, at=at)
    return True


def is_same(found: Reply | User | Any, erased: Erased) -> bool:
    """Say whether a row is the one that was erased."""
    return bool(found.created_at == datetime.fromisoformat(erased.made_at))
