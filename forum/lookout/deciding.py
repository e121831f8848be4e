"""Setting votes aside: one person proposes it, and another agrees or declines.

Whoever acts holds, in this order, the proposals of the discussion, its essay and the decision; so
two who decide at once decide one after the other, and the second is told what the first did.
"""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, delete, func, select

from ..accounts.models import User
from ..database.bulk_insert import bulk_insert
from ..db import among, db, now
from ..essays.models import Essay
from ..events.recording import record
from ..moderation.acting import act, held
from ..moderation.decision import Decision
from ..moderation.kinds import kind_named
from ..moderation.models import Action
from ..replies.models import Reply
from ..replies.reasons import Reason
from ..votes.asides import IN_FORCE, Aside, AsidePerson, AsideState, aside_for_update, voters_of
from ..votes.interested import why_interested
from ..votes.models import Vote
from ..votes.setting_aside import hold_votes
from ..web.numbers import format_decimal
from .who_decides import others_who_decide

MOST = 5_000
"""People whose votes one decision can set aside."""


class CannotDecide(ValueError):
    """It cannot be decided so, or not by this person; the words say why and what to do."""


class NotYours(CannotDecide):
    """Somebody else decides it: it is about this person's own votes, proposals or words."""


def held_aside(aside_id: int) -> Aside | None:
    """Return a decision with everything held that deciding on it changes."""
    essay_id = db.session.scalar(select(Aside.essay_id).where(Aside.id == aside_id))
    if essay_id is None:
        return None
    hold_votes(essay_id)
    held(Essay, essay_id)
    return aside_for_update(aside_id)


def propose(essay: Essay, by: User, people: Collection[int], because: Reason, note: str) -> Aside:
    """Propose to set aside the votes of these people; raise CannotDecide.

    The essay is held. Nobody is in two decisions that are in force.
    """
    chosen = checked_people(essay, people)
    check_disinterested(by, chosen, essay)
    aside = Aside(
        essay_id=essay.id,
        reason=because.value,
        note=note,
        proposed_by_id=by.id,
        voters=len(chosen),
        votes=count_votes(essay, chosen),
    )
    db.session.add(aside)
    db.session.flush()
    bulk_insert(AsidePerson, [{"aside_id": aside.id, "user_id": number} for number in chosen])
    tell_deciders(aside, "aside_waits", by, but=set(chosen))
    return aside


def checked_people(essay: Essay, people: Collection[int]) -> list[int]:
    """Return these people in order; raise CannotDecide where they are none or too many.

    Everybody named has a vote there that counts, so that a page that has grown old is found out.
    """
    chosen = sorted(set(people))
    if not chosen:
        raise CannotDecide(_("Choose at least one person."))
    if len(chosen) > MOST:
        raise CannotDecide(
            ngettext(
                "Choose at most %(most)s person.",
                "Choose at most %(most)s people.",
                MOST,
                most=format_decimal(MOST),
            )
        )
    if missing := len(chosen) - len(voters_among(essay, chosen)):
        raise CannotDecide(
            ngettext(
                "%(number)s of the people chosen has no vote here that counts: it was taken back "
                "or set aside, or they left. Nothing was done; choose again.",
                "%(number)s of the people chosen have no vote here that counts: these were taken "
                "back or set aside, or they left. Nothing was done; choose again.",
                missing,
                number=format_decimal(missing),
            )
        )
    return chosen


