"""The letter by which an administrator sees whether letters arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from ..db import now
from .letters import KINDS, LetterKind
from .models import Letter

TRIAL = "trial"
"""The kind of letter that says that letters arrive."""


def fill(letter: Letter) -> dict[str, Any]:
    """Return when it was asked for."""
    return {"made_at": letter.made_at}


def sample() -> dict[str, Any]:
    """Return the same, for now."""
    return {"made_at": now()}


KINDS[TRIAL] = LetterKind(_l("A test email"), timedelta(hours=1), fill, sample)
