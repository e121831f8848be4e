"""Lists of proposals, page by page: rows, not entities, and never a count or an offset.

A page begins after a cursor (the score and the number of the last proposal shown), so that page
one of ten million costs what page one of a hundred costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, or_, select

from ..accounts.models import User
from ..database.prepared import Prepared
from ..db import db
from ..essays.models import Essay, has_ended, is_rehearsed_by, takes_replies
from .choosing import TagChoice
from .cursors import Cursor
from .filters import Filter, Sort
from .models import Reply
from .orders import (
    ORDERS,
    Ends,
    Place,
    ends_given,
    ends_of,
    made_stretch,
    place_of,
    read_in_turn,
    stretch,
)
from .tags import TAG_NAMES

PAGE = 20

COLUMNS = (
    Reply.id,
    Reply.essay_id,
    Reply.author_id,
    Reply.title,
    Reply.excerpt,
    *(getattr(Reply, name) for name in TAG_NAMES),
    Reply.trade_off,
    Reply.language,
    Reply.status,
    Reply.version,
    Reply.text_since,
    Reply.created_at,
    Reply.edited_at,
    Reply.support,
    Reply.oppose,
    Reply.neutral,
    Reply.earlier,
    Reply.carried,
    Reply.room_support,
    Reply.room_oppose,
    Reply.room_neutral,
    Reply.on_paper,
    Reply.comments,
    Reply.featured,
    Reply.top,
    Reply.eyes,
    Reply.contested,
    Reply.draw,
    User.name.label("author_name"),
    Essay.slug,
    Essay.title.label("essay_title"),
    Essay.language.label("essay_language"),
    Essay.state.label("essay_state"),
    Essay.closes_at,
    Essay.paused_at,
    Essay.rehearsal,
    Essay.open_to,
)


class Card(NamedTuple):
    """One proposal as a list shows it: a row as it is read, so that pieces are kept by it."""

    id: int
    essay_id: int
    author_id: int
    title: str
    excerpt: str
    lever: str
    jurisdiction: str
    ambition: str
    trade_off: str | None
    language: str
    status: str
    version: int
    text_since: int
    created_at: datetime
    edited_at: datetime | None
    support: int
    oppose: int
    neutral: int
    earlier: int
    carried: int
    room_support: int
    room_oppose: int
    room_neutral: int
    on_paper: int
    comments: int
    featured: bool
    top: float
    eyes: float
    contested: float
    draw: int
    author_name: str
    slug: str
    essay_title: str
    essay_language: str
    essay_state: str
    closes_at: datetime | None
    paused_at: datetime | None
    rehearsal: str | None
    open_to: str

    @property
    def is_proposal(self) -> bool:
        """Whether the card is of a proposal: always, as on a reply."""
        return True

    @property
    def essay(self) -> DiscussionState:
        """The discussion the card stands in, so that permissions take a card as they do a reply."""
        when = self.closes_at, self.paused_at
        return DiscussionState(self.essay_id, self.essay_state, *when, self.rehearsal, self.open_to)


@dataclass(frozen=True, slots=True)
class DiscussionState:
    """An essay's discussion as far as a list needs it: whether it is open, and to whom."""

    id: int
    state: str
    closes_at: datetime | None
    paused_at: datetime | None
    rehearsal: str | None
    open_to: str

    @property
    def is_open(self) -> bool:
        """Whether replies and votes are taken, as on an essay."""
        return self.paused_at is None and takes_replies(self.state, self.closes_at)

    def is_open_to(self, user: User) -> bool:
        """Say whether it is open now to the person, as on an essay."""
        return self.is_open or is_rehearsed_by(user, self.rehearsal, self.id)

    @property
    def is_over(self) -> bool:
        """Whether it has been closed, as on an essay."""
        return has_ended(self.state, self.closes_at)

    @property
    def is_paused(self) -> bool:
        """Whether it is paused and not over, as on an essay."""
        return self.paused_at is not None and not self.is_over


def listed(
    chosen: Filter, essay_id: int | None, sort: Sort, *more: Any, all_at_once: bool = False
) -> Select[*tuple[Any, ...]]:
    """Return the query of a list in one order; ``more`` are further columns."""
    score, tie = ORDERS[sort]
    query: Select[*tuple[Any, ...]] = (
        select(*COLUMNS, *more)
        .join(User, User.id == Reply.author_id)
        .join(Essay, Essay.id == Reply.essay_id)
        .where(*chosen.conditions(essay_id, all_at_once))
        .order_by(score.desc(), tie.desc())
    )
    return query.where(Essay.state != "draft") if essay_id is None else query


def cards_of(reply_ids: Iterable[int]) -> dict[int, Card]:
    """Return the proposals among these replies as lists show them, by their numbers."""
    ids = list(reply_ids)
    return {row[0]: Card._make(row) for row in (THESE.rows(ids=ids) if ids else ())}


THESE = Prepared(
    select(*COLUMNS)
    .join(User, User.id == Reply.author_id)
    .join(Essay, Essay.id == Reply.essay_id)
    .where(Reply.id.in_(bindparam("ids", expanding=True)), Reply.lever.is_not(None))
)


def cards(
    chosen: Filter,
    essay_id: int | None,
    most: int,
    sort: Sort,
    after: Cursor | None = None,
    last: Place | None = None,
) -> list[Card]:
    """Return at most so many proposals of the list, as far as a place where one is given."""
    begin = place_of(after, sort) if after else None
    if not chosen.q and not chosen.unjudged:
        given = {"essay_id": essay_id, **ends_given(begin, last)}
        made = made_queries(chosen.tags, essay_id is not None, sort, ends_of(begin, last))
        rows = read_in_turn(made, most, lambda query, left: query.rows(**given, most=left))
        return [Card._make(row) for row in rows]
    query = listed(chosen, essay_id, sort)
    return [Card._make(row) for row in rows_of(query, chosen, essay_id, sort, most, begin, last)]


def rows_of(
    query: Select[Any],
    chosen: Filter,
    essay_id: int | None,
    sort: Sort,
    most: int,
    after: Place | None = None,
    last: Place | None = None,
) -> list[Row[*tuple[Any, ...]]]:
    """Return at most so many rows of the query of a list, after a place and as far as another."""
    parts = stretch(sort, after, last)
    if chosen.is_named(essay_id):
        parts = [or_(*parts)]  # they are looked up by their numbers, once
    return read_in_turn(
        parts, most, lambda part, left: db.session.execute(query.where(part).limit(left)).all()
    )


@lru_cache(maxsize=500)
def made_queries(tags: TagChoice, in_essay: bool, sort: Sort, ends: Ends) -> list[Prepared]:
    """Return the queries of the parts of a list without words, made once: making one costs more
    than its rows."""
    essay_id: Any = bindparam("essay_id", type_=Reply.essay_id.type) if in_essay else None
    query = listed(Filter(tags), essay_id, sort).limit(bindparam("most"))
    return [Prepared(query.where(part)) for part in made_stretch(sort, ends)]
