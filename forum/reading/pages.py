"""What stands on one page of proposals: cards, and where the next begins."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from ..replies.choosing import TagCounts
from ..replies.cursors import Cursor, score_of
from ..replies.filters import Filter, Sort
from ..replies.listing import PAGE, Card, cards
from ..replies.looking import Edge, looked_for
from ..replies.orders import Place
from ..replies.page_before import page_before
from ..replies.ranks import Ranks

TOP_CARDS = 14
EYES_CARDS = 6


class ListPlace(NamedTuple):
    """One card on the page: its rank in the list, which equals share as they do in every export.

    There is none where the card is there for more eyes.
    """

    card: Card
    rank: int | None


@dataclass(frozen=True)
class ListPage:
    """One page of a list of proposals: of ``whole`` in all, ``total`` pass the filter.

    ``shown`` stand on the pages before it. It has ``stopped`` where enough was
    looked at, and the next goes on from there. ``previous`` is where the page before begins, empty
    where that is the first one; there is none before the first.
    """

    places: tuple[ListPlace, ...]
    counts: TagCounts
    following: str
    stopped: bool
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
    def head_says(self) -> tuple[Hashable, ...]:
        """What is said above the page, as a piece is kept by it."""
        numbers = self.total, self.whole, self.is_cut, self.shown, self.last, self.eyes
        return *numbers, self.following, self.previous

    @property
    def list_says(self) -> tuple[Hashable, ...]:
        """What its list says, likewise."""
        return self.places, self.following, self.stopped, self.previous

    @property
    def eyes(self) -> int:
        """How many are here because they need more eyes."""
        return sum(place.rank is None for place in self.places)

    @property
    def total(self) -> int:
        """How many proposals pass the filter."""
        return self.counts.total

    @property
    def is_cut(self) -> bool:
        """Whether more may pass it than were counted."""
        return self.counts.is_cut

    @property
    def whole(self) -> int:
        """How many proposals there are."""
        return self.counts.whole


def page_of(chosen: Filter, essay_id: int | None, after: Cursor | None, mixed: bool) -> ListPage:
    """Return the page after the cursor; the first page of a mixed list is the reading page."""
    counts = chosen.counts(essay_id)
    if mixed and after is None:
        places, following, stopped = reading_page(chosen, essay_id, counts)
    else:
        places, following, stopped = plain_page(chosen, essay_id, counts.whole, after)
    return ListPage(
        tuple(places),
        counts,
        following,
        stopped,
        after.shown if after else 0,
        page_before(chosen, essay_id, after, TOP_CARDS if mixed else 1) if after else None,
    )


def plain_page(
    chosen: Filter, essay_id: int | None, whole: int, after: Cursor | None, most: int = PAGE
) -> tuple[list[ListPlace], str, bool]:
    """Return the next cards of one order, ranked, the cursor of the page after them, and whether
    this one ends where enough was looked at."""
    found, edge = looked_at(chosen, essay_id, most + 1, chosen.order, after, whole)
    ranks = Ranks.after(after)
    places = [ListPlace(card, ranks.next(score_of(card, chosen.order))) for card in found[:most]]
    if len(found) <= most:
        return places, str(edge.cursor(ranks)) if edge else "", edge is not None
    onward = Cursor.after(found[most - 1], chosen.order, ranks.given, ranks.rank)
    return places, str(onward), False


def looked_at(
    chosen: Filter, essay_id: int | None, most: int, sort: Sort, after: Cursor | None, whole: int
) -> tuple[list[Card], Edge | None]:
    """Return the next cards of an order, at most so many, and the edge where fewer stand before."""

    def ask(last: Place | None) -> list[Card]:
        return cards(chosen, essay_id, most, sort, after, last)

    return looked_for(ask, most, chosen, essay_id, sort, after, whole)


def reading_page(
    chosen: Filter, essay_id: int | None, counts: TagCounts
) -> tuple[list[ListPlace], str, bool]:
    """Return 14 Top proposals with 6 that need more eyes spread between, none twice."""
    top, following, stopped = plain_page(chosen, essay_id, counts.whole, None, TOP_CARDS)
    seen = {place.card.id for place in top}
    most, whole = TOP_CARDS + EYES_CARDS, counts.whole
    eyes = looked_at(chosen, essay_id, most, Sort.EYES, None, whole)[0] if following else []
    unseen = islice((ListPlace(card, None) for card in eyes if card.id not in seen), EYES_CARDS)
    places = spread(top, list(unseen))
    return places, following if stopped or counts.total > len(places) else "", stopped


def spread(top: list[Any], eyes: list[Any]) -> list[Any]:
    """Return the top places with one for more eyes after every second or third of them."""
    mixed: list[Any] = []
    for n, place in enumerate(top, 1):
        mixed.append(place)
        due = n * len(eyes) // len(top) - (n - 1) * len(eyes) // len(top)
        mixed.extend(eyes[(n - 1) * len(eyes) // len(top) :][:due])
    return mixed
