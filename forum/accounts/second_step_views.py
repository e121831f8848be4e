"""The second step of coming in: the code of an app, once it is known who somebody is."""

from __future__ import annotations

from flask import Blueprint, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ..db import db
from ..web.limits import limited
from ..web.numbers import format_decimal
from .coming_in_views import let_in
from .forms import SecondCodeForm
from .second_factor_letters import tell
from .second_factors import TooManyWrongSecond, WrongSecondCode
from .second_steps import TRIES, NoStep, open_step, take_step
from .sign_ins import How

bp = Blueprint("second_steps", __name__)


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@limited("codes_address")
def second_step() -> ResponseReturnValue:
    """Type the code of the second factor, and be signed in."""
    form = SecondCodeForm()
    if form.validate_on_submit():
        try:
            step, by_app = take_step(session, form.code.data, request.headers.get("User-Agent", ""))
        except (NoStep, WrongSecondCode, TooManyWrongSecond) as error:
            form.code.errors = [why_not(error)]
            db.session.commit()
        else:
            if not by_app:
                tell(step.user, "recovery_code_used")
            return let_in(step.user, step.onward or {}, How(step.how))
    status = 422 if form.errors else 200
    return render_template("accounts/second_step.html", form=form, step=open_step(session)), status


def too_many_wrong() -> str:
    """Return why no code of a second factor is taken any more, and what to do."""
    return _(
        "Too many wrong codes were typed for this account today. Wait until tomorrow, or ask the "
        "people who run this site."
    )


def why_not(error: ValueError) -> str:
    """Return why a code was not taken, and what to do."""
    step = open_step(session)
    if isinstance(error, NoStep) or step is None:
        return _("This took too long or was tried too often. Sign in once more.")
    if isinstance(error, TooManyWrongSecond):
        return too_many_wrong()
    left = TRIES - step.tries
    return ngettext(
        "This code is wrong, or was used already. You can try %(number)s more time.",
        "This code is wrong, or was used already. You can try %(number)s more times.",
        left,
        number=format_decimal(left),
    )
