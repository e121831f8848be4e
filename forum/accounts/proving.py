"""What shows that the owner of an account asks, and not whoever found their browser open.

One rule for whatever opens the account to another, takes everything along or cannot be taken back:
the password where there is one, and the code of the app where there is a second factor; where
there is neither, a code sent to the address. Somebody in a room has none of these.
"""

from __future__ import annotations

from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from ..web.forms import Form, Line, at_most, required
from .models import User
from .second_factors import has_second_factor

PASSWORD_MOST = 256
CODE_MOST = 40
PROOFS = ("password", "second_code", "sent_code")


def asked_of(user: User) -> tuple[str, ...]:
    """Return the fields by which a person shows that it is they who ask."""
    has = {"password": user.password_hash, "second_code": has_second_factor(user)}
    asked = tuple(name for name, there in has.items() if there)
    return asked or (("sent_code",) if user.email else ())


class ProofForm(Form):
    """A form that is taken only from the owner of the account; ``asking`` makes it one."""

    password = PasswordField(_l("Password"), [required(), at_most(PASSWORD_MOST)])
    second_code = Line(
        _l("Code from your app, or a recovery code"), [required(), at_most(CODE_MOST)]
    )
    sent_code = Line(_l("Code from the email"), [required(), at_most(CODE_MOST)])

    def asking(self, user: User) -> Self:
        """Ask for what this person can show, and for nothing else."""
        for name in set(PROOFS).difference(asked_of(user)):
            del self[name]
        return self
