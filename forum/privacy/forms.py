"""What is asked before something goes for good."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField
from wtforms.validators import InputRequired

from ..accounts.forms import PASSWORD_MOST
from ..accounts.models import EMAIL_LENGTH
from ..moderation.forms import reasons
from ..moderation.models import NOTE_LENGTH
from ..replies.reasons import Reason
from ..web.forms import Choice, Form, Line, Radio, TextField, at_most, required


class LeaveForm(Form):
    """What becomes of a person's texts, and that it is theirs to decide."""

    texts = Radio(
        _l("What you wrote"),
        [required(_l("Choose what becomes of what you wrote."))],
        choices=[
            ("stay", _l("It stays, without your name: “Former member”.")),
            ("go", _l("It goes: every text of yours is blanked, in published briefs too.")),
        ],
    )
    password = PasswordField(_l("Password"), [at_most(PASSWORD_MOST)])
    email = Line(_l("Your email address"), [at_most(EMAIL_LENGTH)])


class EraseForm(Form):
    """Why a text is erased."""

    reason = Choice(_l("Reason"), [required()], choices=reasons(tuple(Reason)))
    note = TextField(_l("Note, shown in the public log"), [at_most(NOTE_LENGTH)])
    sure = BooleanField(
        _l("Erase it everywhere. It cannot be brought back."),
        [InputRequired(_l("Confirm that it is to be erased."))],
    )
