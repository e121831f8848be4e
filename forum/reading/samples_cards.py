"""The cards of the style page: proposals that are in no database, with every kind of count."""

from __future__ import annotations

from datetime import timedelta

from ..db import now
from ..replies.levers import EXAMPLES, MEANINGS, Ambition, Jurisdiction, Lever
from ..replies.listing import Card
from ..votes.ranking import scores
from .pages import ListPlace

COUNTS = ((0, 0, 0), (1, 0, 0), (3, 1, 2), (0, 4, 1), (50, 50, 10), (900, 100, 40))
"""Votes for, against and not sure, of the sample cards and bars."""


def sample_places() -> list[ListPlace]:
    """Return cards of every lever with every kind of count, ranked, and one for more eyes."""
    found = []
    for number, (support, oppose, neutral) in enumerate(COUNTS, 1):
        lever = tuple(Lever)[number % 3]
        score = scores(support, oppose, neutral)
        card = Card(
            number,
            1,
            1,
            lever.value,
            str(EXAMPLES[lever]),
            str(MEANINGS[lever]),
            tuple(Jurisdiction)[number % 5].value,
            tuple(Ambition)[number % 2].value,
            None,
            "en",
            "visible",
            1 + number % 2,
            now() - timedelta(days=number),
            None,
            support,
            oppose,
            neutral,
            number,
            number == 3,
            score.top,
            score.eyes,
            score.contested,
            number,
            "Ada",
            "sample",
            str(EXAMPLES[lever]),
            "en",
            "open",
            None,
        )
        found.append(ListPlace(card, number if number > 1 else None))
    return found
