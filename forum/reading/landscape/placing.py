"""Room for the marks of a landscape: a place of its own for each, or one counted mark for many.

A mark whose place is taken moves aside, a little. Moving it further would say what is not so, and
marks over one another can neither be told apart nor chosen. So the plane is divided into squares:
where there is no room for all, those that stand in a full square share one mark with their number,
which leads to their list. Squares rather than a search for clusters or for longer ways aside, since
they can be told in a sentence, are the same for the same votes, never touch at any width, and bound
the picture whatever the crowd. As long as every mark finds room, none is counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from .ground import HEIGHT, NARROW, RADIUS, Ground, side_by_side
from .marks import Crowd, Dot, Marks

STEP = 15
"""Pixels between the places tried around a point: the room that one mark takes."""
MANY, SMALL = 60, 0.7
"""Where there are more marks than this, they are drawn smaller, by this factor."""
FEW = 20
"""Up to so many proposals each has a mark of its own, though it stand over another."""
COLUMNS, ROWS = 8, 12
"""How many squares there are: at the narrowest width they are about as wide as high."""
FULL = 8
"""So many small marks fit into a square."""

Square = tuple[int, int]


def marks(spots: Sequence[Dot]) -> Marks:
    """Return a mark for each of the proposals that belong on these spots, or counted ones."""
    for scale in (1.0, SMALL) if len(spots) <= MANY else (SMALL,):
        ground = Ground(STEP * scale)
        covers = False
        for spot in side_by_side(spots, ground):
            covers = True
            if len(spots) > FEW:
                break
            ground.take(spot)
        if not covers or len(spots) <= FEW:
            return Marks(ground.dots, [], scale)
    return counted(spots)


def counted(spots: Sequence[Dot]) -> Marks:
    """Return marks of which some are counted: in each square that is full or holds a lost one."""
    squares = by_square(spots)
    shared = {each for each, its in squares.items() if len(its) > FULL}
    while True:
        crowds = [crowd(each, its) for each, its in squares.items() if each in shared]
        together = {spot.proposal.id for each in shared for spot in squares[each]}
        ground = Ground(STEP * SMALL, crowds)
        alone = [spot for spot in spots if spot.proposal.id not in together]
        if lost := {square(spot) for spot in side_by_side(alone, ground)}:
            shared |= lost
            continue
        kept = [dot_of(each) for each in crowds if len(each.proposals) == 1]
        many = [each for each in crowds if len(each.proposals) > 1]
        return Marks(ground.dots + kept, many, SMALL)


def square(spot: Dot) -> Square:
    """Return the column and the row of the square in which a spot lies."""
    column, row = int(spot.x / 100 * COLUMNS), int(spot.y / 100 * ROWS)
    return min(column, COLUMNS - 1), min(row, ROWS - 1)


def by_square(spots: Sequence[Dot]) -> dict[Square, list[Dot]]:
    """Return the spots of each square, in the order of the list, from the upper left on."""
    found: dict[Square, list[Dot]] = {}
    for spot in spots:
        found.setdefault(square(spot), []).append(spot)
    return dict(sorted(found.items()))


def crowd(where: Square, its: list[Dot]) -> Crowd:
    """Return the mark of a square: in the middle of its proposals, as far as it stays inside."""
    column, row = where
    x, y = (sum(spots) / len(its) for spots in ([s.x for s in its], [s.y for s in its]))
    return Crowd(
        [spot.proposal for spot in its],
        round(x, 2),
        round(y, 2),
        inside(x / 100 * NARROW, column, NARROW / COLUMNS),
        inside(y / 100 * HEIGHT, row, HEIGHT / ROWS),
    )


def dot_of(single: Crowd) -> Dot:
    """Return the plain mark of a proposal that has a square to itself, where it stands in it."""
    return Dot(single.proposals[0], single.x, single.y, single.right, single.down)


def inside(at: float, place: int, side: float) -> int:
    """Return by how many pixels a counted mark has to move to lie inside its square."""
    middle, room = (place + 0.5) * side, side / 2 - RADIUS - 0.5
    return round(min(max(at, middle - room), middle + room) - at)
