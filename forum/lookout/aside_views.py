"""Setting votes aside: proposed on one page, and decided by somebody else on another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
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
from .appealing import check_may_answer
from .aside_forms import AppealAnswerForm, AsideForm, DeclineForm, numbers_in
from .blueprint import bp
from .deciding import CannotDecide, NotYours
from .who_decides import appealed, decided, proposed

NAMES = 100
"""People who can be chosen one by one; of more, the rest come together."""


def opened(slug: str) -> Essay:
    """Return the discussion in an address, once it has opened."""
    essay = visible_essay(slug)
    return abort(404) if essay.state == "draft" else essay


def people_sent() -> set[int]:
    """Return whom a form names: one by one, the rest of a crowd together, and typed."""
    lists = (request.form.getlist(name) for name in ("person", "rest", "others"))
    return {number for sent in lists for number in numbers_in(sent)}


@bp.get("/essays/<slug:slug>/set-aside/new")
@limited("lookout", methods=("GET",))
def new_aside(slug: str) -> ResponseReturnValue:
    """Ask whose votes to set aside, and why."""
    essay = opened(slug)
    require(can_look_out(current_user, essay))
    return aside_form(essay, AsideForm(formdata=None), set())


@bp.post("/essays/<slug:slug>/set-aside/new")
@limited("lookout")
def propose_aside(slug: str) -> ResponseReturnValue:
    """Propose it, after a second look at whose votes they are."""
    essay, people = opened(slug), people_sent()
    require(can_look_out(current_user, essay))
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
        return aside_form(opened(slug), form, people), status_of(error)
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
        votes=deciding.count_votes(essay, voters),
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


def aside_page(
    found: Aside,
    decline: DeclineForm | None = None,
    answer: AppealAnswerForm | None = None,
    answering: int = 0,
) -> str:
    """Return that page; a form that was refused stands as it was sent, an answer at its appeal."""

    def form_of(person: AsidePerson) -> AppealAnswerForm:
        """Return the form for the answer to one of several appeals, with ids of its own."""
        if answer is not None and person.id == answering:
            return answer
        return AppealAnswerForm(formdata=None, prefix=f"{person.id}-")

    return render_template(
        "lookout/aside.html",
        aside=found,
        action=db.session.get(Action, found.action_id) if found.action_id else None,
        people=people_in(found),
        two=(found.proposed_by_id, found.decided_by_id),
        decline=decline or DeclineForm(formdata=None),
        answer=answer or AppealAnswerForm(formdata=None),
        form_of=form_of,
        why_not=why_not,
    )


def people_in(found: Aside) -> Sequence[AsidePerson]:
    """Return whose votes a decision is about, with whoever answered their appeals."""
    query = select(AsidePerson).where(AsidePerson.aside_id == found.id)
    query = query.options(joinedload(AsidePerson.user), joinedload(AsidePerson.answered_by))
    return db.session.scalars(query.order_by(AsidePerson.id).limit(deciding.MOST)).all()


def why_not(person: AsidePerson) -> str:
    """Return why the visitor may not answer an appeal; nothing where they may."""
    try:
        check_may_answer(person, current_user)
    except NotYours as error:
        return str(error)
    return ""


def held_aside(aside_id: int) -> Aside:
    """Return a decision with everything held that deciding on it changes."""
    return deciding.held_aside(aside_id) or abort(404)


def status_of(error: CannotDecide) -> int:
    """Return the status of a page that tells why something cannot be decided so."""
    return 403 if isinstance(error, NotYours) else 409


@contextmanager
def telling_why() -> Iterator[None]:
    """Say what cannot be decided so, and why, on a page of its own."""
    try:
        yield
    except CannotDecide as error:
        abort(status_of(error), description=str(error))


def back_to(found: Aside, said: str) -> ResponseReturnValue:
    """Go back to a decision, with what became of it."""
    flash(said)
    return redirect(url_for("lookout.aside", aside_id=found.id), 303)


@bp.post("/moderation/aside/<id:aside_id>/agree")
@limited("lookout")
def agree_aside(aside_id: int) -> ResponseReturnValue:
    """Set the votes aside, as the second person."""
    found = held_aside(aside_id)
    require(can_look_out(current_user, found.essay))
    with telling_why():
        deciding.agree(found, current_user)
    db.session.commit()
    said = _("Set aside, and in the public log. Everyone concerned is told, and may appeal.")
    return back_to(found, said)


@bp.post("/moderation/aside/<id:aside_id>/decline")
@limited("lookout")
def decline_aside(aside_id: int) -> ResponseReturnValue:
    """Say no to it, and why."""
    found, form = held_aside(aside_id), DeclineForm()
    require(can_look_out(current_user, found.essay))
    if not form.validate_on_submit():
        return aside_page(found, decline=form), 422
    with telling_why():
        deciding.decline(found, current_user, form.why.data or "")
    db.session.commit()
    return back_to(found, _("Declined. Nothing was set aside."))


@bp.post("/moderation/aside/<id:aside_id>/withdraw")
@limited("lookout")
def withdraw_aside(aside_id: int) -> ResponseReturnValue:
    """Take back what one proposed."""
    found = held_aside(aside_id)
    require(can_look_out(current_user, found.essay))
    with telling_why():
        deciding.withdraw(found, current_user)
    db.session.commit()
    return back_to(found, _("Withdrawn. Nothing was set aside."))
