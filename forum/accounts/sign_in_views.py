"""Where one is signed in, ending that, and another password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import is_signed_in, require
from ..web.limits import limited
from ..web.visitor import visitor_here
from . import login
from .forms import PasswordForm
from .models import User, hashed, key_hash
from .proof_views import is_asked_and_proved
from .resetting import renew_password
from .sign_ins import close_one, close_others, records_of, sign_ins_of
from .tries import failed

bp = Blueprint("sign_ins", __name__)


@bp.get("/account/sign-ins")
def sign_ins() -> ResponseReturnValue:
    """Show where the visitor is signed in, and how they came in lately."""
    require(is_signed_in(current_user))
    return render_template(
        "accounts/sign_ins.html",
        sign_ins=sign_ins_of(current_user),
        records=records_of(current_user),
        this=key_hash(str(session.get(login.KEY, ""))),
    )


@bp.post("/account/sign-ins/end")
def end() -> ResponseReturnValue:
    """End one of the visitor's sign-ins; where none is named, all but this one."""
    require(is_signed_in(current_user))
    named = request.form.get("sign_in", "")
    if named:
        close_one(current_user, named)
    else:
        close_others(current_user, str(session.get(login.KEY, "")))
    db.session.commit()
    flash(_("That browser is signed out.") if named else _("All other browsers are signed out."))
    return redirect(url_for("sign_ins.sign_ins"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@limited("sign_in", counts=failed)
def password() -> ResponseReturnValue:
    """Choose another password, as whose account it is; every other browser is signed out."""
    require(is_signed_in(current_user))
    user: User = visitor_here()
    form = PasswordForm().asking(user)
    if user.password_hash is None or not is_asked_and_proved(form):
        page = render_template("accounts/password.html", form=form)
        return page, 422 if form.errors else 200
    renew_password(user, hashed(form.new_password.data))
    login.sign_in(user)
    db.session.commit()
    flash(_("Your password has been changed. All other browsers are signed out."))
    return redirect(url_for("accounts.account"), 303)
