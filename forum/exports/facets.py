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
from .rows import Listing

THRESHOLDS = (1, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Facets:
    """The number of proposals by their tags, and by least number of voters."""

    tags: TagCounts
    voters: dict[int, int]
    open: int


def facets(connection: Connection, listing: Listing) -> Facets:
    """Return the counts beside the choices; limits are not applied, as they cut the whole list."""
    uncut = replace(listing, rules=replace(listing.rules, limit=None, per_lever=None))

    columns = [getattr(Reply, name) for name in TAG_NAMES]
    rest = replace(uncut, chosen=replace(uncut.chosen, tags=NO_TAGS))
    tagged = connection.execute(counting(rest, *columns, func.count()).group_by(*columns))
    numbers = {tuple(key): int(number) for *key, number in tagged}
    left = unjudged(connection, rest, columns)
    voters = Reply.support + Reply.oppose + Reply.neutral
    anyone = replace(uncut, rules=replace(uncut.rules, min_voters=None))
    sums = [func.count().filter(voters >= least) for least in THRESHOLDS]
    found = connection.execute(counting(anyone, *sums)).one()
    running = replace(uncut, rules=replace(uncut.rules, open=True))
    return Facets(
        TagCounts(listing.chosen.tags, numbers, sum(numbers.values()), left),
        dict(zip(THRESHOLDS, found, strict=True)),
        int(connection.scalar(counting(running, func.count())) or 0),
    )


def unjudged(
    connection: Connection, listing: Listing, columns: list[Any]
) -> dict[Combination, int] | None:
    """Return how many of a list the reader has not judged, by their tags."""
    if listing.chosen.reader is None:
        return None
    left = replace(listing, chosen=replace(listing.chosen, unjudged=True))
    rows = connection.execute(counting(left, *columns, func.count()).group_by(*columns))
    return {tuple(key): int(number) for *key, number in rows}


def counting(listing: Listing, *columns: Any) -> Any:
    """Return a query of these columns over a whole list."""
    query = select(*columns).select_from(Reply).join(Essay, Essay.id == Reply.essay_id)
    return query.where(*listing.conditions)
