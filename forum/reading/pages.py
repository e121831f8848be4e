"""What stands on one page of proposals: cards, the visitor's votes, where the next begins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..accounts.models import User
from ..replies.choosing import TagCounts
from ..replies.filters import Filter, Sort
from ..replies.listing import PAGE, Card, Cursor, Ranks, cards, score_of
from ..replies.page_before import page_before
from ..votes.models import Vote, votes_by

TOP_CARDS = 14
EYES_CARDS = 6


@dataclass(frozen=True)
class ListPlace:
    """One card on the page: its rank in the list, which equals share as they do in every export.

    There is none where the card is there for more eyes.
    """

    card: Card
    rank: int | None


@dataclass(frozen=True)
class ListPage:
    """One page of a list of proposals: of ``whole`` in all, ``total`` pass the filter.

    ``shown`` stand on the pages before it. ``previous`` is where the page before begins, empty
    where that is the first one; there is none before the first.
    """

    places: list[ListPlace]
    counts: TagCounts
    votes: dict[int, Vote]
    following: str
    shown: int
    previous: str | None

    @property
    def first(self) -> int:
        """The place in the whole list of the first that stands here in its order."""
        return self.shown + 1

    @property
    def last(self) -> int:
        """The place in the whole list of the last that stands here in its order."""
        return self.shown + sum(place.rank is not None for place in self.places)

    @property
    def eyes(self) -> int:
        """How many are here because they need more eyes."""
        return sum(place.rank is None for place in self.places)

    @property
    def total(self) -> int:
        """How many proposals pass the filter."""
        return self.counts.total

    @property
    def whole(self) -> int:
        """How many proposals there are."""
        return self.counts.whole


def page_of(
    chosen: Filter, essay_id: int | None, user: User, after: Cursor | None, mixed: bool
) -> ListPage:
    """Return the page after the cursor; the first page of a mixed list is the reading page."""
    counts = chosen.counts(essay_id)
    if mixed and after is None:
        places, following = reading_page(chosen, essay_id, counts.total)
    else:
        places, following = plain_page(chosen, essay_id, after)
    return ListPage(
        places,
        counts,
        votes_by(user, [place.card.id for place in places]),
        following,
        after.shown if after else 0,
        page_before(chosen, essay_id, after, TOP_CARDS if mixed else 1) if after else None,
    )


def plain_page(
    chosen: Filter, essay_id: int | None, after: Cursor | None, most: int = PAGE
) -> tuple[list[ListPlace], str]:
    """Return the next cards of one order, ranked, and the cursor of the page after them."""
    found = cards(chosen, essay_id, most + 1, chosen.order, after)
    ranks = Ranks.after(after)
    places = [ListPlace(card, ranks.next(score_of(card, chosen.order))) for card in found[:most]]
    if len(found) <= most:
        return places, ""
    return places, str(Cursor.after(found[most - 1], chosen.order, ranks.given, ranks.rank))


def reading_page(chosen: Filter, essay_id: int | None, total: int) -> tuple[list[ListPlace], str]:
    """Return 14 Top proposals with 6 that need more eyes spread between, none twice."""
    top, following = plain_page(chosen, essay_id, None, TOP_CARDS)
    seen = {place.card.id for place in top}
    eyes = cards(chosen, essay_id, TOP_CARDS + EYES_CARDS, Sort.EYES) if following else []
    unseen = islice((ListPlace(card, None) for card in eyes if card.id not in seen), EYES_CARDS)
    places = spread(top, list(unseen))
    return places, following if total > len(places) else ""


def spread(top: list[Any], eyes: list[Any]) -> list[Any]:
    """Return the top places with one for more eyes after every second or third of them."""
    mixed: list[Any] = []
    for n, place in enumerate(top, 1):
        mixed.append(place)
        due = n * len(eyes) // len(top) - (n - 1) * len(eyes) // len(top)
        mixed.extend(eyes[(n - 1) * len(eyes) // len(top) :][:due])
    return mixed
