"""Opening a discussion that was rehearsed, once all that was tried is erased.

Little is erased by whoever opens it, in the same transaction. More is left to the worker, as are
discussions that open by date. Until all is gone the discussion is a draft that nobody else sees.
"""

from __future__ import annotations

import structlog
from sqlalchemy import delete, select

from ..accounts.models import Rehearser, User
from ..db import db, looking, now
from ..essays.models import Essay, essay_for_update, touched
from ..essays.opening import WrongState, publish
from ..votes.counted_addresses import CountedAddress
from ..votes.networks import VoterNetwork
from .erasing import AT_ONCE, erase_some
from .models import Rehearsal, rehearsal_of
from .rehearsing import end, is_opening
from .tried import came_to

log = structlog.get_logger("forum.rehearsals")


def open_rehearsed(essay: Essay, by: User) -> bool:
    """Erase what was tried in a held essay whose rehearsal has ended, and open its discussion.

    Says False where more was tried than one waits for: the worker then does both.
    """
    rehearsal = rehearsal_of(essay)
    if rehearsal is None or essay.rehearsal != "ended" or is_opening(essay):
        raise WrongState("The rehearsal has not ended.")
    rehearsal.opened_by = by
    essay.opened_at = now()
    if rehearsal.rows < AT_ONCE:
        erase_some(essay.id)
        open_emptied(essay, rehearsal)
        return True
    touched(essay)
    return False


def erase_next() -> bool:
    """Erase some of what was tried where a discussion is to open, and open it once nothing is left;
    say whether there was any such discussion."""
    due = select(Essay.id).where(Essay.rehearsal.is_not(None), Essay.opened_at <= now())
    with looking() as connection:
        number = connection.scalar(due.limit(1))
    essay = essay_for_update(number) if number is not None else None
    rehearsal = rehearsal_of(essay) if essay is not None and is_opening(essay) else None
    if essay is None or rehearsal is None:
        db.session.rollback()
        return False
    if essay.rehearsal == "live":
        end(essay)
    elif erase_some(essay.id) < AT_ONCE:
        open_emptied(essay, rehearsal)
    db.session.commit()
    return True


def open_emptied(essay: Essay, rehearsal: Rehearsal) -> None:
    """Open the discussion of a held essay in which nothing is left of what was tried."""
    came = came_to(essay.id)
    for kept in (CountedAddress, VoterNetwork):
        theirs = kept.essay_id == essay.id, kept.user_id.in_(came)
        db.session.execute(delete(kept).where(*theirs))
    db.session.execute(delete(Rehearser).where(Rehearser.essay_id == essay.id))
    rehearsal.erased_at, essay.rehearsal = now(), None
    publish(essay, rehearsal.opened_by, essay.opened_at)
    numbers = {name: getattr(rehearsal, name) for name in ("proposals", "comments", "votes")}
    log.info("rehearsal erased", essay=essay.id, people=rehearsal.people, **numbers)
