"""Pages of a rehearsal: the facilitator's, and the one to which its link leads."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..essays.finding import visible_essay
from ..essays.models import Essay, essay_for_update
from ..essays.opening import WrongState
from ..permissions import can_facilitate, can_take_part, require
from ..web.forms import Form
from ..web.limits import limited
from . import rehearsing
from .links import rehearsal_by_token, token_of
from .models import Rehearsal, names_of_rehearsers, rehearsal_of
from .opening import open_rehearsed
from .tried import tried_in

bp = Blueprint("rehearsals", __name__)

SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@bp.after_request
def keep_secret(answer: Response) -> Response:
    """Let no page of a rehearsal be kept, nor its address be told where a link leads."""
    answer.headers.update(SECRET)
    return answer


@bp.get("/essays/<slug:slug>/rehearsal")
def rehearsal(slug: str) -> ResponseReturnValue:
    """Show how to try a draft's discussion, who came, what they tried, and what was erased."""
    essay = visible_essay(slug)
    require(can_facilitate(current_user))
    found = rehearsal_of(essay)
    if found is None and essay.state != "draft":
        abort(404)
    is_live = essay.rehearsal == "live"
    return render_template(
        "rehearsals/rehearsal.html",
        essay=essay,
        rehearsal=found,
        token=token_of(found) if found and is_live else "",
        names=names_of_rehearsers(essay.id),
        tried=tried_in(essay.id) if is_live else found,
        is_opening=rehearsing.is_opening(essay),
    )


@bp.post("/essays/<slug:slug>/rehearsal/<any(begin, renew, end):deed>")
@limited("edits")
def change(slug: str, deed: str) -> ResponseReturnValue:
    """Begin a rehearsal, give it another link, or end it."""
    require(can_facilitate(current_user))
    essay = held_for_form(slug)
    try:
        if deed == "begin":
            rehearsing.begin(essay, current_user)
        elif deed == "renew":
            rehearsing.renew_link(essay)
        else:
            rehearsing.end(essay)
    except WrongState:
        abort(409)
    db.session.commit()
    flash(
        {
            "begin": _("The rehearsal has begun. Send its link to the people you invite."),
            "renew": _("There is a new link. The one before no longer works."),
            "end": _("The rehearsal has ended. Its link no longer works."),
        }[deed]
    )
    return redirect(url_for("rehearsals.rehearsal", slug=slug), 303)


@bp.post("/essays/<slug:slug>/rehearsal/open")
@limited("edits")
def open_discussion(slug: str) -> ResponseReturnValue:
    """Erase what was tried, and open the discussion to everyone."""
    require(can_facilitate(current_user))
    essay = held_for_form(slug)
    try:
        is_open = open_rehearsed(essay, current_user)
    except WrongState:
        abort(409)
    db.session.commit()
    if is_open:
        flash(_("What was tried is erased. The essay is published and its discussion is open."))
        return redirect(url_for("reading.essay", slug=slug), 303)
    flash(_("What was tried is being erased. The discussion opens as soon as nothing is left."))
    return redirect(url_for("rehearsals.rehearsal", slug=slug), 303)


def held_for_form(slug: str) -> Essay:
    """Return the essay with its row held, for a form that was sent from a page of the site."""
    essay = visible_essay(slug, lock=True)
    if not Form().validate_on_submit():
        abort(422)
    return essay


@bp.get("/rehearsals/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """Show whoever has the link what a rehearsal is, and let them come once they are signed in."""
    found = rehearsal_by_token(token)
    if found is None:
        return render_template("rehearsals/over.html"), 410
    may = can_take_part(current_user)
    return render_template(
        "rehearsals/invitation.html",
        rehearsal=found,
        answer=may and rehearsing.can_come(current_user, found.essay),
        token=token,
    )


@bp.post("/rehearsals/<token>")
@limited("edits")
def come(token: str) -> ResponseReturnValue:
    """Let who is signed in and has the link take part in the rehearsal."""
    require(can_take_part(current_user))
    found = held_rehearsal(token)
    if found is None:
        return render_template("rehearsals/over.html"), 410
    if not Form().validate_on_submit():
        abort(422)
    require(rehearsing.can_come(current_user, found.essay))
    rehearsing.come(current_user, found)
    db.session.commit()
    flash(_("You take part in the rehearsal."))
    return redirect(url_for("reading.essay", slug=found.essay.slug), 303)


def held_rehearsal(token: str) -> Rehearsal | None:
    """Return the rehearsal to which a link leads, its essay held so that it does not end now."""
    found = rehearsal_by_token(token)
    if found is not None:
        essay_for_update(found.essay_id)
        db.session.refresh(found)
    return rehearsal_by_token(token)
