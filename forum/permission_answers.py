"""What a question of permission is answered with: yes, or no and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Answer:
    """A yes, or a no with its reason; ``sign_in`` when signing in could turn it into a yes."""

    allowed: bool
    why: Any = ""
    sign_in: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)
SIGN_IN = Answer(False, _l("Sign in to take part."), sign_in=True)
SIGN_IN_TO_KEEP = Answer(
    False,
    _l("You are signed out. Your words are still here: sign in on another page, then type on."),
    sign_in=True,
)
NOT_YOURS = Answer(False, _l("Your account may not do this."))
MERGED = Answer(False, _l("This was merged into another proposal; the discussion goes on there."))
