"""Where each proposal stands in the landscape of an essay: pure geometry, which a template draws.

Across: how many people took a side, on a logarithmic scale. Up: the share of support that is 95 %
sure (the lower bound that Top goes by). A place is a share of the picture with a shift in pixels,
so that one drawing fits a phone and a wide screen, with words and marks of the same size on both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from math import log

from ...votes.ranking import Z, lower
from .ground import NARROW
from .marks import Dot, Judged, Marks
from .placing import marks

MOST = 1_000
"""How many proposals are drawn: the first ones in the order asked for."""
CARDS_MOST = 10
"""So many that nobody has judged are shown as cards; more are marks."""

TABLE_MOST, LISTS_MOST, UNSEEN_MOST = 100, 320, 200
"""So many proposals stand in a table and in the lists of counted marks on the picture's own page,
and so many unjudged ones as marks; of more, these are a page of their own."""

LABEL, CHARACTER = 10, 7
"""Pixels between the numbers along the axis, and of one of their characters."""
LEAST_END = 10
BENDS = 32


@dataclass(frozen=True, slots=True)
class Tick:
    """A number along the lower edge, so many percent from the left."""

    x: float
    number: int


@dataclass(frozen=True)
class Landscape:
    """The whole picture: marks, the proposals without a place, numbers, and what is in reach."""

    marks: Marks
    unseen: list[Judged]
    ticks: list[Tick]
    beyond: str
    is_cut: bool

    @property
    def is_drawn(self) -> bool:
        """Whether there is any mark to draw."""
        return bool(self.marks.dots or self.marks.crowds)

    @property
    def invited(self) -> list[Judged]:
        """The proposals without a place, where they are few enough to be shown as cards."""
        return self.unseen if len(self.unseen) <= CARDS_MOST else []

    @property
    def has_table(self) -> bool:
        """Whether the table stands on the picture's own page."""
        return len(self.shown) <= TABLE_MOST

    @property
    def has_lists(self) -> bool:
        """Whether the lists of counted marks stand there."""
        return len(self.shown) <= LISTS_MOST

    @property
    def marked(self) -> list[Judged]:
        """The proposals without a place that are shown as marks."""
        return self.unseen[:UNSEEN_MOST]

    @cached_property
    def shown(self) -> list[Judged]:
        """Every proposal that is drawn, in the order of the list."""
        drawn = [dot.proposal for dot in self.marks.dots] + self.unseen
        drawn += [proposal for crowd in self.marks.crowds for proposal in crowd.proposals]
        return sorted(drawn, key=lambda proposal: proposal.rank)


def landscape(proposals: Sequence[Judged], most: int = MOST) -> Landscape:
    """Return the picture of the first ``most`` of these proposals."""
    drawn = proposals[:most]
    seen = [proposal for proposal in drawn if proposal.sides]
    end = end_of_scale(max((proposal.sides for proposal in seen), default=0))
    return Landscape(
        marks=marks([spot(proposal, end) for proposal in seen]),
        unseen=[proposal for proposal in drawn if not proposal.sides],
        ticks=ticks(end),
        beyond=out_of_reach(end),
        is_cut=len(proposals) > most,
    )


def spot(proposal: Judged, end: int) -> Dot:
    """Return where a proposal belongs on an axis that ends there."""
    return Dot(proposal, *place(proposal.support, proposal.sides, end), 0, 0)


@lru_cache(maxsize=4_096)
def place(support: int, sides: int, end: int) -> tuple[float, float]:
    """Return how many percent from the left and the top such counts stand: many share theirs."""
    return round(across(sides, end), 2), round(100 * (1 - lower(support, sides)), 2)


def steps() -> Iterator[int]:
    """Yield 1, 2, 5, 10, 20, 50 and so on, for ever."""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def end_of_scale(most: int) -> int:
    """Return where the axis ends: the first round number that holds them all, 10 at least."""
    return next(step for step in steps() if step >= max(most, LEAST_END))


def across(sides: int, end: int) -> float:
    """Return how many percent from the left so many people stand: one at 0, the end at 100."""
    return min(100.0, 100 * log(sides) / log(end))


def ticks(end: int) -> list[Tick]:
    """Return the numbers along the axis, as many as can be told apart on a phone."""
    fine = list(rounds(end))
    whole = [step for step in fine if str(step).strip("0") == "1"]
    for numbers in (fine, whole, whole[::2], whole[::3]):
        found = [Tick(round(across(number, end), 2), number) for number in numbers]
        if not crowded(found):
            return found
    return [Tick(0, 1), Tick(100, end)]


def rounds(end: int) -> Iterator[int]:
    """Yield the round numbers up to the end of the axis."""
    for step in steps():
        if step > end:
            return
        yield step


def crowded(found: Sequence[Tick]) -> bool:
    """Say whether two numbers would touch in the narrowest picture."""
    for left, right in pairwise(found):
        room = (right.x - left.x) / 100 * NARROW
        if room < LABEL + CHARACTER * (len(f"{left.number:,}") + len(f"{right.number:,}")) / 2:
            return True
    return False


def out_of_reach(end: int) -> str:
    """Return the points around what nobody can reach: above the bound when all support."""
    edge = []
    for bend in range(BENDS + 1):
        sides = end ** (bend / BENDS)
        edge.append(f"{100 * bend / BENDS:.2f},{100 * (1 - sides / (sides + Z * Z)):.2f}")
    return " ".join(("0,0", *edge, "100,0"))
