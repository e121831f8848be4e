"""The marks of a landscape: a dot for a proposal, or a counted one for a crowd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ...votes.ranking import lower, upper


class Judged(NamedTuple):
    """A proposal as the landscape needs it, with its place in the list."""

    rank: int
    id: int
    title: str
    lever: str
    language: str
    support: int
    oppose: int
    neutral: int

    @property
    def sides(self) -> int:
        """How many people took a side."""
        return self.support + self.oppose

    @property
    def low(self) -> float:
        """The share of support that is 95 % sure."""
        return lower(self.support, self.sides)

    @property
    def high(self) -> float:
        """The share that is as surely not exceeded."""
        return upper(self.support, self.sides)


class Dot(NamedTuple):
    """A proposal in the picture: percent from the left and the top, and a shift in pixels."""

    proposal: Judged
    x: float
    y: float
    right: int
    down: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Proposals that share one counted mark, which stands in their middle as a dot does."""

    proposals: list[Judged]
    x: float
    y: float
    right: int
    down: int

    @property
    def sides(self) -> tuple[int, int]:
        """How many people took a side on each, from the fewest to the most."""
        found = [proposal.sides for proposal in self.proposals]
        return min(found), max(found)

    @property
    def low(self) -> tuple[float, float]:
        """The shares of support that are 95 % sure, from the lowest to the highest."""
        found = [proposal.low for proposal in self.proposals]
        return min(found), max(found)


@dataclass(frozen=True)
class Marks:
    """All marks of a picture, and by how much the plain ones are drawn smaller."""

    dots: list[Dot]
    crowds: list[Crowd]
    scale: float
