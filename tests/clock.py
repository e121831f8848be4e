"""The clock that the forum reads, standing still until a test sets it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest


class Clock(datetime):
    """The clock that the forum reads: it stands, until it is set forward."""

    moment: ClassVar[datetime] = datetime.now(UTC)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return cls.moment.astimezone(tz or UTC)


@contextmanager
def standing_clock(at: datetime | None = None) -> Iterator[None]:
    """Let the forum read a clock that stands, now or at a moment, until it is set forward."""
    module = sys.modules["forum.db"]
    Clock.moment = at or datetime.now(UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "datetime", Clock)
        yield
