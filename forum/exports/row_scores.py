"""The score of a row, as its list is ordered, and what it would be with votes set aside."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..replies.filters import Sort
from ..votes import ranking

DECIMALS = 12
VALUES = ("support", "oppose", "neutral")


def score_of(row: Any, order: Sort) -> float:
    """Return the score by which the list is ordered; Top where it is ordered by time."""
    return round(getattr(row, scored_by(order)), DECIMALS)


def score_with(row: Any, aside: Counter[str], order: Sort) -> float:
    """Return what that score would be with the votes that are set aside."""
    counts = (getattr(row, value) + aside[value] for value in VALUES)
    return round(getattr(ranking.scores(*counts), scored_by(order)), DECIMALS)


def scored_by(order: Sort) -> Sort:
    """Return the order whose score is told."""
    return Sort.TOP if order is Sort.NEWEST else order
