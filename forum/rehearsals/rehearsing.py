"""Beginning a rehearsal, coming to it, giving it another link, and ending it.

The essay's row is held by whoever begins or ends a rehearsal, comes to it, or writes and votes in
it. So once it has ended nothing more is tried, and what is shown as tried is all of it.
"""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import func, select

from ..accounts.models import Rehearser, User
from ..db import db, now, upsert
from ..essays.models import Essay, touched
from ..essays.opening import WrongState
from ..permission_answers import YES, Answer
from ..replies.models import Reply
from ..votes.models import Vote
from .models import PEOPLE_MOST, Rehearsal, rehearsal_of
from .refusals import FULL, TOOK_PART
from .tried import tried_in


def begin(essay: Essay, by: User) -> Rehearsal:
    """Let people try the discussion of a held draft; one that had ended goes on, with a new link.

    Raises WrongState for an essay that is no draft, or is rehearsed already.
    """
    if essay.state != "draft" or essay.rehearsal == "live" or is_opening(essay):
        raise WrongState(f"The discussion is {essay.rehearsal or essay.state}.")
    rehearsal = rehearsal_of(essay)
    if rehearsal is None:
        rehearsal = Rehearsal(essay_id=essay.id, began_by_id=by.id, link=1)
        db.session.add(rehearsal)
    else:
        rehearsal.link += 1
    essay.rehearsal = "live"
    touched(essay)
    return rehearsal


def renew_link(essay: Essay) -> Rehearsal:
    """Give a rehearsal that is under way another link; whoever came by the one before stays."""
    rehearsal = under_way(essay)
    rehearsal.link += 1
    return rehearsal


def end(essay: Essay) -> None:
    """End the rehearsal of a held essay, and note how much was tried: no more will be.

    Its link no longer works, and of those who came only facilitators still see the draft.
    """
    rehearsal = under_way(essay)
    for name, number in asdict(tried_in(essay.id)).items():
        setattr(rehearsal, name, number)
    essay.rehearsal = "ended"
    touched(essay)


def is_opening(essay: Essay) -> bool:
    """Say whether a rehearsed discussion is to open by now: the worker erases, and opens it."""
    is_due = essay.opened_at is not None and essay.opened_at <= now()
    return essay.rehearsal is not None and is_due


def under_way(essay: Essay) -> Rehearsal:
    """Return the rehearsal of a held essay while it lasts; raise WrongState otherwise."""
    rehearsal = rehearsal_of(essay)
    if rehearsal is None or essay.rehearsal != "live":
        raise WrongState("The rehearsal is over.")
    return rehearsal


def can_come(user: User, essay: Essay) -> Answer:
    """Say whether a person who has the link may come: not where something of theirs stands already,
    which would be erased with what they try, nor once enough people have come."""
    if user.rehearses(essay.id):
        return YES
    wrote = select(Reply.id).where(Reply.essay_id == essay.id, Reply.author_id == user.id)
    voted = select(Vote.reply_id).where(Vote.essay_id == essay.id, Vote.user_id == user.id)
    if db.session.execute(wrote.limit(1)).first() or db.session.execute(voted.limit(1)).first():
        return TOOK_PART
    came = select(func.count()).where(Rehearser.essay_id == essay.id)
    return FULL if (db.session.scalar(came) or 0) >= PEOPLE_MOST else YES


def come(user: User, rehearsal: Rehearsal) -> None:
    """Let a person take part in a rehearsal; coming twice is coming once."""
    row = upsert(Rehearser).values(essay_id=rehearsal.essay_id, user_id=user.id)
    db.session.execute(row.on_conflict_do_nothing())
