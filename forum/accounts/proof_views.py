"""Taking a form from the owner of an account alone; what is wrong stands beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import request, session
from flask_babel import gettext as _

from ..db import db
from ..web.visitor import visitor_here
from .code_words import why_no_code
from .codes import NoCode, TooManyWrong, WrongCode, prove_by_code
from .models import User
from .proving import ProofForm
from .second_factor_letters import tell
from .second_factors import TooManyWrongSecond, WrongSecondCode, take_second_code
from .second_step_views import too_many_wrong
from .sign_ins import record_wrong, record_wrong_second


def is_proved(form: ProofForm) -> bool:
    """Say whether what was typed shows that the owner of the visitor's account asks; otherwise the
    form says what is wrong.

    A wrong try is kept: it is counted, and stands in the person's own log.
    """
    user: User = visitor_here()
    for name, why_not in PROVEN_BY.items():
        if name in form and (why := why_not(user, form[name].data)):
            form[name].errors = [why]
            db.session.commit()
            return False
    return True


def is_asked_and_proved(form: ProofForm) -> bool:
    """Say whether a form was sent, nothing is wrong with it, and the account's owner sent it."""
    return form.validate_on_submit() and is_proved(form)


def why_not_password(user: User, typed: str) -> str:
    """Return why this does not show it; nothing where it is the person's password."""
    if user.has_password(typed):
        return ""
    record_wrong(user.email or "", request.headers.get("User-Agent", ""))
    return _("This is not your password.")


def why_not_second_code(user: User, typed: str) -> str:
    """Take a code of the app, or a recovery code, of which the address is told."""
    try:
        if not take_second_code(user, typed):
            tell(user, "recovery_code_used")
    except TooManyWrongSecond:
        return too_many_wrong()
    except WrongSecondCode:
        record_wrong_second(user, request.headers.get("User-Agent", ""))
        return _("This code is wrong, or was used already.")
    return ""


def why_not_sent_code(user: User, typed: str) -> str:
    """Take the code that was sent to the person's own address."""
    try:
        prove_by_code(user, session, typed)
    except (NoCode, WrongCode, TooManyWrong) as error:
        return why_no_code(error)
    return ""


PROVEN_BY: Mapping[str, Callable[[User, str], str]] = {
    "password": why_not_password,
    "second_code": why_not_second_code,
    "sent_code": why_not_sent_code,
}
