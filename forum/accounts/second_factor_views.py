"""One's own second factor: setting it up, its recovery codes, and taking it away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ..db import db
from ..permission_answers import SIGN_IN, YES
from ..permissions import require
from ..web.limits import limited
from . import login
from .forms import EndSecondFactorForm, SecondCodeForm, SetUpForm
from .models import User
from .second_factor_letters import tell
from .second_factors import (
    HasSecondFactor,
    TooManyWrongSecond,
    WrongSecondCode,
    in_groups,
    key_of,
    must_have_second_factor,
    new_salt,
    qr_picture,
    recovery_codes_left,
    renew_recovery_codes,
    set_up,
    take_away_second_factor,
    take_second_code,
)
from .second_step_views import too_many_wrong
from .sign_ins import close_others
from .tries import failed

bp = Blueprint("second_factors", __name__)

SALT = "second_factor_salt"
"""Where a browser's session keeps which key its page shows; alone it tells nothing of the key."""


def visitor() -> User:
    """Return the person whose browser this is."""
    user: User = current_user._get_current_object()
    return user


def standing(user: User, **forms: Any) -> ResponseReturnValue:
    """Show how the second factor stands, with forms in which something may be wrong."""
    forms = {
        "renewing": SecondCodeForm(formdata=None, prefix="renew-"),
        "ending": EndSecondFactorForm(formdata=None),
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    if user.second_factor is not None:
        left, asked = recovery_codes_left(user), must_have_second_factor(user)
        page = render_template("accounts/second_factor.html", left=left, asked=asked, **forms)
        return page, status
    forms.setdefault("form", SetUpForm(formdata=None))
    key = key_of(user, session.setdefault(SALT, new_salt()))
    picture = qr_picture(user, key)
    shown = {"key": in_groups(key), "picture": picture, **forms}
    return render_template("accounts/second_factor_set_up.html", **shown), status


def codes_page(codes: list[str]) -> ResponseReturnValue:
    """Show recovery codes, this once."""
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.get("/account/second-factor")
def second_factor() -> ResponseReturnValue:
    """Show the visitor's second factor, or how one is set up."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    return standing(visitor())


@bp.post("/account/second-factor")
@limited("sign_in", counts=failed)
def begin() -> ResponseReturnValue:
    """Have an app asked for from now on, once it has shown that it has the key."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    user, form = visitor(), SetUpForm()
    unknown = form.validate_on_submit() and user.password_hash is not None
    if unknown and not user.has_password(form.password.data or ""):
        form.password.errors = [_("This is not your password.")]
    if not form.errors:
        try:
            codes = set_up(user, session.get(SALT, ""), form.code.data)
        except HasSecondFactor:
            return redirect(url_for("second_factors.second_factor"), 303)
        except WrongSecondCode:
            form.code.errors = [_("Your app does not show these digits. Is its clock right?")]
        else:
            session.pop(SALT, None)
            close_others(user, str(session.get(login.KEY, "")))
            tell(user, "second_factor_set")
            db.session.commit()
            flash(_("All other browsers are signed out."))
            return codes_page(codes)
    return standing(user, form=form)


@bp.post("/account/second-factor/codes")
@limited("sign_in", counts=failed)
def renew() -> ResponseReturnValue:
    """Make new recovery codes in place of those of before."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    user, form = visitor(), SecondCodeForm(prefix="renew-")
    if form.validate_on_submit() and (why := why_not(user, form.code.data)):
        form.code.errors = [why]
    if form.errors or user.second_factor is None:
        return standing(user, renewing=form)
    codes = renew_recovery_codes(user)
    tell(user, "recovery_codes_new")
    db.session.commit()
    return codes_page(codes)


@bp.post("/account/second-factor/end")
@limited("sign_in", counts=failed)
def end() -> ResponseReturnValue:
    """Take the second factor away, for whoever gives one of its codes or the password."""
    require(YES if current_user.is_authenticated else SIGN_IN)
    user, form = visitor(), EndSecondFactorForm()
    by_code = form.validate_on_submit() and not user.has_password(form.proof.data)
    if by_code and (why := why_not(user, form.proof.data)):
        form.proof.errors = [why]
    if form.errors or user.second_factor is None:
        return standing(user, ending=form)
    take_away_second_factor(user)
    tell(user, "second_factor_ended")
    db.session.commit()
    flash(_("Your second factor has been taken away."))
    return redirect(url_for("second_factors.second_factor"), 303)


def why_not(user: User, typed: str) -> str:
    """Take a code; return why it was not taken, or nothing. A wrong one is counted."""
    if user.second_factor is None:
        return _("You have no second factor.")
    try:
        take_second_code(user, typed)
    except (WrongSecondCode, TooManyWrongSecond) as error:
        db.session.commit()
        if isinstance(error, TooManyWrongSecond):
            return too_many_wrong()
        return _("This code is wrong, or was used already.")
    return ""
