"""Leaving, and erasing a text: each shows first what it will come to."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts import login
from ..accounts.models import User
from ..accounts.proof_views import is_asked_and_proved
from ..accounts.tries import failed
from ..admin.models import SecurityKind
from ..admin.security_log import note_security
from ..db import db
from ..moderation.decision import Decision
from ..moderation.models import NothingToDo
from ..permissions import can_administer, is_signed_in, require
from ..replies.models import reply_by_id, reply_for_update
from ..replies.reasons import Reason
from ..web.limits import limited
from ..web.visitor import visitor_here
from .blanking import standing_in
from .erasing import erase_reply
from .forms import EraseForm, ErasePersonForm, LeaveForm
from .leaving import LastAdministrator, NobodyThere, check_leaving, take_leave

bp = Blueprint("privacy", __name__)


@bp.route("/account/leave", methods=["GET", "POST"])
@limited("sign_in", counts=failed)
def leave() -> ResponseReturnValue:
    """Show what leaving comes to, and leave: an account, or a place in a room."""
    require(is_signed_in(current_user))
    person: User = visitor_here()
    form = LeaveForm().asking(person)
    if is_asked_and_proved(form):
        try:
            take_leave(person, texts=form.texts.data == "go")
        except (LastAdministrator, NobodyThere) as error:
            form.texts.errors = [str(error)]
        else:
            login.sign_out()
            db.session.commit()
            flash(_("You have left. Thank you for having taken part."))
            return redirect(url_for("reading.home"), 303)
    return render_template(
        "privacy/leave.html", form=form, why_not=why_not(person)
    ), 422 if form.errors else 200


def why_not(person: User) -> str:
    """Return why a person cannot leave now; nothing where they can."""
    try:
        check_leaving(person)
    except (LastAdministrator, NobodyThere) as error:
        return str(error)
    return ""


@bp.route("/admin/erase/<id:reply_id>", methods=["GET", "POST"])
@limited("sign_in", counts=failed)
def erase(reply_id: int) -> ResponseReturnValue:
    """Show where a text stands, and erase it everywhere."""
    require(can_administer(current_user))
    reply = reply_by_id(reply_id)
    if reply is None:
        abort(404)
    form = EraseForm().asking(current_user)
    if is_asked_and_proved(form):
        held = reply_for_update(reply_id)
        if held is None:
            abort(404)
        decision = Decision(current_user, Reason(form.reason.data), form.note.data or "")
        try:
            erase_reply(held, decision)
        except NothingToDo:
            flash(_("Nothing was changed."))
        else:
            db.session.commit()
            flash(_("The text is erased, and the public log says so."))
        return redirect(url_for("moderation.item", reply_id=reply_id), 303)
    return render_template(
        "privacy/erase.html", form=form, reply=reply, briefs=standing_in(reply)
    ), 422 if form.errors else 200


@bp.route("/admin/people/<id:user_id>/erase", methods=["GET", "POST"])
@limited("sign_in", counts=failed)
def erase_person(user_id: int) -> ResponseReturnValue:
    """Show what closing somebody's account comes to, and close it as if they left themselves."""
    require(can_administer(current_user))
    person = db.session.get(User, user_id) or abort(404)
    if person.id == current_user.id:
        return redirect(url_for("privacy.leave"), 303)
    form = ErasePersonForm().asking(current_user)
    if is_asked_and_proved(form):
        by = visitor_here()
        try:
            take_leave(person, texts=form.texts.data == "go", by=by)
        except (LastAdministrator, NobodyThere) as error:
            form.texts.errors = [str(error)]
        else:
            note_security(SecurityKind.ERASED, person, by_id=by.id)
            db.session.commit()
            flash(_("It is closed. The name, and the texts if they go, are gone within minutes."))
            return redirect(url_for("people.one", user_id=user_id), 303)
    return render_template(
        "privacy/erase_person.html", form=form, person=person, why_not=why_not(person)
    ), 422 if form.errors else 200
