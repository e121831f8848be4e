"""The scores of a proposal, from its own counts alone.

Support is s, opposition o, neutral votes p. The bounds are those of E. B. Wilson, "Probable
inference, the law of succession, and statistical inference", Journal of the American Statistical
Association 22 (1927), one-sided at 95 %. Why these and not others: docs/ranking.md.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from typing import NamedTuple

Z = 1.6448536269514722
"""The 95th percentile of the standard normal distribution."""

FORMULA = (
    "L(s, n) = (s + z²/2 − z·√(s·o/n + z²/4)) / (n + z²) for s > 0, n = s + o, "
    "z = 1.6448536269514722; −n/(n + z²) for s = 0"
)


class Scores(NamedTuple):
    """The stored scores of one proposal."""

    top: float
    eyes: float
    contested: float


@lru_cache(maxsize=4_096)
def lower(support: float, total: float, z: float = Z) -> float:
    """Return the lower Wilson bound of the share ``support / total``; 0 where nobody supports."""
    if support <= 0:
        return 0.0
    against = total - support
    spread = z * sqrt(support * against / total + z * z / 4)
    return (support + z * z / 2 - spread) / (total + z * z)


def upper(support: float, total: float, z: float = Z) -> float:
    """Return the upper Wilson bound of the share; 1 where nobody is against."""
    return 1.0 - lower(total - support, total, z)


def top(support: int, oppose: int) -> float:
    """Return the Top score: the share of support that is 95 % sure among those who took a side.

    Without any support it falls below zero with every opposing vote, so that an unseen proposal
    (0) stands above a rejected one.
    """
    total = support + oppose
    return lower(support, total) if support else -total / (total + Z * Z)


def eyes(support: int, oppose: int, neutral: int) -> float:
    """Return how much a proposal needs more eyes: it may turn out well, and few have judged it."""
    total = support + oppose + neutral
    if not total:
        return 1.0
    low, high = lower(support, total), upper(support, total)
    return high * (high - low)


def contested(support: int, oppose: int) -> float:
    """Return how evenly, and how surely, people are split: 0 for no split, towards 1 for a half."""
    return 2 * lower(min(support, oppose), support + oppose)


def scores(support: int, oppose: int, neutral: int) -> Scores:
    """Return all stored scores for these counts."""
    return Scores(top(support, oppose), eyes(support, oppose, neutral), contested(support, oppose))


def interval(support: int, oppose: int) -> tuple[float, float]:
    """Return the 95 % bounds of the share of support among those who took a side; (0, 1) unseen."""
    total = support + oppose
    return lower(support, total), upper(support, total)
