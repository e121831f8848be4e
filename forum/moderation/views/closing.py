"""Closing a discussion and opening it again: for moderators at the desk, for facilitators on it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ...db import db
from ...essays.models import Essay, essay_by_slug
from ...permissions import can_facilitate, can_moderate_in, require
from ...web.limits import limited
from ..acting import NothingToDo
from ..action_kind import ESSAY, ActionKind
from ..deciding import act_as_seen
from ..forms import DiscussionActionForm
from ..kinds import kind_named, kinds_for, names_where
from ..seen import StaleDecision, state_of
from ..state_form import StateForm
from .blueprint import bp, last_actions, overtaken, remember
from .policy import essay_held

HERE = names_where(lambda kind: kind.about == ESSAY and not kind.by_facilitators)
"""What moderators do with a discussion as a whole; facilitators do it on its own page."""


@bp.route("/moderation/essays/<slug:slug>", methods=["GET"])
def essay(slug: str) -> ResponseReturnValue:
    """Show what moderators can do with a discussion as a whole."""
    found = essay_by_slug(slug)
    if found is None or found.state == "draft":
        abort(404)
    require(can_moderate_in(current_user, found.id))
    form = DiscussionActionForm(formdata=None)
    form.state.data = state_of(found)
    return essay_page(found, form)


def essay_page(essay: Essay, form: DiscussionActionForm, why: str = "") -> str:
    """Return the page of a discussion as a whole."""
    kinds, last = closing(essay), None if form.is_submitted() else last_actions()
    return render_template(
        "moderation/essay.html", essay=essay, kinds=kinds, last=last, form=form, why=why
    )


def closing(essay: Essay) -> list[ActionKind]:
    """Return what can be done: close the discussion, or open it again."""
    return [kind for kind in kinds_for(essay, ESSAY) if kind.name in HERE]


@bp.post(f"/moderation/essays/<slug:slug>/<any({', '.join(HERE)}):action>")
def act_on_essay(slug: str, action: str) -> ResponseReturnValue:
    """Close a discussion, or open it again, with a reason out of the register."""
    found = essay_held(slug)
    require(can_moderate_in(current_user, found.id))
    kind, form = kind_named(action), DiscussionActionForm()
    if not form.validate_on_submit():
        return essay_page(found, form), 422
    try:
        done = act_as_seen(kind, found, form.decision(current_user), state=form.seen())
    except StaleDecision as error:
        overtaken(form, found, kind)
        return essay_page(found, form, str(error)), 409
    except NothingToDo:
        abort(409)
    remember(done)
    db.session.commit()
    flash(_("Done, and recorded in the public log."))
    return redirect(url_for("moderation.essay", slug=slug), 303)


def state_page(essay: Essay, form: StateForm, kind: ActionKind, why: str = "") -> str:
    """Return the form of a facilitator by itself, with what was typed: nothing was changed."""
    form.state.data = state_of(essay)
    return render_template(
        "moderation/state.html",
        essay=essay,
        form=form,
        kind=kind,
        why=why,
        possible=kind.possible(essay),
    )


@bp.post(f"/essays/<slug:slug>/<any({', '.join(HERE)}):action>")
@limited("edits")
def change_state(slug: str, action: str) -> ResponseReturnValue:
    """Close a discussion, or open it again, with a facilitator's own words as the public note."""
    require(can_facilitate(current_user))
    found = essay_held(slug)
    kind, form = kind_named(action), StateForm()
    if not form.validate_on_submit():
        return state_page(found, form, kind), 422
    try:
        act_as_seen(kind, found, form.decision(current_user), state=form.seen())
    except StaleDecision as error:
        return state_page(found, form, kind, str(error)), 409
    except NothingToDo:
        abort(409)
    db.session.commit()
    flash(
        _("The discussion is closed. It can still be read, and the public log says who closed it.")
        if action == "close"
        else _("The discussion is open again, and the public log says who opened it.")
    )
    return redirect(url_for("reading.essay", slug=slug), 303)
