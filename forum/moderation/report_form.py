"""What may be typed in a report."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..replies.reasons import REPORTABLE
from ..web.forms import Choice, Form, TextField, at_most, required
from .forms import reasons
from .models import NOTE_LENGTH


class ReportForm(Form):
    """Why a reader thinks that moderators should look."""

    reason = Choice(_l("What is wrong with it?"), [required()], choices=reasons(REPORTABLE))
    note = TextField(_l("Anything the moderators should know"), [at_most(NOTE_LENGTH)])
