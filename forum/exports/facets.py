"""How many proposals each choice of a filter would leave, everything else as it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import and_, case, func, select, true
from sqlalchemy.engine import Connection

from ..essays.models import Essay
from ..replies.choosing import TagCounts
from ..replies.filters import NO_TAGS
from ..replies.models import Reply
from ..replies.tags import TAG_NAMES, Combination
from .rows import Listing, count, tallied_in
from .rules import Rules

THRESHOLDS = (1, 5, 10, 20, 50, 100)
COUNTED_MOST = 5_000
"""Proposals of a list up to which it is read to be counted, where the stored tallies would do."""


@dataclass(frozen=True)
class Facets:
    """The number of proposals by their tags, and by least number of voters, where counted."""

    tags: TagCounts
    voters: dict[int, int | None]
    open: int


def facets(connection: Connection, listing: Listing) -> Facets:
    """Return the counts beside the choices; limits are not applied, as they cut the whole list."""
    uncut = replace(listing, rules=replace(listing.rules, limit=None, per_lever=None))
    is_told = uncut.is_tallied and not uncut.rules.open
    if is_told and sum(count(connection, uncut).values()) > COUNTED_MOST:
        return by_tallies(connection, uncut)
    return at_one_go(connection, uncut)


def by_tallies(connection: Connection, uncut: Listing) -> Facets:
    """Return the counts of a long list; no tally knows voters, for whom a million rows would have
    to be read."""
    reader, left = uncut.chosen.reader, None
    numbers = tallied_in(connection, uncut)
    if reader is not None:
        done = reader.judged(uncut.essay_id)
        left = {each: number - done.get(each, 0) for each, number in numbers.items()}
    tags = TagCounts(uncut.chosen.tags, numbers, sum(numbers.values()), left)
    running = tallied_in(connection, replace(uncut, rules=Rules(open=True)))
    return Facets(tags, dict.fromkeys(THRESHOLDS), tags.of(running))


def at_one_go(connection: Connection, uncut: Listing) -> Facets:
    """Return the counts of a list whose rows are read, once for all of them: to ask for words that
    very many hold takes the longest."""
    chosen, rules, reader = uncut.chosen, uncut.rules, uncut.chosen.reader
    every = replace(uncut, chosen=replace(chosen, tags=NO_TAGS, unjudged=False), rules=Rules())
    is_open, is_left = and_(*Rules(open=True).conditions()), reader.unjudged if reader else true()
    shown = and_(is_open if rules.open else true(), is_left if chosen.unjudged else true())
    voters, enough = Reply.support + Reply.oppose + Reply.neutral, rules.min_voters or 0
    steps = sorted({0, enough, *THRESHOLDS}, reverse=True)
    columns = [getattr(Reply, name) for name in TAG_NAMES]
    query = (
        select(
            case(*((voters >= least, least) for least in steps)).label("reached"),
            *(func.count().filter(shown, more) for more in (true(), is_left, is_open)),
            *columns,
        )
        .join(Essay, Essay.id == Reply.essay_id)
        .where(*every.conditions)
        .group_by("reached", *columns)
    )
    numbers, left, at_least = Counter[Combination](), Counter[Combination](), Counter[int]()
    running = 0
    for reached, those, unjudged, open_ones, *tags in connection.execute(query):
        tagged = tuple(tags)
        if reached >= enough:
            numbers[tagged] += those
            left[tagged] += unjudged
        if chosen.tags.admits(tagged):
            running += open_ones if reached >= enough else 0
            at_least.update({least: those for least in THRESHOLDS if reached >= least})
    counts = TagCounts(chosen.tags, numbers, numbers.total(), left if reader else None)
    return Facets(counts, {least: at_least[least] for least in THRESHOLDS}, running)
