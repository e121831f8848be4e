"""The rules of one discussion and who moderates it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import delete, select

from ...accounts.models import Moderator, User, user_by_email
from ...db import db, upsert
from ...essays.models import Essay, essay_by_slug
from ...permissions import can_set_policy, require
from ..acting import NothingToDo, held
from ..deciding import act_as_seen
from ..forms import ModeratorForm
from ..kinds import kind_named
from ..policy_form import PolicyForm
from ..seen import StaleDecision, state_of
from .blueprint import bp, last_actions, overtaken, remember

POLICY = kind_named("policy")


def essay_held(slug: str) -> Essay:
    """Return an essay with its row held, or end with 404."""
    found = essay_by_slug(slug)
    essay: Essay | None = held(Essay, found.id) if found else None
    return essay or abort(404)


@bp.route("/essays/<slug:slug>/policy", methods=["GET", "POST"])
def policy(slug: str) -> ResponseReturnValue:
    """Show and change what waits for a moderator here, who may reply, and what reports do."""
    essay = essay_by_slug(slug)
    if essay is None:
        abort(404)
    require(can_set_policy(current_user, essay))
    form = PolicyForm()
    if form.validate_on_submit():
        essay = essay_held(slug)
        try:
            decision = form.decision(current_user)
            done = act_as_seen(POLICY, essay, decision, form.options(), form.seen())
        except StaleDecision as error:
            overtaken(form, essay, POLICY)
            return page(essay, form, ModeratorForm(formdata=None), str(error)), 409
        except NothingToDo:
            flash(_("Nothing was changed."))
        else:
            remember(done)
            db.session.commit()
            flash(_("The rules have been changed, and the log says so."))
        return redirect(url_for("moderation.policy", slug=slug), 303)
    if not form.is_submitted():
        form.state.data = state_of(essay)
        for name in form.asks:
            form[name].data = getattr(essay, name)
    return page(essay, form, ModeratorForm(formdata=None)), 422 if form.errors else 200


def page(essay: Essay, form: PolicyForm, adding: ModeratorForm, why: str = "") -> str:
    """Return the page of an essay's rules."""
    people = select(User).join(Moderator, Moderator.user_id == User.id)
    people = people.where(Moderator.essay_id == essay.id).order_by(User.name)
    return render_template(
        "moderation/policy.html",
        essay=essay,
        form=form,
        adding=adding,
        moderators=list(db.session.scalars(people)),
        last=last_actions(),
        why=why,
    )


@bp.post("/essays/<slug:slug>/moderators")
def add_moderator(slug: str) -> ResponseReturnValue:
    """Let a person moderate this discussion."""
    essay = essay_held(slug)
    require(can_set_policy(current_user, essay))
    form = ModeratorForm()
    person = user_by_email(form.email.data) if form.validate_on_submit() else None
    if person is None:
        if not form.errors:
            form.email.errors = [_("No account has this address.")]
        policy_form = PolicyForm(formdata=None, obj=essay)
        policy_form.state.data = state_of(essay)
        return page(essay, policy_form, form), 422
    row = upsert(Moderator).values(essay_id=essay.id, user_id=person.id, made_by_id=current_user.id)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["essay_id", "user_id"]))
    db.session.commit()
    flash(_("%(name)s moderates this discussion from now on.", name=person.name))
    return redirect(url_for("moderation.policy", slug=slug), 303)


@bp.post("/essays/<slug:slug>/moderators/<id:user_id>/remove")
def remove_moderator(slug: str, user_id: int) -> ResponseReturnValue:
    """Let a person no longer moderate this discussion."""
    essay = essay_held(slug)
    require(can_set_policy(current_user, essay))
    row = delete(Moderator).where(Moderator.essay_id == essay.id, Moderator.user_id == user_id)
    db.session.execute(row)
    db.session.commit()
    flash(_("They no longer moderate this discussion."))
    return redirect(url_for("moderation.policy", slug=slug), 303)
