"""The cards of the style page: proposals that are in no database, with every kind of count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ..db import now
from ..replies.listing import Card
from ..replies.tags import FURTHER_TAGS, LEVER
from ..votes.judged import JudgedSoFar
from ..votes.judging_order import Visit
from ..votes.models import Value
from ..votes.ranking import scores
from .pages import ListPlace

COUNTS = ((0, 0, 0), (1, 0, 0), (3, 1, 2), (0, 4, 1), (50, 50, 10), (900, 100, 40))
"""Votes for, against and not sure, of the sample cards and bars."""


def sample_tags(number: int) -> dict[str, Any]:
    """Return values of the further tags."""
    return {tag.name: tag.values[number % len(tag.values)].value for tag in FURTHER_TAGS}


def sample_places() -> list[ListPlace]:
    """Return cards of every lever with every kind of count, ranked, and one for more eyes."""
    found = []
    for number, votes in enumerate(COUNTS, 1):
        lever = LEVER.values[number % 3]
        counted = dict(zip(("support", "oppose", "neutral"), votes, strict=True))
        more: dict[str, Any] = {**sample_tags(number), **counted, **scores(*votes)._asdict()}
        card = Card(
            id=number,
            essay_id=1,
            author_id=1,
            title=str(lever.example),
            excerpt=str(lever.meaning),
            lever=lever.value,
            **more,
            trade_off=None,
            language="en",
            status="visible",
            version=1 + number % 2,
            text_since=1 + number % 2,
            earlier=votes[0] // 2 if number % 2 else 0,
            carried=1 if number == 3 and votes[0] else 0,
            room_support=votes[0] // 3 if number == 2 else 0,
            room_oppose=votes[1] // 3 if number == 2 else 0,
            room_neutral=0,
            on_paper=1 if number == 2 and votes[0] > 2 else 0,
            created_at=now() - timedelta(days=number),
            edited_at=None,
            comments=number,
            featured=number == 3,
            draw=number,
            author_name="Ada",
            slug="sample",
            essay_title=str(lever.example),
            essay_language="en",
            essay_state="open",
            closes_at=None,
            paused_at=None,
            rehearsal=None,
            open_to="everyone",
        )
        found.append(ListPlace(card, number if number > 1 else None))
    return found


def sample_judging() -> dict[str, Any]:
    """Return what a person has judged who goes through proposals one by one."""
    said = (Value.SUPPORT, Value.OPPOSE, Value.NEUTRAL)
    cards = [place.card for place in sample_places()[1:4]]
    return {
        "judged": JudgedSoFar(list(enumerate(said * 4)), 40),
        "judged_last": list(zip(cards, said, strict=True)),
        "visit": Visit("sample"),
    }
