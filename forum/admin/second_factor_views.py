"""For administrators: who of the staff has a second factor; taking it from who lost everything."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from ..accounts.models import EMAIL_LENGTH, user_by_email
from ..accounts.proof_views import is_proved
from ..accounts.proving import ProofForm
from ..accounts.second_factors import has_second_factor, is_asked_of_staff, staff
from ..accounts.tries import failed
from ..db import db
from ..permissions import can_administer, require
from ..web.forms import Line, at_most, required
from ..web.limits import limited
from .security_log import take_second_factor

bp = Blueprint("staff_second_factors", __name__)


class LostForm(ProofForm):
    """Whose second factor is to go."""

    email = Line(
        _l("Email address"),
        [required(), at_most(EMAIL_LENGTH)],
        description=_l("Make sure that it is the person who asks: by telephone, or face to face."),
    )


@bp.get("/admin/second-factors")
def people() -> ResponseReturnValue:
    """Show who holds a role and has a second factor."""
    require(can_administer(current_user))
    return page(LostForm(formdata=None).asking(current_user))


@bp.post("/admin/second-factors")
@limited("sign_in", counts=failed)
def take() -> ResponseReturnValue:
    """Take the second factor away from somebody who lost their phone and their recovery codes."""
    require(can_administer(current_user))
    form = LostForm().asking(current_user)
    user = user_by_email(form.email.data) if form.validate_on_submit() else None
    if not form.errors and user is not None and user.id == current_user.id:
        form.email.errors = [_("Your own you take away on the page of your account.")]
    elif not form.errors and (user is None or not has_second_factor(user)):
        form.email.errors = [_("No account with this address has a second factor.")]
    if form.errors or user is None or not is_proved(form):
        return page(form)
    take_second_factor(user, current_user)
    db.session.commit()
    flash(_("%(name)s signs in without a second factor now, and has been told.", name=user.name))
    return redirect(url_for("staff_second_factors.people"), 303)


def page(form: LostForm) -> ResponseReturnValue:
    """Show the form under the list of the staff."""
    shown = {"form": form, "people": staff(), "asked": is_asked_of_staff()}
    return render_template("admin/second_factors.html", **shown), 422 if form.errors else 200
