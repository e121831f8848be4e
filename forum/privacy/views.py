"""Leaving, and erasing a text: each shows first what it will come to."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts import login
from ..accounts.models import User, folded_email
from ..accounts.tries import failed
from ..db import db
from ..moderation.decision import Decision
from ..moderation.models import NothingToDo
from ..permission_answers import SIGN_IN, YES
from ..permissions import can_administer, require
from ..replies.models import reply_for_update
from ..replies.reasons import Reason
from ..web.limits import limited
from .blanking import standing_in
from .erasing import erase_reply, reply_with_all
from .forms import EraseForm, LeaveForm
from .leaving import LastAdministrator, check_leaving, take_leave

bp = Blueprint("privacy", __name__)


@bp.route("/account/leave", methods=["GET", "POST"])
@limited("sign_in", counts=failed)
def leave() -> ResponseReturnValue:
    """Show what leaving comes to, and leave: with the password, or the address where none is."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    form = LeaveForm()
    person: User = current_user._get_current_object()
    if form.validate_on_submit() and is_theirs(form, person):
        try:
            take_leave(person, texts=form.texts.data == "go")
        except LastAdministrator as error:
            form.texts.errors = [str(error)]
        else:
            login.sign_out()
            db.session.commit()
            flash(_("Your account is closed. Thank you for having taken part."))
            return redirect(url_for("reading.home"), 303)
    return render_template(
        "privacy/leave.html", form=form, why_not=why_not(person)
    ), 422 if form.errors else 200


def is_theirs(form: LeaveForm, person: User) -> bool:
    """Say whether whoever sends the form is the person, and say it beside the field where not."""
    if person.password_hash is None:
        if folded_email(form.email.data or "") == person.email:
            return True
        form.email.errors = [_("This is not your email address.")]
    elif person.has_password(form.password.data or ""):
        return True
    else:
        form.password.errors = [_("This is not your password.")]
    return False


def why_not(person: User) -> str:
    """Return why a person cannot leave now; nothing where they can."""
    try:
        check_leaving(person)
    except LastAdministrator as error:
        return str(error)
    return ""


@bp.route("/admin/erase/<id:reply_id>", methods=["GET", "POST"])
def erase(reply_id: int) -> ResponseReturnValue:
    """Show where a text stands, and erase it everywhere."""
    require(can_administer(current_user))
    reply = reply_with_all(reply_id)
    if reply is None:
        abort(404)
    form = EraseForm()
    if form.validate_on_submit():
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
