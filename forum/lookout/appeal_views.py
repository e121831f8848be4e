"""What is set aside in a discussion, for everyone; a person's own appeal, and its answer."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from ..db import db
from ..essays.finding import visible_essay
from ..essays.models import Essay
from ..moderation.models import actions_by_ids
from ..permissions import can_appeal, can_look_out, require
from ..votes.asides import Aside, AsidePerson, AsideState, aside_for_update, set_aside_in
from ..web.limits import limited
from . import appealing
from .aside_forms import AppealAnswerForm, AppealForm
from .aside_views import aside_page, back_to, held_aside, telling_why
from .blueprint import bp
from .moved_ranks import moved_by_asides


@bp.get("/essays/<slug:slug>/set-aside")
@limited("lookout", methods=("GET",))
def set_aside(slug: str) -> ResponseReturnValue:
    """Show how many votes are set aside, why, and what they would move; and one's own."""
    return set_aside_page(visible_essay(slug), AppealForm(formdata=None))


def set_aside_page(essay: Essay, form: AppealForm) -> str:
    """Return that page; an appeal that was refused stands as it was sent."""
    people, votes = set_aside_in(essay.id)
    in_force = Aside.essay_id == essay.id, Aside.state == AsideState.AGREED
    ids = db.session.scalars(select(Aside.action_id).where(*in_force)).all()
    mine = appealing.set_aside_of(current_user, essay) if current_user.is_authenticated else None
    return render_template(
        "lookout/set_aside.html",
        essay=essay,
        people=people,
        votes=votes,
        moved=moved_by_asides(essay),
        actions=actions_by_ids([number for number in ids if number]),
        mine=mine,
        form=form,
    )


@bp.post("/essays/<slug:slug>/set-aside/appeal")
@limited("reports")
def appeal_aside(slug: str) -> ResponseReturnValue:
    """Appeal against having one's own votes set aside."""
    essay = visible_essay(slug)
    require(can_appeal(current_user))
    mine = appealing.set_aside_of(current_user, essay)
    if mine is None:
        abort(403, description=_("None of your votes here is set aside."))
    form = AppealForm()
    if not form.validate_on_submit():
        return set_aside_page(essay, form), 422
    aside_for_update(mine.aside_id)
    db.session.refresh(mine)
    with telling_why():
        appealing.appeal(mine, form.words.data or "")
    db.session.commit()
    flash(_("Your appeal is sent. You will be told what comes of it."))
    return redirect(url_for("lookout.set_aside", slug=slug), 303)


@bp.post("/moderation/aside/<id:aside_id>/appeals/<id:person_id>")
@limited("lookout")
def answer_appeal(aside_id: int, person_id: int) -> ResponseReturnValue:
    """Answer an appeal: the votes count again, or stay set aside."""
    found = held_aside(aside_id)
    require(can_look_out(current_user, found.essay))
    person = db.session.get(AsidePerson, person_id, populate_existing=True)
    if person is None or person.aside_id != found.id:
        abort(404)
    form = AppealAnswerForm(prefix=f"{person.id}-")
    if not form.validate_on_submit():
        return aside_page(found, answer=form, answering=person.id), 422
    with telling_why():
        grant = form.verdict.data == "grant"
        appealing.answer(person, current_user, form.words.data or "", grant)
    db.session.commit()
    return back_to(found, _("Answered. Whoever appealed is told."))
