"""Confirming an address: asking for a code, typing it, another address, and "not now"."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ..db import db, now
from ..permission_answers import SIGN_IN, YES
from ..permissions import require
from ..web.limits import limited
from ..web.numbers import format_decimal
from .codes import NoCode, TooManyCodes, WrongCode, ask_for_code, enter_code, open_code
from .contacts import keep_contact
from .forms import AddressForm, CodeForm
from .login import safe_next
from .models import EmailTaken

bp = Blueprint("codes", __name__)


@bp.route("/code", methods=["GET", "POST"])
@limited("codes")
def code() -> ResponseReturnValue:
    """Type the code that was sent, or ask for one."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            enter_code(current_user, session, form.code.data)
        except (NoCode, WrongCode, EmailTaken) as error:
            form.code.errors = [why_not(error)]
        db.session.commit()
        if not form.code.errors:
            flash(_("Your e-mail address is confirmed."))
            return redirect(url_for("events.preferences"), 303)
    waits = open_code(current_user, session)
    return render_template(
        "accounts/code.html", form=form, waits=waits
    ), 422 if form.errors else 200


def why_not(error: ValueError) -> str:
    """Return why a code was not taken, and what to do."""
    if isinstance(error, WrongCode) and error.left:
        return ngettext(
            "This is not the code. You can try %(number)s more time.",
            "This is not the code. You can try %(number)s more times.",
            error.left,
            number=format_decimal(error.left),
        )
    if isinstance(error, EmailTaken):
        return _("This address cannot be used. If you have another account with it, sign in there.")
    return _("This browser has no code that still works. Ask for another one.")


@bp.post("/code/send")
@limited("codes")
def send() -> ResponseReturnValue:
    """Send a code to the visitor's own address."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    return sent_to(current_user.email)


@bp.post("/account/address")
@limited("codes")
def change() -> ResponseReturnValue:
    """Send a code to another address, which becomes the visitor's once they type it."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    form = AddressForm()
    if form.validate_on_submit() and not current_user.has_password(form.password.data):
        form.password.errors = [_("This is not your password.")]
    if not form.is_submitted() or form.errors:
        return render_template("accounts/address.html", form=form), 422
    return sent_to(form.email.data)


@bp.get("/account/address")
def address() -> ResponseReturnValue:
    """Show the form for another address."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    return render_template("accounts/address.html", form=AddressForm(formdata=None))


def sent_to(address: str) -> ResponseReturnValue:
    """Send a code to an address, and go on to where it is typed; the answer tells nothing else."""
    try:
        ask_for_code(current_user, address, session)
    except TooManyCodes:
        flash(_("This address got three codes within an hour. Look for the last one, or wait."))
    else:
        keep_contact(current_user.id, asked_at=now())
        flash(_("We sent a code of six digits to %(address)s.", address=address))
    db.session.commit()
    return redirect(url_for("codes.code"), 303)


@bp.post("/code/later")
@limited("codes")
def later() -> ResponseReturnValue:
    """Do not ask again; the account page still does."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    keep_contact(current_user.id, asked_at=now())
    db.session.commit()
    return redirect(safe_next(request.form.get("next") or "/"), 303)
