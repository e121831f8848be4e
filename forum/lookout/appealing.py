"""Appeals of those whose votes are set aside: each once, in words, answered by somebody else."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from ..accounts.models import User
from ..db import db, now
from ..essays.models import Essay
from ..events.recording import record
from ..moderation.acting import act
from ..moderation.decision import Decision
from ..moderation.kinds import kind_named
from ..replies.reasons import Reason
from ..votes.asides import Aside, AsidePerson, AsideState
from ..votes.interested import concerned
from .deciding import CannotDecide, NotYours, check_disinterested, tell_deciders
from .who_decides import others_who_decide


def set_aside_of(user: User, essay: Essay) -> AsidePerson | None:
    """Return the decision in force on a person's own votes in a discussion, or the last of them
    whose answer they may read."""
    query = (
        select(AsidePerson)
        .join(Aside, Aside.id == AsidePerson.aside_id)
        .where(AsidePerson.user_id == user.id, Aside.essay_id == essay.id)
        .where(Aside.state.in_((AsideState.AGREED, AsideState.UNDONE)))
        .order_by((Aside.state == AsideState.AGREED).desc(), Aside.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def appeal(person: AsidePerson, words: str) -> None:
    """Appeal against setting one's votes aside: once; raise CannotDecide. The decision is held."""
    check_in_force(person)
    if person.appealed_at is not None:
        raise CannotDecide(_("You have appealed already; an appeal can be made once."))
    person.appeal, person.appealed_at = words, now()
    db.session.flush()
    tell_deciders(person.aside, "aside_appealed", person.user, but={person.user_id})


def check_in_force(person: AsidePerson) -> None:
    """Raise CannotDecide where the votes count again already."""
    if person.granted or person.aside.state != AsideState.AGREED:
        raise CannotDecide(_("These votes count again already."))


def check_may_answer(person: AsidePerson, by: User) -> None:
    """Raise CannotDecide where the person may not answer an appeal.

    Whoever proposed or agreed does only where nobody else may decide there.
    """
    aside = person.aside
    check_disinterested(by, concerned(person, by), aside.essay)
    two = {aside.proposed_by_id, aside.decided_by_id}
    if by.id in two and others_who_decide(aside.essay_id, two | {person.user_id}):
        raise NotYours(_("You were one of the two who decided it; somebody else answers."))


def answer(person: AsidePerson, by: User, words: str, grant: bool) -> None:
    """Answer an appeal: the votes count again, or stay set aside; raise CannotDecide.

    All is held that deciding on it changes.
    """
    check_in_force(person)
    if person.appealed_at is None:
        raise CannotDecide(_("Nobody has appealed."))
    if person.answered_at is not None:
        raise CannotDecide(_("It was answered already."))
    check_may_answer(person, by)
    person.answered_by_id, person.answered_at, person.answer = by.id, now(), words
    person.granted = False
    db.session.flush()
    aside = person.aside
    if grant:
        decision = Decision(by, Reason.MISTAKE)
        act(kind_named("aside_appeal"), aside.essay, decision, {"person": person.id})
        return
    subject = "essay", aside.essay_id
    record(
        "votes_stay_aside",
        subject,
        essay_id=aside.essay_id,
        part_id=person.id,
        by=by,
        to=[person.user_id],
        key=f"votes_stay_aside:{person.id}",
    )
