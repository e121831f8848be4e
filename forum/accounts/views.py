"""Joining, coming in, going out, and one's own account."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import is_signed_in, require
from ..web.limits import limited
from . import login
from .agreements import agree
from .codes import TooManyCodes, ask_for_code
from .coming_in_views import come_in, send_code
from .forms import AccountForm, SignInForm, SignUpForm
from .grounds import asks_to_confirm
from .models import EmailTaken, add_user, hashed, user_by_password
from .names import NameRefused, choose_name
from .provider import has_provider
from .provider_links import link_of
from .sign_ins import How, record_wrong
from .tries import account_and_network, failed, from_network, note_wrong_try, was_tried_here

bp = Blueprint("accounts", __name__)


@bp.route("/sign-up", methods=["GET", "POST"])
@limited("sign_up")
def sign_up() -> ResponseReturnValue:
    """Make an account and come in with it; where the site asks for a code, once it is typed."""
    form = SignUpForm()
    if form.validate_on_submit():
        password_hash = hashed(form.password.data)
        if asks_to_confirm():
            return send_code(form.email.data, form.onward(), form.name.data, password_hash)
        try:
            user = add_user(form.name.data, form.email.data, password_hash)
        except EmailTaken:
            form.email.errors = [
                _("An account cannot be created with this address. If it is yours, sign in.")
            ]
        else:
            agree(user.id, request.form.get("agreed", ""))
            answer = come_in(user, form.onward(), How.PASSWORD)
            with suppress(TooManyCodes):
                ask_for_code(user, user.email or "", session)
            db.session.commit()
            return answer
    return page("accounts/sign_up.html", form)


@bp.route("/sign-in", methods=["GET", "POST"])
@limited("sign_in", key=account_and_network, counts=failed)
@limited("sign_in_address", key=from_network, only_if=was_tried_here, counts=failed)
def sign_in() -> ResponseReturnValue:
    """Come in with address and password; whoever has yet to confirm the address, with a code."""
    form = SignInForm()
    if form.validate_on_submit():
        user = user_by_password(form.email.data, form.password.data)
        if user is not None and not user.is_confirmed and asks_to_confirm():
            return send_code(form.email.data, form.onward(), password_hash=user.password_hash)
        if user is not None:
            return come_in(user, form.onward(), How.PASSWORD)
        note_wrong_try()
        record_wrong(form.email.data, request.headers.get("User-Agent", ""))
        db.session.commit()
        form.password.errors = [_("The email address and the password do not match.")]
    return page("accounts/sign_in.html", form)


def page(template: str, form: SignInForm | SignUpForm) -> ResponseReturnValue:
    """Show the form, with the place to go on to and the words to go on with."""
    if not form.is_submitted():
        form.next.data = login.next_asked()
    return render_template(template, form=form), 422 if form.errors else 200


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Go out; the sign-in ends on the server too."""
    login.sign_out()
    db.session.commit()
    flash(_("You are signed out."))
    return redirect(url_for("reading.home"), 303)


@bp.route("/account", methods=["GET", "POST"])
def account() -> ResponseReturnValue:
    """Show and change what the forum knows about the visitor."""
    require(is_signed_in(current_user))
    form = AccountForm(obj=current_user, keys="on" if current_user.single_keys else "off")
    if form.validate_on_submit():
        try:
            choose_name(current_user, form.name.data)
        except NameRefused as error:
            form.name.errors = [str(error)]
        else:
            current_user.single_keys = form.keys.data == "on"
            db.session.commit()
            flash(_("Your account has been updated."))
            return redirect(url_for("accounts.account"), 303)
    link = link_of(current_user) if has_provider() else None
    page = render_template("accounts/account.html", form=form, link=link)
    return page, 422 if form.errors else 200
