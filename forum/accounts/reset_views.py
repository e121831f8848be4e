"""A forgotten password: asking for a letter, and choosing another with the link in it.

Nothing here tells whether an account exists. The pages whose address holds a secret go into no
cache, and tell nobody where a visitor came from.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..web.limits import limited
from .forms import ChooseForm, ResetForm
from .models import hashed
from .resetting import ask_for_reset, reset_password, user_by_token
from .tries import account_typed

bp = Blueprint("reset", __name__)

SECRET = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@bp.after_request
def keep_secret(answer: Response) -> Response:
    """Keep the link to its page, whether that is a form or says what went wrong."""
    if request.endpoint == "reset.choose":
        answer.headers.update(SECRET)
    return answer


def address_typed() -> str:
    """Return the key to count letters by: the address they would go to."""
    return f"mail:{account_typed()}"


@bp.route("/reset", methods=["GET", "POST"])
@limited("reset", key=address_typed)
@limited("reset_address")
def ask() -> ResponseReturnValue:
    """Have a letter sent with a link to choose a new password."""
    form = ResetForm()
    if form.validate_on_submit():
        ask_for_reset(form.email.data)
        db.session.commit()
        return redirect(url_for("reset.asked"), 303)
    if not form.is_submitted() and current_user.is_authenticated:
        form.email.data = current_user.email
    return render_template("accounts/reset.html", form=form), 422 if form.errors else 200


@bp.get("/reset/asked")
def asked() -> ResponseReturnValue:
    """Say that a letter is on its way, if there is anyone to get it."""
    return render_template("accounts/reset_asked.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
def choose(token: str) -> ResponseReturnValue:
    """Choose a new password; then sign in with it."""
    form = ChooseForm()
    user = user_by_token(token)
    password_hash = hashed(form.password.data) if user and form.validate_on_submit() else ""
    if password_hash:
        user = user_by_token(token, to_change=True)
    if user is None:
        page, status = "accounts/reset_over.html", 410
    elif password_hash:
        reset_password(user, password_hash)
        db.session.commit()
        flash(_("Your password has been changed. Sign in with the new one."))
        return redirect(url_for("accounts.sign_in"), 303)
    else:
        page, status = "accounts/reset_choose.html", 422 if form.errors else 200
    return render_template(page, form=form, token=token, here="/"), status
