"""What is asked before something goes for good."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from ..accounts.proving import ProofForm
from ..moderation.forms import reasons
from ..moderation.models import NOTE_LENGTH
from ..replies.reasons import Reason
from ..web.forms import Choice, Radio, TextField, at_most, required


class LeaveForm(ProofForm):
    """What becomes of the texts of whoever leaves, as they say themselves."""

    texts = Radio(
        _l("What you wrote"),
        [required(_l("Choose what becomes of what you wrote."))],
        choices=[
            ("stay", _l("It stays, without your name: “Former member”.")),
            ("go", _l("It goes: every text of yours is blanked, in published briefs too.")),
        ],
    )


class ErasePersonForm(ProofForm):
    """What becomes of the texts of somebody who is erased; an administrator's to fill in."""

    texts = Radio(
        _l("What they wrote"),
        [required(_l("Choose what becomes of what they wrote."))],
        choices=[
            ("stay", _l("It stays, without their name: “Former member”.")),
            ("go", _l("It goes: every text of theirs is blanked, in published briefs too.")),
        ],
    )
    sure = BooleanField(
        _l("Close it for good. It cannot be brought back."),
        [InputRequired(_l("Confirm that it is to be closed."))],
    )


class EraseForm(ProofForm):
    """Why a text is erased."""

    reason = Choice(_l("Reason"), [required()], choices=reasons(tuple(Reason)))
    note = TextField(_l("Note, shown in the public log"), [at_most(NOTE_LENGTH)])
    sure = BooleanField(
        _l("Erase it everywhere. It cannot be brought back."),
        [InputRequired(_l("Confirm that it is to be erased."))],
    )
