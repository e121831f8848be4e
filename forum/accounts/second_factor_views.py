"""One's own second factor: setting it up, its recovery codes, and taking it away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permissions import is_signed_in, require
from ..web.limits import limited
from ..web.visitor import visitor_here
from . import login
from .contacts import showed_address
from .forms import SetUpForm
from .models import User
from .proof_views import is_asked_and_proved, is_proved
from .proving import ProofForm
from .second_factor_letters import tell
from .second_factors import (
    HasSecondFactor,
    WrongSecondCode,
    in_groups,
    is_of_app,
    key_of,
    must_have_second_factor,
    new_salt,
    qr_picture,
    recovery_codes_left,
    renew_recovery_codes,
    set_up,
    take_away_second_factor,
)
from .sign_ins import close_others
from .tries import failed

bp = Blueprint("second_factors", __name__)

SALT = "second_factor_salt"
"""Where a browser's session keeps which key its page shows; alone it tells nothing of the key."""


def own_page(user: User, form: ProofForm | None = None) -> ResponseReturnValue:
    """Show how the second factor stands, with a form in which something may be wrong."""
    status = 422 if form is not None and form.errors else 200
    if user.second_factor is not None:
        form = form or ProofForm(formdata=None).asking(user)
        stands = {"left": recovery_codes_left(user), "asked": must_have_second_factor(user)}
        return render_template("accounts/second_factor.html", form=form, **stands), status
    if not showed_address(user):
        return render_template("accounts/second_factor_unconfirmed.html")
    if not isinstance(form, SetUpForm):  # else it was sent for a factor that is there no more
        form = SetUpForm(formdata=None).asking(user)
    key = key_of(user, session.setdefault(SALT, new_salt()))
    shown = {"key": in_groups(key), "picture": qr_picture(user, key)}
    return render_template("accounts/second_factor_set_up.html", form=form, **shown), status


def codes_page(codes: list[str]) -> ResponseReturnValue:
    """Show recovery codes, this once."""
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.get("/account/second-factor")
def second_factor() -> ResponseReturnValue:
    """Show the visitor's second factor, or how one is set up."""
    require(is_signed_in(current_user))
    return own_page(visitor_here())


@bp.post("/account/second-factor")
@limited("sign_in", counts=failed)
def begin() -> ResponseReturnValue:
    """Have an app asked for from now on, once it has shown that it has the key."""
    require(is_signed_in(current_user))
    user: User = visitor_here()
    if user.second_factor is not None or not showed_address(user):
        return redirect(url_for("second_factors.second_factor"), 303)
    form, salt = SetUpForm().asking(user), session.get(SALT, "")
    if form.validate_on_submit() and not is_of_app(user, salt, form.code.data):
        form.code.errors = [_("Your app does not show these digits. Is its clock right?")]
    if form.errors or not is_proved(form):
        return own_page(user, form)
    try:
        codes = set_up(user, salt, form.code.data)
    except (HasSecondFactor, WrongSecondCode):
        db.session.commit()
        return redirect(url_for("second_factors.second_factor"), 303)
    session.pop(SALT, None)
    close_others(user, str(session.get(login.KEY, "")))
    tell(user, "second_factor_set")
    db.session.commit()
    flash(_("All other browsers are signed out."))
    return codes_page(codes)


@bp.post("/account/second-factor/codes")
@limited("sign_in", counts=failed)
def renew() -> ResponseReturnValue:
    """Make new recovery codes in place of those of before."""
    require(is_signed_in(current_user))
    user: User = visitor_here()
    form = ProofForm().asking(user)
    if user.second_factor is None or not is_asked_and_proved(form):
        return own_page(user, form)
    codes = renew_recovery_codes(user)
    tell(user, "recovery_codes_new")
    db.session.commit()
    return codes_page(codes)


@bp.post("/account/second-factor/end")
@limited("sign_in", counts=failed)
def end() -> ResponseReturnValue:
    """Take the second factor away, for the owner of the account alone."""
    require(is_signed_in(current_user))
    user: User = visitor_here()
    form = ProofForm().asking(user)
    if user.second_factor is None or not is_asked_and_proved(form):
        return own_page(user, form)
    take_away_second_factor(user)
    tell(user, "second_factor_ended")
    db.session.commit()
    flash(_("Your second factor has been taken away."))
    return redirect(url_for("second_factors.second_factor"), 303)
