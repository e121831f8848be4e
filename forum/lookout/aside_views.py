"""Setting votes aside: proposed on one page, and decided by somebody else on another."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..accounts.models import User
from ..db import db
from ..essays.finding import visible_essay
from ..essays.models import Essay
from ..moderation.acting import held
from ..moderation.models import Action
from ..permissions import can_facilitate, can_look_out, can_moderate, require
from ..replies.reasons import Reason
from ..votes.asides import Aside, AsidePerson
from ..votes.setting_aside import hold_votes
from ..web.limits import limited
from . import deciding
from .aside_forms import AnswerForm, AsideForm, DeclineForm, numbers_in
from .blueprint import bp
from .deciding import CannotDecide
from .who_decides import appealed, decided, proposed

NAMES = 100
"""People who can be chosen one by one; of more, the rest come together."""


def discussion(slug: str) -> Essay:
    """Return the discussion in an address, for those who look out for it, once it has opened."""
    essay = visible_essay(slug)
    require(can_look_out(current_user, essay))
    if essay.state == "draft":
        abort(404)
    return essay


def people_sent() -> set[int]:
    """Return whom a form names: one by one, the rest of a crowd together, and typed."""
    lists = (request.form.getlist(name) for name in ("person", "rest", "others"))
    return {number for sent in lists for number in numbers_in(sent)}


@bp.get("/essays/<slug:slug>/set-aside/new")
@limited("lookout", methods=("GET",))
def new_aside(slug: str) -> ResponseReturnValue:
    """Ask whose votes to set aside, and why."""
    return aside_form(discussion(slug), AsideForm(formdata=None), set())


@bp.post("/essays/<slug:slug>/set-aside/new")
@limited("lookout")
def propose_aside(slug: str) -> ResponseReturnValue:
    """Propose it, after a second look at whose votes they are."""
    essay, people = discussion(slug), people_sent()
    if "sure" not in request.form:
        return aside_form(essay, AsideForm(formdata=None), people)
    form = AsideForm()
    if not form.validate_on_submit():
        return aside_form(essay, form, people), 422
    hold_votes(essay.id)
    held(Essay, essay.id)
    try:
        because, note = Reason(form.reason.data), form.note.data or ""
        aside = deciding.propose(essay, current_user, people, because, note)
    except CannotDecide as error:
        db.session.rollback()
        form.others.errors = [str(error)]
        return aside_form(discussion(slug), form, people), 409
    db.session.commit()
    flash(_("Proposed. Nothing is set aside until somebody else agrees."))
    return redirect(url_for("lookout.aside", aside_id=aside.id), 303)


def aside_form(essay: Essay, form: AsideForm, people: Collection[int]) -> str:
    """Return the page on which it is proposed; who has no vote here that counts is left out."""
    voters = sorted(deciding.voters_among(essay, people))
    return render_template(
        "lookout/new_aside.html",
        essay=essay,
        form=form,
        people=named(voters[:NAMES]),
        rest=voters[NAMES:],
        votes=deciding.votes_of(essay, voters),
        gone=len(set(people)) - len(voters),
    )


def named(numbers: Collection[int]) -> list[Any]:
    """Return the numbers and names of people."""
    query = select(User.id, User.name).where(User.id.in_(numbers)).order_by(User.id)
    return list(db.session.execute(query))


@bp.get("/moderation/aside")
def asides() -> ResponseReturnValue:
    """Show what waits for a second person, which appeals wait, and what was decided."""
    require(can_facilitate(current_user) or can_moderate(current_user))
    return render_template(
        "lookout/asides.html",
        proposed=proposed(current_user),
        appealed=appealed(current_user),
        decided=decided(current_user),
    )


@bp.get("/moderation/aside/<id:aside_id>")
def aside(aside_id: int) -> ResponseReturnValue:
    """Show whose votes a decision is about, why, who decided, and who appeals."""
    found = db.session.get(Aside, aside_id) or abort(404)
    require(can_look_out(current_user, found.essay))
    return aside_page(found)


def aside_page(found: Aside, **forms: Any) -> str:
    """Return that page; a form that was refused stands as it was sent."""
    query = select(AsidePerson).where(AsidePerson.aside_id == found.id)
    query = query.options(joinedload(AsidePerson.user), joinedload(AsidePerson.answered_by))
    people = db.session.scalars(query.order_by(AsidePerson.id).limit(deciding.MOST)).all()
    given: dict[str, Any] = {
        "decline": DeclineForm(formdata=None),
        "answer": AnswerForm(formdata=None),
        "answering": 0,
        **forms,
    }

    def form_of(person: AsidePerson) -> AnswerForm:
        """Return the form for the answer to one of several appeals, with ids of its own."""
        if person.id == given["answering"]:
            return given["answer"]
        return AnswerForm(formdata=None, prefix=f"{person.id}-")

    two = (found.proposed_by_id, found.decided_by_id)
    return render_template(
        "lookout/aside.html",
        aside=found,
        action=db.session.get(Action, found.action_id) if found.action_id else None,
        people=people,
        two=two,
        forms_of=form_of,
        **given,
    )


def held_aside(aside_id: int) -> Aside:
    """Return a decision, all held, for those who look out for its discussion."""
    found = deciding.held_aside(aside_id) or abort(404)
    require(can_look_out(current_user, found.essay))
    return found


def decide(aside_id: int, act: Callable[[Aside], Any], said: str) -> ResponseReturnValue:
    """Decide on what waits and go back to it; what cannot be decided so is no page."""
    try:
        act(held_aside(aside_id))
    except CannotDecide as error:
        abort(409, description=str(error))
    db.session.commit()
    flash(said)
    return redirect(url_for("lookout.aside", aside_id=aside_id), 303)


@bp.post("/moderation/aside/<id:aside_id>/agree")
@limited("lookout")
def agree_aside(aside_id: int) -> ResponseReturnValue:
    """Set the votes aside, as the second person."""
    said = _("Set aside, and in the public log. Everyone concerned is told, and may appeal.")
    return decide(aside_id, lambda found: deciding.agree(found, current_user), said)


@bp.post("/moderation/aside/<id:aside_id>/decline")
@limited("lookout")
def decline_aside(aside_id: int) -> ResponseReturnValue:
    """Say no to it, and why."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return aside_page(held_aside(aside_id), decline=form), 422
    why, said = form.why.data or "", _("Declined. Nothing was set aside.")
    return decide(aside_id, lambda found: deciding.decline(found, current_user, why), said)


@bp.post("/moderation/aside/<id:aside_id>/withdraw")
@limited("lookout")
def withdraw_aside(aside_id: int) -> ResponseReturnValue:
    """Take back what one proposed."""
    said = _("Withdrawn. Nothing was set aside.")
    return decide(aside_id, lambda found: deciding.withdraw(found, current_user), said)
