"""The deal of a discussion and its pauses, for facilitators."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...bodies.models import Seat, every_body
from ...db import db
from ...deals.changing import set_deal
from ...deals.forms import DealForm, PauseForm, deal_form, first_agreed
from ...deals.models import Deal, latest_deal
from ...deals.terms import BadTerms, Terms
from ...essays.models import Essay, essay_by_slug
from ...permissions import can_set_policy, require
from ...replies.reasons import Reason
from ...web.dates import today
from ...web.limits import limited
from ..acting import NothingToDo, act
from ..deciding import act_as_seen
from ..decision import Decision
from ..kinds import kind_named
from ..seen import StaleDecision, state_of
from .blueprint import bp
from .policy import essay_held


@bp.route("/essays/<slug:slug>/deal/edit", methods=["GET", "POST"])
@limited("edits")
def deal(slug: str) -> ResponseReturnValue:
    """Say who answers what by when, before a discussion opens, or change it with a reason."""
    essay = (essay_by_slug(slug) or abort(404)) if request.method == "GET" else essay_held(slug)
    require(can_set_policy(current_user, essay))
    now = latest_deal(essay.id)
    form = form_of(now)
    began, form.state.data = form.state.data, version_of(now)
    if not form.is_submitted():
        return deal_page(essay, form)
    if not form.validate() or lacks_reason(form, essay) or form.complaints():
        return deal_page(essay, form), 422
    if began not in {None, "", version_of(now)}:
        return deal_page(essay, form, stale=now), 409
    try:
        changed = change(essay, first_agreed(form.terms(), today()), form.because.data or "")
    except BadTerms:
        abort(422)
    db.session.commit()
    flash(_("The deal is in force.") if changed else _("Nothing was changed."))
    return redirect(url_for("deals.deal", slug=slug), 303)


def form_of(deal: Deal | None) -> DealForm:
    """Return the form with every body and whoever holds a seat of it."""
    holders = select(Seat).options(joinedload(Seat.user)).order_by(Seat.id)
    seats = [seat for seat in db.session.scalars(holders) if seat.holds_on(today())]
    return deal_form(every_body(), seats, deal)


def version_of(deal: Deal | None) -> str:
    """Return which version a form was opened on."""
    return str(deal.version if deal else 0)


def lacks_reason(form: DealForm, essay: Essay) -> bool:
    """Note that a change of a running discussion needs a reason; say whether it lacks one."""
    if essay.state != "draft" and not form.because.data:
        form.because.errors = [_("Say why it changes: the discussion is open already.")]
    return bool(form.because.errors)


def change(essay: Essay, terms: Terms, because: str) -> bool:
    """Give the discussion these terms: once it is open by an action in the log."""
    if essay.state == "draft" or (terms.days is None and essay.deal_version is None):
        return set_deal(essay, terms, current_user, because) is not None
    kept = terms.checked().as_json() if terms.days is not None else None
    try:
        act(
            kind_named("deal"), essay, Decision(current_user, Reason.OTHER, because), {"deal": kept}
        )
    except NothingToDo:
        return False
    return True


def deal_page(essay: Essay, form: DealForm, stale: Deal | None = None) -> str:
    """Return the page of the form; ``stale`` is what a colleague put there meanwhile."""
    return render_template(
        "moderation/deal.html", essay=essay, form=form, bodies=every_body(), stale=stale
    )


@bp.route("/essays/<slug:slug>/pause", methods=["GET", "POST"])
@limited("edits")
def pause(slug: str) -> ResponseReturnValue:
    """Pause a discussion with a reason, or let it go on."""
    essay = (essay_by_slug(slug) or abort(404)) if request.method == "GET" else essay_held(slug)
    require(can_set_policy(current_user, essay))
    if essay.state == "draft":
        abort(404)
    form, kind = PauseForm(), kind_named("resume" if essay.paused_at else "pause")
    if not form.validate_on_submit():
        form.state.data = state_of(essay)
        return render_template("moderation/pause.html", essay=essay, form=form, kind=kind), (
            422 if form.errors else 200
        )
    decision = Decision(current_user, Reason.OTHER, form.because.data)
    try:
        act_as_seen(kind, essay, decision, {"because": form.because.data}, form.state.data or "")
    except StaleDecision as error:
        abort(409, description=str(error))
    db.session.commit()
    flash(_("The discussion is paused.") if essay.paused_at else _("The discussion goes on."))
    return redirect(url_for("reading.essay", slug=slug), 303)
