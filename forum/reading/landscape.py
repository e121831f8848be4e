"""Where each proposal stands in the landscape of an essay: pure geometry, which a template draws.

Across: how many people took a side, on a logarithmic scale. Up: the share of support that is 95 %
sure (the lower bound that Top goes by). A place is a share of the picture with a shift in pixels,
so that one drawing fits a phone and a wide screen, with words and marks of the same size on both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import hypot, log, sqrt

from ..votes.ranking import Z, lower, upper

MOST = 200
"""How many proposals are drawn: the first ones in the order asked for."""

NARROW, WIDE = 230, 1_100
"""Pixels: the widths of the picture between which no mark covers another."""
HEIGHT = 360
"""Pixels: the height of the picture, whatever its width."""
STEP = 15
"""Pixels between the places tried around a point: the room that one mark takes."""
MANY, SMALL = 60, 0.7
"""Where there are more marks than this, they are drawn smaller, by this factor."""
REACH = 1.2
"""How many steps a mark may be moved at most, before the size of its heap is added."""
STEEP = 2.0
"""How much rather a mark is moved across than up or down, where its height says more."""
LABEL, CHARACTER = 10, 7
"""Pixels between the numbers along the axis, and of one of their characters."""
LEAST_END = 10
BENDS = 32


@dataclass(frozen=True, slots=True)
class Judged:
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


@dataclass(frozen=True, slots=True)
class Dot:
    """A proposal in the picture: percent from the left and the top, and a shift in pixels."""

    proposal: Judged
    x: float
    y: float
    right: int
    down: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A number along the lower edge, so many percent from the left."""

    x: float
    number: int


@dataclass(frozen=True)
class Landscape:
    """The whole picture: marks, the proposals without a place, numbers, and what is in reach."""

    dots: list[Dot]
    scale: float
    unseen: list[Judged]
    ticks: list[Tick]
    beyond: str
    is_cut: bool

    @property
    def shown(self) -> list[Judged]:
        """Every proposal that is drawn, in the order of the list."""
        drawn = [*(dot.proposal for dot in self.dots), *self.unseen]
        return sorted(drawn, key=lambda proposal: proposal.rank)


def landscape(proposals: Sequence[Judged], most: int = MOST) -> Landscape:
    """Return the picture of the first ``most`` of these proposals."""
    drawn = proposals[:most]
    seen = [proposal for proposal in drawn if proposal.sides]
    end = end_of_scale(max((proposal.sides for proposal in seen), default=0))
    scale = 1.0 if len(seen) <= MANY else SMALL
    return Landscape(
        dots=placed(seen, end, STEP * scale),
        scale=scale,
        unseen=[proposal for proposal in drawn if not proposal.sides],
        ticks=ticks(end),
        beyond=out_of_reach(end),
        is_cut=len(proposals) > most,
    )


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


@cache
def around(step: float) -> list[tuple[int, int]]:
    """Return shifts from a point, the nearest first: a honeycomb, so that marks lie close."""
    most = int(HEIGHT // step)
    grid = [
        (round(step * (column + row % 2 / 2)), round(step * row * sqrt(3) / 2))
        for row in range(-most, most + 1)
        for column in range(-most, most + 1)
    ]
    return sorted(grid, key=lambda at: (hypot(at[0], STEEP * at[1]), at))


def placed(proposals: Sequence[Judged], end: int, step: float) -> list[Dot]:
    """Give each proposal its place, or the nearest free one where another has taken it.

    Where all is taken nearby it keeps its own place and covers another: a mark far from where it
    belongs would say what is not so.
    """
    ground = Ground(step - 1)
    heaps: dict[tuple[float, float], Heap] = {}
    for proposal in proposals:
        x, y = round(across(proposal.sides, end), 2), round(100 * (1 - proposal.low), 2)
        heap = heaps.setdefault((x, y), Heap(step))
        dots = (Dot(proposal, x, y, right, down) for right, down in heap.places())
        ground.take(next(filter(ground.is_free, dots), Dot(proposal, x, y, 0, 0)))
    return ground.dots


class Heap:
    """The marks that belong to one point: what was taken stays taken, so each looks further on."""

    def __init__(self, step: float) -> None:
        self.step = step
        self.size = 0
        self.next = 0

    def places(self) -> Iterator[tuple[int, int]]:
        """Yield the places for one more mark, as far out as a heap of this size may reach."""
        reach = self.step * (REACH + sqrt(self.size))
        self.size += 1
        for at in around(self.step)[self.next :]:
            if hypot(*at) > reach:
                return
            self.next += 1
            yield at


class Ground:
    """What stands in the picture so far, by its height, so that only neighbours are compared."""

    def __init__(self, apart: float) -> None:
        self.apart = apart
        self.dots: list[Dot] = []
        self.bands: dict[int, list[Dot]] = {}

    def take(self, dot: Dot) -> None:
        """Put a mark into the picture."""
        self.dots.append(dot)
        self.bands.setdefault(int(height(dot) // self.apart), []).append(dot)

    def is_free(self, dot: Dot) -> bool:
        """Say whether a mark stands inside the picture and clear of all others, at any width."""
        up = height(dot)
        if not 0 <= up <= HEIGHT or not 0 <= dot.x / 100 * NARROW + dot.right <= NARROW:
            return False
        if not 0 <= dot.x / 100 * WIDE + dot.right <= WIDE:
            return False
        band = int(up // self.apart)
        near = (self.bands.get(at, ()) for at in (band - 1, band, band + 1))
        return all(gap(dot, other) >= self.apart for others in near for other in others)


def height(dot: Dot) -> float:
    """Return the pixels between a mark and the upper edge."""
    return dot.y / 100 * HEIGHT + dot.down


def gap(one: Dot, other: Dot) -> float:
    """Return the pixels between two marks at the width at which they come nearest."""
    high = height(one) - height(other)
    share, shift = (one.x - other.x) / 100, one.right - other.right
    narrow, wide = share * NARROW + shift, share * WIDE + shift
    # Across, the distance grows evenly with the width: where it changes sign they pass each other.
    nearest = 0.0 if narrow * wide <= 0 else min(abs(narrow), abs(wide))
    return hypot(nearest, high)
