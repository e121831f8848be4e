"""Attempts counted in the memory of the process, without a thread for every one of them.

The library's own memory starts a thread after each attempt, which looks through everyone's. That
costs more than a vote; forgotten attempts are looked for once a minute instead.
"""

from __future__ import annotations

import time

from limits.storage import MemoryStorage

HERE = "swept-memory://"
"""The address of this memory, as a setting names it."""

SWEPT_EVERY = 60.0
"""Seconds between two looks for attempts that count no more."""


class SweptMemory(MemoryStorage):
    """The library's memory, swept now and then. What is counted never depends on the sweeping."""

    STORAGE_SCHEME = ["swept-memory"]  # noqa: RUF012
    swept = 0.0

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return when the oldest of the last ``limit`` attempts was made, and how many there are.

        Of more, as there may be where a limit was lowered, the rest fills no room, as in Redis.
        """
        begins, counted = super().get_moving_window(key, limit, expiry)
        events = self.events.get(key, [])[:limit]
        if counted > limit == len(events):
            return float(events[-1].atime), limit
        return begins, counted

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802
        if time.monotonic() - self.swept > SWEPT_EVERY:
            self.swept = time.monotonic()
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc]
