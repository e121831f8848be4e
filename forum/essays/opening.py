"""Opening a discussion, now or at a set time, and what is kept of who opened and closed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import UtcDateTime, db, looking, now
from ..events.recording import record
from ..web.page_notes import changes_at
from .models import Essay, EssayEvent, essay_for_update, touched

HAPPENED = {"publish": "opened", "close": "closed", "reopen": "reopened"}
"""What those who hear of it are told."""


class WrongState(ValueError):
    """The discussion is not in a state from which this can be done."""


def publish(essay: Essay, by: User | None, at: datetime | None = None) -> None:
    """Open a draft to everyone: now, or as from the time that was set for it.

    Not while something stands in it that people only tried (forum/rehearsals).
    """
    if essay.stored_state != "draft" or essay.rehearsal is not None:
        raise WrongState(f"The discussion is {essay.state}.")
    essay.opened_at = at or now()
    essay.stored_state = "open"
    keep_event(essay, "publish", by, "", essay.opened_at)


def close(essay: Essay, by: User | None, because: str = "") -> None:
    """Close a discussion as its essay comes in; people close one by moderation's action."""
    change_discussion(essay, {"state": "closed"}, by, because)


def change_discussion(
    essay: Essay, values: Mapping[str, Any], by: User | None, reason: str
) -> None:
    """Give an essay's discussion these values, and keep who opened or closed it by that and why."""
    state, was_over = essay.state, essay.is_over
    for name, value in values.items():
        setattr(essay, name, value)
    if (essay.state, essay.is_over) != (state, was_over):
        keep_event(essay, "close" if essay.is_over else "reopen", by, reason, now())
    else:
        touched(essay)


def keep_event(essay: Essay, kind: str, by: User | None, reason: str, at: datetime) -> None:
    """Record that a discussion was published, closed or reopened."""
    by_id = by.id if by else None
    db.session.add(EssayEvent(essay_id=essay.id, kind=kind, reason=reason, by_id=by_id, at=at))
    touched(essay)
    record(HAPPENED[kind], ("essay", essay.id), essay_id=essay.id, by=by, at=at)


def open_next() -> bool:
    """Publish a draft whose time has come; say whether there was one."""
    due = select(Essay.id).where(
        Essay.stored_state == "draft", Essay.opened_at <= now(), Essay.rehearsal.is_(None)
    )
    with looking() as connection:
        number = connection.scalar(due.order_by(Essay.opened_at).limit(1))
    essay = essay_for_update(number) if number is not None else None
    if essay is None or essay.stored_state != "draft" or essay.state == "draft":
        db.session.rollback()
        return False
    publish(essay, None, essay.opened_at)
    db.session.commit()
    return True


def announce_changes(ahead: timedelta = timedelta()) -> None:
    """Note when the clock next opens or closes a discussion, or lets one close so far ahead.

    Pages of the whole site call it, since they may show any essay by then.
    """
    moment = now()
    ((opening, closing, nearing),) = COMING.rows(moment=moment, ahead=moment + ahead)
    changes_at(opening)
    changes_at(closing)
    changes_at(nearing - ahead if nearing else None)


MOMENT, AHEAD = (bindparam(name, type_=UtcDateTime) for name in ("moment", "ahead"))
COMING = Prepared(
    select(
        func.min(Essay.opened_at).filter(Essay.stored_state == "draft", Essay.opened_at > MOMENT),
        func.min(Essay.closes_at).filter(Essay.closes_at > MOMENT),
        func.min(Essay.closes_at).filter(Essay.closes_at > AHEAD),
    )
)
