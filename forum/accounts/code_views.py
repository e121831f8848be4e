"""Asking for a code and typing it: to come in, to confirm an address, or to take another."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db, now
from ..permissions import is_signed_in, require
from ..web.limits import limited
from .code_words import why_no_code
from .codes import (
    DIGITS,
    NoCode,
    TooManyCodes,
    TooManyWrong,
    WrongCode,
    ask_for_code,
    enter_code,
    open_code,
)
from .coming_in import come_in_by_code
from .coming_in_views import come_in, send_code, too_many_codes
from .contacts import keep_contact
from .forms import AddressForm, CodeForm, SendForm
from .kept_votes import kept_votes
from .login import safe_next
from .models import EmailTaken
from .proof_views import is_asked_and_proved
from .sign_ins import How
from .tries import failed

bp = Blueprint("codes", __name__)


@bp.after_request
def keep_digits(answer: Response) -> Response:
    """Let the digits in a letter's link go to no other site and into no cache."""
    if request.endpoint == "codes.code":
        answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer


def is_stranger() -> bool:
    """Say whether nobody is signed in, so that the limits of a network hold."""
    return not current_user.is_authenticated


def was_typed(answer: Response) -> bool:
    """Say whether a code was typed, right or wrong: what the limit refused does not count."""
    return answer.status_code != 429


@bp.route("/code", methods=["GET", "POST"])
@limited("codes", only_if=lambda: not is_stranger(), counts=was_typed)
@limited("codes_address", only_if=is_stranger, counts=was_typed)
def code() -> ResponseReturnValue:
    """Type the code that was sent; a stranger comes in with it."""
    form = CodeForm()
    if not form.is_submitted():
        form.code.data = request.args.get("digits", "")[:DIGITS]
    if form.validate_on_submit():
        try:
            return taken(form.code.data)
        except (NoCode, WrongCode, TooManyWrong, EmailTaken) as error:
            form.code.errors = [why_no_code(error)]
            db.session.commit()
    me = None if is_stranger() else current_user
    return render_template(
        "accounts/code.html",
        form=form,
        waits=open_code(me, session),
        votes=len(kept_votes()) if me is None else 0,
        here="/code",
    ), 422 if form.errors else 200


def taken(typed: str) -> ResponseReturnValue:
    """Do what the digits are for; raise what ``enter_code`` does."""
    if is_stranger():
        user, code = come_in_by_code(session, typed, request.form.get("agreed", ""))
        return come_in(user, code.onward or {}, How.CODE)
    enter_code(current_user, session, typed)
    db.session.commit()
    flash(_("Your email address is confirmed."))
    return redirect(url_for("events.preferences"), 303)


@bp.post("/code/send")
@limited("codes", only_if=lambda: not is_stranger())
@limited("codes_address", only_if=is_stranger)
def send() -> ResponseReturnValue:
    """Send a code to the visitor's own address; to the one that a stranger gives.

    The page on which it shows that the visitor is the owner of the account says to go back there.
    """
    if not is_stranger():
        return sent_to(current_user.email, request.form.get("back", ""))
    form, before = SendForm(), open_code(None, session)
    if before is not None and not form.email.data:
        kept = before.name, before.password_hash
        return send_code(before.address, before.onward or {}, *kept)
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    return send_code(form.email.data, form.onward())


@bp.post("/account/address")
@limited("codes")
@limited("sign_in", counts=failed)
def change() -> ResponseReturnValue:
    """Send a code to another address, which becomes the visitor's once they type it."""
    require(is_signed_in(current_user))
    form = AddressForm().asking(current_user)
    if not is_asked_and_proved(form):
        return render_template("accounts/address.html", form=form), 422
    return sent_to(form.email.data)


@bp.get("/account/address")
def address() -> ResponseReturnValue:
    """Show the form for another address."""
    require(is_signed_in(current_user))
    form = AddressForm(formdata=None).asking(current_user)
    return render_template("accounts/address.html", form=form)


def sent_to(address: str, back: str = "") -> ResponseReturnValue:
    """Send a code to an address, and go on to where it is typed; the answer tells nothing else."""
    kept = {"onward": {"prove": True}} if back else {}
    try:
        ask_for_code(current_user, address, session, **kept)
    except TooManyCodes:
        flash(too_many_codes())
    else:
        keep_contact(current_user.id, asked_at=now())
        flash(_("We sent a code of six digits to %(address)s.", address=address))
    db.session.commit()
    return redirect(safe_next(back) if back else url_for("codes.code"), 303)


@bp.post("/code/later")
@limited("codes")
def later() -> ResponseReturnValue:
    """Do not ask again; the account page still does."""
    require(is_signed_in(current_user))
    keep_contact(current_user.id, asked_at=now())
    db.session.commit()
    return redirect(safe_next(request.form.get("next") or "/"), 303)
