"""Why a code was not taken, in words for whoever typed it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from ..web.numbers import format_decimal
from .codes import TooManyWrong, WrongCode
from .models import EmailTaken


def why_no_code(error: ValueError) -> str:
    """Return why a code was not taken, and what to do."""
    if isinstance(error, WrongCode) and error.left:
        return ngettext(
            "This is not the code. You can try %(number)s more time.",
            "This is not the code. You can try %(number)s more times.",
            error.left,
            number=format_decimal(error.left),
        )
    if isinstance(error, TooManyWrong):
        return _(
            "Too many wrong codes were typed for this address. No code works for it before "
            "tomorrow; sign in with your password, or ask the people who run this site."
        )
    if isinstance(error, EmailTaken):
        return _("This address cannot be used. If you have another account with it, sign in there.")
    return _("This browser has no code that still works. Ask for another one.")
