"""Who decided, and why: what every action is done with and what the log keeps of it."""

from __future__ import annotations

from dataclasses import dataclass

from ..accounts.models import User
from ..replies.reasons import Reason


@dataclass(frozen=True)
class Decision:
    """Who decided (nobody: the forum itself), the reason, and the words to the author and to
    colleagues."""

    by: User | None
    because: Reason
    note: str = ""
    private_note: str = ""
