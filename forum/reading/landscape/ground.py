"""The ground on which a landscape's marks stand: what is free at every width, nearest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from math import hypot, sqrt

from .marks import Crowd, Dot

NARROW, WIDE = 230, 1_100
"""Pixels: the widths of the picture between which no mark covers another."""
HEIGHT = 360
"""Pixels: the height of the picture, whatever its width."""
REACH = 1.2
"""How many steps a mark may be moved at most, before the size of its heap is added."""
STEEP = 2.0
"""How much rather a mark is moved across than up or down, where its height says more."""
RADIUS = 12
"""Pixels: half a counted mark, which is large enough to be pressed and fits a square."""


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


def side_by_side(spots: Sequence[Dot], ground: Ground) -> Iterator[Dot]:
    """Put each mark on its spot, or on the nearest free one; yield those that find no room."""
    heaps: dict[tuple[float, float], Heap] = {}
    for spot in spots:
        heap = heaps.setdefault((spot.x, spot.y), Heap(ground.step))
        moved = (Dot(spot.proposal, spot.x, spot.y, *at) for at in heap.places())
        found = next(filter(ground.is_free, moved), None)
        if found is None:
            yield spot
        else:
            ground.take(found)


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
        for at in islice(around(self.step), self.next, None):
            if hypot(*at) > reach:
                return
            self.next += 1
            yield at


class Ground:
    """What stands in the picture so far, by its height, so that only neighbours are compared."""

    def __init__(self, step: float, crowds: Sequence[Crowd] = ()) -> None:
        self.step = step
        self.apart = step - 1
        self.from_crowd = RADIUS + self.apart / 2
        self.band = self.from_crowd if crowds else self.apart
        self.dots: list[Dot] = []
        self.bands: dict[int, list[tuple[float, int, float, float]]] = {}
        for each in crowds:
            self.stand(each, self.from_crowd)

    def stand(self, mark: Dot | Crowd, apart: float) -> None:
        """Keep others so many pixels away from a mark."""
        up = height(mark)
        self.bands.setdefault(int(up // self.band), []).append((mark.x, mark.right, up, apart))

    def take(self, dot: Dot) -> None:
        """Put a mark into the picture."""
        self.dots.append(dot)
        self.stand(dot, self.apart)

    def is_free(self, dot: Dot) -> bool:
        """Say whether a mark stands inside the picture and clear of all others, at any width."""
        up = height(dot)
        if not 0 <= up <= HEIGHT or not 0 <= dot.x / 100 * NARROW + dot.right <= NARROW:
            return False
        if not 0 <= dot.x / 100 * WIDE + dot.right <= WIDE:
            return False
        band = int(up // self.band)
        x, right = dot.x, dot.right
        for at in (band - 1, band, band + 1):
            for other_x, other_right, other_up, apart in self.bands.get(at, ()):
                high = up - other_up
                if not -apart < high < apart:
                    continue
                across = nearest(x - other_x, right - other_right)
                if across * across + high * high < apart * apart:
                    return False
        return True


def height(mark: Dot | Crowd) -> float:
    """Return the pixels between a mark and the upper edge."""
    return mark.y / 100 * HEIGHT + mark.down


def gap(one: Dot | Crowd, other: Dot | Crowd) -> float:
    """Return the pixels between two marks at the width at which they come nearest."""
    high = height(one) - height(other)
    return hypot(nearest(one.x - other.x, one.right - other.right), high)


def nearest(percent: float, shift: int) -> float:
    """Return the pixels across between two points so far apart, at the width nearest to each other.

    The distance grows evenly with the width: where it changes sign they pass each other.
    """
    narrow, wide = percent / 100 * NARROW + shift, percent / 100 * WIDE + shift
    return 0.0 if narrow * wide <= 0 else min(abs(narrow), abs(wide))
