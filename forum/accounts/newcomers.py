"""Who is new here: for a day, the first-day limit holds for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ..db import now

FIRST_DAY = timedelta(days=1)


class Newcomer:
    """A person, as far as the first-day limit asks."""

    created_at: Any
    is_vouched_for: Any

    @property
    def is_new(self) -> bool:
        """Whether the first-day limit holds: a day young, no role, and no moderator vouched."""
        return not self.is_vouched_for and now() < self.first_day_ends

    @property
    def first_day_ends(self) -> datetime:
        """When the account is no longer so young that the first-day limit holds."""
        ends: datetime = self.created_at + FIRST_DAY
        return ends
