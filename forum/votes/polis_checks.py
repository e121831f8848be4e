"""What an export says of itself, held against the votes that stand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..console import BadFile
from .csv_rows import Row

LEAST = 5
"""Votes by which an export may differ from what it says of itself, however small it is."""

TURNED = (
    "It looks as if the sign of the votes were turned round: statement {number} has {agrees} "
    "agrees and {disagrees} disagrees here, and the votes hold {ones} times 1 and {minus} times "
    "-1. Import with --turn-signs if 1 means against in these votes, or with --as-they-are if not."
)
DIFFERENT = (
    "The votes are not those that this file speaks of: statement {number} has {agrees} agrees and "
    "{disagrees} disagrees here, and the votes hold {ones} times 1 and {minus} times -1. "
    "Import with --as-they-are if the votes are right all the same."
)


@dataclass(frozen=True)
class Claim:
    """How many agreed and disagreed with a statement, as comments.csv has it."""

    agrees: int
    disagrees: int

    @classmethod
    def of(cls, row: Row) -> Self | None:
        """Read a claim; files without these columns make none."""
        if not {"agrees", "disagrees"} <= row.cells.keys():
            return None
        return cls(row.number("agrees"), row.number("disagrees"))

    def differs(self, read: Counter[int], sign: int = 1) -> int:
        """Return by how many votes the ones read differ, with the sign taken so."""
        return abs(self.agrees - read[sign]) + abs(self.disagrees - read[-sign])


def refuse_contradiction(
    path: Path, claims: Mapping[int, Claim | None], read: Mapping[int, Counter[int]]
) -> None:
    """Raise BadFile where the votes say something else than the claims, and say what it looks like.

    Claims count events, so they differ a little from votes of which only the last were kept. A
    sign that is turned round is told by fitting far better the other way.
    """
    made = {number: claim for number, claim in claims.items() if claim}
    none: Counter[int] = Counter()
    straight = {number: claim.differs(read.get(number, none)) for number, claim in made.items()}
    turned = sum(claim.differs(read.get(number, none), -1) for number, claim in made.items())
    apart, claimed = sum(straight.values()), sum(c.agrees + c.disagrees for c in made.values())
    is_turned = turned * 2 < apart
    if not is_turned and apart <= max(LEAST, claimed / 4):
        return
    if apart <= LEAST and turned:
        return
    number = max(straight, key=lambda each: (straight[each], -each))
    votes = read.get(number, none)
    raise BadFile(
        path,
        (TURNED if is_turned else DIFFERENT).format(
            number=number,
            agrees=made[number].agrees,
            disagrees=made[number].disagrees,
            ones=votes[1],
            minus=votes[-1],
        ),
    )
