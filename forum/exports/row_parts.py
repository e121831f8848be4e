"""What a row of an export is made of, beside the columns of its proposal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ..lookout.moved_ranks import TwoRanks
from .outcomes import RowOutcome


@dataclass(frozen=True)
class PlaceAndRank:
    """Where a proposal stands: the place that facilitators gave it (0: none), its rank by the
    readers' votes, among how many, and among those of its lever."""

    place: int
    rank: int
    ranked: int
    rank_in_lever: int


@dataclass(frozen=True)
class RowParts:
    """What stands in other tables of a proposal: its comments by stance, the votes on it that are
    set aside by value, its ranks without and with such votes, and what became of it."""

    said: Counter[str]
    aside: Counter[str]
    ranks: TwoRanks
    outcome: RowOutcome
