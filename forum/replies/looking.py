"""How far a list is looked through for what fits its filter: at most 10,000 proposals a page.

An order alone, or one lever in Top, is read off an index; of words that few proposals hold, the
index of words names these (held_words.py). Anything else is looked for along the order, and where
it is rare that could be all of a million: so each page stops at an edge, says so, and the next one
begins there. To find the edge costs as much as to read as far, so it is looked for only where what
stands near does not fill the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Select, bindparam, func, select

from ..database.prepared import Prepared
from .cursors import Cursor, microseconds
from .filters import LOOKED, Filter, Sort
from .models import Reply
from .orders import ORDERS, Ends, Place, ends_given, ends_of, made_stretch, place_of
from .ranks import Ranks
from .tags import LEVER
from .tallies import tallied

NEAR = 1_000
"""Proposals that are looked at first."""

Found = TypeVar("Found")
Ask: TypeAlias = Callable[[Place | None], list[Found]]
"""Reads a list as far as its most, and as far as an edge where there is one."""


@dataclass(frozen=True)
class Edge:
    """The last proposal that is looked at: its score in the order, and what breaks ties."""

    sort: Sort
    value: Any
    tie: int

    @property
    def place(self) -> Place:
        """Where it stands in the order."""
        return self.value, self.tie

    def cursor(self, ranks: Ranks) -> Cursor:
        """Return where the next page begins, after those that were given these ranks."""
        score = microseconds(self.value) if self.sort is Sort.NEWEST else self.value
        is_equal = score == ranks.score
        return Cursor(score, self.tie, ranks.given, ranks.rank if is_equal else 0)


def looked_for(
    ask: Ask[Found],
    most: int,
    chosen: Filter,
    essay_id: int | None,
    sort: Sort,
    after: Cursor | None = None,
    whole: int | None = None,
) -> tuple[list[Found], Edge | None]:
    """Return what ``ask`` finds of a list, at most so many, and the edge where fewer stand before
    it; ``whole`` is how many proposals there are, where the caller has asked already."""
    for near in (NEAR, None):
        edge = edge_of(chosen, essay_id, sort, after, whole, near)
        found = ask(edge.place if edge else None)
        if edge is None or len(found) == most:
            return found, None
    return found, edge


def edge_of(
    chosen: Filter,
    essay_id: int | None,
    sort: Sort,
    after: Cursor | None = None,
    whole: int | None = None,
    near: int | None = None,
) -> Edge | None:
    """Return the edge of a page; none where its list is read off an index, or ends before.

    ``whole`` is as above; ``near`` is how many stand before the edge, where not as many as may.
    """
    if is_read_off(chosen, sort) or chosen.is_named(essay_id):
        return None
    if (sum(tallied(essay_id).values()) if whole is None else whole) <= LOOKED:
        return None
    last = nth(near or LOOKED, essay_id, sort, after)
    return Edge(sort, *last) if last else None


def is_read_off(chosen: Filter, sort: Sort) -> bool:
    """Say whether an index holds the very list."""
    if chosen.q or chosen.unjudged:
        return False
    by_lever = [len(group) for group in chosen.tags.groups if group] == [1]
    return not chosen.tags or (by_lever and bool(chosen.tags[LEVER.name]) and sort is Sort.TOP)


def nth(
    number: int, essay_id: int | None, sort: Sort, after: Cursor | None
) -> tuple[Any, ...] | None:
    """Return the score of the proposal that stands so far on in an order, with what breaks ties."""
    begin = place_of(after, sort) if after else None
    given = {"essay_id": essay_id, **ends_given(begin, None)}
    steps = made_steps(essay_id is not None, sort, ends_of(begin, None))
    for nth_of_part, counted in steps:
        if found := nth_of_part.rows(**given, passed=number - 1):
            return found[0]
        if counted is not steps[-1][1]:
            number = max(number - counted.rows(**given)[0][0], 1)  # more may have come meanwhile
    return None


@cache
def made_steps(in_essay: bool, sort: Sort, ends: Ends) -> list[tuple[Prepared, Prepared]]:
    """Return the queries of each part of an order: for the place so far on, and how many it has."""
    essay_id: Any = bindparam("essay_id", type_=Reply.essay_id.type) if in_essay else None
    parts = [along(essay_id, sort).where(part) for part in made_stretch(sort, ends)]
    return [
        (
            Prepared(query.limit(1).offset(bindparam("passed"))),
            Prepared(select(func.count()).select_from(query.subquery())),
        )
        for query in parts
    ]


def along(essay_id: Any, sort: Sort) -> Select[Any]:
    """Return the query of an order alone: what its index holds, and no row."""
    score, tie = ORDERS[sort]
    query = select(score, tie).where(Reply.status == "visible", Reply.lever.is_not(None))
    if essay_id is not None:
        query = query.where(Reply.essay_id == essay_id)
    return query.order_by(score.desc(), tie.desc())
