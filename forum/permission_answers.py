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

    ``sign_in`` when signing in could turn it into a yes, ``set_up`` when a second factor could,
    ``agree`` when agreeing to the site's texts could.
    """

    allowed: bool
    why: Any = ""
    sign_in: bool = False
    set_up: bool = False
    agree: bool = False

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
ONLY_IN_ROOM = Answer(
    False, _l("You are here with the code of a room. It lets you take part in its discussion only.")
)
SECOND_FACTOR_FIRST = Answer(
    False,
    _l(
        "This site asks a second factor of everyone who holds a role or a seat in a body. Set "
        "yours up to use it."
    ),
    set_up=True,
)
AGREE_FIRST = Answer(
    False,
    _l("To take part here, first read what this site asks of everyone and agree to it."),
    agree=True,
)
PAUSED = Answer(False, _l("This discussion is paused. Nobody can write or vote for now."))
DRAFT = Answer(False, _l("This is a draft. It accepts replies once it is published."))
REHEARSED = Answer(
    False,
    _l("This is a rehearsal. What people write and vote is erased before the discussion opens."),
)
MERGED = Answer(False, _l("This was merged into another proposal. The discussion continues there."))

OPEN_TO_WORDS = {
    "invited": _l(
        "Only people who were invited take part in this discussion. If you have an email that "
        "invites you, open the link in it."
    ),
    "provider": _l(
        "Only people who sign in with the provider that this site trusts take part in this "
        "discussion. If you have an account there, connect it on the page of your account."
    ),
    "declared": _l(
        "Whoever takes part in this discussion declares something first, on the page of the essay."
    ),
}
"""Who may take part where not everyone may, and how one comes to, by whom it is open to."""


def not_open(is_paused: bool) -> Answer:
    """Return the no to whoever would write in a discussion that is paused or closed."""
    return PAUSED if is_paused else Answer(False, _l("This discussion is closed."))


def no_votes(state: str, is_paused: bool) -> Answer:
    """Return the no to whoever would vote in a draft, where it is paused, or where it is over."""
    if state == "draft":
        return DRAFT
    return PAUSED if is_paused else Answer(False, _l("Voting on this proposal is closed."))


def not_let_in(open_to: str) -> Answer:
    """Return the no to whoever a discussion is not open to, or not yet: who may, and how."""
    return Answer(False, OPEN_TO_WORDS[open_to])


def open_to_words(open_to: str) -> str:
    """Return who may take part in a discussion that is not open to everyone, and how."""
    return str(OPEN_TO_WORDS[open_to])


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
