"""What a question of permission is answered with: yes, or no and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from .web import dates


@dataclass(frozen=True)
class Answer:
    """A yes, or a no with its reason.

    ``sign_in`` when signing in could turn it into a yes, ``set_up`` when a second factor could.
    """

    allowed: bool
    why: Any = ""
    sign_in: bool = False
    set_up: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)
SIGN_IN = Answer(False, _l("Sign in to take part."), sign_in=True)
SIGN_IN_TO_KEEP = Answer(
    False,
    _l("You are signed out. Your text is still here: sign in on another page, then carry on."),
    sign_in=True,
)
NOT_YOURS = Answer(False, _l("Your account does not have permission to do this."))
SECOND_FACTOR_FIRST = Answer(
    False,
    _l("This site asks a second factor of everyone who holds a role. Set yours up to use it."),
    set_up=True,
)
PAUSED = Answer(False, _l("This discussion is paused. Nobody can write or vote for now."))
DRAFT = Answer(False, _l("This is a draft. It accepts replies once it is published."))
MERGED = Answer(False, _l("This was merged into another proposal. The discussion continues there."))


def not_open(is_paused: bool) -> Answer:
    """Return the no to whoever would write in a discussion that is paused or closed."""
    return PAUSED if is_paused else Answer(False, _l("This discussion is closed."))


def no_votes(state: str, is_paused: bool) -> Answer:
    """Return the no to whoever would vote in a draft, where it is paused, or where it is over."""
    if state == "draft":
        return DRAFT
    return PAUSED if is_paused else Answer(False, _l("Voting on this proposal is closed."))


def suspended(until: datetime) -> Answer:
    """Return the no to whoever is suspended: how long, and where to read why."""
    return Answer(False, LazyString(how_long, until))


def how_long(until: datetime) -> str:
    """Return the sentence about a suspension, in the reader's language."""
    if until.date() > dates.LATEST:
        return _("Your account is suspended permanently. You can still read; your notices say why.")
    said = dates.until(until)
    return _(
        "Your account is suspended %(until)s. You can still read; your notices say why.", until=said
    )
