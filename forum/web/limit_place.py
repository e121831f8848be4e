"""Where attempts are counted: in Redis, and while that is away in the memory of the process.

The library turns to its memory before a view only. What is counted once the view has answered would
fail with Redis: a deed that is done would be answered with an error, and be done again.
"""

from __future__ import annotations

from typing import Any, cast

import structlog
from flask_limiter import Limiter
from limits import WindowStats
from limits.strategies import RateLimiter

log = structlog.get_logger("forum.limits")


class Counting:
    """What counts attempts, wherever that is done now."""

    def __init__(self, limiter: SteadyLimiter) -> None:
        self.limiter = limiter

    def hit(self, *about: Any, **named: Any) -> bool:
        """Count an attempt; say False where the limit is reached."""
        return bool(self.asked("hit", *about, **named))

    def test(self, *about: Any, **named: Any) -> bool:
        """Say whether there is room for an attempt."""
        return bool(self.asked("test", *about, **named))

    def get_window_stats(self, *about: Any) -> WindowStats:
        """Return when there is room again, in seconds since 1970, and for how many there is now."""
        return cast(WindowStats, self.asked("get_window_stats", *about))

    def asked(self, verb: str, *about: Any, **named: Any) -> Any:
        """Ask where it is counted now; of Redis that fails, what this process has counted."""
        try:
            return getattr(self.limiter.at_hand, verb)(*about, **named)
        except self.limiter.storage.base_exceptions as error:
            log.warning("limits are not shared", kind=type(error).__name__)
            self.limiter._storage_dead = True
            return getattr(self.limiter.at_hand, verb)(*about, **named)


class SteadyLimiter(Limiter):
    """The library's limiter, which goes on at whatever step Redis fails."""

    @property
    def at_hand(self) -> RateLimiter:
        """What the library counts by now."""
        return super().limiter

    @property
    def limiter(self) -> RateLimiter:
        """What counts for the library, and for us."""
        return cast(RateLimiter, Counting(self))
