"""A moving window that goes on when its limit is set anew.

The library counts under a key in which the limit's number stands, so that another number would
begin from nothing: whoever had reached the limit would be let in by lowering it. Here the key holds
the name, for whom it counts and the period; a number holds at once for what was counted before.
Another period counts from nothing.
"""

from __future__ import annotations

from typing import Any

from limits import RateLimitItem, WindowStats
from limits.strategies import STRATEGIES, MovingWindowRateLimiter

NAME = "lasting-window"
"""What the settings call this way of counting."""


class LastingWindow(MovingWindowRateLimiter):
    """Counts attempts of the last period, however many of them may be."""

    storage: Any

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Count an attempt; say False where the limit is reached."""
        key, period = key_of(item, identifiers), item.get_expiry()
        return bool(self.storage.acquire_entry(key, item.amount, period, amount=cost))

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        """Say whether there is room for an attempt."""
        return self.window(item, identifiers)[1] <= item.amount - cost

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """Return when there is room again, in seconds since 1970, and for how many there is now."""
        begins, counted = self.window(item, identifiers)
        return WindowStats(begins + item.get_expiry(), item.amount - counted)

    def window(self, item: RateLimitItem, identifiers: tuple[str, ...]) -> tuple[float, int]:
        """Return when the oldest of the attempts that fill the limit was made, and their number."""
        key = key_of(item, identifiers)
        begins, counted = self.storage.get_moving_window(key, item.amount, item.get_expiry())
        return float(begins), int(counted)


def key_of(item: RateLimitItem, identifiers: tuple[str, ...]) -> str:
    """Return the key of a count, without the number that it may come to."""
    period = f"{item.multiples}/{item.GRANULARITY.name}"
    return "/".join((item.namespace, *map(str, identifiers), period))


STRATEGIES[NAME] = LastingWindow  # as the library knows its own
