"""Two briefs side by side: who rose, fell, entered and left, as rows and as a picture.

A slope chart has the first brief's proposals down its left side and the second's down its right,
and a line for each that stands in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from flask_babel import lazy_gettext as _l

from ..exports.phrases import standing_at
from .published import Shown

STEP = 26
"""Height of a place in the picture, in its own units; its width is WIDTH of them."""
WIDTH = 720
LEFT, RIGHT = 300, 420
HEAD = 34


class Change(StrEnum):
    """What became of a proposal from one brief to the other."""

    ROSE = "rose"
    FELL = "fell"
    STAYED = "stayed"
    ENTERED = "entered"
    LEFT = "left"


CHANGES: dict[Change, Any] = {
    Change.ROSE: _l("Rose"),
    Change.FELL: _l("Fell"),
    Change.STAYED: _l("Same position"),
    Change.ENTERED: _l("Came in"),
    Change.LEFT: _l("Dropped out"),
}


@dataclass(frozen=True)
class Compared:
    """One proposal in two briefs; a side where it does not stand is None.

    ``left`` and ``right`` are heights in the picture.
    """

    before: Shown | None
    after: Shown | None
    left: int | None
    right: int | None

    @property
    def shown(self) -> Shown:
        """The proposal as the later brief that holds it has it."""
        return cast(Shown, self.after or self.before)

    @property
    def places(self) -> int:
        """How many ranks it rose; below nought, how many it fell."""
        if self.before is None or self.after is None:
            return 0
        return rank(self.before) - rank(self.after)

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.before is None:
            return Change.ENTERED
        if self.after is None:
            return Change.LEFT
        if self.places == 0:
            return Change.STAYED
        return Change.ROSE if self.places > 0 else Change.FELL


@dataclass(frozen=True)
class Comparison:
    """Two briefs, proposal by proposal: in the order of the second, then those that left."""

    rows: list[Compared]
    height: int

    def number(self, change: Change) -> int:
        """Return how many proposals this happened to."""
        return sum(row.change is change for row in self.rows)


def rank(shown: Shown) -> int:
    """Return the place of a proposal in its brief: the facilitators', or else the readers' rank."""
    return standing_at(shown.row)


def compare(before: Sequence[Shown], after: Sequence[Shown]) -> Comparison:
    """Return what became of every proposal that stands in either brief."""
    old = {each.row["id"]: (each, height(at)) for at, each in enumerate(before)}
    new = {each.row["id"]: (each, height(at)) for at, each in enumerate(after)}
    nowhere = (None, None)
    rows = []
    for number in [*new, *(number for number in old if number not in new)]:
        (earlier, left), (later, right) = old.get(number, nowhere), new.get(number, nowhere)
        rows.append(Compared(earlier, later, left, right))
    return Comparison(rows, height(max(len(before), len(after))))


def height(place: int) -> int:
    """Return how far down a place stands, from 0 on."""
    return HEAD + STEP * place + STEP // 2
