"""The form by which facilitators close a discussion, or open it again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from ..accounts.models import User
from ..replies.reasons import Reason
from ..web.forms import Form, Line, at_most
from .decision import Decision


class StateForm(Form):
    """Why a discussion is closed or reopened."""

    reason = Line(_l("Reason"), [at_most(300)], description=_l("Shown on the essay’s page."))
    state = HiddenField()
    anyway = HiddenField()

    def seen(self) -> str:
        """Return the state of the discussion that was decided on; empty: as it stands."""
        return "" if self.anyway.data == "1" else self.state.data or ""

    def decision(self, by: User) -> Decision:
        """Return the decision: the words are its note, under no reason of the register."""
        return Decision(by, Reason.OTHER, self.reason.data or "")