def agree(aside: Aside, by: User) -> Action:
    """Set the votes aside that another proposed to; raise CannotDecide.

    Of those it names, whoever is set aside by another decision meanwhile is left to that one.
    """
    check_may_decide(aside, by)
    elsewhere = (
        select(AsidePerson.user_id)
        .join(Aside, Aside.id == AsidePerson.aside_id)
        .where(Aside.essay_id == aside.essay_id, *IN_FORCE)
    )
    gone = delete(AsidePerson).where(
        AsidePerson.aside_id == aside.id, AsidePerson.user_id.in_(elsewhere.scalar_subquery())
    )
    db.session.execute(gone, execution_options={"synchronize_session": False})
    people = voters_of(aside.id)
    if not people:
        raise CannotDecide(
            _("Nobody is left of those it names: they left, or their votes are set aside already.")
        )
    check_disinterested(by, people, aside.essay)
    aside.decided_by_id = by.id
    numbers = {"voters": len(people), "votes": count_votes(aside.essay, people)}
    decision = Decision(by, Reason(aside.reason), aside.note)
    options = {"aside": aside.id, "numbers": numbers}
    action = act(kind_named("set_aside"), aside.essay, decision, options)
    aside.action_id = action.id
    db.session.flush()
    return action


def decline(aside: Aside, by: User, why: str) -> None:
    """Say no to what another proposed, and why; raise CannotDecide."""
    check_may_decide(aside, by)
    check_disinterested(by, voters_of(aside.id), aside.essay)
    close(aside, by, AsideState.DECLINED, why)


def withdraw(aside: Aside, by: User) -> None:
    """Take back what one proposed, before it is decided; raise CannotDecide."""
    check_waits(aside)
    if aside.proposed_by_id != by.id:
        raise NotYours(_("Only whoever proposed it can withdraw it; you can decline it."))
    close(aside, by, AsideState.WITHDRAWN)


def close(aside: Aside, by: User, state: AsideState, why: str = "") -> None:
    """Let a proposal wait no longer, with nothing set aside."""
    aside.state, aside.answer = state, why
    aside.decided_by_id, aside.decided_at = by.id, now()
    db.session.flush()


def check_waits(aside: Aside) -> None:
    """Raise CannotDecide where it was decided already, with who did and how."""
    if aside.state == AsideState.PROPOSED:
        return
    name = aside.decided_by.name if aside.decided_by else _("Somebody")
    said = {
        AsideState.AGREED: _("%(name)s has agreed to it already: the votes are set aside."),
        AsideState.DECLINED: _("%(name)s has declined it already."),
        AsideState.WITHDRAWN: _("%(name)s has withdrawn it already."),
        AsideState.UNDONE: _("It was agreed to by %(name)s and undone since; propose it anew."),
    }[AsideState(aside.state)]
    raise CannotDecide(said % {"name": name})


def check_may_decide(aside: Aside, by: User) -> None:
    """Raise CannotDecide where it waits no longer, or where this person proposed it."""
    check_waits(aside)
    if aside.proposed_by_id == by.id:
        raise NotYours(_("You proposed it; somebody else decides."))


def check_disinterested(by: User, people: Collection[int], essay: Essay) -> None:
    """Raise CannotDecide where someone's own votes, or votes on their own proposals, are meant."""
    if why := why_interested(by, people, essay.id):
        raise NotYours(why)


def voters_among(essay: Essay, people: Collection[int]) -> set[int]:
    """Return those of these people who have a vote that counts in a discussion."""
    return set(db.session.scalars(select(Vote.user_id).where(*by_these(essay, people)).distinct()))


def count_votes(essay: Essay, people: Collection[int]) -> int:
    """Return how many votes of these people count in a discussion, where they can be seen."""
    query = select(func.count()).join(Reply, Reply.id == Vote.reply_id).select_from(Vote)
    query = query.where(*by_these(essay, people), Reply.status == "visible")
    return db.session.scalar(query) or 0


def by_these(essay: Essay, people: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the votes of some people in a discussion."""
    return Vote.essay_id == essay.id, among(Vote.user_id, sorted(people), is_walked=True)


def tell_deciders(aside: Aside, kind: str, by: User, but: set[int]) -> None:
    """Tell everyone who may decide on it that it waits."""
    people = others_who_decide(aside.essay_id, but)
    subject = "essay", aside.essay_id
    record(kind, subject, essay_id=aside.essay_id, part_id=aside.id, by=by, to=people)
