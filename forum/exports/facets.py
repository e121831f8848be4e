"""How many proposals each choice of a filter would leave, everything else as it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from ..essays.models import Essay
from ..replies.choosing import TagCounts
from ..replies.filters import NO_TAGS
from ..replies.models import Reply
from ..replies.tags import TAG_NAMES, Combination
from .rows import Listing, count, tallied_in

THRESHOLDS = (1, 5, 10, 20, 50, 100)
COUNTED_MOST = 5_000
"""Proposals of a list up to which it is counted by voters."""


@dataclass(frozen=True)
class Facets:
    """The number of proposals by their tags, and by least number of voters, where counted."""

    tags: TagCounts
    voters: dict[int, int | None]
    open: int


def facets(connection: Connection, listing: Listing) -> Facets:
    """Return the counts beside the choices; limits are not applied, as they cut the whole list."""
    uncut = replace(listing, rules=replace(listing.rules, limit=None, per_lever=None))

    rest = replace(uncut, chosen=replace(uncut.chosen, tags=NO_TAGS))
    numbers = by_tags(connection, rest)
    left = unjudged(connection, rest, numbers)
    running = replace(uncut, rules=replace(uncut.rules, open=True))
    return Facets(
        TagCounts(listing.chosen.tags, numbers, sum(numbers.values()), left),
        by_voters(connection, uncut),
        sum(count(connection, running).values()),
    )


def by_tags(connection: Connection, listing: Listing) -> dict[Combination, int]:
    """Return how many proposals a list holds with each combination of tags."""
    if listing.is_tallied:
        return tallied_in(connection, listing)
    columns = [getattr(Reply, name) for name in TAG_NAMES]
    rows = connection.execute(counting(listing, *columns, func.count()).group_by(*columns))
    return {tuple(key): int(number) for *key, number in rows}


def by_voters(connection: Connection, uncut: Listing) -> dict[int, int | None]:
    """Return how many proposals at least so many people voted on; none for a very long list.

    No tally knows it, and a choice is no reason to read a million rows.
    """
    anyone = replace(uncut, rules=replace(uncut.rules, min_voters=None))
    if anyone.is_tallied and sum(count(connection, anyone).values()) > COUNTED_MOST:
        return dict.fromkeys(THRESHOLDS)
    voters = Reply.support + Reply.oppose + Reply.neutral
    sums = [func.count().filter(voters >= least) for least in THRESHOLDS]
    found = connection.execute(counting(anyone, *sums)).one()
    return dict(zip(THRESHOLDS, found, strict=True))


def unjudged(
    connection: Connection, listing: Listing, numbers: dict[Combination, int]
) -> dict[Combination, int] | None:
    """Return how many of a list the reader has not judged, by their tags."""
    reader = listing.chosen.reader
    if reader is None:
        return None
    if listing.is_tallied and not listing.rules.open:
        done = reader.judged(listing.essay_id)
        return {each: number - done.get(each, 0) for each, number in numbers.items()}
    return by_tags(connection, replace(listing, chosen=replace(listing.chosen, unjudged=True)))


def counting(listing: Listing, *columns: Any) -> Any:
    """Return a query of these columns over a whole list."""
    query = select(*columns).select_from(Reply).join(Essay, Essay.id == Reply.essay_id)
    return query.where(*listing.conditions)
