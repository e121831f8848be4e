"""Looking through the newest texts first, and through more of them for as long as that is quick.

Most searches are done in a step or go through everything within milliseconds. One for words that
stand everywhere and hardly ever together would take seconds; it ends with what it has by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

from .tags import Tags

GROWTH = 16
"""By how much each step looks through more than the one before it."""
ENOUGH = 20
"""Results for which nobody is kept waiting."""
PATIENCE, WITH_LITTLE = 0.010, 0.050
"""Seconds that the next step may be thought to take: with enough results, and with fewer."""

ASKING = 0.0005
"""Seconds that any question takes, however little is looked through."""

STEPS = (("n", 12, 2), ("m", 16, 2), ("m", 16, 9))
"""By which tag, of 2 to the power of how many replies each, and how many of them (see 0007)."""


@dataclass(frozen=True)
class Matches:
    """Where the words stand, the newest first, and whether that is everywhere."""

    numbers: list[int]
    is_whole: bool


def steps(newest: int) -> Iterator[Tags]:
    """Yield what keeps a search to the newest replies, then to more, then to nothing."""
    for name, power, number in STEPS:
        last = newest >> power
        if last < number:
            break
        yield (tuple(f"{name}{last - back}" for back in range(number)),)
    yield ()


def widening(
    further: Iterable[Tags], look: Callable[[Tags], list[int]], most: int, enough: int = ENOUGH
) -> Matches:
    """Look step by step until there is the most, or nothing more to look at, or no time for it."""
    found: list[int] = []
    patience = next_takes = 0.0
    for step in further:
        if next_takes > patience:
            return Matches(found, False)
        began = perf_counter()
        found = look(step)
        if len(found) >= most:
            return Matches(found, False)
        next_takes = (perf_counter() - began - ASKING) * GROWTH
        patience = PATIENCE if len(found) >= enough else WITH_LITTLE
    return Matches(found, True)
