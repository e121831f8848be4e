"""Ranks that a list gives out as its rows pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from .cursors import Cursor


@dataclass
class Ranks:
    """Ranks given out as rows pass: equal scores share a rank, and the next one counts them all."""

    given: int = 0
    rank: int = 0
    score: Any = None
    levers: dict[str, Ranks] = field(default_factory=dict)

    @classmethod
    def after(cls, cursor: Cursor | None) -> Self:
        """Return the ranks that follow a cursor."""
        if cursor is None:
            return cls()
        return cls(cursor.shown, cursor.rank, cursor.score if cursor.rank else None)

    def next(self, score: Any) -> int:
        """Return the rank of the next row, which has this score."""
        self.given += 1
        if self.given == 1 or score != self.score:
            self.rank, self.score = self.given, score
        return self.rank

    def within(self, lever: str, score: Any) -> int:
        """Return the rank of the next row among those with its lever."""
        return self.levers.setdefault(lever, Ranks()).next(score)
