"""What may be typed about setting votes aside: whose and why, a no, an appeal and its answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from ..moderation.forms import reasons
from ..moderation.models import NOTE_LENGTH
from ..replies.reasons import Reason
from ..web.forms import Choice, Form, Radio, TextField, at_most, optional, required

NUMBER = re.compile(r"[1-9][0-9]{0,17}")
APPEAL_LENGTH = 2_000
OTHERS_LENGTH = 2_000


def numbers_in(written: Iterable[str]) -> set[int]:
    """Return the numbers that stand in what was written or sent."""
    return {int(each) for words in written for each in NUMBER.findall(words)}


class AsideForm(Form):
    """Whose votes are to be set aside, and why."""

    reason = Choice(
        _l("Reason"), [required()], choices=reasons((Reason.INVENTED, Reason.SPAM, Reason.OTHER))
    )
    note = TextField(
        _l("What you saw, and why it is no innocent crowd"),
        [required(), at_most(NOTE_LENGTH)],
        description=_l("Shown in the public log. Name nobody."),
    )
    others = TextField(
        _l("Further people"),
        [optional(), at_most(OTHERS_LENGTH)],
        description=_l("The numbers at the end of the addresses of their pages."),
    )


class DeclineForm(Form):
    """Why votes are not set aside."""

    why = TextField(
        _l("Why you decline"),
        [required(), at_most(NOTE_LENGTH)],
        description=_l("For those who decide; nobody else reads it."),
    )


class AppealForm(Form):
    """What somebody says against having their votes set aside."""

    words = TextField(
        _l("Your appeal"),
        [required(), at_most(APPEAL_LENGTH)],
        description=_l("Read by those who decide, and by nobody else. You can appeal once."),
    )


class AppealAnswerForm(Form):
    """What is answered to an appeal."""

    verdict = Radio(
        _l("What comes of it"),
        [required()],
        choices=[
            ("grant", _l("Their votes count again")),
            ("leave", _l("Their votes stay set aside")),
        ],
    )
    words = TextField(
        _l("Your answer"),
        [required(), at_most(NOTE_LENGTH)],
        description=_l("Read by whoever appealed, and by those who decide."),
    )
