"""Where a page of a list begins, as its address has it."""

from __future__ import annotations

import base64
import binascii
import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from .filters import Sort

if TYPE_CHECKING:
    from .listing import Card


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after this score and tie-breaker, and after this many proposals.

    ``rank`` is that of the last of them, which the first of the page shares where it has the same
    score; 0 where it is not known.
    """

    score: float
    tie: int
    shown: int
    rank: int = 0

    FORMAT = ">dqII"
    FORMER = ">dqI"
    """Addresses that were shared before ranks were in them."""

    def __str__(self) -> str:
        counts = (min(number, 2**32 - 1) for number in (self.shown, self.rank))
        packed = struct.pack(self.FORMAT, self.score, self.tie, *counts)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, written: str) -> Self | None:
        """Read a cursor back; nonsense is no cursor."""
        try:
            packed = base64.b64decode(written + "=" * (-len(written) % 4), b"-_", validate=True)
            former = len(packed) == struct.calcsize(cls.FORMER)
            score, tie, *counts = struct.unpack(cls.FORMER if former else cls.FORMAT, packed)
        except (ValueError, binascii.Error, struct.error):
            return None
        return cls(score, tie, *counts) if math.isfinite(score) and tie >= 0 else None

    @classmethod
    def after(cls, card: Card, sort: Sort, shown: int, rank: int = 0) -> Self:
        """Return the cursor of the page that follows this card."""
        tie = card.draw if sort is Sort.EYES else card.id
        return cls(score_of(card, sort), tie, shown, rank)


def score_of(card: Card, sort: Sort) -> float:
    """Return the score by which the card stands where it does in this order."""
    return microseconds(card.created_at) if sort is Sort.NEWEST else getattr(card, sort.value)


def microseconds(moment: datetime) -> float:
    """Return the moment as microseconds since 1970: whole, and exact in a double until 2255."""
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return float((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds)
